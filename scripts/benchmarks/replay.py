"""Replay beside two floors, a raw scan of the same rows and one of the columns that a report reads, and beside a peer.

The peer is the stock library's ProjectionRunner. Each step runs alone, in a process of its own, so that its peak memory is
its own; the steps run in turn, several times, and the medians are shown. A busy machine stretches the clock more than
processor time (user and system, of all threads), so both are shown, with the load of the machine.
"""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from arflow.store.tables import COLUMNS

_LOG = f"select {COLUMNS} from events order by position"
_PEER_EVENTS = 20_000
TODAY, AS_AT = date(2026, 11, 24), date(2026, 3, 31)


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


def _timeliness(store: Path, as_at: date, archive: Path | None = None) -> int:
    from arflow.application.arflow import Arflow
    from arflow.figures.report import Asked
    from arflow.figures.timeliness import timeliness
    from arflow.figures.viewpoint import looking

    with Arflow(f"sqlite:///{store}") as app, looking(app, Asked(as_at=as_at), archive) as log:
        assert timeliness(log).sections
        return app.log_store.head()[0]


def settle(store: Path, _archive: Path) -> int:
    """Timeliness, nothing settled: every review folded and kept."""
    from arflow.history.columnar.place import folder_of
    from arflow.history.columnar.settled import MANIFEST
    from arflow.store import make_engine

    folder = folder_of(make_engine(f"sqlite:///{store}"))
    assert folder
    (folder / MANIFEST).unlink(missing_ok=True)
    return _timeliness(store, TODAY)


def report_now(store: Path, _archive: Path) -> int:
    """Timeliness on the last day, what is settled kept."""
    return _timeliness(store, TODAY)


def report_past(store: Path, _archive: Path) -> int:
    """Timeliness at a past day, what is settled kept."""
    return _timeliness(store, AS_AT)


def write_archive(store: Path, archive: Path) -> int:
    """The archive, written and verified from nothing."""
    from arflow.application.arflow import Arflow
    from arflow.history.archive import archive as write

    shutil.rmtree(archive, ignore_errors=True)
    with Arflow(f"sqlite:///{store}") as app:
        write(app.log_store, archive)
        return app.log_store.head()[0]


def report_archive(store: Path, archive: Path) -> int:
    """Timeliness at a past day, over the archive."""
    return _timeliness(store, AS_AT, archive)


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
    step.__name__: step
    for step in (
        peer, scan, rebuild, fill, settle, columns_scan, report_now, report_past, write_archive, report_archive,
    )
}  # fmt: skip
_FLOORS = {"of scan": "scan", "of columns": "columns_scan"}


def measure(folder: Path, events: int, *, repeat: int = 1, only: Collection[str] = ()) -> None:
    """The medians of each step's time, rate and memory, and the ratio of its processor time to the floors'."""
    from benchmarks.growing import grow

    store = Path(grow(folder, events).removeprefix("sqlite:///"))
    archive = folder / f"archive-{events}"
    names = [name for name in STEPS if not only or name in only]
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    loads = [os.getloadavg()[0]]
    for _ in range(repeat):
        for name in names:
            runs[name].append(_step(name, store, archive))
            loads.append(os.getloadavg()[0])
    found = {name: {what: median(run[what] for run in of) for what in of[0]} for name, of in runs.items()}
    print(
        f"load of the machine's {os.cpu_count()} processors: {min(loads):.1f} to {max(loads):.1f}; medians of {repeat}"
    )
    heads = ("cpu seconds", "seconds", "events/s", "peak MB", *_FLOORS)
    print(f"{'':<64}{''.join(f'{head:>13}' for head in heads)}")
    for name, done in found.items():
        of = "".join(f"{_ratio(found, name, floor):>13}" for floor in _FLOORS.values())
        what = (STEPS[name].__doc__ or name).partition("\n")[0].rstrip(".")
        rate = done["events"] / done["seconds"]
        print(f"{what[:62]:<64}{done['cpu']:>13.2f}{done['seconds']:>13.2f}{rate:>13,.0f}{done['memory']:>13.0f}{of}")


def _ratio(found: dict[str, dict[str, float]], name: str, floor: str) -> str:
    """How many times the processor time of a floor, event for event."""
    if floor not in found:
        return ""
    ours, floors = (found[one]["cpu"] / found[one]["events"] for one in (name, floor))
    return f"{ours / floors:.1f}"


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
