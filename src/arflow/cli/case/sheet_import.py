"""What every import of a sheet shares: its options, its messages, and how it may be stopped."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.files import check_new, new_file
from arflow.cli.options import BY
from arflow.cli.output import progress, table
from arflow.cli.session import Session
from arflow.cli.signals import Stopped
from arflow.cli.terminal import say
from arflow.errors import InvalidValue
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.imports.importing import Change, How, Imported
    from arflow.imports.kinds import SheetKind

_SHOWN = 100
_ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp850")
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
FILE = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))


def _delimiter(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    sign = _DELIMITERS.get(value.lower(), value) if value else None
    if sign is not None and (len(sign) != 1 or sign in '\r\n"'):
        raise InvalidValue("--delimiter", value, f"one sign: use {', '.join(_DELIMITERS)}, or the sign itself")
    return sign


_LAYOUT = (
    click.option("--sheet", metavar="NAME", help="The sheet of the workbook (default: the one with the columns)."),
    click.option(
        "--heading-row",
        type=click.IntRange(1),
        metavar="N",
        help="The row with the headings (default: the first that has the columns).",
    ),
    click.option("--encoding", type=click.Choice(_ENCODINGS), help="How a text file is coded (default: by its bytes)."),
    click.option(
        "--delimiter",
        metavar="SIGN",
        callback=_delimiter,
        help="What stands between the columns of a text file: comma, semicolon, tab, pipe or a sign (default: by its lines).",
    ),
)
_WRITING = (
    click.option(
        "--mapping",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="A TOML file that names the file's columns and values: `arflow import guess FILE` writes one.",
    ),
    *_LAYOUT,
    click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing."),
    click.option("--update", is_flag=True, help="Take what the file says otherwise than what is kept already."),
    click.option("--accept-sound-rows", is_flag=True, help="Take the rows without fault and leave the others."),
    click.option(
        "--rejected",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Take the rows without fault, and write the others to this CSV file to correct and import again.",
    ),
    BY,
)


def laid_out(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name where the rows of a file stand."""
    for option in reversed(_LAYOUT):
        command = option(command)
    return command


def imported(command: Callable[..., Any]) -> Callable[..., Any]:
    """The argument and options of every import."""
    for option in reversed((FILE, *_WRITING)):
        command = option(command)
    return command


def layout_of(told: dict[str, Any]) -> Any:
    """Where the rows stand, as far as options say; they are taken out of what was told."""
    from arflow.imports.layout import Layout

    return Layout(**{name: told.pop(name) for name in ("sheet", "heading_row", "encoding", "delimiter")})


def run(
    context: click.Context, importing: Callable[..., "Imported"], kind: "SheetKind", file: Path, told: dict[str, Any]
) -> None:
    """Import a file as asked, and say what was and was not done; exit with 1 where rows were refused."""
    from arflow.imports.importing import How
    from arflow.imports.kinds import KINDS
    from arflow.imports.rejected_rows import rejected_rows

    session, rejected = context.obj, told.pop("rejected")
    if rejected:
        check_new(rejected, force=False, option="--rejected")
        told["accept_sound_rows"] = True
    how = How(layout=layout_of(told), **told)
    result = _watched(session, importing, file, how)
    for fault in result.faults[:_SHOWN]:
        say(f"{file.name}: {fault}", err=True)
    if len(result.faults) > _SHOWN:
        say(f"… and {len(result.faults) - _SHOWN} more faults; --json lists them all", err=True)
    if rejected and result.faults:
        with new_file(rejected, force=False) as written:
            written.write(rejected_rows(file, how, KINDS[kind], result.faults))
        say(f"The rows with faults are in {rejected}: correct them there, and import that file", err=True)
    document = {"added": result.added, "changed": result.changed, "already_there": result.already_there}
    more = {"rights": result.rights} if kind == "people" else {}
    session.emit(document | more | {"faults": result.faults}, lambda out: _page(out, result, how))
    if result.faults:
        context.exit(1)


def _watched(session: Session, importing: Callable[..., "Imported"], file: Path, how: "How") -> "Imported":
    """The import, watched: where somebody stops it, arflow reports what had been written by then."""
    come: list[Any] = []
    try:
        with progress(f"Reading {file.name}") as report:

            def hear(done: Any) -> None:
                come[:] = [done]
                report(done)

            result = importing(session.app, file, how, progress=hear)
        if result.read_as:
            say(f"{file.name}: {result.read_as}", err=True)
        _ = session.asking  # the read models follow while the progress bar is watched
    except Stopped:
        say(_stopped(come[0].done if come else 0, come[0].of if come else 0), err=True)
        raise
    return result


def _stopped(done: int, of: int) -> str:
    """What a stopped import has done; what was being written when it was stopped may be there too."""
    if not done:
        return "Stopped: no row is known to be written. Import the file again: arflow leaves what already exists."
    return (
        f"Stopped: {done:,} of {of:,} rows without fault are written, the others are not. "
        "Import the file again: it leaves what is there and goes on."
    )


def _page(out: "Console", result: "Imported", how: "How") -> None:
    if result.changed:
        rows = [row for change in result.changed for row in _change_rows(change)]
        table(out, ("Row", "Of", "What", "Was", "Is"), rows, empty="")
    if result.faults and not (how.accept_sound_rows or how.dry_run):
        out.print(
            f"Nothing was written: {counted(len(result.faults), 'fault')}. "
            "Correct them, or take the rest with --accept-sound-rows."
        )
        return
    out.print(_summary(result, how))


def _summary(result: "Imported", how: "How") -> str:
    counts = [f"{result.added} added"]
    if result.changed:
        counts.append(
            f"{len(result.changed)} {'changed' if how.update else 'left as they are though the file differs'}"
        )
    counts.append(f"{result.already_there} there already")
    if result.faults:
        counts.append(f"{counted(len(result.faults), 'fault')} left out")
    said = [", ".join(counts) + "."]
    if result.rights:
        said.append(f"The day on which the rights pass is now known for {counted(result.rights, 'plan')}.")
    if result.changed and not how.update:
        said.append("Take what the file says with --update.")
    return ("Nothing was written. It would be: " if how.dry_run else "") + " ".join(said)


def _change_rows(change: "Change") -> list[tuple[object, ...]]:
    return [(change.row, change.of, in_words(field), was, now) for field, (was, now) in change.fields.items()]
