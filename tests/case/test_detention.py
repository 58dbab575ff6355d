"""Detention in the middle of a review: Part 3 does not apply meanwhile (CFA 2014 s.70), and s.48 asks for a review after it."""

import pytest

from arflow.case import plan_commands as p
from arflow.errors import NotPossible
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day


def held(cases: Cases) -> Told:
    """A review of a plan made on 1 August 2024 whose meeting was held on 10 June 2025: the report is due on the 24th."""
    return cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")


def detained(told: Told, on: str, until: str | None = None, under: str = "order") -> Told:
    told.app.change_plan(told.plan, p.StartDetention(on=day(on), under=under))  # type: ignore[arg-type]
    if until:
        told.app.change_plan(told.plan, p.Release(on=day(until)))
    return told


@pytest.mark.parametrize("under", ["order", "recall"])
def test_every_duty_lapses_from_the_day_of_detention(cases: Cases, under: str) -> None:
    told = detained(held(cases), "15 Jun 2025", under=under)
    for name in ("report", "decision", "amendment_notice", "twelve_months"):
        assert told.duty(name).state == "not_applicable"
        assert "s.70(1)" in told.duty(name).reason
    assert {one.state for one in told.app.plan_duties(told.plan)} == {"not_applicable"}
    assert told.state() == "meeting_held"


@pytest.mark.parametrize(
    ("on", "state"), [("23 Jun 2025", "not_applicable"), ("24 Jun 2025", "not_applicable"), ("25 Jun 2025", "breached")]
)
def test_what_was_breached_before_detention_stays_breached(cases: Cases, on: str, state: str) -> None:
    assert detained(held(cases), on).duty("report").state == state


def test_what_was_met_before_detention_stays_met(cases: Cases) -> None:
    told = detained(held(cases).reported("14 Jun 2025"), "15 Jun 2025")
    assert (told.duty("report").state, told.duty("decision").state) == ("met", "not_applicable")


@pytest.mark.parametrize(
    ("until", "state"), [("23 Jun 2025", "overdue"), ("24 Jun 2025", "overdue"), ("25 Jun 2025", "not_applicable")]
)
def test_a_duty_whose_last_day_follows_the_release_runs_again(cases: Cases, until: str, state: str) -> None:
    told = detained(held(cases), "15 Jun 2025", until)
    assert told.duty("report", today="30 Jun 2025").state == state
    assert told.duty("report", today="30 Jun 2025").due == (None if state == "not_applicable" else day("24 Jun 2025"))


def test_release_asks_for_a_review_that_the_review_under_way_can_be(cases: Cases) -> None:
    told = detained(held(cases), "15 Jun 2025", "1 Sep 2025")
    assert told.duty("release_review").state == "running"
    assert told.decided("maintain", "10 Sep 2025").duty("release_review").state == "met"
    assert told.duty("decision").state == "not_applicable"


def test_every_detention_counts_and_not_only_the_last(cases: Cases) -> None:
    told = detained(detained(held(cases), "15 Jun 2025", "26 Jun 2025"), "1 Jul 2025", "20 Jul 2025")
    on_day(told.app, day("1 Aug 2025"))
    assert [told.duty(name).state for name in ("report", "decision")] == ["not_applicable", "not_applicable"]
    assert told.duty("twelve_months").state == "contested"


def test_a_review_after_release_takes_the_place_of_one_held_before_detention(cases: Cases) -> None:
    told = detained(held(cases), "15 Jun 2025", "1 Sep 2025")
    after = cases.review(told.plan, "2 Sep 2025", kind="release_from_custody")
    assert (told.state(), after.state()) == ("concluded", "scheduled")


def test_a_review_held_after_release_keeps_its_place(cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025")
    detained(told, "15 May 2025", "1 Jun 2025").held("10 Jun 2025")
    with pytest.raises(NotPossible, match="cannot take its place"):
        cases.review(told.plan, "11 Jun 2025", kind="release_from_custody")


def test_a_monitoring_meeting_is_recorded_in_detention_only_and_is_no_review(cases: Cases) -> None:
    plan = cases.plan("1 Aug 2024")
    meeting = p.RecordMonitoringMeeting(on=day("1 Mar 2025"))
    with pytest.raises(NotPossible, match="has no detention"):
        cases.app.change_plan(plan, meeting)
    cases.app.change_plan(plan, p.StartDetention(on=day("1 Feb 2025"), under="recall"), meeting)
    assert [one.day for one in cases.app.plan(plan).monitored] == [day("1 Mar 2025")]
    assert cases.app.plan(plan).completions == ()


def test_a_detention_recorded_by_mistake_is_taken_back(cases: Cases) -> None:
    told = held(cases)
    on_day(told.app, day("20 Jun 2025"))
    before = told.app.duties(told.id)
    detained(told, "15 Jun 2025", "18 Jun 2025")
    never = p.CorrectPlanDay(fact="detained", to=None, reason="Another plan")
    with pytest.raises(NotPossible, match="released --to none"):
        told.app.change_plan(told.plan, never)
    told.app.change_plan(told.plan, p.CorrectPlanDay(fact="released", to=None, reason="Another plan"), never)
    assert told.app.duties(told.id) == before
