"""A folder outside the store where a checkpoint is put each day: the newest in it, and the next."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from arflow.errors import AlreadyThere, ArflowError, InvalidValue
from arflow.evidence import checkpoints, signatures
from arflow.evidence.checkpoints import Checkpoint
from arflow.evidence.daily_checkpoint import make_next

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from arflow.store import Recorder

FOLDER, KEY = "ARFLOW_CHECKPOINT_TO", "ARFLOW_CHECKPOINT_KEY"
_NAMES = "checkpoint-*.json"
_FOR_ALL = 0o644  # it holds hashes only, and is there for others to keep


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """The checkpoint of a day and its file; `new` where this run made it."""

    file: Path
    checkpoint: Checkpoint
    new: bool


def take(log: "Recorder", folder: Path, at: datetime, key: "Ed25519PrivateKey | None" = None) -> Taken:
    """The checkpoint of the day in a folder, made if there is none; a refusal where the log does not extend the newest."""
    _check(folder)
    path = next(_newest_first(folder), None)
    newest = checkpoints.read(path) if path else None
    if path and newest and newest.made_at[:10] == _day(at).isoformat():
        return Taken(file=path, checkpoint=newest, new=False)
    if path and newest and not _signed_with(path, key):
        newest = msgspec.structs.replace(newest, peaks=())  # not ours to build on: the whole log is walked
    made = make_next(log, at, newest)
    file = folder / f"checkpoint-{_day(at)}-{made.size:012d}.json"
    try:
        signatures.write_new(file, signatures.sign(made.document, key), _FOR_ALL)
    except AlreadyThere:  # another run was quicker
        return Taken(file=file, checkpoint=checkpoints.read(file), new=False)
    return Taken(file=file, checkpoint=made, new=True)


def newest(environment: Mapping[str, str]) -> Checkpoint | None:
    """The newest checkpoint that can be read in the folder that ARFLOW_CHECKPOINT_TO names; None where there is none."""
    folder = environment.get(FOLDER)
    if not folder:
        return None
    with suppress(OSError):
        for path in _newest_first(Path(folder)):
            with suppress(ArflowError):
                return checkpoints.read(path)
    return None


def said(found: Checkpoint | None) -> str:
    """When the newest checkpoint was taken, in one line."""
    if found is None:
        return "Newest checkpoint outside the store: none was taken"
    day = date.fromisoformat(found.made_at[:10])
    return f"Newest checkpoint outside the store: {day.day} {day:%b %Y}, event {found.size:,}"


def _check(folder: Path) -> None:
    if not folder.is_dir():
        raise InvalidValue("--checkpoint-to", folder, "a folder that is there: make it, or name another")


def _newest_first(folder: Path) -> Iterator[Path]:
    """By their names, which hold the day and then the number of events."""
    return iter(sorted(folder.glob(_NAMES), key=lambda path: path.name, reverse=True))


def _signed_with(path: Path, key: "Ed25519PrivateKey | None") -> bool:
    """Whether a checkpoint was signed with the key that signs now; without a key none needs to be."""
    if key is None:
        return True
    try:
        signatures.check_signature(signatures.read_file(path), key.public_key(), path.name)
    except signatures.SignatureRefused:
        return False
    return True


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
