"""Reads the tables of a form that LibreOffice saved as its own kind (.odt): each cell with the bookmarks in it.

Bookmarks are what is left of the names of answers there (ISO/IEC 26300, OpenDocument 1.3).
"""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from arflow import zip_listing
from arflow.errors import InvalidValue
from arflow.papers.forms.cells import Cell, Cells, lines_of
from arflow.papers.forms.word_form import BOOKMARK

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_BREAKS = {f"{_TEXT}line-break": "\n", f"{_TEXT}tab": " ", f"{_TEXT}s": " "}
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
# What was taken out with the tracking of changes on, comments, and what only programs read.
_UNSEEN = (f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note", f"{_TEXT}hidden-text")
_PARTS = ("content.xml", "styles.xml")  # the text, and the footers
TYPE = b"application/vnd.oasis.opendocument.text"


def is_odt(content: bytes) -> bool:
    """Whether a file says that it is OpenDocument text: its first part is its type, not packed (OpenDocument 1.3 part 2, 3.3)."""
    return content[30:38] == b"mimetype" and content[38 : 38 + len(TYPE)] == TYPE


def cells_of(content: bytes, name: str, longest: int) -> Cells:
    """Every table of a file, and its words; InvalidValue where it is damaged, or has more than `longest` bytes of text."""
    body, styles = _opened(content, name, longest)
    tables = tuple(_rows(table) for table in body.iter(f"{_TABLE}table"))
    return Cells(tables=tables, text=f"{_words(body)}\n{_words(styles)}")


def _opened(content: bytes, name: str, longest: int) -> "list[Element]":
    from lxml import etree

    if zip_listing.is_too_long(BytesIO(content)):
        raise InvalidValue("FILE", name, "a form: it has far more parts than one")
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        with ZipFile(BytesIO(content)) as parts:
            if any(parts.getinfo(part).file_size > longest for part in _PARTS):
                raise InvalidValue("FILE", name, "a form: it is far longer than one")
            return [etree.fromstring(parts.read(part), parser) for part in _PARTS]
    except (*zip_listing.TORN, KeyError, etree.XMLSyntaxError) as error:
        raise InvalidValue("FILE", name, "an .odt file that can be read: it is damaged or has a password") from error


def _rows(table: "Element") -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(_cell(cell) for cell in _own(row, "table-cell")) for row in _own(table, "table-row"))


def _own(parent: "Element", name: str) -> "Iterator[Element]":
    """The rows of a table, or the cells of a row, whatever groups they stand in."""
    for child in parent:
        if child.tag == f"{_TABLE}{name}":
            yield child
        elif child.tag not in (f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}table-cell"):
            yield from _own(child, name)


def _cell(cell: "Element") -> Cell:
    marks = (str(mark.get(f"{_TEXT}name")) for mark in cell.iter(f"{_TEXT}bookmark-start", f"{_TEXT}bookmark"))
    names = (mark.removeprefix(BOOKMARK) for mark in marks if mark.startswith(BOOKMARK))
    return Cell(text=_words(cell), bookmarks=tuple(dict.fromkeys(names)))


def _words(element: "Element") -> str:
    return lines_of("".join(_pieces(element)))


def _pieces(element: "Element") -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in _BREAKS:
            yield _BREAKS[str(child.tag)]
        elif child.tag not in _UNSEEN:
            yield from _pieces(child)
        yield "\n" if child.tag in _PARAGRAPHS else child.tail or ""
