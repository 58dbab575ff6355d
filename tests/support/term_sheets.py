"""The sheet of a term list as a school office fills it in, and as other programs save it."""

from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from arflow.planning import list_words as words


def opened(content: bytes) -> Workbook:
    """A workbook as another program reads it."""
    return load_workbook(BytesIO(content))


def saved(book: Workbook) -> bytes:
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def reviews(book: Workbook) -> Worksheet:
    sheet = book["Reviews"]
    assert isinstance(sheet, Worksheet)
    return sheet


def places(sheet: Worksheet) -> dict[str, int]:
    """The columns by their headings, counted from 1."""
    return {str(cell.value): at for at, cell in enumerate(sheet[1], 1)}


def row_of(sheet: Worksheet, plan: str) -> int:
    """The row of a plan."""
    return next(row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == plan)


def filled(
    content: bytes,
    days: Mapping[str, date | str],
    notes: Mapping[str, str] | None = None,
    then: Callable[[Worksheet], Any] = lambda _: None,
) -> bytes:
    """The sheet with the days and the notes of a school in it, and whatever else was done to it."""
    book = opened(content)
    sheet = reviews(book)
    at = places(sheet)
    for plan, day in days.items():
        sheet.cell(row_of(sheet, plan), at[words.DAY]).value = day
    for plan, note in (notes or {}).items():
        sheet.cell(row_of(sheet, plan), at[words.NOTE]).value = note
    then(sheet)
    return saved(book)
