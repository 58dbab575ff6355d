"""What `people add` refuses, every sheet of people refuses: each fault with its row and column, and nothing is kept."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan, EndPlan
from arflow.imports.caseload_sheet import import_plans
from arflow.imports.importing import How
from arflow.imports.past_acts import import_acts
from arflow.imports.people_sheet import import_people
from arflow.people import Person
from tests.support.cases import day

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]


def sheet(folder: Path, *rows: tuple[str, ...]) -> Path:
    text = StringIO()
    csv.writer(text).writerows(rows)
    path = folder / "sheet.csv"
    path.write_text(text.getvalue(), "utf-8", newline="")
    return path


def plan(app: Arflow, ref: str = "P-1", **more: object) -> None:
    app.add_plan(AddPlan(ref=ref, first_made=day("12 Sep 2024"), **more))  # type: ignore[arg-type]


def kept(app: Arflow, table: str) -> int:
    with app.engine.connect() as connection:
        return int(connection.execute(sa.text(f"select count(*) from {table}")).scalar_one())


# For the tests it is 24 November 2026. What is refused: the column's value, the column that the fault names, and its words.
WRONG = {
    "two lines": ("name", "Robin\r\nAsh", "name", "text on one line"),
    "an escape": ("name", "Robin\x1b[2J", "name", "text on one line"),
    "5,000 characters": ("name", "R" * 5000, "name", "text on one line, of at most 200 characters"),
    "tomorrow": ("date_of_birth", "2026-11-25", "date_of_birth", "a day that has been"),
    "26 years ago": ("date_of_birth", "2000-11-24", "date_of_birth", "less than 26 years before 2026-11-24"),
    "long ago": ("date_of_birth", "1901-01-01", "date_of_birth", "less than 26 years"),
    "far ahead": ("date_of_birth", "9999-12-31", "date_of_birth", "between"),
}
RIGHT = {"today": "2026-11-24", "the day before the 26th birthday": "2000-11-25"}


def of_people(folder: Path, **cells: str) -> Path:
    row = {"plan": "P-1", "role": "child", "name": "Robin Ash", "date_of_birth": "", **cells}
    return sheet(folder, tuple(row), tuple(row.values()))


def of_plans(folder: Path, **cells: str) -> Path:
    row = {"ref": "P-1", "first_made": "2024-09-12", "name": "Robin Ash", "date_of_birth": "", **cells}
    return sheet(folder, tuple(row), tuple(row.values()))


@pytest.mark.parametrize("case", WRONG)
def test_what_no_command_would_keep_no_sheet_brings_in(case: str, app: Arflow, run: Run, tmp_path: Path) -> None:
    field, value, column, words = WRONG[case]

    [fault] = import_plans(app, of_plans(tmp_path, **{field: value})).faults
    assert (fault.row, fault.column, words in fault.message) == (2, column, True)
    assert (app.log_store.head()[0], kept(app, "people")) == (0, 0)

    plan(app)
    [fault] = import_people(app, of_people(tmp_path, **{field: value})).faults
    assert (fault.row, fault.column, words in fault.message) == (2, column, True)

    options = ("--name", value) if field == "name" else ("--name", "Robin Ash", "--date-of-birth", value)
    refused = run("people", "add", "P-1", "--role", "child", *options)
    assert (refused.exit_code, words in refused.stderr) == (1, True)
    assert kept(app, "people") == 0


@pytest.mark.parametrize("born", RIGHT.values(), ids=RIGHT)
def test_the_last_days_that_can_be_are_kept(born: str, app: Arflow, run: Run, tmp_path: Path) -> None:
    assert import_plans(app, of_plans(tmp_path, date_of_birth=born)).added == 1
    plan(app, "P-2")
    assert import_people(app, of_people(tmp_path, plan="P-2", date_of_birth=born)).added == 1
    plan(app, "P-3")
    added = run("people", "add", "P-3", "--role", "child", "--name", "Robin Ash", "--date-of-birth", born)
    assert (added.exit_code, kept(app, "people")) == (0, 3)


def test_of_a_plan_that_ended_somebody_may_be_as_old_as_they_are_by_now(app: Arflow, tmp_path: Path) -> None:
    app.add_plan(AddPlan(ref="P-1", first_made=day("12 Sep 2014")))
    app.change_plan("P-1", EndPlan(on=day("1 Sep 2020")))

    assert import_people(app, of_people(tmp_path, date_of_birth="1994-09-01")).faults
    assert import_people(app, of_people(tmp_path, date_of_birth="1994-09-02")).added == 1


def test_a_plan_has_one_child_whoever_adds_another(app: Arflow, run: Run, tmp_path: Path) -> None:
    plan(app)
    people = (("plan", "role", "name"), ("P-1", "child", "Robin Ash"), ("P-1", "young person", "Wren Ash"))

    [fault] = import_people(app, sheet(tmp_path, *people)).faults
    assert (fault.row, fault.column, "is of one" in fault.message) == (3, "role", True)
    assert import_people(app, sheet(tmp_path, *people), How(accept_sound_rows=True)).added == 1

    [fault] = import_people(app, of_people(tmp_path, name="Kit Ash")).faults
    assert "has its child or young person already" in fault.message
    refused = run("people", "add", "P-1", "--role", "child", "--name", "Kit Ash")
    assert (refused.exit_code, "use `arflow people change`" in refused.stderr) == (1, True)
    parent = app.people.add(Person(plan="P-1", role="parent", name="Ellis Ash"))
    assert run("people", "change", parent.id, "--role", "child").exit_code == 1
    assert import_people(app, of_people(tmp_path, name="ROBIN ASH", date_of_birth="2015-03-04")).faults == []
    assert [one.name for one in app.people.of("P-1") if one.role == "child"] == ["Robin Ash"]


def test_a_child_kept_before_the_plan_is_not_doubled_by_its_row(app: Arflow, tmp_path: Path) -> None:
    app.people.add(Person(plan="P-1", role="child", name="Wren Ash"))

    [fault] = import_plans(app, of_plans(tmp_path)).faults

    assert "has its child or young person already" in fault.message


def test_two_children_whom_an_earlier_arflow_kept_can_still_be_changed(app: Arflow, run: Run, tmp_path: Path) -> None:
    plan(app)
    app.people.add_all([Person(plan="P-1", role="child", name=name) for name in ("Robin Ash", "Wren Ash")])

    wren = app.people.of("P-1")[1]
    assert run("people", "change", wren.id, "--phone", "01632 960001").exit_code == 0
    path = sheet(
        tmp_path,
        ("plan", "role", "name", "phone"),
        ("P-1", "child", "Wren Ash", "1"),
        ("P-1", "child", "Robin Ash", "2"),
    )
    assert len(import_people(app, path, How(update=True)).changed) == 2


def test_a_day_on_which_the_rights_pass_that_the_date_of_birth_contradicts_is_a_fault(
    app: Arflow, tmp_path: Path
) -> None:
    [fault] = import_plans(app, of_plans(tmp_path, date_of_birth="2009-12-10", young_person_from="2027-06-26")).faults
    assert (fault.column, "by the date of birth, 2026-06-27" in fault.message) == ("young_person_from", True)
    right = of_plans(tmp_path, date_of_birth="2009-12-10", young_person_from="2026-06-27")
    assert import_plans(app, right).added == 1

    plan(app, "P-2", young_person_from=day("26 Jun 2027"))
    [fault] = import_people(app, of_people(tmp_path, plan="P-2", date_of_birth="2009-12-10")).faults
    assert (fault.column, "the rights pass on 2027-06-26: by this it is 2026-06-27" in fault.message) == (
        "date_of_birth",
        True,
    )


def test_every_fault_of_a_row_about_a_child_stands_with_all_others(app: Arflow, tmp_path: Path) -> None:
    faults = import_plans(app, of_plans(tmp_path, name="Robin\nAsh", first_made="2024-02-30", nc_year="x")).faults
    assert {fault.column for fault in faults} == {"first_made", "nc_year", "name"}


def test_a_row_of_a_plan_that_is_there_stays_sound(app: Arflow, tmp_path: Path) -> None:
    path = of_plans(tmp_path)
    assert import_plans(app, path).added == 1

    found = import_plans(app, of_plans(tmp_path, name="Rob Ash", date_of_birth="2030-01-01"))

    assert (found.already_there, found.faults, [one.name for one in app.people.of("P-1")]) == (1, [], ["Robin Ash"])


# --- nothing of a refused row is kept --------------------------------------------------------------------------


def test_a_refused_caseload_keeps_no_name_of_a_coordinator(app: Arflow, tmp_path: Path) -> None:
    rows = (
        ("ref", "first_made", "coordinator", "setting"),
        ("P-1", "2024-09-12", "Casey Morgan", "123456"),
        ("P-2", "2024-09-12", "Zebedee Morgan", "12"),
    )
    assert import_plans(app, sheet(tmp_path, *rows)).faults
    assert set(app.directory.officer_names().values()) <= {"A. Officer"}

    assert import_plans(app, sheet(tmp_path, *rows), How(accept_sound_rows=True)).added == 1
    assert set(app.directory.officer_names().values()) == {"A. Officer", "Casey Morgan"}
    assert app.plan("P-1").coordinator == app.directory.known_officer("Casey Morgan")


def test_a_refused_command_keeps_no_name_of_a_coordinator(app: Arflow, run: Run) -> None:
    plan(app)
    for words in (
        ("plan", "add", "P-1", "--first-made", "2024-09-12", "--coordinator", "Zebedee"),
        ("plan", "add", "P-2", "--first-made", "2024-09-12", "--setting", "12", "--coordinator", "Zebedee"),
        ("plan", "move", "P-1", "--coordinator", "Zebedee", "--on", "2020-01-01"),
    ):
        assert run(*words).exit_code == 1
    assert set(app.directory.officer_names().values()) == {"A. Officer"}


def test_a_refused_row_of_past_acts_keeps_no_words(app: Arflow, tmp_path: Path) -> None:
    plan(app)
    rows = (
        ("plan", "review", "step", "date", "reason"),
        ("P-1", "1", "hold", "2025-06-18", ""),
        ("P-1", "1", "report", "2025-06-01", "Zebedee was ill"),
        ("P-1", "2", "cancel", "2025-01-01", "Moved away"),
    )
    found = import_acts(app, sheet(tmp_path, *rows), How(accept_sound_rows=True))

    assert (found.added, [fault.row for fault in found.faults]) == (2, [3])
    with app.engine.connect() as connection:
        kept = set(connection.execute(sa.text("select digest from notes")).scalars())
    assert kept == {digest for _, event in app.case_events("P-1") for digest in event.words}


# --- acts of one day -------------------------------------------------------------------------------------------


def advice(*rows: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return (("plan", "review", "step", "date", "role"), ("P-1", "1", "hold", "2025-06-18", "parent"), *rows)


ONE, OTHER = (
    ("P-1", "1", "receive advice", "2025-06-02", "health"),
    ("P-1", "1", "receive advice", "2025-06-02", "setting"),
)


def test_a_second_act_of_a_step_and_day_is_recorded_and_not_taken_for_the_first(app: Arflow, tmp_path: Path) -> None:
    plan(app)
    path = sheet(tmp_path, *advice(ONE, OTHER))

    assert import_acts(app, path).added == 3
    assert (import_acts(app, path).added, import_acts(app, path).already_there) == (0, 3)
    received: list[str] = [str(event.role) for _, event in app.case_events("P-1") if event.name == "AdviceReceived"]  # type: ignore[union-attr]
    assert sorted(received) == ["health", "setting"]


def test_a_newer_file_adds_what_an_older_one_had_not(app: Arflow, tmp_path: Path) -> None:
    plan(app)
    assert import_acts(app, sheet(tmp_path, *advice(ONE))).added == 2

    found = import_acts(app, sheet(tmp_path, *advice(OTHER, ONE)))

    assert (found.added, found.already_there, found.faults) == (1, 2, [])


def test_the_same_row_twice_is_a_fault_and_neither_lost_nor_doubled(app: Arflow, tmp_path: Path) -> None:
    plan(app)

    [fault] = import_acts(app, sheet(tmp_path, *advice(ONE, ONE))).faults

    assert (fault.row, fault.column, "is the same act as row 3" in fault.message) == (4, "step", True)


def test_what_the_log_has_otherwise_is_a_fault_and_not_taken_for_there_already(app: Arflow, tmp_path: Path) -> None:
    plan(app)
    head = ("plan", "review", "step", "date", "outcome")
    first = (head, ("P-1", "1", "hold", "2025-06-18", ""), ("P-1", "1", "decide", "2025-07-01", "amend"))
    assert import_acts(app, sheet(tmp_path, *first)).added == 2

    found = import_acts(app, sheet(tmp_path, head, ("P-1", "1", "decide", "2025-07-01", "cease")))

    assert (found.already_there, [fault.row for fault in found.faults]) == (0, [2])


def test_a_row_that_tells_less_than_the_log_is_there_already(app: Arflow, tmp_path: Path) -> None:
    plan(app)
    assert import_acts(app, sheet(tmp_path, *advice(ONE))).added == 2

    found = import_acts(app, sheet(tmp_path, *(row[:4] for row in advice())))

    assert (found.added, found.already_there, found.faults) == (0, 1, [])
