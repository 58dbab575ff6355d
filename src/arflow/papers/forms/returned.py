"""Reads a form that came back as a Word file, .odt or PDF: by the names of its answers, or by the questions beside them."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from zipfile import ZipFile

import msgspec

from arflow import zip_listing
from arflow.errors import InvalidValue, NotPossible
from arflow.law.plan_sections import ITEM_ID
from arflow.papers.documents.file_types import media_type_of
from arflow.papers.forms import odt_cells, pdf_cells, word_cells
from arflow.papers.forms.answers import Answers, answer
from arflow.papers.forms.cells import Cell, Cells
from arflow.papers.forms.kinds import questions_of
from arflow.papers.forms.questions import VERSION, Form, FormId, form_ids
from arflow.papers.word_files.package import open_word

ENDINGS = (".docx", ".odt", ".pdf")  # of the files that may be forms

LONGEST = 8_000_000  # bytes of a form's text as XML: whatever is longer is not looked through for the line of a form
_HEAD = 2048  # bytes that tell a picture
BY_HAND = "Read it yourself and accept it, as with `arflow inbox accept PAPER --as report`, or ask for the form again"
_ITEM = re.compile(rf"({ITEM_ID})\b")
_ITEM_NAME = re.compile(rf"({ITEM_ID})_progress")


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A form that a file names; `is_only_printed` where a program cannot read its answers."""

    form: FormId
    is_only_printed: bool = False


def read_form(content: bytes, name: str) -> Answers:
    """The answers of a form; InvalidValue for a file that is no form, NotPossible for one that cannot be relied on."""
    cells = _cells(content, name)
    found = form_ids(cells.text)
    if not found:
        raise InvalidValue("FILE", name, f"a form of ours: its line “Form …” is not there. {BY_HAND}")
    if len(found) > 1:
        raise NotPossible(f"{name} names {len(found)} forms: its line “Form …” was changed; ask for the form again")
    [named] = found
    if named.version > VERSION:
        raise NotPossible(f"{name} is of version {named.version}, made by a newer arflow: update arflow")
    if _is_only_printed(named, cells):
        raise NotPossible(f"{name} is the {named.kind} form as it was printed, without fields to read. {BY_HAND}")
    return _answers(named, questions_of(named.kind, _outcomes(cells)), cells)


def forms_named(content: bytes, name: str) -> tuple[Named, ...]:
    """The forms that a file names: one, if it is a form. InvalidValue for one that is too long for a form, or cannot be read."""
    cells = _cells(content, name)
    return tuple(Named(form=found, is_only_printed=_is_only_printed(found, cells)) for found in form_ids(cells.text))


def _is_only_printed(named: FormId, cells: Cells) -> bool:
    """Whether answers can be seen and not read: a PDF without a field of the form, as a word processor exports one."""
    own = {field.name for field in questions_of(named.kind, ()).fields()}
    return cells.is_page and own.isdisjoint(tag for _, cell in _every(cells) for tag in cell.tags)


def _cells(content: bytes, name: str) -> Cells:
    if pdf_cells.is_pdf(content):
        return pdf_cells.cells_of(content, name)
    if odt_cells.is_odt(content):
        return odt_cells.cells_of(content, name, LONGEST)
    if (media := media_type_of(content[:_HEAD]) or "").startswith(("image/", "audio/", "video/")):
        raise InvalidValue("FILE", name, f"a file of words: it is {media}. {BY_HAND}")
    _check_length(content, name)
    document = open_word(content, name)
    cells = word_cells.cells_of(document)
    return msgspec.structs.replace(cells, text=f"{document.core_properties.identifier or ''}\n{cells.text}")


def _check_length(content: bytes, name: str) -> None:
    try:
        with ZipFile(BytesIO(content)) as parts:
            longest = parts.getinfo("word/document.xml").file_size
    except (*zip_listing.TORN, KeyError):
        return  # it is no Word file, and opening it says so
    if longest > LONGEST:
        raise InvalidValue("FILE", name, "a form: it is far longer than one")


def _outcomes(cells: Cells) -> tuple[str, ...]:
    """The outcomes that the form asks about: by the names of their answers, or as they begin a row."""
    named = (_ITEM_NAME.fullmatch(one) for _, cell in _every(cells) for one in (*cell.tags, *cell.bookmarks))
    labels = (_ITEM.match(row[0].text) for table in cells.tables if _is_of_outcomes(table) for row in table[1:] if row)
    return tuple(dict.fromkeys(found[1] for found in (*named, *labels) if found))


def _is_of_outcomes(table: tuple[tuple[Cell, ...], ...]) -> bool:
    return bool(table and table[0] and table[0][0].text == "Outcome")


def _every(cells: Cells) -> Iterator[tuple[int, Cell]]:
    return ((at, cell) for at, table in enumerate(cells.tables) for row in table for cell in row)


def _answers(named: FormId, form: Form, cells: Cells) -> Answers:
    by_name, by_label = _by_name(cells), _by_label(form, cells)
    values, unclear, there = {}, [], []
    for field in form.fields():
        said = by_name.get(field.name, by_label.get(field.name))
        if said is None:
            continue
        there.append(field.name)
        if (value := answer(field, said)) is None:
            unclear.append(field.name)
        elif value:
            values[field.name] = value
    found_by_label = bool(by_label) and not by_name
    return Answers(id=named, values=values, asked=tuple(there), unclear=tuple(unclear), by_labels=found_by_label)


def _by_name(cells: Cells) -> dict[str, str]:
    """What each answer says, by the tag of its control, or else by its bookmark."""
    found: dict[str, str] = {}
    for kind in ("tags", "bookmarks"):
        for _, cell in _every(cells):
            names: tuple[str, ...] = getattr(cell, kind)
            for name in names:
                found.setdefault(name, cell.text)
    return found


def _by_label(form: Form, cells: Cells) -> dict[str, str]:
    """What each answer says, by the head of its column and the beginning of its row."""
    wanted = {
        (head, row.key): field.name
        for table, row in form.rows()
        for head, field in zip(table.heads[1:], row.fields, strict=True)
    }
    keys = sorted({(table.heads[0], row.key) for table, row in form.rows()}, key=lambda key: -len(key[1]))
    found: dict[str, str] = {}
    for table in cells.tables:
        heads = [_line(cell.text) for cell in table[0]] if table else []
        for row in table[1:]:
            found |= _of_row(heads, row, keys, wanted)
    return found


def _of_row(
    heads: list[str], row: tuple[Cell, ...], keys: list[tuple[str, str]], wanted: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    if not row or len(row) != len(heads):
        return {}
    label = _line(row[0].text)
    key = next((key for first, key in keys if first == heads[0] and re.match(rf"{re.escape(key)}(?!\w)", label)), None)
    names = {wanted.get((head, key or "")): cell.text for head, cell in zip(heads[1:], row[1:], strict=True)}
    return {name: said for name, said in names.items() if name}


def _line(text: str) -> str:
    return " ".join(text.split())
