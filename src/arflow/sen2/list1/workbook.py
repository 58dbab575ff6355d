"""List 1 as a workbook or as CSV, with working papers and checks beside it; dates as DD/MM/YYYY."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from arflow.figures.rendering.as_csv import safe
from arflow.figures.report import Cell
from arflow.sen2.list1.children import COLUMNS, PAPERS, Entry, LastReviewed
from arflow.sen2.list1.list1_checks import Found

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_FOUND = {
    "check": "Check",
    "plan": "Unique ID",
    "severity": "Severity",
    "wrong": "What is wrong",
    "fix": "How to fix it",
}
_DATE_WIDTH = 13


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet or file: its name, its headings and its rows."""

    name: str
    headings: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]


def tables(listed: Sequence[Entry], found: Sequence[Found], by: LastReviewed) -> tuple[Table, Table, Table]:
    """The list, its working papers and its checks."""
    return (
        Table(
            name="List 1",
            headings=tuple(COLUMNS),
            rows=([tell(one, by) for tell in COLUMNS.values()] for one in listed),
        ),
        Table(
            name="Working papers",
            headings=tuple(PAPERS),
            rows=([tell(one) for tell in PAPERS.values()] for one in listed),
        ),
        Table(
            name="Checks",
            headings=tuple(_FOUND.values()),
            rows=([getattr(one, name) for name in _FOUND] for one in found),
        ),
    )


def write_workbook(made: Iterable[Table], to: BinaryIO) -> None:
    """A workbook with a sheet for each table; dates are dates, shown as DD/MM/YYYY."""
    from xlsxwriter import Workbook

    book = Workbook(to, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for table in made:
        _sheet(book, table)
    book.close()


def _sheet(book: "Workbook", table: Table) -> None:
    sheet = book.add_worksheet(table.name)
    bold, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(table.headings) - 1, _DATE_WIDTH)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.write_row(0, 0, table.headings, bold)
    for number, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell, day)
            elif cell is not None:
                sheet.write_string(number, place, str(cell))


def write_csv(table: Table, to: BinaryIO) -> None:
    """One table as CSV in UTF-8."""
    from io import TextIOWrapper

    text = TextIOWrapper(to, encoding="utf-8", newline="", write_through=True)
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(table.headings)
    lines.writerows(_texts(row) for row in table.rows)
    text.detach()


def _texts(row: Sequence[Cell]) -> Iterator[Cell]:
    return (
        f"{cell:%d/%m/%Y}" if isinstance(cell, date) else safe(cell) if isinstance(cell, str) else cell for cell in row
    )
