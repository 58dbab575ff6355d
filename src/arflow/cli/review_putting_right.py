"""`arflow review …`, putting right: cancel a review, correct or take back what was recorded."""

from typing import Any

import click

from arflow import commands
from arflow.cli.base import BY, DAY, EVIDENCE, REASON, Command, Session, act, recorded

EVENT = click.option(
    "--event",
    "version",
    type=int,
    metavar="N",
    help="Which, if there are several: its number in the history.",
)


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@REASON
@recorded
@click.pass_obj
def cancel(session: Session, /, review_id: str, **facts: Any) -> None:
    """Cancel a review that will not go on; the 12 months are unaffected.

    \b
    Example:
      arflow review cancel R-2026-000001 --reason "Opened twice"
    """
    act(session, review_id, commands.CancelReview(**facts))


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.argument("step")
@click.option("--on", type=DAY, required=True, help="The right day.")
@REASON
@EVENT
@EVIDENCE
@BY
@click.pass_obj
def correct(session: Session, /, review_id: str, step: str, **facts: Any) -> None:
    """Put right the day of a step that was recorded wrongly; the history keeps both.

    \b
    Example:
      arflow review correct R-2026-000001 hold --on 2026-06-17 --reason "Typing error"
    """
    act(session, review_id, commands.CorrectStep(corrected_step=step.replace("-", "_"), **facts))


@click.command(cls=Command)
@click.argument("review_id", metavar="REVIEW")
@click.argument("step")
@REASON
@EVENT
@EVIDENCE
@BY
@click.pass_obj
def void(session: Session, /, review_id: str, step: str, **facts: Any) -> None:
    """Take back a step that never happened; the history keeps it.

    \b
    Example:
      arflow review void R-2026-000001 report --reason "Recorded on the wrong case"
    """
    act(session, review_id, commands.VoidStep(voided_step=step.replace("-", "_"), **facts))


COMMANDS = (cancel, correct, void)
