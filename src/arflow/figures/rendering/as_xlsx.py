"""A report as an Excel workbook: contents, a sheet a section, its cases, and the definitions; rows are streamed."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from arflow.figures.rendering.cell_words import NUMERIC, asked_shown, definitions_shown, shown
from arflow.figures.report import Cell, Column, Report, Row, Section, Unit

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MOST_ROWS = 1_048_576  # a sheet ends there; below the header
_LONGEST_TEXT, _LONGEST_NAME = 32_767, 31
_WIDTHS: dict[Unit, int] = {"text": 24, "count": 11, "percent": 11, "days": 11, "day": 13, "moment": 18}
_FORMATS: dict[Unit, str] = {
    "count": "#,##0", "percent": "0.0%", "days": "#,##0.0", "day": "dd mmm yyyy", "moment": "dd mmm yyyy hh:mm",
}  # fmt: skip


class _Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet as the contents list it: its name, what it holds, how many rows, and how many there was no room for."""

    name: str
    holds: str
    rows: int
    left_out: int = 0


class _Book:
    """A workbook being written: its formats, and the names its sheets have taken."""

    def __init__(self, to: BinaryIO, report: Report, at: datetime) -> None:
        from xlsxwriter import Workbook

        # A cell that begins with = is text: what people typed must never run.
        self.book = Workbook(to, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        self.book.set_properties({"title": report.title, "comments": report.about, "created": _plain(at)})
        add = self.book.add_format
        self.bold, self.large, self.link = (
            add({"bold": True}),
            add({"bold": True, "font_size": 16}),
            self.book.get_default_url_format(),
        )
        self.wrapped = add({"text_wrap": True, "valign": "top"})
        self.units: dict[Unit, Format] = {unit: add({"num_format": text}) for unit, text in _FORMATS.items()}
        self.heads = {
            side: add({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "align": side})
            for side in ("left", "right")
        }
        self._taken: set[str] = set()

    def sheet(self, title: str) -> "Worksheet":
        """A new sheet, its name made fit for Excel and unlike any other."""
        plain = "".join(" " if c in "[]:*?/\\" else c for c in title).strip("' ") or "Sheet"
        name, number = plain[:_LONGEST_NAME], 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{plain[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
        self._taken.add(name.casefold())
        return self.book.add_worksheet(name)


def write(report: Report, to: BinaryIO, at: datetime) -> None:
    """The whole report with its cases; `at` is the moment it is made."""
    book = _Book(to, report, at)
    contents = book.sheet("Contents")
    sheets = [_section(book, section) for section in report.sections]
    sheets += [_cases(book, section) for section in report.sections if section.cases]
    definitions = definitions_shown(report)
    if definitions:
        sheets.append(_definitions(book, definitions))
    _contents(book, contents, report, sheets, at)
    book.book.close()


def _section(book: _Book, section: Section) -> _Sheet:
    return _table(book, section.title, section.columns, section.rows, holds=section.note or section.title)


def _cases(book: _Book, section: Section) -> _Sheet:
    assert section.cases is not None
    holds = f"The cases behind “{section.title}”"
    return _table(book, f"Cases - {section.title}", section.cases.columns, section.cases.rows(), holds=holds)


def _table(book: _Book, title: str, columns: Sequence[Column], rows: Iterable[Row], *, holds: str) -> _Sheet:
    """A sheet that filters and pivots as it stands: one header, then rows."""
    sheet = book.sheet(title)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for at, column in enumerate(columns):
        sheet.set_column(at, at, max(_WIDTHS[column.unit], min(len(column.title) + 3, 24)))
        title = f"{column.title} (UTC)" if column.unit == "moment" else column.title
        sheet.write_string(0, at, title, book.heads["right" if column.unit in NUMERIC else "left"])
    come = iter(rows)
    written = 0
    for written, row in enumerate(islice(come, _MOST_ROWS - 1), start=1):
        for at, (cell, column) in enumerate(zip(row, columns, strict=True)):
            _write(book, sheet, (written, at), cell, column.unit)
    if written:
        sheet.autofilter(0, 0, written, len(columns) - 1)
    else:
        sheet.write_string(1, 0, "Nothing to count.")
    return _Sheet(name=sheet.get_name(), holds=holds, rows=written, left_out=sum(1 for _ in come))


def _write(book: _Book, sheet: "Worksheet", place: tuple[int, int], cell: Cell, unit: Unit) -> None:
    """A cell with its type; percent as a share, as Excel counts it; moments in UTC, since Excel knows no zones."""
    match cell:
        case None:
            return
        case datetime():
            sheet.write_datetime(*place, _plain(cell), book.units["moment"])
        case date():
            sheet.write_datetime(*place, cell, book.units["day"])
        case int() | float():
            number = cell / 100 if unit == "percent" else cell
            sheet.write_number(
                *place, number, book.units["count" if isinstance(cell, int) and unit != "percent" else unit]
            )
        case _:
            sheet.write_string(*place, shown(cell, unit)[:_LONGEST_TEXT])


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _definitions(book: _Book, definitions: Sequence[tuple[str, str]]) -> _Sheet:
    sheet = book.sheet("Definitions")
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 100)
    sheet.freeze_panes(1, 0)
    for at, title in enumerate(("What", "Meaning")):
        sheet.write_string(0, at, title, book.heads["left"])
    for row, (name, text) in enumerate(definitions, start=1):
        sheet.write_string(row, 0, name, book.wrapped)
        sheet.write_string(row, 1, text, book.wrapped)
    return _Sheet(name=sheet.get_name(), holds="What each figure means", rows=len(definitions))


def _contents(book: _Book, sheet: "Worksheet", report: Report, sheets: Sequence[_Sheet], at: datetime) -> None:
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 90)
    sheet.write_string(0, 0, report.title, book.large)
    sheet.write_string(1, 0, report.about)
    facts = [
        *asked_shown(report),
        ("Made", shown(at, "moment")),
    ]
    if report.log:
        facts += [("Log", f"up to event {report.log[0]:,}"), ("Head of the log", report.log[1])]
    if report.checkpoint:
        facts.append(_named(report.checkpoint.said))
    for row, (name, text) in enumerate(facts, start=3):
        sheet.write_string(row, 0, name, book.bold)
        sheet.write_string(row, 1, text)
    first = len(facts) + 4
    for column, title in enumerate(("Sheet", "Rows", "What it holds")):
        sheet.write_string(first, column, title, book.heads["left" if column != 1 else "right"])
    for row, one in enumerate(sheets, start=first + 1):
        more = f". {one.left_out:,} more than a sheet has room for: use --cases --format csv" if one.left_out else ""
        quoted = one.name.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{quoted}'!A1", book.link, one.name)
        sheet.write_number(row, 1, one.rows, book.units["count"])
        sheet.write_string(row, 2, one.holds + more)


def _named(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name, value
