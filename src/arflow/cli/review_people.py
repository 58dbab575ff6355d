"""`arflow review …`, the part before the meeting: invite people, ask them for advice, and send round what they wrote."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from arflow import commands
from arflow.cli.base import DAY, SKIP, Command, Session, emit_done, recorded
from arflow.errors import MissingValue
from arflow.events import ADVICE_ANSWERS, CHANNELS, ROLES, Role

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

ROLE_LIST = click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    required=True,
    help="May be given several times.",
)


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@ROLE_LIST
@click.option("--channel", type=click.Choice(CHANNELS), default="email", show_default=True)
@recorded
@click.pass_obj
def invite(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that people were invited, which gives notice of the meeting.

    \b
    Example:
      arflow review invite R-2026-000001 --role parent --role setting --role la_sen --role health --role la_social_care
    """
    emit_done(session, session.app.act(review_id, commands.Invite(**facts)))
    _say_who_is_missing(session, review_id)


def _say_who_is_missing(session: Session, review_id: str) -> None:
    found = session.app.review(review_id)
    missing = [
        f"{invitee.title} ({invitee.citation})"
        for invitee in session.app.workflow(found.workflow).invitees_of(found.kind)
        if invitee.word == "must" and not found.invited_on(invitee.roles)
    ]
    if missing:
        click.echo("Not yet invited: " + "; ".join(missing), err=True)


@click.command("request-advice", cls=Command)
@click.argument("review_id", metavar="REVIEW")
@ROLE_LIST
@recorded
@click.pass_obj
def request_advice(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that people were asked for advice and information.

    \b
    Example:
      arflow review request-advice R-2026-000001 --role health --role la_social_care --on 2026-05-01
    """
    emit_done(session, session.app.act(review_id, commands.RequestAdvice(**facts)))


@click.command("receive-advice", cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.option("--role", type=click.Choice(ROLES), help="Who answered; not needed with --person.")
@click.option("--person", metavar="N-…", help="Which of those asked: see `arflow review advice`.")
@click.option(
    "--answer",
    type=click.Choice(ADVICE_ANSWERS),
    default="advice",
    show_default=True,
    help="no_change: nothing has changed since the last report; not_involved: they do not work with the child.",
)
@click.option("--nothing-to-add", is_flag=True, help="The same as --answer nothing_to_add.")
@click.option("--file", "files", type=FILE, multiple=True, help="What came: it is kept as advice. Repeatable.")
@click.option("--document", "documents", metavar="SHA256", multiple=True, help="A document that is kept already.")
@click.option("--written-on", type=DAY, help="The day the files were written: how old evidence is stays known.")
@recorded
@click.pass_obj
def receive_advice(
    session: Session,
    /,
    *,
    review_id: str,
    role: Role | None,
    person: str | None,
    files: tuple[Path, ...],
    written_on: date | None,
    **facts: Any,
) -> None:
    """Record that advice arrived, or an answer that there is none, and keep what came.

    \b
    Example:
      arflow review receive-advice R-2026-000001 --role health --on 2026-05-20
      arflow review receive-advice R-2026-000001 --role health --file speech.pdf --written-on 2026-05-12
      arflow review receive-advice R-2026-000001 --role la_social_care --answer not_involved
    """
    from arflow.correspondence.advice_in import receive, role_of

    if person is not None:
        role = role_of(session.app, review_id, person, role)
    if role is None:
        raise MissingValue("--role or --person", "say who answered", ROLES)
    if facts["nothing_to_add"] and facts["answer"] not in ("advice", "nothing_to_add"):
        raise click.UsageError(f"--nothing-to-add and --answer {facts['answer']} contradict each other")
    if written_on and not files:
        raise MissingValue("--file", "say which file was written then")
    command = commands.ReceiveAdvice(role=role, person=person, **facts)
    if not files and not facts["documents"]:
        emit_done(session, session.app.act(review_id, command))
        return
    done = receive(session.app, review_id, command, session.documents, files=files, written_on=written_on)
    emit_done(session, done)


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.option("--document", "documents", metavar="SHA256", multiple=True, help="The digest of each paper circulated.")
@SKIP
@recorded
@click.pass_obj
def circulate(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the advice was sent to everyone invited.

    \b
    Example:
      arflow review circulate R-2026-000001 --on 2026-06-02
    """
    emit_done(session, session.app.act(review_id, commands.CirculateAdvice(**facts)))


COMMANDS = (invite, request_advice, receive_advice, circulate)
