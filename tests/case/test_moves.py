"""A plan that moves to another authority, or from one: its days, each worked by hand (SEND Regs 2014 r.15)."""

import pytest

from arflow.case.plan_commands import (
    CorrectPlanDay,
    EndPlan,
    LearnOfMove,
    StartDetention,
    TellFamilyOfTransfer,
    TransferIn,
    TransferOut,
)
from arflow.errors import DateRefused, InvalidValue, NotPossible
from tests.support.cases import Cases, day
from tests.support.days import on_day


def moving(cases: Cases, aware: str, moves_on: str | None = None) -> str:
    plan = cases.plan("1 Mar 2025")
    cases.app.change_plan(plan, LearnOfMove(on=day(aware), moves_on=day(moves_on) if moves_on else None, to_la="878"))
    return plan


# --- r.15(2): the day of the move, or 15 working days beginning with the day of becoming aware -----------------


@pytest.mark.parametrize(
    ("aware", "last"),
    [
        ("5 Jan 2026", "23 Jan 2026"),  # a Monday, day 1: three working weeks
        ("6 Jan 2026", "26 Jan 2026"),  # a day later: over the weekend
        ("3 Jan 2026", "23 Jan 2026"),  # a Saturday does not count: day 1 is Monday
        ("1 Jan 2026", "22 Jan 2026"),  # nor does a bank holiday: day 1 is Friday 2 January
        ("15 Dec 2025", "7 Jan 2026"),  # 25 and 26 December and 1 January are left out
        ("23 Mar 2026", "14 Apr 2026"),  # Good Friday 3 April and Easter Monday 6 April are left out
    ],
)
def test_fifteen_working_days_begin_with_the_day_of_becoming_aware(cases: Cases, aware: str, last: str) -> None:
    duty = cases.plan_duty(moving(cases, aware), "hand_over")
    assert (duty.due, duty.outer, duty.citation) == (day(last), day(last), "SEND Regs 2014 r.15(2)")


@pytest.mark.parametrize(
    ("moves_on", "last"),
    [
        ("9 Jan 2026", "23 Jan 2026"),  # known a week before: 15 working days
        ("23 Jan 2026", "23 Jan 2026"),  # 14 working days before
        ("26 Jan 2026", "26 Jan 2026"),  # 15 working days before: the day of the move
        ("27 Jan 2026", "27 Jan 2026"),
        ("1 Sep 2026", "1 Sep 2026"),
    ],
)
def test_a_move_known_fifteen_working_days_before_takes_the_plan_with_it(
    cases: Cases, moves_on: str, last: str
) -> None:
    assert cases.plan_duty(moving(cases, "5 Jan 2026", moves_on), "hand_over").due == day(last)


@pytest.mark.parametrize(
    ("went", "state"), [("22 Jan 2026", "met"), ("23 Jan 2026", "met"), ("26 Jan 2026", "breached")]
)
def test_handed_over_on_its_boundary_days(cases: Cases, went: str, state: str) -> None:
    plan = moving(cases, "5 Jan 2026")
    cases.app.change_plan(plan, TransferOut(on=day(went)))
    duty = cases.plan_duty(plan, "hand_over")
    assert (duty.state, duty.met_on) == (state, day(went))


@pytest.mark.parametrize(
    ("today", "state"), [("22 Jan 2026", "due_soon"), ("23 Jan 2026", "due_soon"), ("24 Jan 2026", "overdue")]
)
def test_not_handed_over_on_its_boundary_days(cases: Cases, today: str, state: str) -> None:
    plan = moving(cases, "5 Jan 2026")
    on_day(cases.app, day(today))
    assert cases.plan_duty(plan, "hand_over").state == state


def test_without_a_known_move_there_is_nothing_to_hand_over(cases: Cases) -> None:
    plan = moving(cases, "5 Jan 2026")
    cases.app.change_plan(plan, CorrectPlanDay(fact="aware_of_move", to=None, reason="Another family"))
    duty = cases.plan_duty(plan, "hand_over")
    assert (duty.state, duty.reason) == ("not_applicable", "no move to another authority's area is known")


def test_a_corrected_day_of_becoming_aware_counts_anew(cases: Cases) -> None:
    plan = moving(cases, "5 Jan 2026")
    cases.app.change_plan(plan, CorrectPlanDay(fact="aware_of_move", to=day("15 Dec 2025"), reason="Read too late"))
    assert cases.plan_duty(plan, "hand_over").due == day("7 Jan 2026")


def test_when_a_move_became_known_may_be_recorded_after_the_plan_went(cases: Cases) -> None:
    plan = cases.plan("1 Mar 2025")
    cases.app.change_plan(plan, TransferOut(on=day("23 Jan 2026")))
    with pytest.raises(DateRefused, match="2026-01-24 is after the plan went to another authority on 2026-01-23"):
        cases.app.change_plan(plan, LearnOfMove(on=day("24 Jan 2026")))
    cases.app.change_plan(plan, LearnOfMove(on=day("5 Jan 2026")))
    assert cases.plan_duty(plan, "hand_over").state == "met"


def test_a_plan_that_ceased_goes_to_nobody(cases: Cases) -> None:
    plan = cases.plan("1 Mar 2025")
    cases.app.change_plan(plan, EndPlan(on=day("5 Jan 2026")))
    with pytest.raises(NotPossible, match="has ceased"):
        cases.app.change_plan(plan, LearnOfMove(on=day("6 Jan 2026")))
    with pytest.raises(InvalidValue, match="three digits"):
        cases.app.change_plan(cases.plan("1 Mar 2025"), LearnOfMove(on=day("5 Jan 2026"), to_la="Anyshire"))


def test_part_3_asks_for_no_hand_over_during_detention(cases: Cases) -> None:
    """CFA 2014 s.70(1): the last day falls into the detention."""
    plan = moving(cases, "5 Jan 2026")
    cases.app.change_plan(plan, StartDetention(on=day("23 Jan 2026")))
    assert cases.plan_duty(plan, "hand_over").state == "not_applicable"


# --- r.15(4)-(5): the new authority ----------------------------------------------------------------------------


def moved_in(cases: Cases, made: str, on: str, last_reviewed: str | None = None) -> str:
    plan = cases.plan(made, last_reviewed=day(last_reviewed) if last_reviewed else None)
    cases.app.change_plan(plan, TransferIn(on=day(on), from_la="878"))
    return plan


@pytest.mark.parametrize(
    ("told", "state"), [("22 Feb 2026", "met"), ("23 Feb 2026", "met"), ("24 Feb 2026", "breached")]
)
def test_the_family_is_told_all_three_things_within_six_weeks(cases: Cases, told: str, state: str) -> None:
    """Transferred Mon 12 January 2026: six weeks end on Mon 23 February (r.15(4))."""
    plan = moved_in(cases, "1 Mar 2025", "12 Jan 2026")
    said = TellFamilyOfTransfer(on=day(told), proposes_assessment=True, review_on=day("1 Apr 2026"))
    cases.app.change_plan(plan, said)
    duty = cases.plan_duty(plan, "family_told_of_transfer")
    assert (duty.due, duty.state) == (day("23 Feb 2026"), state)
    now = cases.app.plan(plan)
    assert (now.proposes_assessment, now.proposes_review_on) == (True, day("1 Apr 2026"))


def test_a_second_transfer_in_is_told_of_again(cases: Cases) -> None:
    plan = moved_in(cases, "1 Mar 2025", "12 Jan 2026")
    told = TellFamilyOfTransfer(on=day("19 Jan 2026"), proposes_assessment=False, review_on=day("1 Apr 2026"))
    cases.app.change_plan(plan, told, TransferIn(on=day("2 Mar 2026")))
    now = cases.app.plan(plan)
    assert (now.told_of_transfer, now.proposes_assessment, now.proposes_review_on) == (None, None, None)
    assert cases.plan_duty(plan, "family_told_of_transfer").due == day("13 Apr 2026")


@pytest.mark.parametrize(
    ("made", "reviewed", "moved", "strict", "outer"),
    [
        # Twelve months from the making end on 28 February, three months from 12 January on 11 April: the later.
        ("1 Mar 2025", None, "12 Jan 2026", "11 Apr 2026", "12 Apr 2026"),
        # Made on 1 June: its 12 months end later than three months from the transfer.
        ("1 Jun 2025", None, "12 Jan 2026", "31 May 2026", "1 Jun 2026"),
        # The review that the old authority completed on 20 October 2025 starts them (r.15(3)(a)).
        ("1 Mar 2020", "20 Oct 2025", "12 Jan 2026", "19 Oct 2026", "20 Oct 2026"),
        # Both end on the same day, and one day apart.
        ("12 Apr 2025", None, "12 Jan 2026", "11 Apr 2026", "12 Apr 2026"),
        ("13 Apr 2025", None, "12 Jan 2026", "12 Apr 2026", "13 Apr 2026"),
        # From 30 November three months end on 28 February.
        ("1 Jan 2025", None, "30 Nov 2025", "28 Feb 2026", "28 Feb 2026"),
    ],
)
def test_the_new_authority_reviews_by_the_later_of_twelve_and_three_months(
    cases: Cases, made: str, reviewed: str | None, moved: str, strict: str, outer: str
) -> None:
    duty = cases.plan_duty(moved_in(cases, made, moved, reviewed), "twelve_months")
    assert (duty.due, duty.outer) == (day(strict), day(outer))
