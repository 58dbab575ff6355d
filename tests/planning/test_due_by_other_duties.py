"""Plans that are on the list of a term by a duty other than their 12 months (Code 9.172: every review due that term)."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan, Release, StartDetention
from arflow.case.proceeding_commands import RecordOrder
from arflow.case.review_commands import HoldMeeting
from arflow.planning.due_in_term import due_in_term
from arflow.planning.meetings import meetings
from tests.support.cases import Cases
from tests.support.term_lists import SCHOOL, asking, due, enter_terms, list_of, plan_due, term

LATER = date(2027, 10, 31)  # the end of 12 months that no term of the year has


@pytest.fixture(autouse=True)
def _terms(app: Arflow) -> None:
    enter_terms(app)


@pytest.mark.parametrize(
    ("last_day", "is_on_it"),
    [
        (date(2027, 4, 11), True),  # within the term, and no day later
        (date(2027, 4, 12), True),  # meet by 15 March, to leave the four weeks
        (date(2027, 5, 9), True),
        (date(2027, 5, 10), False),  # meet on 12 April, in the summer term
    ],
)
def test_a_review_that_the_tribunal_ordered_is_due_by_the_day_of_the_order(
    app: Arflow, last_day: date, is_on_it: bool
) -> None:
    plan_due(app, "P-1", LATER)
    app.change_plan("P-1", RecordOrder(requires="review", last_day=last_day, on=date(2026, 11, 20)))

    found = due(app)

    assert set(found) == ({"P-1"} if is_on_it else set())
    if is_on_it:
        assert (found["P-1"].due, found["P-1"].meet_by) == (last_day, last_day - timedelta(days=28))
        assert any(f"{last_day:%B %Y}" in flag and "Tribunal" in flag for flag in found["P-1"].flags)


def test_the_plan_of_the_year_counts_an_order_as_the_list_does(app: Arflow) -> None:
    plan_due(app, "P-1", LATER)
    app.change_plan("P-1", RecordOrder(requires="review", last_day=date(2027, 3, 1), on=date(2026, 11, 20)))

    (of_year,), _ = meetings(app, asking(app))

    assert of_year.by_law
    assert of_year.by_law.latest == due(app)["P-1"].meet_by == date(2027, 2, 1)


@pytest.mark.parametrize("first", [date(2026, 11, 18), date(2026, 11, 24)])
def test_a_release_calls_for_a_review_as_soon_as_practicable(app: Arflow, first: date) -> None:
    plan_due(app, "P-1", LATER)
    app.change_plan("P-1", StartDetention(on=date(2026, 11, 17), under="order"))
    assert not due(app)
    app.change_plan("P-1", Release(on=first))

    found = due(app)["P-1"]

    assert "Released from detention: review as soon as reasonably practicable" in found.flags
    assert (found.due, found.overdue) == (LATER, False)
    assert found.meet_by <= first  # asked for as early as can be


@pytest.mark.parametrize(
    ("transfer_on", "term_of", "other"),
    [(date(2027, 9, 1), "Spring 2027", "Summer 2027"), (date(2027, 9, 30), "Spring 2027", "Summer 2027")],
)
def test_a_move_between_post16_institutions_in_september_is_due_by_march(
    app: Arflow, transfer_on: date, term_of: str, other: str
) -> None:
    plan_due(app, "P-1", LATER, transfer="post16_to_post16", transfer_on=transfer_on)

    found = due(app, term_of)["P-1"]

    assert found.meet_by == date(2027, 1, 6)  # twelve weeks before 31 March
    assert "Move between post-16 institutions in September: to be complete by 31 March 2027" in found.flags
    assert "P-1" not in due(app, other)


def test_an_interim_review_is_listed_and_does_not_stand_for_the_annual_one(app: Arflow) -> None:
    plan_due(app, "P-1", LATER)
    review = Cases(app).review("P-1", "2 Nov 2026", kind="under_five")

    found = due(app, "Summer 2027")

    assert found["P-1"].flags[-1].startswith("Interim review of a child under five: meet by ")
    plan_due(app, "P-2", date(2027, 2, 9))
    other = Cases(app).review("P-2", "2 Nov 2026", kind="under_five")
    other.do(HoldMeeting(on=date(2026, 11, 10), skip_reason="Before arflow"))
    assert due(app)["P-2"].standing == "to_plan"
    assert review.id


def test_a_transfer_puts_a_plan_on_the_list_whose_twelve_months_nobody_knows(app: Arflow) -> None:
    unknown_start = AddPlan(ref="P-1", first_made=None, first_made_quality="missing", setting=SCHOOL)
    app.add_plan(replace(unknown_start, transfer="primary_to_secondary", transfer_on=date(2027, 9, 1)))
    app.add_plan(replace(unknown_start, ref="P-2"))
    app.add_plan(replace(unknown_start, ref="P-3"))
    app.change_plan("P-3", StartDetention(on=date(2026, 11, 1), under="order"))

    found, unknown = due_in_term(app, asking(app), term(app))

    assert [(one.plan, one.due, one.meet_by) for one in found] == [("P-1", date(2027, 2, 14), date(2026, 11, 22))]
    assert unknown == ["P-2"]  # nobody asks after the day of a plan that has no duty now


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2027, 1, 2), "Due before the term: the review is due by 3 January 2027"),
        (date(2027, 1, 3), "Due before the term: the review is due by 3 January 2027"),
        (date(2027, 1, 4), "Overdue: the review was due by 3 January 2027; please meet as early as you can"),
    ],
)
def test_a_review_is_called_overdue_from_the_day_after_its_last(app: Arflow, today: date, said: str) -> None:
    plan_due(app, "P-1", date(2027, 1, 3))

    (one,) = list_of(app.acting_as("A. Officer", today=today), SCHOOL).plans

    assert one.know[0].removesuffix("; please meet as early as you can") == said.removesuffix(
        "; please meet as early as you can"
    )


@pytest.mark.parametrize(
    ("today", "late"), [(date(2027, 2, 13), False), (date(2027, 2, 14), False), (date(2027, 2, 15), True)]
)
def test_a_transfer_is_called_overdue_from_the_day_after_its_last(app: Arflow, today: date, late: bool) -> None:
    plan_due(app, "P-1", LATER, transfer="primary_to_secondary", transfer_on=date(2027, 9, 1))

    flag = due(app.acting_as("A. Officer", today=today))["P-1"].flags[-1]

    assert flag.startswith("Overdue: ") is late
    assert flag.endswith("Phase transfer (primary to secondary): review and amend by 14 February 2027")
