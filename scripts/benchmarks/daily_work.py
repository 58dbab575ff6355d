"""The daily run and the archive over a large caseload: statements sent, processor time, and peak memory.

Each step runs in a process of its own. Statements are what a network multiplies: they are counted, not timed.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.daily.tick import Office, tick
from arflow.evidence import checkpoints, signatures
from arflow.evidence.daily_checkpoint import make_next
from arflow.evidence.log_check import verify
from arflow.evidence.log_since import verify_since
from arflow.history.archive import archive
from arflow.lists.questions import Asking
from arflow.papers.documents import documents_of
from arflow.papers.letters.letter import shipped
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.stationery import stationery
from arflow.post.advice.reminders_sent import Escalation
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.composition import Desk
from arflow.post.outgoing.send_now import Post
from benchmarks.growing import TODAY, grow


def a_scan(app: Arflow) -> str:
    """Every row read in Python, and nothing done with it: the floor."""
    return f"{sum(1 for _ in app.log_store.read_log()):,} events"


def a_list(app: Arflow) -> str:
    """What is due today, asked once: the floor of a day's run."""
    asking = Asking(app)
    return f"{len(asking.due(app.today, within=asking.soon_days())):,} acts"


def a_dry_run(app: Arflow) -> str:
    """What the daily run would do, with nothing sent or recorded."""
    kit, kept = stationery(app.catalogue), documents_of(app.engine)
    post = Post(
        settings=Settings.from_environment(), read=kept.read, keep=kept.record_drafted, serving=kit.papers.served_on
    )
    office = Office(
        papers=PapersFiles.of(app.catalogue, app.rules.read()).current(),
        post=post,
        desk=lambda: Desk(stationery=kit, documents=kept, post=post),
        escalation=Escalation.from_environment(),
    )
    done = tick(app, Asking(app), office, dry_run=True)
    return f"{len(done.reminders):,} reminders, {len(done.seen):,} duties, {len(done.worklist.lines):,} lines"


def a_checkpoint(app: Arflow) -> str:
    """The checkpoint of the whole log."""
    return f"{checkpoints.make(app.log_store, app.now).size:,} events"


def a_next_checkpoint(app: Arflow) -> str:
    """The next one from it."""
    return f"{make_next(app.log_store, app.now, _earlier()).size:,} events"


def a_walk(app: Arflow) -> str:
    """The whole log along its chain."""
    return f"{verify(app.log_store).events:,} events"


def a_walk_since(app: Arflow) -> str:
    """The same from the checkpoint on."""
    found = verify_since(app.log_store, _earlier())
    return f"{found.events - found.since.size:,} events"


def an_archive(app: Arflow) -> str:
    """The log written as an archive and checked."""
    with tempfile.TemporaryDirectory() as folder:
        return f"{archive(app.log_store, Path(folder) / 'archive').events:,} events"


def _earlier() -> checkpoints.Checkpoint:
    return checkpoints.opened(Path(os.environ["BENCH_CHECKPOINT"]).read_bytes(), "the earlier checkpoint")


STEPS: dict[str, Callable[[Arflow], str]] = {
    "scan of every row in Python": a_scan,
    "what is due, asked once": a_list,
    "tick, dry run": a_dry_run,
    "checkpoint of the whole log": a_checkpoint,
    "checkpoint after an earlier one": a_next_checkpoint,
    "verify, the log only": a_walk,
    "verify since a checkpoint": a_walk_since,
    "archive written and checked": an_archive,
}


def measure(folder: Path, events: int) -> None:
    """Every step in a line: processor seconds, statements, peak memory, and what it came to."""
    url = grow(folder, events)
    own, kept = folder / "own", folder / "checkpoint.json"
    (own / "letters").mkdir(parents=True, exist_ok=True)
    (own / "letters" / "authority.toml").write_bytes(shipped("authority.toml"))
    with Arflow(url, by="Bench", today=TODAY) as app:
        asking = Asking(app)
        if not asking.position():
            asking.rebuild()
        kept.write_bytes(signatures.sign(checkpoints.make(app.log_store, app.now).document, None))
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "ARFLOW_WORKFLOWS": str(own),
        "ARFLOW_DOCUMENTS": str(folder / "documents"),
        "ARFLOW_MAIL_FROM": "sen@example.org",
        "ARFLOW_MAIL_COORDINATORS": "officers@example.org",
        "BENCH_CHECKPOINT": str(kept),
    }
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name in STEPS:
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.daily_work", name, url],
            capture_output=True, text=True, check=True, env=environment,
        )  # fmt: skip
        found = json.loads(ran.stdout)
        print(
            f"{name:<34}{found['cpu']:>8.2f} s{found['statements']:>7} statements{found['memory']:>7.0f} MB   {found['said']}",
            flush=True,
        )


def main() -> None:
    """One step in a process of its own."""
    name, url = sys.argv[1:]
    with Arflow(url, by="Bench", today=TODAY) as app:
        app.rules.read()
        statements: list[str] = []

        @sa.event.listens_for(app.engine, "before_cursor_execute")
        def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            statements.append(statement)

        began = time.process_time()
        said = STEPS[name](app)
        cpu = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sent = sum(not one.startswith("BEGIN") for one in statements)
    print(json.dumps({"cpu": cpu, "statements": sent, "memory": memory, "said": said}))


if __name__ == "__main__":
    main()
