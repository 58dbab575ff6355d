"""`arflow sheet`: a coordinator's caseload as a workbook, and its edits back as commands."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.case.sheet_import import FILE
from arflow.cli.files import FORCE, check_new, write_file
from arflow.cli.options import BY
from arflow.cli.output import table
from arflow.cli.root import Command, Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import InvalidValue, NotFound
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.imports.working_sheet.edits import Edits


@click.group(cls=Group)
def sheet() -> None:
    """Work on a caseload in a spreadsheet: export it, edit it, and bring the edits back.

    \b
    Example:
      arflow sheet export --coordinator "Casey Morgan" --output casey.xlsx
    """


@sheet.command(cls=Command)
@click.option("--coordinator", metavar="NAME", help="The officer whose cases to export.")
@click.option("--setting", metavar="URN", help="Only the cases of this setting.")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The workbook (.xlsx).",
)
@FORCE
@click.pass_obj
def export(session: Session, /, coordinator: str | None, setting: str | None, output: Path, force: bool) -> None:
    """Write the maintained plans of a coordinator, each with its open review, as a workbook to edit.

    References are locked; what may be written has a dropdown or is checked. It holds no child's name.

    \b
    Example:
      arflow sheet export --coordinator "Casey Morgan" --output casey.xlsx
    """
    from arflow.imports.working_sheet.export import export as workbook_of

    if output.suffix.lower() != ".xlsx":
        raise InvalidValue("--output", output, "the name of a workbook: end it in .xlsx")
    check_new(output, force=force)
    listed = session.asking.plans(coordinator=coordinator, setting=setting, state="maintained")
    if not listed:
        whose = coordinator or setting or "anybody"
        raise NotFound(
            "maintained plan of", whose, "see `arflow plan list` for how coordinators and settings are written"
        )
    write_file(output, workbook_of(session.app, listed), force=force)
    session.emit(
        {"plans": len(listed), "file": str(output)},
        lambda out: out.print(
            f"{counted(len(listed), 'plan')} in {output}. Edit it, then `arflow sheet import {output}`."
        ),
    )


@sheet.command("import", cls=Command)
@FILE
@click.option("--yes", is_flag=True, help="Record the edits, after they were looked at.")
@BY
@click.pass_context
def import_(context: click.Context, /, file: Path, yes: bool) -> None:
    """Show what the edits of an exported workbook would record; with --yes, record it.

    A case that has moved on since the export is listed, and its row is left: nothing is overwritten.

    \b
    Example:
      arflow sheet import casey.xlsx
      arflow sheet import casey.xlsx --yes
    """
    from arflow.imports.working_sheet.edits import apply_edits

    session: Session = context.obj
    found = apply_edits(session.app, file, record=yes)
    for fault in found.faults:
        say(f"{file.name}: {fault}", err=True)
    session.emit(found, lambda out: _page(out, found, recording=yes))
    if found.faults or found.conflicts:
        context.exit(1)


def _page(out: "Console", found: "Edits", *, recording: bool) -> None:
    rows = [(one.row, one.of, in_words(name), *change) for one in found.changes for name, change in one.fields.items()]
    table(out, ("Row", "Of", "What", "Was", "Is"), rows, empty="No row was edited that can be recorded.")
    for words in found.commands:
        out.print(f"  {words}", soft_wrap=True)
    moved = [
        (one.row, one.case, in_words(name), *change)
        for one in found.conflicts
        for name, change in (one.fields or {"case": ("as exported", "moved on")}).items()
    ]
    if moved:
        heads = ("Row", "Of", "What", "When exported", "Now")
        table(out, heads, moved, empty="", title="Moved on since the export, so left as they are:")
    out.print(_summary(found, recording=recording))


def _summary(found: "Edits", *, recording: bool) -> str:
    conflicts = f" {counted(len(found.conflicts), 'row')} left, since the case has moved on." if found.conflicts else ""
    if found.faults:
        return f"Nothing was recorded: {counted(len(found.faults), 'fault')}. Correct them in the workbook.{conflicts}"
    if recording:
        return f"{counted(found.recorded, 'row')} recorded.{conflicts}"
    return f"Nothing was recorded yet: {counted(len(found.changes), 'row')} to record with --yes.{conflicts}"
