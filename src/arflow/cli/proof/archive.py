"""`arflow archive`: the log as Parquet files that are never changed, written on from run to run, or verified."""

from pathlib import Path
from typing import Any

import click

from arflow.cli.output import progress
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.words import counted

# As arflow.history.archive has it, which is loaded only where it is used.
EVENTS_A_SEGMENT = 250_000
# What is sorted, read back and compared at once has to fit into memory.
_MOST = 1_000_000


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--segment",
    "events_a_segment",
    type=click.IntRange(1, _MOST),
    default=EVENTS_A_SEGMENT,
    show_default=True,
    metavar="N",
    help="At most so many events in one file; only what is new is written.",
)
@click.option("--verify", "only_verify", is_flag=True, help="Only check the archive; no store is needed.")
@click.pass_context
def archive(context: click.Context, /, folder: Path, events_a_segment: int, only_verify: bool) -> None:
    """Write what is new in the log into an archive of Parquet files, which DuckDB, pandas or Spark can query.

    The next run resumes an interrupted one. docs/archive.md explains the columns.

    \b
    Example:
      arflow archive reviews-archive
      arflow archive reviews-archive --verify
    """
    if only_verify:
        return _verify(context, folder)
    return _write(context.obj, folder, events_a_segment)


def _write(session: Session, folder: Path, events_a_segment: int) -> None:
    from arflow.history.archive import archive

    with progress("Archiving") as report:
        done = archive(session.app.log_store, folder, events_a_segment=events_a_segment, progress=report)
    wrote = (
        f"{counted(done.events_written, 'event')} written in {counted(done.segments_written, 'file')}"
        if done.events_written
        else "Nothing is new"
    )
    now = (
        f"{wrote}; {folder} holds {counted(done.events, 'event')} in {counted(done.segments, 'file')}, head {done.head}"
    )
    session.emit(done, lambda out: out.print(now, soft_wrap=True))


def _verify(context: click.Context, folder: Path) -> None:
    from arflow.history.archive import verify

    session: Session = context.obj
    with progress("Verifying") as report:
        found = verify(folder, report)
    holds = f"{counted(found.events, 'event')} in {counted(found.segments, 'file')}"
    sound = f"{holds}: as the manifest and the chain say; head {found.head}"
    lines: list[Any] = list(found.faults) or [sound]
    session.emit(found, lambda out: out.print("\n".join(map(str, lines)), soft_wrap=True))
    if found.faults:
        context.exit(1)
