"""Reads the tables of a Word file cell by cell, content controls and all: what each says, and which answer it is."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from arflow.papers.forms.cells import Cell, Cells, lines_of
from arflow.papers.forms.questions import NOT_TICKED, TICKED
from arflow.papers.forms.word_form import BOOKMARK

if TYPE_CHECKING:
    from docx.document import Document

    Element = Any  # python-docx's elements and lxml's are one thing with two types

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,60}")
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": " ", f"{_W}noBreakHyphen": "-"}
# What nobody sees: what was taken out with the tracking of changes on, fields' instructions, and a second copy of a drawing.
_UNSEEN = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_MC}Fallback", f"{_W}sdtPr"}
# Signs of the fonts Wingdings and Wingdings 2 that stand for a tick box.
_SIGNS = {"F0FE": TICKED, "F0FD": TICKED, "F052": TICKED, "F0A8": NOT_TICKED, "F06F": NOT_TICKED, "F0A3": NOT_TICKED}


def cells_of(document: "Document") -> Cells:
    """Every table of a file, inner ones too, with the words outside tables, in its headers and in its footers."""
    body: Element = document.element.body
    tables = tuple(_rows(table) for table in body.iter(f"{_W}tbl"))
    parts = [body, *(part._element for section in document.sections for part in (section.header, section.footer))]
    return Cells(tables=tables, text="\n".join(_text(part) for part in parts))


def _rows(table: "Element") -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(_cell(cell) for cell in _own(row, "tc")) for row in _own(table, "tr"))


def _own(parent: "Element", name: str) -> "Iterator[Element]":
    """The rows of a table, or the cells of a row, whatever controls or changes they are wrapped in."""
    for child in parent:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag not in (f"{_W}tbl", f"{_W}tr", f"{_W}tc", f"{_W}del"):
            yield from _own(child, name)


def _cell(cell: "Element") -> Cell:
    around = _around(cell)
    tags = (tag.get(f"{_W}val", "") for found in (*around, cell) for tag in _inside(found, "tag"))
    marks = (mark.get(f"{_W}name", "") for mark in _inside(cell, "bookmarkStart"))
    bookmarks = (mark.removeprefix(BOOKMARK) for mark in marks if mark.startswith(BOOKMARK))
    return Cell(text=_text(cell), tags=_names(tags), bookmarks=_names(bookmarks))


def _around(cell: "Element") -> "list[Element]":
    """The properties of a control that holds this one cell."""
    content = cell.getparent()
    if content is None or content.tag != f"{_W}sdtContent":
        return []
    properties = content.getparent().find(f"{_W}sdtPr")
    return [] if properties is None else [properties]


def _inside(parent: "Element", name: str) -> "Iterator[Element]":
    """Elements in a cell, and not in a table within it."""
    for child in parent:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag != f"{_W}tbl":
            yield from _inside(child, name)


def _names(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in found if _NAME.fullmatch(name)))


def _text(parent: "Element") -> str:
    """What an element says to whoever reads the file."""
    pieces: list[str] = []
    _gather(parent, pieces)
    return lines_of("".join(pieces))


def _gather(parent: "Element", pieces: list[str]) -> None:
    for child in parent:
        if child.tag in _UNSEEN or _is_hidden(child):
            continue
        if child.tag == f"{_W}t":
            # LibreOffice writes the lines of an answer as texts side by side, without a break.
            before = child.getprevious()
            pieces.append("\n" if before is not None and before.tag == child.tag else "")
            pieces.append(child.text or "")
        elif child.tag in _BREAKS:
            pieces.append(_BREAKS[child.tag])
        elif child.tag == f"{_W}sym":
            pieces.append(_SIGNS.get(child.get(f"{_W}char", "").upper(), ""))
        else:
            _gather(child, pieces)
            if child.tag == f"{_W}p":
                pieces.append("\n")


def _is_hidden(run: "Element") -> bool:
    if run.tag != f"{_W}r":
        return False
    hidden = run.find(f"{_W}rPr/{_W}vanish")
    return hidden is not None and hidden.get(f"{_W}val", "true") not in ("0", "false", "off")
