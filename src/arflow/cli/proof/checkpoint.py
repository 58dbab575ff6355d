"""`arflow checkpoint …`: what is signed and given away, so that nobody can change the log unseen."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.output import progress, table
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import AlreadyThere, InvalidValue, MissingValue
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.evidence.checkpoints import Checkpoint

FILE = click.Path(path_type=Path, dir_okay=False)
KEY = click.option(
    "--key", type=FILE, metavar="FILE", help="Sign with this private key; its passphrase is in ARFLOW_KEY_PASSPHRASE."
)
AFTER = click.option("--after", type=FILE, metavar="FILE", help="An earlier checkpoint: prove that the log extends it.")


@click.group(cls=Group)
def checkpoint() -> None:
    """Sign how the log stands, for somebody outside to keep.

    \b
    Example:
      arflow checkpoint make 2026-11.json --key arflow.key
    """


@checkpoint.command()
@click.argument("keyfile", type=FILE)
@click.pass_obj
def keygen(session: Session, /, keyfile: Path) -> None:
    """Make a signing key: KEYFILE is kept by whoever signs, KEYFILE.pub is for everybody.

    The private key is locked with the passphrase in ARFLOW_KEY_PASSPHRASE. Keep it where those who can write the
    store's database cannot read it.

    \b
    Example:
      arflow checkpoint keygen arflow.key
    """
    import os

    from arflow.evidence.signatures import PASSPHRASE, fingerprint, make_key

    known_by = fingerprint(make_key(keyfile))
    locked = bool(os.environ.get(PASSPHRASE))
    document = {"key": keyfile, "public_key": f"{keyfile}.pub", "fingerprint": known_by, "locked": locked}
    session.emit(document, lambda out: out.print(f"{keyfile} and {keyfile}.pub: key {known_by}", soft_wrap=True))
    if not locked:
        say(f"The key has no passphrase: guard the file, or set {PASSPHRASE} and make another.", err=True)


@checkpoint.command()
@click.argument("out", type=FILE)
@KEY
@AFTER
@click.option("--new-only", is_flag=True, help="Read only the events since --after, as `arflow tick` does each day.")
@click.pass_obj
def make(session: Session, /, out: Path, key: Path | None, after: Path | None, *, new_only: bool) -> None:
    """Walk the whole log and write its checkpoint to OUT; a log that does not agree with its chain is refused.

    With --new-only it starts from the tree in the earlier checkpoint and reads what came since. It does not look at
    older events again, and leaves out the list of cases: packs of evidence make a whole checkpoint of their own.

    \b
    Example:
      arflow checkpoint make 2026-11.json --key arflow.key --after 2026-10.json
      arflow checkpoint make today.json --key arflow.key --after 2026-11.json --new-only
    """
    from arflow.cli.files import write_file
    from arflow.evidence import checkpoints, signatures
    from arflow.evidence.daily_checkpoint import make_next

    refuse_if_there(out)
    if new_only and not after:
        raise MissingValue("--after", "name the checkpoint that --new-only starts from")
    private = signatures.read_private_key(key) if key else None
    public = private.public_key() if private else None
    earlier = checkpoints.read(after, public) if after else None
    log, now = session.app.log_store, session.app.now
    with progress("Walking the log") as telling:
        made = make_next(log, now, earlier) if new_only else checkpoints.make(log, now, after=earlier, telling=telling)
    write_file(out, signatures.sign(made.document, private), force=False)
    document = {"file": out, "signed": private is not None, **made.document}
    session.emit(document, lambda out_: out_.print(_made(out, made, signed=private is not None), soft_wrap=True))


def refuse_if_there(out: Path, field: str = "OUT") -> None:
    """Refuse to write over evidence, or where nothing can be written, before any work is done; `field` asked for the file."""
    if out.exists():
        raise AlreadyThere(f"{field}: {out} already exists, and arflow never overwrites evidence: name another file")
    if not out.resolve().parent.is_dir():
        raise InvalidValue(field, out, "in a folder that exists: make it first, or name another")


def _made(out: Path, made: "Checkpoint", *, signed: bool) -> str:
    how = "signed" if signed else "NOT signed: give --key, or keep it where nobody can change it"
    return f"{out}: {counted(made.size, 'event')}, root {made.root}, {how}"


@checkpoint.command()
@click.argument("file", type=FILE)
@click.option("--public-key", type=FILE, metavar="FILE", help="Check the signature with this key.")
@click.pass_obj
def show(session: Session, /, file: Path, public_key: Path | None) -> None:
    """Show what a checkpoint says.

    \b
    Example:
      arflow checkpoint show 2026-11.json --public-key arflow.key.pub
    """
    from arflow.evidence import checkpoints, signatures

    found = checkpoints.read(file, signatures.read_public_key(public_key) if public_key else None)
    signed = signatures.is_signed(signatures.read_file(file))
    said = "checked" if public_key else "there, NOT checked: give --public-key" if signed else "none"
    document = {**found.document, "signed": signed, "signature_checked": public_key is not None}
    rows = [
        ("Made", found.made_at),
        ("Events", found.size),
        ("Root", found.root),
        ("Head of the chain", found.head),
        ("Log", found.log),
        ("Cases' streams", f"{found.streams}, root {found.streams_root}"),
        ("Acts on the rules", f"{found.rules}, hash {found.rules_head}" if found.rules else "none held"),
        ("Extends", f"the checkpoint of {counted(found.after.size, 'event')}" if found.after else "no earlier one"),
        ("Signature", said),
    ]
    session.emit(document, lambda out: table(out, ("", ""), rows, empty=""))


@checkpoint.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--public-key", type=FILE, required=True, metavar="FILE", help="The key both were signed with.")
@click.pass_obj
def compare(session: Session, /, old: Path, new: Path, public_key: Path) -> None:
    """Prove from two checkpoints alone, without the log, that the log of NEW begins with every event of OLD.

    NEW must have been made with --after OLD.

    \b
    Example:
      arflow checkpoint compare 2026-10.json 2026-11.json --public-key arflow.key.pub
    """
    from arflow.evidence import checkpoints, signatures

    key = signatures.read_public_key(public_key)
    earlier, later = (checkpoints.read(path, key) for path in (old, new))
    checkpoints.refuse_if_not_after(earlier, later)
    document = {"extends": True, "old": earlier.size, "new": later.size}
    same = f"{counted(earlier.size, 'event')} at its beginning {'is' if earlier.size == 1 else 'are'} the same"
    said = f"{new} extends {old}: {same}, {later.size - earlier.size} came after"
    session.emit(document, lambda out: out.print(said, soft_wrap=True))
