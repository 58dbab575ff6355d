"""`arflow inspection …`: what area SEND inspectors ask for by child."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from arflow.cli.files import FORCE
from arflow.cli.options import DAY
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.errors import InvalidValue
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.sen2.list1.list1_checks import Found
    from arflow.sen2.list1.workbook import Table


@click.group(cls=Group)
def inspection() -> None:
    """Make the lists that area SEND inspectors ask for.

    \b
    Example:
      arflow inspection list1 list1.xlsx
    """


@inspection.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--as-at", type=DAY, help="As things stood on this day (default: today).")
@click.option(
    "--last-reviewed",
    type=click.Choice(("decision", "meeting")),
    default="decision",
    show_default=True,
    help="Which day counts as the last review; the working papers have both.",
)
@FORCE
@click.pass_obj
def list1(
    session: Session,
    /,
    *,
    out: Path,
    as_at: date | None,
    last_reviewed: Literal["decision", "meeting"],
    force: bool,
) -> None:
    """Write list 1 of Annex A: everybody with an EHC plan that the authority maintains, with working papers and checks.

    OUT ends in .xlsx, or in .csv: then the working papers and the checks are files beside it. Dates are DD/MM/YYYY. What arflow
    does not hold, such as absence or pupil premium, is a blank column to fill in.

    \b
    Example:
      arflow inspection list1 list1.xlsx --last-reviewed meeting
    """
    from arflow.cli.files import check_new
    from arflow.figures.report import Asked
    from arflow.sen2.list1 import children as made
    from arflow.sen2.list1.list1_checks import check
    from arflow.sen2.list1.workbook import tables

    files = _files(out)
    for file in files:
        check_new(file, force=force)
    on = as_at or session.app.today
    with session.looking(Asked(as_at=on)) as log:
        listed = tuple(made.entries(log, session.app.engine))
    found = tuple(check(listed, on, last_reviewed))
    _write(files, tables(listed, found, last_reviewed), force=force)
    _say(session, files, len(listed), found)


def _files(out: Path) -> tuple[Path, ...]:
    """The files to be written: a workbook alone, or three sheets of CSV."""
    match out.suffix.lower():
        case ".xlsx":
            return (out,)
        case ".csv":
            return (out, *(out.with_name(f"{out.stem}-{name}.csv") for name in ("working-papers", "checks")))
        case _:
            raise InvalidValue("OUT", out.name, "a file whose name ends in .xlsx or .csv")


def _write(files: "tuple[Path, ...]", made: "tuple[Table, ...]", *, force: bool) -> None:
    from arflow.cli.files import new_file
    from arflow.sen2.list1.workbook import write_csv, write_workbook

    if len(files) == 1:
        with new_file(files[0], force=force) as to:
            write_workbook(made, to)
        return
    for file, table in zip(files, made, strict=True):
        with new_file(file, force=force) as to:
            write_csv(table, to)


def _say(session: Session, files: "tuple[Path, ...]", plans: int, found: "tuple[Found, ...]") -> None:
    """Where it is, and how often each check found something: nothing of anybody."""
    from collections import Counter

    checks = Counter((one.check, one.severity) for one in found)
    document = {
        "files": [str(file) for file in files],
        "plans": plans,
        "checks": [{"check": name, "severity": severity, "plans": n} for (name, severity), n in checks.items()],
    }

    def show(out: "Console") -> None:
        out.print(f"{files[0]}: {counted(plans, 'plan')}.")
        for (name, severity), n in checks.items():
            out.print(f"  {severity}: {name}, {counted(n, 'plan')}")

    session.emit(document, show)
