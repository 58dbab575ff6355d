"""The report form as a Word file: made, filled in by different programs, and read back."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from arflow.errors import InvalidValue, NotPossible
from arflow.papers.forms import returned
from arflow.papers.forms.answers import answer
from arflow.papers.forms.questions import PLACEHOLDERS, VERSION, Field, form_ids
from arflow.papers.forms.report_questions import ReportFacts, report_form
from arflow.papers.forms.returned import forms_named, read_form
from arflow.papers.forms.word_form import as_word
from tests.support.forms import answered

FACTS = ReportFacts(
    review="R-2026-000001",
    plan="P-1001",
    child="Robin Ash",
    setting="Anytown School",
    year=9,
    young_person=False,
    adulthood=True,
    meeting_on=date(2026, 6, 10),
    report_by=date(2026, 6, 24),
    outcomes=(("E1", "Robin reads a short book alone."), ("E1.1", "A page."), ("E2a", "Robin travels with a friend.")),
    people=(("parent", ("Ellis Ash",)), ("setting", ("Jo Head",)), ("la_sen", ()), ("health", ("Dr Lee",))),
)
FORM = report_form(FACTS)
FIELDS = {field.name: field for field in FORM.fields()}
# The order in which Word wants the properties of a table (ISO 29500-1 17.4.59).
TABLE_PROPERTIES = ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblLook", "tblCaption", "tblDescription"]
HOW = ("word", "libreoffice", "google")
# What people write: any letters and signs, on several lines; blank lines and outer spaces are nobody's answer.
LINES = st.lists(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=30),
    min_size=1,
    max_size=3,
)


def value_of(field: Field) -> st.SearchStrategy[str]:
    match field.kind:
        case "choice":
            return st.sampled_from([code for code, _ in field.options])
        case "day":
            return st.integers(0, 20_000).map(lambda days: (date(2000, 1, 1) + timedelta(days)).isoformat())
        case "tick":
            return st.just("yes")
        case "words":
            return LINES.map("\n".join)


FILLINGS = st.fixed_dictionaries({}, optional={name: value_of(field) for name, field in FIELDS.items()})


@pytest.mark.thorough
@settings(max_examples=60)
@given(answers=FILLINGS, how=st.sampled_from(HOW))
def test_whatever_is_filled_in_is_read_back_whoever_saved_the_file(answers: dict[str, str], how: str) -> None:
    found = read_form(answered(FORM, answers, how=how), "form.docx")

    assert found.values == {"meeting_on": "2026-06-10"} | answers
    assert found.id == FORM.id
    assert not found.unclear
    assert set(found.asked) == set(FIELDS)
    assert found.by_labels == (how == "google")


def test_an_empty_form_holds_what_was_given_and_nothing_else() -> None:
    for how in HOW:
        assert read_form(answered(FORM, {}, how=how), "form.docx").values == {"meeting_on": "2026-06-10"}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("10 June 2026", "2026-06-10"),
        ("Wednesday, 10th June 2026", "2026-06-10"),
        ("10/06/2026", "2026-06-10"),
        ("10.6.26", "2026-06-10"),
        ("2026-06-10", "2026-06-10"),
        ("3rd of Sept 2026", "2026-09-03"),
        ("31 June 2026", None),
        ("after half term", None),
    ],
)
def test_a_day_is_understood_as_people_write_it_here(written: str, day: str | None) -> None:
    assert answer(FIELDS["sent_on"], written) == day


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("E1_progress", "on TRACK.", "on_track"),
        ("E1_progress", f"{PLACEHOLDERS['choice']} Achieved", "achieved"),
        ("E1_progress", "On track, but slowly", None),
        ("E1_progress", "Choose an item.", ""),
        ("reasons", "Click or tap here to enter text.", ""),
        ("sent_on", "Click or tap to enter a date.", ""),
        ("advice_attached", "✔", "yes"),
        ("advice_attached", "X", "yes"),
        ("advice_attached", "☐", ""),
        ("advice_attached", "perhaps", None),
        ("reasons", f"{PLACEHOLDERS['words']} He reads.", "He reads."),
    ],
)
def test_an_answer_typed_by_hand_is_taken_as_it_is_meant_or_told_as_unclear(
    name: str, written: str, value: str | None
) -> None:
    assert answer(FIELDS[name], written) == value


def test_an_answer_that_is_none_of_those_to_choose_from_is_unclear() -> None:
    found = read_form(answered(FORM, {}, written={"E1_progress": "nearly"}), "form.docx")
    assert found.unclear == ("E1_progress",)


def test_what_was_taken_out_with_tracking_on_and_what_is_hidden_is_no_answer() -> None:
    document = Document(io.BytesIO(answered(FORM, {"reasons": "He reads."})))
    body: Any = document.element.body
    [cell] = [c for c in body.iter(qn("w:tc")) if any(t.get(qn("w:val")) == "reasons" for t in c.iter(qn("w:tag")))]
    for wrapper, words in (("w:del", "w:delText"), ("w:moveFrom", "w:t"), ("w:ins", "w:t")):
        changed, run, text = OxmlElement(wrapper), OxmlElement("w:r"), OxmlElement(words)
        text.text = f" {wrapper}"
        run.append(OxmlElement("w:br" if wrapper == "w:del" else "w:tab"))
        run.append(text)
        changed.append(run)
        cell[-1].append(changed)
    hidden = document.add_paragraph("secret").runs[0]
    hidden.font.hidden = True
    cell[-1].append(hidden._r)
    assert read_form(_saved(document), "form.docx").get("reasons") == "He reads. w:ins"


def test_questions_that_somebody_took_out_are_lost_and_no_other() -> None:
    document = Document(io.BytesIO(as_word(FORM)))
    [table] = [one for one in document.tables if one.rows[0].cells[0].text == "Outcome"]
    row: Any = table.rows[2]._tr
    row.getparent().remove(row)
    lost = set(FIELDS) - set(read_form(_saved(document), "form.docx").asked)
    assert lost == {name for name in FIELDS if name.startswith("E1.1_")}


def relabelled(content: bytes, was: str, becomes: str) -> bytes:
    """The form after somebody wrote another question in the place of one."""
    document = Document(io.BytesIO(content))
    for table in document.tables:
        for cell in table.column_cells(0):
            if cell.paragraphs[0].text == was:
                cell.paragraphs[0].text = becomes
    return _saved(document)


def test_a_name_finds_its_answer_whatever_became_of_the_question() -> None:
    for how in ("word", "libreoffice"):
        found = read_form(
            relabelled(answered(FORM, {"reasons": "He reads."}, how=how), "Why", "Your reasons"), "f.docx"
        )
        assert found.get("reasons") == "He reads."


def test_a_question_that_only_begins_alike_is_another() -> None:
    content = answered(FORM, {"came_parent": "came"}, how="google")
    assert "came_parent" in read_form(content, "f.docx").asked
    assert "came_parent" not in read_form(relabelled(content, "Parent", "Parenting adviser"), "f.docx").asked


def test_a_file_that_is_no_form_and_one_that_names_two_forms_are_refused_in_one_line() -> None:
    document = Document()
    document.add_paragraph("A report.")
    with pytest.raises(InvalidValue, match="not a form of ours: its line “Form …” is not there"):
        read_form(_saved(document), "report.docx")
    document = Document(io.BytesIO(as_word(FORM)))
    document.add_paragraph(replace(FORM.id, review="R-2026-000002").line)
    with pytest.raises(NotPossible, match="names 2 forms"):
        read_form(_saved(document), "form.docx")
    assert {one.form.review for one in forms_named(_saved(document), "form.docx")} == {"R-2026-000001", "R-2026-000002"}


def test_a_text_longer_than_any_form_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    content = as_word(FORM)
    assert [one.form for one in forms_named(content, "form.docx")] == [FORM.id]
    monkeypatch.setattr(returned, "LONGEST", 1_000)
    with pytest.raises(InvalidValue, match="far longer than one"):
        forms_named(content, "form.docx")


def test_a_form_of_a_newer_arflow_is_refused() -> None:
    newer = replace(FORM, id=replace(FORM.id, version=VERSION + 1))
    with pytest.raises(NotPossible, match="made by a newer arflow: update arflow"):
        read_form(as_word(newer), "form.docx")


def test_signs_that_no_file_can_hold_are_written_out() -> None:
    odd = report_form(replace(FACTS, child="Robin\x07 Ash", people=(("parent", ("Ellis\x1b",)),)))
    said = "\n".join(cell.text for table in Document(io.BytesIO(as_word(odd))).tables for cell in table.column_cells(0))
    assert r"Ellis\x1b" in said


def test_the_line_of_a_form_is_found_in_any_text_and_changes_with_what_the_form_is_made_from() -> None:
    assert form_ids(f"…\n{FORM.id.line}. Please leave this line as it is.\n{FORM.id.line}") == (FORM.id,)
    other = report_form(replace(FACTS, outcomes=FACTS.outcomes[:1])).id
    assert (other.review, other.kind) == (FORM.id.review, FORM.id.kind)
    assert other.made_from != FORM.id.made_from
    assert report_form(replace(FACTS, child="Sam", meeting_on=None)).id == FORM.id


def test_the_file_says_in_its_structure_what_it_looks_like() -> None:
    document = Document(io.BytesIO(as_word(FORM)))
    assert document.core_properties.identifier == FORM.id.line
    assert document.core_properties.language == "en-GB"
    assert document.core_properties.title == "Report of the annual review meeting"
    assert [p.style.name for p in document.paragraphs if p.style and p.style.name.startswith("Heading")][:2] == [
        "Heading 1",
        "Heading 2",
    ]
    for table in document.tables:
        element: Any = table._tbl
        assert element.find(f"{qn('w:tblPr')}/{qn('w:tblCaption')}") is not None
        heads = [row for row in element.iter(qn("w:tr")) if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
        assert heads == [table.rows[0]._tr]
        order = [part.tag.partition("}")[2] for part in element.tblPr]
        assert order == sorted(order, key=TABLE_PROPERTIES.index)


def _saved(document: Any) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()
