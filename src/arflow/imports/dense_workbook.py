"""Workbooks that are read a sheet at once: Strict Open XML, and OpenDocument (.ods). Their bounds are checked first."""

import zipfile
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from arflow.errors import InvalidValue
from arflow.imports import cells_in_xml
from arflow.imports.cells_in_xml import CellsFound
from arflow.imports.layout import Lines, Page

_SAVE = "save it as an Excel workbook (.xlsx) or as CSV (UTF-8)"
MOST_CELLS = 5_000_000


def pages(path: Path) -> list[Page]:
    """The sheets of cells of a workbook; InvalidValue where the library cannot read it."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found = []
    for one in _opened(path).sheets_metadata:
        if one.typ == SheetTypeEnum.WorkSheet:
            looked_at = cache(partial(_looked_at, path, one.name))
            page = Page(
                name=one.name,
                lines=partial(_lines, path, one.name, looked_at),
                broken=partial(_broken, looked_at),
                is_hidden=one.visible != SheetVisibleEnum.Visible,
            )
            found.append(page)
    if not found:
        raise InvalidValue("FILE", path.name, "a workbook with a sheet of cells")
    return found


def _broken(looked_at: Callable[[], CellsFound]) -> Mapping[tuple[int, int], str]:
    return looked_at().broken


def _looked_at(path: Path, sheet: str) -> CellsFound:
    with zipfile.ZipFile(path) as zipped:
        if "content.xml" in zipped.namelist():
            return cells_in_xml.of_opendocument(zipped, sheet)
        return cells_in_xml.of_workbook(zipped, sheet, whole=True)


def _lines(path: Path, sheet: str, looked_at: Any) -> Lines:
    """The rows of a sheet: the library makes room for every cell up to the last, so their number is bounded first."""
    found: CellsFound = looked_at()
    if found.rows * found.columns > MOST_CELLS:
        raise InvalidValue("FILE", path.name, f"small enough: its cells reach to row {found.rows:,}; {_SAVE}")
    rows = _opened(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=found.rows or None)
    for number, line in enumerate(rows, 1):
        if any(cell != "" for cell in line):
            yield number, [None if cell == "" else cell for cell in line]


def _opened(path: Path) -> Any:
    from python_calamine import CalamineError, load_workbook

    try:
        return load_workbook(path)
    except CalamineError as error:
        raise InvalidValue(
            "FILE", path.name, f"a workbook that can be read: it is damaged; open it in Excel and {_SAVE}"
        ) from error
