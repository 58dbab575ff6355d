"""Term lists as they are made: whose they are, what stands on them, the days they offer, and how they look to programs."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from arflow.application.arflow import Arflow
from arflow.case.review_commands import HoldMeeting
from arflow.errors import InvalidValue, NotPossible, TableRefused
from arflow.papers.documents import documents_of
from arflow.planning.due_in_term import list_by
from arflow.planning.list_addresses import REGISTER, register
from arflow.planning.list_page import as_page
from arflow.planning.list_sending import send_list, to_send
from arflow.planning.list_words import setting_said
from arflow.planning.list_workbook import as_workbook
from arflow.planning.term_list import changed_since
from tests.conftest import TODAY
from tests.support.cases import Cases
from tests.support.term_lists import OTHER, enter_terms, keep, list_of, lists, plan_due, term, waiting_post
from tests.support.term_sheets import places, reviews


@pytest.fixture(autouse=True)
def _terms(app: Arflow) -> None:
    enter_terms(app)


def test_the_last_day_for_a_list_is_two_weeks_before_the_term(app: Arflow) -> None:
    assert list_by(term(app)) == date(2026, 12, 21)


@pytest.mark.parametrize(("today", "late"), [(date(2026, 12, 21), False), (date(2026, 12, 22), True)])
def test_a_list_is_late_from_the_day_after(app: Arflow, today: date, late: bool) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))

    assert lists(app.acting_as("A. Officer", today=today)).late is late


def test_each_setting_has_its_own_children_and_health_and_social_care_have_all(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))
    plan_due(app, "P-2", date(2027, 2, 9), setting=OTHER)
    plan_due(app, "P-3", date(2027, 2, 9), setting=None)

    found = lists(app)

    assert {made.to.key: [one.plan for one in made.list.plans] for made in found.lists} == {
        "123456": ["P-1"],
        "654321": ["P-2"],
        "health": ["P-1", "P-2", "P-3"],
        "la_social_care": ["P-1", "P-2", "P-3"],
    }
    assert found.without_setting == ("P-3",)


def test_a_host_is_told_what_to_arrange_and_no_other(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))
    keep(app, "P-1", "child", "Sam Example", date_of_birth=date(2015, 5, 1), access="step-free way in")
    keep(app, "P-1", "parent", "Robin Example", interpreter="Polish", email="robin@home.example")
    keep(app, "P-1", "setting", "The Office", organisation="Anytown School")

    [host], [health] = list_of(app, "123456").plans, list_of(app, "health").plans

    assert host.know == ("Access for the child: step-free way in", "Interpreter for the parent: Polish")
    assert (host.name, host.born) == ("Sam Example", None)
    assert setting_said(health) == "Anytown School (123456)"
    assert (health.know, health.born) == ((), date(2015, 5, 1))
    assert b"Robin" not in list_of(app, "123456").content + list_of(app, "health").content


def test_a_child_who_is_looked_after_is_marked_on_every_list(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))
    keep(app, "P-1", "child", "Sam Example", looked_after_by="Anyshire Council")

    for key in ("123456", "health", "la_social_care"):
        assert list_of(app, key).plans[0].know == ("Looked after by Anyshire Council",)


def test_nobody_but_the_child_is_looked_after(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))

    with pytest.raises(InvalidValue, match="given for the child alone"):
        keep(app, "P-1", "parent", "Robin Example", looked_after_by="Anyshire Council")


def test_the_days_offered_leave_time_for_notice_and_for_the_decision(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 14))  # meet by 17 January, a Sunday
    plan_due(app, "P-2", date(2027, 1, 20))  # meet by 23 December: none is left, so within the year at least
    plan_due(app, "P-3", date(2026, 12, 1))  # late: any day of the term
    late = app.acting_as("A. Officer", today=date(2026, 12, 28))

    found = {one.plan: (one.first_day, one.last_day) for one in list_of(late, "123456").plans}

    assert found == {
        "P-1": (date(2027, 1, 12), date(2027, 1, 15)),  # fifteen days from 28 December
        "P-2": (date(2027, 1, 12), date(2027, 1, 20)),
        "P-3": (date(2027, 1, 12), date(2027, 3, 25)),
    }


def test_where_the_meeting_was_held_no_day_is_asked_for(app: Arflow) -> None:
    review = Cases(app).review(plan_due(app, "P-1", date(2027, 2, 9)), "1 Oct 2026")
    review.do(HoldMeeting(on=date(2026, 11, 20), skip_reason="Before arflow"))

    [one] = list_of(app, "123456").plans

    assert (one.first_day, one.why_no_day) == (None, "the meeting was held")


# --- the files --------------------------------------------------------------------------------------------------


def test_a_workbook_offers_each_row_its_days_and_locks_the_rest(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 14))
    plan_due(app, "P-2", date(2027, 3, 14))
    keep(app, "P-1", "child", "=Sam()")
    found = list_of(app, "123456")

    book = load_workbook(BytesIO(as_workbook(found)))

    sheet = reviews(book)
    at = places(sheet)
    assert list(at) == [
        "Plan", "Child or young person", "Class year", "Review complete by", "Meet by", "Meeting day", "Your note to us",
        "What to know", "List",
    ]  # fmt: skip
    assert sheet.protection.sheet
    free = {cell.column for row in sheet.iter_rows(min_row=2) for cell in row if not cell.protection.locked}
    assert free == {at["Meeting day"], at["Your note to us"]}
    offered = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    days = [row[0].value.date() for row in book["Days"].iter_rows(min_row=2)]  # type: ignore[union-attr]
    assert [(cell, days[int(formula.split("$")[2].strip(":")) - 2], days[int(formula.split("$")[4]) - 2]) for cell, formula in offered.items()] == [
        ("F2", date(2027, 1, 4), date(2027, 1, 15)),
        ("F3", date(2027, 1, 4), date(2027, 2, 12)),
    ]  # fmt: skip
    assert date(2027, 2, 15) not in days
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == ("C2", "$1:$1", "landscape")
    assert list(sheet.tables) == ["Reviews_due"]  # a table has headings that a screen reader finds
    assert sheet.cell(2, 2).value == "=Sam()"
    assert sheet.cell(2, 2).data_type != "f"
    assert {str(row[at["List"] - 1].value) for row in sheet.iter_rows(min_row=2)} == {found.id}


def test_what_is_late_is_asked_for_early_and_not_by_a_day_that_has_passed(app: Arflow) -> None:
    plan_due(app, "P-1", date(2026, 12, 1))
    found = list_of(app, "123456")

    sheet = reviews(load_workbook(BytesIO(as_workbook(found))))
    page = PdfReader(BytesIO(as_page(found, app.now))).pages[0].extract_text()

    assert sheet.cell(2, places(sheet)["Meet by"]).value == "as early as you can"
    assert "as early as you can" in page
    assert "3 November 2026" not in page


def test_the_page_reads_aloud_and_has_a_heading_row(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 14))
    keep(app, "P-1", "child", "Sam Example")

    page = PdfReader(BytesIO(as_page(list_of(app, "123456"), app.now)))

    root: Any = page.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    told = page.pages[0].extract_text()
    for words in ("Reviews due in Spring 2027", "Sam Example", "14 February 2027", "Meet by", "9.172"):
        assert words in told


def test_the_names_of_files_and_the_title_name_no_child(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 14))
    keep(app, "P-1", "child", "Sam Example")
    found = list_of(app, "123456")

    assert found.file_name == "reviews-due-spring-2027-123456"
    assert "Sam" not in found.title


# --- who is given it --------------------------------------------------------------------------------------------


def sheet(folder: Path, text: str) -> dict[str, str]:
    path = folder / "addresses.csv"
    path.write_text(text, "utf-8")
    return {REGISTER: str(path)}


def test_every_fault_of_the_addresses_is_listed_at_once(tmp_path: Path) -> None:
    with pytest.raises(TableRefused) as refused:
        register(
            sheet(tmp_path, "urn,name,email\n12,School,a@b.example\nhealth,Health,nobody\nhealth,Health,a@b.example\n")
        )

    said = refused.value.message
    assert "row 2, urn: 12 is no URN of six digits" in said
    assert "row 3, email: is no address" in said
    assert "row 4, urn: health stands in row 3 already" in said


def test_without_a_register_the_one_address_of_the_cases_counts(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))
    plan_due(app, "P-2", date(2027, 2, 9))
    keep(app, "P-1", "setting", "A", email="office@school.example", organisation="Anytown School")
    keep(app, "P-1", "health", "B", email="nurse@nhs.example")
    keep(app, "P-1", "la_social_care", "C", email="care@anyshire.example")
    keep(app, "P-2", "la_social_care", "C", email="Care@anyshire.example")

    found = {made.to.key: (made.to.email, made.to.why[:24]) for made in lists(app).lists}

    assert found["123456"][0] == "office@school.example"
    # a nurse of one case is not told of the others
    assert found["health"] == (None, "not all of its cases nam")
    assert found["la_social_care"][0] is not None


def test_two_addresses_of_a_setting_are_not_guessed_between(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))
    plan_due(app, "P-2", date(2027, 2, 9))
    keep(app, "P-1", "setting", "A", email="office@school.example")
    keep(app, "P-2", "setting", "B", email="senco@school.example")

    [made] = [one for one in lists(app).lists if one.to.key == "123456"]

    assert (made.to.email, made.to.why.partition(":")[0]) == (None, "its cases name 2 addresses")


# --- what goes --------------------------------------------------------------------------------------------------


def queued(app: Arflow, folder: Path, key: str, email: str = "head@school.example") -> Any:
    documents = documents_of(app.engine, str(folder / "documents"))
    return send_list(app, documents, list_of(app, key), email, waiting_post(documents))


def test_a_second_list_has_only_what_changed(app: Arflow) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))
    plan_due(app, "P-2", date(2027, 2, 9))
    before = list_of(app, "123456")
    assert changed_since([before], list_of(app, "123456")) is None
    app.open_review("P-2", on=TODAY, meeting_on=date(2027, 1, 14))
    plan_due(app, "P-3", date(2027, 2, 9))

    fresh = changed_since([before], list_of(app, "123456"))

    assert fresh is not None
    assert [one.plan for one in fresh.plans] == ["P-2", "P-3"]
    assert fresh.title == "Changes to the reviews due in Spring 2027: Setting 123456"


def test_a_plan_that_left_is_named_on_the_list_of_changes(app: Arflow, tmp_path: Path) -> None:
    from arflow.case.plan_commands import MoveSetting

    plan_due(app, "P-1", date(2027, 2, 9))
    plan_due(app, "P-2", date(2027, 2, 9))
    queued(app, tmp_path, "123456")
    app.change_plan("P-2", MoveSetting(setting=OTHER, on=TODAY))
    documents = documents_of(app.engine, str(tmp_path / "documents"))

    going = {one.made.to.key: one for one in to_send(app, documents, lists(app))}

    assert going["123456"].what == "no_address"  # nobody is named in the cases
    assert going["123456"].list is not None
    assert (going["123456"].list.plans, going["123456"].list.gone) == ((), ("P-2",))


def test_a_list_never_goes_to_another_setting(app: Arflow, tmp_path: Path) -> None:
    from arflow.case.plan_commands import MoveSetting

    plan_due(app, "P-1", date(2027, 2, 9))
    found = list_of(app, "123456")
    app.change_plan("P-1", MoveSetting(setting=OTHER, on=TODAY))
    documents = documents_of(app.engine, str(tmp_path / "documents"))

    with pytest.raises(NotPossible, match="P-1 is not at setting 123456 now"):
        send_list(app, documents, found, "head@school.example", waiting_post(documents))
    assert documents.of(plan="P-1") == []


def test_what_is_queued_is_frozen_in_the_same_transaction(app: Arflow, tmp_path: Path) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))
    plan_due(app, "P-2", date(2027, 2, 9))

    sent = queued(app, tmp_path, "123456")

    documents = documents_of(app.engine, str(tmp_path / "documents"))
    kept = documents.of(plan="P-1")
    assert {(one.kind, (one.name or "").rpartition(".")[2]) for one in kept} == {
        ("term_list", "json"),
        ("term_list", "xlsx"),
        ("term_list", "pdf"),
    }
    assert {one.digest for one in kept} == {one.digest for one in documents.of(plan="P-2")}
    [message] = sent.messages
    assert {file.digest for file in message.body.attachments} < {one.digest for one in kept}
    # nothing is recorded before it has left
    assert app.plan("P-1").told_of_term == {}


def test_a_term_list_goes_out_on_no_case(app: Arflow, tmp_path: Path) -> None:
    plan_due(app, "P-1", date(2027, 2, 9))
    queued(app, tmp_path, "123456")
    documents = documents_of(app.engine, str(tmp_path / "documents"))
    [page] = [one for one in documents.of(plan="P-1") if (one.name or "").endswith(".pdf")]

    with pytest.raises(NotPossible, match="is a term list, which names other children"):
        documents.of_case([page.digest], "P-1")
