"""`arflow undo`: take back one's own last act by the acts that correct; the history keeps both."""

from typing import TYPE_CHECKING, cast

import click

from arflow.case.plan_commands import CorrectPlanDay
from arflow.cli.case.plan_facts import correct_day
from arflow.cli.case.review_corrections import act_and_tell
from arflow.cli.case_names import A_CASE
from arflow.cli.options import BY, REASON, YES
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import agreed
from arflow.errors import NotPossible
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.case.review_commands import AnyReviewCommand


@click.command(cls=Command)
@click.argument("case", metavar="[REVIEW|PLAN]", required=False, type=A_CASE)
@REASON
@YES
@BY
@click.pass_obj
def undo(session: Session, /, case: str | None, reason: str, *, yes: bool) -> None:
    """Take back your own last act, on a case or anywhere, with a reason.

    It is voided, or the day that it corrected is corrected back. Nothing leaves the history. What later acts rest on, or what no
    act takes back, is refused, and arflow says the way on.

    \b
    Example:
      arflow undo --reason "Recorded on the wrong case"
      arflow undo R-2026-000001 --reason "Typing error" --yes
    """
    from arflow.application.undo import last_act, way_back
    from arflow.law.london import day_in_london

    app = session.app
    last = last_act(app, app.directory.known_officer(session.by) or "", session.by, case)
    command = way_back(last, reason, app.directory.officer_names())
    what = f"{last.case}: {in_words(last.what)} on {last.on}, recorded on {day_in_london(last.recorded_at)}"
    if not yes and not agreed(f"Take back {what}?"):
        raise NotPossible(f"the last act of {session.by} is {what}: nothing was recorded; say --yes to take it back")
    if isinstance(command, CorrectPlanDay):
        correct_day(session, last.case, command)
    else:
        act_and_tell(session, last.case, cast("AnyReviewCommand", command))
