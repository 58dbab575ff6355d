"""Days at the terminal: as people in the UK write them, wherever an ISO day goes; a doubtful one is refused by its field."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import Result

from arflow.written_days import why_no_day, written_day

Run = Callable[..., Result]


@pytest.mark.parametrize(
    "text",
    ["2026-09-03", "3/9/2026", "03/09/2026", "3.9.2026", "3-9-2026", "3 Sep 2026", "3 sept 2026", "3 September 2026",
     "3rd September 2026", "Thursday 3 September 2026", "Thu 3 Sep 2026", "Thurs, 3 Sep 2026"],
)  # fmt: skip
def test_a_day_is_read_day_first_by_number_and_by_name(text: str) -> None:
    assert written_day(text) == date(2026, 9, 3)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("31/2/2026", "there is no such day"),
        ("9/13/2026", "its month seems to come first"),
        ("3/9/26", "write its year with four digits"),
        ("3 Sep 26", "write its year with four digits"),
        ("3 Sep", "write its year too"),
        ("3/9", "write its year too"),
        ("30 February 2026", "there is no such day"),
        ("20261012", "write it as 31/3/2026, 31 March 2026 or 2026-03-31"),
        ("soon", "write it as 31/3/2026, 31 March 2026 or 2026-03-31"),
        ("Monday 3 September 2026", "it is a Thursday"),
    ],
)
def test_a_day_that_is_none_says_what_is_wrong_with_it(text: str, why: str) -> None:
    assert why in why_no_day(text)


@pytest.fixture
def opened(run: Run) -> Run:
    """A plan with an open review."""
    assert run("plan", "add", "P-1001", "--first-made", "~12/9/2025", "--setting", "123456").exit_code == 0
    assert run("review", "open", "P-1001", "--on", "1 Sep 2026", "--kind", "annual").exit_code == 0
    return run


def _on(run: Run, *words: str) -> str:
    answer = run(*words, "--json")
    assert answer.exit_code == 0, answer.stderr
    found: str = json.loads(answer.stdout)["on"]
    return found


def test_an_act_takes_a_uk_day_and_a_weekday_is_the_last_one(opened: Run) -> None:
    days = {
        "20/10/2026": "2026-10-20",
        "20 November 2026": "2026-11-20",
        "today": "2026-11-24",
        "Yesterday": "2026-11-23",
        "monday": "2026-11-23",
        "Wed": "2026-11-18",
    }
    found = {
        said: _on(opened, "plan", "move", "P-1001", "--nc-year", str(n), "--on", said) for n, said in enumerate(days)
    }
    assert found == days


def test_a_weekday_is_the_next_one_where_the_day_may_lie_ahead(opened: Run) -> None:
    assert opened("review", "schedule", "R-2026-000001", "--meeting-on", "Friday").exit_code == 0
    shown = json.loads(opened("review", "list", "--json").stdout)
    assert shown[0]["meeting_on"] == "2026-11-27"
    assert opened("review", "schedule", "R-2026-000001", "--meeting-on", "tomorrow").exit_code == 0
    assert json.loads(opened("review", "list", "--json").stdout)[0]["meeting_on"] == "2026-11-25"


def test_an_ambiguous_or_impossible_day_is_refused_with_its_option(opened: Run) -> None:
    before = json.loads(opened("info", "--json").stdout)["events"]
    for said, why in (
        ("tuesday", "'--on': tuesday is today, or a week from it: say today, or write the day with its date"),
        ("31/2/2026", "'--on': 31/2/2026 is not a day: there is no such day in the calendar"),
        ("9/13/2026", "'--on': 9/13/2026 is not a day: its month seems to come first"),
    ):
        refused = opened("review", "hold", "R-2026-000001", "--on", said)
        assert refused.exit_code == 2
        assert why in refused.stderr
    assert json.loads(opened("info", "--json").stdout)["events"] == before


def test_a_moment_a_term_and_the_day_of_training_take_uk_days_too(opened: Run) -> None:
    assert opened("report", "duties", "--as-at", "31/3/2026", "--known-at", "2 April 2026").exit_code == 0
    terms = ("rules", "terms", "Autumn 2026=2/9/2026", "--reason", "published", "--dry-run")
    assert opened(*terms).exit_code == 0
    assert _on(opened, "--today", "25/11/2026", "plan", "move", "P-1001", "--nc-year", "4") == "2026-11-25"
    assert "2026-11-24T23:59:59" in opened("report", "duties", "--known-at", "today", "--json").stdout
