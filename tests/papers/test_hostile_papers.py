"""No Word file, PDF or definition takes all time or memory: what is beyond the bounds is one line, at once."""

import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from arflow.papers.documents.pdf_pages import CannotBePages, as_pdf
from tests.support.bounded import bounded
from tests.support.word_kinds import heading, paragraph, row, run, table, word_file

pytestmark = pytest.mark.thorough
READING_WORD = """
from pathlib import Path
from arflow.papers.plan_text.word_reader import plan_from_word
plan_from_word(Path(sys.argv[1]).read_bytes(), "a.docx")
"""
AT_THE_DOOR = """
from arflow.papers.documents import admission
with open(sys.argv[1], "rb") as file: admission.check(file, sys.argv[2], admission.Door())
"""
CHECKING = """
from pathlib import Path
from arflow.law.definition import Document
for fault in Document(Path(sys.argv[1])).faults: print(fault)
"""


def word(body: bytes, *more: tuple[str, bytes]) -> bytes:
    before, made = BytesIO(), BytesIO()
    Document().save(before)
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"<w:body>", b"<w:body>" + body) if name == "word/document.xml" else part)
        for name, content in more:
            new.writestr(name, content)
    return made.getvalue()


def strict() -> bytes:
    before, made = BytesIO(word(b"")), BytesIO()
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name).replace(b"schemas.openxmlformats.org/office", b"purl.oclc.org/ooxml/office")
            )
    return made.getvalue()


def imported(ending: str, content: bytes) -> bytes:
    return word_file('<w:altChunk r:id="chunk"/>', {f"chunk.{ending}": ("aFChunk", content)})


ROW = b"<w:tr>" + b"<w:tc><w:p/></w:tc>" * 500 + b"</w:tr>"
WORDS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a million paragraphs": (lambda: word(b"<w:p/>" * 1_000_000), "far larger than any plan"),
    "a million runs": (lambda: word(b"<w:p>" + b"<w:r><w:t>a</w:t></w:r>" * 1_000_000 + b"</w:p>"), "far larger"),
    "480,000 cells": (lambda: word(b"<w:tbl>" + ROW * 960 + b"</w:tbl>"), "far larger than any plan"),
    "as many cells as may be": (lambda: word(b"<w:tbl>" + ROW * 300 + b"</w:tbl>"), "no heading such as"),
    "tables in tables": (lambda: word(b"<w:tbl><w:tr><w:tc>" * 5_000), "damaged"),
    "a long text": (lambda: word(b"<w:p><w:r><w:t>" + b"a" * 39_000_000 + b"</w:t></w:r></w:p>"), "a.docx"),
    "an imported page of a million tags": (lambda: imported("html", b"<p>a" * 1_000_000), "kept as text/html"),
    "an imported page nested deep": (lambda: imported("html", b"<div>" * 100_000 + b"a"), "kept as text/html"),
    "an imported text of a million lines": (lambda: imported("txt", b"a\n" * 1_000_000), "kept as text/plain"),
    "50,000 words struck by hand": (
        lambda: word_file(paragraph(run("a", "<w:strike/>") * 50_000)),
        "50,000 passages struck",
    ),
    "50,000 text boxes": (
        lambda: word_file(paragraph("<w:r><w:txbxContent><w:p/></w:txbxContent></w:r>" * 50_000)),
        "no heading such as",
    ),
    "rows without numbers": (lambda: word_file(heading("Section F") + table(row("a", "b") * 5_000)), "F1000: is not"),
    "many parts": (lambda: word(b"", *((f"{n:0>200}", b"") for n in range(15_000))), "far larger than any plan"),
    "strict": (strict, "no heading such as"),
}


@pytest.mark.parametrize("kind", WORDS)
def test_no_word_file_takes_all_time_or_memory(tmp_path: Path, kind: str) -> None:
    make, said = WORDS[kind]
    path = tmp_path / "a.docx"
    path.write_bytes(make())
    found = bounded(READING_WORD, str(path))
    assert said in found.refusal
    assert "\n" not in found.refusal


def pdf(*objects: bytes) -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    listed = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + listed + end


ROOT, PAGE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
PACKED = zlib.compress(bytes(300_000_000), 9)
PDFS: dict[str, Callable[[], bytes]] = {
    "arrays in arrays": lambda: pdf(ROOT, b"<</Type/Pages/X " + b"[" * 100_000 + b"]" * 100_000 + b">>", PAGE),
    "a deep tree of pages": lambda: pdf(
        ROOT, *(b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (n + 1) for n in range(2, 9_000)), PAGE
    ),
    "a tree that doubles": lambda: pdf(
        ROOT, *(b"<</Type/Pages/Count 1/Kids[%d 0 R %d 0 R]>>" % (n + 1, n + 1) for n in range(2, 60)), PAGE
    ),
    "a loop of pages": lambda: pdf(ROOT, b"<</Type/Pages/Count 1/Kids[2 0 R]>>"),
    "a list of objects that unpacks to 300 MB": lambda: (
        b"%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 5/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length "
        + str(len(PACKED)).encode()
        + b">>\nstream\n"
        + PACKED
        + b"\nendstream\nendobj\nstartxref\n9\n%%EOF"
    ),
    "openings": lambda: b"%PDF-1.7\n" + b"1 0 obj <<" * 1_000_000,
}


@pytest.mark.parametrize("kind", PDFS)
def test_no_pdf_takes_all_time_or_memory(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PDFS[kind]())
    found = bounded(AT_THE_DOOR, str(path), "a.pdf")
    assert found.refusal == "a.pdf is damaged and cannot be opened: send the file again"


def test_no_office_file_with_a_long_list_of_parts_takes_all_time_or_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(word(b"", *((f"{n:0>200}", b"") for n in range(50_000))))
    found = bounded(AT_THE_DOOR, str(path), "a.docx")
    assert found.refusal == "a.docx has more parts than any office file: save it as PDF"


@pytest.mark.parametrize("written", ["a." * 500_000 + "a = 1", "a = " + "[" * 100_000, f"a = {'9' * 100_000}"])
def test_no_definition_takes_all_time_or_memory(tmp_path: Path, written: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(written, "utf-8")
    assert "not readable as TOML" in bounded(CHECKING, str(path)).said


@pytest.mark.parametrize(
    ("content", "media_type", "why"),
    [
        (b"a\n" * 1_000_000, "text/plain", "its text has more than 500,000 characters"),
        (b"Content-Type: message/rfc822\n\n" * 5_000, "message/rfc822", "it is a malformed message"),
        (b"From: a@b.example\n\n" + b"a\n" * 1_000_000, "message/rfc822", "its text has more than"),
    ],
    ids=["text", "messages in messages", "message"],
)
def test_no_paper_is_printed_for_ever(content: bytes, media_type: str, why: str) -> None:
    with pytest.raises(CannotBePages, match=why):
        as_pdf(content, media_type)
