"""`arflow backup` and `arflow restore`: one consistent copy of a store, its documents and its mail."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.output import progress
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.errors import MissingValue
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.backup.manifest import Manifest
    from arflow.evidence.checkpoints import Checkpoint


def _against(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name checkpoints."""
    files = click.option(
        "--checkpoint",
        "files",
        type=click.Path(path_type=Path, dir_okay=False),
        multiple=True,
        metavar="FILE",
        help="A checkpoint that was kept outside: the log in the backup must be the one it was made of.",
    )
    key = click.option(
        "--public-key",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Check the checkpoints' signatures with this key.",
    )
    return files(key(command))


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_against
@click.pass_obj
@click.pass_context
def backup(
    context: click.Context, session: Session, /, folder: Path, files: tuple[Path, ...], public_key: Path | None
) -> None:
    """Copy the store, its documents and the mail that arrived into a new folder, and check the copy.

    Others may go on recording meanwhile: the copy is the store of one moment, with every document that it names. DIR has
    its name only once all is in it, and is yours alone. A document whose file is missing or altered is listed, and the
    exit code is 1. PostgreSQL needs the program pg_dump.

    \b
    Example:
      arflow backup /backups/2026-11-24
      arflow backup /backups/2026-11-24 --checkpoint 2026-11.json --public-key arflow.key.pub
    """
    from arflow.backup.taking import back_up
    from arflow.store import make_engine

    given = _read(files, public_key)
    engine = make_engine(session.store)
    try:
        with progress("Backing up") as report:
            manifest = back_up(engine, folder, datetime.now(UTC), given, report)
    finally:
        engine.dispose()
    _show(session, folder, manifest, "backed up and checked")
    if manifest.documents.missing or manifest.mail.missing:
        context.exit(1)


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_against
@click.pass_obj
def restore(session: Session, /, folder: Path, files: tuple[Path, ...], public_key: Path | None) -> None:
    """Check a backup, and make the store of --store from it, with its documents and mail.

    It never writes over a store that is there. A backup that lacks a file, or whose log is not sound, is refused. PostgreSQL
    needs an empty database and the program pg_restore; run the SQL of `arflow store roles` again afterwards.

    \b
    Example:
      arflow --store sqlite:///restored.db restore /backups/2026-11-24
    """
    from arflow.backup.restoring import restore as restoring
    from arflow.store import make_engine

    given = _read(files, public_key)
    engine = make_engine(session.store)
    try:
        with progress("Restoring") as report:
            manifest = restoring(engine, folder, given, report)
    finally:
        engine.dispose()
    _show(session, folder, manifest, "checked and restored")


def _read(files: tuple[Path, ...], public_key: Path | None) -> "list[Checkpoint]":
    if public_key and not files:
        raise MissingValue("--checkpoint", "a public key checks the signature of a checkpoint: name its file")
    if not files:
        return []
    from arflow.evidence import checkpoints, signatures

    key = signatures.read_public_key(public_key) if public_key else None
    return [checkpoints.read(path, key) for path in files]


def _show(session: Session, folder: Path, manifest: "Manifest", what: str) -> None:
    documents, mail = manifest.documents, manifest.mail
    held = (
        f"{counted(manifest.events, 'event')}, {counted(len(documents.digests), 'document')} and "
        f"{counted(len(mail.digests), 'message')} {what}; head {manifest.head}"
    )
    lines = [held, *(f"document {digest} is missing or altered: it is not in {folder}" for digest in documents.missing)]
    lines += [f"message {digest} is missing or altered: it is not in {folder}" for digest in mail.missing]
    lines.append(f"Not in it: {'; '.join(manifest.not_held)}.")
    session.emit(manifest, lambda out: out.print("\n".join(lines), soft_wrap=True))
