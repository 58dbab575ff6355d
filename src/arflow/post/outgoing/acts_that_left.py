"""Record what has left: the act of a dispatch, once, when the messages that it needs are on their way."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.case import plan as plans
from arflow.case import review as reviews
from arflow.case.plan import Plan
from arflow.case.plan_commands import AnyPlanCommand, CorrectPlanDay
from arflow.case.review import AnnualReview
from arflow.case.review_commands import RecordService
from arflow.errors import ArflowError, CaseMoved, CaseUnreadable, StepNotAllowed, StoreNotReady
from arflow.post.mail.dispatch import TermListSending
from arflow.post.mail.outbox import Dispatched, Outgoing
from arflow.post.outgoing.leaving import Leaving, Serving, act_of, next_leaving, next_leaving_on_plan
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.term_lists import record_list

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_BEFORE_THE_MEETING = ("invite", "request-advice", "circulate")
_TRIES = 5


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
        if dispatch.review is None and (dispatch.plan is None or dispatch.act is None):
            return _without_a_case(app, recorded, rows)
        try:
            case, leaving = _next_leaving(app, dispatch, rows, serving)
        except CaseUnreadable as refusal:
            return msgspec.structs.replace(recorded, trouble=refusal.message)  # tried again once it can be read
        if leaving is None:
            return _settled(app, recorded, dispatch)
        try:
            event = _take(app, case, leaving)
        except CaseMoved:
            tries += 1
            if tries == _TRIES:
                raise
        except StoreNotReady:
            raise
        except ArflowError as refusal:
            trouble = _why(refusal, case)
            box.say_trouble(dispatch.id, trouble)
            return msgspec.structs.replace(recorded, trouble=trouble)
        else:
            recorded = _with(recorded, event, leaving, case)


def _next_leaving(
    app: "Arflow", dispatch: Dispatched, rows: Sequence[Outgoing], serving: Serving
) -> tuple[AnnualReview | Plan, Leaving | None]:
    """The review or plan that a dispatch is of, and what is to be recorded on it next."""
    if dispatch.review is None:
        plan = app.plan(dispatch.plan or "")
        return plan, next_leaving_on_plan(dispatch, rows, plan, serving)
    review = app.review(dispatch.review)
    return review, next_leaving(dispatch, rows, review, app.workflow(review.workflow), serving)


def _why(refusal: ArflowError, case: AnnualReview | Plan) -> str:
    """Why an officer is needed; what left before a meeting that was recorded first is recorded before it."""
    if (
        isinstance(refusal, StepNotAllowed)
        and isinstance(case, AnnualReview)
        and case.last("hold")
        and refusal.step in _BEFORE_THE_MEETING
    ):
        return (
            f"it left before the meeting, which is recorded as held already: take back what was recorded since with "
            f"`arflow review void {case.id} STEP`, and record that again afterwards"
        )
    return refusal.in_options()


def _take(app: "Arflow", case: AnnualReview | Plan, leaving: Leaving) -> str | None:
    """Record one command, and in the same transaction that it stands for its messages; None where there is no command."""
    box = outbox(app)
    name, stream = (
        (case.id, reviews.stream(case.id)) if isinstance(case, AnnualReview) else (case.ref, plans.stream(case.ref))
    )

    def mark(connection: sa.Connection) -> None:
        version = leaving.belongs_to or _last_version(connection, stream)
        if not box.mark_recorded(connection, leaving.messages, version):
            raise CaseMoved(name)  # another run has recorded them: nothing of this one is kept

    if leaving.command is None:
        with box.writing() as connection:
            mark(connection)
        return None
    if isinstance(leaving.command, AnyPlanCommand):
        return app.change_plan(name, leaving.command, beside=mark).event
    return app.act(name, leaving.command, beside=mark).event


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


def _with(recorded: Recorded, event: str | None, leaving: Leaving, before: AnnualReview | Plan) -> Recorded:
    events = (*recorded.events, event) if event else recorded.events
    redated = _redated(leaving, before)
    return msgspec.structs.replace(recorded, events=events, redated=(*recorded.redated, *redated))


def _redated(leaving: Leaving, before: AnnualReview | Plan) -> tuple[Redated, ...]:
    """The other day of service that a message by another way means."""
    match leaving.command, before:
        case RecordService() as command, AnnualReview():
            act = act_of(before, command.of)
            assert act is not None
            return (Redated(of=command.of, what=act.step, before=before.served(act), after=command.served_on),)
        case CorrectPlanDay(served_on=date() as served_on) as command, Plan():
            was = before.served(command.fact)
            assert was is not None
            return (Redated(of=leaving.belongs_to or 0, what="notice", before=was, after=served_on),)
        case _:
            return ()
