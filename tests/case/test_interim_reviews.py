"""Interim reviews for a child under five: every three to six months, from the last such review (Code 9.178)."""

import pytest

from arflow.case import review_commands as c
from arflow.case.duties import Duty
from tests.support.cases import Cases, Told, day


def interim(cases: Cases, plan: str, on: str) -> Told:
    return cases.review(plan, on, kind="under_five")


def of(told: Told, today: str) -> Duty:
    return told.duty("under_five_review", today=today)


def test_the_first_counts_from_the_plan(cases: Cases) -> None:
    duty = of(interim(cases, cases.plan("15 Jan 2026"), "1 Apr 2026"), "1 Apr 2026")
    assert (duty.consider_from, duty.due, duty.outer) == (day("15 Apr 2026"), day("14 Jul 2026"), day("15 Jul 2026"))


@pytest.mark.parametrize("concluded", [True, False])
def test_the_second_counts_from_the_first(cases: Cases, concluded: bool) -> None:
    plan = cases.plan("15 Jan 2026")
    first = interim(cases, plan, "1 May 2026").held("10 May 2026")
    if concluded:
        first.do(c.ConcludeReview(on=day("11 May 2026")))
    second = interim(cases, plan, "1 Jun 2026")
    duty = of(second, "15 Jul 2026")
    assert (duty.consider_from, duty.due, duty.outer) == (day("10 Aug 2026"), day("9 Nov 2026"), day("10 Nov 2026"))
    assert duty.state == "running"
    assert of(first, "15 Jul 2026").met_on == day("10 May 2026")


@pytest.mark.parametrize(
    ("on", "state"), [("9 Nov 2026", "met"), ("10 Nov 2026", "contested"), ("11 Nov 2026", "breached")]
)
def test_the_second_on_its_boundary_days(cases: Cases, on: str, state: str) -> None:
    plan = cases.plan("15 Jan 2026")
    interim(cases, plan, "1 May 2026").held("10 May 2026")
    assert of(interim(cases, plan, "1 Jun 2026").held(on), "20 Nov 2026").state == state


def test_a_later_one_leaves_the_earlier_as_it_was(cases: Cases) -> None:
    plan = cases.plan("15 Jan 2026")
    first = interim(cases, plan, "1 May 2026").held("10 Aug 2026")
    interim(cases, plan, "1 Oct 2026").held("10 Oct 2026")
    duty = of(first, "20 Nov 2026")
    assert (duty.due, duty.state) == (day("14 Jul 2026"), "breached")


def test_a_meeting_corrected_or_voided_moves_what_counts_from_it(cases: Cases) -> None:
    plan = cases.plan("15 Jan 2026")
    first = interim(cases, plan, "1 May 2026").held("10 May 2026")
    second = interim(cases, plan, "1 Jun 2026")
    first.do(c.CorrectStep(corrected_step="hold", on=day("12 May 2026"), reason="Misread"))
    assert of(second, "1 Jul 2026").due == day("11 Nov 2026")
    first.do(c.VoidStep(voided_step="hold", reason="It was another child"))
    assert of(second, "1 Jul 2026").due == day("14 Jul 2026")


def test_an_annual_review_since_then_starts_the_count_again(cases: Cases) -> None:
    plan = cases.plan("15 Jan 2026")
    interim(cases, plan, "1 May 2026").held("10 May 2026")
    cases.review(plan, "1 Jun 2026").held("1 Jul 2026").decided("maintain", "5 Jul 2026")
    assert of(interim(cases, plan, "6 Jul 2026"), "7 Jul 2026").due == day("4 Jan 2027")


def test_an_annual_review_after_it_leaves_it_as_it_was(cases: Cases) -> None:
    plan = cases.plan("15 Jan 2026")
    late = interim(cases, plan, "1 May 2026").held("10 Aug 2026")
    cases.review(plan, "11 Aug 2026").held("1 Sep 2026").decided("maintain", "5 Sep 2026")
    duty = of(late, "20 Nov 2026")
    assert (duty.due, duty.state) == (day("14 Jul 2026"), "breached")


def test_it_starts_no_new_twelve_months(cases: Cases) -> None:
    plan = cases.plan("15 Jan 2026")
    interim(cases, plan, "1 May 2026").held("10 May 2026")
    assert cases.year(plan).due == day("14 Jan 2027")
