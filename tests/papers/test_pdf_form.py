"""The forms as PDFs: fields that other programs fill in, that are read back, and that a screen reader can announce."""

import io
import subprocess
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from arflow.errors import InvalidValue, NotPossible
from arflow.papers.forms.pdf_form import as_fillable_pdf
from arflow.papers.forms.person_questions import PersonFacts, child_views_form
from arflow.papers.forms.pictures import SHOWN
from arflow.papers.forms.returned import forms_named, read_form
from arflow.papers.forms.word_form import as_word
from tests.papers.test_report_form import FIELDS, FORM, value_of
from tests.support.forms import filled_pdf

EMPTY = as_fillable_pdf(FORM)
CHILD = child_views_form(
    PersonFacts(
        review="R-2026-000001",
        plan="P-1001",
        child="Robin Ash",
        person="N-0a1b2c3d",
        name="Robin Ash",
        meeting_on=None,
        by=None,
        outcomes=(),
    )
)
PLAIN = st.text(st.characters(codec="latin-1", categories=("L", "N")), min_size=1, max_size=30)


def elements(node: Any) -> list[Any]:
    """Every element of the tags of a PDF below one, in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [found for one in node for found in elements(one)]
    return [node, *elements(node["/K"])] if isinstance(node, dict) and "/K" in node else [node]


@pytest.mark.thorough
@settings(max_examples=10, deadline=None)
@given(
    answers=st.fixed_dictionaries(
        {}, optional={name: PLAIN if field.kind == "words" else value_of(field) for name, field in FIELDS.items()}
    )
)
def test_whatever_another_program_fills_in_is_read_back(answers: dict[str, str]) -> None:
    read = read_form(filled_pdf(EMPTY, FORM, answers), "form.pdf")

    given = {name: field.given for name, field in FIELDS.items() if field.given}
    assert read.id == FORM.id
    assert read.values == {name: " ".join(value.split()) for name, value in (given | answers).items()}
    assert set(read.asked) == set(FIELDS)
    assert (read.unclear, read.by_labels) == ((), False)


def test_an_empty_form_holds_what_was_given_and_its_lines_of_words_stay_apart() -> None:
    assert read_form(EMPTY, "form.pdf").values == {"meeting_on": "2026-06-10"}
    said = filled_pdf(EMPTY, FORM, {"child_views": "I like trains.\nAnd buses."})
    assert read_form(said, "form.pdf").values["child_views"] == "I like trains.\nAnd buses."


def test_each_field_says_what_is_asked_and_stands_among_the_tags_where_it_is_asked() -> None:
    reader = PdfReader(io.BytesIO(EMPTY))
    pages: list[Any] = list(reader.pages)
    widgets = [one.get_object() for page in pages for one in page["/Annots"]]
    by_name = {widget["/T"]: widget for widget in widgets}
    root: Any = reader.root_object
    tagged = elements(root["/StructTreeRoot"])
    forms = [one for one in tagged if isinstance(one, dict) and one.get("/S") == "/Form"]

    assert list(by_name) == [field.name for field in FORM.fields()]
    assert {widget["/Subtype"] for widget in widgets} == {"/Widget"}
    assert by_name["E1_progress"]["/TU"] == "E1: Progress. Robin reads a short book alone."
    assert len(forms) == len(widgets)
    assert all(one["/P"].get_object()["/S"] == "/TD" for one in forms)
    assert not [one for one in tagged if isinstance(one, dict) and one.get("/S") == "/Link"]
    assert all(page["/Tabs"] == "/S" for page in pages)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


@pytest.mark.thorough
def test_another_program_sees_the_fields_and_shows_what_is_in_them(tmp_path: Any) -> None:
    form = tmp_path / "form.pdf"
    form.write_bytes(filled_pdf(EMPTY, FORM, {"written_by": "Jo Head, head teacher", "advice_attached": "yes"}))
    text = subprocess.run(["pdftotext", "-layout", str(form), "-"], capture_output=True, text=True, check=True).stdout
    about = subprocess.run(["pdfinfo", str(form)], capture_output=True, text=True, check=True).stdout

    assert "Jo Head, head teacher" in text
    assert "Form:            AcroForm" in about
    assert "Tagged:          yes" in about


@pytest.mark.parametrize("fields", ["none", "of another program"])
def test_a_form_that_was_printed_is_known_by_its_line_and_is_read_by_hand(fields: str) -> None:
    printed = PdfWriter(clone_from=PdfReader(io.BytesIO(EMPTY)))
    for page in printed.pages:
        for at, one in enumerate(page["/Annots"]):  # type: ignore[arg-type, var-annotated]
            one.get_object()[NameObject("/T")] = TextStringObject(f"Text {at}")
        if fields == "none":
            page.pop("/Annots")
    if fields == "none":
        printed.root_object.pop("/AcroForm")
    printed.add_metadata({"/Subject": ""})
    made = io.BytesIO()
    printed.write(made)

    [named] = forms_named(made.getvalue(), "form.pdf")
    assert (named.form, named.is_only_printed) == (FORM.id, True)
    with pytest.raises(
        NotPossible, match=r"is the report form as it was printed, without fields to read\. Read it yourself"
    ):
        read_form(made.getvalue(), "form.pdf")


@pytest.mark.parametrize("content", [b"%PDF-1.7 and no more", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40)])
def test_a_damaged_pdf_and_a_photograph_are_refused_with_what_helps(content: bytes) -> None:
    with pytest.raises(InvalidValue, match=r"damaged|it is image/jpeg\. Read it yourself"):
        read_form(content, "form.pdf")


def test_a_pdf_of_somebody_elses_is_no_form() -> None:
    made = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(made)

    assert forms_named(made.getvalue(), "report.pdf") == ()
    with pytest.raises(InvalidValue, match="not a form of ours"):
        read_form(made.getvalue(), "report.pdf")


def test_the_sheet_of_a_child_is_one_page_in_large_type_with_a_picture_beside_each_question() -> None:
    content = as_fillable_pdf(CHILD)
    word = Document(io.BytesIO(as_word(CHILD)))
    described = [one.get("descr") for one in word.element.body.iter(qn("wp:docPr"))]
    [page] = PdfReader(io.BytesIO(content)).pages
    sizes: set[float] = set()
    page.extract_text(visitor_text=lambda _, __, matrix, ___, size: sizes.add(size * abs(matrix[3])))

    assert {row.picture for _, row in CHILD.rows()} == set(SHOWN)
    assert described == [SHOWN[row.picture] for _, row in CHILD.rows()]
    assert max(sizes) > 14

    assert len(PdfReader(io.BytesIO(content)).pages) == 1
    assert read_form(content, "views.pdf").id == CHILD.id
