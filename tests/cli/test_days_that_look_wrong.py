"""A day that looks like a slip is asked about: at a terminal, by --yes in a script, and refused where there is neither."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import Result

from arflow.case.plausible_days import doubt
from tests.conftest import TODAY

Run = Callable[..., Result]


@pytest.fixture
def opened(run: Run) -> Run:
    assert run("plan", "add", "P-1", "--first-made", "2018-11-01", "--setting", "123456").exit_code == 0
    assert run("review", "open", "P-1", "--kind", "annual", "--on", "2026-09-01").exit_code == 0
    return run


def _events(run: Run) -> int:
    found: int = json.loads(run("info", "--json").stdout)["events"]
    return found


@pytest.mark.parametrize(
    ("on", "wrong"),
    [(date(2026, 9, 1), ""), (date(2026, 8, 31), "is before the review was opened on 2026-09-01")],
)
def test_an_act_before_its_review_was_opened_looks_wrong(on: date, wrong: str) -> None:
    assert doubt(on, TODAY, date(2026, 9, 1)) == wrong


def test_the_acts_of_a_past_review_are_entered_on_the_day_it_is_opened_here() -> None:
    assert doubt(date(2025, 6, 3), TODAY, TODAY) == ""


@pytest.mark.parametrize(("on", "wrong"), [(date(2021, 1, 1), False), (date(2020, 12, 31), True)])
def test_an_act_of_years_back_looks_wrong(on: date, wrong: bool) -> None:
    assert bool(doubt(on, TODAY, None)) == wrong


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("review hold P-1 --on 12/10/2025 --skip-reason x", "--on 2025-10-12 is before the review was opened on 2026-09-01: nothing was recorded; say --yes if it is right"),
        ("plan move P-1 --nc-year 4 --on 1/9/2019", "--on 2019-09-01 is more than 5 years back: nothing was recorded; say --yes if it is right"),
        ("review decide P-1 --outcome amend --on 12/10/2025", "--on 2025-10-12 is before the review was opened"),
    ],
)  # fmt: skip
def test_without_a_terminal_it_is_refused_and_a_script_says_yes(opened: Run, line: str, said: str) -> None:
    before = _events(opened)
    refused = opened(*line.split())
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert _events(opened) == before
    if "decide" not in line:
        assert opened(*line.split(), "--yes").exit_code == 0
        assert _events(opened) > before


def test_a_plan_first_made_before_there_were_any_is_asked_about(run: Run) -> None:
    line = ("plan", "add", "P-1", "--first-made", "12/9/2004")
    refused = run(*line)
    assert refused.exit_code == 1
    assert (
        "--first-made 2004-09-12 is before 2014-09-01, when there were no EHC plans: nothing was recorded; say --yes"
        in refused.stderr
    )
    assert run(*line, "--yes").exit_code == 0
    assert run("plan", "add", "P-2", "--first-made", "1/9/2014").exit_code == 0
    assert run("plan", "add", "P-3", "--first-made", "unknown").exit_code == 0


def test_a_day_that_the_law_or_the_case_refuses_is_refused_also_with_yes(opened: Run) -> None:
    refused = opened("review", "hold", "P-1", "--on", "2017-01-01", "--yes")
    assert refused.exit_code == 1
    assert "before the plan was made" in refused.stderr


@pytest.mark.thorough
@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 1)])
def test_at_a_terminal_it_asks(opened: Run, sqlite_url: str, answer: str, code: int) -> None:
    environment = {
        **os.environ,
        "ARFLOW_STORE": sqlite_url,
        "ARFLOW_TODAY": TODAY.isoformat(),
        "ARFLOW_BY": "A. Officer",
    }
    words = ["review", "hold", "P-1", "--on", "12/10/2025", "--skip-reason", "x"]
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from arflow.cli import main; main()", *words]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as asked:
        os.close(theirs)
        told = b""
        while b"[y/N]" not in told:
            told += os.read(ours, 4096)
        os.write(ours, answer.encode())
        asked.wait(30)
    os.close(ours)
    assert asked.returncode == code
    assert b"Record it all the same?" in told
