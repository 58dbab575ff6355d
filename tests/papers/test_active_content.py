"""No PDF that acts by itself, or carries something hidden, comes to a family in a bundle."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    TextStringObject,
)

from arflow.application.arflow import Arflow
from arflow.papers.documents import Documents
from arflow.papers.documents.active_content import disarm
from arflow.papers.documents.bundle import Bundle, Paper, make_bundle

pytestmark = pytest.mark.thorough
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def pdf_object(value: Any) -> Any:
    match value:
        case dict():
            return DictionaryObject({NameObject(key): pdf_object(one) for key, one in value.items()})
        case list():
            return ArrayObject(pdf_object(one) for one in value)
        case int() | float():
            return FloatObject(value)
        case str():
            return NameObject(value) if value.startswith("/") else TextStringObject(value)
        case _:
            return value


def annotation(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "/Type": "/Annot",
        "/Subtype": kind,
        "/Rect": [0.0, 0.0, 9.0, 9.0],
        **{f"/{key}": value for key, value in more.items()},
    }


def with_content(
    on_page: dict[str, Any], in_catalogue: dict[str, Any] | None = None, *, indirect: bool = True
) -> bytes:
    """A PDF of one page with entries put into it; `indirect` as most programs write them."""
    writer, made = PdfWriter(), BytesIO()
    page = writer.add_blank_page(200, 200)
    for holder, entries in ((page, on_page), (writer.root_object, in_catalogue or {})):
        for key, value in entries.items():
            given = pdf_object(value)
            if indirect and isinstance(given, ArrayObject):
                given = ArrayObject(writer._add_object(one) for one in given)
            holder[NameObject(key)] = writer._add_object(given) if indirect else given
    writer.write(made)
    return made.getvalue()


def script(said: str = "app.alert('BOOM')") -> dict[str, str]:
    return {"/S": "/JavaScript", "/JS": said}


def hidden() -> dict[str, Any]:
    return {"/Type": "/Filespec", "/F": "x.exe", "/EF": {"/F": "BOOM"}}


ACTIVE: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "script of a page": ({"/AA": {"/O": script()}}, {}, "actions"),
    "script of a link": ({"/Annots": [annotation("/Link", A=script())]}, {}, "JavaScript"),
    "script after a link": (
        {"/Annots": [annotation("/Link", A={"/S": "/URI", "/URI": "https://example.org", "/Next": [script()]})]},
        {},
        "JavaScript",
    ),
    "script of a field": ({"/Annots": [annotation("/Widget", AA={"/K": script()})]}, {}, "actions"),
    "script when it opens": ({}, {"/OpenAction": script()}, "JavaScript"),
    "scripts of the file": ({}, {"/Names": {"/JavaScript": {"/Names": ["a", script()]}}}, "JavaScript"),
    "a program": ({"/Annots": [annotation("/Link", A={"/S": "/Launch", "/F": "BOOM"})]}, {}, "a program to start"),
    "another file": ({"/Annots": [annotation("/Link", A={"/S": "/GoToR", "/F": "BOOM"})]}, {}, "actions"),
    "a form sent off": ({"/Annots": [annotation("/Widget", A={"/S": "/SubmitForm", "/F": "BOOM"})]}, {}, "actions"),
    "a script as an address": (
        {"/Annots": [annotation("/Link", A={"/S": "/URI", "/URI": "JavaScript:BOOM"})]},
        {},
        "actions",
    ),
    "an attachment": ({"/Annots": [annotation("/FileAttachment", FS=hidden())]}, {}, "embedded files"),
    "a file of the file": ({}, {"/Names": {"/EmbeddedFiles": {"/Names": ["a", hidden()]}}}, "embedded files"),
    "an associated file": ({"/AF": [hidden()]}, {}, "embedded files"),
    "film": ({"/Annots": [annotation("/RichMedia", RichMediaContent={"/Assets": "BOOM"})]}, {}, "film"),
    "an XFA form": ({}, {"/AcroForm": {"/Fields": [], "/XFA": ["a", "BOOM"]}}, "an XFA form"),
}


@pytest.fixture
def documents(app: Arflow, tmp_path: Path) -> Documents:
    return Documents(app.log_store.engine, str(tmp_path / "papers"))


def bundled(documents: Documents, content: bytes) -> Bundle:
    kept = documents.keep(content, plan="P-1", kind="advice", name="a.pdf", by="S-1", at=AT)
    papers = [Paper(digest=kept.digest, title="Advice", by="Health")]
    return make_bundle(documents, "P-1", papers, title="Advice", at=AT)


@pytest.mark.parametrize("indirect", [True, False], ids=["indirect", "direct"])
@pytest.mark.parametrize("name", ACTIVE)
def test_nothing_that_acts_by_itself_comes_into_a_bundle(documents: Documents, name: str, indirect: bool) -> None:
    on_page, in_catalogue, said = ACTIVE[name]
    content = with_content(on_page, in_catalogue, indirect=indirect)
    assert b"BOOM" in content

    bundle = bundled(documents, content)

    assert all(mark not in bundle.content for mark in (b"BOOM", b"/JavaScript", b"/Launch", b"/EmbeddedFiles", b"/XFA"))
    assert any(said in one for one in bundle.entries[0].taken_out)
    assert f"(without {', '.join(bundle.entries[0].taken_out)})" in " ".join(
        PdfReader(BytesIO(bundle.content)).pages[0].extract_text().split()
    )
    assert not disarm(PdfReader(BytesIO(bundle.content)))


def test_a_paper_with_links_stays_as_it_is(documents: Documents) -> None:
    links = [
        annotation("/Link", A={"/S": "/URI", "/URI": "https://example.org/a"}),
        annotation("/Link", A={"/S": "/GoTo", "/D": [0, "/Fit"]}),
        annotation("/Text", Contents="A note"),
    ]
    bundle = bundled(documents, with_content({"/Annots": links}, {"/OpenAction": {"/S": "/GoTo", "/D": [0, "/Fit"]}}))

    assert bundle.entries[0].taken_out == ()
    page: Any = PdfReader(BytesIO(bundle.content)).pages[1]
    kept = [one.get_object() for one in page["/Annots"]]
    assert [one["/Subtype"] for one in kept] == ["/Link", "/Text"]  # a link to a page goes with its file
    assert kept[0]["/A"]["/URI"] == "https://example.org/a"
