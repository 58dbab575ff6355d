"""`arflow sen2 import`: start on arflow from last year's return."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.options import BY, DAY
from arflow.cli.output import progress
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.sen2.returned.first_import import Imported

_SHOWN = 100
_EXISTING = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("import", cls=Command)
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--mapping", type=_EXISTING, metavar="CSV", help="Your own references: ref, upn, date_of_birth, plan_start."
)
@click.option("--accept-sound-rows", is_flag=True, help="Take the people without fault and leave the others.")
@click.option(
    "--accept-numbers", is_flag=True, help="Take a UPN, ULN, URN or UKPRN whose form is wrong; each is listed."
)
@click.option(
    "--accept-errors", is_flag=True, help="Take people in spite of what `sen2 check` calls errors; each is listed."
)
@click.option("--decisions-until", type=DAY, help="Take decisions up to this day (default: the census day).")
@BY
@click.pass_obj
@click.pass_context
def import_(
    context: click.Context,
    session: Session,
    /,
    *,
    file: Path,
    mapping: Path | None,
    decisions_until: date | None,
    **accepted: bool,
) -> None:
    """Take over the plans of a SEN2 return (XML, or the CSV form); nothing is written unless all of it is sound.

    What `arflow sen2 check` calls an error keeps a return out; a query does not.

    Each active plan is put under arflow with the day it was made, its last review (the day of the decision), its setting
    and its transfer, as far as the return has them. What the return says about people stays in the directory, which can be
    erased, so that the next return can be made of it. Somebody without an active plan (refused, not yet decided, ceased)
    is kept for the return only. Run it again, or with a later return: nobody is taken twice.

    \b
    Example:
      arflow sen2 import return-2026.xml --mapping references.csv
    """
    from arflow.sen2.returned.first_import import import_return

    with progress(f"Reading {file.name}") as report:
        result = import_return(
            session.app, file, mapping=mapping, decisions_until=decisions_until, progress=report, **accepted
        )
    _ = session.asking  # the read models follow while the progress bar is watched
    _tell(file, result)
    session.emit(result, lambda out: out.print(_summary(result), soft_wrap=True))
    if result.faults:
        context.exit(1)


def _tell(file: Path, result: "Imported") -> None:
    """What needs somebody's eyes, on stderr: faults first."""
    lines = [*(f"{file.name}: {fault}" for fault in result.faults), *result.untold]
    for line in lines[:_SHOWN]:
        say(line, err=True)
    if len(lines) > _SHOWN:
        say(f"… and {len(lines) - _SHOWN} more; --json lists them all", err=True)


def _summary(result: "Imported") -> str:
    nothing = not (result.plans or result.people_without_plan or result.renewed or result.already_there)
    if result.faults and nothing:
        return (
            f"Nothing was written: {counted(len(result.faults), 'fault')}. "
            "Correct them, or take the people without fault with --accept-sound-rows; --accept-errors takes what "
            "breaks a rule of the checks (AR-…)."
        )
    left = f", {result.left_out} left out for their faults" if result.left_out else ""
    return (
        f"Return of {result.year}: {counted(result.plans, 'plan')} put under arflow, "
        f"{counted(result.people_without_plan, 'person', 'people')} without an active plan kept, "
        f"{result.renewed} renewed, {result.already_there} there already{left}."
    )
