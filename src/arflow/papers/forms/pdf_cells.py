"""Reads the fields of a form that came back as a PDF: each is a cell with its name; printed pages have none."""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

from arflow.errors import DocumentRefused, InvalidValue
from arflow.papers.documents.pdf_file import pdf
from arflow.papers.forms.cells import Cell, Cells, lines_of
from arflow.papers.forms.questions import NOT_TICKED, TICKED

if TYPE_CHECKING:
    from pypdf import PdfReader

LARGEST = 20_000_000  # bytes: a larger PDF is no form, and is not looked through for the line of one
_MOST_FIELDS, _LONGEST_PAGE = 2_000, 1_000_000  # fields; bytes of what draws a page: those of a form draw less by far
_BEGINS, _WITHIN = b"%PDF-", 1024


def is_pdf(content: bytes) -> bool:
    """Whether a file begins as a PDF does, which may have a little before it (ISO 32000-2 7.5.2)."""
    return _BEGINS in content[:_WITHIN]


def cells_of(content: bytes, name: str) -> Cells:
    """The fields of a PDF, and the words of its first page and its last; InvalidValue where it is damaged or locked."""
    if len(content) > LARGEST:
        raise InvalidValue("FILE", name, f"a form: it has more than {LARGEST // 1_000_000} MB")
    try:
        with pdf(BytesIO(content), name) as reader:
            fields = reader.get_fields() or {}
            if len(fields) > _MOST_FIELDS:
                raise InvalidValue("FILE", name, "a form: it has far more fields than one")
            cells = tuple(_cells(fields))
            return Cells(tables=((cells,),), text=_text(reader), is_page=True)
    except DocumentRefused as refusal:
        said = refusal.in_options().removeprefix(name).strip()
        raise InvalidValue("FILE", name, f"a PDF that can be read: it {said}") from refusal


def _cells(fields: dict[str, Any]) -> Iterator[Cell]:
    for name, field in fields.items():
        if field.get("/FT") in ("/Tx", "/Ch", "/Btn"):
            yield Cell(text=_said(field), tags=(name,))


def _said(field: Any) -> str:
    """The words of a field, the code of a choice, or the sign of a tick."""
    value = field.get("/V")
    if field.get("/FT") == "/Btn":
        return NOT_TICKED if value in (None, "", "/Off") else TICKED
    said = value[0] if isinstance(value, list) and value else value
    return lines_of(str(said).replace("\r\n", "\n").replace("\r", "\n")) if said else ""


def _text(reader: "PdfReader") -> str:
    """Where the line of a form stands: in the subject of the file, and at the foot of each page."""
    from pypdf.errors import PyPdfError

    said = [reader.metadata.subject or "" if reader.metadata else ""]
    for page in {0, len(reader.pages) - 1}:
        with suppress(PyPdfError, ValueError, KeyError, TypeError, AttributeError):
            drawn = reader.pages[page].get_contents()
            if drawn is not None and len(drawn.get_data()) <= _LONGEST_PAGE:
                said.append(reader.pages[page].extract_text())
    return "\n".join(said)
