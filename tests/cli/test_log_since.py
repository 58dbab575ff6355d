"""`arflow log`: what was recorded since a day, by whom, over all cases, in words."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import review_commands
from arflow.case.plan_commands import AddPlan
from arflow.law.catalogue import Catalogue
from tests.conftest import TODAY, command_line

Run = Callable[..., Result]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, shipped: Catalogue) -> Run:
    """Two officers recorded acts on Friday, on Monday night and today."""
    path = tmp_path_factory.mktemp("log") / "log.db"
    shutil.copy(sqlite_template, path)
    moments = {"now": NOON - timedelta(days=4)}
    with Arflow(f"sqlite:///{path}", by="A. One", today=TODAY, clock=lambda: moments["now"], catalogue=shipped) as app:
        app.add_plan(AddPlan(ref="P-1", first_made=TODAY - timedelta(days=300), setting="123456"))
        review = app.open_review("P-1", kind="annual", on=TODAY - timedelta(days=60)).id
        moments["now"] = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
        app.acting_as("B. Two").act(
            review, review_commands.HoldMeeting(on=TODAY - timedelta(days=5), skip_reason="urgent")
        )
        moments["now"] = NOON
        app.add_plan(AddPlan(ref="P-2", first_made=TODAY - timedelta(days=300)))
        app.act(review, review_commands.VoidStep(voided_step="hold", reason="wrong case"))
    return command_line(f"sqlite:///{path}")


def _told(run: Run, *words: str) -> list[tuple[str, str, str]]:
    answer = run("log", *words, "--json")
    assert answer.exit_code == 0, answer.stderr
    return [(one["case"], one["event"], one["recorded_by"]) for one in json.loads(answer.stdout)]


def test_the_log_since_a_day_is_told_in_its_order(office: Run) -> None:
    today = [("P-2", "PlanAdded", "A. One"), ("R-2026-000001", "StepVoided", "A. One")]
    assert _told(office) == today
    assert _told(office, "--since", "yesterday") == [("R-2026-000001", "MeetingHeld", "B. Two"), *today]
    assert len(_told(office, "--since", "20/11/2026")) == 6
    assert _told(office, "--since", "20/11/2026", "--until", "friday") == [
        ("P-1", "PlanAdded", "A. One"),
        ("R-2026-000001", "ReviewOpened", "A. One"),
        ("P-1", "PlanReviewOpened", "A. One"),
    ]


def test_the_log_is_narrowed_by_officer_and_by_case(office: Run) -> None:
    assert _told(office, "--since", "friday", "--officer", "b. two") == [("R-2026-000001", "MeetingHeld", "B. Two")]
    assert _told(office, "--since", "friday", "--plan", "p-2") == [("P-2", "PlanAdded", "A. One")]
    refused = office("log", "--officer", "B. Twp")
    assert "--officer: B. Twp is not an officer here; nearest: B. Two" in refused.stderr


def test_the_page_has_the_words_of_each_act_and_what_stands_out(office: Run) -> None:
    told = " ".join(office("log", "--since", "yesterday").stdout.split())
    assert "2026-11-23 00:30" in told
    assert "Voided" in told or "voided" in told
    assert "voided since" in told
    assert office("log", "--since", "today", "--until", "yesterday").stderr.startswith(
        "arflow: --until: 2026-11-23 is not"
    )
    assert office("log", "--since", "today", "--plan", "P-1", "--officer", "B. Two").stdout == "Nothing was recorded.\n"
