"""The engine beside the stock event sourcing library: one command, importing and rebuilding."""

import statistics
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan
from arflow.imports.caseload_sheet import import_plans
from arflow.imports.past_acts import import_acts
from arflow.lists.questions import Asking
from benchmarks.growing import TODAY


class Stock(Aggregate):
    """The stock library's own aggregate, moved nine times."""

    @event("Moved")
    def move(self, to: str) -> None:
        self.to = to


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def line(what: str, ours: str, theirs: str, ratio: float | None) -> None:
    print(f"{what:<44} {ours:>20} {theirs:>34} {'' if ratio is None else f'{ratio:.2f}x':>8}", flush=True)


def stock(folder: Path, name: str) -> Application:
    return Application({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / name)})


def commands(folder: Path, times: int = 400) -> None:
    """One act: load, ask the machine, append with the chain; the stock library: load, move, save."""
    url = f"sqlite:///{folder}/commands.db"
    create_store(url)
    app = Arflow(url, by="Bench", today=TODAY)
    found = []
    for n in range(times // 4):
        app.add_plan(AddPlan(ref=f"B-{n}", first_made=date(2025, 11, 1)))
        review = app.open_review(f"B-{n}", on=date(2026, 6, 1)).id
        acts = (
            c.Invite(on=date(2026, 6, 1), roles=("parent",)),
            c.CirculateAdvice(on=date(2026, 6, 2)),
            c.HoldMeeting(on=date(2026, 6, 20)),
            c.SendReport(on=date(2026, 6, 25)),
        )
        found += [timed(partial(app.act, review, command)) for command in acts]
    app.close()
    theirs = []
    other = stock(folder, "stock-commands.db")
    for _ in range(times // 4):
        aggregate = Stock()
        other.save(aggregate)
        for _ in range(4):

            def act() -> None:
                loaded = other.repository.get(aggregate.id)  # noqa: B023
                loaded.move("x")
                other.save(loaded)

            theirs.append(timed(act))
    other.close()
    ours, peer = statistics.median(found), statistics.median(theirs)
    line("one command, median", f"{ours * 1000:.2f} ms", f"load, move, save: {peer * 1000:.2f} ms", ours / peer)


def importing(folder: Path, events: int) -> None:
    """A caseload and its past acts from CSV, checked and recorded; the stock library appends as many plain events."""
    plans = events // 14
    caseload, history = folder / "plans.csv", folder / "acts.csv"
    with caseload.open("w") as file:
        file.write("ref,first_made,setting\n")
        file.writelines(f"I-{n},2024-01-15,123456\n" for n in range(plans))
    acts = (
        "invite,2024-10-01,",
        "circulate,2024-10-02,",
        "hold,2024-10-20,",
        "report,2024-10-28,",
        "decide,2024-11-10,amend",
    )
    acts += ("notice,2024-11-10,", "issue,2024-12-20,", "conclude,2024-12-21,")
    with history.open("w") as file:
        file.write("plan,review,step,date,outcome\n")
        file.writelines(f"I-{n},1,{act}\n" for n in range(plans) for act in acts)
    url = f"sqlite:///{folder}/import.db"
    create_store(url)
    app = Arflow(url, by="Bench", today=TODAY)

    def both() -> None:
        import_plans(app, caseload)
        import_acts(app, history)

    ours = timed(both)
    written = app.log_store.head()[0]
    app.close()
    other = stock(folder, "stock-import.db")
    payload = b"x" * 250

    def append() -> None:
        for _ in range(written // 2_000):
            stream = uuid4()
            other.recorder.insert_events([StoredEvent(stream, n, "topic", payload) for n in range(1, 2_001)])

    theirs = timed(append)
    other.close()
    line(f"import of {written:,} events", f"{ours:.1f} s", f"plain appends: {theirs:.1f} s", ours / theirs)
    rate = written / ours
    line("", f"{rate:,.0f} events/s", f"{written / theirs:,.0f} events/s", None)


def rebuilding(folder: Path) -> None:
    """The read models from the whole log; the stock library selects and maps as many events and does nothing with them."""
    url = f"sqlite:///{folder}/import.db"
    app = Arflow(url, by="Bench", today=TODAY)
    asking = Asking(app)
    events = app.log_store.head()[0]
    ours = timed(asking.rebuild)
    followed = timed(lambda: sum(1 for _ in app.log_store.read_log()))
    app.close()
    other = stock(folder, "stock-rebuild.db")
    made = min(events, 40_000)
    for _ in range(made // 10):
        aggregate = Stock()
        for _ in range(9):
            aggregate.move("x")
        other.save(aggregate)

    def read() -> None:
        position = 0
        while page := other.recorder.select_notifications(position, 5_000, inclusive_of_start=False):
            for notification in page:
                other.mapper.to_domain_event(notification)
            position = page[-1].id

    theirs = made / timed(read)
    other.close()
    line(
        "rebuild of the read models",
        f"{events / ours:,.0f} events/s",
        f"select and map only: {theirs:,.0f}/s",
        events / ours / theirs,
    )
    line("raw scan of the same rows", f"{events / followed:,.0f} events/s", "", None)


def measure(folder: Path, events: int) -> None:
    """Every figure of the engine, a line each."""
    line("", "arflow", "the stock library", None)
    commands(folder)
    importing(folder, events)
    rebuilding(folder)
