"""A form that LibreOffice saved as its own kind (.odt): read by its bookmarks, and refused where it is no sound file."""

import io
import zipfile

import pytest

from arflow.errors import InvalidValue
from arflow.papers.forms.returned import forms_named, read_form
from tests.papers.test_report_form import FORM

_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "text", "table")
)
TYPE = "application/vnd.oasis.opendocument.text"


def odt(content: str, styles: str = "", *, longer: int = 0) -> bytes:
    """A file of that content, with the line of a form in its footer."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("mimetype"), TYPE)
        file.writestr(
            "content.xml", f"<office:document-content {_SPACES}>{content}</office:document-content>" + " " * longer
        )
        file.writestr("styles.xml", f"<office:document-styles {_SPACES}>{styles}</office:document-styles>")
    return made.getvalue()


def row(label: str, name: str, said: str) -> str:
    marked = (
        f'<text:bookmark-start text:name="f_{name}"/>{said}<text:bookmark-end text:name="f_{name}"/>' if name else said
    )
    cells = (f"<table:table-cell><text:p>{one}</text:p></table:table-cell>" for one in (label, marked))
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def table(*rows: str) -> str:
    head, *others = rows
    return f"<table:table><table:table-header-rows>{head}</table:table-header-rows>{''.join(others)}</table:table>"


LINE = f"<text:p>{FORM.id.line}. Please leave this line as it is.</text:p>"
HEAD = row("Question", "", "Your answer")


def test_an_answer_is_found_by_its_bookmark_and_keeps_its_lines() -> None:
    gone = "<text:tracked-changes><text:p>not said</text:p></text:tracked-changes>"
    content = odt(
        gone
        + table(
            HEAD,
            row("Day of the meeting", "meeting_on", "<text:span>11 June 2026</text:span>"),
            row("What the child said", "child_views", "I like<text:s/>trains.<text:line-break/>And buses."),
            row("The advice and information obtained is attached", "advice_attached", "☒"),
            row("Why", "reasons", "Write here"),
        ),
        LINE,
    )

    found = read_form(content, "form.odt")

    assert found.id == FORM.id
    assert found.values == {
        "meeting_on": "2026-06-11",
        "child_views": "I like trains.\nAnd buses.",
        "advice_attached": "yes",
    }
    assert not found.by_labels


def test_without_bookmarks_an_answer_is_found_beside_its_question() -> None:
    found = read_form(odt(LINE + table(HEAD, row("Why", "", "It still fits."))), "form.odt")

    assert (found.values, found.by_labels) == ({"reasons": "It still fits."}, True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (odt(LINE)[:200], "damaged or has a password"),
        (odt("<text:p>").replace(b"content.xml", b"other12.xml"), "damaged or has a password"),
        (odt("<text:p>"), "damaged or has a password"),
        (odt("", longer=8_000_001), "far longer than one"),
        (odt("<text:p>A letter.</text:p>"), "not a form of ours"),
    ],
)
def test_a_file_that_is_no_sound_form_is_refused_in_one_line(content: bytes, says: str) -> None:
    with pytest.raises(InvalidValue, match=says):
        read_form(content, "form.odt")


def test_a_file_that_names_itself_many_times_over_is_not_unfolded() -> None:
    many = '<!DOCTYPE a [<!ENTITY x "Form report-1, R-2026-000001, eb5a09af16 ">]>'
    content = odt("&x;&x;")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(
                zipfile.ZipInfo(name),
                (many.encode() if name == "content.xml" else b"") + old.read(name) if name != "mimetype" else TYPE,
            )

    assert forms_named(made.getvalue(), "form.odt") == ()
