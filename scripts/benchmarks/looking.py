"""Commands that look: each beside the bare interpreter in one run, and long lists beside their JSON; in processor seconds."""

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.demo import Making, make, one_case
from arflow.lists.questions import Asking
from benchmarks.growing import TODAY, grow

_BARE = "import click, sqlite3"
_ARFLOW = "import sys; from arflow.cli import main; main()"
_TIMES = 9


def measure(folder: Path, events: int) -> None:
    """The start of each command on a small store, then the lists of a log of so many events."""
    print(f"load of the machine, over 1, 5 and 15 minutes: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    starting(folder)
    listing(folder, events)


def starting(folder: Path) -> None:
    """A store of 300 plans: processor seconds of each command, and how many times those of the bare interpreter."""
    url = f"sqlite:///{folder}/small.db"
    if not (folder / "small.db").exists():
        create_store(url)
        with Arflow(url, by="Bench", today=TODAY) as app:
            make(app, Making(plans=300, years=4, seed=1, today=TODAY))
            Asking(app).catch_up()
    with Arflow(url, by="Bench", today=TODAY) as app:
        case = str(one_case(app))
    commands = {
        words: _command(url, words)
        for words in ("info", "due", f"review show {case}", f"why {case} decision", "report timeliness")
    }
    found = _medians({"": [sys.executable, "-c", _BARE], "sqlalchemy": _bare("sqlalchemy.dialects.sqlite"), **commands})
    print(f"{'bare interpreter that imports click and sqlite3':<52} {found['']:.3f} s")
    for name, seconds in found.items():
        if name:
            print(
                f"{name if name in commands else f'the same and {name}':<52} {seconds:.3f} s {seconds / found['']:>8.1f}x"
            )


def listing(folder: Path, events: int) -> None:
    """A log of so many events: each list as text beside its JSON, and the first twenty lines of it."""
    url = grow(folder, events)
    with Arflow(url, by="Bench", today=TODAY) as app:
        asking = Asking(app)
        asking.catch_up()
        print(f"{asking.count_plans():,} plans, {asking.count_reviews():,} reviews")
    for words in ("plan list", "review list", "due"):
        found = _medians({more: _command(url, f"{words}{more}") for more in ("", " --json", " --limit 20")}, times=3)
        text, json, first = found.values()
        print(f"{words:<16} text {text:.2f} s, JSON {json:.2f} s: {text / json:.2f}x; --limit 20 {first:.2f} s")


def _bare(also: str) -> list[str]:
    return [sys.executable, "-c", f"{_BARE}, {also}"]


def _command(url: str, words: str) -> list[str]:
    return [sys.executable, "-c", _ARFLOW, "--store", url, "--today", TODAY.isoformat(), *words.split()]


def _medians(commands: dict[str, list[str]], times: int = _TIMES) -> dict[str, float]:
    """Processor seconds of each command, which take turns, so that what else the machine does weighs on all alike."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(times + 1):
        for name, command in commands.items():
            taken[name].append(_processor_seconds(command))
    return {name: statistics.median(seconds[1:]) for name, seconds in taken.items()}  # the first fills the caches


def _processor_seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
