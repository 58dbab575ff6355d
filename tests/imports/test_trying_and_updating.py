"""An import is tried, what differs is shown and kept, refused rows come back to be corrected, and a stop says how far it came."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]
HEAD = "ref,first_made,last_reviewed,setting,nc_year,coordinator,transfer,transfer_on\n"
CASELOAD = HEAD + "P-1,12/09/2024,,123456,5,Casey Morgan,,\nP-2,~2023-05-01,unknown,123457,6,Casey Morgan,,\n"
ACTS = "plan,review,step,date,outcome,meeting_on,reason\n"


def written(folder: Path, content: str, name: str = "file.csv") -> str:
    (folder / name).write_text(content, "utf-8")
    return str(folder / name)


def events(run: Run) -> int:
    return int(json.loads(run("info", "--json").stdout)["events"])


def test_a_dry_run_says_what_would_be_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    plans = written(tmp_path, CASELOAD + "P-3,tomorrow,,,,,,\n")
    tried = run("plan", "import", plans, "--dry-run")
    assert (tried.exit_code, events(run)) == (1, 0)
    assert "row 4, first_made: tomorrow is not a day" in tried.stderr
    assert "Nothing was written. It would be: 2 added, 0 there already, 1 fault left out." in tried.stdout

    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    before = events(run)
    acts = written(tmp_path, ACTS + "P-1,1,hold,2025-06-18,,,\n", "acts.csv")
    assert "It would be: 1 added" in run("review", "import", acts, "--dry-run").stdout
    people = written(tmp_path, "plan,role,name\nP-1,parent,Ellis Ash\n", "people.csv")
    assert "It would be: 1 added" in run("people", "import", people, "--dry-run").stdout
    assert events(run) == before
    assert json.loads(run("people", "list", "P-1", "--json").stdout)["people"] == []


def test_a_row_in_another_case_of_its_letters_makes_no_second_plan(run: Run, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    before = events(run)
    rows = "p-1,12/09/2024,,123456,5,,,\nP-7,12/09/2024,,,,,,\np-7,12/09/2024,,,,,,\n"
    refused = run("plan", "import", written(tmp_path, HEAD + rows))
    assert (refused.exit_code, events(run)) == (1, before)
    assert "row 2, ref: p-1 differs from P-1, which is there, in the case of its letters alone" in refused.stderr
    assert "row 4, ref: p-7 differs from P-7, which stands in row 3, in the case of its letters alone" in refused.stderr


def test_what_is_not_read_is_not_said_to_be_what_the_file_was_read_as(run: Run, tmp_path: Path) -> None:
    tried = run("plan", "import", written(tmp_path, "ref,first_made,Notes\nP-1,12/09/2024,x\n"), "--dry-run")
    assert "file.csv: nothing is read from Notes\n" in tried.stderr


CHANGES = {
    "setting": ("654321", "123456", "654321"),
    "nc_year": ("6", "5", "6"),
    "coordinator": ("Jo Elm", "Casey Morgan", "Jo Elm"),
    "first_made": ("2024-09-13", "2024-09-12", "2024-09-13"),
    "last_reviewed": ("2025-09-01", "None", "2025-09-01"),
    "transfer": ("primary to secondary", "None", "primary_to_secondary"),
}


@pytest.mark.parametrize("field", CHANGES)
def test_what_a_second_import_says_otherwise_is_shown_and_written_only_to_update(
    field: str, run: Run, app: Arflow, tmp_path: Path
) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    said, was, now = CHANGES[field]
    row = dict(
        zip(HEAD.strip().split(","), ["P-1", "12/09/2024", "", "123456", "5", "Casey Morgan", "", ""], strict=True)
    )
    row |= {field: said} | ({"transfer_on": "2027-09-01"} if field == "transfer" else {})
    again, before = written(tmp_path, HEAD + ",".join(row.values()) + "\n"), events(run)

    shown = json.loads(run("plan", "import", again, "--json").stdout)
    assert [(one["row"], one["of"]) for one in shown["changed"]] == [(2, "P-1")]
    assert [str(value) for value in shown["changed"][0]["fields"][field]] == [was, now]
    assert "1 left as they are though the file differs" in run("plan", "import", again).stdout
    assert events(run) == before

    assert "1 changed" in run("plan", "import", again, "--update").stdout
    assert json.loads(run("plan", "import", again, "--json").stdout) == {
        "added": 0, "changed": [], "already_there": 1, "faults": [],
    }  # fmt: skip
    assert list(app.log_store.verify()) == []


def test_a_blank_cell_and_a_review_of_the_log_itself_are_no_differences(run: Run, app: Arflow, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    rows = "P-1,1,hold,2025-06-18,,,\nP-1,1,decide,2025-07-01,maintain,,\n"
    assert run("review", "import", written(tmp_path, ACTS + rows, "acts.csv")).exit_code == 0
    newer = written(tmp_path, HEAD + "P-1,2024-09-12,2025-07-01,,,,,\n")
    assert json.loads(run("plan", "import", newer, "--json").stdout)["changed"] == []


def test_an_act_on_another_day_is_shown_and_corrected_only_to_update(run: Run, app: Arflow, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    acts = ACTS + "P-1,1,hold,{},,,\nP-1,1,decide,2025-07-01,maintain,,\n"
    assert run("review", "import", written(tmp_path, acts.format("2025-06-18"), "acts.csv")).exit_code == 0
    moved, before = written(tmp_path, acts.format("2025-06-17"), "acts.csv"), events(run)

    shown = json.loads(run("review", "import", moved, "--json").stdout)
    assert [one["fields"] for one in shown["changed"]] == [{"hold": ["2025-06-18", "2025-06-17"]}]
    assert (shown["added"], shown["already_there"], events(run)) == (0, 1, before)

    assert run("review", "import", moved, "--update").exit_code == 0
    assert app.review("R-2025-000001").day("hold") == date(2025, 6, 17)
    assert json.loads(run("review", "import", moved, "--json").stdout)["already_there"] == 2


def test_refused_rows_come_back_to_be_corrected_and_sent_again(run: Run, tmp_path: Path) -> None:
    head = "Case,Made,URN,Notes\n"
    text = head + 'P-1,12/09/2024,123456,"a, b"\nP-2,soon,123456,\nP-3,2024-09-12,12,\n'
    mapping = written(tmp_path, '[columns]\nref = "Case"\nfirst_made = "Made"\nsetting = "URN"\n', "map.toml")
    rejected = tmp_path / "rejected.csv"

    result = run("plan", "import", written(tmp_path, text), "--mapping", mapping, "--rejected", str(rejected))

    assert (result.exit_code, "1 added" in result.stdout) == (1, True)
    with rejected.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Case", "Made", "URN", "Notes", "why refused"]
    assert [row[:3] for row in rows[1:]] == [["P-2", "soon", "123456"], ["P-3", "2024-09-12", "12"]]
    assert "Made: soon is not a day" in rows[1][4]
    assert oct(rejected.stat().st_mode)[-3:] == "600"
    assert (
        run("plan", "import", written(tmp_path, text), "--mapping", mapping, "--rejected", str(rejected)).exit_code == 1
    )

    mended = rejected.read_text("utf-8-sig").replace("soon", "2024-09-11").replace(",12,", ",123459,")
    again = run("plan", "import", written(tmp_path, mended), "--mapping", mapping)
    assert "2 added, 0 there already." in again.stdout, again.output


STOPPED = """
import os, signal, sys
import sqlalchemy as sa
from arflow.imports import caseload_sheet
signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests in the background ignores it
caseload_sheet.PLANS_AT_A_TIME = 10
times = []

def stop(connection, cursor, statement, *_):
    if statement.lower().startswith("insert into events"):
        times.append(statement)
        if len(times) == 3:
            os.kill(os.getpid(), signal.SIGINT)

sa.event.listen(sa.Engine, "before_cursor_execute", stop)
from arflow.cli import main
sys.argv = ["arflow", *sys.argv[1:]]
main()
"""


def test_an_import_that_is_stopped_says_what_was_and_was_not_done(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    rows = "".join(f"P-{n},2024-09-12,,,,,,\n" for n in range(50))
    file = written(tmp_path, HEAD + rows)
    words = [sys.executable, "-c", STOPPED, "--store", sqlite_url, "plan", "import", file, "--by", "A. Officer"]
    stopped = subprocess.run(words, capture_output=True, text=True, check=False, env=dict(os.environ))

    assert stopped.returncode == 128 + signal.SIGINT, stopped.stderr
    assert "Stopped: 20 of 50 rows without fault are written, the others are not." in stopped.stderr
    assert events(run) == 20
    assert "30 added, 20 there already." in run("plan", "import", file).stdout


# --- days in doubt -----------------------------------------------------------------------------------------------


def test_past_acts_carry_doubt_and_the_next_twelve_months_with_them(run: Run, app: Arflow, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    rows = "P-1,1,hold,unknown,,,\nP-1,1,report,2025-07-02,,,\nP-1,1,decide,~2025-07-14,maintain,,\n"
    file = written(tmp_path, ACTS + rows, "acts.csv")
    assert json.loads(run("review", "import", file, "--json").stdout)["added"] == 3
    assert json.loads(run("review", "import", file, "--json").stdout)["already_there"] == 3

    review = app.review("R-2025-000001")
    assert [(act.step, act.on, act.quality) for act in review.acts] == [
        ("open", date(2025, 7, 2), "known"),
        ("hold", date(2025, 7, 2), "missing"),
        ("report", date(2025, 7, 2), "known"),
        ("decide", date(2025, 7, 14), "estimated"),
        ("notify", date(2025, 7, 14), "estimated"),
    ]
    duties = {duty.id: duty.quality for duty in app.duties("R-2025-000001")}
    assert (duties["report"], duties["decision"]) == ("missing", "missing")
    listed = {row["ref"]: row for row in json.loads(run("plan", "list", "--json").stdout)}
    assert (listed["P-1"]["clock_start"], listed["P-1"]["clock_quality"]) == ("2025-07-14", "estimated")
    assert "A day that it rests on is not known." in run("why", "R-2025-000001", "decision").stdout
    assert "The day of event 2 is not known: it stands on the last that it can be" in run("audit", "P-1").stdout
    assert "no difference" in run("verify", "--duties").stdout.lower() or run("verify", "--duties").exit_code == 0


def test_the_key_figures_count_days_in_doubt(run: Run, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    rows = "P-1,1,hold,~2026-06-18,,,\nP-1,1,decide,2026-07-01,maintain,,\nP-2,2,hold,2026-06-01,,,\nP-2,2,decide,2026-06-20,maintain,,\n"
    assert run("review", "import", written(tmp_path, ACTS + rows, "acts.csv")).exit_code == 0
    found = json.loads(run("report", "kpi", "--format", "json").stdout)
    section = next(one for one in found["sections"] if one["name"] == "kpi")
    figures = {row["measure"]: row for row in section["rows"]}
    assert (figures["decision_in_4_weeks"]["denominator"], figures["decision_in_4_weeks"]["in_doubt"]) == (2, 1)
    assert figures["outcome_maintain"]["in_doubt"] == 1


def test_a_day_that_nobody_knows_needs_a_later_act_to_stand_on(run: Run, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    refused = run("review", "import", written(tmp_path, ACTS + "P-1,1,hold,unknown,,,\n", "acts.csv"))
    assert "row 2, date: unknown is not possible here: no later act of the review has a day" in refused.stderr


def test_a_day_that_becomes_known_ends_the_doubt(run: Run, app: Arflow, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, CASELOAD)).exit_code == 0
    acts = ACTS + "P-1,1,hold,{},,,\nP-1,1,decide,2025-07-14,maintain,,\n"
    assert run("review", "import", written(tmp_path, acts.format("~2025-06-18"), "acts.csv")).exit_code == 0
    known = written(tmp_path, acts.format("2025-06-18"), "acts.csv")

    shown = json.loads(run("review", "import", known, "--json").stdout)
    assert [one["fields"] for one in shown["changed"]] == [{"hold": ["~2025-06-18", "2025-06-18"]}]
    assert run("review", "import", known, "--update").exit_code == 0
    assert app.review("R-2025-000001").quality("hold") == "known"
    doubted = written(tmp_path, acts.format("~2025-06-18"), "acts.csv")
    assert run("review", "import", doubted, "--update").exit_code == 0
    assert app.review("R-2025-000001").quality("hold") == "estimated"


# --- proposed days -----------------------------------------------------------------------------------------------

# For the tests it is 24 November 2026; the twelve months of P-1 end on 11 June 2027.
PROPOSED = {
    "2026-12-05": "is a Saturday",
    "2026-12-28": "is a bank holiday",
    "2027-03-26": "is a bank holiday",
    "2026-12-07": "leaves no time for the notice, which had to be given by 2026-11-22 (SEND Regs 2014 r.20(3))",
    "2026-12-01": "leaves no time for the notice",
    "2027-06-14": "is after 2027-06-11, the last day of the twelve months",
    "2027-08-11": "is in August, outside every school term",
}


@pytest.mark.parametrize("on", PROPOSED)
@pytest.mark.parametrize("step", ["open", "schedule", "postpone"])
def test_a_day_that_is_proposed_is_checked_before_anything_is_written(
    on: str, step: str, run: Run, tmp_path: Path
) -> None:
    assert run("plan", "import", written(tmp_path, HEAD + "P-1,12/06/2026,,,,,,\n")).exit_code == 0
    before = events(run)
    first = "P-1,1,open,2026-10-01,,2027-01-20,\n" if step == "postpone" else ""
    row = f"P-1,1,{step},2026-11-20,,{on},"
    result = run("review", "import", written(tmp_path, ACTS + first + row + "\n", "acts.csv"))
    assert f"row {3 if first else 2}, meeting_on: {on} {PROPOSED[on]}" in result.stderr, result.output
    assert events(run) == before
    accepted = run("review", "import", written(tmp_path, ACTS + first + row + "The family asked\n", "acts.csv"))
    assert accepted.exit_code == 0, accepted.output


@pytest.mark.parametrize("on", ["2026-12-09", "2027-01-20", "2027-06-11"])
def test_a_day_that_fits_is_taken(on: str, run: Run, app: Arflow, tmp_path: Path) -> None:
    assert run("plan", "import", written(tmp_path, HEAD + "P-1,12/06/2026,,,,,,\n")).exit_code == 0
    assert (
        run("review", "import", written(tmp_path, ACTS + f"P-1,1,open,2026-11-20,,{on},\n", "acts.csv")).exit_code == 0
    )
    assert app.review("R-2026-000001").planned_meeting == date.fromisoformat(on)
