"""A year planned at the command line: proposed, looked at, edited, accepted, and accepted again."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from arflow.cli import cli
from arflow.planning.term_dates import example
from tests.support.paths import ROOT

Run = Callable[..., Result]
GIVEN = ROOT / "docs" / "examples" / "planning"
PROPOSE = ("year-plan", "propose", "--year", "2026/27")


@pytest.fixture(scope="module")
def made(store_of: Callable[..., Path]) -> Path:
    """Six plans of three schools: two leave with this year, one of them without a recorded transfer; one meeting is planned."""
    return store_of(
        f"terms add {example()} --reason Published",
        "plan add P-1 --first-made 2026-02-10 --setting 123456 --nc-year 4 --coordinator 'A. Officer'",
        "plan add P-2 --first-made 2026-03-10 --setting 123456 --nc-year 3 --coordinator 'A. Officer'",
        "plan add P-3 --first-made 2026-06-20 --setting 123457 --nc-year 11 --coordinator 'Devon Ash' "
        "--transfer secondary_to_post16 --transfer-on 2027-09-01",
        "plan add P-4 --first-made 2026-06-20 --setting 123458 --nc-year 2 --coordinator 'Devon Ash'",
        "plan add P-5 --first-made 2026-05-05 --setting 123456 --nc-year 1 --coordinator 'Devon Ash'",
        "plan add P-6 --first-made 2026-11-23 --setting 123457 --nc-year 8 --coordinator 'Devon Ash'",
        "review open P-5 --on 2026-11-02 --meeting-on 2027-02-25",
    )


@pytest.fixture
def office(made: Path, sqlite_url: str, run: Run) -> Run:
    shutil.copy(made, sqlite_url.removeprefix("sqlite:///"))
    return run


@pytest.fixture
def plan(office: Run, tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    result = office(*PROPOSE, "--output", str(path))
    assert result.exit_code == 0, result.output
    return path


def meetings(run: Run, plan: Path) -> dict[str, dict[str, Any]]:
    return {row["plan"]: row for row in json.loads(run("year-plan", "show", str(plan), "--json").stdout)}


def planned(run: Run) -> dict[str, str]:
    return {row["plan"]: row["meeting_on"] for row in json.loads(run("review", "list", "--json").stdout)}


def test_a_year_is_proposed_into_a_file_for_its_owner_alone_and_nothing_is_recorded(office: Run, plan: Path) -> None:
    assert plan.stat().st_mode & 0o077 == 0
    assert planned(office) == {"P-5": "2027-02-25"}
    found = meetings(office, plan)
    assert set(found) == {"P-1", "P-2", "P-3", "P-4", "P-5"}
    assert found["P-3"]["kind"] == "phase_transfer"
    assert found["P-3"]["day"] <= "2027-01-05"
    assert (found["P-5"]["fixed"], found["P-5"]["day"]) == (True, "2027-02-25")


def test_a_proposal_says_how_many_are_in_time_and_what_is_left_out(office: Run, tmp_path: Path) -> None:
    result = office(*PROPOSE, "--output", str(tmp_path / "plan.json"))

    assert "5 meetings in 2026/27: 5 in time. 1 day planned before stays. 1 plan left out." in result.stdout
    assert "Proved, and written to" in result.stdout


def test_officers_settings_and_panels_are_taken_from_their_files(office: Run, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    files = {"officers": "officers.csv", "settings": "settings.csv", "panels": "panels.csv"}
    options = [word for name, file in files.items() for word in (f"--{name}", str(GIVEN / file))]

    result = office(*PROPOSE, *options, "--output", str(path), "--json")

    document = json.loads(path.read_text())
    assert document["ground"]["officers"]["A. Officer"]["a_week"] == 6
    assert document["ground"]["settings"]["123458"] == {"a_week": 2, "a_day": 2, "away": []}
    found = {row["plan"]: row for row in document["meetings"]}
    assert found["P-4"]["kind"] == "phase_transfer"  # found from class and kind of school, though not recorded
    assert {row["panel"] is not None for row in document["meetings"]} == {True}
    assert json.loads(result.stdout)["notes"] == []  # a panel each fortnight follows every day in time


def test_a_year_without_terms_is_not_planned(office: Run, tmp_path: Path) -> None:
    result = office("year-plan", "propose", "--year", "2030/31", "--output", str(tmp_path / "plan.json"))

    assert result.exit_code == 1
    assert "2030/31 has no terms: enter them with `arflow terms add FILE`" in result.stderr
    assert not (tmp_path / "plan.json").exists()


def test_a_file_with_a_fault_is_refused_by_its_row_and_nothing_is_written(office: Run, tmp_path: Path) -> None:
    (tmp_path / "officers.csv").write_text(
        "officer,meetings_a_week,away_from,away_until\nA. Nobody,,,\nA. Officer,-1,2027-03-09,2027-03-01\n"
    )
    (tmp_path / "panels.csv").write_text("panel,cases\n2026-13-01,5\n2026-12-01,\n")

    for option in ("officers", "panels"):
        result = office(*PROPOSE, f"--{option}", str(tmp_path / f"{option}.csv"), "--output", str(tmp_path / "p.json"))
        assert result.exit_code == 1
        assert "faults, and was not used: row 2" in result.stderr
        assert "row 3" in result.stderr
    assert not (tmp_path / "p.json").exists()


def test_a_meeting_is_explained_with_its_limits_and_the_weeks_around_it(office: Run, plan: Path) -> None:
    result = office("year-plan", "show", str(plan), "p-3")

    assert "P-3 · phase transfer:" in result.stdout
    assert "← the limit" in result.stdout
    assert "SEND Regs 2014 r.18" in result.stdout
    assert "Why: " in result.stdout
    assert "1 of 8" in result.stdout
    refused = office("year-plan", "show", str(plan), "P-6")
    assert refused.exit_code == 1
    assert "left out: its latest meeting, 2027-10-25, belongs to a later school year" in refused.stderr


def test_an_accepted_year_is_recorded_once(office: Run, plan: Path) -> None:
    proposed = {ref: row["day"] for ref, row in meetings(office, plan).items()}
    shown = office("year-plan", "accept", str(plan), "--dry-run")
    assert "Nothing was recorded: 4 cases would change." in shown.stdout
    refused = office("year-plan", "accept", str(plan))
    assert "nothing was recorded: say --yes to record it on 4 cases" in refused.stderr

    done = office("year-plan", "accept", str(plan), "--yes")
    again = office("year-plan", "accept", str(plan), "--yes")

    assert "4 cases recorded." in done.stdout
    assert planned(office) == proposed
    assert "No case is to be changed." in again.stdout
    assert "4 days of the plan recorded already." in again.stderr


def test_only_the_meetings_of_one_setting_are_recorded(office: Run, plan: Path) -> None:
    office("year-plan", "accept", str(plan), "--setting", "123457", "--yes")

    assert set(planned(office)) == {"P-3", "P-5"}


def test_a_case_that_moved_on_is_listed_and_left_and_the_others_are_recorded(office: Run, plan: Path) -> None:
    office("review", "open", "P-1", "--on", "2026-11-24", "--meeting-on", "2027-01-13")
    office("plan", "end", "P-2", "--on", "2026-11-20", "--kind", "no_longer_responsible", "--reason", "Moved away")

    result = office("year-plan", "accept", str(plan), "--yes", "--json")

    assert result.exit_code == 1
    left = {row["plan"]: row["trouble"] for row in json.loads(result.stdout) if row["trouble"]}
    assert left["P-1"].startswith("its day was not planned, and is 2027-01-13 now")
    assert planned(office)["P-1"] == "2027-01-13"
    assert {"P-3", "P-4"} <= set(planned(office))


def test_a_transfer_found_and_not_recorded_is_recorded_first(office: Run, tmp_path: Path) -> None:
    path, settings = tmp_path / "plan.json", str(GIVEN / "settings.csv")
    office(*PROPOSE, "--settings", settings, "--output", str(path))
    before = office("year-plan", "accept", str(path), "--dry-run")
    assert "no transfer is recorded: record it with `arflow plan transfer P-4`" in " ".join(before.stdout.split())

    recorded = office("year-plan", "cohort", "--settings", settings, "--record", "--yes")
    after = office("year-plan", "accept", str(path), "--yes")

    assert "1 case recorded." in recorded.stdout
    assert "4 cases recorded." in after.stdout
    assert office("year-plan", "cohort", "--settings", settings, "--record").stdout == "No case is to be changed.\n"


def test_a_day_changed_in_the_workbook_is_recorded_in_place_of_the_proposed_one(office: Run, plan: Path) -> None:
    sheet = plan.with_suffix(".xlsx")
    office("year-plan", "sheet", str(plan), "--output", str(sheet))
    edit(sheet, "P-1", date(2027, 1, 6))
    edit(sheet, "P-2", None)

    result = office("year-plan", "accept", str(plan), "--sheet", str(sheet), "--yes")

    assert result.exit_code == 0, result.output
    assert planned(office)["P-1"] == "2027-01-06"
    assert "P-2" not in planned(office)


def test_a_day_that_breaks_a_rule_is_refused_and_nothing_is_recorded(office: Run, plan: Path) -> None:
    sheet = plan.with_suffix(".xlsx")
    office("year-plan", "sheet", str(plan), "--output", str(sheet))
    edit(sheet, "P-1", date(2027, 1, 9))
    edit(sheet, "P-2", date(2026, 12, 1))

    result = office("year-plan", "accept", str(plan), "--sheet", str(sheet), "--yes")

    assert result.exit_code == 1
    assert "P-1: 2027-01-09 is a Saturday" in result.stderr
    assert "P-2: 2026-12-01 leaves fewer than 15 days for the notice" in result.stderr
    assert set(planned(office)) == {"P-5"}


def test_a_day_chosen_too_late_is_refused_with_the_limit(office: Run, plan: Path) -> None:
    sheet = plan.with_suffix(".xlsx")
    office("year-plan", "sheet", str(plan), "--output", str(sheet))
    edit(sheet, "P-1", date(2027, 1, 13))

    result = office("year-plan", "accept", str(plan), "--sheet", str(sheet), "--yes")

    assert "P-1: 2027-01-13 is after 2027-01-12, its latest meeting (CFA 2014 s.44(1); Code 9.169)" in result.stderr
    assert set(planned(office)) == {"P-5"}


def test_a_workbook_of_another_plan_is_refused_by_its_rows(office: Run, plan: Path) -> None:
    sheet = plan.with_suffix(".xlsx")
    office("year-plan", "sheet", str(plan), "--output", str(sheet))
    edit(sheet, "P-1", date(2027, 1, 6), becomes="P-99")

    result = office("year-plan", "accept", str(plan), "--sheet", str(sheet), "--yes")

    assert "row 2, plan: P-99 has no annual meeting in the plan" in result.stderr


def edit(sheet: Path, ref: str, day: date | None, *, becomes: str = "") -> None:
    book = openpyxl.load_workbook(sheet)
    page = book["Meetings"]
    row = next(row for row in page.iter_rows(min_row=2) if row[0].value == ref)
    row[0].value, row[4].value = becomes or ref, day
    book.save(sheet)


@pytest.mark.parametrize("text", ["", "{}", '{"form": "another"}', "[]"])
def test_a_file_that_is_no_year_plan_is_refused_in_one_line(office: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text)

    for command in ("show", "accept"):
        result = office("year-plan", command, str(path))
        assert result.exit_code == 1
        assert "plan.json is not a year plan" in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_plan_changed_by_hand_against_a_rule_is_not_accepted(office: Run, plan: Path) -> None:
    document = json.loads(plan.read_text())
    first = next(row for row in document["meetings"] if not row["fixed"])
    first["day"] = "2027-02-20"
    plan.write_text(json.dumps(document))

    result = office("year-plan", "accept", str(plan), "--yes")

    assert result.exit_code == 1
    assert "2027-02-20 is a Saturday" in result.stderr


def test_commands_that_do_not_plan_load_no_solver() -> None:
    import subprocess
    import sys

    code = "import sys; from arflow.cli import cli; cli.get_command(None, 'year-plan'); print('highspy' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout == "False False\n"
    assert "year-plan" in cli.commands or "year-plan" in cli.list_commands(None)  # type: ignore[arg-type]


def test_the_latest_days_are_listed_with_the_least_slack_first(office: Run) -> None:
    rows = json.loads(office("year-plan", "latest", "--json").stdout)

    assert [row["slack"] for row in rows] == sorted(row["slack"] for row in rows)
    first = next(row for row in rows if row["plan"] == "P-1")
    assert (first["latest_meeting"], first["start_by"], first["set_by"]) == (
        "2027-01-12",
        "2026-12-07",
        "twelve_months",
    )
    narrowed = json.loads(
        office("year-plan", "latest", "--coordinator", "A. Officer", "--within", "2w", "--json").stdout
    )
    assert [row["plan"] for row in narrowed] == ["P-1"]


def test_the_page_shows_both_loads_and_names_the_settings(office: Run, plan: Path) -> None:
    page = plan.with_suffix(".html")

    result = office(
        "year-plan", "page", str(plan), "--settings", str(GIVEN / "settings.csv"), "--output", str(page), "--json"
    )

    assert json.loads(result.stdout)["late"]["planned"] == 0
    text = page.read_text()
    assert page.stat().st_mode & 0o077 == 0
    assert "Larkfield Primary" in text
    assert text.count('<table class="heat">') == 3


@pytest.mark.thorough
def test_the_page_passes_the_checks_of_accessibility(office: Run, plan: Path, chromium: Any) -> None:
    from tests.support.browser import faults

    page = plan.with_suffix(".html")
    office("year-plan", "page", str(plan), "--output", str(page))

    assert faults(chromium, page) == []
