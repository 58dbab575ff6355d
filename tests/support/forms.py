"""Forms filled in as people and programs do it: by Word, by programs that drop names, and by those that drop all but tables."""

import io
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfReader, PdfWriter

from arflow.papers.forms.questions import NOT_TICKED, TICKED, Field, Form, in_full
from arflow.papers.forms.word_form import as_word


def said_of(field: Field, value: str) -> str:
    """What somebody puts into an answer: the words of a choice, a day written out, a tick."""
    match field.kind:
        case "choice":
            return field.shown(value)
        case "day":
            return in_full(date.fromisoformat(value))
        case "tick":
            return TICKED if value else NOT_TICKED
        case "words":
            return value


def answered(
    form: Form, answers: Mapping[str, str], *, written: Mapping[str, str] | None = None, how: str = "word"
) -> bytes:
    """The form as a file with answers by name (codes, days, `yes`, words); `written` are answers as they were typed.

    `how` it was saved: by `word`; by `libreoffice`, which drops tags; or by `google`, which drops every name and control.
    """
    document = Document(io.BytesIO(_made(form)))
    fields = {field.name: field for field in form.fields()}
    said = {name: said_of(fields[name], value) for name, value in answers.items()} | dict(written or {})
    body: Any = document.element.body
    for control in list(body.iter(qn("w:sdt"))):
        name = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val"))
        if name in said:
            _write(control, said[name])
    _SAVED[how](document)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def filled_pdf(content: bytes, form: Form, answers: Mapping[str, str]) -> bytes:
    """The PDF of a form with answers by name (codes, days, `yes`, words), as a PDF reader saves it."""
    fields = {field.name: field for field in form.fields()}
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    said = {name: _in_pdf(fields[name], value) for name, value in answers.items()}
    for page in writer.pages:
        writer.update_page_form_field_values(page, said)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _in_pdf(field: Field, value: str) -> str:
    match field.kind:
        case "choice":
            return value
        case "tick":
            return "/Yes" if value else "/Off"
        case _:
            return said_of(field, value)


@cache
def _made(form: Form) -> bytes:
    return as_word(form)


def _write(control: Any, said: str) -> None:
    """Words in the place of those that stood there, in several runs, as Word writes what was typed with pauses."""
    placeholder = control.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}")
    if placeholder is not None:
        control.find(qn("w:sdtPr")).remove(placeholder)
    content = control.find(qn("w:sdtContent"))
    for run in list(content):
        content.remove(run)
    for at, line in enumerate(said.split("\n")):
        for piece in (line[: len(line) // 2], line[len(line) // 2 :]):
            run = OxmlElement("w:r")
            text = OxmlElement("w:t")
            text.text = piece
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(text)
            content.append(run)
        if at < said.count("\n"):
            run = OxmlElement("w:r")
            run.append(OxmlElement("w:br"))
            content.append(run)


def _as_word(_document: Any) -> None:
    pass


def _as_libreoffice(document: Any) -> None:
    """Tags are lost, bookmarks stay."""
    for tag in list(document.element.body.iter(qn("w:tag"))):
        tag.getparent().remove(tag)


def _as_google(document: Any) -> None:
    """Every control and bookmark is lost, and with them the properties of the file; what is written stays in its cells."""
    body = document.element.body
    for control in list(body.iter(qn("w:sdt"))):
        place = control.getparent()
        for run in list(control.find(qn("w:sdtContent"))):
            place.insert(place.index(control), run)
        place.remove(control)
    for name in ("w:bookmarkStart", "w:bookmarkEnd"):
        for mark in list(body.iter(qn(name))):
            mark.getparent().remove(mark)
    document.core_properties.identifier = ""


_SAVED = {"word": _as_word, "libreoffice": _as_libreoffice, "google": _as_google}
