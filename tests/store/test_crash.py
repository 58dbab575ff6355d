"""Nothing acknowledged is lost and nothing is left half-written, whenever a process dies or two race."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.review_commands import Invite
from arflow.errors import CaseMoved
from arflow.events import DecisionMade, DecisionNotified, PlanReviewCompleted, decode
from arflow.imports.caseload_sheet import import_plans
from tests.conftest import TODAY
from tests.support.cases import Cases

pytestmark = pytest.mark.thorough

STORM = """
import sys
from datetime import date
from arflow.application.arflow import Arflow
from arflow.case.review_commands import Decide, HoldMeeting, VoidStep
from arflow.case.plan_commands import AddPlan

app = Arflow(sys.argv[1], by="A. Officer", today=date(2026, 11, 24))
start = int(sys.argv[2])
for n in range(start, start + 100_000):
    ref = f"K-{n}"
    app.add_plan(AddPlan(ref=ref, first_made=date(2025, 1, 1)))
    review = app.open_review(ref, on=date(2025, 10, 1)).id
    app.act(review, HoldMeeting(on=date(2025, 10, 1), skip_reason="storm"))
    app.act(review, Decide(outcome="maintain", on=date(2025, 10, 10)))
    print(review, flush=True)
"""


def test_killed_fifty_times_in_a_storm_of_commands(
    sqlite_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    script = tmp_path / "storm.py"
    script.write_text(STORM)
    acknowledged: set[str] = set()
    for n in range(50):
        storm = subprocess.Popen(
            [sys.executable, str(script), sqlite_url, str(n * 1_000_000)], stdout=subprocess.PIPE, text=True
        )
        assert storm.stdout is not None
        acknowledged.add(storm.stdout.readline().strip())  # it is in full swing
        time.sleep(0.001 * (n % 10))
        os.kill(storm.pid, signal.SIGKILL)
        acknowledged |= set(storm.stdout.read().split())
        storm.stdout.close()
        storm.wait()

    app = open_app(sqlite_url)
    events = [decode(row.payload) for row in app.log_store.read_log()]
    decided = {e.originator_id for e in events if isinstance(e, DecisionMade)}
    notified = {e.originator_id for e in events if isinstance(e, DecisionNotified)}
    completed = {f"review/{e.review}" for e in events if isinstance(e, PlanReviewCompleted)}

    assert len(acknowledged) >= 50
    whole = {name for name in acknowledged if len(name) == len("R-2025-000001")}  # a line may be cut off by the kill
    assert {f"review/{review}" for review in whole} <= decided
    assert decided == notified == completed
    assert list(app.log_store.verify()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
import sqlalchemy as sa
from arflow.application.arflow import Arflow
from arflow.imports.caseload_sheet import import_plans

def stop(connection, cursor, statement, *_):
    if statement.startswith("insert into people"):
        os.kill(os.getpid(), signal.SIGKILL)

sa.event.listen(sa.Engine, "before_cursor_execute", stop)
import_plans(Arflow(sys.argv[1], by="A. Officer"), Path(sys.argv[2]))
"""


def test_an_import_killed_between_its_events_and_its_people_is_finished_by_the_next(
    sqlite_url: str, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    caseload = tmp_path / "caseload.csv"
    caseload.write_text("ref,first_made,name\nP-1,2025-01-01,Robin Ash\nP-2,2025-01-01,Jo Elm\n")
    killed = subprocess.run([sys.executable, "-c", KILLED, sqlite_url, str(caseload)], check=False)
    assert killed.returncode == -signal.SIGKILL

    app = open_app(sqlite_url)
    assert import_plans(app, caseload).added == 2
    assert {person.name for person in app.people.of_plans(["P-1", "P-2"])} == {"Robin Ash", "Jo Elm"}
    assert list(app.log_store.verify()) == []


def _raced(process: Callable[..., None], *arguments: tuple[str, str]) -> list[str]:
    """What processes say of themselves that all start at once; over pipes, since not every machine has shared memory."""
    context = get_context("spawn")
    ends = [context.Pipe() for _ in arguments]
    running = [context.Process(target=process, args=(*a, far)) for a, (_, far) in zip(arguments, ends, strict=True)]
    for one in running:
        one.start()
    for near, far in ends:
        far.close()
        assert near.recv() == "ready"
    for near, _ in ends:
        near.send("go")
    said = [near.recv() for near, _ in ends]
    for one in running:
        one.join()
    return said


def _race(url: str, review: str, gate: Connection) -> None:
    from datetime import date

    from arflow.case.review_commands import HoldMeeting

    app = Arflow(url, by="A. Officer", today=date(2026, 11, 24))
    draft = app.draft()
    command = HoldMeeting(on=date(2025, 6, 10), skip_reason="race")
    taken = app.case_of(app.review(review)).take(command, draft.recording, app.machine, review=review)
    gate.send("ready")
    gate.recv()  # both have decided on the same state
    try:
        app.append(review, taken.events, draft)
        gate.send("won")
    except CaseMoved:
        gate.send("told")
    app.close()


def test_of_two_writers_on_one_review_exactly_one_wins(app_on_each: Arflow) -> None:
    review = Cases(app_on_each).opened("1 Aug 2024", "1 May 2025")

    assert sorted(_raced(_race, *[(app_on_each.url, review.id)] * 2)) == ["told", "won"]
    assert len(app_on_each.review(review.id).all("hold")) == 1


def _open(url: str, ref: str, gate: Connection) -> None:
    app = Arflow(url, by="A. Officer", today=TODAY)
    gate.send("ready")
    gate.recv()
    gate.send(app.open_review(ref).id)
    app.close()


def test_reviews_of_different_plans_opened_at_once_never_get_the_same_number(app_on_each: Arflow) -> None:
    cases = Cases(app_on_each)
    refs = [cases.plan("1 Aug 2025") for _ in range(6)]
    opened = _raced(_open, *((app_on_each.url, ref) for ref in refs))
    assert sorted(opened) == [f"R-2026-{n:06d}" for n in range(1, 7)]


def test_a_stale_command_exits_with_3_and_loses_nothing(
    app: Arflow, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    review = Cases(app).opened("1 Aug 2024", "1 May 2025")
    decide = Arflow.append

    def overtaken(self: Arflow, *arguments: Any) -> None:
        """Somebody else records just before this command appends."""
        monkeypatch.setattr(Arflow, "append", decide)
        with Arflow(app.url, by="Somebody Else", today=app.today) as other:
            other.act(review.id, _invitation())
        decide(self, *arguments)

    monkeypatch.setattr(Arflow, "append", overtaken)
    result = run("review", "hold", review.id, "--on", "2025-06-10", "--skip-reason", "none", "--json")

    assert result.exit_code == 3
    assert '"kind": "conflict"' in result.stderr
    assert app.review(review.id).state == "invited"


def _invitation() -> Invite:
    from datetime import date

    return Invite(on=date(2025, 5, 20), roles=("parent",))
