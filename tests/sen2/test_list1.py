"""List 1 for inspectors: its columns and dates, what counts as the last review, its checks, and nobody on the terminal."""

import csv
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from msgspec import structs

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from arflow.sen2.form.record import Record
from arflow.sen2.list1.children import COLUMNS, Entry
from arflow.sen2.list1.list1_checks import CHECKS, check
from arflow.sen2.returned import told_facts
from arflow.sen2.returned.person_groups import Who
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough

Run = Callable[..., Result]
TODAY = date(2026, 11, 24)
UPN = "A999000013001"


def keep(app: Arflow, plan: str, *, upn: str = UPN, born: str = "2015-03-04", **placement: str) -> None:
    """What a return said of the plan's person, as an import leaves it in the directory."""
    place = Record(block="PlacementDetail", values={"PlacementRank": "1", **placement})
    needs = [
        Record(block="SENneed", values={"SENtype": need, "SENtypeRank": rank})
        for need, rank in (("MLD", "2"), ("ASD", "1"))
    ]
    request = Record(block="Requests", children=(Record(block="ActivePlans", children=(place, *needs)),))
    person = Record(
        block="Person",
        values={
            "Surname": "Fernhill", "Forename": "Wren", "PersonBirthDate": born, "Sex": "F", "Ethnicity": "=WBRI", "UPN": upn,
            "UniqueLearnerNumber": "1234567890",
        },
        children=(request,),
    )  # fmt: skip
    with app.log_store.engine.begin() as connection:
        told_facts.keep(connection, [told_facts.draft(plan, 2026, person, app._clock(), "S-1")])


def told(cases: Cases) -> str:
    """A plan with a review to the end in 2025, an amended plan of it, and a meeting since."""
    plan = cases.plan("12 Sep 2023", setting="123456", nc_year=7)
    review = cases.review(plan, "1 Jul 2025").held("2 Sep 2025").decided("amend", "9 Sep 2025").noticed("9 Sep 2025")
    review.issued("3 Nov 2025").do(c.ConcludeReview(on=day("4 Nov 2025")))
    cases.review(plan, "1 Jul 2026").held("1 Sep 2026")
    return plan


def sheets(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every sheet's rows by heading, days as days."""
    book = openpyxl.load_workbook(path)
    found: dict[str, list[dict[str, Any]]] = {}
    for sheet in book:
        headings, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        found[sheet.title] = [
            {
                str(name): cell.date() if isinstance(cell, datetime) else cell
                for name, cell in zip(headings, row, strict=True)
            }
            for row in rows
        ]
    return found


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_workbook_has_the_columns_asked_for_and_real_dates(
    run: Run, app: Arflow, cases: Cases, tmp_path: Path
) -> None:
    plan = told(cases)
    keep(app, plan, URN="654321")

    made = run("inspection", "list1", str(tmp_path / "list1.xlsx"))

    assert made.exit_code == 0
    ((row,), papers, checks) = sheets(tmp_path / "list1.xlsx").values()
    assert list(row) == list(COLUMNS)
    assert {name: cell for name, cell in row.items() if cell is not None} == {
        "Unique ID": plan,
        "UPN": UPN,
        "ULN": "1234567890",
        "Date of birth": date(2015, 3, 4),
        "Gender": "Female",
        "Ethnicity": "=WBRI",
        "Date initial EHC plan issued": date(2023, 9, 12),
        "Date updated EHC plan issued": date(2025, 11, 3),
        "Date EHC plan last reviewed": date(2025, 9, 9),
        "SEN primary need": "ASD",
        "Main education establishment – URN": "123456",
        "Main education establishment – phase": "secondary",
        "Elective home education": "N",
    }
    assert papers == [
        {
            "Unique ID": plan,
            "Last decision notified": date(2025, 9, 9),
            "Last meeting held": date(2026, 9, 1),
            "Meeting without a later decision": "Y",
        }
    ]
    assert checks == []
    sheet = openpyxl.load_workbook(tmp_path / "list1.xlsx")["List 1"]
    assert {cell.number_format for cell in sheet[2] if isinstance(cell.value, datetime)} == {"dd/mm/yyyy"}
    assert sheet.cell(2, 6).data_type == "s"  # what begins with = never runs


def test_the_csv_has_dates_as_inspectors_want_them_and_files_beside_it(
    run: Run, app: Arflow, cases: Cases, tmp_path: Path
) -> None:
    plan = told(cases)
    keep(app, plan, SENSetting="EHE")

    made = run("inspection", "list1", str(tmp_path / "list1.csv"), "--last-reviewed", "meeting", "--json")

    (row,) = lines(tmp_path / "list1.csv")
    assert row["Date EHC plan last reviewed"] == "01/09/2026"
    assert (row["Date of birth"], row["Ethnicity"], row["Elective home education"]) == ("04/03/2015", "'=WBRI", "Y")
    (papers,) = lines(tmp_path / "list1-working-papers.csv")
    assert (papers["Last decision notified"], papers["Last meeting held"]) == ("09/09/2025", "01/09/2026")
    assert lines(tmp_path / "list1-checks.csv") == []
    assert json.loads(made.stdout) == {
        "files": [str(tmp_path / name) for name in ("list1.csv", "list1-working-papers.csv", "list1-checks.csv")],
        "plans": 1,
        "checks": [],
    }


def test_what_never_was_is_blank(run: Run, cases: Cases, tmp_path: Path) -> None:
    cases.plan("12 Sep 2025")
    run("inspection", "list1", str(tmp_path / "list1.csv"))

    (row,) = lines(tmp_path / "list1.csv")
    assert {name for name, cell in row.items() if cell} == {
        "Unique ID", "Date initial EHC plan issued", "Main education establishment – phase"
    }  # fmt: skip


def test_an_amendment_that_never_was_updates_no_plan(run: Run, app: Arflow, cases: Cases, tmp_path: Path) -> None:
    plan = cases.plan("12 Sep 2020")
    app.change_plan(plan, p.SendPlanNotice(on=date(2026, 1, 5)))
    app.change_plan(plan, p.RecordAmendment(on=date(2026, 2, 3), because="without_review"))
    app.change_plan(plan, p.CorrectPlanDay(fact="plan_amended", to=None, reason="Another plan"))
    run("inspection", "list1", str(tmp_path / "list1.csv"))
    (row,) = lines(tmp_path / "list1.csv")
    assert row["Date updated EHC plan issued"] == ""


def test_a_review_told_on_entry_counts_and_an_amendment_outside_a_review_updates_the_plan(
    run: Run, app: Arflow, cases: Cases, tmp_path: Path
) -> None:
    plan = cases.plan("12 Sep 2020", last_reviewed=date(2025, 3, 4))
    app.change_plan(plan, p.RecordAmendment(on=date(2026, 2, 3), because="tribunal_order"))
    run("inspection", "list1", str(tmp_path / "list1.csv"))

    run("inspection", "list1", str(tmp_path / "before.csv"), "--as-at", "2025-03-03")

    (row,) = lines(tmp_path / "list1.csv")
    assert (row["Date EHC plan last reviewed"], row["Date updated EHC plan issued"]) == ("04/03/2025", "03/02/2026")
    (row,) = lines(tmp_path / "before.csv")
    assert (row["Date EHC plan last reviewed"], row["Date updated EHC plan issued"]) == ("", "")


def test_the_list_is_of_plans_maintained_on_the_day(run: Run, app: Arflow, cases: Cases, tmp_path: Path) -> None:
    ended, kept = cases.plan("12 Sep 2020"), told(cases)
    app.change_plan(ended, p.EndPlan(on=date(2026, 5, 5)))

    run("inspection", "list1", str(tmp_path / "now.csv"))
    run("inspection", "list1", str(tmp_path / "then.csv"), "--as-at", "2025-10-01")

    assert [row["Unique ID"] for row in lines(tmp_path / "now.csv")] == [kept]
    assert [row["Unique ID"] for row in lines(tmp_path / "then.csv")] == [ended, kept]
    assert lines(tmp_path / "then.csv")[1]["Date updated EHC plan issued"] == ""


def test_nobody_is_told_of_on_the_terminal(run: Run, app: Arflow, cases: Cases, tmp_path: Path) -> None:
    keep(app, told(cases), born="2001-03-04", URN="123456")
    keep(app, cases.plan("12 Sep 2020"), born="2015-03-04")

    made = run("inspection", "list1", str(tmp_path / "list1.xlsx"))

    assert made.stdout.splitlines()[0].endswith("list1.xlsx: 2 plans.")
    assert "query: aged-25, 1 plan\n" in made.stdout
    assert "error: duplicate-upn, 2 plans" in made.stdout
    assert not [said for said in (UPN, "Fernhill", "2001", "1234567890") if said in made.output]


def test_a_file_that_cannot_be_written_is_refused_before_any_is(run: Run, cases: Cases, tmp_path: Path) -> None:
    cases.plan("12 Sep 2020")
    (tmp_path / "list1-checks.csv").write_text("mine")

    there = run("inspection", "list1", str(tmp_path / "list1.csv"))
    assert (there.exit_code, "exists already" in there.stderr) == (1, True)
    assert not (tmp_path / "list1.csv").exists()
    assert run("inspection", "list1", str(tmp_path / "list1.csv"), "--force").exit_code == 0
    other = run("inspection", "list1", str(tmp_path / "list1.pdf"))
    assert (other.exit_code, "ends in .xlsx or .csv" in other.stderr) == (1, True)


# --- its checks -------------------------------------------------------------------------------------------------------

SOUND = Entry(
    plan="P-1", initial=date(2023, 9, 12), updated=date(2025, 11, 3), last_decision=date(2025, 9, 9), upn=UPN,
    who=Who(born=date(2015, 3, 4)),
)  # fmt: skip


def found(*entries: Entry, by: Any = "decision") -> list[tuple[str, str]]:
    return [(one.check, one.severity) for one in check(entries, TODAY, by)]


def born(text: str) -> Who:
    return Who(born=day(text))


UNSOUND = [
    ("initial-in-future", {"initial": date(2026, 11, 25), "updated": None, "last_decision": None}, {"initial": TODAY}),
    ("updated-in-future", {"updated": date(2026, 11, 25)}, {"updated": TODAY}),
    ("reviewed-in-future", {"last_decision": date(2026, 11, 25)}, {"last_decision": TODAY}),
    ("initial-after-updated", {"updated": date(2023, 9, 11)}, {"updated": date(2023, 9, 12)}),
    ("initial-after-review", {"last_decision": date(2023, 9, 11)}, {"last_decision": date(2023, 9, 12)}),
    ("initial-missing", {"initial": None}, {}),
    ("born-missing", {"who": Who()}, {}),
    ("aged-26", {"who": born("24 Nov 2000")}, {}),
    ("aged-25", {"who": born("24 Nov 2001")}, {"who": born("25 Nov 2001")}),
    ("no-number", {"who": born("24 Nov 2020"), "upn": ""}, {"who": born("25 Nov 2020"), "upn": ""}),
]


@pytest.mark.parametrize(("name", "wrong", "right"), UNSOUND, ids=[name for name, *_ in UNSOUND])
def test_each_check_finds_its_fault_and_leaves_the_sound_alone(
    name: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    assert [one for one, _ in found(structs.replace(SOUND, **wrong))] == [name]
    sound = structs.replace(SOUND, **right)
    assert name not in [one for one, _ in found(sound)]
    assert found(SOUND) == []


def test_every_check_is_tried() -> None:
    assert {name for name, *_ in UNSOUND} == {one.name for one in CHECKS}


def test_a_number_given_twice_is_told_of_each() -> None:
    twin = structs.replace(SOUND, plan="P-2", uln="1234567890")

    assert found(SOUND, twin) == [("duplicate-upn", "error")] * 2
    assert found(structs.replace(SOUND, upn="", uln="1234567890"), twin) == [("duplicate-uln", "error")] * 2
    assert (
        found(structs.replace(SOUND, upn="", upn_unknown="UN1"), structs.replace(twin, upn="", upn_unknown="UN1")) == []
    )


def test_the_last_review_checked_is_the_one_that_is_listed() -> None:
    entry = structs.replace(SOUND, last_meeting=date(2023, 9, 1))

    assert found(entry) == []
    assert found(entry, by="meeting") == [("initial-after-review", "error")]


def test_the_headings_are_those_of_the_template_in_its_order() -> None:
    assert " · ".join(COLUMNS) == (
        "Unique ID · UPN · ULN · Date of birth · Gender · Ethnicity · Date initial EHC plan issued · Date updated EHC plan issued · "
        "Date EHC plan last reviewed · SEN primary need · Main education establishment – URN · Main education establishment – phase · "
        "Subsidiary education establishment – phase (dual registration) · Elective home education · Suspensions · "
        "Permanent exclusions · Absence · Pupil Premium · Known to children's social care? · "
        "Which children's social care team? · Does the child or young person have a disability?"
    )
