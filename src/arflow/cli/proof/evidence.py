"""`arflow evidence …`: packs of cases that prove themselves to people who have no arflow."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.options import DAY
from arflow.cli.output import progress
from arflow.cli.proof.checkpoint import AFTER, FILE, KEY, refuse_if_there
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import InvalidValue, MissingValue, NotPossible
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.evidence.sample import Named, Sample


@click.group(cls=Group)
def evidence() -> None:
    """Hand over cases with what proves them, and check what was handed over.

    \b
    Example:
      arflow evidence export pack.zip --sample 6 --seed 20261123 --key arflow.key
    """


@evidence.command()
@click.argument("out", type=FILE)
@click.option("--plans", metavar="REF,REF,…", help="These plans with all of their reviews.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="N plans drawn from those with a review held.")
@click.option("--seed", type=int, metavar="N", help="The number the sample is drawn with: the same draws the same.")
@click.option("--from", "start", type=DAY, help="Reviews held from this day: for the sample and for the figures.")
@click.option("--to", "end", type=DAY, help="Reviews held up to this day.")
@click.option("--redact", "redacted", is_flag=True, help="Without officers' names and without the words of reasons.")
@KEY
@AFTER
@click.pass_obj
def export(
    session: Session,
    /,
    *,
    out: Path,
    plans: str | None,
    sample: int | None,
    seed: int | None,
    start: date | None,
    end: date | None,
    redacted: bool,
    key: Path | None,
    after: Path | None,
) -> None:
    """Write a pack of cases: trails, duties with their proofs, events with theirs, the law, figures and a checkpoint.

    \b
    Example:
      arflow evidence export pack.zip --sample 6 --seed 20261123 --from 2025-09-01 --to 2026-08-31 --key arflow.key
      arflow evidence export pack.zip --plans P-1001,P-1002 --key arflow.key --redact
    """
    from arflow.cli.files import new_file
    from arflow.evidence import checkpoints, pack, signatures

    refuse_if_there(out)
    if start and end and end < start:
        raise InvalidValue("--to", end, f"a day on or after --from {start}")
    cases = _cases(plans, sample, seed)
    private = signatures.read_private_key(key) if key else None
    earlier = checkpoints.read(after, private.public_key() if private else None) if after else None
    wanted = pack.Wanted(cases=cases, start=start, end=end, redacted=redacted, after=earlier)
    with progress("Walking the log") as telling, new_file(out, force=False) as file:
        packed = pack.export(session.app, file, wanted, key=private, telling=telling)
    document = {
        "file": out,
        "plans": packed.plans,
        "events": packed.events,
        "files": packed.files,
        "signed": private is not None,
        "redacted": redacted,
        "checkpoint": {"size": packed.checkpoint.size, "root": packed.checkpoint.root},
    }
    holds = f"{counted(len(packed.plans), 'plan')}, {counted(packed.events, 'event')}"
    said = f"{out}: {holds}, proved to the checkpoint of {packed.checkpoint.size}"
    session.emit(document, lambda shown: shown.print(said, soft_wrap=True))
    session.name_unreadable()
    if private is None:
        say("The pack is NOT signed: anybody could have made it. Give --key.", err=True)


def _cases(plans: str | None, sample: int | None, seed: int | None) -> "Named | Sample":
    from arflow.evidence.sample import Named, Sample

    if (plans is None) == (sample is None):
        raise MissingValue("--plans or --sample", "name the cases, or have them drawn, not both")
    if plans is not None:
        named = tuple(filter(None, (ref.strip() for ref in plans.split(","))))
        if not named:
            raise InvalidValue("--plans", repr(plans), "references with commas between")
        return Named(plans=named)
    if seed is None:
        raise MissingValue(
            "--seed", "a sample is drawn with a number, so that it can be drawn again: take today's date"
        )
    return Sample(number=sample or 1, seed=seed)


@evidence.command()
@click.argument("pack", type=click.Path(path_type=Path))
@click.option("--public-key", type=FILE, required=True, metavar="FILE", help="The authority's key, from elsewhere.")
@click.option("--checkpoint", type=FILE, metavar="FILE", help="An earlier checkpoint that was kept outside.")
@click.pass_obj
@click.pass_context
def verify(context: click.Context, session: Session, pack: Path, public_key: Path, checkpoint: Path | None) -> None:
    """Check all of a pack and name everything in it that was changed, added, removed or left out.

    PACK is the ZIP file, or the folder it was unpacked into. It needs the pack and the public key only: no store.

    \b
    Example:
      arflow evidence verify pack.zip --public-key arflow.key.pub
    """
    from arflow.evidence import checkpoints, signatures
    from arflow.evidence import verify as verifier

    key = signatures.public_pem(signatures.read_public_key(public_key))
    if checkpoint:
        checkpoints.read(checkpoint)
    try:
        opened = verifier.Pack(pack)
    except verifier.Unreadable as error:
        raise NotPossible(str(error)) from None
    found = verifier.check(opened, key, signatures.read_file(checkpoint) if checkpoint else None)
    opened.close()
    document = {
        "sound": not found.faults,
        "faults": found.faults,
        "cases": found.cases,
        "events": found.events,
        "earlier_checkpoint": checkpoint is not None,
    }
    holds = f"{counted(found.cases, 'case')} with {counted(found.events, 'event')}"
    sound = f"{holds}: no fault found, and the key's holder signed it.\n{verifier.PROVED}"
    session.emit(document, lambda out: out.print("\n".join(found.faults) or sound.rstrip(), soft_wrap=True))
    if found.faults:
        context.exit(1)
