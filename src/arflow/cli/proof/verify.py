"""`arflow verify`: the log against its chain and against checkpoints, and the rest of the store against the log."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from arflow.cli.output import progress
from arflow.cli.proof.verify_since import checkpoints_in, log_of, show_since
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.errors import ArflowError, MissingValue, StoreDamaged
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.evidence.checkpoints import Checkpoint
    from arflow.evidence.checks.list_rows import ListsChecked
    from arflow.evidence.store_check import StoreVerified
    from arflow.history.agreement import Compared
    from arflow.papers.documents.place import Place

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(cls=Command)
@click.option(
    "--checkpoint",
    "files",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help="A checkpoint that was kept outside; may be given several times.",
)
@click.option("--public-key", type=_FILE, metavar="FILE", help="Check the checkpoints' signatures with this key.")
@click.option(
    "--since",
    type=_FILE,
    metavar="FILE",
    help="Only read what came after this checkpoint; nothing shows then that an older event is as it was.",
)
@click.option("--duties", is_flag=True, help="Count every duty twice, from its case and over the log, and compare.")
@click.option("--log-only", is_flag=True, help="Only walk the log; leave the rest of the store unread.")
@click.option("--covers", is_flag=True, help="Only list which changes are found, by what, and which never are.")
@click.pass_obj
@click.pass_context
def verify(
    context: click.Context,
    session: Session,
    *,
    files: tuple[Path, ...],
    public_key: Path | None,
    since: Path | None,
    duties: bool,
    log_only: bool,
    covers: bool,
) -> None:
    """Name everything in the store that was changed, removed, inserted or moved, each with its place.

    It walks the log along its hash chain. It holds the words of reasons, the documents with their files, and the lists
    against the log, and the tables, indexes and triggers against what arflow makes.

    Alone it shows that the log is unchanged since its head was last noted outside the store, unless somebody made the
    whole chain again. With a checkpoint that was kept outside it shows that as well: every event up to it is as it was.
    It never shows that what people recorded was true. `--covers` lists what is found, and what never is.

    With --since it is quick: it reads the events after a checkpoint, and says which it did not read. Run it as often as you
    like, and the whole now and then: an old event that was changed in place is found by the whole alone.

    With --duties every duty of every case is counted in Python from its events and in SQL over the whole log, and each
    difference is named: no figure of a report rests on one computation alone. The rows of reviews that reports keep
    settled are compared with a fold of all events.

    \b
    Example:
      arflow verify --checkpoint 2026-10.json --public-key arflow.key.pub
      arflow verify --since 2026-10.json --public-key arflow.key.pub
      arflow verify --duties
    """
    from arflow.evidence.checkpoint_folder import newest, said

    if covers:
        return _show_coverage(session)
    if since:
        if files or duties or log_only:
            raise click.UsageError("--since reads only what is new: leave out --checkpoint, --duties and --log-only")
        return show_since(context, session, since, public_key)
    if public_key and not files:
        raise MissingValue("--checkpoint", "a public key checks the signature of a checkpoint: name its file")
    given = checkpoints_in(files, public_key)
    found, lists = _verified(session, given, log_only=log_only)
    compared = _compared(session) if duties else None
    document = _document(found, lists, compared, given, signed=public_key is not None)
    shown = _shown(found, given, signed=public_key is not None, log_only=log_only)
    lines = [*_log_lines(found, shown), *_other_lines(found, lists, compared)]
    outside = newest(os.environ)
    document["newest_checkpoint"] = {"made_at": outside.made_at, "events": outside.size} if outside else None
    if compared:
        session.say_left_out(compared.left_out)
    session.emit(document, lambda out: out.print("\n".join([*lines, said(outside)]), soft_wrap=True))
    if not document["sound"] or (compared and compared.differences):
        context.exit(1)
    return None


def _show_coverage(session: Session) -> None:
    from arflow.cli.output import table
    from arflow.evidence.coverage import COVERAGE

    rows = [(one.changed, one.found_by, one.how) for one in COVERAGE]
    session.emit(COVERAGE, lambda out: table(out, ("Changed", "Found by", "How"), rows, empty=""))


def _verified(
    session: Session, given: "list[Checkpoint]", *, log_only: bool
) -> "tuple[StoreVerified, ListsChecked | None]":
    from arflow.evidence import log_check, store_check
    from arflow.evidence.checks.list_rows import check_lists

    log = log_of(session)
    if log_only:
        with progress("Walking the log") as telling:
            return store_check.StoreVerified(log=log_check.verify(log, given, telling)), None
    with progress("Walking the log") as telling:
        found = store_check.verify(log, _place(session), given, telling)
    try:
        app = session.app
    except StoreDamaged:
        return found, None
    with progress("Comparing the lists") as telling:
        return found, check_lists(app, found.log, telling)


def _place(session: Session) -> "Place | None":
    """Where the documents' files are, where that is known."""
    try:
        return session.documents.place
    except ArflowError:
        return None


def _compared(session: Session) -> "Compared":
    """Both counts of every duty as they stand today."""
    from arflow.history import Replay
    from arflow.history.agreement import compare, settled_differences

    app = session.app
    current = app.current_workflow()
    replayed = Replay.of_store(app.engine, app.workflow, current)
    with replayed as replay, progress("Counting twice") as telling:
        rows = (row for row in app.log_store.read_by_case() if row.position <= replay.head[0])
        compared = compare(replay.at(app.today), rows, app.workflow, current, telling)
        differences = (*compared.differences, *settled_differences(replay))
        return msgspec.structs.replace(compared, differences=differences)


def _document(
    found: "StoreVerified",
    lists: "ListsChecked | None",
    compared: "Compared | None",
    given: "list[Checkpoint]",
    *,
    signed: bool,
) -> dict[str, Any]:
    of_lists = lists.check.findings if lists else ()
    document: dict[str, Any] = {
        "events": found.log.events,
        "head": found.log.head,
        "sound": found.sound and not of_lists,
        "faults": found.log.faults,
        "findings": (*found.findings, *of_lists),
        "doubts": found.doubts,
        "unreadable": [{"position": one.position, "plan": one.plan, "why": one.why} for one in found.unreadable],
    }
    if given:
        document |= {"checkpoints": [checkpoint.size for checkpoint in given], "signatures_checked": signed}
    if lists:
        document["lists"] = lists.rows
    if compared:
        document |= {"duties": compared.duties, "cases": compared.cases, "differences": compared.differences}
        document["left_out"] = compared.left_out
    return document


def _log_lines(found: "StoreVerified", shown: Iterator[str]) -> list[str]:
    if found.log.faults:
        return list(map(str, found.log.faults))
    agree = "agrees" if found.log.events == 1 else "agree"
    chained = f"{counted(found.log.events, 'event')} {agree} with the chain; head {found.log.head}"
    return [chained, *shown]


def _shown(found: "StoreVerified", given: "list[Checkpoint]", *, signed: bool, log_only: bool) -> Iterator[str]:
    """What sound checkpoints prove, and what not."""
    for checkpoint in given:
        day = checkpoint.made_at.partition("T")[0]
        yield f"Events 1 to {checkpoint.size} are those of the checkpoint made on {day}: none changed, removed or inserted."
        yield from () if log_only else _rules_shown(found, checkpoint, day)
    if given and not signed:
        yield "The signatures were NOT checked (give --public-key): this holds if nobody could change the checkpoints."


def _rules_shown(found: "StoreVerified", checkpoint: "Checkpoint", day: str) -> Iterator[str]:
    """What a checkpoint shows of the rules, where nothing was found of them."""
    from arflow.evidence.checks import kept_rules

    last = checkpoint.rules
    if not last:
        yield f"The checkpoint made on {day} holds no acts on the rules: an earlier arflow made it."
    elif not any(one.area == kept_rules.AREA for one in found.findings):
        acts = f"Acts 1 to {last} on the rules are those" if last > 1 else "Act 1 on the rules is that"
        yield f"{acts} of the checkpoint made on {day}."


def _other_lines(found: "StoreVerified", lists: "ListsChecked | None", compared: "Compared | None") -> Iterator[str]:
    from arflow.evidence.checks.list_rows import lines

    if lists:
        yield from lines(lists)
    if compared:
        compared_all = f"{counted(compared.duties, 'duty', 'duties')} of {counted(compared.cases, 'case')}"
        agree = f"{compared_all} counted from the case and over the log: no difference"
        yield from list(map(str, compared.differences)) or [agree]
    for check in found.checks:
        yield from check.lines
