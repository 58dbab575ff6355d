"""The end of a plan in the middle of a review: its open duties lapse, its reviews close, and both can be taken back."""

from typing import Any

import pytest

from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from arflow.errors import DateRefused, InvalidValue, NotPossible, StepNotAllowed
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day

ENDS: dict[str, Any] = {"transferred_out": p.TransferOut, "ceased": p.EndPlan}
STATES = {"transferred_out": "passed_on", "ceased": "ended_with_plan"}
HELD = ("report", "decision", "amendment_notice", "twelve_months")


def held(cases: Cases, **more: Any) -> Told:
    """A review of a plan made on 1 August 2024 whose meeting was held on 10 June 2025."""
    return cases.opened("1 Aug 2024", "1 May 2025", **more).held("10 Jun 2025")


def ended(told: Told, fact: str, on: str) -> Told:
    told.app.change_plan(told.plan, ENDS[fact](on=day(on)))
    return told


def taken_back(told: Told, fact: Any, to: str | None = None) -> Told:
    corrected = p.CorrectPlanDay(fact=fact, to=day(to) if to else None, reason="Recorded for another plan")
    told.app.change_plan(told.plan, corrected)
    return told


@pytest.mark.parametrize("fact", ENDS)
def test_open_duties_lapse_when_the_plan_ends_in_the_middle_of_a_review(cases: Cases, fact: str) -> None:
    told = ended(held(cases), fact, "20 Jun 2025")
    assert {told.duty(name).state for name in HELD} == {"not_applicable"}
    assert ("r.15(3)(a)" in told.duty("decision").reason) is (fact == "transferred_out")
    assert told.app.possible(told.app.review(told.id)) == ()
    assert {one.state for one in told.app.plan_duties(told.plan)} == {"not_applicable"}


@pytest.mark.parametrize(
    ("on", "state"), [("23 Jun 2025", "not_applicable"), ("24 Jun 2025", "not_applicable"), ("25 Jun 2025", "breached")]
)
@pytest.mark.parametrize("fact", ENDS)
def test_a_report_due_on_24_june_is_breached_only_if_the_plan_ended_later(
    cases: Cases, fact: str, on: str, state: str
) -> None:
    assert ended(held(cases), fact, on).duty("report").state == state


@pytest.mark.parametrize("fact", ENDS)
def test_what_was_met_before_the_plan_ended_stays_met(cases: Cases, fact: str) -> None:
    told = ended(held(cases).reported("20 Jun 2025"), fact, "21 Jun 2025")
    assert (told.duty("report").state, told.duty("decision").state) == ("met", "not_applicable")


@pytest.mark.parametrize("fact", ENDS)
@pytest.mark.parametrize("state", ["scheduled", "meeting_held", "decided", "amending", "maintained"])
def test_a_review_closes_with_its_plan_from_whichever_state_it_is_in(cases: Cases, fact: str, state: str) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025")
    if state != "scheduled":
        told.held("10 Jun 2025")
    if state in ("decided", "amending", "maintained"):
        told.decided("maintain" if state == "maintained" else "amend", "20 Jun 2025")
    if state == "amending":
        told.noticed("20 Jun 2025")
    assert told.state() == state
    ended(told, fact, "1 Jul 2025")
    assert told.state() == STATES[fact]
    assert told.app.plan(told.plan).open_review() is None
    taken_back(told, fact)
    assert told.state() == state
    assert told.app.plan(told.plan).open_review() == (told.id if state in ("scheduled", "meeting_held") else None)


@pytest.mark.parametrize("fact", ENDS)
def test_every_unfinished_review_closes_and_no_other(cases: Cases, fact: str) -> None:
    first = held(cases).decided("maintain", "20 Jun 2025").do(c.ConcludeReview())
    second = cases.review(first.plan, "1 Oct 2025")
    interim = cases.review(first.plan, "2 Oct 2025", kind="under_five")
    ended(first, fact, "1 Nov 2025")
    closed = STATES[fact]
    assert [one.state() for one in (first, second, interim)] == ["concluded", closed, closed]
    taken_back(first, fact)
    assert [one.state() for one in (first, second, interim)] == ["concluded", "scheduled", "scheduled"]


@pytest.mark.parametrize("fact", ENDS)
def test_a_later_act_is_refused_with_the_way_on(cases: Cases, fact: str) -> None:
    told = ended(held(cases), fact, "20 Jun 2025")
    way_on = f"arflow plan correct {told.plan} {fact.replace('_', '-')} --to none --reason TEXT"
    refused: tuple[c.AnyReviewCommand, ...] = (
        c.SendReport(),
        c.Decide(outcome="maintain"),
        c.CancelReview(reason="x"),
        c.ConcludeReview(),
        c.VoidStep(voided_step="hold", reason="x"),
        c.CorrectStep(corrected_step="pass_on", reason="x"),
    )
    for act in refused:
        with pytest.raises(NotPossible, match=way_on):
            told.do(act)
    with pytest.raises(NotPossible, match=way_on):
        told.app.change_plan(told.plan, p.ChangeYearGroup(nc_year=7))
    assert taken_back(told, fact).reported("19 Jun 2025").state() == "report_sent"


@pytest.mark.parametrize("fact", ENDS)
def test_the_day_of_an_end_can_be_corrected_and_its_reviews_follow(cases: Cases, fact: str) -> None:
    told = taken_back(ended(held(cases), fact, "20 Jun 2025"), fact, to="25 Jun 2025")
    assert told.state() == STATES[fact]
    assert told.duty("report").state == "breached"
    assert told.app.review(told.id).as_at(day("24 Jun 2025")).state == "meeting_held"
    assert told.app.review(told.id).as_at(day("25 Jun 2025")).state == STATES[fact]


def test_an_end_taken_back_leaves_the_duties_as_they_were(cases: Cases) -> None:
    told = held(cases)
    on_day(told.app, day("20 Jun 2025"))
    before = told.app.duties(told.id)
    taken_back(ended(told, "transferred_out", "20 Jun 2025"), "transferred_out")
    assert told.app.duties(told.id) == before


def test_another_review_ends_when_one_ceases_the_plan(cases: Cases) -> None:
    told = held(cases).decided("cease", "20 Jun 2025")
    interim = cases.review(told.plan, "21 Jun 2025", kind="under_five")
    told.do(c.CeasePlan(on=day("2 Sep 2025")))
    assert (told.state(), interim.state()) == ("ceased", "ended_with_plan")
    assert told.do(c.SendReport(on=day("3 Sep 2025"))).state() == "ceased"
    with pytest.raises(NotPossible, match=f"arflow review void {told.id} cease"):
        taken_back(told, "ceased")
    told.do(c.VoidStep(voided_step="cease", reason="Not yet"))
    assert (told.state(), interim.state()) == ("decided", "scheduled")
    assert told.app.plan(told.plan).is_maintained


def test_an_authority_is_named_by_three_digits(cases: Cases) -> None:
    plan = cases.plan("1 Aug 2024")
    for number in ("87", "8780", "abc", "٨٧٨", ""):
        for command in (p.TransferOut(to_la=number), p.TransferIn(from_la=number)):
            with pytest.raises(InvalidValue, match="three digits"):
                cases.app.change_plan(plan, command)


def test_a_plan_that_a_review_decided_to_cease_ends_with_that_review_alone(cases: Cases) -> None:
    told = held(cases).decided("cease", "20 Jun 2025")
    with pytest.raises(NotPossible, match=f"arflow review cease {told.id}"):
        ended(told, "ceased", "1 Jul 2025")
    told.do(c.CeasePlan(on=day("1 Jul 2025"), skip_reason="Nobody is responsible any longer"))
    assert told.duty("appeal_period").state == "breached"
    assert not told.app.plan(told.plan).is_maintained


def test_a_review_that_ended_with_a_plan_stays_so_when_an_appeal_revives_it(cases: Cases) -> None:
    told = held(cases).decided("cease", "20 Jun 2025")
    interim = cases.review(told.plan, "21 Jun 2025", kind="under_five")
    told.do(c.CeasePlan(on=day("2 Sep 2025"))).do(c.LodgeAppeal(on=day("8 Sep 2025")))
    told.do(c.AdmitAppeal(on=day("1 Oct 2025")))
    assert interim.duty("under_five_review").state == "not_applicable"
    with pytest.raises(NotPossible, match=f"arflow review open {told.plan}"):
        interim.held("2 Oct 2025")


# --- an appeal goes on after the plan has ended ---------------------------------------------------------------------


def appealed(cases: Cases) -> Told:
    """An appeal of 1 July against the decision of 20 June 2025 to maintain the plan unchanged."""
    return held(cases).decided("maintain", "20 Jun 2025").do(c.LodgeAppeal(on=day("1 Jul 2025")))


@pytest.mark.parametrize("fact", ENDS)
@pytest.mark.parametrize("how", ["dismissed", "allowed", "withdrawn"])
def test_how_an_appeal_ended_is_recorded_after_the_plan_has_ended(cases: Cases, fact: str, how: Any) -> None:
    told = ended(appealed(cases), fact, "1 Sep 2025")
    duties = told.app.duties(told.id)
    assert told.app.possible(told.app.review(told.id)) == ("determine_appeal",)
    told.do(c.DetermineAppeal(ended=how, on=day("1 Oct 2025")))
    assert (told.state(), told.app.possible(told.app.review(told.id))) == (STATES[fact], ())
    assert told.app.duties(told.id) == duties  # what had lapsed with the plan stays lapsed from that day
    with pytest.raises(StepNotAllowed):
        told.do(c.DetermineAppeal(ended=how, on=day("2 Oct 2025")))
    assert taken_back(told, fact).state() == "maintained"


def test_how_an_appeal_ended_can_be_corrected_and_taken_back_after_the_plan_has_ended(cases: Cases) -> None:
    told = ended(appealed(cases), "ceased", "1 Sep 2025").do(c.DetermineAppeal(ended="allowed", on=day("1 Oct 2025")))
    told.do(c.CorrectStep(corrected_step="determine_appeal", on=day("2 Oct 2025"), reason="Misread"))
    assert told.app.review(told.id).day("determine_appeal") == day("2 Oct 2025")
    told.do(c.VoidStep(voided_step="determine_appeal", reason="Another child"))
    told.do(c.DetermineAppeal(ended="dismissed", on=day("3 Oct 2025")))
    assert told.state() == "ended_with_plan"


def test_how_an_appeal_ended_is_recorded_after_the_review_was_concluded(cases: Cases) -> None:
    told = appealed(cases).do(c.ConcludeReview(on=day("2 Jul 2025")))
    assert told.do(c.DetermineAppeal(ended="dismissed", on=day("1 Oct 2025"))).state() == "concluded"


def test_without_an_appeal_there_is_no_end_of_one_to_record(cases: Cases) -> None:
    told = ended(held(cases), "ceased", "1 Sep 2025")
    with pytest.raises(StepNotAllowed):
        told.do(c.DetermineAppeal(ended="dismissed", on=day("1 Oct 2025")))


# --- days out of order ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "fact", "to", "says"),
    [
        (
            [p.TransferOut(on=day("1 Jul 2025"))],
            "transferred_out",
            "31 Jul 2024",
            "before the plan was made on 2024-08-01",
        ),
        ([p.EndPlan(on=day("1 Jul 2025"))], "ceased", "31 Jul 2024", "before the plan was made on 2024-08-01"),
        (
            [p.TransferIn(on=day("1 Jul 2025"))],
            "transferred_in",
            "31 Jul 2024",
            "before the plan was made on 2024-08-01",
        ),
        (
            [p.StartDetention(on=day("1 May 2025")), p.Release(on=day("1 Jul 2025"))],
            "released",
            "30 Apr 2025",
            "before the detention began on 2025-05-01",
        ),
        (
            [p.StartDetention(on=day("1 May 2025")), p.Release(on=day("1 Jul 2025"))],
            "detained",
            "2 Jul 2025",
            "after the release from it on 2025-07-01",
        ),
        (
            [p.LearnOfMove(on=day("1 May 2025")), p.TransferOut(on=day("1 Jul 2025"))],
            "aware_of_move",
            "2 Jul 2025",
            "after the plan went to another authority on 2025-07-01",
        ),
    ],
)
def test_a_corrected_day_out_of_order_is_refused(cases: Cases, facts: list[Any], fact: Any, to: str, says: str) -> None:
    plan = cases.plan("1 Aug 2024")
    cases.app.change_plan(plan, *facts)
    with pytest.raises(DateRefused, match=says):
        cases.app.change_plan(plan, p.CorrectPlanDay(fact=fact, to=day(to), reason="Misread"))


def test_a_release_before_the_detention_is_refused(cases: Cases) -> None:
    plan = cases.plan("1 Aug 2024")
    cases.app.change_plan(plan, p.StartDetention(on=day("1 May 2025")))
    with pytest.raises(DateRefused, match="before the detention began on 2025-05-01"):
        cases.app.change_plan(plan, p.Release(on=day("30 Apr 2025")))
    cases.app.change_plan(plan, p.Release(on=day("1 May 2025")))
