"""`arflow year-plan accept` and `sheet`: a proposed year looked at in a workbook, and its days recorded."""

from functools import partial
from pathlib import Path

import click

from arflow.cli.case.many_cases import DRY_RUN, run
from arflow.cli.files import FORCE, check_new, write_file
from arflow.cli.options import BY, YES
from arflow.cli.planning.year_options import A_FILE, A_PLAN
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.words import counted


@click.command(cls=Command)
@A_PLAN
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Write the workbook (.xlsx) to this file.",
)
@FORCE
@click.pass_obj
def sheet(session: Session, /, plan_file: Path, output: Path, force: bool) -> None:
    """Write a proposed year as a workbook, in which days can be chosen from a list of school days.

    \b
    Example:
      arflow year-plan sheet plan.json --output plan.xlsx
    """
    from arflow.planning import plan_sheet, year_plan

    check_new(output, force=force)
    plan = year_plan.read(plan_file)
    write_file(output, plan_sheet.write(plan), force=force)
    session.emit(
        {"file": output.name, "meetings": len(plan.meetings)},
        lambda out: out.print(f"{counted(len(plan.meetings), 'meeting')} written to {output}.", soft_wrap=True),
    )


@click.command(cls=Command)
@A_PLAN
@click.option("--sheet", type=A_FILE, metavar="FILE", help="The workbook of the plan, with days that were changed.")
@click.option("--setting", metavar="URN", help="Only the meetings of this setting.")
@click.option("--coordinator", metavar="NAME", help="Only the meetings of this officer.")
@DRY_RUN
@YES
@BY
@click.pass_context
def accept(
    context: click.Context,
    /,
    *,
    plan_file: Path,
    sheet: Path | None,
    setting: str | None,
    coordinator: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Record the days of a proposed year: open each review that is not open yet, and plan its meeting.

    Days changed in the workbook are held to every rule first, and nothing is recorded where one breaks a rule. A case that has
    moved on since the plan was made is listed and left. It shows the cases, asks, and records each on its own. A run that is cut
    short can be run again: it goes on.

    \b
    Example:
      arflow year-plan accept plan.json --dry-run
      arflow year-plan accept plan.json --sheet plan.xlsx --setting 123456
    """
    from arflow.planning import plan_sheet, year_plan
    from arflow.planning.acceptance import acceptance, with_days
    from arflow.planning.proposal import proved

    session: Session = context.obj
    plan = year_plan.read(plan_file)
    plan = with_days(plan, plan_sheet.read_days(sheet, plan)) if sheet else proved(plan)
    found = acceptance(session.app, session.asking, plan, setting=setting, coordinator=coordinator)
    if found.already:
        say(f"{counted(found.already, 'day')} of the plan recorded already.", err=True)
    run(context, partial(list, found.wishes), dry_run=dry_run, yes=yes, beside=found.conflicts)
