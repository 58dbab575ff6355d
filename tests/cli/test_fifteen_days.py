"""A final plan within the family's 15 days: arflow warns before, and asks why, unless everybody has answered."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def amending(run: Run) -> None:
    for words in (
        "plan add P-1 --first-made 2026-01-05 --setting 123456",
        "review open P-1 --on 2026-08-03 --meeting-on 2026-09-21",
        "review hold R-2026-000001 --on 2026-09-21 --skip-reason told",
        "review decide R-2026-000001 --outcome amend --on 2026-10-05",
        "review notice R-2026-000001 --on 2026-10-05 --channel hand",
    ):
        result = run(*words.split())
        assert result.exit_code == 0, result.stderr


def state(run: Run) -> str:
    shown = json.loads(run("review", "show", "R-2026-000001", "--json").stdout)
    return str(next(duty["state"] for duty in shown["duties"] if duty["id"] == "representations"))


# Served on 5 October: the last of the 15 days is the 19th.
@pytest.mark.parametrize("act", ["issue", "not-amend"])
@pytest.mark.parametrize(("on", "code"), [("2026-10-07", 1), ("2026-10-19", 1), ("2026-10-20", 0)])
def test_a_final_plan_within_the_15_days_is_not_recorded_without_a_reason(
    run: Run, amending: None, act: str, on: str, code: int
) -> None:
    result = run("review", act, "R-2026-000001", "--on", on)
    assert (result.exit_code, "2026-10-19" in result.stderr) == (code, code == 1)


def test_the_reason_stays_in_the_history_and_the_duty_reads_breached(run: Run, amending: None) -> None:
    result = run("review", "issue", "R-2026-000001", "--on", "2026-10-07", "--skip-reason", "School starts on Monday")
    assert (result.exit_code, state(run)) == (0, "breached")
    assert "School starts on Monday" in run("audit", "R-2026-000001").stdout


def test_once_everybody_has_answered_no_reason_is_needed(run: Run, amending: None) -> None:
    run("review", "represent", "R-2026-000001", "--on", "2026-10-06")
    assert run("review", "issue", "R-2026-000001", "--on", "2026-10-07").exit_code == 1
    run("review", "represent", "R-2026-000001", "--on", "2026-10-07", "--no-more")
    assert run("review", "issue", "R-2026-000001", "--on", "2026-10-07").exit_code == 0
    assert state(run) == "not_applicable"
