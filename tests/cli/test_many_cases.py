"""One act on many cases: shown first, each case in a transaction of its own, run again to go on."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application import many_cases
from arflow.application.arflow import Arflow
from arflow.cli.signals import Stopped

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def made(store_of: Callable[..., Path]) -> Path:
    """Three plans of a school and one of another, two with open reviews; two officers hold them."""
    return store_of(
        "plan add P-1 --first-made 2026-05-01 --setting 123456 --coordinator 'Devon Ash'",
        "plan add P-2 --first-made 2026-05-01 --setting 123456 --coordinator 'Devon Ash'",
        "plan add P-3 --first-made 2026-05-01 --setting 123456 --coordinator 'Ellis Ward'",
        "plan add P-4 --first-made 2026-05-01 --setting 123457 --coordinator 'Devon Ash'",
        *(f"review open {ref} --kind annual --on 2026-11-02" for ref in ("P-1", "P-2", "P-4")),
    )


@pytest.fixture
def office(made: Path, sqlite_url: str, run: Run) -> Run:
    shutil.copy(made, sqlite_url.removeprefix("sqlite:///"))
    return run


def _events(run: Run) -> int:
    found: int = json.loads(run("info", "--json").stdout)["events"]
    return found


def _holders(run: Run) -> dict[str, str]:
    return {row["ref"]: row["coordinator"] for row in json.loads(run("plan", "list", "--json").stdout)}


def test_a_leavers_cases_are_shown_and_only_recorded_once_that_is_agreed(office: Run) -> None:
    before = _events(office)
    line = ("plan", "reassign", "--from", "devon ash", "--to", "Ellis Ward")
    shown = office(*line, "--dry-run")
    assert shown.exit_code == 0
    assert [word for word in ("P-1", "P-2", "P-4", "Devon Ash", "Ellis Ward") if word not in shown.stdout] == []
    assert "Nothing was recorded: 3 cases would change." in shown.stdout
    refused = office(*line)
    assert refused.exit_code == 1
    assert "nothing was recorded: say --yes to record it on 3 cases" in refused.stderr
    assert _events(office) == before
    done = office(*line, "--yes")
    assert "3 cases recorded." in done.stdout
    assert set(_holders(office).values()) == {"Ellis Ward"}
    assert _events(office) == before + 3
    again = office(*line, "--yes")
    assert (again.exit_code, _events(office)) == (0, before + 3)
    assert "No case is to be changed." in again.stdout


def test_cases_are_taken_from_a_list_too_and_from_a_filter_in_part(office: Run, tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_text("plan,why\np-2,leaver\nR-2026-000003,leaver\n")
    named = office("plan", "reassign", "--cases", str(tmp_path / "cases.csv"), "--to", "New One", "--yes", "--json")
    assert [row["plan"] for row in json.loads(named.stdout)] == ["P-2", "P-4"]
    assert _holders(office) == {"P-1": "Devon Ash", "P-2": "New One", "P-3": "Ellis Ward", "P-4": "New One"}
    office("plan", "reassign", "--from", "new one", "--setting", "123457", "--to", "Devon Ash", "--yes")
    assert _holders(office)["P-4"] == "Devon Ash"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan", "reassign", "--from", "Devon Ashe", "--to", "Ellis Ward"), "--from: Devon Ashe is not a coordinator here; nearest: Devon Ash"),
        (("plan", "reassign", "--to", "Ellis Ward"), "--from or --cases: is missing; say whose cases, or which"),
        (("review", "schedule-all", "--meeting-on", "2026-12-16"), "--setting or --cases: is missing; say which school's meetings, or which reviews"),
        (("review", "schedule-all", "--setting", "1", "--meeting-on", "2026-12-16"), "--setting: 1 is not a setting of a plan here"),
        (("plan", "reassign", "--from", "Devon Ash", "--cases", "{list}", "--to", "X"), "--from, and --cases too: leave one of them out"),
        (("review", "schedule-all", "--setting", "123456", "--cases", "{list}", "--meeting-on", "2026-12-16"), "--setting, and --cases too"),
        (("plan", "reassign", "--cases", "{list}", "--to", "X"), "line 2: there is no case P-99"),
    ],
)  # fmt: skip
def test_what_names_no_case_is_refused_before_anything_is_recorded(
    office: Run, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "list.txt").write_text("P-1\nP-99\n")
    refused = office(*(word.format(list=tmp_path / "list.txt") for word in words), "--yes")
    assert refused.exit_code == 1
    assert said in refused.stderr


def test_a_schools_meetings_are_planned_where_the_day_can_be_and_the_rest_is_said(office: Run) -> None:
    office("review", "hold", "P-2", "--on", "2026-11-20", "--skip-reason", "urgent")
    line = ("review", "schedule-all", "--setting", "123456", "--meeting-on", "16 December 2026")
    done = office(*line, "--yes", "--json")
    assert [(row["case"], row["becomes"], row["done"]) for row in json.loads(done.stdout)] == [
        ("R-2026-000001", "2026-12-16", True)
    ]
    assert office(*line, "--yes").stdout == "No case is to be changed.\n"
    weekend = office("review", "schedule-all", "--setting", "123457", "--meeting-on", "12/12/2026", "--yes")
    assert weekend.exit_code == 1
    assert "2026-12-12 is a Saturday" in " ".join(weekend.stdout.split())
    assert "0 cases recorded, 1 not." in weekend.stdout


def test_a_run_that_is_stopped_says_how_far_it_came_and_is_run_again(
    office: Run, open_app: Callable[..., Arflow], sqlite_url: str
) -> None:
    app = open_app(sqlite_url)
    wishes = many_cases.reassigned(app, ["P-1", "P-2", "P-4"], "Ellis Ward", on=None)
    heard: list[str] = []

    def stop_after_one(outcome: many_cases.Outcome) -> None:
        heard.append(outcome.case)
        raise Stopped(2)

    with pytest.raises(Stopped):
        many_cases.carry_out(app, wishes, stop_after_one)
    assert heard == ["P-1"]
    assert [app.directory.officer_names()[app.plan(ref).coordinator or ""] for ref in ("P-1", "P-2")] == [
        "Ellis Ward",
        "Devon Ash",
    ]
    left = many_cases.reassigned(app, ["P-1", "P-2", "P-4"], "Ellis Ward", on=None)
    assert [wish.case for wish in left] == ["P-2", "P-4"]


def test_a_case_that_somebody_else_moves_meanwhile_keeps_no_other(
    office: Run, open_app: Callable[..., Arflow], sqlite_url: str
) -> None:
    app = open_app(sqlite_url)
    wishes = many_cases.scheduled(app, ["R-2026-000001", "R-2026-000002"], date(2026, 12, 16))
    office("review", "cancel", "R-2026-000001", "--reason", "moved away")
    done = many_cases.carry_out(app, wishes, lambda _: None)
    assert [(one.case, one.done) for one in done] == [("R-2026-000001", False), ("R-2026-000002", True)]
    assert "cannot schedule" in done[0].trouble


def test_a_bank_holiday_that_was_entered_is_no_day_for_a_meeting(office: Run) -> None:
    proclaimed = office("rules", "bank-holiday", "2027-01-14", "--reason", "Proclaimed")
    assert proclaimed.exit_code == 0, proclaimed.stderr
    tried = office("review", "schedule-all", "--setting", "123456", "--meeting-on", "2027-01-14", "--dry-run")
    assert tried.output.count("2027-01-14 is a bank holiday") == 2, tried.output


def test_where_every_review_of_a_school_has_a_day_it_says_so(office: Run) -> None:
    line = ("review", "schedule-all", "--setting", "123456", "--meeting-on")
    assert office(*line, "2026-12-16", "--yes").exit_code == 0
    again = office(*line, "2026-12-17", "--yes")
    assert "No review waits for the day of its meeting: to move one, list it with --cases" in again.stderr
    assert office(*line, "2026-12-17", "--yes", "--json").stdout == "[]\n"
