"""What an officer does with the outbox: says that letters were posted, sends another way, or cancels."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from arflow.case.acts import refuse_future
from arflow.errors import DateRefused, NotPossible, RowRefused, field_name
from arflow.events import Channel
from arflow.post.mail.dispatch import Recipient, check_message
from arflow.post.mail.email_message import content_of
from arflow.post.mail.outbox import NOT_LEFT, Outgoing, moment
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.acts_that_left import Recorded, record
from arflow.post.outgoing.dated_letters import check_dated_today
from arflow.post.outgoing.leaving import Serving
from arflow.post.outgoing.one_family_only import check_message_of
from arflow.post.outgoing.queue import outbox

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def posted(app: "Arflow", found: Sequence[str], on: date, serving: Serving) -> list[Recorded]:
    """Say that messages were posted or handed over on a day, all of them or none, and record what that makes."""
    box = outbox(app)
    chosen = [box.message(name) for name in dict.fromkeys(found)]
    refuse_future(on, app.today)
    for dispatch in (box.dispatch(name) for name in _dispatches(chosen)):
        opened = app.review(dispatch.review).opened_on if dispatch.review else on
        if on < opened:
            raise DateRefused(f"{field_name('on')} {on} is before {dispatch.review} was opened on {opened}")
    _record(app, chosen, serving)  # what a stopped run marked, and did not come to record
    with box.writing() as connection:
        for message in chosen:
            left = {"left_on": on.isoformat(), "sent_at": moment(app.now), "transport": "officer"}
            box.move(connection, message.id, ("to_post",), "sent", **left)
    return _record(app, chosen, serving)


def approve(app: "Arflow", name: str, settings: Settings) -> str:
    """Let the messages of a dispatch leave that await the approval of a second officer; the dispatch's id.

    NotPossible where none awaits it, its maker would approve it, or it is dated another day.
    """
    box = outbox(app)
    dispatch = box.dispatch(box.message(name).dispatch if name.startswith("M-") else name)
    waiting = [row for row in box.messages_of(dispatch.id) if row.state == "to_approve"]
    if not waiting:
        raise NotPossible(f"nothing of {dispatch.id} awaits approval: see `arflow outbox show {dispatch.id}`")
    by = app.officer_id
    if by == dispatch.queued_by:
        raise NotPossible(
            f"you made {dispatch.id}: another officer approves it, or cancel it with `arflow outbox cancel {dispatch.id}`"
        )
    check_dated_today(dispatch, waiting, app.today)
    with box.writing() as connection:
        for row in waiting:
            box.approve(connection, row, by, letters=settings.letters_by_notify)
    return dispatch.id


def cancel(app: "Arflow", name: str, reason: str, serving: Serving) -> list[Recorded]:
    """Cancel a message, or every message of a dispatch, that has not left; an act no longer waits for it."""
    box = outbox(app)
    if name.startswith("M-"):
        chosen = [box.message(name)]
    else:
        chosen = [row for row in box.messages_of(box.dispatch(name).id) if row.state in NOT_LEFT]
    if not chosen:
        raise NotPossible(f"every message of {name} has left or was cancelled: see `arflow outbox show {name}`")
    _record(app, chosen, serving)  # what a stopped run marked, and did not come to record
    with box.writing() as connection:
        for message in chosen:
            box.move(connection, message.id, NOT_LEFT, "cancelled", why=reason, next_attempt_at=None)
    return _record(app, chosen, serving)


def resend(
    app: "Arflow", name: str, channel: Channel, settings: Settings, *, recipient: Recipient | None = None
) -> str:
    """Queue a message again by another way, or to the recipient as they are known now; the id of the new message."""
    box = outbox(app)
    first = box.message(name)
    later = next((row.id for row in box.messages_of(first.dispatch) if row.replaces == first.id), None)
    if later:
        raise NotPossible(f"{later} has taken its place: see `arflow outbox show {later}`")
    if first.state not in ("sent", "failed", "refused", "bounced"):
        raise NotPossible(f"{name} is {first.state}: only what was sent or could not be sent goes another way")
    content = content_of(first)
    changed = msgspec.structs.replace(content, channel=channel, recipient=recipient or content.recipient)
    dispatch = box.dispatch(first.dispatch)
    check_message(changed, dispatch.plan)
    check_message_of(app, changed, dispatch.plan, dispatch.act)
    try:
        with box.writing() as connection:
            if first.state == "failed":  # it is not to arrive twice
                box.move(connection, first.id, ("failed",), "refused", next_attempt_at=None)
            return box.keep_replacement(connection, first, changed, letters=settings.letters_by_notify)
    except RowRefused:
        raise NotPossible(f"another message has just taken the place of {name}") from None


def _record(app: "Arflow", chosen: Sequence[Outgoing], serving: Serving) -> list[Recorded]:
    """Record what the messages that have left make, dispatch by dispatch."""
    return [record(app, name, serving) for name in _dispatches(chosen)]


def _dispatches(chosen: Sequence[Outgoing]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(message.dispatch for message in chosen))
