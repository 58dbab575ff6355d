"""`arflow plan import` and `arflow review import`: sheets in, every fault shown."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.options import BY
from arflow.cli.output import progress
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.imports.caseload_sheet import Imported

_SHOWN = 100
_FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
_MAPPING = click.option(
    "--mapping",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A TOML file that names the file's columns and values.",
)
_ACCEPT = click.option("--accept-sound-rows", is_flag=True, help="Take the rows without fault and leave the others.")


@click.command("import", cls=Command)
@_FILE
@_MAPPING
@_ACCEPT
@BY
@click.pass_context
def plans(context: click.Context, /, file: Path, **how: Any) -> None:
    """Add the plans of a CSV or XLSX caseload; nothing is written unless every row is sound.

    Columns: ref, first_made, last_reviewed, setting, nc_year, coordinator, transfer, transfer_on,
    young_person_from, and for the directory only: name, date_of_birth. Days are YYYY-MM-DD or DD/MM/YYYY,
    ~ before an estimate, or unknown.

    \b
    Example:
      arflow plan import caseload.csv --mapping columns.toml
    """
    from arflow.imports.caseload_sheet import import_plans

    _run(context, context.obj, import_plans, file, how)


@click.command("import", cls=Command)
@_FILE
@_MAPPING
@_ACCEPT
@BY
@click.pass_context
def acts(context: click.Context, /, file: Path, **how: Any) -> None:
    """Record past acts from a CSV or XLSX file, one row an act; nothing is written unless every row is sound.

    Columns: plan, review (the file's own number for it), step, date, and where the step needs it kind, outcome,
    role (several with ;), meeting_on, ended, names_for_transfer, reason, evidence.

    \b
    Example:
      arflow review import history.csv
    """
    from arflow.imports.past_acts import import_acts

    _run(context, context.obj, import_acts, file, how)


def _run(
    context: click.Context,
    session: Session,
    importing: Callable[..., "Imported"],
    file: Path,
    how: dict[str, Any],
) -> None:
    with progress(f"Reading {file.name}") as report:
        result = importing(session.app, file, progress=report, **how)
    _ = session.asking  # the read models follow while the progress bar is watched
    document = {"added": result.added, "already_there": result.already_there, "faults": result.faults}
    for fault in result.faults[:_SHOWN]:
        say(f"{file.name}: {fault}", err=True)
    if len(result.faults) > _SHOWN:
        say(f"… and {len(result.faults) - _SHOWN} more faults; --json lists them all", err=True)
    session.emit(document, lambda out: out.print(_summary(result)))
    if result.faults:
        context.exit(1)


def _summary(result: "Imported") -> str:
    if result.faults and not result.added:
        return (
            f"Nothing was written: {counted(len(result.faults), 'fault')}. "
            "Correct them, or take the rest with --accept-sound-rows."
        )
    left = f", {counted(len(result.faults), 'fault')} left out" if result.faults else ""
    return f"{result.added} added, {result.already_there} there already{left}."
