"""`arflow impact …`: what a change would do to dates, lateness and letters, before it is made."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import REVIEW
from arflow.cli.figures.report_output import Output, emit_report, report_output
from arflow.cli.options import DAY, DAY_AHEAD
from arflow.cli.output import progress
from arflow.cli.root import Group
from arflow.cli.session import Session

if TYPE_CHECKING:
    from arflow.figures.impact.preview import Preview


class Setting(click.ParamType[tuple[str, str]]):
    """A setting of the policy with an option: notice_outer=clear_days."""

    name = "NAME=OPTION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, sign, option = value.partition("=")
        if not sign or not name.strip() or not option.strip():
            self.fail(f"{value} switches nothing: write NAME=OPTION, such as notice_outer=clear_days", param, ctx)
        return name.strip(), option.strip()


@click.group(cls=Group)
def impact() -> None:
    """Preview a change: which dates move, which cases turn late, which letters would be wrong. Nothing is written.

    \b
    Example:
      arflow impact bank-holiday 2026-06-15
    """


@impact.command()
@REVIEW
@click.argument("step")
@click.option("--on", type=DAY, required=True, help="The right day.")
@click.option("--event", "version", type=int, metavar="NUMBER", help="Which event, where the step happened twice.")
@click.pass_obj
@report_output
def correct(session: Session, /, review_id: str, step: str, output: Output, **corrected: Any) -> None:
    """Preview the correction of a step's day, as `arflow review correct` would record it.

    \b
    Example:
      arflow impact correct R-2026-000001 hold --on 2026-06-17
    """
    from arflow.figures.impact import preview

    _emit(session, preview.correction(session.app, review_id, step.replace("-", "_"), **corrected), output)


@impact.command()
@click.argument("workflow_id", metavar="ID")
@click.pass_obj
@report_output
def workflow(session: Session, /, workflow_id: str, output: Output) -> None:
    """Preview every open review under another definition, such as a new version or your own.

    \b
    Example:
      arflow impact workflow anyshire.2026
    """
    from arflow.figures.impact import preview

    with progress("Counting") as watching:
        found = preview.definition(session.app, workflow_id, watching)
    _emit(session, found, output)


@impact.command()
@click.argument("settings", type=Setting(), nargs=-1, required=True, metavar="NAME=OPTION...")
@click.pass_obj
@report_output
def policy(session: Session, /, settings: tuple[tuple[str, str], ...], output: Output) -> None:
    """Preview other options of the policy: how days are counted where the law can be read in two ways.

    \b
    Example:
      arflow impact policy notice_outer=clear_days twelve_months_outer=day_before_anniversary
    """
    from arflow.figures.impact import preview

    with progress("Counting") as watching:
        found = preview.policy(session.app, settings, watching)
    _emit(session, found, output)


@impact.command("bank-holiday")
@click.argument("day", type=DAY_AHEAD, metavar="DATE")
@click.pass_obj
@report_output
def bank_holiday(session: Session, /, day: date, output: Output) -> None:
    """Preview a newly announced bank holiday: last days counted in working days, or that roll to one, move.

    \b
    Example:
      arflow impact bank-holiday 2026-06-15
    """
    from arflow.figures.impact import preview

    with progress("Counting") as watching:
        found = preview.bank_holiday(session.app, day, watching)
    _emit(session, found, output)


def _emit(session: Session, preview: "Preview", output: Output) -> None:
    from arflow.figures.impact.report import as_report

    emit_report(as_report(preview), output)
    session.say_left_out(preview.left_out)
