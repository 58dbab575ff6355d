"""The review items of the return: one review for each active plan, whole or blank, as at the census day and as known."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from arflow.figures.report import Asked
from arflow.figures.viewpoint import looking
from arflow.sen2.form.record import Record
from arflow.sen2.returned import told_facts
from arflow.sen2.returned.review_items import ReviewItems, review_items
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough

CENSUS = date(2026, 1, 15)


def items_of(app: Arflow, census: date = CENSUS, **asked: Any) -> dict[str, ReviewItems]:
    """The items of every active plan, by plan."""
    with looking(app, Asked(as_at=census, **asked)) as looked:
        return {items.plan: items for items in review_items(looked)}


def dates(items: ReviewItems) -> tuple[date | None, date | None, str | None, date | None]:
    """Meeting, decision, outcome and draft."""
    return items.review_meeting, items.last_review, items.review_outcome, items.review_draft


# --- the shapes of one review --------------------------------------------------------------------------------------


def test_a_plan_never_reviewed_has_no_item(app: Arflow, cases: Cases) -> None:
    plan = cases.plan("12 Sep 2025", setting="123456", nc_year=3)

    (items,) = items_of(app).values()

    assert (items.plan, items.plan_start, items.setting, items.nc_year) == (plan, date(2025, 9, 12), "123456", 3)
    assert items.review is None
    assert dates(items) == (None, None, None, None)


def test_a_review_told_when_the_plan_was_entered_is_a_decision_without_a_meeting(app: Arflow, cases: Cases) -> None:
    plan = cases.plan("12 Sep 2020", last_reviewed=date(2025, 3, 4))
    cases.review(plan, "1 Dec 2025")

    assert dates(items_of(app)[plan]) == (None, date(2025, 3, 4), None, None)


def test_a_meeting_without_a_decision_leaves_the_decision_blank(app: Arflow, cases: Cases) -> None:
    review = cases.opened("12 Sep 2024", "1 Aug 2025").held("2 Sep 2025")

    items = items_of(app)[review.plan]

    assert items.review == review.id
    assert dates(items) == (date(2025, 9, 2), None, None, None)


def test_a_decision_not_yet_notified_is_an_outcome_without_a_date(app: Arflow, cases: Cases) -> None:
    review = cases.opened("12 Sep 2024", "1 Aug 2025").held("2 Sep 2025")
    review.decided("maintain", "9 Sep 2025", not_yet_notified=True)

    assert dates(items_of(app)[review.plan]) == (date(2025, 9, 2), None, "M", None)


@pytest.mark.parametrize(("outcome", "code"), [("maintain", "M"), ("amend", "A"), ("cease", "C")])
def test_the_decision_counts_from_the_day_it_was_notified(app: Arflow, cases: Cases, outcome: str, code: str) -> None:
    review = cases.opened("12 Sep 2024", "1 Aug 2025").held("2 Sep 2025")
    review.decided(outcome, "9 Sep 2025", notified_on=date(2025, 9, 12))

    assert dates(items_of(app)[review.plan]) == (date(2025, 9, 2), date(2025, 9, 12), code, None)


def test_an_amendment_notice_is_the_draft(app: Arflow, cases: Cases) -> None:
    review = cases.opened("12 Sep 2024", "1 Aug 2025").held("2 Sep 2025").decided("amend", "9 Sep 2025")
    review.noticed("20 Sep 2025", served="24 Sep 2025")

    assert items_of(app)[review.plan].review_draft == date(2025, 9, 20)


# --- which review --------------------------------------------------------------------------------------------------


def last_years(cases: Cases) -> Any:
    """A plan reviewed to the end in 2024."""
    review = cases.opened("12 Sep 2023", "1 Jul 2024").held("2 Sep 2024").decided("maintain", "9 Sep 2024")
    return review.do(c.ConcludeReview(on=day("10 Sep 2024")))


def test_a_new_meeting_is_never_paired_with_last_years_decision(app: Arflow, cases: Cases) -> None:
    plan = last_years(cases).plan
    cases.review(plan, "1 Jul 2025").held("1 Sep 2025")

    assert dates(items_of(app)[plan]) == (date(2025, 9, 1), None, None, None)


def test_last_years_review_stands_until_the_next_meeting_is_held(app: Arflow, cases: Cases) -> None:
    plan = last_years(cases).plan
    cases.review(plan, "1 Jul 2025").invited("1 Aug 2025")

    assert dates(items_of(app)[plan]) == (date(2024, 9, 2), date(2024, 9, 9), "M", None)


def test_a_meeting_after_the_census_day_is_left_for_next_year(app: Arflow, cases: Cases) -> None:
    plan = last_years(cases).plan
    cases.review(plan, "1 Jul 2025").held("16 Jan 2026")

    assert items_of(app)[plan].review_meeting == date(2024, 9, 2)
    assert items_of(app, date(2026, 1, 16))[plan].review_meeting == date(2026, 1, 16)


def test_an_early_review_is_the_latest_meeting(app: Arflow, cases: Cases) -> None:
    plan = last_years(cases).plan
    early = cases.review(plan, "1 Nov 2024", kind="early").held("15 Nov 2024").decided("amend", "1 Dec 2024")

    assert items_of(app)[plan].review == early.id
    assert items_of(app)[plan].kind == "early"


def test_an_interim_review_of_a_child_under_five_is_no_annual_review(app: Arflow, cases: Cases) -> None:
    plan = last_years(cases).plan
    cases.review(plan, "1 Nov 2024", kind="under_five").held("15 Nov 2024")

    assert items_of(app)[plan].review_meeting == date(2024, 9, 2)


def test_a_cancelled_review_and_a_voided_meeting_do_not_count(app: Arflow, cases: Cases) -> None:
    cancelled, voided = last_years(cases).plan, last_years(cases).plan
    cases.review(cancelled, "1 Jul 2025").do(c.CancelReview(on=day("2 Jul 2025"), reason="Moved"))
    cases.review(voided, "1 Jul 2025").held("1 Sep 2025").do(c.VoidStep(voided_step="hold", reason="Another child"))

    assert {items.review_meeting for items in items_of(app).values()} == {date(2024, 9, 2)}


def test_corrected_days_are_read_as_corrected(app: Arflow, cases: Cases) -> None:
    review = cases.opened("12 Sep 2024", "1 Aug 2025").held("2 Sep 2025").decided("maintain", "20 Sep 2025")
    review.do(c.CorrectStep(corrected_step="hold", on=day("3 Sep 2025"), reason="Misread"))
    review.do(c.CorrectStep(corrected_step="decide", on=day("22 Sep 2025"), reason="Misread"))

    assert dates(items_of(app)[review.plan]) == (date(2025, 9, 3), date(2025, 9, 22), "M", None)


def test_what_was_recorded_later_was_not_known(app: Arflow, cases: Cases) -> None:
    moment = iter([*(datetime(2026, 1, 10, 9, n, tzinfo=UTC) for n in range(3)), datetime(2026, 2, 1, 9, tzinfo=UTC)])
    app._clock = lambda: next(moment)
    review = cases.opened("12 Sep 2024", "1 Aug 2025").held("2 Sep 2025")
    review.decided("maintain", "9 Sep 2025")

    assert items_of(app)[review.plan].last_review == date(2025, 9, 9)
    known = items_of(app, known_at=datetime(2026, 1, 31, tzinfo=UTC))[review.plan]
    assert dates(known) == (date(2025, 9, 2), None, None, None)


# --- which plans ---------------------------------------------------------------------------------------------------


def test_plans_are_active_if_the_authority_maintains_them_on_the_census_day(app: Arflow, cases: Cases) -> None:
    made_later, ended, ended_later, gone, came_later, came = (
        cases.plan(made) for made in ("16 Jan 2026", *["1 Sep 2020"] * 5)
    )
    app.change_plan(ended, p.EndPlan(on=CENSUS))
    app.change_plan(ended_later, p.EndPlan(on=day("16 Jan 2026")))
    app.change_plan(gone, p.TransferOut(on=CENSUS))
    app.change_plan(came_later, p.TransferIn(on=day("16 Jan 2026")))
    app.change_plan(came, p.TransferIn(on=CENSUS))

    assert list(items_of(app)) == [ended_later, came]
    assert made_later not in items_of(app)


# --- transfers between phases ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("transfer", "on", "due"),
    [
        ("primary_to_secondary", "1 Sep 2026", "15 Feb 2026"),
        ("secondary_to_post16", "1 Sep 2026", "31 Mar 2026"),
        ("post16_to_post16", "1 Sep 2026", "1 Apr 2026"),
        ("primary_to_secondary", "1 Sep 2027", None),
        ("primary_to_secondary", "1 Sep 2025", None),
    ],
)
def test_a_transfer_in_the_year_of_the_census_has_a_due_date(
    app: Arflow, cases: Cases, transfer: str, on: str, due: str | None
) -> None:
    plan = cases.plan("1 Sep 2020", transfer=transfer, transfer_on=day(on))

    assert items_of(app)[plan].phase_transfer_due_date == (day(due) if due else None)


def test_the_final_plan_of_the_transfers_own_review_is_its_final_date(app: Arflow, cases: Cases) -> None:
    plan = cases.plan("1 Sep 2020", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    before = cases.review(plan, "1 Jul 2024").held("2 Sep 2024").decided("amend", "9 Sep 2024").noticed("9 Sep 2024")
    before.issued("1 Nov 2024").do(c.ConcludeReview(on=day("2 Nov 2024")))
    review = cases.review(plan, "1 Sep 2025").held("1 Oct 2025").decided("amend", "15 Oct 2025").noticed("15 Oct 2025")

    assert items_of(app)[plan].phase_transfer_final_date is None
    review.issued("10 Jan 2026")
    assert items_of(app)[plan].phase_transfer_final_date is None
    app.change_plan(plan, p.NameForTransfer(names_for_transfer="123456", review=review.id))
    assert items_of(app)[plan].phase_transfer_final_date == date(2026, 1, 10)


def test_the_items_are_the_same_on_each_store(app_on_each: Arflow) -> None:
    review = Cases(app_on_each).opened("12 Sep 2024", "1 Aug 2025").held("2 Sep 2025").decided("cease", "9 Sep 2025")

    assert dates(items_of(app_on_each)[review.plan]) == (date(2025, 9, 2), date(2025, 9, 9), "C", None)


# --- reviews before arflow, as a return told them -------------------------------------------------------------------


def returned(app: Arflow, plan: str, **values: str) -> None:
    """The review items of an imported return, as an import leaves them in the directory."""
    active = Record(block="ActivePlans", values=values)
    person = Record(block="Person", children=(Record(block="Requests", children=(active,)),))
    with app.log_store.engine.begin() as connection:
        told_facts.keep(connection, [told_facts.draft(plan, 2026, person, app._clock(), "S-1")])


def test_before_any_meeting_in_the_log_the_items_are_those_of_the_return_imported_last(app_on_each: Arflow) -> None:
    plan = Cases(app_on_each).plan("12 Sep 2020", last_reviewed=date(2024, 3, 4))
    returned(app_on_each, plan, ReviewMeeting="2024-02-20", LastReview="2024-03-04", ReviewOutcome="M")
    returned(
        app_on_each,
        plan,
        ReviewMeeting="2025-02-20",
        LastReview="2025-03-04",
        ReviewOutcome="A",
        ReviewDraft="2025-03-05",
    )

    items = items_of(app_on_each)[plan]

    assert items.review is None
    assert dates(items) == (date(2025, 2, 20), date(2025, 3, 4), "A", date(2025, 3, 5))
    app_on_each.people.erase(plan)
    assert dates(items_of(app_on_each)[plan]) == (None, date(2024, 3, 4), None, None)


def test_a_meeting_in_the_log_leaves_the_return_behind(app: Arflow, cases: Cases) -> None:
    plan = cases.plan("12 Sep 2020")
    returned(app, plan, ReviewMeeting="2025-02-20", LastReview="2025-03-04", ReviewOutcome="A")
    cases.review(plan, "1 Aug 2025").held("2 Sep 2025")

    assert dates(items_of(app)[plan]) == (date(2025, 9, 2), None, None, None)


def test_a_meeting_that_the_return_left_undecided_stays_undecided(app: Arflow, cases: Cases) -> None:
    plan = cases.plan("12 Sep 2020", last_reviewed=date(2024, 3, 4))
    returned(app, plan, ReviewMeeting="2025-02-20")

    assert dates(items_of(app)[plan]) == (date(2025, 2, 20), None, None, None)


def test_what_the_return_says_of_days_after_the_census_day_is_left_out(app: Arflow, cases: Cases) -> None:
    decided_later, met_later = cases.plan("12 Sep 2020"), cases.plan("12 Sep 2020")
    returned(app, decided_later, ReviewMeeting="2026-01-15", LastReview="2026-01-16", ReviewOutcome="A")
    returned(app, met_later, ReviewMeeting="2026-01-16")

    assert dates(items_of(app)[decided_later]) == (date(2026, 1, 15), None, None, None)
    assert dates(items_of(app)[met_later]) == (None, None, None, None)


def test_a_return_imported_later_was_not_known(app: Arflow, cases: Cases) -> None:
    moments = [datetime(2026, 1, 10, 9, n, tzinfo=UTC) for n in range(2)]
    app._clock = lambda: moments[0]
    plan = cases.plan("12 Sep 2020")
    app._clock = lambda: moments[1]
    returned(app, plan, ReviewMeeting="2025-02-20")

    assert [items_of(app, known_at=moment)[plan].review_meeting for moment in moments] == [None, date(2025, 2, 20)]
