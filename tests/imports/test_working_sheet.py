"""A caseload as a workbook and back: edits become commands, and nothing that has moved on is overwritten."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan, MoveSetting
from arflow.case.review_commands import HoldMeeting
from tests.support.cases import day

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]


@pytest.fixture
def exported(app: Arflow, run: Run, tmp_path: Path) -> Path:
    """Three plans of one coordinator, two with an open review, and one of somebody else, exported."""
    for ref in ("P-1", "P-2", "P-3"):
        app.add_plan(AddPlan(ref=ref, first_made=day("1 Jun 2026"), setting="123456", coordinator="Casey Morgan"))
    app.add_plan(AddPlan(ref="P-4", first_made=day("1 Jun 2026"), coordinator="Jo Elm"))
    for ref in ("P-1", "P-2"):
        app.open_review(ref, on=day("1 Oct 2026"))
    path = tmp_path / "casey.xlsx"
    result = run("sheet", "export", "--coordinator", "Casey Morgan", "--output", str(path))
    assert "3 plans in" in result.stdout, result.output
    return path


def edit(path: Path, **cells: Any) -> None:
    """Write into cells named column_row, such as setting_2."""
    book = openpyxl.load_workbook(path)
    sheet = book["Caseload"]
    headings = [cell.value for cell in sheet[1]]
    for name, value in cells.items():
        column, _, row = name.rpartition("_")
        sheet.cell(int(row), headings.index(column) + 1).value = value
    book.save(path)


def imported(run: Run, path: Path, *more: str, code: int = 0) -> dict[str, Any]:
    result = run("sheet", "import", str(path), *more, "--json")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_workbook_locks_references_and_offers_lists(exported: Path) -> None:
    book = openpyxl.load_workbook(exported)
    sheet = book["Caseload"]
    headings = [cell.value for cell in sheet[1]]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["P-1", "P-2", "P-3"]
    assert sheet.protection.sheet
    locked = {name: sheet.cell(2, n).protection.locked for n, name in enumerate(headings, 1)}
    assert [name for name, is_locked in locked.items() if is_locked] == ["plan", "review", "state", "review_due"]
    kinds = {str(one.sqref).split(":")[0][0]: one.type for one in sheet.data_validations.dataValidation}
    by_column = {headings[ord(letter) - 65]: kind for letter, kind in kinds.items()}
    assert by_column["outcome"] == by_column["coordinator"] == "list"
    assert by_column["nc_year"] == "whole"
    assert {by_column[name] for name in ("meeting_on", "held_on", "decided_on", "notified_on")} == {"date"}
    assert {book[name].sheet_state for name in ("arflow", "officers")} == {"veryHidden"}


def test_a_coordinator_without_a_case_is_refused_and_no_file_is_made(run: Run, exported: Path, tmp_path: Path) -> None:
    result = run("sheet", "export", "--coordinator", "Casey Morgen", "--output", str(tmp_path / "no.xlsx"))
    assert (result.exit_code, "Casey Morgen is not a coordinator here; nearest: " in result.stderr) == (1, True)
    assert not (tmp_path / "no.xlsx").exists()


def test_a_workbook_that_nobody_edited_records_nothing(run: Run, exported: Path, app: Arflow) -> None:
    before = app.log_store.head()
    found = imported(run, exported, "--yes")
    assert (found["changes"], found["conflicts"], found["faults"], found["recorded"]) == ([], [], [], 0)
    assert app.log_store.head() == before


def test_edits_are_shown_first_and_recorded_when_asked(run: Run, exported: Path, app: Arflow) -> None:
    edit(exported, setting_2="654321", coordinator_2="Jo Elm", meeting_on_3=date(2027, 1, 20), nc_year_4=7)
    before = app.log_store.head()

    shown = run("sheet", "import", str(exported)).stdout
    assert "arflow plan move P-1 --setting 654321" in shown
    assert "arflow review schedule R-2026-000002 --meeting-on 2027-01-20" in shown
    assert "Nothing was recorded yet: 3 rows to record with --yes." in shown
    assert app.log_store.head() == before

    assert imported(run, exported, "--yes")["recorded"] == 3
    assert app.plan("P-1").setting == "654321"
    assert app.directory.officer_names()[app.plan("P-1").coordinator or ""] == "Jo Elm"
    assert app.review("R-2026-000002").planned_meeting == date(2027, 1, 20)
    assert app.plan("P-3").nc_year == 7
    assert imported(run, exported, "--yes")["changes"] == []  # what is there already is no change


def test_a_meeting_and_a_decision_come_back_in_their_order(run: Run, exported: Path, app: Arflow) -> None:
    edit(
        exported,
        held_on_2=date(2026, 11, 2),
        report_sent_on_2=date(2026, 11, 9),
        outcome_2="amend",
        decided_on_2=date(2026, 11, 16),
        reason_2="Held before the sheet came",
    )
    assert imported(run, exported, "--yes")["recorded"] == 1
    review = app.review("R-2026-000001")
    assert (review.state, review.outcome, review.told) == ("decided", "amend", False)


def test_a_case_that_has_moved_on_is_listed_and_left(run: Run, exported: Path, app: Arflow) -> None:
    app.act("R-2026-000001", HoldMeeting(on=day("2 Nov 2026"), skip_reason="x"))
    app.change_plan("P-3", MoveSetting(setting="111111"))
    edit(exported, meeting_on_2=date(2027, 1, 20), meeting_on_3=date(2027, 1, 21), setting_4="222222")

    found = imported(run, exported, "--yes", code=1)

    assert [(one["row"], one["case"]) for one in found["conflicts"]] == [(2, "R-2026-000001"), (4, "P-3")]
    assert found["conflicts"][1]["fields"] == {"setting": ["123456", "111111"]}
    assert (found["recorded"], app.plan("P-3").setting) == (1, "111111")
    assert app.review("R-2026-000002").planned_meeting == date(2027, 1, 21)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a reference": ({"plan_2": "P-9"}, "row 2, plan: is no case of this workbook"),
    "a locked cell": ({"review_due_2": date(2027, 1, 1)}, "row 2, review_due: "),
    "a day for no review": (
        {"meeting_on_4": date(2027, 1, 20)},
        "row 4, meeting_on: cannot be written: the plan has no open",
    ),
    "a short setting": ({"setting_2": "12"}, "row 2, setting: 12 is not a URN"),
    "a decision without its day": ({"outcome_2": "amend"}, "row 2, decided_on: is missing; a decision needs its day"),
    "no such outcome": (
        {"outcome_2": "perhaps", "decided_on_2": date(2026, 11, 2)},
        "row 2, outcome: perhaps is not one of maintain, amend, cease",
    ),
    "a Sunday": ({"meeting_on_2": date(2027, 1, 24)}, "row 2, meeting_on: 2027-01-24 is a Sunday"),
    "too soon": (
        {"meeting_on_2": date(2026, 12, 1)},
        "leaves no time for the notice, which had to be given by 2026-11-1",
    ),
    "after the year": ({"meeting_on_2": date(2027, 6, 10)}, "is after 2027-05-31, the last day of the twelve months"),
    "in August": ({"meeting_on_2": date(2027, 8, 10)}, "is in August"),
    "in the future": ({"held_on_2": date(2027, 1, 4)}, "row 2, held_on: "),
    "an error": ({"setting_2": "#REF!"}, "row 2, setting: holds the error #REF!"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_fault_is_named_with_row_and_column_and_nothing_is_recorded(
    case: str, run: Run, exported: Path, app: Arflow
) -> None:
    cells, said = WRONG[case]
    edit(exported, **cells, setting_3="654321")
    before = app.log_store.head()

    result = run("sheet", "import", str(exported), "--yes")

    assert result.exit_code == 1
    assert said in result.stderr, result.stderr
    assert app.log_store.head() == before
