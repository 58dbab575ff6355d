"""Rows from a sheet of whatever kind, streamed, under the names a mapping gives their columns."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from arflow import toml_text
from arflow.errors import InvalidValue, NotFound, field_name
from arflow.imports import csv_text, headings, workbook
from arflow.imports.cells_in_xml import error_in
from arflow.imports.headings import plain
from arflow.imports.layout import Layout, Page
from arflow.pasted_text import as_typed

Cell = str | date
_SAVE = "save it as an Excel workbook (.xlsx) or as CSV (UTF-8)"
_ERRORS = {"#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!", "#spill!", "#calc!", "#getting_data"}
_WHOLE = re.compile(r"(-?\d+)\.0+")
_MIDNIGHT = time()
_SHOWN = 12


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a file is read: arflow's field to the file's heading, values to replace, and days whose time of day is left out."""

    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    without_time: list[str] = []


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a sheet: its number as a spreadsheet shows it, its cells by field, and what is wrong with some of them.

    `line` is the row as the file has it.
    """

    number: int
    cells: dict[str, Cell]
    faults: dict[str, str] = {}
    line: Sequence[Any] = ()


class RowFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in a row, and in which column."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.message}"


def read_mapping(path: Path | None) -> Mapping:
    """A mapping from a TOML file; none keeps arflow's own field names."""
    if path is None:
        return Mapping()
    try:
        return msgspec.convert(toml_text.read(path), Mapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise InvalidValue(field_name("mapping"), path.name, f"a mapping: {error}") from None


class Sheet:
    """A file of rows; InvalidValue where it is no sheet, lacks a needed column, or has one twice."""

    def __init__(
        self,
        path: Path,
        mapping: Mapping,
        fields: tuple[str, ...],
        needed: tuple[str, ...],
        layout: Layout | None = None,
    ) -> None:
        layout = layout or Layout()
        self._mapping, self.fields = mapping, fields
        unknown = [name for name in (*mapping.columns, *mapping.values, *mapping.without_time) if name not in fields]
        if unknown:
            raise InvalidValue(field_name("mapping"), unknown[0], f"a field: use {', '.join(fields)}", fields)
        wanted = {field: self.heading(field) for field in fields}
        self.headings = headings.find(path.name, pages(path, layout), wanted, needed, layout.heading_row)
        self._page = self.headings.page

    def heading(self, field: str) -> str:
        """What the file calls a field."""
        return self._mapping.columns.get(field, field)

    def day_after(self, days: int) -> date:
        """The day of a serial number, counted as the workbook counts."""
        return self._page.epoch + timedelta(days=days)

    def leaves_out_time(self, field: str) -> bool:
        """Whether the mapping says that a column's time of day does not matter."""
        return field in self._mapping.without_time

    @property
    def read_as(self) -> str:
        """How the file was read, where that was not plain: its coding, sheet and row of headings, and what was not read."""
        where = f"headings in {self.headings.place}" if self.headings.row > 1 else ""
        plain = "; ".join(filter(None, (self._page.read_as, where)))
        return "; ".join(filter(None, (plain and f"read as {plain}", self._not_read())))

    def _not_read(self) -> str:
        """The columns that nothing is read from, so that a heading that was missed is seen."""
        used = self.headings.places.values()
        names = [name for place, name in enumerate(self.headings.names) if name and place not in used]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        return f"nothing is read from {', '.join(names[:_SHOWN])}{more}" if names else ""

    def rows(self) -> Iterator[Row]:
        """Every row with something in it, below the headings; the headings again, as on each page of a report, are none."""
        again = [plain(name) for name in self.headings.names]
        broken = self._page.broken()
        with closing(self._page.lines()) as lines:
            for number, line in lines:
                if number <= self.headings.row or [plain(cell) for cell in line] == again:
                    continue
                row = self._row(number, line, broken)
                if row.faults or any(row.cells.values()):
                    yield row

    def _row(self, number: int, line: list[Any], broken: Any) -> Row:
        cells: dict[str, Cell] = {}
        faults: dict[str, str] = {}
        for field, place in self.headings.places.items():
            cells[field] = cell = self._cell(field, line[place] if place < len(line) else None)
            if (number, place) in broken:
                faults[field], cells[field] = broken[number, place], ""
            elif isinstance(cell, str) and cell.lower() in _ERRORS:
                faults[field], cells[field] = error_in(cell), ""
        return Row(number=number, cells=cells, faults=faults, line=line)

    def _cell(self, field: str, value: Any) -> Cell:
        if isinstance(value, datetime):
            at = (value + timedelta(milliseconds=500)).replace(microsecond=0)  # a spreadsheet keeps days as fractions
            return at.date() if at.time() == _MIDNIGHT else at.isoformat(" ")
        if isinstance(value, date):
            return value
        text = "" if value is None else _text(value)
        return self._mapping.values.get(field, {}).get(text, text)


def pages(path: Path, layout: Layout) -> list[Page]:
    """The sheets of a file that may be meant: the one that was named, or those that are not hidden."""
    if not path.is_file():
        raise NotFound("file", str(path), "name a CSV or XLSX file")
    kind = _kind(path)
    if kind == "text":
        if layout.sheet:
            raise InvalidValue(field_name("sheet"), layout.sheet, f"in {path.name}: a text file has no sheets")
        return [csv_text.page(path, layout)]
    for option in ("encoding", "delimiter"):
        if getattr(layout, option):
            raise InvalidValue(
                field_name(option), getattr(layout, option), f"for {path.name}: it is a workbook, no text"
            )
    found = workbook.pages(path)
    if layout.sheet is None:
        return [page for page in found if not page.is_hidden] or found
    named = [page for page in found if page.name.casefold() == layout.sheet.strip().casefold()]
    if not named:
        names = [page.name for page in found]
        raise InvalidValue(
            field_name("sheet"), layout.sheet, f"a sheet of {path.name}: it has {', '.join(names)}", names
        )
    return named


def _kind(path: Path) -> str:
    """What a file is by its content, whatever its name: a workbook or text; InvalidValue, with what it is, for another kind."""
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PK"):
        return "workbook"
    if start.startswith((b"\xd0\xcf\x11\xe0", b"\x09\x08")):
        raise InvalidValue(
            "FILE", path.name, f"a sheet that can be read: it is an old workbook (.xls), or has a password; {_SAVE}"
        )
    text = start[3:] if start.startswith(b"\xef\xbb\xbf") else start
    if text.lstrip()[:1] == b"<":
        raise InvalidValue("FILE", path.name, f"a sheet: it is a web page (HTML) or XML; open it in Excel and {_SAVE}")
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"SQLite format")):
        raise InvalidValue("FILE", path.name, "a sheet: it is another kind of file; name a CSV or XLSX file")
    return "text"


def _text(value: object) -> str:
    """A cell as text, without blanks around it; a whole number that a spreadsheet keeps as a fraction stays whole."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = as_typed(str(value)).strip()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text
