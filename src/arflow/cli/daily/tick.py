"""`arflow tick`: do what is due without anybody asking, as often and in as many places as you like."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from arflow.cli.options import BY
from arflow.cli.output import progress
from arflow.cli.post.sent_lines import desk
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import ArflowError
from arflow.words import spoken

if TYPE_CHECKING:
    from arflow.daily.tick import Ticked
    from arflow.figures.rendering.console import Console


@click.command(cls=Command)
@click.option("--dry-run", is_flag=True, help="Say what would be done; nothing is sent or recorded.")
@click.option(
    "--worklist",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the day's worklist here too, over the last one: .html, .csv, .xlsx, .txt or .json.",
)
@click.option(
    "--checkpoint-to",
    envvar="ARFLOW_CHECKPOINT_TO",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Put a checkpoint of each day into this folder, which others own.  [env: ARFLOW_CHECKPOINT_TO]",
)
@click.option(
    "--checkpoint-key",
    envvar="ARFLOW_CHECKPOINT_KEY",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Sign it with this private key.  [env: ARFLOW_CHECKPOINT_KEY]",
)
@BY
@click.pass_obj
@click.pass_context
def tick(
    context: click.Context,
    session: Session,
    /,
    *,
    dry_run: bool,
    worklist: Path | None,
    checkpoint_to: Path | None,
    checkpoint_key: Path | None,
) -> None:
    """Send what is due, remind who is to be reminded, record which duties came due or were breached, list what is to do.

    For cron or a systemd timer: it needs no daemon, may run twice or in two places at once, and a missed week loses nothing.

    With --checkpoint-to it signs, once a day, how the log stands. It exits with 1 where the log does not extend the last one.

    \b
    Example:
      arflow tick --worklist worklist.html
      arflow tick --checkpoint-to /mnt/auditor --checkpoint-key arflow.key
      arflow tick --dry-run
    """
    from arflow.cli.daily.worklist_lines import form_of, write
    from arflow.cli.files import check_new
    from arflow.daily.tick import Office
    from arflow.daily.tick import tick as run
    from arflow.papers.letters.papers_files import PapersFiles
    from arflow.post.advice.reminders_sent import Escalation

    if worklist is not None:
        form_of(worklist)
        check_new(worklist, force=True, option="--worklist")
    office = Office(
        papers=PapersFiles.of(session.app.catalogue, session.app.rules.read()).current(),
        post=session.post,
        desk=lambda: desk(session),
        escalation=Escalation.from_environment(),
    )
    asking = session.asking
    with progress("Doing what is due") as report:
        done = run(session.app, asking, office, dry_run=dry_run, report=report)
    if worklist is not None:
        write(done.worklist, worklist)
    checkpoint = _checkpoint(session, checkpoint_to, checkpoint_key) if checkpoint_to and not dry_run else None
    document = _document(done) | ({"checkpoint": checkpoint.document} if checkpoint else {})
    session.emit(document, lambda out: _show(out, done))
    if checkpoint:
        say(checkpoint.said, err=True)
        if checkpoint.trouble:
            context.exit(1)


class _Checkpointed(NamedTuple):
    """What became of the day's checkpoint: the line that reports it, and what kept it from being made."""

    document: dict[str, Any]
    said: str
    trouble: str = ""


def _checkpoint(session: Session, folder: Path, key: Path | None) -> _Checkpointed:
    """Take the day's checkpoint; what stands in its way keeps nothing else of the day's work."""
    from arflow.evidence import signatures
    from arflow.evidence.checkpoint_folder import said, take

    try:
        private = signatures.read_private_key(key) if key else None
        taken = take(session.app.log_store, folder, session.app.now, private)
    except ArflowError as refusal:
        trouble = refusal.in_options()
        return _Checkpointed({"refused": trouble}, f"Checkpoint: NOT taken: {trouble}", trouble)
    document = {
        "file": taken.file,
        "new": taken.new,
        "events": taken.checkpoint.size,
        "made_at": taken.checkpoint.made_at,
    }
    unsigned = "" if key else " (NOT signed: give --checkpoint-key)"
    return _Checkpointed(document, f"{said(taken.checkpoint)}{unsigned}")


def _document(done: "Ticked") -> dict[str, Any]:
    return {
        "on": done.on,
        "dry_run": done.dry_run,
        "due_to_send": done.due_to_send,
        "sent": done.delivered.sent,
        "failed": done.delivered.failed,
        "refused": done.delivered.refused,
        "bounced": done.delivered.bounced,
        "recorded": [name for recorded in done.delivered.recorded for name in recorded.events],
        "waits": done.waits or None,
        "erased_waits": done.erased_waits or None,
        "reminders": [
            {
                "review": one.reminding.review,
                "role": one.reminding.asked.role,
                "person": one.reminding.asked.person,
                "rule": one.reminding.rule,
                "obstacle": one.obstacle or None,
            }
            for one in done.reminders
        ],
        "redated": [
            {"review": one.review, "event": one.of, "before": one.before, "after": one.after} for one in done.redated
        ],
        "seen": done.seen,
        "worklist": {"lines": done.worklist.lines, "unplaced": done.worklist.unplaced},
    }


def _show(out: "Console", done: "Ticked") -> None:
    from arflow.cli.daily.worklist_lines import show

    if done.dry_run:
        out.print("Nothing was sent or recorded. This is what is due:")
    for line in _lines(done):
        out.print(line, soft_wrap=True)
    show(out, done.worklist)


def _lines(done: "Ticked") -> list[str]:
    delivered = done.delivered
    due, breached = (sum(one.seen == seen for one in done.seen) for seen in ("due", "breached"))
    queued = [one for one in done.reminders if not one.obstacle]
    return [
        f"Outbox: {done.due_to_send} to send, {len(delivered.sent)} sent, {len(delivered.failed)} to be tried again, "
        f"{len(delivered.refused) + len(delivered.bounced)} refused or bounced.",
        *([f"Mail waits: {done.waits}"] if done.waits else []),
        *([f"Pages still hold what was erased: {done.erased_waits}"] if done.erased_waits else []),
        f"Reminders: {len(queued)} due{'' if done.dry_run else ' and queued'}.",
        *_not_reminded(done),
        *(
            f"Service of {spoken(one.step)} #{one.of} of {one.review}: {one.before} → {one.after}, by the table as it is."
            for one in done.redated
        ),
        f"Duties first seen: {due} due, {breached} breached.",
    ]


def _not_reminded(done: "Ticked") -> Iterator[str]:
    """Those who are not reminded, once for each thing that stands in the way."""
    for obstacle in dict.fromkeys(one.obstacle for one in done.reminders if one.obstacle):
        people = (one.reminding for one in done.reminders if one.obstacle == obstacle)
        names = ", ".join(f"{one.asked.person or one.asked.role} ({one.review})" for one in people)
        yield f"Not reminded: {obstacle}: {names}"
