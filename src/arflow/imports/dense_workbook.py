"""Workbooks that are read a sheet at once: Strict Open XML, and OpenDocument (.ods). Their bounds are checked first."""

import zipfile
from collections.abc import Mapping
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from arflow.errors import InvalidValue
from arflow.imports import cells_in_xml
from arflow.imports.cells_in_xml import CellsFound
from arflow.imports.layout import Lines, Page
from arflow.imports.workbook_faults import SAVE_AGAIN, damaged

MOST_CELLS = 5_000_000


def pages(path: Path) -> list[Page]:
    """The sheets of cells of a workbook; InvalidValue where the library cannot read it, or a sheet is too large for it."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    epoch, looked_at = _looked_at(path)
    found = [
        Page(
            name=one.name,
            lines=partial(_lines, path, one.name),
            broken=partial(_broken, looked_at[one.name]),
            epoch=epoch,
            is_hidden=one.visible != SheetVisibleEnum.Visible,
        )
        for one in _opened(path).sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet and one.name in looked_at
    ]
    if not found:
        raise InvalidValue("FILE", path.name, "a workbook with a sheet of cells")
    return found


def _looked_at(path: Path) -> tuple[date, dict[str, CellsFound]]:
    """The day that numbers count from, and what the XML of each sheet says.

    The library makes room for every cell up to the last, so their number is bounded.
    """
    try:
        with zipfile.ZipFile(path) as zipped:
            if "content.xml" in zipped.namelist():
                epoch, found = cells_in_xml.day_zero_of_opendocument(zipped), cells_in_xml.of_opendocument(zipped)
            else:
                epoch, found = cells_in_xml.day_zero_of_strict_workbook(zipped), cells_in_xml.of_strict_workbook(zipped)
    except Exception as error:  # damage comes out of the parser as anything
        raise damaged(path) from error
    for one in found.values():
        if one.rows * one.columns > MOST_CELLS:
            raise InvalidValue("FILE", path.name, f"small enough: its cells reach to row {one.rows:,}; {SAVE_AGAIN}")
    return epoch, found


def _broken(found: CellsFound) -> Mapping[tuple[int, int], str]:
    return found.broken


def _lines(path: Path, sheet: str) -> Lines:
    from python_calamine import CalamineError

    try:
        rows = _opened(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise damaged(path) from error
    for number, line in enumerate(rows, 1):
        if any(cell != "" for cell in line):
            yield number, [None if cell == "" else cell for cell in line]


def _opened(path: Path) -> Any:
    from python_calamine import CalamineError, load_workbook

    try:
        return load_workbook(BytesIO(path.read_bytes()))  # by a path it would go by the name
    except CalamineError as error:
        raise damaged(path) from error
