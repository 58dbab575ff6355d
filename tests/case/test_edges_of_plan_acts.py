"""The edges of acts on a plan: the same day, a day nobody knows, a bank holiday that was entered, an act that nothing followed."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from arflow.case import ceasing, plan_amendments, proceedings
from arflow.case import plan_commands as p
from arflow.case import proceeding_commands as pr
from arflow.case.cease_appeals import outside_review
from arflow.case.consultations import About, Consultation, after, longest_awaited
from arflow.case.facts import Fact
from arflow.case.transfer_record import named_institution
from arflow.errors import DateRefused, MissingValue, NotPossible
from arflow.events import ConsultationAnswered, PlanAmended, PlanEvent, PlanNotAmended
from tests.support.cases import Cases, day

# Tue 1 September 2026: 15 days beginning with it end on the 15th.
SENT = day("1 Sep 2026")
AMENDED = p.RecordAmendment(on=day("1 Oct 2026"), because="without_review")
NOT_AMENDED = p.DecideNotToAmendPlan(on=day("1 Oct 2026"))


@pytest.fixture
def proposed(cases: Cases) -> str:
    plan = cases.plan("12 Sep 2025")
    cases.app.change_plan(plan, p.SendPlanNotice(on=SENT))
    return plan


# --- an amendment without a review ---------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [AMENDED, NOT_AMENDED])
def test_the_only_notice_is_not_corrected_to_after_what_ended_it(cases: Cases, proposed: str, end: Any) -> None:
    cases.app.change_plan(proposed, end)

    def correct(to: str) -> None:
        cases.app.change_plan(proposed, p.CorrectPlanDay(fact="plan_notice_sent", to=day(to), reason="x"))

    with pytest.raises(DateRefused, match=r"2026-10-02: the notice, .*: 2026-10-01 is before 2026-10-02") as refused:
        correct("2 Oct 2026")
    assert refused.value.in_options().startswith("--to 2026-10-02")
    correct("1 Oct 2026")


def test_a_whole_amendment_may_be_of_one_day_and_none_of_it_before_the_notice(cases: Cases, proposed: str) -> None:
    early = SENT - timedelta(days=1)
    for act in (
        p.SendPlanNotice(on=early, again=True),
        p.ReceivePlanRepresentations(on=early),
        msgspec.structs.replace(AMENDED, on=early),
        msgspec.structs.replace(NOT_AMENDED, on=early),
    ):
        with pytest.raises(DateRefused) as refused:
            cases.app.change_plan(proposed, act)
        assert refused.value.in_options() == "--on 2026-08-31 is before the notice of the amendment on 2026-09-01"
    cases.app.change_plan(
        proposed,
        p.SendPlanNotice(on=SENT, again=True),
        p.ReceivePlanRepresentations(on=SENT, no_more=True),
        p.DecideNotToAmendPlan(on=SENT),
    )
    assert cases.app.plan(proposed).plan_not_amended is not None


@pytest.mark.parametrize("end", [AMENDED, NOT_AMENDED])
def test_what_ended_it_keeps_the_reason_for_its_day_as_a_note(cases: Cases, proposed: str, end: Any) -> None:
    cases.app.change_plan(proposed, msgspec.structs.replace(end, skip_reason="All had answered"))
    event = [event for _, event in cases.app.case_events(proposed)][-1]
    assert isinstance(event, PlanAmended | PlanNotAmended)
    assert event.skip_reason
    assert cases.app.directory.read_note(event.skip_reason) == "All had answered"


def test_an_amendment_for_another_cause_keeps_the_day_of_its_notice(cases: Cases) -> None:
    plan = cases.plan("12 Sep 2025")
    cases.app.change_plan(plan, p.RecordAmendment(on=day("1 Oct 2026"), because="tribunal_order", notice_on=SENT))
    [event] = [event for _, event in cases.app.case_events(plan) if isinstance(event, PlanAmended)]
    assert (event.notice_on, event.ends_notice) == (SENT, False)


@pytest.mark.parametrize("before", [True, False])
def test_a_final_plan_says_the_day_of_its_notice_whether_or_not_that_is_recorded(cases: Cases, *, before: bool) -> None:
    plan = cases.plan("12 Sep 2025")
    if before:
        cases.app.change_plan(plan, p.SendPlanNotice(on=SENT))
    cases.app.change_plan(plan, msgspec.structs.replace(AMENDED, notice_on=SENT))
    event = next(event for _, event in cases.app.case_events(plan) if isinstance(event, PlanAmended))
    assert event.notice_on == SENT


def test_the_day_of_a_notice_that_a_final_plan_reports_is_refused_by_its_own_name(cases: Cases, proposed: str) -> None:
    def refused(command: Any) -> str:
        with pytest.raises(DateRefused) as refusal:
            cases.app.change_plan(proposed, command)
        return refusal.value.in_options()

    other = msgspec.structs.replace(AMENDED, notice_on=SENT + timedelta(days=1))
    assert refused(other).startswith("--notice-on 2026-09-02 is not the day of the notice, 2026-09-01: ")
    far_off = refused(msgspec.structs.replace(AMENDED, notice_on=date(1, 1, 1)))
    assert far_off.startswith("--notice-on 0001-01-01 is not a day that arflow counts: ")
    before = p.SendPlanNotice(on=SENT, again=True, served_on=SENT - timedelta(days=1))
    assert refused(before) == "--served-on 2026-08-31 is before the notice was sent on 2026-09-01"


def early(cases: Cases, plan: str, command: Any) -> str:
    """Why it is too early for a command, as the command line says it; nothing where it is not."""
    try:
        plan_amendments.check_not_too_early(
            cases.app.plan(plan), cases.app.current_workflow(), command, cases.app.today
        )
    except MissingValue as refusal:
        return refusal.in_options()
    return ""


@pytest.mark.parametrize("ended", [None, AMENDED, NOT_AMENDED])
@pytest.mark.parametrize(("on", "is_early"), [("22 Oct 2026", True), ("23 Oct 2026", False)])
def test_the_fifteen_days_of_a_notice_that_a_final_plan_reports_are_its_own(
    cases: Cases, proposed: str, ended: Any, on: str, *, is_early: bool
) -> None:
    """A notice of 8 October, not recorded: its 15 days end on the 22nd, whatever an earlier amendment came to."""
    plan = proposed if ended else cases.plan("12 Sep 2025")
    if ended:
        answered = p.ReceivePlanRepresentations(on=SENT, no_more=True)
        cases.app.change_plan(plan, p.SendPlanNotice(on=day("8 Sep 2026"), again=True, served_on=day("9 Sep 2026")))
        cases.app.change_plan(plan, msgspec.structs.replace(answered, on=day("10 Sep 2026")), ended)
    said = early(cases, plan, p.RecordAmendment(on=day(on), because="without_review", notice_on=day("8 Oct 2026")))
    assert said.startswith("--skip-reason") is is_early
    assert ("has until 2026-10-22" in said) is is_early
    assert said.endswith("has answered, or say why") is is_early


@pytest.mark.parametrize("end", [AMENDED, NOT_AMENDED])
def test_a_bank_holiday_that_was_entered_lengthens_the_time_to_appeal_after_it(
    cases: Cases, proposed: str, end: Any
) -> None:
    cases.app.change_plan(proposed, end)
    plan = cases.app.plan(proposed)
    assert plan_amendments.appeal_ends(plan) == day("1 Dec 2026")
    assert plan_amendments.appeal_ends(plan, [day("1 Dec 2026")]) == day("2 Dec 2026")


# --- ceasing -------------------------------------------------------------------------------------------------------


def ends(cases: Cases, plan: str, on: date, *also: date) -> bool:
    """Whether a plan may end on a day, with bank holidays that were entered."""
    try:
        ceasing.refuse_to_end(cases.app.plan(plan), on, None, also)
    except NotPossible:
        return False
    return True


def test_a_bank_holiday_that_was_entered_keeps_a_plan_that_is_to_cease_a_day_longer(cases: Cases) -> None:
    """Notified on Mon 2 March 2026: the time to appeal ends on Tue 5 May, since Mon 4 May is a bank holiday."""
    plan = cases.plan("12 Sep 2025")
    cases.app.change_plan(plan, pr.NotifyCeasing(on=day("2 Mar 2026")))
    last = appeal_time_ends(cases, plan)
    assert last == day("5 May 2026")
    next_day = last + timedelta(days=1)
    assert (ends(cases, plan, last), ends(cases, plan, next_day)) == (False, True)
    assert (ends(cases, plan, next_day, last), ends(cases, plan, next_day + timedelta(days=1), last)) == (False, True)
    assert appeal_time_ends(cases, plan, last) == next_day


def appeal_time_ends(cases: Cases, plan: str, *also: date) -> date:
    found = outside_review(cases.app.plan(plan).proceedings, also)
    assert found
    return found.ends


@pytest.mark.parametrize(("on", "lacks"), [("13 Jul 2026", True), ("14 Jul 2026", False), ("15 Jul 2026", False)])
def test_a_review_completed_on_the_day_of_the_decision_is_one_since_the_setting_was_left(
    cases: Cases, on: str, *, lacks: bool
) -> None:
    told = cases.opened("12 Sep 2025", "1 May 2026")
    cases.app.change_plan(told.plan, p.MoveSetting(setting="123456", on=day("2 May 2026")))
    cases.app.change_plan(told.plan, p.MoveSetting(setting=None, on=day("1 Jun 2026")))
    told.held("18 Jun 2026").decided("maintain", "14 Jul 2026")
    said = list(ceasing.lacking(cases.app.plan(told.plan), day(on)))
    left = (
        "No review is recorded since the setting was left on 2026-06-01: under 18 the plan is to be reviewed "
        "(SEND Regs 2014 r.29(2)), and at 18 or over it may not cease before a review (r.30(1))"
    )
    assert (left in said) is lacks


# --- proceedings ---------------------------------------------------------------------------------------------------


def test_an_order_may_be_carried_out_on_the_day_it_is_made_and_by_nothing_before_it(cases: Cases) -> None:
    plan = cases.plan("5 Jan 2026")
    order = pr.RecordOrder(requires="amend", on=day("2 Mar 2026"))
    amended = p.RecordAmendment(because="tribunal_order", on=day("1 Mar 2026"))
    cases.app.change_plan(plan, order, amended)
    assert cases.app.plan(plan).proceedings[0].steps == {}
    cases.app.change_plan(plan, msgspec.structs.replace(amended, on=day("2 Mar 2026")))
    assert cases.app.plan(plan).proceedings[0].steps["amended"].day == day("2 Mar 2026")


def test_what_began_a_proceeding_is_known_by_its_event_and_only_its_own_withdrawal_takes_it_back(cases: Cases) -> None:
    plan = cases.plan("5 Jan 2026")
    cases.app.change_plan(
        plan, *(pr.RecordOrder(requires=what, on=day("2 Mar 2026")) for what in ("amend", "reconsider"))
    )
    first, second = cases.app.plan(plan).proceedings
    cases.app.change_plan(plan, pr.WithdrawProceeding(proceeding=second.number, reason="Another plan"))
    log = [event for _, event in cases.app.case_events(plan) if isinstance(event, PlanEvent)]
    made, withdrawn = log[1], log[-1]
    assert (first.begun.event, first.begun.version, first.begun.recorded_at) == (
        "TribunalOrderMade",
        made.originator_version,
        made.recorded_at,
    )
    assert [proceedings.takes_back(withdrawn, fact) for fact in (first.begun, second.begun, None)] == [
        False,
        True,
        False,
    ]
    assert not proceedings.takes_back(made, first.begun)


# --- consultations -------------------------------------------------------------------------------------------------


def consulted(number: int, sent: str | None, answered: str | None = None, **more: Any) -> Consultation:
    def fact(text: str | None) -> Fact:
        return Fact(day=day(text) if text else None, version=number)

    return Consultation(
        about=About(transfer="primary_to_secondary", year=2026),
        institution=str(number) * 6,
        authority=None,
        sent=fact(sent),
        answered=fact(answered) if more.get("replied", answered) else None,
    )


def test_once_all_have_answered_the_longest_wait_counts_and_of_equals_the_first() -> None:
    first, longer, equal = (
        consulted(1, "3 Nov 2025", "4 Nov 2025"),
        consulted(2, "3 Nov 2025", "10 Nov 2025"),
        consulted(3, "4 Nov 2025", "11 Nov 2025"),
    )
    assert longest_awaited((first, longer, equal)) == longer
    assert longest_awaited((equal, longer, first)) == longer
    assert longest_awaited((first, consulted(4, "3 Nov 2025"))) == consulted(4, "3 Nov 2025")
    assert longest_awaited(()) is None


def test_an_answer_of_which_a_day_is_not_known_took_no_days() -> None:
    on_the_day = consulted(1, "3 Nov 2025", "3 Nov 2025")
    for unknown in (consulted(2, None, "10 Nov 2025"), consulted(2, "3 Nov 2025", None, replied=True)):
        assert longest_awaited((on_the_day, unknown)) == on_the_day
        assert longest_awaited((consulted(3, "3 Nov 2025", "4 Nov 2025"), unknown)).institution == "333333"  # type: ignore[union-attr]


def test_an_answer_to_nobody_who_was_consulted_changes_nothing(cases: Cases) -> None:
    plan = cases.plan("1 Aug 2024", transfer="primary_to_secondary", transfer_on=date(2026, 9, 1))
    cases.app.change_plan(
        plan,
        p.ConsultInstitution(on=day("3 Nov 2025"), institution="123456"),
        p.ReceiveReply(on=day("10 Nov 2025"), institution="123456", reply="can_meet_needs"),
    )
    [answered] = [event for _, event in cases.app.case_events(plan) if isinstance(event, ConsultationAnswered)]
    others = (consulted(2, "3 Nov 2025"),)
    assert after(others, answered, Fact(day=answered.on)) == others


def test_an_objection_keeps_its_grounds_and_its_reason(cases: Cases) -> None:
    plan = cases.plan("1 Aug 2024", transfer="primary_to_secondary", transfer_on=date(2026, 9, 1))
    cases.app.change_plan(
        plan,
        p.ConsultInstitution(on=day("3 Nov 2025"), institution="123456"),
        p.ReceiveReply(
            on=day("10 Nov 2025"), institution="123456", reply="objects", grounds=("unsuitable",), reason="No lift"
        ),
    )
    [found] = cases.app.plan(plan).consultations
    assert (found.reply, found.grounds) == ("objects", ("unsuitable",))
    assert found.reason
    assert cases.app.directory.read_note(found.reason) == "No lift"


def test_a_plan_without_a_transfer_names_the_setting_attended(cases: Cases) -> None:
    plan = cases.plan("1 Aug 2024", setting="123456")
    assert named_institution(cases.app.plan(plan)) == "123456"
