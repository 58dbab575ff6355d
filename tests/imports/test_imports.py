"""Sheets in: every fault with its row and column, nothing half-written, safe to run twice."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from openpyxl import Workbook

from arflow.application.arflow import Arflow
from arflow.imports.caseload_sheet import import_plans
from arflow.imports.cell_values import parse_day
from arflow.imports.past_acts import import_acts

pytestmark = pytest.mark.thorough

Run = Callable[..., Result]

CASELOAD = """ref,first_made,last_reviewed,setting,nc_year,coordinator,transfer,transfer_on,name,date_of_birth
P-1,12/09/2024,,123456,5,Casey Morgan,,,Robin Ash,04/03/2015
P-2,2024-01-31,01/02/2025,,11,,secondary to post16,01/09/2027,Jo Elm,10/12/2009
P-3,~2023-05-01,unknown,123457,,Casey Morgan,,,,
"""
HISTORY = """plan,review,step,date,kind,outcome,role
P-1,1,hold,18/06/2025,annual,,parent;setting
P-1,1,report,02/07/2025,,,
P-1,1,decide,14/07/2025,,amend,
P-1,1,notice,14/07/2025,,,
P-1,1,issue,08/09/2025,,,
P-1,1,conclude,08/09/2025,,,
P-1,2,invite,01/05/2026,,,parent
P-1,2,hold,10/06/2026,,,
P-2,7,hold,03/02/2025,,,
P-2,7,decide,04/02/2025,,maintain,
P-2,7,notify,10/02/2025,,,
"""


def written(folder: Path, text: str, name: str = "file.csv", encoding: str = "utf-8") -> str:
    path = folder / name
    path.write_text(text, encoding)
    return str(path)


def events(run: Run) -> int:
    found: int = json.loads(run("info", "--json").stdout)["events"]
    return found


def test_a_caseload_is_read_with_its_doubts_and_twice_without_harm(run: Run, tmp_path: Path, app: Arflow) -> None:
    file = written(tmp_path, CASELOAD)
    assert json.loads(run("plan", "import", file, "--json").stdout) == {
        "added": 3,
        "changed": [],
        "already_there": 0,
        "faults": [],
    }
    assert json.loads(run("plan", "import", file, "--json").stdout) == {
        "added": 0,
        "changed": [],
        "already_there": 3,
        "faults": [],
    }

    plans = {row["ref"]: row for row in json.loads(run("plan", "list", "--json").stdout)}
    assert plans["P-1"]["review_due"] == "2025-09-11"
    assert plans["P-1"]["coordinator"] == "Casey Morgan"
    assert plans["P-1"]["young_person_from"] == "2031-06-28"
    assert plans["P-2"]["young_person_from"] == "2026-06-27"
    assert plans["P-2"]["review_due"] == "2026-01-31"
    assert (plans["P-3"]["review_due"], plans["P-3"]["clock_quality"]) == (None, "missing")
    assert [person.name for person in app.people.of("P-1")] == ["Robin Ash"]
    assert b"Robin" not in b"".join(row.payload for row in app.log_store.read_log())


def test_every_fault_is_shown_with_row_and_column_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    faulty = (
        CASELOAD
        + "P-1,2024-02-30,,12,x,,,,,\n,2024-01-01,,,,,,,,\nP-4,,,,,,,,,\nP-5,2024-05-01,2024-04-01,,,,sideways,,,\n"
    )
    result = run("plan", "import", written(tmp_path, faulty))
    assert result.exit_code == 1
    assert "Nothing was written: " in result.stdout
    for line in (
        "file.csv: row 5, first_made: 2024-02-30 is not a day: write YYYY-MM-DD or DD/MM/YYYY",
        "file.csv: row 5, nc_year: x is not a whole number",
        "file.csv: row 5, ref: P-1 stands in row 2 already",
        "file.csv: row 6, ref: is blank",
        "file.csv: row 7, first_made: is blank: write unknown if nobody knows the day",
        "file.csv: row 8, transfer: sideways is not one of early_years_to_school",
    ):
        assert line in result.stderr
    assert events(run) == 0

    taken = json.loads(run("plan", "import", written(tmp_path, faulty), "--accept-sound-rows", "--json").stdout)
    assert taken["added"] == 3
    assert len(taken["faults"]) == 6


def test_what_the_engine_refuses_is_a_fault_of_its_column(run: Run, tmp_path: Path) -> None:
    text = (
        "ref,first_made,last_reviewed,setting\nP-1,2024-05-01,2024-04-01,123456\nP-2,2024-05-01,,12\nP-3,2030-05-01,,\n"
    )
    said = run("plan", "import", written(tmp_path, text)).stderr
    assert "row 2, last_reviewed: 2024-04-01 is before the plan was made on 2024-05-01" in said
    assert "row 3, setting: 12 is not a URN of six digits" in said
    assert "row 4, first_made: 2030-05-01 is in the future" in said


def test_columns_and_values_are_mapped_by_a_small_file(run: Run, tmp_path: Path) -> None:
    mapping = written(
        tmp_path,
        '[columns]\nref = "Case ID"\nfirst_made = "EHCP issued"\ntransfer = "Next move"\ntransfer_on = "Move date"\n'
        '[values.transfer]\n"Y6-Y7" = "primary_to_secondary"\n',
        "map.toml",
    )
    export = (
        "Case ID;EHCP issued;Next move;Move date\n".replace(";", ",") + "C/77,12/09/2024 00:00:00,Y6-Y7,01/09/2027\n"
    )
    file = written(tmp_path, export, encoding="cp1252")
    assert run("plan", "import", file, "--mapping", mapping).exit_code == 0
    assert json.loads(run("plan", "show", "C/77", "--json").stdout)["transfer"] == "primary_to_secondary"
    lacking = run("plan", "import", written(tmp_path, "ref\nP-1\n")).stderr
    assert "it has no column first_made. Its headings, in row 1, are: ref. `arflow import guess file.csv" in lacking
    bad = written(tmp_path, '[columns]\nreff = "Case ID"\n', "bad.toml")
    assert "--mapping: reff is not a field" in run("plan", "import", file, "--mapping", bad).stderr


def test_a_workbook_is_read_like_a_csv(run: Run, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ref", "first_made", "setting", "nc_year"])
    sheet.append(["P-1", date(2024, 9, 12), 123456, 5.0])
    book.save(tmp_path / "caseload.xlsx")
    assert run("plan", "import", str(tmp_path / "caseload.xlsx")).exit_code == 0
    shown = json.loads(run("plan", "show", "P-1", "--json").stdout)
    assert (shown["setting"], shown["nc_year"], shown["first_made"]) == ("123456", 5, "2024-09-12")
    broken = written(tmp_path, "no workbook", "broken.xlsx")
    assert (
        "no row of headings was seen (read as utf-8 text, comma between columns, and no workbook)"
        in run("plan", "import", broken).stderr
    )


def test_years_of_history_are_loaded_and_twice_without_harm(run: Run, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    file = written(tmp_path, HISTORY)
    first = run("review", "import", file, "--json")
    assert json.loads(first.stdout) == {"added": 11, "changed": [], "already_there": 0, "faults": []}, first.stderr
    before = events(run)
    assert json.loads(run("review", "import", file, "--json").stdout) == {
        "added": 0,
        "changed": [],
        "already_there": 11,
        "faults": [],
    }
    assert events(run) == before

    listed = {(row["plan"], row["held"]): row for row in json.loads(run("review", "list", "--json").stdout)}
    assert listed["P-1", "2025-06-18"]["state"] == "concluded"
    assert listed["P-1", "2026-06-10"]["state"] == "meeting_held"
    assert listed["P-2", "2025-02-03"]["notified"] == "2025-02-10"
    plans = {row["ref"]: row for row in json.loads(run("plan", "list", "--json").stdout)}
    assert plans["P-1"]["review_due"] == "2026-07-13"
    assert plans["P-2"]["review_due"] == "2026-02-09"
    assert "expected steps passed over" in run("audit", "P-2").stdout


def test_a_review_that_was_never_decided_does_not_bar_the_next(run: Run, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    text = "plan,review,step,date,outcome\nP-1,1,hold,18/06/2025,\nP-1,2,hold,10/06/2026,\nP-1,2,decide,20/06/2026,maintain\n"
    assert run("review", "import", written(tmp_path, text)).exit_code == 0
    due = {
        (row["review"], row["duty"]): row["state"]
        for row in json.loads(run("due", "--json").stdout)
        if row["plan"] == "P-1"
    }
    assert due["R-2025-000001", "decision"] == "overdue"


def test_faults_in_history_are_shown_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    before = events(run)
    text = (
        HISTORY
        + "P-9,1,hold,01/01/2026,,,\nP-1,2,decide,01/06/2026,,maintain,\nP-1,2,dance,20/06/2026,,,\nP-1,2,decide,20/06/2026,,,\n"
    )
    result = run("review", "import", written(tmp_path, text))
    assert result.exit_code == 1
    for line in (
        "row 13, plan: there is no plan P-9: import the plans first",
        "row 14, step: cannot decide a review that is invited",
        "row 15, step: dance is not a step of annual_review.2015",
        "row 16, outcome: is missing; decide needs one of maintain, amend, cease",
    ):
        assert line in result.stderr, result.stderr
    assert events(run) == before


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12/09/2024", date(2024, 9, 12)),
        ("1/2/2024", date(2024, 2, 1)),
        ("2024-09-12", date(2024, 9, 12)),
        ("2024-09-12T00:00:00", date(2024, 9, 12)),
        ("12.09.2024", date(2024, 9, 12)),
        ("09/13/2024", None),
        ("12/09/24", None),
        ("20240912", None),
        ("yesterday", None),
    ],
)
def test_days_are_uk_or_iso_and_nothing_is_guessed(text: str, found: date | None) -> None:
    assert parse_day(text) == found


def test_both_stores_take_the_same_sheets(app_on_each: Arflow, tmp_path: Path) -> None:
    plans, acts = Path(written(tmp_path, CASELOAD, "a.csv")), Path(written(tmp_path, HISTORY, "b.csv"))
    assert import_plans(app_on_each, plans).added == 3
    assert import_acts(app_on_each, acts).added == 11
    assert list(app_on_each.log_store.verify()) == []


def test_what_a_past_review_named_for_a_transfer_is_taken_from_its_row_also_later(run: Run, tmp_path: Path) -> None:
    plans = "ref,first_made,transfer,transfer_on\nP-1,2024-09-12,primary_to_secondary,2027-09-01\n"
    assert run("plan", "import", written(tmp_path, plans)).exit_code == 0
    rows = ("P-1,7,hold,05/10/2026", "P-1,7,decide,12/10/2026,maintain")
    text = "plan,review,step,date,outcome,names_for_transfer\n{}\n{},{}\n"

    assert run("review", "import", written(tmp_path, text.format(*rows, ""))).exit_code == 0
    assert transfer_duties(run) == [("phase_transfer", "R-2026-000001", "2027-02-14")]
    refused = run("review", "import", written(tmp_path, text.format(*rows, "the academy")))
    assert "row 3, names_for_transfer: the academy is not a URN of six digits" in refused.stderr
    named = run("review", "import", written(tmp_path, text.format(*rows, "123456")), "--json")
    assert json.loads(named.stdout) == {"added": 1, "changed": [], "already_there": 1, "faults": []}, named.stderr
    assert transfer_duties(run) == []
    again = run("review", "import", written(tmp_path, text.format(*rows, "123456")), "--json")
    assert json.loads(again.stdout)["already_there"] == 2


def transfer_duties(run: Run) -> list[tuple[str, str, str]]:
    due = json.loads(run("due", "--json").stdout)
    return [(row["duty"], row["review"], row["due"]) for row in due if row["duty"] == "phase_transfer"]


def test_a_step_that_names_nothing_for_a_transfer_is_a_fault_in_its_row(run: Run, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    text = "plan,review,step,date,names_for_transfer\nP-1,1,hold,18/06/2025,123456\n"
    assert "row 2, names_for_transfer" in run("review", "import", written(tmp_path, text)).stderr
