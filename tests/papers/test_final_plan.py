"""The final plan as it is issued: what it must have, its tables, and its two files."""

from collections.abc import Callable
from datetime import date
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import docx
import msgspec
import pytest
from click.testing import Result
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from arflow.errors import PlanTextRefused
from arflow.papers.plan_text.final_pdf import as_final_pdf
from arflow.papers.plan_text.final_plan import FinalPlan, Version, advice_on, check_fit_to_issue, table_of
from arflow.papers.plan_text.final_word import as_final_word
from arflow.papers.plan_text.plan_text import Item, PlanText, plan_text
from arflow.papers.plan_text.text_file import as_text
from arflow.papers.plan_text.word_reader import plan_from_word
from tests.support.plans import plans

PLAN = plan_text(
    [
        Item(id="A1", text="Robin likes trains."),
        Item(id="B1", text="Robin finds it hard to follow two steps."),
        Item(id="E1", text="Robin will ask for help.\nBy when: July 2027\nWho checks: class teacher"),
        Item(id="E2", text="Robin will travel by bus.\nBy when: May 2027"),
        Item(id="F1", text="Speech therapy.\nin a quiet room\nHow often: 20 minutes each week", serves=("E1",)),
        Item(id="F2", text="A quiet space.\nHow often: each day", serves=("E1", "E2")),
        Item(id="I1", text="Oak Lane School, a maintained special school."),
        Item(id="K1", text="Advice of the educational psychologist\nWritten by: Jo Wren\nDate: 3 May 2026"),
        Item(id="K2", text="Views of the parents, Sam and Val Field, 4 May 2026"),
    ]
)
FINAL = FinalPlan(
    plan=PLAN,
    reference="P-1001",
    name="Robin Ash",
    date_of_birth=date(2012, 3, 4),
    authority="Northshire County Council",
    versions=(Version("First made", date(2021, 9, 12)),),
    made_on=date(2026, 1, 12),
    signed_by="Jo Reed",
    nothing_in=("C", "D", "G", "H1", "H2", "J"),
)


def lacking(**other: object) -> list[str]:
    with pytest.raises(PlanTextRefused) as refused:
        check_fit_to_issue(msgspec.structs.replace(FINAL, **other))
    return [str(fault) for fault in refused.value.faults]


def without(*items: str) -> PlanText:
    return plan_text(item for item in PLAN.items if item.id not in items)


def test_a_plan_that_has_all_may_go_out() -> None:
    check_fit_to_issue(FINAL)
    assert list(advice_on(FINAL)) == []


def test_all_that_is_missing_is_named_at_once() -> None:
    said = lacking(
        name="", date_of_birth=None, authority="", signed_by="", nothing_in=(), plan=without("K1", "K2", "A1")
    )

    assert [one.partition(":")[0] for one in said] == [
        "the name",
        "the date of birth",
        "the authority",
        "the signature",
        "section A, Views, interests and aspirations",
        "section C, Health needs",
        "section D, Social care needs",
        "section G, Health provision",
        "section H1, Social care provision under the Chronically Sick and Disabled Persons Act 1970",
        "section H2, Other social care provision",
        "section J, Personal budget",
        "section K, Advice and information",
    ]
    assert "(r.12(1)(h)(ii))" in said[9]


@pytest.mark.parametrize("text", ["Advice of Jo Wren", "Advice, 3 May 2026", "Advice, Jo Wren, last May"])
def test_advice_without_its_author_or_its_day_is_refused(text: str) -> None:
    (said,) = lacking(plan=plan_text([*without("K2").items, Item(id="K2", text=text)]))

    assert said.startswith("K2: does not say what it is, who wrote it and when")


def test_nothing_is_said_of_a_section_that_has_something() -> None:
    assert lacking(plan=plan_text([*PLAN.items, Item(id="C1", text="Asthma.")])) == [
        "section C, Health needs: has C1, though --nothing-in says that it has nothing"
    ]


def test_from_year_9_on_provision_prepares_for_adulthood() -> None:
    check_fit_to_issue(msgspec.structs.replace(FINAL, nc_year=8))
    assert "is missing in year 9" in lacking(nc_year=9)[0]
    assert "is no provision" in lacking(nc_year=9, adulthood=("E1",))[0]
    check_fit_to_issue(msgspec.structs.replace(FINAL, nc_year=9, adulthood=("F2",)))


def test_outcomes_without_provision_are_told() -> None:
    alone = msgspec.structs.replace(FINAL, plan=without("F2"))

    assert list(advice_on(alone)) == ["no provision names E2 as an outcome that it serves (Code 9.62)"]


def test_the_name_of_its_files_says_what_they_are_and_names_nobody() -> None:
    assert FINAL.file_name == "EHC-plan-P-1001-final-2026-01-12"


def test_words_with_labels_are_a_table_again_and_others_are_not() -> None:
    table = table_of("F", PLAN.of("F"))
    assert table is not None
    assert table.heads == ("No.", "Provision", "Outcomes", "How often")
    assert table.rows[0] == ("F1", "Speech therapy.\nin a quiet room", "E1", "20 minutes each week")
    assert table_of("A", PLAN.of("A")) is None
    assert table_of("E", [Item(id="E1", text="a\nBy when: May\nbut not before")]) is None
    assert table_of("E", [Item(id="E1", text="a\nX: 1\nY: 2"), Item(id="E2", text="b\nY: 2\nX: 1")]) is None
    for taken in ("Ref", "Number", "Outcomes sought"):
        assert table_of("F", [Item(id="F1", text=f"Speech therapy.\n{taken}: E1")]) is None


@pytest.mark.thorough
def test_the_word_file_reads_back_as_the_plan_and_has_its_tables() -> None:
    content = as_final_word(FINAL)
    document = docx.Document(BytesIO(content))

    assert plan_from_word(content, "final.docx").plan == PLAN
    assert [table.rows[0].cells[0].text for table in document.tables] == [
        "Name",
        "Signed for the authority",
        "No.",
        "No.",
        "No.",
    ]
    assert "4 March 2012" in [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert document.sections[0].footer.paragraphs[0].text.startswith("P-1001, made 12 January 2026, page ")


_WORDS = (
    "Ref",
    "No",
    "Item",
    "Section",
    "Part",
    "F",
    "H1",
    "F2",
    "E1:",
    "Outcomes",
    "sought",
    "Provision",
    "(for E1)",
    "1.",
    "Who",
)
_SAID = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=4).map(" ".join)


@pytest.mark.thorough
@given(words=_SAID, label=_SAID, cell=_SAID)
@settings(max_examples=60, deadline=None)
def test_words_that_read_like_headings_or_numbers_change_nothing_in_a_table(words: str, label: str, cell: str) -> None:
    said = Item(id="F1", text=f"{words}\n{label.capitalize()}: {cell}", serves=("E1",))
    other = Item(id="F2", text="A quiet space.\nHow often: each day", serves=("E1",))
    items = (*(item for item in PLAN.items if item.section != "F"), said, other)
    try:
        plan = plan_text(items)
    except PlanTextRefused:
        reject()
    assert plan_from_word(as_final_word(msgspec.structs.replace(FINAL, plan=plan)), "final.docx").plan == plan


@pytest.mark.thorough
@given(plans())
@settings(max_examples=12)
def test_any_final_plan_reads_back_as_itself(plan: PlanText) -> None:
    assert plan_from_word(as_final_word(msgspec.structs.replace(FINAL, plan=plan)), "final.docx").plan == plan


@pytest.mark.thorough
def test_the_pdf_says_the_same_and_is_tagged() -> None:
    content = as_final_pdf(FINAL)
    reader = PdfReader(BytesIO(content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())

    for words in (
        "Robin Ash",
        "4 March 2012",
        "Northshire County Council",
        "P-1001, made 12 January 2026",
        "Section H2: Other",
        "20 minutes each week",
    ):
        assert words in text
    assert "/StructTreeRoot" in reader.root_object
    assert as_final_pdf(FINAL) == content


@pytest.mark.thorough
def test_the_command_writes_both_files_or_neither(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "own" / "letters").mkdir(parents=True)
    shipped = files("arflow.papers.letters").joinpath("templates", "authority.toml").read_bytes()
    (tmp_path / "own" / "letters" / "authority.toml").write_bytes(shipped)
    (tmp_path / "plan.txt").write_text(as_text(PLAN), "utf-8")
    run("plan", "add", "P-1001", "--first-made", "2021-09-12")

    def final(*more: str) -> Result:
        empty = (word for section in FINAL.nothing_in for word in ("--nothing-in", section))
        fixed = ("--signed-by", "Jo Reed", "--folder", str(tmp_path), *empty, *more)
        return run(
            "amend", "final", "P-1001", str(tmp_path / "plan.txt"), *fixed, ARFLOW_WORKFLOWS=str(tmp_path / "own")
        )

    early = final()
    run("people", "add", "P-1001", "--role", "child", "--name", "Robin Ash", "--date-of-birth", "2012-03-04")
    future = final("--made-on", "2026-11-25")
    assert not list(tmp_path.glob("EHC*"))
    assert final().exit_code == 0
    again = final()

    assert (early.exit_code, "the name: is missing" in early.stderr) == (1, True)
    assert "is in the future" in future.stderr
    assert sorted(path.name for path in tmp_path.glob("EHC*")) == [
        "EHC-plan-P-1001-final-2026-11-24.docx",
        "EHC-plan-P-1001-final-2026-11-24.pdf",
    ]
    assert "exists already" in again.stderr
