"""`arflow verify --since`: only what came after a checkpoint, and what that does not show."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.output import progress
from arflow.cli.session import Session
from arflow.errors import StoreDamaged
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.evidence.checkpoints import Checkpoint
    from arflow.evidence.log_since import VerifiedSince
    from arflow.store import Recorder


def show_since(context: click.Context, session: Session, file: Path, public_key: Path | None) -> None:
    """Verify what came after the checkpoint in a file; it ends with 1 where something is wrong."""
    from arflow.evidence.log_since import verify_since

    [since] = checkpoints_in((file,), public_key)
    with progress("Walking the log") as telling:
        found = verify_since(log_of(session), since, telling)
    document = {
        "since": since.size,
        "events": found.events,
        "head": found.head,
        "sound": found.sound,
        "faults": found.faults,
        "findings": [one for check in found.checks for one in check.findings if not one.doubt],
        "doubts": [one for check in found.checks for one in check.findings if one.doubt],
        "signature_checked": public_key is not None,
    }
    lines = _lines(found, file, signed=public_key is not None)
    session.emit(document, lambda out: out.print("\n".join(lines), soft_wrap=True))
    if not found.sound:
        context.exit(1)


def _lines(found: "VerifiedSince", file: Path, *, signed: bool) -> list[str]:
    """What was read and found, and what was not read."""
    since = found.since
    new, day = found.events - since.size, since.made_at.partition("T")[0]
    follow = "follows" if new == 1 else "follow"
    chained = f"{counted(new, 'event')} after event {since.size} {follow} by the chain; head {found.head}"
    return [
        *(map(str, found.faults) if found.faults else [chained]),
        *(line for check in found.checks for line in check.lines),
        f"Events 1 to {since.size} were NOT read: they were as the checkpoint made on {day} says when it was made. "
        f"`arflow verify --checkpoint {file}` reads them again.",
        *(() if signed else ["The signature was NOT checked: give --public-key."]),
        "Reasons, documents, lists and tables were NOT compared with the log: plain `arflow verify` compares them.",
    ]


def checkpoints_in(files: tuple[Path, ...], public_key: Path | None) -> "list[Checkpoint]":
    """The checkpoints in files, their signatures checked where a key is given."""
    from arflow.evidence import checkpoints, signatures

    key = signatures.read_public_key(public_key) if public_key else None
    return [checkpoints.read(path, key) for path in files]


def log_of(session: Session) -> "Recorder":
    """The log of the store, also where it is too damaged for the rest of arflow."""
    from arflow.store import Recorder, make_engine

    try:
        return session.app.log_store
    except StoreDamaged:
        return Recorder(make_engine(session.store))
