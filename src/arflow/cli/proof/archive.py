"""`arflow archive`: the log as Parquet files that are never changed, written on from run to run, or verified."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.output import progress
from arflow.cli.proof.checkpoint import FILE
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import MissingValue
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.history.archive import Anchor

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
@click.option("--with-store", is_flag=True, help="With --verify: it must reach as far as the store's log.")
@click.option("--checkpoint", type=FILE, metavar="FILE", help="With --verify: it must reach as far as this checkpoint.")
@click.pass_context
def archive(
    context: click.Context,
    /,
    *,
    folder: Path,
    events_a_segment: int,
    only_verify: bool,
    with_store: bool,
    checkpoint: Path | None,
) -> None:
    """Write what is new in the log into an archive of Parquet files, which DuckDB, pandas or Spark can query.

    The next run resumes an interrupted one. docs/archive.md explains the columns.

    An archive alone cannot show that its end was not taken away: give --with-store or --checkpoint with --verify.

    \b
    Example:
      arflow archive reviews-archive
      arflow archive reviews-archive --verify --checkpoint 2026-10.json
    """
    if only_verify:
        return _verify(context, folder, with_store=with_store, checkpoint=checkpoint)
    if with_store or checkpoint:
        raise MissingValue(
            "--verify", "--with-store and --checkpoint say how far an archive must reach when it is checked"
        )
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


def _anchors(session: Session, *, with_store: bool, checkpoint: Path | None) -> "Iterator[Anchor]":
    from arflow.evidence import checkpoints
    from arflow.history.archive import Anchor

    if with_store:
        with session.app.log_store.snapshot() as snapshot:
            position, head = snapshot.agreed_head()
        yield Anchor(of="the store", position=position, head=head.hex())
    if checkpoint:
        given = checkpoints.read(checkpoint)
        yield Anchor(of=f"the checkpoint {checkpoint.name}", position=given.size, head=given.head)


def _verify(context: click.Context, folder: Path, *, with_store: bool, checkpoint: Path | None) -> None:
    from arflow.history.archive import verify

    session: Session = context.obj
    anchors = list(_anchors(session, with_store=with_store, checkpoint=checkpoint))
    with progress("Verifying") as report:
        found = verify(folder, report, anchors)
    if not anchors:
        say("How far it should reach was NOT checked: give --with-store, or a --checkpoint kept outside.", err=True)
    holds = f"{counted(found.events, 'event')} in {counted(found.segments, 'file')}"
    sound = f"{holds}: as the manifest and the chain say; head {found.head}"
    lines: list[Any] = [*(found.faults or [sound]), *(f"In doubt: {doubt}" for doubt in found.doubts)]
    session.emit(found, lambda out: out.print("\n".join(map(str, lines)), soft_wrap=True))
    if found.faults:
        context.exit(1)
