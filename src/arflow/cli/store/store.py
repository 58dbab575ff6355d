"""`arflow init`, `info`, `rebuild` and `verify`: the store itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.output import progress, table
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import MissingValue
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.evidence.checkpoints import Checkpoint
    from arflow.history.agreement import Compared
    from arflow.lists.row_check import Checked


@click.command(cls=Command)
@click.pass_obj
def init(session: Session, /) -> None:
    """Make the store's tables, or bring them up to date; safe to run again.

    \b
    Example:
      arflow --store sqlite:///reviews.db init
    """
    from arflow import create_store
    from arflow.store import files, make_engine, shown

    create_store(session.store)
    engine = make_engine(session.store)
    where, closed = shown(engine), files.close(engine)
    session.emit({"store": where, "ready": True}, lambda out: out.print(f"The store at {where} is ready."))
    if closed:
        say("Anybody on this machine could read its file: now only its owner can (mode 600).", err=True)


@click.command(cls=Command)
@click.pass_obj
def info(session: Session, /) -> None:
    """Show the store: how long its log is, its head, and the workflow that reviews are opened under.

    `lists` names the definitions that the lists were made under, each with the first digits of its SHA-256.

    \b
    Example:
      arflow info
    """
    from arflow import __version__
    from arflow.store import SCHEMA, shown

    app = session.app
    position, digest = app.log_store.head()
    asking = session.asking
    facts = {
        "arflow": __version__,
        "store": shown(app.engine),
        "schema": SCHEMA,
        "events": position,
        "head": digest.hex(),
        "followed": asking.position(),
        "plans": asking.count_plans(),
        "reviews": asking.count_reviews(),
        "unreadable": len(asking.unreadable()),
        "lists": str(asking.stamp() or "none made yet"),
        "workflow": app.current_workflow().id,
        "today": app.today,
    }
    session.emit(facts, lambda out: table(out, ("", ""), facts.items(), empty=""))


@click.command(cls=Command)
@click.pass_obj
def rebuild(session: Session, /) -> None:
    """Empty the read models and fill them again from the log, giving exactly the same rows.

    \b
    Example:
      arflow rebuild
    """
    from arflow.lists.questions import Asking

    asking = Asking(session.app)
    with progress("Rebuilding") as report:
        cases = asking.rebuild(report)
    unreadable = asking.unreadable()
    session.say_left_out(unreadable)
    document = {
        "cases": cases,
        "unreadable": len(unreadable),
        "position": asking.position(),
        "digest": asking.digest(),
    }
    session.emit(
        document, lambda out: out.print(f"{counted(cases, 'case')} rebuilt up to event {document['position']}.")
    )


@click.command(cls=Command)
@click.option(
    "--checkpoint",
    "files",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="A checkpoint that was kept outside; may be given several times.",
)
@click.option(
    "--public-key",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Check the checkpoints' signatures with this key.",
)
@click.option("--duties", is_flag=True, help="Count every duty twice, from its case and over the log, and compare.")
@click.pass_obj
@click.pass_context
def verify(
    context: click.Context, session: Session, files: tuple[Path, ...], public_key: Path | None, duties: bool
) -> None:
    """Walk the log along its hash chain and name every event that was changed, removed, inserted or moved.

    Alone it shows that the log is unchanged since its head was last noted outside the store, unless somebody made the
    whole chain again. With a checkpoint that was kept outside it shows that as well: every event up to it is as it was.
    It never shows that what people recorded was true. An event that this arflow cannot read is named too: it is no fault.

    With --duties every duty of every case is counted in Python from its events and in SQL over the whole log, and each
    difference is named: no figure of a report rests on one computation alone. So is each row of the lists of plans, of
    reviews and of what is due that is not what the log gives.

    \b
    Example:
      arflow verify --checkpoint 2026-10.json --public-key arflow.key.pub
      arflow verify --duties
    """
    from arflow.evidence import checkpoints, log_check, signatures
    from arflow.evidence.unreadable_events import unreadable_events

    if public_key and not files:
        raise MissingValue("--checkpoint", "a public key checks the signature of a checkpoint: name its file")
    key = signatures.read_public_key(public_key) if public_key else None
    given = [checkpoints.read(path, key) for path in files]
    with progress("Walking the log") as telling:
        found = log_check.verify(session.app.log_store, given, telling)
    unreadable = list(unreadable_events(session.app.log_store))
    document: dict[str, object] = {
        "events": found.events,
        "head": found.head,
        "sound": not found.faults,
        "faults": found.faults,
        "unreadable": [{"position": one.position, "plan": one.plan, "why": one.why} for one in unreadable],
    }
    if given:
        document |= {"checkpoints": [checkpoint.size for checkpoint in given], "signatures_checked": key is not None}
    agree = "agrees" if found.events == 1 else "agree"
    chained = f"{counted(found.events, 'event')} {agree} with the chain; head {found.head}"
    sound = [chained, *_shown(given, signed=key is not None)]
    lines = list(map(str, found.faults)) or sound
    lines += [f"position {one.position}: {one.message}" for one in unreadable]
    checked = _checked(session) if duties else None
    if checked:
        document["lists"] = checked
        lines += _lists_shown(checked)
    compared = _compared(session) if duties else None
    if compared:
        document |= {"duties": compared.duties, "cases": compared.cases, "differences": compared.differences}
        document["left_out"] = compared.left_out
        compared_all = f"{counted(compared.duties, 'duty', 'duties')} of {counted(compared.cases, 'case')}"
        agree = f"{compared_all} counted from the case and over the log: no difference"
        lines += list(map(str, compared.differences)) or [agree]
        session.say_left_out(compared.left_out)
    session.emit(document, lambda out: out.print("\n".join(lines), soft_wrap=True))
    if found.faults or (checked and checked.differing) or (compared and compared.differences):
        context.exit(1)


def _checked(session: Session) -> "Checked":
    """The rows of the lists as they stand beside what the log gives."""
    from arflow.lists.row_check import check

    app = session.app
    with progress("Comparing the lists") as telling:
        return check(app.log_store, app.workflow, app.current_workflow(), telling)


def _lists_shown(checked: "Checked") -> Iterator[str]:
    """How the lists agree with the log, or why they were not compared."""
    upto = f"up to event {checked.position}"
    if checked.why_again:
        yield (
            f"The lists were made {upto} under {checked.stamp or 'rules they do not name'}, not under the rules of now: "
            "they were not compared, and the next command that reads them makes them again."
        )
    elif not checked.differing:
        yield f"{counted(checked.rows, 'row')} of the lists compared with the log {upto}: no difference"
    else:
        yield from map(str, checked.differences)
        unnamed = checked.differing - len(checked.differences)
        more = f"{counted(unnamed, 'more row')} of the lists differ; make" if unnamed else "Make"
        yield f"{more} the lists again with `arflow rebuild`."


def _compared(session: Session) -> "Compared":
    """Both counts of every duty as they stand today."""
    from arflow.history import Replay
    from arflow.history.agreement import compare

    app = session.app
    current = app.current_workflow()
    replayed = Replay.of_store(app.engine, app.workflow, current)
    with replayed as replay, progress("Counting twice") as telling:
        rows = (row for row in app.log_store.read_by_case() if row.position <= replay.head[0])
        return compare(replay.at(app.today), rows, app.workflow, current, telling)


def _shown(given: list["Checkpoint"], *, signed: bool) -> Iterator[str]:
    """What sound checkpoints prove, and what not."""
    for checkpoint in given:
        day = checkpoint.made_at.partition("T")[0]
        yield f"Events 1 to {checkpoint.size} are those of the checkpoint made on {day}: none changed, removed or inserted."
    if given and not signed:
        yield "The signatures were NOT checked (give --public-key): this holds if nobody could change the checkpoints."
