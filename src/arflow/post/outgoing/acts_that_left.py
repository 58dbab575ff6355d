"""Record what has left: the act of a dispatch, once, when the messages that it needs are on their way."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from arflow.case.act import Act
from arflow.case.amendment_commands import SendNoticeAgain
from arflow.case.recipients import more_to_send
from arflow.case.review import AnnualReview, stream
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
from arflow.errors import ArflowError, CaseMoved, CaseUnreadable, StepNotAllowed, StoreNotReady
from arflow.events import (
    FAMILY,
    AmendmentNoticeSent,
    AmendmentNoticeSentAgain,
    Channel,
    InvitationsSent,
    ServiceChanged,
)
from arflow.law.workflow import Workflow
from arflow.post.mail.dispatch import SendingAct, TermListSending
from arflow.post.mail.outbox import Dispatched, Outgoing
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.term_lists import record_list

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

# The day something sent by a channel on a day is deemed served.
Serving = Callable[[Channel, date], date]

_WHOLE = (
    NotifyDecision | SendAmendmentNotice | SendNoticeAgain | IssueFinalPlan | DecideNotToAmend
)  # acts that wait for every message
_BEFORE_THE_MEETING = ("invite", "request-advice", "circulate")
_TRIES = 5


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """What is recorded next of a dispatch: the command, the messages it stands for, and the act they belong to if recorded."""

    command: SendingAct | RecordMessage | RecordService
    messages: tuple[str, ...]
    belongs_to: int | None = None


class Redated(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent with event `of` was read as served on one day, and is now read as served on another."""

    of: int
    what: str
    before: date
    after: date


OF_NEWER = "a newer arflow queued it with an act that this version does not know: update arflow"


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded of a dispatch: names of events, and what was re-dated; `trouble` if an officer is needed."""

    dispatch: str
    events: tuple[str, ...] = ()
    redated: tuple[Redated, ...] = ()
    trouble: str | None = None


def record(app: "Arflow", name: str, serving: Serving) -> Recorded:
    """Record everything of a dispatch that has left and is not recorded; a refusal is kept as the dispatch's trouble."""
    box = outbox(app)
    dispatch = box.dispatch(name)
    recorded, tries = Recorded(dispatch=dispatch.id), 0
    while True:
        rows = box.messages_of(dispatch.id)
        if dispatch.of_newer:
            return msgspec.structs.replace(recorded, trouble=OF_NEWER)
        if isinstance(dispatch.act, TermListSending):
            events, trouble = record_list(app, dispatch, dispatch.act, rows)
            return msgspec.structs.replace(recorded, events=events, trouble=trouble or None)
        if dispatch.review is None:
            return _without_a_case(app, recorded, rows)
        try:
            review = app.review(dispatch.review)
        except CaseUnreadable as refusal:
            return msgspec.structs.replace(recorded, trouble=refusal.message)  # tried again once it can be read
        leaving = next_leaving(dispatch, rows, review, app.workflow(review.workflow), serving)
        if leaving is None:
            return _settled(app, recorded, dispatch)
        try:
            event = _take(app, review, leaving)
        except CaseMoved:
            tries += 1
            if tries == _TRIES:
                raise
        except StoreNotReady:
            raise
        except ArflowError as refusal:
            trouble = _why(refusal, review)
            box.say_trouble(dispatch.id, trouble)
            return msgspec.structs.replace(recorded, trouble=trouble)
        else:
            recorded = _with(recorded, event, leaving, review)


def _why(refusal: ArflowError, review: AnnualReview) -> str:
    """Why an officer is needed; what left before a meeting that was recorded first is recorded before it."""
    if isinstance(refusal, StepNotAllowed) and review.last("hold") and refusal.step in _BEFORE_THE_MEETING:
        return (
            f"it left before the meeting, which is recorded as held already: take back what was recorded since with "
            f"`arflow review void {review.id} STEP`, and record that again afterwards"
        )
    return refusal.in_options()


def _take(app: "Arflow", review: AnnualReview, leaving: Leaving) -> str:
    """Record one command, and in the same transaction that it stands for its messages."""
    box, case = outbox(app), stream(review.id)

    def mark(connection: sa.Connection) -> None:
        version = leaving.belongs_to or _last_version(connection, case)
        if not box.mark_recorded(connection, leaving.messages, version):
            raise CaseMoved(review.id)  # another run has recorded them: nothing of this one is kept

    return app.act(review.id, leaving.command, beside=mark).event


def _last_version(connection: sa.Connection, case: str) -> int:
    """The version of the event just appended in this transaction."""
    query = sa.text("select max(version) from events where stream = :case")
    return int(connection.execute(query, {"case": case}).scalar_one())


def _without_a_case(app: "Arflow", recorded: Recorded, rows: Sequence[Outgoing]) -> Recorded:
    """A message that belongs to no review has no log to be recorded in."""
    left = [row.id for row in rows if row.state == "sent" and row.recorded is None]
    with outbox(app).writing() as connection:
        outbox(app).mark_recorded(connection, left, 0)
    return recorded


def _settled(app: "Arflow", recorded: Recorded, dispatch: Dispatched) -> Recorded:
    if dispatch.trouble:
        outbox(app).say_trouble(dispatch.id, None)
    return recorded


def _with(recorded: Recorded, event: str, leaving: Leaving, before: AnnualReview) -> Recorded:
    events = (*recorded.events, event)
    command = leaving.command
    if not isinstance(command, RecordService):
        return msgspec.structs.replace(recorded, events=events)
    act = _act(before, command.of)
    assert act is not None
    redated = Redated(of=command.of, what=act.step, before=before.served(act), after=command.served_on)
    return msgspec.structs.replace(recorded, events=events, redated=(*recorded.redated, redated))


# --- what comes next, pure ---------------------------------------------------------------------------------


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
    if isinstance(act, Invite | SendAmendmentNotice | SendNoticeAgain):
        fields["served_on"] = served_on if served_on > left_on else None
    if hasattr(act, "documents") and not act.documents:
        fields["documents"] = _documents(rows)
    return Leaving(command=msgspec.structs.replace(act, **fields), messages=_ids(rows))


def _as_whole_act(dispatch: Dispatched, act: _WHOLE, left: Sequence[Outgoing], serving: Serving) -> Leaving:
    """One event for an act that is done once: by the family's channel, the slowest, on the day the last needed message left."""
    needed = [row for row in left if row.required] or list(left)
    family = [row for row in needed if row.role in FAMILY] or needed
    slowest = max(family, key=lambda row: serving(row.channel, _day(row)))
    by_channel = [row for row in left if row.channel == slowest.channel]
    leaving = _as_act(dispatch, act, by_channel, serving)
    on, served_on = max(_day(row) for row in needed), _served(family, serving)
    fields: dict[str, Any] = {"on": on}
    if isinstance(act, SendAmendmentNotice | SendNoticeAgain):
        fields["served_on"] = served_on if served_on > on else None
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
    act = next((act for version in versions if (act := _act(review, version or 0))), None)
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


def _act(review: AnnualReview, version: int) -> Act | None:
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
