"""`arflow plan notice …`: amendments outside a review, from the notice to the final plan (SEND Regs 2014 r.28)."""

from typing import Any, get_args

import click

from arflow.case.plan_amendments import check_not_too_early, is_proposed
from arflow.case.plan_commands import (
    DecideNotToAmendPlan,
    ReceivePlanRepresentations,
    RecordAmendment,
    SendPlanNotice,
)
from arflow.cli.case.review_acts import of_this_case, sent
from arflow.cli.case_names import PLAN
from arflow.cli.options import DAY, SERVED_ON, SKIP, recorded
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_changed
from arflow.cli.terminal import say
from arflow.events import AmendedBecause


@click.command(cls=Command)
@PLAN
@click.option("--again", is_flag=True, help="Other amendments in place of those proposed before.")
@SERVED_ON
@sent
@recorded
@click.pass_obj
def notice(session: Session, /, ref: str, **facts: Any) -> None:
    """Record that amendments were proposed without a review (SEND Regs 2014 r.28).

    The plan, the proposed amendments and their evidence were sent as after a review: the family has 15 days, and the final
    plan or a decision not to amend is due eight weeks after sending. After --again both are counted from each notice.
    `arflow letter send PLAN amendment_notice` sends the notice and records it.

    \b
    Example:
      arflow plan notice P-1001 --on 2026-09-01
      arflow plan notice P-1001 --again --on 2026-09-22
    """
    facts["served_on"] = facts["served_on"] or session.deemed_served(facts["channel"], facts["on"])
    emit_changed(session, ref, of_this_case(session, ref, SendPlanNotice(**facts)))


@click.command(cls=Command)
@PLAN
@click.option(
    "--no-more", is_flag=True, help="Everybody with the right has answered, or gave up the rest of the 15 days."
)
@recorded
@click.pass_obj
def represent(session: Session, /, ref: str, **facts: Any) -> None:
    """Record that the family made representations on amendments proposed without a review.

    \b
    Example:
      arflow plan represent P-1001 --on 2026-09-10 --no-more
    """
    emit_changed(session, ref, ReceivePlanRepresentations(**facts))


@click.command(cls=Command)
@PLAN
@click.option(
    "--because",
    type=click.Choice(get_args(AmendedBecause)),
    required=True,
    help="Why, if not after a review.",
)
@click.option("--notice-on", type=DAY, help="The day of the notice, if it is not recorded yet (SEND Regs 2014 r.28).")
@SKIP
@recorded
@click.pass_obj
def amend(session: Session, /, ref: str, **facts: Any) -> None:
    """Record an amended plan issued outside a review; the 12 months are not reset (Code 9.198).

    Without a review it ends the amendment that `arflow plan notice` recorded.

    \b
    Example:
      arflow plan amend P-1001 --because without_review --on 2026-10-20
      arflow plan amend P-1001 --because tribunal_order --on 2026-04-30
    """
    command = RecordAmendment(**facts)
    proposed = is_proposed(session.app.plan(ref)) or command.notice_on is not None
    _end(session, ref, command)
    if command.because == "without_review" and not proposed:
        say(
            "No notice of this amendment is recorded (SEND Regs 2014 r.28, r.22(2)), so its days are not counted: "
            "record it with --notice-on",
            err=True,
        )


@click.command("not-amend", cls=Command)
@PLAN
@SKIP
@sent
@recorded
@click.pass_obj
def not_amend(session: Session, /, ref: str, **facts: Any) -> None:
    """Record the decision not to make amendments proposed without a review, with its reasons given (SEND Regs 2014 r.28).

    \b
    Example:
      arflow plan not-amend P-1001 --on 2026-10-20
    """
    _end(session, ref, of_this_case(session, ref, DecideNotToAmendPlan(**facts)))


def _end(session: Session, ref: str, command: RecordAmendment | DecideNotToAmendPlan) -> None:
    """Record it; refused where the family may still make representations, and no reason is given."""
    check_not_too_early(session.app.plan(ref), session.app.current_workflow(), command, session.app.today)
    emit_changed(session, ref, command)


COMMANDS: tuple[click.Command, ...] = (notice, represent, amend, not_amend)
