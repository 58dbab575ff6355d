"""Figures or cases as CSV, a row at a time: for spreadsheets and other programs."""

import csv
from collections.abc import Iterable
from datetime import date
from typing import TextIO

from arflow.figures.rendering.selection import section_named
from arflow.figures.report import Cell, Column, Report, Row

# A spreadsheet runs text that begins like this as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(report: Report, to: TextIO, *, section: str | None = None) -> None:
    """One section's figures under the names of its columns; with several sections one must be named."""
    found = section_named(report, section)
    write_rows(found.columns, found.rows, to)


def write_rows(columns: Iterable[Column], rows: Iterable[Row], to: TextIO) -> None:
    """Rows under the names of their columns: days in ISO, nothing for None, an apostrophe before what a spreadsheet would run."""
    lines = csv.writer(to, lineterminator="\n")
    lines.writerow(column.name for column in columns)
    lines.writerows([_written(cell) for cell in row] for row in rows)


def _written(cell: Cell) -> Cell:
    if isinstance(cell, date):  # a moment too
        return cell.isoformat()
    return safe(cell) if isinstance(cell, str) else cell


def safe(text: str) -> str:
    """Text that a spreadsheet takes for text: an apostrophe before what it would run, and line ends that end no row."""
    # The standard library does not quote a lone \r, which readers take for the end of a row.
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{lines}" if text.startswith(_FORMULA) else lines
