"""`arflow outbox …`: what is to be sent, what has left, and what has to go another way."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from arflow.cli.case_names import A_REVIEW, AN_ID
from arflow.cli.files import FORCE, check_new, write_file
from arflow.cli.options import BY, DAY, REASON, listed
from arflow.cli.output import progress
from arflow.cli.post.outbox_lines import delivered_lines, dispatch_lines, line_of, message_lines, recorded_lines
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import NotPossible
from arflow.events import Channel

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.post.mail.outbox import State
    from arflow.post.outgoing.acts_that_left import Recorded

STATES = ("queued", "sending", "sent", "failed", "refused", "bounced", "to_post", "to_approve", "cancelled")
_EMPTY = "There are no such messages."


@click.group(cls=Group)
def outbox() -> None:
    """See and send what is queued. An act is recorded when its messages have left, not before.

    \b
    Example:
      arflow outbox send
      arflow outbox list --trouble
    """


@outbox.command("list")
@click.option("--trouble", is_flag=True, help="Only what somebody has to see to: not arrived, stuck, or not recorded.")
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only messages in this state.")
@click.option("--review", metavar="ID", type=A_REVIEW, help="Only messages on this review.")
@listed
@click.pass_obj
def list_(session: Session, /, *, trouble: bool, states: "tuple[State, ...]", review: str | None) -> None:
    """List messages, oldest first: those that are not over, unless a state or a review is named.

    \b
    Example:
      arflow outbox list --state to_post
    """
    from arflow.post.outgoing.queue import outbox as outbox_of

    box = outbox_of(session.app)
    of_review = session.app.review(review).id if review else None
    found = box.chosen(trouble=trouble, states=states, review=of_review)
    of = box.dispatches_of(found)
    lines = [line_of(message, of[message.dispatch]) for message in found]
    heads = ("Message", "Kind", "Review", "To", "Channel", "State", "Left", "Why")
    session.emit_list(lines, lambda: (heads, [list(line.values())[:8] for line in lines]), empty=_EMPTY)


@outbox.command()
@click.argument("name", metavar="ID", type=AN_ID)
@click.pass_obj
def show(session: Session, /, name: str) -> None:
    """Show a message (M-…) as it was or will be sent, or a dispatch (D-… or its key) with its messages.

    \b
    Example:
      arflow outbox show M-0123456789abcdef
    """
    from arflow.post.outgoing.queue import outbox as outbox_of
    from arflow.post.outgoing.send_now import unmet_of

    box = outbox_of(session.app)
    if name.startswith("M-"):
        message = box.message(name)
        dispatch = box.dispatch(message.dispatch)
        needs = unmet_of(session.app, dispatch.review, [message])
        session.emit(message, lambda out: _say(out, message_lines(message, dispatch, needs)))
        return
    dispatch = box.dispatch(name)
    found = box.messages_of(dispatch.id)
    session.emit(
        {"dispatch": dispatch, "messages": found}, lambda out: _say(out, dispatch_lines(session, dispatch, found))
    )


@outbox.command()
@BY
@click.pass_obj
def send(session: Session, /) -> None:
    """Send everything that is due, and record the acts whose messages have left. Safe to run twice, and in two places.

    \b
    Example:
      arflow outbox send
    """
    from arflow.post.outgoing.delivery import deliver

    post = session.post
    with progress("Sending") as report:
        done = deliver(session.app, post.settings, post.read, post.serving, report)
    session.emit(done, lambda out: _say(out, delivered_lines(done)))


@outbox.command()
@click.argument("names", metavar="ID...", type=AN_ID, nargs=-1, required=True)
@click.option("--on", type=DAY, help="The day they left (default: today).")
@BY
@click.pass_obj
def posted(session: Session, /, names: tuple[str, ...], on: date | None) -> None:
    """Say that letters were posted, or papers handed over or put on a portal: all those named, or none.

    \b
    Example:
      arflow outbox posted M-0123456789abcdef --on 2026-11-20
    """
    from arflow.post.outgoing.dated_letters import posted_late
    from arflow.post.outgoing.outbox_acts import posted as say_posted

    day = on or session.app.today
    late = posted_late(session.app, names, day)
    done = say_posted(session.app, names, day, session.post.serving)
    _emit_recorded(session, done, f"{len(set(names))} marked as posted.")
    for line in late:
        say(line, err=True)


@outbox.command()
@click.argument("name", metavar="ID", type=AN_ID)
@BY
@click.pass_obj
def bounced(session: Session, /, name: str) -> None:
    """Say that a message came back, where arflow was not told in a way that it can trust.

    \b
    Example:
      arflow outbox bounced M-0123456789abcdef
    """
    from arflow.post.outgoing.failures import bounced as mark

    new = mark(session.app, name, "an officer says that it came back")
    said = f"{name} is marked as bounced: see `arflow outbox list --trouble`." if new else f"{name} was marked before."
    session.emit({"id": name, "state": "bounced", "new": new}, lambda out: _say(out, [said]))


@outbox.command()
@click.argument("name", metavar="ID", type=AN_ID)
@click.option("--channel", type=click.Choice(get_args(Channel)), required=True, help="The way it goes now.")
@BY
@click.pass_obj
def resend(session: Session, /, name: str, channel: Channel) -> None:
    """Send a message again that did not arrive, by another way or to the address that is known now.

    \b
    Example:
      arflow outbox resend M-0123456789abcdef --channel post
    """
    from arflow.post.outgoing.outbox_acts import resend as queue_again

    new = queue_again(session.app, name, channel, session.post.settings, recipient=_as_known_now(session, name))
    then = "say when it has left with `arflow outbox posted`" if channel != "email" else "`arflow outbox send` sends it"
    session.emit({"id": new, "replaces": name}, lambda out: _say(out, [f"{new} takes the place of {name}: {then}."]))


def _as_known_now(session: Session, name: str) -> Any:
    """The recipient with the addresses that the directory has today; as they were for somebody it does not hold."""
    from arflow.post.outgoing.queue import outbox as outbox_of
    from arflow.post.outgoing.ways_to_reach import addressed, of_case

    message = outbox_of(session.app).message(name)
    plan = outbox_of(session.app).dispatch(message.dispatch).plan
    if message.person is None or message.role is None or plan is None:
        return None
    return addressed(of_case(session.app, plan, message.person), message.role).recipient


@outbox.command()
@click.argument("name", metavar="ID", type=AN_ID)
@REASON
@BY
@click.pass_obj
def cancel(session: Session, /, name: str, reason: str) -> None:
    """Cancel a message, or every message of a dispatch, that has not left. An act no longer waits for it.

    \b
    Example:
      arflow outbox cancel D-0123456789ab --reason "The meeting was postponed"
    """
    from arflow.post.outgoing.outbox_acts import cancel as take_back

    done = take_back(session.app, name, reason, session.post.serving)
    _emit_recorded(session, done, f"{name} is cancelled.")


@outbox.command()
@click.argument("name", metavar="ID", type=AN_ID)
@BY
@click.pass_obj
def record(session: Session, /, name: str) -> None:
    """Record the act of a dispatch that has left, once you have removed what stood in its way.

    \b
    Example:
      arflow outbox record D-0123456789ab
    """
    from arflow.post.outgoing.acts_that_left import record as record_dispatch

    done = record_dispatch(session.app, name, session.post.serving)
    if done.trouble:
        raise NotPossible(done.trouble)
    _emit_recorded(session, [done], "" if done.events else "There is nothing to record.")


@outbox.command()
@click.argument("name", metavar="ID", type=AN_ID)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE.eml",
    help="Where to write it: a file that mail programs open.",
)
@FORCE
@click.pass_obj
def preview(session: Session, /, name: str, output: Path, *, force: bool) -> None:
    """Write the email of a message to a file, as it is sent. Nothing is sent.

    \b
    Example:
      arflow outbox preview M-0123456789abcdef --output invitation.eml
    """
    from arflow.post.mail.email_message import build
    from arflow.post.outgoing.queue import outbox as outbox_of

    box = outbox_of(session.app)
    message = box.message(name)
    if message.channel != "email":
        raise NotPossible(f"{name} goes by {message.channel}: see it with `arflow outbox show {name}`")
    check_new(output, force=force)
    post = session.post
    email = build(message, box.dispatch(message.dispatch), post.settings, post.read, session.app.now)
    write_file(output, email.as_bytes(), force=force)
    session.emit({"id": name, "file": str(output)}, lambda out: _say(out, [f"{output} holds {name}."]))


def _emit_recorded(session: Session, done: "list[Recorded]", said: str) -> None:
    lines = [said] if said else []
    session.emit(done, lambda out: _say(out, [*lines, *(line for one in done for line in recorded_lines(one))]))


def _say(out: "Console", lines: Iterable[str]) -> None:
    """Lines as they are: what people wrote is no markup, and an id is never broken in two."""
    for line in lines:
        out.print(line, soft_wrap=True)
