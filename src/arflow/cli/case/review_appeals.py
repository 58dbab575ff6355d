"""`arflow review appeal …`: mediation and the Tribunal after what a review decided, up to how an appeal ended."""

from typing import Any, get_args

import click

from arflow.case import review_commands
from arflow.cli.case.review_acts import act
from arflow.cli.case_names import REVIEW
from arflow.cli.options import recorded
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.events import AppealEnd


@click.command("certify-mediation", cls=Command)
@REVIEW
@recorded
@click.pass_obj
def certify_mediation(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record a mediation certificate, which may lengthen the time to appeal (CFA 2014 s.55).

    Where a mediation is recorded on the plan (`arflow plan mediation`), record it there: the review reads it.

    \b
    Example:
      arflow review certify-mediation R-2026-000001 --on 2026-08-20
    """
    act(session, review_id, review_commands.CertifyMediation(**facts))


@click.command(cls=Command)
@REVIEW
@recorded
@click.pass_obj
def appeal(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record an appeal to the Tribunal (CFA 2014 s.51).

    One made after its last day is out of time: record with `admit-appeal` that the Tribunal admitted it.

    \b
    Example:
      arflow review appeal R-2026-000001 --on 2026-08-28
    """
    act(session, review_id, review_commands.LodgeAppeal(**facts))


@click.command("admit-appeal", cls=Command)
@REVIEW
@recorded
@click.pass_obj
def admit_appeal(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record that the Tribunal admitted an appeal made out of time; a plan that ceased is maintained again.

    \b
    Example:
      arflow review admit-appeal R-2026-000001 --on 2026-09-14
    """
    act(session, review_id, review_commands.AdmitAppeal(**facts))


@click.command("determine-appeal", cls=Command)
@REVIEW
@click.option("--ended", type=click.Choice(get_args(AppealEnd)), required=True)
@recorded
@click.pass_obj
def determine_appeal(session: Session, /, review_id: str, **facts: Any) -> None:
    """Record how an appeal ended.

    \b
    Example:
      arflow review determine-appeal R-2026-000001 --ended dismissed --on 2026-12-01
    """
    act(session, review_id, review_commands.DetermineAppeal(**facts))


COMMANDS = (certify_mediation, appeal, admit_appeal, determine_appeal)
