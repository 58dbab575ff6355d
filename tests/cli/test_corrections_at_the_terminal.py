"""Corrections at the terminal: old and new shown, no correction that changes nothing, and one's own last act taken back."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def made(store_of: Callable[..., Path]) -> Path:
    return store_of(
        "plan add P-1 --first-made 2025-11-01 --setting 123456 --coordinator Ash",
        "review open P-1 --kind annual --on 2026-09-01 --meeting-on 2026-10-12",
        "review hold P-1 --on 2026-10-12 --skip-reason x",
    )


@pytest.fixture
def held(made: Path, sqlite_url: str, run: Run) -> Run:
    shutil.copy(made, sqlite_url.removeprefix("sqlite:///"))
    return run


def _events(run: Run) -> int:
    found: int = json.loads(run("info", "--json").stdout)["events"]
    return found


def _day_held(run: Run) -> str | None:
    found: str | None = json.loads(run("review", "list", "--json").stdout)[0]["held"]
    return found


def test_a_correction_shows_the_day_that_was_and_the_day_that_is(held: Run) -> None:
    told = held("review", "correct", "P-1", "hold", "--on", "13/10/2026", "--reason", "typing error")
    assert told.exit_code == 0, told.stderr
    assert "hold: 2026-10-12 → 2026-10-13" in told.stdout
    planned = held("plan", "correct", "P-1", "first-made", "--to", "2/11/2025", "--reason", "misread")
    assert "first made: 2025-11-01 → 2025-11-02" in planned.stdout
    answer = json.loads(
        held("review", "correct", "P-1", "hold", "--on", "12/10/2026", "--reason", "x", "--json").stdout
    )
    assert answer["corrected"] == {"what": "hold", "was": "2026-10-13", "is": "2026-10-12"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "review correct P-1 hold --on 12/10/2026 --reason x",
            "hold is recorded on 2026-10-12 already: nothing to correct",
        ),
        (
            "plan correct P-1 first-made --to 1/11/2025 --reason x",
            "first made is recorded as 2025-11-01 already: nothing to correct",
        ),
        ("plan correct P-1 detained --to none --reason x", "plan P-1 has no detained to correct"),
    ],
)
def test_a_correction_that_changes_nothing_is_refused(held: Run, line: str, said: str) -> None:
    before = _events(held)
    refused = held(*line.split())
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert _events(held) == before


def test_ones_own_last_act_is_taken_back_with_a_reason(held: Run) -> None:
    shown = held("undo", "--reason", "wrong case")
    assert shown.exit_code == 1
    assert "R-2026-000001: hold on 2026-10-12" in shown.stderr
    assert "say --yes to take it back" in shown.stderr
    assert _day_held(held) == "2026-10-12"
    undone = held("undo", "--reason", "wrong case", "--yes")
    assert undone.exit_code == 0, undone.stderr
    assert undone.stdout.splitlines()[0] == "R-2026-000001: StepVoided on 2026-11-24 → scheduled"
    assert _day_held(held) is None


def test_a_correction_is_taken_back_by_the_day_that_was(held: Run) -> None:
    held("review", "correct", "P-1", "hold", "--on", "13/10/2026", "--reason", "typing error")
    undone = held("undo", "p-1", "--reason", "it was right", "--yes")
    assert undone.exit_code == 0, undone.stderr
    assert _day_held(held) == "2026-10-12"


def test_a_decision_is_taken_back_with_the_notification_that_was_recorded_with_it(held: Run) -> None:
    held("review", "decide", "P-1", "--outcome", "amend", "--on", "2026-10-20")
    assert held("undo", "--reason", "not yet", "--yes").exit_code == 0
    assert json.loads(held("review", "show", "P-1", "--json").stdout)["state"] == "meeting_held"


def test_what_others_did_is_not_ones_own(held: Run) -> None:
    assert held("review", "report", "P-1", "--on", "2026-10-20", "--by", "B. Other").exit_code == 0
    by_other = held("undo", "--reason", "x", "--yes")
    assert by_other.exit_code == 1
    assert "hold cannot be voided while later steps rest on it: void report first" in by_other.stderr
    nobody = held("undo", "--reason", "x", "--yes", "--by", "C. New")
    assert "C. New has recorded nothing here that could be taken back" in nobody.stderr


@pytest.mark.parametrize(
    ("line", "way_on"),
    [
        (
            "plan add P-2 --first-made 2025-11-01",
            "a plan that was added stays: `arflow plan correct P-2`, or `arflow plan end P-2`",
        ),
        ("plan move P-1 --coordinator Other", "record what was so before: `arflow plan move P-1 --coordinator Ash`"),
        ("plan move P-1 --setting 123457", "record what was so before: `arflow plan move P-1 --setting 123456`"),
        (
            "review void P-1 hold --reason x",
            "a step that was taken back is recorded again: `arflow review hold R-2026-000001`",
        ),
        ("review open P-1 --kind early --reason x", "`arflow review cancel R-2026-000002 --reason …`"),
        (
            "review pause P-1 --reason x",
            "no act takes back ReviewPaused of 2026-11-24: record beside it what is so: see `arflow review history",
        ),
        (
            "plan appeal P-1 --against contents --on 2026-11-02",
            "`arflow plan withdraw P-1 --of 3 --on 2026-11-02 --reason …`",
        ),
        (
            "plan consult P-1 --institution 123457 --authority 878 --review P-1",
            "`arflow plan consult-withdraw P-1 --institution 123457 --authority 878 --review R-2026-000001 --reason …`",
        ),
    ],
)
def test_what_cannot_be_taken_back_says_the_way_on(held: Run, line: str, way_on: str) -> None:
    held("review", "void", "P-1", "hold", "--reason", "for the test")
    if "void" in line:
        held("review", "hold", "P-1", "--on", "2026-10-12", "--skip-reason", "x")
    done = held(*line.split())
    assert done.exit_code == 0, done.stderr
    before = _events(held)
    refused = held("undo", "--reason", "x", "--yes")
    assert refused.exit_code == 1
    assert way_on in refused.stderr
    assert _events(held) == before


def _last_day(run: Run, case: str, duty: str) -> str | None:
    found: str | None = json.loads(run("why", case, duty, "--json").stdout)["due"]
    return found


def test_no_act_is_taken_back_on_a_case_that_is_not_there(held: Run) -> None:
    assert "there is no plan P-9" in held("undo", "P-9", "--reason", "x", "--yes").stderr


def test_a_correction_of_what_was_served_is_taken_back_with_its_day_of_service(held: Run) -> None:
    held("plan", "notice", "P-1", "--on", "2026-11-02", "--served-on", "2026-11-09")
    as_recorded = _last_day(held, "P-1", "plan_representations")
    held("plan", "correct", "P-1", "plan-notice-sent", "--to", "2026-11-03", "--reason", "x")
    assert _last_day(held, "P-1", "plan_representations") != as_recorded
    undone = held("undo", "P-1", "--reason", "it was right", "--yes")
    assert undone.exit_code == 0, undone.stderr
    assert _last_day(held, "P-1", "plan_representations") == as_recorded


def test_a_correction_of_an_invitation_is_taken_back_with_its_day_of_service(held: Run) -> None:
    held("plan", "add", "P-2", "--first-made", "2025-11-01")
    held("review", "open", "P-2", "--meeting-on", "2026-12-01", "--on", "2026-11-02")
    invited = (
        "review",
        "invite",
        "R-2026-000002",
        "--role",
        "parent",
        "--on",
        "2026-11-03",
        "--served-on",
        "2026-11-20",
    )
    assert held(*invited).exit_code == 0
    state = json.loads(held("why", "R-2026-000002", "notice", "--json").stdout)["state"]
    held("review", "correct", "R-2026-000002", "invite", "--on", "2026-11-04", "--reason", "x")
    assert json.loads(held("why", "R-2026-000002", "notice", "--json").stdout)["state"] != state
    undone = held("undo", "R-2026-000002", "--reason", "it was right", "--yes")
    assert undone.exit_code == 0, undone.stderr
    assert json.loads(held("why", "R-2026-000002", "notice", "--json").stdout)["state"] == state


def test_a_notice_that_is_taken_back_does_not_bring_back_the_one_before_it(held: Run) -> None:
    held("plan", "notice", "P-1", "--on", "2026-09-01")
    held("plan", "not-amend", "P-1", "--on", "2026-10-01")
    held("plan", "notice", "P-1", "--on", "2026-11-02")
    undone = held("undo", "P-1", "--reason", "wrong case", "--yes")
    assert "plan notice sent: 2026-11-02 → none" in undone.stdout
    assert "plan_final_plan" not in held("due", "--json").stdout


def test_an_amendment_because_of_an_order_is_taken_back_and_its_correction_too(held: Run) -> None:
    held("plan", "amend", "P-1", "--because", "tribunal_order", "--on", "2026-10-01")
    held("plan", "correct", "P-1", "amended", "--to", "2026-10-02", "--reason", "x")
    assert "amended: 2026-10-02 → 2026-10-01" in held("undo", "P-1", "--reason", "x", "--yes").stdout
    held("plan", "amend", "P-1", "--because", "tribunal_order", "--on", "2026-10-05")
    assert "amended: 2026-10-05 → none" in held("undo", "P-1", "--reason", "x", "--yes").stdout
    again = held("undo", "P-1", "--reason", "x", "--yes")
    assert "an amendment that was taken back is recorded again: `arflow plan amend P-1`" in again.stderr
