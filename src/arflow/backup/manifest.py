"""What a backup holds: its files with their digests, the end of its log, and what it does not hold."""

import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from arflow import private_files
from arflow.errors import BackupRefused

FORM = "arflow-backup-1"
MANIFEST = "manifest.json"
STORE = {"sqlite": "store.db", "postgresql": "store.dump"}
DOCUMENTS, MAIL = "documents", "mail"
NOT_HELD = (
    "signing keys and checkpoints",
    "the authority's own definitions, letter templates and settings",
    "archives, packs and lists that were written elsewhere",
    "roles and passwords of the database",
)
_PIECE = 1 << 20


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """Files kept by their SHA-256, and those that the store names and whose place had no sound file."""

    digests: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup holds. `head` is the hash (hex) of the last of its `events`, `sha256` that of the store's own file."""

    form: str = FORM
    arflow: str
    made_at: str
    kind: Literal["sqlite", "postgresql"]
    schema: str
    sha256: str
    events: int
    head: str
    documents: Files
    mail: Files
    not_held: tuple[str, ...] = NOT_HELD


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, last of all: a folder without one is no backup."""
    with private_files.new_file(folder / MANIFEST) as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


def read(folder: Path) -> Manifest:
    """The manifest of a backup; BackupRefused where there is none that this arflow can read."""
    try:
        found = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BackupRefused(f"{folder} holds no backup: it has no {MANIFEST}; name the folder of one") from None
    except (OSError, msgspec.MsgspecError):
        raise BackupRefused(f"{folder / MANIFEST} cannot be read: take another backup") from None
    if found.form != FORM:
        raise BackupRefused(f"{folder} was made by another arflow ({found.form}): use that one to restore it")
    return found


def sha256_of(path: Path) -> str:
    """The SHA-256, in hex, of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
