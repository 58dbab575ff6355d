"""Days, periods, references and answers as they come from Word, Outlook and the web, with marks that nobody sees."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from arflow.papers.forms.answers import answer
from arflow.papers.forms.questions import Field, form_ids
from arflow.pasted_text import as_typed

Run = Callable[..., Result]
MARKS = ["\u200e", "\u200f", "\u200b", "\ufeff", "\u00ad", "\u2060", "\u202a", "\u2066"]


@pytest.mark.parametrize("mark", MARKS)
def test_marks_that_nobody_sees_go(mark: str) -> None:
    assert as_typed(f"{mark}P-1{mark}001{mark}") == "P-1001"


def test_spaces_and_hyphens_become_plain_and_the_joiners_of_letters_stay() -> None:
    assert as_typed("3\u00a0Sep\u202f2026, P\u20111001") == "3 Sep 2026, P-1001"
    assert (
        as_typed("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")
        == "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    )


@pytest.fixture
def plan(run: Run) -> Run:
    assert run("plan", "add", "P-1001", "--first-made", "2024-09-12", "--setting", "123456").exit_code == 0
    return run


@pytest.mark.parametrize("mark", [*MARKS, "\u00a0"])
def test_a_reference_and_a_day_are_understood_at_the_terminal(plan: Run, mark: str) -> None:
    assert plan("plan", "show", f"{mark}P-1001{mark}").exit_code == 0
    moved = plan("plan", "move", "p\u20111001", "--nc-year", "5", "--on", f"{mark}3\u00a0Sep\u00a02025{mark}", "--json")
    assert '"on":"2025-09-03"' in moved.stdout.replace(" ", "")
    assert plan("plan", "show", "P-1001", "--on", f"2025{mark}").exit_code != 0  # no day is made of what is none


@pytest.mark.parametrize(
    "period", ["\u00b2d", "\u0663d", "4000000d", "999999999999999999999d", "9999w", "-1d", "1.5w", ""]
)
def test_a_period_that_is_no_number_of_days_or_ends_beyond_the_calendar_is_refused_in_one_line(
    plan: Run, period: str
) -> None:
    refused = plan("due", "--within", period)
    assert refused.exit_code == 2
    assert "Invalid value for '--within'" in refused.stderr
    assert "is not a period" in refused.stderr or "is longer than 100 years" in refused.stderr


def test_a_period_of_a_hundred_years_is_taken_and_a_pasted_one_too(plan: Run) -> None:
    for period in ("36500d", "4\u200bw", "\ufeff10d"):
        assert plan("due", "--within", period).exit_code == 0


@pytest.mark.parametrize("mark", [*MARKS, "\u00a0"])
def test_a_sheet_with_such_marks_is_read(run: Run, tmp_path: Path, mark: str) -> None:
    file = tmp_path / "plans.csv"
    file.write_text(
        f"{mark}ref,first_made{mark},setting\nP-3001{mark},{mark}12\u00a0Sep\u00a02024,123456{mark}\n", "utf-8"
    )
    done = run("plan", "import", str(file))
    assert done.exit_code == 0, done.output
    shown = run("plan", "show", "P-3001", "--json").stdout
    assert '"setting":"123456"' in shown.replace(" ", "")
    assert "2024-09-12" in shown


@pytest.mark.parametrize("mark", [*MARKS, "\u00a0"])
def test_an_answer_in_a_form_is_understood(mark: str) -> None:
    day = Field(name="sent_on", kind="day")
    assert answer(day, f"{mark}3{mark} September 2026") == "2026-09-03"
    choice = Field(name="c", kind="choice", options=(("yes", "Yes, it is"),))
    assert answer(choice, f"Yes,\u00a0it is{mark}") == "yes"
    assert answer(Field(name="t", kind="tick"), f"{mark}x{mark}") == "yes"
    [form] = form_ids(f"Form report-1,{mark} R\u20112026\u2011000001, 0123456789{mark}")
    assert form.review == "R-2026-000001"
