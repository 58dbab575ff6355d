"""Days booked to holders: every day of every clock once, to whoever held the case when the day began."""

from datetime import date

import msgspec
import pytest

from arflow.application.arflow import Arflow
from arflow.case import amendment_commands as a
from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from arflow.case.case import as_it_stood
from arflow.case.ledger import Booked, Standing, book, standings
from arflow.case.review import AnnualReview
from arflow.events import PlanEvent, decode
from tests.support.cases import Cases, day


def ledgers(app: Arflow, ref: str, until: date) -> list[tuple[AnnualReview, tuple[Standing, ...], tuple[Booked, ...]]]:
    events = [decode(row.payload) for row in app.log_store.read_case(ref)]
    case = as_it_stood(events, until)
    if case is None:
        return []
    standing = standings(event for event in events if isinstance(event, PlanEvent))
    return [
        (review, standing, book(review, standing, app.workflow(review.workflow), until))
        for review in case.reviews.values()
    ]


def booked(app: Arflow, ref: str, until: str) -> dict[str, tuple[date, date, str, dict[str, int]]]:
    """The clocks of a plan's only review; holders without a day are left out."""
    [(_, _, found)] = ledgers(app, ref, day(until))
    return {
        one.clock: (one.start, one.end, one.stopped, {who: days for who, days in one.days.items() if days})
        for one in found
    }


def whole(app: Arflow, ref: str, until: str) -> dict[str, int]:
    return booked(app, ref, until)["whole_review"][3]


def test_each_clock_of_a_whole_review_is_booked(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025", setting="123456", coordinator="A. Officer")
    told.invited("20 May 2025").circulated("25 May 2025").held("10 Jun 2025").reported("17 Jun 2025")
    told.decided("amend", "1 Jul 2025").noticed("3 Jul 2025").issued("30 Jul 2025").do(
        c.ConcludeReview(on=day("1 Aug 2025"))
    )

    assert booked(app, told.plan, "24 Nov 2026") == {
        "meeting": (day("1 May 2025"), day("10 Jun 2025"), "done", {"school": 40}),
        "report": (day("10 Jun 2025"), day("17 Jun 2025"), "done", {"school": 7}),
        "decision": (day("10 Jun 2025"), day("1 Jul 2025"), "done", {"school": 7, "la": 14}),
        "amendment_notice": (day("10 Jun 2025"), day("3 Jul 2025"), "done", {"school": 7, "la": 16}),
        # The notice's own day is the first of the family's fifteen: fourteen more are booked to them.
        "representations": (day("3 Jul 2025"), day("17 Jul 2025"), "done", {"family": 14}),
        "final_plan": (day("3 Jul 2025"), day("30 Jul 2025"), "done", {"family": 14, "la": 13}),
        "whole_review": (day("1 May 2025"), day("1 Aug 2025"), "done", {"school": 47, "la": 31, "family": 14}),
    }  # fmt: skip


def test_the_first_clocks_run_on_until_the_day_of_the_look(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025", setting="123456", coordinator="A. Officer").held("10 Jun 2025")

    assert booked(app, told.plan, "9 Jun 2025") == {
        "meeting": (day("1 May 2025"), day("9 Jun 2025"), "running", {"school": 39}),
        "whole_review": (day("1 May 2025"), day("9 Jun 2025"), "running", {"school": 39}),
    }
    assert booked(app, told.plan, "10 Jun 2025")["report"] == (day("10 Jun 2025"),) * 2 + ("running", {})
    assert booked(app, told.plan, "11 Jun 2025")["report"][3] == {"school": 1}


def test_a_day_belongs_to_whoever_held_the_case_when_it_began(app: Arflow, cases: Cases) -> None:
    """The report's own day is still the school's; the next is the authority's."""
    told = cases.opened("1 Aug 2024", "10 Jun 2025", setting="123456", coordinator="A. Officer")
    told.held("10 Jun 2025").reported("17 Jun 2025")

    assert whole(app, told.plan, "16 Jun 2025") == {"school": 6}
    assert whole(app, told.plan, "17 Jun 2025") == {"school": 7}
    assert whole(app, told.plan, "18 Jun 2025") == {"school": 7, "la": 1}


def test_the_familys_days_end_with_the_fifteenth_or_with_their_answer(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "10 Jun 2025", setting="123456", coordinator="A. Officer").held("10 Jun 2025")
    told.decided("amend", "1 Jul 2025").noticed("1 Jul 2025")

    for on, days in (("14 Jul 2025", 13), ("15 Jul 2025", 14), ("16 Jul 2025", 14)):
        assert booked(app, told.plan, on)["representations"][3] == {"family": days}
    assert booked(app, told.plan, "16 Jul 2025")["final_plan"][3] == {"family": 14, "la": 1}
    told.do(c.ReceiveRepresentations(on=day("8 Jul 2025")))
    assert booked(app, told.plan, "16 Jul 2025")["representations"][1:] == (day("8 Jul 2025"), "done", {"family": 7})
    assert booked(app, told.plan, "16 Jul 2025")["final_plan"][3] == {"family": 7, "la": 8}


def test_a_case_without_a_setting_or_a_coordinator_is_nobodys_until_it_has_one(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025")
    app.change_plan(told.plan, p.MoveSetting(on=day("11 May 2025"), setting="123456"))
    told.held("10 Jun 2025").reported("10 Jun 2025")
    app.change_plan(told.plan, p.AssignCoordinator(on=day("20 Jun 2025"), coordinator="A. Officer"))

    assert whole(app, told.plan, "30 Jun 2025") == {"nobody": 20, "school": 30, "la": 10}


def test_health_holds_the_case_while_only_its_advice_is_awaited(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025", setting="123456").invited("1 May 2025")
    told.do(c.RequestAdvice(on=day("2 May 2025"), roles=("health", "parent")))
    told.do(c.ReceiveAdvice(on=day("10 May 2025"), role="parent")).circulated("20 May 2025")

    assert whole(app, told.plan, "25 May 2025") == {"school": 14, "health": 10}


def test_a_corrected_day_is_booked_as_corrected(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "10 Jun 2025", setting="123456", coordinator="A. Officer").held("10 Jun 2025")
    told.reported("17 Jun 2025").do(c.CorrectStep(corrected_step="report", on=day("12 Jun 2025"), reason="misread"))

    assert whole(app, told.plan, "20 Jun 2025") == {"school": 2, "la": 8}


def test_a_cancelled_review_closes_its_clocks(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025", setting="123456")
    told.do(c.CancelReview(on=day("8 May 2025"), reason="opened twice"))

    found = booked(app, told.plan, "24 Nov 2026")
    assert found["meeting"] == (day("1 May 2025"), day("8 May 2025"), "closed", {"school": 7})
    assert found["whole_review"][2] == "done"


def test_an_interim_review_of_a_child_under_five_has_no_clocks_of_report_and_decision(
    app: Arflow, cases: Cases
) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025", kind="under_five").held("10 May 2025")

    assert set(booked(app, told.plan, "1 Jun 2025")) == {"meeting", "whole_review"}


@pytest.mark.parametrize(("outcome", "runs"), [("amend", True), ("maintain", False), ("cease", False)])
def test_the_clock_of_the_amendment_notice_runs_only_where_the_plan_is_to_be_amended(
    app: Arflow, cases: Cases, outcome: str, runs: bool
) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided(outcome, "1 Jul 2025")

    assert ("amendment_notice" in booked(app, told.plan, "1 Aug 2025")) is runs


def test_the_familys_days_move_with_a_service_that_became_known_later(app: Arflow, cases: Cases) -> None:
    """Served on 4 July, as recorded on the 5th, when nothing else happened: the last of the fifteen days is the 18th."""
    told = cases.opened("1 Aug 2024", "10 Jun 2025", setting="123456", coordinator="A. Officer").held("10 Jun 2025")
    told.decided("amend", "1 Jul 2025").noticed("1 Jul 2025")
    notice = app.review(told.id).last("notice")
    assert notice is not None
    told.served(notice.event.originator_version, "4 Jul 2025", recorded="5 Jul 2025")

    assert booked(app, told.plan, "20 Jul 2025")["final_plan"][3] == {"family": 17, "la": 2}


def test_a_state_that_the_definition_no_longer_has_is_nobodys(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "10 Jun 2025", setting="123456", coordinator="A. Officer")
    told.held("10 Jun 2025").reported("17 Jun 2025")
    [(review, standing, _)] = ledgers(app, told.plan, day("20 Jun 2025"))
    workflow = app.workflow(review.workflow)
    states = tuple(state for state in workflow.states if state.id != "report_sent")

    found = book(review, standing, msgspec.structs.replace(workflow, states=states), day("20 Jun 2025"))

    whole_review = next(one for one in found if one.clock == "whole_review")
    assert {who: days for who, days in whole_review.days.items() if days} == {"school": 7, "nobody": 3}


# --- days that only just count ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "ends", "stopped"),
    [
        ("14 Jul 2025", "14 Jul 2025", "running"),
        ("15 Jul 2025", "15 Jul 2025", "done"),
        ("16 Jul 2025", "15 Jul 2025", "done"),
    ],
)
def test_the_clock_of_representations_stops_on_the_fifteenth_day(
    app: Arflow, cases: Cases, on: str, ends: str, stopped: str
) -> None:
    told = cases.opened("1 Aug 2024", "10 Jun 2025", setting="123456", coordinator="A. Officer").held("10 Jun 2025")
    told.decided("amend", "1 Jul 2025").noticed("1 Jul 2025")

    assert booked(app, told.plan, on)["representations"][1:3] == (day(ends), stopped)


@pytest.mark.parametrize(
    ("issued", "days"),
    [
        ("15 Jul 2025", {"family": 14}),
        ("16 Jul 2025", {"family": 14, "la": 1}),
        ("17 Jul 2025", {"family": 14, "la": 2}),
    ],
)
def test_the_day_after_the_familys_fifteen_is_the_authoritys_though_it_acts_on_it(
    app: Arflow, cases: Cases, issued: str, days: dict[str, int]
) -> None:
    told = cases.opened("1 Aug 2024", "10 Jun 2025", setting="123456", coordinator="A. Officer").held("10 Jun 2025")
    told.decided("amend", "1 Jul 2025").noticed("1 Jul 2025").issued(issued)

    assert booked(app, told.plan, "24 Nov 2026")["final_plan"][3] == days


@pytest.mark.parametrize(
    ("until", "days"), [("20 Jun 2025", 0), ("21 Jun 2025", 1), ("25 Jun 2025", 5), ("26 Jun 2025", 5)]
)
def test_the_days_of_a_pause_are_told_beside_the_days_of_the_clock_which_runs_on(
    app: Arflow, cases: Cases, until: str, days: int
) -> None:
    """Paused on 20 June, gone on with on 25 June: five days of the four weeks to the decision, which stay 28."""
    told = cases.opened("1 Aug 2024", "1 May 2025", setting="123456", coordinator="A. Officer").held("10 Jun 2025")
    told.do(a.PauseReview(on=day("20 Jun 2025"), reason="The family asked"))
    told.do(a.ResumeReview(on=day("25 Jun 2025")))

    [(_, _, found)] = ledgers(app, told.plan, day(until))

    decision = next(one for one in found if one.clock == "decision")
    assert (decision.paused, decision.elapsed) == (days, (day(until) - day("10 Jun 2025")).days)
    assert next(one for one in found if one.clock == "meeting").paused == 0
    assert told.duty("decision").due == day("8 Jul 2025")


def test_a_review_that_is_paused_still_was_paused_up_to_the_day_of_the_look(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025", setting="123456", coordinator="A. Officer").held("10 Jun 2025")
    told.do(a.PauseReview(on=day("20 Jun 2025"), reason="x")).do(a.ResumeReview(on=day("25 Jun 2025")))
    told.do(a.PauseReview(on=day("30 Jun 2025"), reason="y"))

    [(_, _, found)] = ledgers(app, told.plan, day("3 Jul 2025"))

    assert next(one for one in found if one.clock == "decision").paused == 5 + 3
