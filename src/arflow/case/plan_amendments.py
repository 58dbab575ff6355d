"""An amendment without a review: proposed as one after a review is, with the same days (SEND Regs 2014 r.28). Pure."""

from collections.abc import Collection
from datetime import date
from typing import Any, assert_never

import msgspec

from arflow.case.acts import Recording, digests, refuse_uncountable
from arflow.case.acts.refusals import refuse_service
from arflow.case.duties import parsed
from arflow.case.facts import Fact
from arflow.case.plan import Plan
from arflow.case.plan_command import SentPlanCommand
from arflow.case.plan_commands import (
    AnyPlanCommand,
    CorrectPlanDay,
    DecideNotToAmendPlan,
    ReceivePlanRepresentations,
    RecordAmendment,
    SendPlanNotice,
)
from arflow.case.proceedings import last_certificate
from arflow.errors import DateRefused, MissingValue, NotPossible, field_name
from arflow.events import (
    AnyPlanEvent,
    PlanAmended,
    PlanNotAmended,
    PlanNoticeSent,
    PlanNoticeSentAgain,
    PlanRepresentationsReceived,
)
from arflow.law.periods import appeal_last_day
from arflow.law.workflow import Workflow

AnAmendment = SendPlanNotice | ReceivePlanRepresentations | RecordAmendment | DecideNotToAmendPlan
# The facts of a plan that are days of it; each can be corrected, or taken back.
NOTICES = ("plan_notice_sent", "plan_notice_sent_again")
FACTS = (*NOTICES, "plan_amended", "plan_not_amended")
_WINDOW = "plan_representations"


def days(plan: Plan) -> dict[str, Fact]:
    """The days of the last amendment without a review, by the names formulas use; what another began is over."""
    found = {name: getattr(plan, name) for name in FACTS}
    found["plan_notice_served"] = _served(plan)
    return {name: fact for name, fact in found.items() if fact is not None}


def _served(plan: Plan) -> Fact | None:
    """The day the last notice is read as served: never before it was sent."""
    again = plan.plan_notice_sent_again
    last = again or plan.plan_notice_sent
    served_on = plan.plan_notice_again_served_on if again else plan.plan_notice_served_on
    if last is None or last.day is None or served_on is None:
        return last
    return msgspec.structs.replace(last, day=max(last.day, served_on))


def refuse_disorder(plan: Plan, name: str, to: date | None) -> None:
    """DateRefused for a corrected day of an amendment that would be before its notice, or the notice after what followed it."""
    if to is None or name not in FACTS:
        return
    days_of = {fact: found.day for fact in FACTS if (found := getattr(plan, fact)) and found.day} | {name: to}
    sent = days_of.get("plan_notice_sent")
    again = days_of.get("plan_notice_sent_again", sent)
    ended = days_of.get("plan_amended", days_of.get("plan_not_amended"))
    for earlier, later in ((sent, again), (again, ended)):
        if earlier and later and later < earlier:
            raise DateRefused(
                f"{field_name('to')} {to}: the notice, another in its place and what ended it would be out of order: "
                f"{later} is before {earlier}; correct the other day first"
            )


def served_as_corrected(command: CorrectPlanDay, today: date) -> date | None:
    """The day of service of a corrected notice: the one given, or the day it was sent; None for any other fact."""
    if command.fact not in NOTICES or command.to is None:
        if command.served_on:
            raise NotPossible(
                f"{field_name('served_on')} goes with the day on which a notice was sent, and with nothing else"
            )
        return None
    if command.served_on:
        refuse_service(command.served_on, command.to, today, "the notice")
    return command.served_on or command.to


def is_proposed(plan: Plan) -> bool:
    """Whether a notice is out that neither a final plan nor a decision not to amend has ended."""
    return plan.plan_notice_sent is not None and plan.plan_amended is None and plan.plan_not_amended is None


def appeal_ends(plan: Plan, also: Collection[date] = ()) -> date | None:
    """The last day to appeal after it (HESC Rules 2008 r.20(1)(c)), from the final plan or the decision not to amend.

    `also` are bank holidays that the calendar does not have yet.
    """
    ended = plan.plan_amended or plan.plan_not_amended
    if not (plan.plan_notice_sent and ended and ended.day):
        return None
    certificate = last_certificate(plan.proceedings)
    return appeal_last_day(ended.day, certificate.day if certificate else None, also)


def last_day_still_open(plan: Plan, workflow: Workflow, on: date) -> date | None:
    """The last of the family's 15 days where a day is one of them and the family may still answer; None where it is not."""
    served, rule = _served(plan), workflow.duty_by_id.get(_WINDOW)
    if not is_proposed(plan) or plan.plan_no_more or served is None or served.day is None or rule is None:
        return None
    counted = parsed(rule.due[0].first.rule).count(served.day, workflow.policy)
    return counted.outer if counted and on <= counted.outer else None


def check_not_too_early(
    plan: Plan, workflow: Workflow, command: RecordAmendment | DecideNotToAmendPlan, today: date
) -> None:
    """MissingValue for a final plan, or a decision not to amend, within the family's 15 days without a reason."""
    if isinstance(command, RecordAmendment) and command.because != "without_review":
        return
    on = command.on or today
    if notice := notice_before(plan, command):
        none = dict.fromkeys(("plan_notice_sent_again", "plan_notice_served_on", "plan_amended", "plan_not_amended"))
        plan = msgspec.structs.replace(plan, plan_notice_sent=Fact(day=notice.on), plan_no_more=False, **none)
    ends = last_day_still_open(plan, workflow, on)
    if ends and not command.skip_reason:
        raise MissingValue(
            field_name("skip_reason"),
            f"the family has until {ends} to make representations (SEND Regs 2014 rr.22(2)(c), 28), and {on} is before that "
            f"is over: wait, record with `arflow plan represent {plan.ref} --no-more` that everybody with the right has "
            "answered, or say why",
        )


def notice_before(plan: Plan, command: AnyPlanCommand) -> SendPlanNotice | None:
    """The notice that a command reports, where it has not been recorded."""
    if not isinstance(command, RecordAmendment) or command.because != "without_review":
        return None
    return None if command.notice_on is None or is_proposed(plan) else SendPlanNotice(on=command.notice_on)


def decided(plan: Plan, command: AnAmendment, recording: Recording, envelope: dict[str, Any]) -> AnyPlanEvent:
    """The event of an act on an amendment without a review; an ArflowError where it cannot be."""
    on: date = envelope["on"]
    match command:
        case SendPlanNotice():
            return _notice(plan, command, recording, envelope)
        case RecordAmendment():
            refuse_uncountable(command.notice_on, field_name("notice_on"))
            amended = {**envelope, **_sent(command), "because": command.because, "notice_on": command.notice_on}
            amended["reason"] = _reason(command.incomplete_because, recording)
            if command.because != "without_review" or not is_proposed(plan):
                return PlanAmended(**amended)
            _refuse_other_notice(plan, command.notice_on)
            _refuse_before_notice(plan, on)
            reason = _reason(command.skip_reason, recording)
            return PlanAmended(**amended, ends_notice=True, skip_reason=reason)
        case ReceivePlanRepresentations():
            _need_proposed(plan)
            _refuse_before_notice(plan, on)
            return PlanRepresentationsReceived(**envelope, no_more=command.no_more)
        case DecideNotToAmendPlan():
            _need_proposed(plan)
            _refuse_before_notice(plan, on)
            return PlanNotAmended(**envelope, **_sent(command), skip_reason=_reason(command.skip_reason, recording))
        case _:
            assert_never(command)


def _notice(
    plan: Plan, command: SendPlanNotice, recording: Recording, envelope: dict[str, Any]
) -> PlanNoticeSent | PlanNoticeSentAgain:
    if command.served_on:
        refuse_service(command.served_on, envelope["on"], recording.today, "the notice")
    sent = {**envelope, **_sent(command), "served_on": command.served_on}
    if command.again:
        _need_proposed(plan)
        _refuse_before_notice(plan, envelope["on"])
        return PlanNoticeSentAgain(**sent)
    if is_proposed(plan):
        since = plan.plan_notice_sent.day if plan.plan_notice_sent else None
        raise NotPossible(
            f"plan {plan.ref} has an amendment proposed on {since} that is not ended: record other amendments in its place "
            f"with `arflow plan notice {plan.ref} --again`, or how it ended with `arflow plan amend` or `not-amend`"
        )
    return PlanNoticeSent(**sent)


def _sent(command: SentPlanCommand) -> dict[str, Any]:
    return {
        "people": command.people,
        "channel": command.channel,
        "documents": digests(command.documents),
        "letter_template": command.letter_template,
        "approved_by": command.approved_by,
    }


def _reason(text: str | None, recording: Recording) -> str | None:
    return recording.note(text) if text else None


def _need_proposed(plan: Plan) -> None:
    if not is_proposed(plan):
        raise NotPossible(
            f"plan {plan.ref} has no amendment proposed without a review: record its notice with `arflow plan notice {plan.ref}`"
        )


def _refuse_before_notice(plan: Plan, on: date) -> None:
    last = plan.plan_notice_sent_again or plan.plan_notice_sent
    if last and last.day and on < last.day:
        raise DateRefused(f"{field_name('on')} {on} is before the notice of the amendment on {last.day}")


def _refuse_other_notice(plan: Plan, notice_on: date | None) -> None:
    days_sent = [fact.day for fact in (plan.plan_notice_sent, plan.plan_notice_sent_again) if fact]
    if notice_on and notice_on not in days_sent:
        raise DateRefused(
            f"{field_name('notice_on')} {notice_on} is not the day of the notice, {days_sent[0]}: leave it out, or correct that "
            f"with `arflow plan correct {plan.ref} plan-notice-sent`"
        )
