"""How the outbox reads on a terminal: a message, a dispatch, what one run did, and what was recorded."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from arflow.cli.session import Session

if TYPE_CHECKING:
    from arflow.post.mail.outbox import Dispatched, Outgoing
    from arflow.post.outgoing.acts_that_left import Recorded
    from arflow.post.outgoing.delivery import Delivered


def line_of(message: "Outgoing", dispatch: "Dispatched") -> dict[str, Any]:
    """A message in one line, without names or addresses."""
    unrecorded = message.state == "sent" and message.recorded is None
    needs = f"needs an officer: {dispatch.trouble}" if dispatch.trouble and unrecorded else None
    waits = "left; its act waits for the others" if unrecorded and not needs else None
    approval = approval_of(message)
    next_at = message.next_attempt_at and _minute(message.next_attempt_at)
    again = f"attempt {message.attempts}; next at {next_at}" if next_at else None
    return {
        "id": message.id,
        "kind": dispatch.kind,
        "review": dispatch.review,
        "to": " ".join(filter(None, (message.role, message.person))),
        "channel": message.channel,
        "state": message.state,
        "left_on": message.left_on,
        "why": "; ".join(filter(None, (needs, waits, approval, message.why, again))) or None,
        "recorded": message.recorded is not None,
        "dispatch": dispatch.id,
        "person": message.person,
        "role": message.role,
        "replaces": message.replaces,
        "delivered_at": message.delivered_at,
    }


def approval_of(message: "Outgoing") -> str:
    """By whom a message awaits approval, and how that is given; nothing where it does not."""
    if message.state != "to_approve" or message.body is None:
        return ""
    return f"awaits approval by {message.body.approval}: `arflow letter approve {message.dispatch}`"


def _minute(moment: str) -> str:
    """A moment as it is stored, to the minute."""
    return f"{moment[:10]} {moment[11:16]} UTC"


def message_lines(message: "Outgoing", dispatch: "Dispatched", needs: Sequence[str] = ()) -> list[str]:
    """A message with its address and its words, and what its reader needs that nobody has recorded as met."""
    line = line_of(message, dispatch)
    facts: dict[str, object] = {
        "Message": message.id,
        "Dispatch": f"{dispatch.id}, {dispatch.kind}" + (f", on {dispatch.review}" if dispatch.review else ""),
        "To": line["to"],
        "Channel": message.channel,
        "State": message.state,
        "Why": line["why"],
        "In place of": message.replaces,
        "Left on": message.left_on,
        "Not met yet": "; ".join(needs),
        "Arrived": message.delivered_at and _minute(message.delivered_at),
    }
    lines = [f"{name + ':':<13}{value}" for name, value in facts.items() if value]
    if message.body is None:
        return [*lines, "", "What it said was erased."]
    to, body = message.body.recipient, message.body
    address = to.email if message.channel == "email" else to.postal_address
    address = ", ".join((address or "none").splitlines())
    files = [f"Attached:    {file.name}, {file.digest[:12]}" for file in body.attachments]
    return [
        *lines,
        f"Address:     {to.name}, {address}",
        *files,
        f"Subject:     {body.subject}",
        "",
        body.text,
    ]


def dispatch_lines(session: Session, dispatch: "Dispatched", found: "list[Outgoing]") -> list[str]:
    """A dispatch with its messages, one a line."""
    by = session.app.directory.officer_names().get(dispatch.queued_by, dispatch.queued_by)
    waits = [f"Needs an officer: {dispatch.trouble}"] if dispatch.trouble else []
    return [
        f"{dispatch.id}: {dispatch.kind} on {dispatch.review or dispatch.plan or 'no case'}, key {dispatch.key}",
        f"Queued {_minute(dispatch.queued_at)} by {by or 'arflow'}",
        *waits,
        *(f"{m.id}  {line_of(m, dispatch)['to']}  {m.channel}  {m.state}" for m in found),
    ]


def delivered_lines(done: "Delivered") -> Iterable[str]:
    """What one run sent, what it could not, and what it recorded."""
    counts = {
        "sent": done.sent,
        "not taken now, to be tried again": done.failed,
        "refused": done.refused,
        "shown to have arrived": done.arrived,
        "without a sign that they arrived": done.silent,
        "bounced": done.bounced,
    }
    said = [f"{len(found)} {what}" for what, found in counts.items() if found]
    yield ", ".join(said) + "." if said else "Nothing to send."
    yield from done.away.values()
    for recorded in done.recorded:
        yield from recorded_lines(recorded)
    if done.refused or done.bounced:
        yield "What did not arrive has to go another way: see `arflow outbox list --trouble`."


def recorded_lines(recorded: "Recorded") -> Iterable[str]:
    """What was recorded of a dispatch, from what day to what service was re-dated, and what stands in the way."""
    if recorded.events:
        yield f"{recorded.dispatch}: recorded {', '.join(recorded.events)}"
    for one in recorded.redated:
        yield f"{recorded.dispatch}: {one.what} (event {one.of}) is read as served on {one.after}; it was {one.before}"
    if recorded.trouble:
        yield f"{recorded.dispatch} needs an officer: {recorded.trouble}; then `arflow outbox record {recorded.dispatch}`"
