"""The sheet of a term list as a school office fills it in, and as other programs save it."""

from collections.abc import Callable, Mapping
from csv import writer
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZipFile

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


_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.3"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>
"""


def as_ods(content: bytes) -> bytes:
    """The sheet as another office program keeps it: OpenDocument, days with their type, blank cells told as repeated."""
    book, made = opened(content), BytesIO()
    tables = "".join(_ods_table(sheet) for sheet in book.worksheets)
    with ZipFile(made, "w") as zipped:
        zipped.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        zipped.writestr("content.xml", _ODS.format(tables=tables))
        zipped.writestr("META-INF/manifest.xml", "<manifest/>")
    return made.getvalue()


def _ods_table(sheet: Any) -> str:
    rows = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in sheet.iter_rows())
    return f"<table:table table:name={quoteattr(sheet.title)}>{rows}</table:table>"


def _ods_cell(cell: Any) -> str:
    if cell.value is None:
        return "<table:table-cell/>"
    if isinstance(cell.value, date):
        day = cell.value.date() if isinstance(cell.value, datetime) else cell.value
        shown = f"<text:p>{day:%a %d %b %Y}</text:p>"
        return f'<table:table-cell office:value-type="date" office:date-value="{day}">{shown}</table:table-cell>'
    text = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(cell.value).splitlines())
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


def as_csv(content: bytes) -> bytes:
    """The sheet as a spreadsheet exports it to text, with days as it shows them."""
    made = StringIO()
    for row in reviews(opened(content)).iter_rows(values_only=True):
        writer(made).writerow(f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row)
    return made.getvalue().encode("utf-8-sig")
