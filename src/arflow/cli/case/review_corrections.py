"""`arflow review …`, corrections: cancel a review, correct, take back or re-date what was recorded."""

from typing import TYPE_CHECKING, Any, get_args

import click

from arflow.case import review_commands
from arflow.cli.case_names import REVIEW
from arflow.cli.figures.moved_lines import Corrected, emit_moved
from arflow.cli.options import BY, DAY, DAY_AHEAD, EVIDENCE, REASON, SERVED_ON, SURE, recorded
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.events import CHANNELS, ServiceChanged

if TYPE_CHECKING:
    from arflow.case.review import AnnualReview

EVENT = click.option(
    "--event",
    "version",
    type=int,
    metavar="N",
    help="Which, if there are several: its number in the history.",
)


def act_and_tell(session: Session, review_id: str, command: review_commands.AnyReviewCommand) -> None:
    """Record a correction, and say at once which days, cycles and letters it moved."""
    from arflow.figures.impact.made import moved_by
    from arflow.post.incoming.papers_again import act_and_wait_again

    before = session.app.review(review_id)
    with moved_by(session.app, before.plan) as moved:
        done, again = act_and_wait_again(session.app, review_id, command)
    corrected = _corrected(before, session.app.review(review_id), command)
    emit_moved(session, done, moved[0], corrected, waiting=again)
    if again:
        say(f"To be accepted or refused again: {', '.join(again)} (arflow inbox list --waiting)", err=True)


def _corrected(
    before: "AnnualReview", after: "AnnualReview", command: review_commands.AnyReviewCommand
) -> Corrected | None:
    """The day that a correction replaced, and the one that stands now; None for another command."""
    if not isinstance(command, review_commands.CorrectStep):
        return None
    if command.meeting_on:
        return Corrected("planned meeting", before.planned_meeting, after.planned_meeting)
    step, version = command.corrected_step, command.version
    was, now = (
        next((act.on for act in reversed(one.all(step)) if version in (None, act.event.originator_version)), None)
        for one in (before, after)
    )
    return Corrected(step, was, now)


@click.command(cls=Command)
@REVIEW
@click.argument("step")
@click.option("--on", type=DAY, help="The right day.")
@click.option(
    "--meeting-on", type=DAY_AHEAD, help="With STEP schedule: the right day of the planned meeting; it may lie ahead."
)
@SERVED_ON
@REASON
@EVENT
@EVIDENCE
@BY
@SURE
@click.pass_obj
def correct(session: Session, /, review_id: str, step: str, **facts: Any) -> None:
    """Correct the day of a step that was recorded wrongly; the history keeps both.

    The day of an invitation or an amendment notice brings its day of service with it: say it with --served-on where the table
    does not give it. A day of service that `arflow review serve` recorded stays.

    \b
    Example:
      arflow review correct R-2026-000001 hold --on 2026-06-17 --reason "Typing error"
      arflow review correct R-2026-000001 schedule --meeting-on 2026-06-18 --reason "Typing error"
    """
    from arflow.application.deemed_service import of_a_step

    if (facts["on"] is None) == (facts["meeting_on"] is None):
        raise click.UsageError("say the right day with --on, or the right day of the planned meeting with --meeting-on")
    command = review_commands.CorrectStep(corrected_step=step.replace("-", "_"), **facts)
    act_and_tell(session, review_id, of_a_step(session.app, session.app.review(review_id), command))
    if facts["meeting_on"] and session.app.review(review_id).invitations:
        other = f"arflow review postpone {review_id} --meeting-on DAY"
        say(
            f"Whoever was invited stays invited to {facts['meeting_on']}: if they were told another day, {other}",
            err=True,
        )


@click.command(cls=Command)
@REVIEW
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
    act_and_tell(session, review_id, review_commands.VoidStep(voided_step=step.replace("-", "_"), **facts))


@click.command(cls=Command)
@REVIEW
@click.option("--event", "of", type=int, metavar="N", required=True, help="What was sent: its number in the history.")
@click.option("--served-on", type=DAY, required=True, help="The day it is read as served.")
@click.option("--channel", type=click.Choice(CHANNELS), required=True, help="How it was served.")
@click.option("--because", type=click.Choice(get_args(ServiceChanged)), required=True, help="Why that day counts.")
@recorded
@click.pass_obj
def serve(session: Session, /, review_id: str, **facts: Any) -> None:
    """Read an invitation or an amendment notice as served on another day, and say which days that moves.

    \b
    Example:
      arflow review serve R-2026-000001 --event 7 --served-on 2026-07-17 --channel post --because bounced
    """
    from arflow.case.moved_days import redated

    before = session.app.duties(review_id)
    done = session.app.act(review_id, review_commands.RecordService(**facts))
    moved = redated(before, session.app.duties(review_id))
    document = {"id": done.id, "state": done.state, "event": done.event, "on": done.on, "moved": moved}
    lines = [f"  {duty}" for duty in moved] or ["  No day moves."]
    head = f"{done.id}: {done.event} on {done.on} → {done.state}"
    session.emit(document, lambda out: out.print("\n".join((head, *lines))))


COMMANDS = (correct, void, serve)
