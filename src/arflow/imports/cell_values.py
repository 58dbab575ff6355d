"""Cells to values: UK and ISO days, doubtful days, and choices, each fault naming what was wanted."""

import re
from collections.abc import Collection
from datetime import date

from arflow.errors import ArflowError
from arflow.events import Quality
from arflow.imports.sheets import Cell, Row, RowFault, Sheet

_UK = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
# What commands call a field where a sheet calls it otherwise.
_FIELD_OF = {"on": "date"}
_TIME = re.compile(r"[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$")


class Reading:
    """One row being read: its values, with every fault kept."""

    def __init__(self, sheet: Sheet, row: Row) -> None:
        self._sheet, self._row = sheet, row
        self.faults: list[RowFault] = []

    def fault(self, field: str, message: str) -> None:
        """Keep a fault of a field."""
        self.faults.append(RowFault(row=self._row.number, column=self._sheet.heading(field), message=message))

    @property
    def number_of_row(self) -> int:
        """The row's number as a spreadsheet shows it."""
        return self._row.number

    def refused(self, refusal: ArflowError, otherwise: str) -> None:
        """Keep a refusal of the engine as a fault of the column that it speaks of."""
        self.faults.append(fault_of(refusal, self._sheet, self._row.number, otherwise))

    def text(self, field: str) -> str | None:
        """A text, or None where the cell is blank."""
        return str(self._row.cells.get(field, "")) or None

    def needed(self, field: str) -> str:
        """A text that must be there."""
        found = self.text(field)
        if found is None:
            self.fault(field, "is blank")
        return found or ""

    def number(self, field: str) -> int | None:
        """A whole number, or None where the cell is blank."""
        found = self.text(field)
        if found is None:
            return None
        try:
            return int(found)
        except ValueError:
            self.fault(field, f"{found} is not a whole number")
            return None

    def day(self, field: str) -> date | None:
        """A day, or None where the cell is blank."""
        day, quality = self.doubtful_day(field)
        if quality != "known":
            self.fault(field, "must be a known day: YYYY-MM-DD or DD/MM/YYYY")
        return day

    def doubtful_day(self, field: str) -> tuple[date | None, Quality]:
        """A day with its quality: ~day is estimated, `unknown` is missing, a blank cell is nothing."""
        cell: Cell = self._row.cells.get(field, "")
        if isinstance(cell, date):
            return cell, "known"
        if not cell:
            return None, "known"
        if cell.lower() == "unknown":
            return None, "missing"
        quality: Quality = "estimated" if cell.startswith("~") else "known"
        found = parse_day(cell.removeprefix("~"))
        if found is None:
            self.fault(
                field,
                f"{cell} is not a day: write YYYY-MM-DD or DD/MM/YYYY, ~ before an estimate, or unknown",
            )
        return found, quality

    def choice(self, field: str, among: Collection[str]) -> str | None:
        """One of the words of a set, or None where the cell is blank."""
        found = self.text(field)
        word = found.lower().replace(" ", "_").replace("-", "_") if found else None
        if word is not None and word not in among:
            self.fault(field, f"{found} is not one of {', '.join(among)}")
            return None
        return word


def fault_of(refusal: ArflowError, sheet: Sheet, row: int, otherwise: str) -> RowFault:
    """A refusal of the engine as a fault of the column that it speaks of, by the option its message begins with."""
    message = refusal.in_options()
    word, _, rest = message.partition(" ")
    field = word.rstrip(":").removeprefix("--").replace("-", "_").lower()
    field = _FIELD_OF.get(field, field)
    named = field in sheet.fields and (word.startswith("--") or word.endswith(":"))
    column = sheet.heading(field if named else otherwise)
    return RowFault(row=row, column=column, message=rest if named else message)


def one_spaced(name: str | None) -> str | None:
    """A name with one space between its words; one on several lines as it is, to be refused."""
    return name if name is None or len(name.splitlines()) > 1 else " ".join(name.split()) or None


def parse_day(text: str) -> date | None:
    """A day written YYYY-MM-DD or DD/MM/YYYY (a time of day behind it is left out), or None."""
    text = _TIME.sub("", text.strip())
    try:
        if found := _UK.fullmatch(text):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
