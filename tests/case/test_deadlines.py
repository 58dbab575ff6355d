"""An act is planned by the earliest of the duties that it meets; each duty counts one law alone."""

import pytest

from arflow.case.deadlines import Deadline, deadlines
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day


def acts(told: Told, on: str) -> dict[str, Deadline]:
    """The deadlines of a review on a day, by act."""
    on_day(told.app, day(on))
    review = told.app.review(told.id)
    found = deadlines(told.app.duties(told.id), told.app.workflow(review.workflow), review.outcome)
    return {one.act: one for one in found}


def test_a_decision_in_four_weeks_is_met_though_the_twelve_months_are_over(cases: Cases) -> None:
    """Late since April 2024; r.20(10) counts from the meeting, and s.44(1) is breached beside it."""
    review = cases.opened("12 Apr 2023", "1 Sep 2024").held("1 Nov 2024").decided("maintain", "20 Nov 2024")
    decision, year = review.duty("decision"), review.duty("twelve_months")
    assert (decision.due, decision.state) == (day("29 Nov 2024"), "met")
    assert (year.due, year.state) == (day("11 Apr 2024"), "breached")


def test_a_final_plan_in_eight_weeks_is_met_though_the_transfer_day_is_over(cases: Cases) -> None:
    """A child of year 6: meeting 2 March, notice 20 March, final plan 20 April 2026; r.18(1)(b) is breached beside it."""
    plan = cases.plan("1 Sep 2025", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    review = cases.review(plan, "2 Feb 2026").held("2 Mar 2026").decided("amend", "20 Mar 2026").noticed("20 Mar 2026")
    review.issued("20 Apr 2026", names_for_transfer="123456")
    assert (review.duty("final_plan").due, review.duty("final_plan").state) == (day("15 May 2026"), "met")
    assert (review.duty("phase_transfer").due, review.duty("phase_transfer").state) == (day("14 Feb 2026"), "breached")


@pytest.mark.parametrize(
    ("met", "first", "by", "beside", "beside_by"),
    [
        ("22 Oct 2024", "decision", "19 Nov 2024", "twelve_months", "19 Nov 2024"),
        ("21 Oct 2024", "decision", "18 Nov 2024", "twelve_months", "19 Nov 2024"),
        ("23 Oct 2024", "twelve_months", "19 Nov 2024", "decision", "20 Nov 2024"),
    ],
    ids=["both end on one day", "four weeks end first", "the 12 months end first"],
)
def test_deciding_is_planned_by_the_earlier_of_four_weeks_and_twelve_months(
    cases: Cases, met: str, first: str, by: str, beside: str, beside_by: str
) -> None:
    review = cases.opened("20 Nov 2023", "1 Sep 2024").held(met)
    decide = acts(review, "24 Oct 2024")["decide"]
    assert (decide.duty.id, decide.duty.due) == (first, day(by))
    assert [(one.id, one.due) for one in decide.beside] == [(beside, day(beside_by))]


def test_the_final_plan_is_planned_by_the_transfer_day_where_that_comes_first(cases: Cases) -> None:
    plan = cases.plan("1 Feb 2025", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    review = cases.review(plan, "1 Oct 2025").held("1 Dec 2025").decided("amend", "29 Dec 2025").noticed("29 Dec 2025")
    issue = acts(review, "5 Jan 2026")["issue"]
    assert (issue.duty.id, issue.duty.due) == ("phase_transfer", day("14 Feb 2026"))
    assert [(one.id, one.due) for one in issue.beside] == [("final_plan", day("23 Feb 2026"))]


def test_a_transfer_that_needs_no_amendment_is_planned_with_telling_the_family(cases: Cases) -> None:
    plan = cases.plan("1 Feb 2025", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    review = cases.review(plan, "1 Oct 2025").held("1 Dec 2025")
    review.decided("maintain", "8 Dec 2025", not_yet_notified=True)
    notify = acts(review, "9 Dec 2025")["notify"]
    assert {notify.duty.id, *(one.id for one in notify.beside)} == {"decision", "twelve_months", "phase_transfer"}


def test_nothing_that_is_done_has_a_deadline(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("maintain", "20 Jun 2025")
    assert "decide" not in acts(review, "21 Jun 2025")
    assert "notify" not in acts(review, "21 Jun 2025")
