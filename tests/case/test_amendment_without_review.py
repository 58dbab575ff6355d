"""An amendment without a review: notice, 15 days, eight weeks, final plan or none (SEND Regs 2014 r.28, r.22)."""

from typing import Any

import pytest

from arflow.case import plan_commands as p
from arflow.case import proceeding_commands as pr
from arflow.case.plan_amendments import appeal_ends, check_not_too_early, last_day_still_open
from arflow.errors import ArflowError, DateRefused, InvalidValue, MissingValue, NotPossible
from arflow.lists.questions import Asking
from tests.support.cases import Cases, day
from tests.support.days import on_day

# Tue 1 September 2026: 15 days beginning with it end on the 15th, eight weeks of it on Tue 27 October.
SENT = "1 Sep 2026"
FINAL, WINDOW, AGAIN = "plan_final_plan", "plan_representations", "plan_final_plan_again"


def proposed(cases: Cases, on: str = SENT, **more: Any) -> str:
    plan = cases.plan("12 Sep 2025")
    cases.app.change_plan(plan, p.SendPlanNotice(on=day(on), **more))
    return plan


@pytest.mark.parametrize(
    ("today", "state"), [("26 Oct 2026", "due_soon"), ("27 Oct 2026", "due_soon"), ("28 Oct 2026", "overdue")]
)
def test_eight_weeks_run_from_the_notice_and_no_longer_pass_silently(cases: Cases, today: str, state: str) -> None:
    """r.28 with r.22(3)-(4): notice Tue 1 Sep, eight weeks of it end Tue 27 Oct 2026."""
    plan = proposed(cases)
    on_day(cases.app, day(today))
    duty = cases.plan_duty(plan, FINAL)
    assert (duty.due, duty.outer, duty.state) == (day("27 Oct 2026"), day("27 Oct 2026"), state)
    asking = Asking(cases.app)
    asking.catch_up()
    listed = [(item.duty, item.act, item.due) for item in asking.due(cases.app.today)]
    assert (FINAL, "amend", day("27 Oct 2026")) in listed


@pytest.mark.parametrize(("on", "state"), [("26 Oct 2026", "met"), ("27 Oct 2026", "met"), ("28 Oct 2026", "breached")])
@pytest.mark.parametrize("amends", [True, False])
def test_the_final_plan_or_the_decision_not_to_amend_on_its_boundary_days(
    cases: Cases, on: str, state: str, *, amends: bool
) -> None:
    """r.22(3) for the final plan, r.22(4) for deciding not to amend: both within the eight weeks of sending."""
    plan = proposed(cases)
    end = p.RecordAmendment(on=day(on), because="without_review") if amends else p.DecideNotToAmendPlan(on=day(on))
    cases.app.change_plan(plan, end)
    duty = cases.plan_duty(plan, FINAL)
    assert (duty.met_on, duty.state) == (day(on), state)


@pytest.mark.parametrize(
    ("on", "state"), [("14 Sep 2026", "breached"), ("15 Sep 2026", "breached"), ("16 Sep 2026", "met")]
)
def test_fifteen_days_begin_with_the_day_of_service(cases: Cases, on: str, state: str) -> None:
    """r.22(2)(c): served 1 Sep, day 15 is 15 Sep; the earliest final plan is of 16 Sep 2026."""
    plan = proposed(cases)
    workflow = cases.app.current_workflow()
    early = p.RecordAmendment(on=day(on), because="without_review")
    if state == "breached":
        with pytest.raises(MissingValue, match="until 2026-09-15"):
            check_not_too_early(cases.app.plan(plan), workflow, early, cases.app.today)
    else:
        check_not_too_early(cases.app.plan(plan), workflow, early, cases.app.today)
    cases.app.change_plan(plan, early)
    assert cases.plan_duty(plan, WINDOW).state == state


def test_service_by_post_moves_the_fifteen_days_and_not_the_eight_weeks(cases: Cases) -> None:
    """r.22(2)(c) counts from service, r.22(3) from sending: served Thu 3 Sep, day 15 is 17 Sep."""
    plan = proposed(cases, served_on=day("3 Sep 2026"))
    assert cases.plan_duty(plan, WINDOW).due == day("17 Sep 2026")
    assert cases.plan_duty(plan, FINAL).due == day("27 Oct 2026")


def test_the_family_may_have_answered_before_the_fifteen_days_are_over(cases: Cases) -> None:
    plan = proposed(cases)
    cases.app.change_plan(plan, p.ReceivePlanRepresentations(on=day("8 Sep 2026")))
    assert last_day_still_open(cases.app.plan(plan), cases.app.current_workflow(), day("9 Sep 2026")) == day(
        "15 Sep 2026"
    )
    cases.app.change_plan(plan, p.ReceivePlanRepresentations(on=day("8 Sep 2026"), no_more=True))
    assert last_day_still_open(cases.app.plan(plan), cases.app.current_workflow(), day("9 Sep 2026")) is None
    cases.app.change_plan(plan, p.RecordAmendment(on=day("9 Sep 2026"), because="without_review"))
    assert cases.plan_duty(plan, WINDOW).state == "not_applicable"
    assert cases.plan_duty(plan, FINAL).state == "met"


@pytest.mark.parametrize(
    ("on", "first", "second"),
    [
        ("27 Oct 2026", "met", "met"),
        ("28 Oct 2026", "breached", "met"),
        ("17 Nov 2026", "breached", "met"),
        ("18 Nov 2026", "breached", "breached"),
    ],
)
def test_a_second_notice_has_clocks_of_its_own_beside_the_first(cases: Cases, on: str, first: str, second: str) -> None:
    """Other amendments on Tue 22 Sep: 15 days to 6 Oct, eight weeks to 17 Nov; the first eight weeks still end on 27 Oct."""
    plan = proposed(cases)
    cases.app.change_plan(plan, p.ReceivePlanRepresentations(on=day("8 Sep 2026"), no_more=True))
    cases.app.change_plan(plan, p.SendPlanNotice(on=day("22 Sep 2026"), again=True))
    window = cases.plan_duty(plan, WINDOW)
    assert (window.due, window.state) == (day("6 Oct 2026"), "met")  # what was given up was of the first
    cases.app.change_plan(plan, p.RecordAmendment(on=day(on), because="without_review"))
    assert (cases.plan_duty(plan, FINAL).state, cases.plan_duty(plan, AGAIN).state) == (first, second)


def test_both_limits_are_one_act_on_the_due_list_and_in_its_proof(cases: Cases) -> None:
    plan = proposed(cases)
    cases.app.change_plan(plan, p.SendPlanNotice(on=day("22 Sep 2026"), again=True))
    on_day(cases.app, day("20 Oct 2026"))
    proof = cases.app.why(plan, "amend")
    assert proof.duty == FINAL
    assert proof.due == day("27 Oct 2026")
    assert "beside it plan_final_plan_again by Tue 17 Nov 2026" in proof.lines[0]


def test_the_twelve_months_are_not_reset(cases: Cases) -> None:
    """Code 9.198: an amended plan leaves the year as it is; made 12 Sep 2025, reviewed by 11 Sep 2026."""
    plan = proposed(cases, "1 Jun 2026")
    cases.app.change_plan(plan, p.RecordAmendment(on=day("20 Jul 2026"), because="without_review"))
    year = cases.plan_duty(plan, "twelve_months")
    assert (year.due, year.outer) == (day("11 Sep 2026"), day("12 Sep 2026"))


@pytest.mark.parametrize(("on", "state"), [("10 Nov 2026", "breached"), ("27 Oct 2026", "met")])
def test_a_final_plan_recorded_with_the_day_of_its_notice_is_counted_from_that(
    cases: Cases, on: str, state: str
) -> None:
    """Seventy days after the notice, recorded all at once: the eight weeks ended on 27 Oct."""
    plan = cases.plan("12 Sep 2025")
    cases.app.change_plan(plan, p.RecordAmendment(on=day(on), because="without_review", notice_on=day(SENT)))
    assert cases.plan_duty(plan, FINAL).state == state


def test_an_appeal_is_brought_within_two_months_of_what_ended_it(cases: Cases) -> None:
    """HESC Rules 2008 r.20(1)(c); s.51(2)(c), (3)(b): after a final plan of 20 Oct 2026 by Mon 21 Dec (20 Dec is a Sunday)."""
    plan = proposed(cases)
    assert appeal_ends(cases.app.plan(plan)) is None
    cases.app.change_plan(plan, p.RecordAmendment(on=day("20 Oct 2026"), because="without_review"))
    assert appeal_ends(cases.app.plan(plan)) == day("21 Dec 2026")


def test_an_order_of_the_tribunal_does_not_end_what_was_proposed(cases: Cases) -> None:
    plan = proposed(cases)
    cases.app.change_plan(plan, p.RecordAmendment(on=day("1 Oct 2026"), because="tribunal_order"))
    assert cases.plan_duty(plan, FINAL).met_on is None


def test_a_decision_not_to_amend_ends_it_too(cases: Cases) -> None:
    plan = proposed(cases, "1 Mar 2026")
    cases.app.change_plan(plan, p.DecideNotToAmendPlan(on=day("1 Apr 2026")))
    with pytest.raises(NotPossible, match="no amendment proposed"):
        cases.app.change_plan(plan, p.ReceivePlanRepresentations(on=day("2 Apr 2026")))
    cases.app.change_plan(plan, p.SendPlanNotice(on=day(SENT)))
    assert cases.plan_duty(plan, FINAL).met_on is None


def test_another_amendment_starts_afresh(cases: Cases) -> None:
    plan = proposed(cases, "1 Mar 2026")
    cases.app.change_plan(plan, p.SendPlanNotice(on=day("10 Mar 2026"), again=True))
    cases.app.change_plan(plan, p.ReceivePlanRepresentations(on=day("11 Mar 2026"), no_more=True))
    cases.app.change_plan(plan, p.RecordAmendment(on=day("1 Apr 2026"), because="without_review"))
    cases.app.change_plan(plan, p.SendPlanNotice(on=day(SENT)))
    assert (cases.plan_duty(plan, FINAL).due, cases.plan_duty(plan, FINAL).met_on) == (day("27 Oct 2026"), None)
    assert cases.plan_duty(plan, AGAIN).state == "not_applicable"
    assert cases.plan_duty(plan, WINDOW).due == day("15 Sep 2026")


def test_detention_takes_the_last_day_that_falls_in_it(cases: Cases) -> None:
    """CFA 2014 s.70(1): Part 3 does not apply on 27 Oct."""
    plan = proposed(cases)
    cases.app.change_plan(plan, p.StartDetention(on=day("20 Oct 2026")))
    assert cases.plan_duty(plan, FINAL).state == "not_applicable"


# --- put right ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("to", "due"), [("2 Sep 2026", "28 Oct 2026"), (None, None)])
def test_a_mistyped_notice_is_corrected_or_taken_back(cases: Cases, to: str | None, due: str | None) -> None:
    plan = proposed(cases, served_on=day("1 Sep 2026"))
    right = day(to) if to else None
    cases.app.change_plan(plan, p.CorrectPlanDay(fact="plan_notice_sent", to=right, reason="Misread"))
    found = cases.plan_duty(plan, FINAL)
    assert found.due == (day(due) if due else None)
    window = cases.plan_duty(plan, WINDOW)
    assert window.due == (day("16 Sep 2026") if due else None)  # never served before it was sent


@pytest.mark.parametrize(
    ("to", "served", "window"),
    [
        ("27 Aug 2026", "1 Sep 2026", "15 Sep 2026"),  # the Monday between is a bank holiday
        ("27 Aug 2026", None, "10 Sep 2026"),
        ("8 Sep 2026", "10 Sep 2026", "24 Sep 2026"),
        ("1 Sep 2026", "4 Sep 2026", "18 Sep 2026"),  # sent on the day recorded, and served on another
    ],
)
@pytest.mark.parametrize("again", [False, True])
def test_a_corrected_notice_is_served_as_is_said_then(
    cases: Cases, to: str, served: str | None, window: str, *, again: bool
) -> None:
    """r.22(2)(c): the day of service goes with the day of sending; that of the wrong day is not left behind."""
    plan = cases.plan("12 Sep 2025")
    if again:
        cases.app.change_plan(plan, p.SendPlanNotice(on=day("3 Aug 2026")))
    cases.app.change_plan(plan, p.SendPlanNotice(on=day(SENT), served_on=day("3 Sep 2026"), again=again))
    fact: Any = "plan_notice_sent_again" if again else "plan_notice_sent"
    served_on = day(served) if served else None
    cases.app.change_plan(plan, p.CorrectPlanDay(fact=fact, to=day(to), served_on=served_on, reason="Misread"))
    assert cases.plan_duty(plan, WINDOW).due == day(window)


def test_the_last_correction_of_a_notice_counts_with_its_day_of_service(cases: Cases) -> None:
    plan = proposed(cases, served_on=day("3 Sep 2026"))
    for to, served in (("2 Sep 2026", "9 Sep 2026"), ("3 Sep 2026", None)):
        served_on = day(served) if served else None
        right = p.CorrectPlanDay(fact="plan_notice_sent", to=day(to), served_on=served_on, reason="Misread")
        cases.app.change_plan(plan, right)
    assert cases.plan_duty(plan, WINDOW).due == day("17 Sep 2026")


@pytest.mark.parametrize(
    ("fact", "to", "error", "says"),
    [
        ("plan_notice_sent", "4 Sep 2026", DateRefused, "2026-09-03 is before the notice was sent on 2026-09-04"),
        ("first_made", "11 Sep 2025", NotPossible, "goes with the day on which a notice was sent"),
        ("plan_notice_sent", None, NotPossible, "goes with the day on which a notice was sent"),
    ],
)
def test_a_day_of_service_that_cannot_be_is_refused(
    cases: Cases, fact: Any, to: str | None, error: Any, says: str
) -> None:
    plan = proposed(cases)
    right = day(to) if to else None
    wrong = p.CorrectPlanDay(fact=fact, to=right, served_on=day("3 Sep 2026"), reason="Misread")
    refused(cases, plan, wrong, error, says)


def test_a_second_notice_that_never_went_leaves_the_first_as_it_was(cases: Cases) -> None:
    plan = proposed(cases, served_on=day("3 Sep 2026"))
    cases.app.change_plan(plan, p.SendPlanNotice(on=day("22 Sep 2026"), again=True))
    cases.app.change_plan(plan, p.CorrectPlanDay(fact="plan_notice_sent_again", to=None, reason="Another plan"))
    assert cases.plan_duty(plan, WINDOW).due == day("17 Sep 2026")
    assert cases.plan_duty(plan, AGAIN).state == "not_applicable"


@pytest.mark.parametrize("end", ["plan_amended", "plan_not_amended"])
def test_an_end_that_was_a_mistake_is_taken_back_and_the_weeks_run_on(cases: Cases, end: Any) -> None:
    plan = proposed(cases)
    ending = (
        p.RecordAmendment(on=day("1 Oct 2026"), because="without_review")
        if end == "plan_amended"
        else p.DecideNotToAmendPlan(on=day("1 Oct 2026"))
    )
    cases.app.change_plan(plan, ending, p.CorrectPlanDay(fact=end, to=None, reason="Another plan"))
    assert cases.plan_duty(plan, FINAL).met_on is None
    cases.app.change_plan(plan, p.DecideNotToAmendPlan(on=day("20 Oct 2026")))
    assert cases.plan_duty(plan, FINAL).met_on == day("20 Oct 2026")


def test_a_corrected_or_mistaken_final_plan_is_so_among_the_amendments_too(cases: Cases) -> None:
    plan = proposed(cases)
    amended = p.RecordAmendment(on=day("1 Oct 2026"), because="without_review")
    right = p.CorrectPlanDay(fact="plan_amended", to=day("2 Oct 2026"), reason="Misread")
    cases.app.change_plan(plan, amended, right)
    assert [fact.day for fact in cases.app.plan(plan).amended] == [day("2 Oct 2026")]
    cases.app.change_plan(plan, p.CorrectPlanDay(fact="plan_amended", to=None, reason="Another plan"))
    assert cases.app.plan(plan).amended == ()


@pytest.mark.parametrize(
    ("fact", "to"),
    [
        ("plan_notice_sent", "9 Sep 2026"),
        ("plan_notice_sent_again", "31 Aug 2026"),
        ("plan_notice_sent_again", "2 Oct 2026"),
        ("plan_amended", "7 Sep 2026"),
    ],
)
def test_a_correction_that_would_put_its_days_out_of_order_is_refused(cases: Cases, fact: Any, to: str) -> None:
    plan = proposed(cases)
    again = p.SendPlanNotice(on=day("8 Sep 2026"), again=True)
    cases.app.change_plan(plan, again, p.RecordAmendment(on=day("1 Oct 2026"), because="without_review"))
    wrong = p.CorrectPlanDay(fact=fact, to=day(to), reason="Misread")
    refused(cases, plan, wrong, DateRefused, "out of order: .* correct the other day first")


def test_a_day_of_it_is_known_or_it_never_was(cases: Cases) -> None:
    plan = proposed(cases)
    with pytest.raises(InvalidValue, match="it never was"):
        cases.app.change_plan(
            plan, p.CorrectPlanDay(fact="plan_notice_sent", to=None, quality="missing", reason="Nobody knows")
        )


# --- what cannot be -----------------------------------------------------------------------------------------


def refused(cases: Cases, plan: str, command: p.AnyPlanCommand, error: type[ArflowError], says: str) -> None:
    before = cases.app.log_store.head()
    with pytest.raises(error, match=says):
        cases.app.change_plan(plan, command)
    assert cases.app.log_store.head() == before


def test_what_does_not_follow_a_notice_is_refused_with_the_way_on(cases: Cases) -> None:
    plan = cases.plan("12 Sep 2025")
    for command in (p.DecideNotToAmendPlan(), p.ReceivePlanRepresentations(), p.SendPlanNotice(again=True)):
        refused(cases, plan, command, NotPossible, "record its notice with `arflow plan notice P-0001`")
    cases.app.change_plan(plan, p.SendPlanNotice(on=day(SENT)))
    refused(cases, plan, p.SendPlanNotice(on=day("2 Sep 2026")), NotPossible, "proposed on 2026-09-01 .* --again")
    before = p.DecideNotToAmendPlan(on=day("31 Aug 2026"))
    refused(cases, plan, before, DateRefused, "before the notice of the amendment on 2026-09-01")
    other = p.RecordAmendment(on=day("1 Oct 2026"), because="without_review", notice_on=day("2 Sep 2026"))
    refused(cases, plan, other, DateRefused, "not the day of the notice, 2026-09-01")
    refused(
        cases,
        plan,
        p.SendPlanNotice(again=True, on=day("8 Sep 2026"), served_on=day("7 Sep 2026")),
        DateRefused,
        "sent",
    )


def test_a_mediation_certificate_lengthens_the_time_to_appeal(cases: Cases) -> None:
    """HESC Rules 2008 r.20(1)(c): after a final plan of 20 Oct 2026, one month from a certificate of 24 Nov ends on Thu 24 Dec."""
    plan = proposed(cases)
    cases.app.change_plan(
        plan,
        p.RecordAmendment(on=day("20 Oct 2026"), because="without_review"),
        pr.RequestMediation(on=day("9 Nov 2026")),
        pr.TakeProceedingStep(on=day("24 Nov 2026"), did="certificate_given"),
    )
    assert appeal_ends(cases.app.plan(plan)) == day("24 Dec 2026")
