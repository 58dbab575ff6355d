"""Cells to values: UK and ISO days, doubtful days, and choices, each fault naming what was wanted."""

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta

from arflow.errors import ArflowError
from arflow.events import Quality
from arflow.imports.layout import DAY_ZERO
from arflow.imports.sheets import Cell, Row, RowFault, Sheet
from arflow.written_days import SHORT_YEAR, has_short_year, month_comes_first, written_day

_SERIAL = re.compile(r"\d{5}")
# The years of the serial numbers of a spreadsheet that are taken for days.
_YEARS_OF_SERIALS = range(1990, 2050)
# What people write into a cell that has nothing to say.
_NOTHING = {"n/a", "-", "–", "—", "null", "(blank)", "none", "nil", "not applicable"}
# Classes that are named, as the SEN2 return and schools write them.
_YEARS = {"r": 0, "rec": 0, "reception": 0, "n2": -1, "n1": -2}
_YEAR = re.compile(r"(?:nc ?)?(?:year|yr|y)?\s*(-?\d{1,2})", re.IGNORECASE)
# What commands call a field where a sheet calls it otherwise.
_FIELD_OF = {"on": "date"}
_TIME = re.compile(r"[T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([ap]m)?Z?$", re.IGNORECASE)
_NO_TIME = re.compile(r"[T ]\s*(00?:00(:00(\.0+)?)?|12:00(:00)?\s*am)Z?$", re.IGNORECASE)


class Reading:
    """One row being read: its values, with every fault kept."""

    def __init__(self, sheet: Sheet, row: Row) -> None:
        self._sheet, self._row = sheet, row
        self.faults: list[RowFault] = []
        for field, message in row.faults.items():
            self._keep(field, message)

    def fault(self, field: str, message: str) -> None:
        """Keep a fault of a field, unless its cell itself is broken: then that is what is wrong."""
        if field not in self._row.faults:
            self._keep(field, message)

    def _keep(self, field: str, message: str) -> None:
        self.faults.append(RowFault(row=self._row.number, column=self._sheet.heading(field), message=message))

    @property
    def number_of_row(self) -> int:
        """The row's number as a spreadsheet shows it."""
        return self._row.number

    def refused(self, refusal: ArflowError, otherwise: str) -> None:
        """Keep a refusal of the engine as a fault of the column that it speaks of."""
        self.faults.append(fault_of(refusal, self._sheet, self._row.number, otherwise))

    def text(self, field: str) -> str | None:
        """A text, or None where the cell is blank or says that there is nothing, such as N/A."""
        found = str(self._row.cells.get(field, ""))
        return None if found.lower() in _NOTHING else found or None

    def needed(self, field: str) -> str:
        """A text that must be there."""
        found = self.text(field)
        if found is None:
            self.fault(field, "is blank")
        return found or ""

    def school_year(self, field: str) -> int | None:
        """A National Curriculum year, also as R, N1 or Year 5; None where the cell is blank."""
        found = self.text(field)
        if found is None:
            return None
        year = _YEAR.fullmatch(found)
        known = int(year[1]) if year else _YEARS.get(found.lower())
        if known is None:
            self.fault(field, f"{found} is not a whole number, nor R, N1 or N2")
        return known

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
        if not cell or cell.lower() in _NOTHING:
            return None, "known"
        if cell.lower() in ("unknown", "not known"):
            return None, "missing"
        quality: Quality = "estimated" if cell.startswith("~") else "known"
        said = cell.removeprefix("~").strip()
        timed = _TIME.search(said)
        if timed and self._sheet.leaves_out_time(field):
            said = said[: timed.start()]
        found = parse_day(said, self._sheet.day_after)
        if found is None:
            self.fault(field, _why_no_day(cell, said))
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


def parse_day(
    text: str, day_after: Callable[[int], date] = lambda days: DAY_ZERO + timedelta(days=days)
) -> date | None:
    """A day written YYYY-MM-DD, DD/MM/YYYY or 12 Sep 2024, at midnight if at any time, or as a serial number; or None."""
    text = _NO_TIME.sub("", text.strip()).strip()
    if not _SERIAL.fullmatch(text):
        return written_day(text)
    try:
        serial = day_after(int(text))
    except OverflowError:
        return None
    return serial if serial.year in _YEARS_OF_SERIALS else None


def _why_no_day(cell: str, said: str) -> str:
    """Why a cell is not a day, by what is nearest to it."""
    timed, text = _TIME.search(said), _TIME.sub("", said).strip()
    if timed and parse_day(text):
        return f"{cell} has a time of day: write the day alone, or name the field in without_time of the mapping"
    if month_comes_first(text):
        return (
            f"{cell} is not a day: its month seems to come first, and then every day of the column may be read wrongly"
        )
    if has_short_year(text):
        return f"{cell} is not a day: {SHORT_YEAR}"
    return f"{cell} is not a day: write YYYY-MM-DD or DD/MM/YYYY, ~ before an estimate, or unknown"
