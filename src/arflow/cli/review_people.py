"""`arflow review …`, the part before the meeting: invite people, ask them for advice, and send round what they wrote."""

from typing import Any

import click

from arflow import commands
from arflow.cli.base import SKIP, Command, Session, emit_done, recorded
from arflow.events import ROLES

ROLE_LIST = click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    required=True,
    help="May be given several times.",
)


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


COMMANDS = (request_advice, circulate)
