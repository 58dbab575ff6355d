"""The people of a case from the command line and from sheets: kept, changed, listed, erased; never in the log."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.application.people_of_case import add_person
from arflow.errors import AlreadyThere, NotFound, NotPossible
from arflow.imports.importing import How
from arflow.imports.people_sheet import import_people
from arflow.people import Person
from arflow.post.keeping.erasure import erase_people
from tests.support.cases import Cases

pytestmark = pytest.mark.thorough

Run = Callable[..., Result]
ROBIN = ("people", "add", "P-1", "--role", "child", "--name", "Robin Ash")
ELLIS = ("people", "add", "P-1", "--role", "parent", "--name", "Ellis Ash", "--email", "ellis.ash@example.org")
SHEET = """plan,role,name,email,date_of_birth,do_not_contact,from
P-0001,child,Robin Ash,,10/12/2009,,
P-0001,parent,Ellis  Ash,ellis.ash@example.org,,no,2025-09-01
P-0001,parent,Jo Birch,,,court order,
"""


@pytest.fixture
def told(run: Run) -> Run:
    """A store with a plan, and one without a setting."""
    for ref, more in (("P-1", ("--setting", "123456")), ("P-2", ())):
        assert run("plan", "add", ref, "--first-made", "2025-09-01", *more).exit_code == 0
    return run


def answer(run: Run, *arguments: str, **how: Any) -> Any:
    result = run(*arguments, "--json", **how)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


# --- the command line ----------------------------------------------------------------------------------------


def test_a_date_of_birth_says_when_the_rights_pass_and_stays_out_of_the_log(told: Run) -> None:
    result = told(*ROBIN, "--date-of-birth", "2009-12-10")

    assert "the young person holds the rights from 2026-06-27 (CFA 2014 s.83)" in result.stderr
    assert answer(told, "plan", "show", "P-1")["young_person_from"] == "2026-06-27"


def test_a_date_of_birth_that_disagrees_with_the_plan_is_said_and_changes_nothing(told: Run) -> None:
    told("plan", "young-person", "P-1", "--from", "2027-06-26")

    result = told(*ROBIN, "--date-of-birth", "2009-12-10")

    assert "holds the rights from 2027-06-26; by the date of birth it is 2026-06-27" in result.stderr
    assert "arflow plan young-person P-1 --from 2026-06-27" in result.stderr
    assert answer(told, "plan", "show", "P-1")["young_person_from"] == "2027-06-26"


def test_a_list_marks_who_holds_the_rights_on_the_day(told: Run) -> None:
    told(*ROBIN, "--date-of-birth", "2009-12-10")
    told(*ELLIS)

    for on, holder in (("2026-06-26", "Ellis Ash"), ("2026-06-27", "Robin Ash")):
        found = answer(told, "people", "list", "P-1", "--on", on)
        assert [one["name"] for one in found["people"] if one["holds_rights"]] == [holder]


def test_somebody_is_changed_ended_and_listed_only_while_in_the_case(told: Run) -> None:
    ellis = answer(told, *ELLIS, "--phone", "01632 960001", "--address", "1 Long Lane\\nAnytown")["id"]
    changed = answer(told, "people", "change", ellis, "--format", "braille", "--clear", "phone")
    assert (changed["format"], changed["phone"], changed["email"]) == ("braille", None, "ellis.ash@example.org")
    assert changed["postal_address"] == "1 Long Lane\nAnytown"

    told("people", "end", ellis, "--on", "2026-11-23")

    assert answer(told, "people", "list", "P-1")["people"] == []
    assert [one["id"] for one in answer(told, "people", "list", "P-1", "--on", "2026-11-23")["people"]] == [ellis]
    assert [one["id"] for one in answer(told, "people", "list", "P-1", "--all")["people"]] == [ellis]
    assert answer(told, "people", "show", ellis)["until_on"] == "2026-11-23"


def test_somebody_not_to_be_contacted_stays_on_every_list(told: Run) -> None:
    ellis = answer(told, *ELLIS)["id"]
    told("people", "do-not-contact", ellis, "--reason", "Court order of 1 May 2026")

    assert answer(told, "people", "who", "P-1")["not_to_contact"] == [ellis]
    page = told("people", "who", "P-1").stdout
    assert f"{ellis} is on the list and not to be contacted" in page
    assert "Court order" not in page

    told("people", "do-not-contact", ellis, "--undo")
    assert answer(told, "people", "who", "P-1")["not_to_contact"] == []


def test_who_names_each_missing_class_with_its_paragraph(told: Run) -> None:
    told(*ELLIS)
    review = answer(told, "review", "open", "P-1", "--meeting-on", "2027-01-20")["id"]

    found = answer(told, "people", "who", review)

    assert found["on"] == "2027-01-20"
    assert [one["citation"] for one in found["missing"]] == [f"SEND Regs 2014 r.20(2)({x})" for x in "bcde"]
    assert "Missing: a health care professional identified by the commissioning body (SEND Regs 2014 r.20(2)(d))" in (
        told("people", "who", review).stdout
    )
    assert {one["citation"][:20] for one in answer(told, "people", "who", "P-2")["missing"]} == {"SEND Regs 2014 r.21("}


@pytest.mark.parametrize(("today", "said"), [("2026-06-26", True), ("2026-06-27", False)])
def test_who_says_that_the_rights_pass_before_the_meeting(told: Run, today: str, said: bool) -> None:
    told(*ROBIN, "--date-of-birth", "2009-12-10")

    page = told("people", "who", "P-1", "--on", "2026-07-08", today=date.fromisoformat(today)).stdout

    assert ("The rights pass to the young person on 2026-06-27, before the meeting" in page) is said


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", "P-9", "--role", "parent", "--name", "Jo"), 1, "there is no plan P-9"),
        (("add", "P-1", "--role", "parent", "--name", "Jo", "--email", "jo"), 1, "--email: jo is not an address"),
        (("add", "P-1", "--role", "aunt", "--name", "Jo"), 2, "'aunt' is not one of 'child', 'parent'"),
        (("show", "N-00000000"), 1, "there is no person N-00000000"),
        (("change", "N-00000000", "--name", "Jo"), 1, "there is no person N-00000000"),
        (("change", "N-00000000"), 2, "say what changed"),
        (("end", "N-00000000", "--on", "2026-02-30"), 2, "2026-02-30 is not a day"),
        (("do-not-contact", "N-00000000"), 2, "give --reason, or --undo"),
        (("who", "X-1"), 1, "there is no review or plan X-1"),
        (("list", "P-9"), 1, "there is no plan P-9"),
        (("erase", "P-1", "--reason", "asked"), 1, "nobody is kept for plan P-1"),
        (("erase", "P-9", "--reason", "asked"), 1, "there is no plan P-9"),
    ],
)
def test_bad_input_gets_one_line(told: Run, arguments: tuple[str, ...], code: int, words: str) -> None:
    result = told("people", *arguments)

    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr


# --- the log -------------------------------------------------------------------------------------------------


def test_erasing_leaves_the_ids_in_the_log_and_the_reason_beside_it(app_on_each: Arflow) -> None:
    app, plan = app_on_each, Cases(app_on_each).plan("1 Sep 2025")
    kept = [
        add_person(app, Person(plan=plan, role="child", name="Robin Ash", date_of_birth=date(2009, 12, 10))),
        add_person(app, Person(plan=plan, role="parent", name="Ellis Ash", email="ellis.ash@example.org")),
    ]

    assert erase_people(app, plan, "Asked for by Ellis Ash", rule="on_request") == tuple(one.id for one in kept)

    assert app.people.of(plan) == []
    log = b"".join(row.payload for row in app.log_store.read_log())
    for words in (b"Robin", b"Ellis", b"example.org", b"2009-12-10"):
        assert words not in log
    assert all(one.id.encode() in log for one in kept)
    line = app.story(plan)[-1]
    assert (line.event, "2 people erased: Asked for by Ellis Ash" in line.text) == ("PeopleErased", True)
    assert app.plan(plan).rights_holder(date(2026, 6, 27)) == "young_person"
    with pytest.raises(NotPossible):
        erase_people(app, plan, "again")
    with pytest.raises(NotFound):
        erase_people(app, "P-9999", "nobody")


def test_somebody_of_a_return_without_a_plan_can_be_erased(app_on_each: Arflow) -> None:
    app_on_each.people.add_all([Person(plan="SEN2-00001", role="child", name="Wren Ash")])

    assert len(erase_people(app_on_each, "SEN2-00001", "asked")) == 1
    assert app_on_each.people.of("SEN2-00001") == []


def test_a_person_who_is_refused_leaves_nothing_in_the_log(app_on_each: Arflow) -> None:
    app, plan = app_on_each, Cases(app_on_each).plan("1 Sep 2025")
    app.people.add(Person(plan=plan, role="child", name="Robin Ash"))
    head = app.log_store.head()

    with pytest.raises(AlreadyThere):
        add_person(app, Person(plan=plan, role="child", name="Robin Ash", date_of_birth=date(2009, 12, 10)))

    assert app.log_store.head() == head
    assert app.plan(plan).young_person_from is None


# --- sheets --------------------------------------------------------------------------------------------------


def test_a_sheet_is_kept_and_running_it_again_does_nothing(app_on_each: Arflow, tmp_path: Path) -> None:
    app, plan = app_on_each, Cases(app_on_each).plan("1 Sep 2025")
    path = tmp_path / "contacts.csv"
    path.write_text(SHEET)

    first, again = import_people(app, path), import_people(app, path)

    assert (first.added, first.rights, first.faults) == (3, 1, [])
    assert (again.added, again.changed, again.already_there, again.rights) == (0, [], 3, 0)
    robin, ellis, jo = app.people.of(plan)
    assert (robin.date_of_birth, ellis.name, ellis.from_on) == (date(2009, 12, 10), "Ellis Ash", date(2025, 9, 1))
    assert (ellis.do_not_contact, jo.do_not_contact_because) == (False, "court order")
    assert app.plan(plan).rights_holder(date(2026, 6, 27)) == "young_person"


def test_what_a_sheet_says_anew_is_shown_as_a_change_and_blank_cells_change_nothing(
    app_on_each: Arflow, tmp_path: Path
) -> None:
    app, plan = app_on_each, Cases(app_on_each).plan("1 Sep 2025")
    path = tmp_path / "contacts.csv"
    path.write_text(SHEET)
    import_people(app, path)
    path.write_text("plan,role,name,email,phone\nP-0001,parent,ELLIS ASH,,01632 960001\n")

    assert import_people(app, path).changed
    assert app.people.of(plan)[1].phone is None  # shown, and nothing is overwritten
    result = import_people(app, path, How(update=True))

    assert [(one.row, one.fields) for one in result.changed] == [(2, {"phone": (None, "01632 960001")})]
    ellis = app.people.of(plan)[1]
    assert (ellis.name, ellis.email, ellis.phone) == ("Ellis Ash", "ellis.ash@example.org", "01632 960001")


def test_every_fault_of_a_sheet_is_told_with_its_row_and_column_and_nothing_is_kept(
    told: Run, app: Arflow, tmp_path: Path
) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(
        "plan,role,name,email,from,until,represents\n"
        "P-9,parent,Kit Ash,,,,\n"
        "P-1,uncle,Kit Ash,,,,\n"
        "P-1,parent,,,,,\n"
        "P-1,parent,Kit Ash,kit,,,\n"
        "P-1,parent,Lee Ash,,32/01/2026,,\n"
        "P-1,parent,Drew Ash,,2026-02-01,2026-01-01,\n"
        "P-1,parent,Max Ash,,,,\n"
        "P-1,parent,MAX ASH,,,,\n"
        "P-1,young person,Robin Ash,,,,parent\n"
    )

    result = told("people", "import", str(path))

    assert (result.exit_code, app.people.of("P-1")) == (1, [])
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == [
        "row 2, plan", "row 3, role", "row 4, name", "row 5, email", "row 6, from", "row 7, until", "row 9, name",
        "row 10, represents",
    ]  # fmt: skip
    assert "Nothing was written: 8 faults" in result.stdout

    assert "1 added, 0 there already, 8 faults left out" in (
        told("people", "import", str(path), "--accept-sound-rows").stdout
    )
    assert [person.name for person in app.people.of("P-1")] == ["Max Ash"]


def test_a_workbook_with_headings_of_its_own_is_read_through_a_mapping(told: Run, app: Arflow, tmp_path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["EHCP", "Relationship", "Full name", "DOB"])
    sheet.append(["P-1", "Mother", "Ellis Ash", None])
    sheet.append(["P-1", "Young person", "Robin Ash", date(2009, 12, 10)])
    book.save(tmp_path / "contacts.xlsx")
    (tmp_path / "columns.toml").write_text(
        '[columns]\nplan = "EHCP"\nrole = "Relationship"\nname = "Full name"\ndate_of_birth = "DOB"\n'
        '[values.role]\nMother = "parent"\n'
    )

    result = told("people", "import", str(tmp_path / "contacts.xlsx"), "--mapping", str(tmp_path / "columns.toml"))

    assert "2 added, 0 there already. The day on which the rights pass is now known for 1 plan." in result.stdout
    assert [(one.role, one.name) for one in app.people.of("P-1")] == [("child", "Robin Ash"), ("parent", "Ellis Ash")]


# --- whose meetings ------------------------------------------------------------------------------------------


def test_a_therapist_of_many_cases_has_one_calendar_of_the_meetings_they_come_to(told: Run, tmp_path: Path) -> None:
    mail = {"ARFLOW_MAIL_FROM": "reviews@anytown.example"}
    therapist = ("--role", "health", "--name", "Sam Oak", "--email", "Sam.Oak@example.org")
    told("people", "add", "P-1", *therapist)
    told("people", "add", "P-2", *therapist, "--until", "2027-01-19")
    told(*ELLIS)
    for ref, on in (("P-1", "2027-01-20"), ("P-2", "2027-01-20")):
        told("review", "open", ref, "--meeting-on", on)

    result = told("people", "calendar", "sam.oak@example.org", "--output", str(tmp_path / "meetings.ics"), **mail)

    assert (result.exit_code, result.stdout) == (0, "")
    content = (tmp_path / "meetings.ics").read_text()
    assert content.count("BEGIN:VEVENT") == 1
    assert "DTSTART;VALUE=DATE:20270120" in content
    for name in ("Oak", "Ellis", "ATTENDEE"):
        assert name not in content
    assert told("people", "calendar", "sam.oak@example.org", **mail).stdout.startswith("BEGIN:VCALENDAR")
    again = told("people", "calendar", "sam.oak@example.org", "--output", str(tmp_path / "meetings.ics"), **mail)
    assert (again.exit_code, "exists already" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("address", "mail", "words"),
    [
        ("nobody@example.org", "reviews@anytown.example", "there is no person with the address nobody@example.org"),
        ("sam.oak@example.org", "", "ARFLOW_MAIL_FROM: is missing"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(told: Run, address: str, mail: str, words: str) -> None:
    told(*ELLIS)
    told("people", "add", "P-2", "--role", "health", "--name", "Sam Oak", "--email", "sam.oak@example.org")
    told("review", "open", "P-2", "--meeting-on", "2027-01-20")

    result = told("people", "calendar", address, ARFLOW_MAIL_FROM=mail)

    assert (result.exit_code, words in result.stderr) == (1, True)


def test_a_calendar_whose_last_meeting_is_off_is_written_over_with_none(told: Run, tmp_path: Path) -> None:
    from icalendar import Calendar

    mail = {"ARFLOW_MAIL_FROM": "reviews@anytown.example"}
    told(*ELLIS)
    told("review", "open", "P-1", "--meeting-on", "2027-01-20")
    write = ("people", "calendar", "ellis.ash@example.org", "--force", "--output", str(tmp_path / "meetings.ics"))
    assert told(*write, **mail).exit_code == 0
    assert "BEGIN:VEVENT" in (tmp_path / "meetings.ics").read_text()

    told("review", "cancel", "R-2026-000001", "--reason", "Moved away")

    assert told(*write, **mail).exit_code == 0
    left = Calendar.from_ical((tmp_path / "meetings.ics").read_bytes())
    assert [component.name for component in left.subcomponents] == ["VTIMEZONE"]


def test_somebody_who_prefers_a_way_without_an_address_is_listed_tidily(told: Run) -> None:
    told("people", "add", "P-1", "--role", "parent", "--name", "Ellis Ash", "--channel", "portal")

    assert "Ellis Ash   (prefers portal)" in told("people", "list", "P-1").stdout


def test_erasing_takes_what_came_by_mail_too_and_nothing_where_the_case_is_on_hold(
    app: Arflow, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from arflow.post.incoming.officer_decisions import arrivals_of
    from tests.post.test_inbox import one, people_and_reviews
    from tests.support.awkward_mail import OURS
    from tests.support.dovecot import make_maildir

    monkeypatch.setenv("ARFLOW_MAIL_FROM", OURS)
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))
    arrival = one(people_and_reviews(app), make_maildir(tmp_path / "Maildir"))
    erase = ("people", "erase", arrival.plan or "", "--reason", "asked", "--yes")
    run("retention", "hold", arrival.plan or "", "--reason", "appeal")

    refused = run(*erase)
    assert (refused.exit_code, "is on hold (appeal)" in refused.stderr) == (1, True)
    assert arrivals_of(app).arrival(arrival.id) == arrival

    run("retention", "release", arrival.plan or "")
    assert run(*erase).exit_code == 0
    assert arrivals_of(app).arrival(arrival.id).sender is None


def test_an_address_is_marked_not_to_be_shared_and_the_mark_is_taken_off(run: Callable[..., Result]) -> None:
    run("plan", "add", "P-1", "--first-made", "2026-01-12")
    person = run("people", "add", "P-1", "--role", "parent", "--name", "Ellis Ash").stdout.partition(":")[0]
    assert run("people", "do-not-share", person).exit_code == 2
    assert run("people", "do-not-share", person, "--reason", "a court order").stdout.endswith(
        "address not to be shared\n"
    )
    assert "address not to be shared" in run("people", "list", "P-1").stdout
    assert run("people", "do-not-share", person, "--undo").stdout.endswith("address may be shared\n")
    assert "not to be shared" not in run("people", "list", "P-1").stdout
