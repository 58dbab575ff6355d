"""Content controls: what each is called and says, whether anybody filled it, at any depth."""

from typing import Any

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from arflow.papers.word_files.controls import Control, controls

W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
W15 = 'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
CHOICES = '<w:dropDownList><w:listItem w:displayText="Pick one" w:value=""/><w:listItem w:value="w"/></w:dropDownList>'


def found(body: str) -> list[Control]:
    root: Any = parse_xml(f"<w:body {nsdecls('w')} {W14} {W15}>{body}</w:body>")
    return list(controls(root, prompts=["Say it here"]))


def sdt(properties: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_a_control_gives_its_tag_its_title_its_bookmark_and_its_words() -> None:
    inside = sdt('<w:alias w:val="How often"/><w:tag w:val="F1.often"/><w:text/>', run("weekly"))
    (one,) = found(f'<w:p><w:bookmarkStart w:id="1" w:name="F1_often"/>{inside}<w:bookmarkEnd w:id="1"/></w:p>')

    assert (one.tag, one.title, one.bookmark, one.kind) == ("F1.often", "How often", "F1_often", "text")
    assert (one.value, one.is_empty, one.ticked) == ("weekly", False, None)


def test_controls_in_rows_in_controls_are_all_found_outer_first() -> None:
    inside = sdt('<w:tag w:val="in"/>', run("x"))
    cell = f"<w:tc><w:p>{inside}</w:p></w:tc>"
    rows = sdt('<w:tag w:val="row"/><w15:repeatingSectionItem/>', f"<w:tr>{cell}</w:tr>")
    table = sdt('<w:tag w:val="all"/><w15:repeatingSection/>', rows)

    assert [(one.tag, one.kind) for one in found(f"<w:tbl>{table}</w:tbl>")] == [
        ("all", "rows"),
        ("row", "rows"),
        ("in", "text"),
    ]


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ("<w:showingPlcHdr/><w:text/>", "What helps?"),
        ("<w:text/>", "Click or tap here to enter text."),
        (CHOICES, "Pick one"),
        ("<w:text/>", "Say it here"),
        ("<w:text/>", " "),
    ],
)
def test_a_control_that_nobody_filled_has_no_value(properties: str, words: str) -> None:
    (one,) = found(f"<w:p>{sdt(properties, run(words))}</w:p>")

    assert (one.value, one.is_empty) == ("", True)


@pytest.mark.parametrize(
    ("state", "sign", "ticked"),
    [('<w14:checked w14:val="1"/>', "☐", True), ('<w14:checked w14:val="0"/>', "☒", False), ("", "☒", True)],
)
def test_a_tick_is_what_the_control_says_and_else_what_it_shows(state: str, sign: str, ticked: bool) -> None:
    (one,) = found(f"<w:p>{sdt(f'<w14:checkbox>{state}</w14:checkbox>', run(sign))}</w:p>")

    assert (one.kind, one.ticked, one.is_empty) == ("tick", ticked, False)


def test_a_choice_of_several_paragraphs_keeps_its_lines_and_not_what_was_taken_out() -> None:
    gone = "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
    (one,) = found(sdt("<w:richText/>", f"<w:p>{run('one')}{gone}</w:p><w:p>{run('two')}</w:p>"))

    assert one.value == "one\ntwo"
