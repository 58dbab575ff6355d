"""What the libraries that read sheets leave out: a formula without its value, an error, how far cells reach, the first day."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import IO, Any

import msgspec

from arflow.imports.layout import DAY_ZERO, DAY_ZERO_OF_1904

_PIECE = 1 << 20
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PLACE = re.compile(r"([A-Z]+)(\d+)")
NO_VALUE = "is a formula whose value the file does not hold: open it in Excel, let it calculate, and save it"
_REPEATED = "number-{}-repeated"


class CellsFound(msgspec.Struct, kw_only=True):
    """What a sheet's XML says: the broken cells by row and place, and the last row and column that hold something."""

    broken: dict[tuple[int, int], str] = {}
    rows: int = 0
    columns: int = 0


def error_in(text: str) -> str:
    """The fault of a cell that holds an error of the spreadsheet, such as #N/A."""
    return f"holds the error {text} of the spreadsheet: correct the formula, or clear the cell"


def of_workbook(zipped: zipfile.ZipFile, sheet: str) -> CellsFound:
    """The broken cells of a sheet of an Excel workbook; a sheet that has no formula is not read again."""
    part = _parts(zipped).get(sheet)
    if part is None:
        return CellsFound()
    with zipped.open(part) as file:
        if not _has_formula(file):
            return CellsFound()
    with zipped.open(part) as file:
        return _excel_cells(file)


def of_strict_workbook(zipped: zipfile.ZipFile) -> dict[str, CellsFound]:
    """The cells of each sheet of a Strict workbook, broken or not, and how far they reach."""
    found: dict[str, CellsFound] = {}
    for name, part in _parts(zipped).items():
        with zipped.open(part) as file:
            found[name] = _excel_cells(file)
    return found


def day_zero_of_strict_workbook(zipped: zipfile.ZipFile) -> date:
    """The day that the serial numbers of a Strict workbook count from."""
    told = (one.get("date1904") for one in _parsed(zipped, "xl/workbook.xml").iter("{*}workbookPr"))
    return DAY_ZERO_OF_1904 if next(told, None) in ("1", "true") else DAY_ZERO


def day_zero_of_opendocument(zipped: zipfile.ZipFile) -> date:
    """The day that the numbers of an OpenDocument file count from; ValueError for one that no calendar has."""
    with zipped.open("content.xml") as file:
        for _, element in _walked(file, "null-date", "table"):
            if element.tag.endswith("}table"):
                break  # the settings stand before the sheets
            return date.fromisoformat((_attribute(element, "date-value") or str(DAY_ZERO))[:10])
    return DAY_ZERO


def _parsed(zipped: zipfile.ZipFile, part: str) -> Any:
    from lxml import etree

    return etree.fromstring(zipped.read(part), etree.XMLParser(resolve_entities=False, no_network=True))


def _parts(zipped: zipfile.ZipFile) -> dict[str, str]:
    """The part that holds each sheet, by its name."""
    parts: dict[str, str] = {}
    there = set(zipped.namelist())
    targets = {one.get("Id"): one.get("Target") for one in _parsed(zipped, "xl/_rels/workbook.xml.rels")}
    for one in _parsed(zipped, "xl/workbook.xml").iter("{*}sheet"):
        wanted = next((value for name, value in one.attrib.items() if name.endswith("}id")), None)
        target = PurePosixPath(targets.get(wanted) or "")
        part = str(target).lstrip("/") if target.is_absolute() else str(PurePosixPath("xl") / target)
        if part in there:
            parts[one.get("name")] = part
    return parts


def _has_formula(file: IO[bytes]) -> bool:
    tail = b""
    for piece in iter(lambda: file.read(_PIECE), b""):
        if _FORMULA.search(tail + piece):
            return True
        tail = piece[-40:]
    return False


def _excel_cells(file: IO[bytes]) -> CellsFound:
    found, row, column = CellsFound(), 0, 0
    for event, element in _walked(file, "row", "c"):
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            if tag == "row":
                row, column = int(element.get("r") or row + 1), 0
            continue
        if tag == "row":
            _let_go(element)
            continue
        column = _column(element.get("r")) or column + 1
        value = next((one.text for one in element.iter("{*}v")), None)
        inline = next(element.iter("{*}is"), None)
        if element.get("t") == "e":
            found.broken[row, column - 1] = error_in(value or "#N/A")
        elif next(element.iter("{*}f"), None) is not None and value is None:
            found.broken[row, column - 1] = NO_VALUE
        if value is not None or inline is not None or (row, column - 1) in found.broken:
            found.rows, found.columns = max(found.rows, row), max(found.columns, column)
    return found


def _column(place: str | None) -> int:
    letters = _PLACE.fullmatch(place or "")
    number = 0
    for letter in letters[1] if letters else "":
        number = number * 26 + ord(letter) - 64
    return number


def of_opendocument(zipped: zipfile.ZipFile) -> dict[str, CellsFound]:
    """The cells of each sheet of an OpenDocument file; a cell or row that is written once for many is counted for all."""
    sheets, row, column = {"": CellsFound()}, 0, 0
    with zipped.open("content.xml") as file:
        for event, element in _walked(file, "table", "table-row", "table-cell", "covered-table-cell"):
            tag = element.tag.rpartition("}")[2]
            if event == "start":
                if tag == "table":
                    sheets[_attribute(element, "name") or ""], row = CellsFound(), 0
                elif tag == "table-row":
                    row, column = row + 1, 0
                continue
            found = next(reversed(sheets.values()))
            if tag == "table-row":
                row += _repeats(element, "rows") - 1
                _reach(found, element, row)
                _let_go(element)
            elif tag.endswith("table-cell"):
                column += 1
                if why := _wrong_in_cell(element):
                    found.broken[row, column - 1] = why
                column += _repeats(element, "columns") - 1
    return sheets


def _reach(found: CellsFound, line: Any, row: int) -> None:
    """Note how far a row reaches, if it holds something."""
    columns = 0
    for cell in line:
        columns += _repeats(cell, "columns")
        if len(cell):
            found.rows, found.columns = max(found.rows, row), max(found.columns, columns)


def _wrong_in_cell(cell: Any) -> str:
    text = "".join(cell.itertext()).strip()
    types = {value for name, value in cell.attrib.items() if name.endswith("}value-type")}
    if "error" in types or re.fullmatch(r"Err:\d+", text):
        return error_in(text or "#N/A")
    return NO_VALUE if _attribute(cell, "formula") and not types else ""


def _repeats(element: Any, what: str) -> int:
    return int(_attribute(element, _REPEATED.format(what)) or 1)


def _attribute(element: Any, name: str) -> str | None:
    return next((value for full, value in element.attrib.items() if full.rpartition("}")[2] == name), None)


def _walked(file: IO[bytes], *tags: str) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    wanted = [f"{{*}}{tag}" for tag in tags]
    yield from etree.iterparse(file, events=("start", "end"), tag=wanted, resolve_entities=False, no_network=True)


def _let_go(element: Any) -> None:
    """Free a row that has been looked at, and those before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
