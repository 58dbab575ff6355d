"""The numbers of reviews, where several officers open reviews at once."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan

pytestmark = pytest.mark.thorough

OPEN = """
import sys
from datetime import date
from arflow.application.arflow import Arflow
with Arflow(sys.argv[1], by="A. Officer", today=date(2026, 11, 24)) as app:
    print("ready", flush=True)
    sys.stdin.readline()
    for ref in sys.argv[2:]:
        print(app.open_review(ref).id)
"""


def added(app: Arflow, count: int) -> list[str]:
    refs = [f"P-{number}" for number in range(count)]
    for ref in refs:
        app.add_plan(AddPlan(ref=ref, first_made=date(2026, 1, 1)))
    return refs


def test_two_programs_that_open_reviews_at_once_never_meet_on_a_number_or_say_so(app_on_each: Arflow) -> None:
    refs = added(app_on_each, 40)
    parts = [refs[start::4] for start in range(4)]
    programs = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", OPEN, app_on_each.url, *part],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for part in parts
    ]
    for program in programs:
        assert program.stdout
        program.stdout.readline()
    for program in programs:
        assert program.stdin
        program.stdin.write("\n")
        program.stdin.flush()
    ended = [program.communicate(timeout=120) for program in programs]
    assert [said for _, said in ended] == [""] * 4
    ids = sorted(line for out, _ in ended for line in out.split())
    assert ids == [f"R-2026-{number:06d}" for number in range(1, 41)]


def test_threads_that_open_reviews_at_once_take_numbers_without_gap(
    app_on_each: Arflow, open_app: Callable[..., Arflow], caplog: pytest.LogCaptureFixture
) -> None:
    refs = added(app_on_each, 24)
    with ThreadPoolExecutor(8) as pool:
        ids = sorted(done.id for done in pool.map(app_on_each.open_review, refs))
    assert ids == [f"R-2026-{number:06d}" for number in range(1, 25)]
    assert "case_moved" not in caplog.text


def test_a_plan_that_two_officers_open_a_review_of_at_once_gets_one(
    app_on_each: Arflow, caplog: pytest.LogCaptureFixture
) -> None:
    (ref,) = added(app_on_each, 1)

    def opened(_: int) -> str:
        try:
            return app_on_each.open_review(ref).id
        except Exception as error:  # noqa: BLE001
            return type(error).__name__

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(opened, range(4)))
    assert found[-1] == "R-2026-000001"
    assert set(found[:-1]) <= {"CaseMoved", "AlreadyThere"}
    assert "psycopg" not in caplog.text
