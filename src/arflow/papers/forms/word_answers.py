"""Reads a form that came back as a Word file: by the names of its answers, or by the questions beside them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from arflow.errors import InvalidValue, NotPossible
from arflow.law.plan_sections import ITEM_ID
from arflow.papers.forms.answers import Answers, answer
from arflow.papers.forms.kinds import questions_of
from arflow.papers.forms.questions import VERSION, Form, FormId, form_ids
from arflow.papers.forms.word_cells import Cell, Cells, cells_of
from arflow.papers.word_files.package import open_word

LONGEST = 8_000_000  # bytes of a form's text as XML: whatever is longer is not looked through for the line of a form
_ITEM = re.compile(rf"({ITEM_ID})\b")
_ITEM_NAME = re.compile(rf"({ITEM_ID})_progress")


def read_form(content: bytes, name: str) -> Answers:
    """The answers of a form; InvalidValue for a file that is no form, NotPossible for one that cannot be relied on."""
    cells, found = _opened(content, name)
    if not found:
        raise InvalidValue("FILE", name, "a form of ours: its line “Form …” is not there")
    if len(found) > 1:
        raise NotPossible(f"{name} names {len(found)} forms: its line “Form …” was changed; ask for the form again")
    [named] = found
    if named.version > VERSION:
        raise NotPossible(f"{name} is of version {named.version}, made by a newer arflow: update arflow")
    return _answers(named, questions_of(named.kind, _outcomes(cells)), cells)


def forms_named(content: bytes, name: str) -> tuple[FormId, ...]:
    """The forms that a Word file names: one, if it is a form; none where its text is longer than any form's."""
    with suppress(BadZipFile, KeyError, NotImplementedError, ValueError), ZipFile(BytesIO(content)) as parts:
        if parts.getinfo("word/document.xml").file_size > LONGEST:
            return ()
    return _opened(content, name)[1]


def _opened(content: bytes, name: str) -> tuple[Cells, tuple[FormId, ...]]:
    document = open_word(content, name)
    cells = cells_of(document)
    return cells, form_ids(f"{document.core_properties.identifier or ''}\n{cells.text}")


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
