"""What was sent, as the command line says it: what left, what waits and why, what was refused."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from arflow.cli.post.outbox_lines import approval_of
from arflow.cli.session import Session
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.post.advice.advice_progress import Unasked
    from arflow.post.mail.outbox import Outgoing
    from arflow.post.outgoing.composition import Desk
    from arflow.post.outgoing.send_now import Sent

_WAITS = ("queued", "sending", "failed")


def desk(session: Session) -> "Desk":
    """What letters are written and sent with."""
    from arflow.papers.letters.stationery import stationery
    from arflow.post.outgoing.composition import Desk

    return Desk(
        stationery=stationery(session.app.catalogue, session.app.rules.read()),
        documents=session.documents,
        post=session.post,
    )


def papers_of_case(session: Session, digests: Sequence[str], plan: str) -> tuple[str, ...]:
    """The whole digests of papers that are named by the beginning of theirs, each of which may go out on a case."""
    return tuple(document.digest for document in session.documents.of_case(digests, plan)) if digests else ()


def sent_document(sent: "Sent") -> dict[str, Any]:
    """A dispatch as other tools read it: its messages by where they are, without names or addresses."""
    return {
        "dispatch": sent.dispatch,
        "key": sent.key,
        "new": sent.new,
        "messages": [
            {
                "id": message.id,
                "person": message.person,
                "role": message.role,
                "channel": message.channel,
                "state": message.state,
                "left_on": message.left_on,
                "why": message.why,
            }
            for message in sent.messages
        ],
        "waits": sent.waits or None,
        "needs": list(sent.needs),
    }


def show_sent(out: "Console", sent: "Sent") -> None:
    """What left, what is to be posted, what waits and what was refused, a line each."""
    if not sent.new:
        out.print(f"This was queued before, as {sent.dispatch}: nothing was queued again.", soft_wrap=True)
    lines = (
        ("Sent", [message for message in sent.messages if message.state == "sent"]),
        ("To post or hand over (see `arflow outbox list --state to_post`)", _in(sent, "to_post")),
        ("To approve", _in(sent, "to_approve")),
        ("Waiting", _in(sent, *_WAITS)),
        ("Refused (send another way: `arflow outbox resend`)", _in(sent, "refused", "bounced")),
    )
    for title, messages in lines:
        if messages:
            out.print(f"{title}: {', '.join(map(who, messages))}", soft_wrap=True)
    for words in dict.fromkeys(filter(None, map(approval_of, sent.messages))):
        out.print(f"It {words}.", soft_wrap=True)
    show_needs(out, sent.needs)
    if sent.waits:
        out.print(sent.waits, soft_wrap=True)


def show_needs(out: "Console", needs: Sequence[str]) -> None:
    """What people need and nobody has recorded as met, a line each."""
    for line in needs:
        out.print(f"Not met yet (`arflow people met`): {line}", soft_wrap=True)


def _in(sent: "Sent", *states: str) -> list["Outgoing"]:
    return [message for message in sent.messages if message.state in states]


def who(one: "Outgoing | Unasked") -> str:
    """Whom a message is for, or who answered, without their name."""
    role = in_words(one.role or "")
    return " ".join(filter(None, (role, one.person and f"({one.person})")))
