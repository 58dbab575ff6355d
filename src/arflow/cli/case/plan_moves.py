"""`arflow plan moving-away …`: a plan that goes to another authority, or comes from one (SEND Regs 2014 r.15)."""

from datetime import date
from typing import Any

import click

from arflow.case.plan_commands import LearnOfMove, TellFamilyOfTransfer, TransferIn, TransferOut
from arflow.cli.case_names import PLAN
from arflow.cli.options import DAY_AHEAD, recorded
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_changed
from arflow.cli.terminal import say


@click.command("moving-away", cls=Command)
@PLAN
@click.option("--moves-on", type=DAY_AHEAD, help="The day of the move, if it is known.")
@click.option("--to-la", metavar="NUMBER", help="The authority into whose area (three digits).")
@recorded
@click.pass_obj
def moving_away(session: Session, /, ref: str, **facts: Any) -> None:
    """Record the day on which you became aware of a move to another authority's area (SEND Regs 2014 r.15(2)).

    The plan goes there on the day of the move; within 15 working days that begin with --on where you knew too late for
    that. Recorded again, the last one counts. A move called off: `arflow plan correct P-1001 aware-of-move --to none`.

    \b
    Example:
      arflow plan moving-away P-1001 --on 2026-01-05 --moves-on 2026-02-02 --to-la 878
    """
    emit_changed(session, ref, LearnOfMove(**facts))


@click.command("transfer-out", cls=Command)
@PLAN
@click.option("--to-la", metavar="NUMBER", help="The authority it went to (three digits).")
@recorded
@click.pass_obj
def transfer_out(session: Session, /, ref: str, to_la: str | None, **when: Any) -> None:
    """Record that the plan went to another authority, which has its duties from then on (SEND Regs 2014 r.15).

    Its unfinished reviews close as passed on. To take it back: `arflow plan correct P-1001 transferred-out --to none`.

    \b
    Example:
      arflow plan transfer-out P-1001 --to-la 878 --on 2026-01-12
    """
    emit_changed(session, ref, TransferOut(to_la=to_la, **when))


@click.command("transfer-in", cls=Command)
@PLAN
@click.option("--from-la", metavar="NUMBER", help="The authority it came from (three digits).")
@recorded
@click.pass_obj
def transfer_in(session: Session, /, ref: str, from_la: str | None, **when: Any) -> None:
    """Record that the plan came from another authority (SEND Regs 2014 r.15).

    \b
    Example:
      arflow plan transfer-in P-1001 --from-la 878 --on 2026-01-12
    """
    emit_changed(session, ref, TransferIn(from_la=from_la, **when))


@click.command("told-of-transfer", cls=Command)
@PLAN
@click.option(
    "--assessment",
    type=click.Choice(("proposed", "none")),
    required=True,
    help="Whether you proposed an EHC needs assessment (r.15(4)(b)).",
)
@click.option("--review-on", type=DAY_AHEAD, required=True, help="When it proposed to review the plan (r.15(4)(c)).")
@recorded
@click.pass_obj
def told_of_transfer(session: Session, /, ref: str, assessment: str, review_on: date, **when: Any) -> None:
    """Record that the family was told all that SEND Regs 2014 r.15(4) asks: the transfer, an assessment or none, the review.

    \b
    Example:
      arflow plan told-of-transfer P-1001 --assessment none --review-on 2026-04-01 --on 2026-02-02
    """
    told = TellFamilyOfTransfer(proposes_assessment=assessment == "proposed", review_on=review_on, **when)
    emit_changed(session, ref, told)
    due = next((duty for duty in session.app.plan_duties(ref) if duty.id == "twelve_months"), None)
    if due and due.outer and review_on > due.outer:
        say(f"The review must be done by {due.due} ({due.citation}; SEND Regs 2014 r.15(5)).", err=True)


COMMANDS: tuple[click.Command, ...] = (moving_away, transfer_out, transfer_in, told_of_transfer)
