"""A table that planning is given as a file: every row checked, every fault named by its row and column."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from arflow.errors import TableRefused
from arflow.imports.cell_values import Reading
from arflow.imports.sheets import Mapping, RowFault, Sheet

_Row = TypeVar("_Row")


class Table:
    """A CSV or XLSX file with these columns; InvalidValue where it is none, or lacks one of the `needed`."""

    def __init__(
        self, path: Path, columns: tuple[str, ...], needed: tuple[str, ...], called: Mapping | None = None
    ) -> None:
        """`called` is what the file calls columns and values otherwise."""
        self._path, self._sheet = path, Sheet(path, called or Mapping(), columns, needed)

    def rows(self, read: Callable[[Reading], _Row | None], key: Callable[[_Row], object] | None = None) -> list[_Row]:
        """Each row as `read` makes it, None where it has no `key`.

        TableRefused, with every fault, where a row has one or two rows have one key.
        """
        faults: list[RowFault] = []
        found = list(self._read(read, faults))
        if key:
            faults += self._twice(found, key)
        if faults:
            faults.sort(key=lambda fault: fault.row)
            raise TableRefused(self._path.name, faults)
        return [row for _, row in found]

    def _read(self, read: Callable[[Reading], _Row | None], faults: list[RowFault]) -> Iterator[tuple[int, _Row]]:
        for row in self._sheet.rows():
            reading = Reading(self._sheet, row)
            made = read(reading)
            faults += reading.faults
            if made is not None:
                yield row.number, made

    def _twice(self, found: list[tuple[int, _Row]], key: Callable[[_Row], object]) -> Iterator[RowFault]:
        first: dict[object, int] = {}
        for number, row in found:
            before = first.setdefault(key(row), number)
            if before != number:
                column = self._sheet.heading(self._sheet.fields[0])
                yield RowFault(row=number, column=column, message=f"{key(row)} stands in row {before} already")


def whole_number(row: Reading, field: str, least: int, most: int) -> int | None:
    """A whole number between two, or None where the cell is blank."""
    said = row.text(field)
    if said is None:
        return None
    if not (said.isascii() and said.isdigit()) or not least <= int(said) <= most:
        row.fault(field, f"{said} is not a whole number from {least} to {most}")
        return None
    return int(said)
