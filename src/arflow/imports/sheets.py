"""Rows from a CSV or XLSX file, streamed, under the names a mapping gives their columns."""

import tomllib
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from arflow import toml_text
from arflow.errors import InvalidValue, NotFound, field_name
from arflow.imports import csv_text, workbook

Cell = str | date
_SAVE = "save it as an Excel workbook (.xlsx) or as CSV (UTF-8)"
_MARKS = {
    b"\xd0\xcf\x11\xe0": f"an old workbook (.xls), or has a password; {_SAVE}",
    b"\x09\x08": f"an old workbook (.xls); {_SAVE}",
    b"\xff\xfe": f"UTF-16, which Excel calls Unicode text; {_SAVE}",
    b"\xfe\xff": f"UTF-16, which Excel calls Unicode text; {_SAVE}",
}


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a file's columns and values are read: arflow's field to the file's heading, and values to replace."""

    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a sheet: its number as a spreadsheet shows it, and its cells by field."""

    number: int
    cells: dict[str, Cell]


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
    """A file of rows; InvalidValue where it is no sheet or lacks a needed column."""

    def __init__(self, path: Path, mapping: Mapping, fields: tuple[str, ...], needed: tuple[str, ...]) -> None:
        if not path.is_file():
            raise NotFound("file", str(path), "name a CSV or XLSX file")
        self._path, self._mapping, self.fields = path, mapping, fields
        unknown = [name for name in mapping.columns if name not in fields]
        if unknown:
            raise InvalidValue(field_name("mapping"), unknown[0], f"a field: use {', '.join(fields)}", fields)
        with closing(self._lines()) as lines:
            headings = next(lines, None)
        if headings is None:
            raise InvalidValue("FILE", path.name, "a sheet: it is empty")
        self._places = self._find([str(heading or "").strip() for heading in headings[1]])
        missing = [self.heading(name) for name in needed if name not in self._places]
        if missing:
            raise InvalidValue("FILE", path.name, f"complete: it has no column {', '.join(missing)} (see --mapping)")

    def heading(self, field: str) -> str:
        """What the file calls a field."""
        return self._mapping.columns.get(field, field)

    def _find(self, headings: list[str]) -> dict[str, int]:
        lowered = [heading.lower() for heading in headings]
        wanted = {field: self.heading(field).lower() for field in self.fields}
        return {field: lowered.index(name) for field, name in wanted.items() if name in lowered}

    def rows(self) -> Iterator[Row]:
        """Every row with something in it, below the headings."""
        with closing(self._lines()) as lines:
            next(lines)
            for number, line in lines:
                cells = {field: self._cell(field, line, place) for field, place in self._places.items()}
                if any(cells.values()):
                    yield Row(number=number, cells=cells)

    def _cell(self, field: str, line: list[Any], place: int) -> Cell:
        value = line[place] if place < len(line) else None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = "" if value is None else _text(value)
        return self._mapping.values.get(field, {}).get(text, text)

    def _lines(self) -> Generator[tuple[int, list[Any]], None, None]:
        if self._path.suffix.lower() in (".xlsx", ".xlsm"):
            _check_named(self._path, "workbook")
            return workbook.lines(self._path)
        _check_named(self._path, "text")
        return csv_text.lines(self._path)


def _check_named(path: Path, named: Literal["workbook", "text"]) -> None:
    """Refuse a file that is not what its name says, with what it is."""
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, what in _MARKS.items():
        if start.startswith(mark):
            raise InvalidValue("FILE", path.name, f"a sheet that can be read: it is {what}")
    if start.startswith(b"PK") and named == "text":
        workbook.check(path)
        raise InvalidValue("FILE", path.name, "what its name says: it is a workbook; name it .xlsx")
    if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        raise InvalidValue("FILE", path.name, f"a sheet: it is a web page (HTML) or XML; open it in Excel and {_SAVE}")
    if named == "workbook" and start and not start.startswith(b"PK"):
        raise InvalidValue("FILE", path.name, "a workbook that can be read: it is none; if it is CSV, name it .csv")
    if b"\0" in start and named == "text":
        raise InvalidValue("FILE", path.name, f"a sheet: it is no text; {_SAVE}")


def _text(value: object) -> str:
    """A cell as text; a whole number that a spreadsheet keeps as a fraction stays whole."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
