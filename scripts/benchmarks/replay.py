"""Replay beside a raw scan of the same rows (the floor) and the stock library's ProjectionRunner (the peer).

A busy machine stretches the clock more than processor time, so both are shown.

Each step runs in a process of its own, so that its peak memory is its own.
"""

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from arflow.store.tables import COLUMNS

_LOG = f"select {COLUMNS} from events order by position"
_PEER_EVENTS = 20_000
AS_AT = date(2026, 3, 31)


def scan(store: Path, _archive: Path) -> int:
    """Every row of the log read in Python, and nothing done with it."""
    return sum(1 for _ in sqlite3.connect(store).execute(_LOG))


def rebuild(store: Path, _archive: Path) -> int:
    """The read models, emptied and filled again."""
    from arflow.application.arflow import Arflow
    from arflow.lists.questions import Asking

    with Arflow(f"sqlite:///{store}") as app:
        Asking(app).rebuild()
        return app.log_store.head()[0]


def fill(store: Path, _archive: Path) -> int:
    """The columnar history, filled from nothing."""
    from arflow.history.columnar import store_log
    from arflow.history.columnar.place import folder_of
    from arflow.history.log_source import connection
    from arflow.store import make_engine

    engine = make_engine(f"sqlite:///{store}")
    shutil.rmtree(folder_of(engine) or "", ignore_errors=True)
    with connection() as opened, store_log(opened, engine) as log:
        return log.head[0]


def columns_scan(store: Path, _archive: Path) -> int:
    """Every column that a report reads, read from the history once: the floor of a report."""
    from arflow.history import plan_sql
    from arflow.history.columnar import store_log
    from arflow.history.log_source import connection
    from arflow.store import make_engine

    needed = plan_sql.KEPT.partition("select")[2].partition("from known")[0]
    with connection() as opened, store_log(opened, make_engine(f"sqlite:///{store}")) as log:
        opened.execute(
            f"select max(columns(*)) from (select {needed}, roles, outcome, agreed_until from ({log.query}))"
        )
        return log.head[0]


def report(store: Path, _archive: Path) -> int:
    """The timeliness report at a past day, over the store with its history up to date."""
    from arflow.application.arflow import Arflow
    from arflow.figures.report import Asked
    from arflow.figures.timeliness import timeliness
    from arflow.figures.viewpoint import looking

    with Arflow(f"sqlite:///{store}") as app, looking(app, Asked(as_at=AS_AT)) as log:
        assert timeliness(log).sections
        return app.log_store.head()[0]


def write_archive(store: Path, archive: Path) -> int:
    """The archive, written and verified from nothing."""
    from arflow.application.arflow import Arflow
    from arflow.history.archive import archive as write

    shutil.rmtree(archive, ignore_errors=True)
    with Arflow(f"sqlite:///{store}") as app:
        write(app.log_store, archive)
        return app.log_store.head()[0]


def report_archive(store: Path, archive: Path) -> int:
    """The same report over the archive."""
    from arflow.application.arflow import Arflow
    from arflow.figures.report import Asked
    from arflow.figures.timeliness import timeliness
    from arflow.figures.viewpoint import looking

    with Arflow(f"sqlite:///{store}") as app, looking(app, Asked(as_at=AS_AT), archive) as log:
        assert timeliness(log).sections
        return app.log_store.head()[0]


def peer(store: Path, archive: Path) -> int:
    """The stock library's ProjectionRunner: one row a review with the day of each step, an event and its tracking at a time."""
    import sqlalchemy as sa
    from eventsourcing.application import Application
    from eventsourcing.projection import Projection, ProjectionRunner

    from arflow.store import TrackingRecorder
    from arflow.store.engine import WRITING

    upsert = "insert into milestones values (?, ?, ?) on conflict do update set on_day = excluded.on_day"

    class View(TrackingRecorder):
        def keep(self, event: Any, tracking: Any) -> None:
            with self.engine.connect().execution_options(**WRITING) as connection, connection.begin():
                connection.exec_driver_sql(upsert, (event.originator_id, event.name, event.on.isoformat()))
                self.track(connection, tracking.application_name, tracking.notification_id)

    class Milestones(Projection[View]):
        name = "milestones"

        def process_event(self, domain_event: Any, tracking: Any) -> None:
            self.view.keep(domain_event, tracking)

    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        copy = Path(folder) / "log.db"
        shutil.copy(store, copy)
        with sa.create_engine(f"sqlite:///{copy}").begin() as connection:
            connection.exec_driver_sql("create table milestones (stream, event, on_day, primary key (stream, event))")
        env = {"PERSISTENCE_MODULE": "arflow.store", "ARFLOW_STORE": f"sqlite:///{copy}", "CREATE_TABLE": "n"}
        started = time.perf_counter()
        with ProjectionRunner(
            application_class=Application, projection_class=Milestones, view_class=View, env=env
        ) as runner:
            runner.wait(_PEER_EVENTS, timeout=600)
            print(json.dumps({"seconds": time.perf_counter() - started}))
    return _PEER_EVENTS


STEPS: dict[str, Callable[[Path, Path], int]] = {
    step.__name__: step for step in (scan, rebuild, fill, columns_scan, report, write_archive, report_archive, peer)
}


def measure(folder: Path, events: int) -> None:
    """Each step's rate and memory, and its ratio to the floor and the peer."""
    from benchmarks.growing import grow

    store = Path(grow(folder, events).removeprefix("sqlite:///"))
    archive = folder / f"archive-{events}"
    found: dict[str, dict[str, float]] = {}
    print(
        f"{'':<46}{'seconds':>9}{'events/s':>13}{'peak MB':>9}{'cpu seconds':>13}{'of scan time':>14}{'x the peer':>12}"
    )
    for name in ("peer", "scan", "rebuild", "fill", "columns_scan", "report", "write_archive", "report_archive"):
        done = found[name] = _step(name, store, archive)
        rate = done["events"] / done["seconds"]
        of_scan = f"{done['seconds'] / found['scan']['seconds']:.2f}" if "scan" in found else ""
        of_peer = f"{rate / (found['peer']['events'] / found['peer']['seconds']):.0f}"
        what = (STEPS[name].__doc__ or name).partition(":")[0].rstrip(".")
        print(
            f"{what[:45]:<46}{done['seconds']:>9.2f}{rate:>13,.0f}{done['memory']:>9.0f}{done['cpu']:>13.2f}{of_scan:>14}{of_peer:>12}",
            flush=True,
        )


def _step(name: str, store: Path, archive: Path) -> dict[str, float]:
    """One step in a process of its own: how many events, in how many seconds, and its peak memory in MB."""
    words = [sys.executable, "-m", "benchmarks.replay", name, str(store), str(archive)]
    said = subprocess.run(words, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = {}
    for line in reversed(said.splitlines()):  # what a step says itself counts before what was measured around it
        found |= json.loads(line)
    return found


def main() -> None:
    name, store, archive = sys.argv[1:]
    started, worked = time.perf_counter(), time.process_time()
    events = STEPS[name](Path(store), Path(archive))
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"events": events, "seconds": seconds, "cpu": cpu, "memory": memory}))


if __name__ == "__main__":
    main()
