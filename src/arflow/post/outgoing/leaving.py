"""What is recorded next of what has left: the act of a dispatch, a message beside it, or another day of service. Pure."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Literal

import msgspec

from arflow.case.act import Act
from arflow.case.amendment_commands import SendNoticeAgain
from arflow.case.facts import Fact
from arflow.case.plan import Plan
from arflow.case.plan_commands import CorrectPlanDay, SendPlanNotice
from arflow.case.recipients import more_to_send
from arflow.case.review import AnnualReview
from arflow.case.review_commands import (
    ChaseAdvice,
    CirculateAdvice,
    DecideNotToAmend,
    Invite,
    IssueFinalPlan,
    NotifyDecision,
    RecordMessage,
    RecordService,
    RequestAdvice,
    SendAmendmentNotice,
    SendReport,
)
from arflow.events import (
    FAMILY,
    AmendmentNoticeSent,
    AmendmentNoticeSentAgain,
    Channel,
    InvitationsSent,
    ServiceChanged,
)
from arflow.law.workflow import Workflow
from arflow.post.mail.dispatch import SendingAct, SendingPlanAct, TermListSending
from arflow.post.mail.outbox import Dispatched, Outgoing

# The day something sent by a channel on a day is deemed served.
Serving = Callable[[Channel, date], date]
Notice = Literal["plan_notice_sent", "plan_notice_sent_again"]

WHOLE = (
    NotifyDecision | SendAmendmentNotice | SendNoticeAgain | IssueFinalPlan | DecideNotToAmend | SendingPlanAct
)  # acts that wait for every message


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What is recorded next of a dispatch: the command, the messages it stands for, and the act they belong to if recorded.

    There is no command where a message stands beside an act that has no more to say.
    """

    command: SendingAct | RecordMessage | RecordService | CorrectPlanDay | None
    messages: tuple[str, ...]
    belongs_to: int | None = None


def next_leaving(
    dispatch: Dispatched, rows: Sequence[Outgoing], review: AnnualReview, workflow: Workflow, serving: Serving
) -> Leaving | None:
    """What is to be recorded next of a dispatch, or None while there is nothing, or a whole act still waits."""
    left = [row for row in rows if row.state == "sent" and row.recorded is None]
    if not left:
        return None
    for row in left:
        first = _replaced(row, rows)
        if first is not None and first.recorded:
            return _again(dispatch, row, first, _dated(first, rows, review), serving)
    match dispatch.act:
        case None | TermListSending():
            return _as_message(dispatch, _together(left))
        case Invite(meeting_on=told) if told not in (None, review.planned_meeting):  # no notice of the day it is now
            return _as_message(dispatch, _together(left))
        case Invite() | RequestAdvice() | CirculateAdvice() if _too_late(left[0], review):
            return _as_message(dispatch, _together(left))
        case Invite() | RequestAdvice() | ChaseAdvice() | CirculateAdvice() as act:
            return _as_act(dispatch, act, _together(left), serving)
        case SendReport() as act if more_to_send(review, workflow, "report"):
            return _as_act(dispatch, act, _together(left), serving)
        case act if any(row.recorded for row in rows):  # the act is recorded: copies that leave later stand beside it
            return _as_message(dispatch, _together(left))
        case SendReport() as act:
            return _as_act(dispatch, act, _together(left), serving)
        case act:
            return None if _waited_for(rows) else _as_whole_act(dispatch, act, left, serving)


def next_leaving_on_plan(
    dispatch: Dispatched, rows: Sequence[Outgoing], plan: Plan, serving: Serving
) -> Leaving | None:
    """The same of a dispatch on a plan outside a review: its act once, then each message that leaves later beside it."""
    left = [row for row in rows if row.state == "sent" and row.recorded is None]
    if not left:
        return None
    version = next((row.recorded for row in rows if row.recorded), None)
    if version is None:
        assert isinstance(dispatch.act, SendingPlanAct)
        return None if _waited_for(rows) else _as_whole_act(dispatch, dispatch.act, left, serving)
    row = left[0]
    dates = row.role in FAMILY and _replaced(row, rows) is not None and _notice_of(plan, version)
    again = _served_again(dispatch, row, plan, dates, serving) if dates else None
    return Leaving(command=again, messages=(row.id,), belongs_to=version)


def _notice_of(plan: Plan, version: int) -> Notice | None:
    """Which notice of the amendment under way an event of the plan is."""
    if plan.plan_notice == version:
        return "plan_notice_sent"
    again = plan.plan_notice_sent_again
    return "plan_notice_sent_again" if again and again.version == version else None


def _served_again(
    dispatch: Dispatched, row: Outgoing, plan: Plan, notice: Notice, serving: Serving
) -> CorrectPlanDay | None:
    """Another day of service, where a notice went to the family another way: the 15 days run from it (r.22(2)(c), r.28)."""
    fact: Fact = getattr(plan, notice)
    served_on, before = serving(row.channel, _day(row)), plan.served(notice)
    if fact.day is None or (before and served_on <= before):
        return None
    return CorrectPlanDay(
        fact=notice,
        to=fact.day,
        served_on=served_on,
        reason=f"It went another way, as {row.id}",
        on=_day(row),
        evidence=dispatch.id,
    )


def _too_late(row: Outgoing, review: AnnualReview) -> bool:
    """Whether what is done before a meeting left after it, or after a review that never had one was over."""
    held = review.day("hold")
    return _day(row) > held if held else review.is_finished


def _replaced(row: Outgoing, rows: Sequence[Outgoing]) -> Outgoing | None:
    """The first message that one takes the place of."""
    by_id = {other.id: other for other in rows}
    first = by_id[row.replaces] if row.replaces else None
    while first is not None and first.replaces and not first.recorded:
        first = by_id[first.replaces]
    return first


def _waited_for(rows: Sequence[Outgoing]) -> bool:
    """Whether a message that a whole act needs has not left, by its own way or another."""
    given_up = {row.replaces for row in rows}
    needed = [row for row in rows if row.required and row.id not in given_up and row.state != "cancelled"]
    return any(row.state != "sent" for row in needed)


def _together(left: Sequence[Outgoing]) -> list[Outgoing]:
    """Those that left with the first: by the same channel on the same day."""
    first = left[0]
    return [row for row in left if (row.channel, row.left_on) == (first.channel, first.left_on)]


def _as_message(dispatch: Dispatched, rows: Sequence[Outgoing]) -> Leaving:
    fields = _sent(dispatch, rows) | {"documents": _documents(rows)}
    return Leaving(command=RecordMessage(letter=dispatch.kind, **fields), messages=_ids(rows))


def _as_act(dispatch: Dispatched, act: SendingAct, rows: Sequence[Outgoing], serving: Serving) -> Leaving:
    fields = _sent(dispatch, rows, act)
    left_on, served_on = fields["on"], _served(rows, serving)
    if not hasattr(act, "roles"):
        del fields["roles"]
    if isinstance(act, Invite | SendAmendmentNotice | SendNoticeAgain | SendPlanNotice):
        fields["served_on"] = served_on if served_on > left_on else None
    if hasattr(act, "documents") and not act.documents:
        fields["documents"] = _documents(rows)
    return Leaving(command=msgspec.structs.replace(act, **fields), messages=_ids(rows))


def _as_whole_act(dispatch: Dispatched, act: WHOLE, left: Sequence[Outgoing], serving: Serving) -> Leaving:
    """One event for an act that is done once: by the family's channel, the slowest, on the day the last needed message left."""
    needed = [row for row in left if row.required] or list(left)
    family = [row for row in needed if row.role in FAMILY] or needed
    slowest = max(family, key=lambda row: serving(row.channel, _day(row)))
    by_channel = [row for row in left if row.channel == slowest.channel]
    leaving = _as_act(dispatch, act, by_channel, serving)
    on, served_on = max(_day(row) for row in needed), _served(family, serving)
    fields: dict[str, Any] = {"on": on}
    if isinstance(act, SendAmendmentNotice | SendNoticeAgain | SendPlanNotice):
        fields["served_on"] = served_on if served_on > on else None
    assert leaving.command is not None
    return msgspec.structs.replace(leaving, command=msgspec.structs.replace(leaving.command, **fields))


def _again(
    dispatch: Dispatched, row: Outgoing, first: Outgoing, dated: tuple[Act, date] | None, serving: Serving
) -> Leaving:
    """A message by another way, of an act that is recorded: it re-dates the service that periods run from, or stands beside."""
    if dated is None or not _dates_a_period(dated[0], row):
        return _as_message(dispatch, [row])
    act, served_on = dated
    version = act.event.originator_version
    because: ServiceChanged = "bounced" if first.state in ("bounced", "refused") else "other_channel"
    command = RecordService(
        of=version,
        served_on=max(serving(row.channel, _day(row)), served_on),  # others of the family keep the day that is theirs
        channel=row.channel,
        because=because,
        evidence=dispatch.id,
    )
    return Leaving(command=command, messages=(row.id,), belongs_to=version)


def _dated(first: Outgoing, rows: Sequence[Outgoing], review: AnnualReview) -> tuple[Act, date] | None:
    """The act that a message was part of, and when it is read as served; a copy beside it is part of it too."""
    versions = (first.recorded, *(row.recorded for row in rows))
    act = next((act for version in versions if (act := act_of(review, version or 0))), None)
    return (act, review.served(act)) if act else None


def _dates_a_period(act: Act, row: Outgoing) -> bool:
    """Notice of the meeting is given to everyone invited (SEND Regs 2014 r.20(3)); the 15 days are the family's (r.22(2)(c))."""
    match act.event:
        case InvitationsSent():
            return True
        case AmendmentNoticeSent() | AmendmentNoticeSentAgain():
            return row.role in FAMILY
        case _:
            return False


def act_of(review: AnnualReview, version: int) -> Act | None:
    """The act of a review that an event of this number is."""
    return next((act for act in review.acts if act.event.originator_version == version), None)


def _sent(dispatch: Dispatched, rows: Sequence[Outgoing], act: SendingAct | None = None) -> dict[str, Any]:
    """When and how they left, to whom, and what shows it."""
    body = rows[0].body
    return {
        "letter_template": body and body.letter_template,
        "approved_by": body and body.approved_by,
        "on": _day(rows[0]),
        "channel": rows[0].channel,
        "people": tuple(row.person for row in rows if row.person),
        "roles": tuple(row.role for row in rows if row.role),
        "evidence": (act.evidence if act else None) or dispatch.id,
    }


def _served(rows: Sequence[Outgoing], serving: Serving) -> date:
    """The day the last of them is deemed served."""
    return max(serving(row.channel, _day(row)) for row in rows)


def _documents(rows: Sequence[Outgoing]) -> tuple[str, ...]:
    """The digests of what was sent, each once."""
    return tuple(dict.fromkeys(file.digest for row in rows if row.body for file in row.body.attachments))


def _ids(rows: Sequence[Outgoing]) -> tuple[str, ...]:
    return tuple(row.id for row in rows)


def _day(row: Outgoing) -> date:
    assert row.left_on is not None
    return row.left_on
