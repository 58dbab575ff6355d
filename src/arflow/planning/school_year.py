"""A school year: its days, its terms, and on which days of it a school can hold a meeting."""

import re
from collections.abc import Collection
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import msgspec

from arflow.errors import InvalidValue, TableRefused, field_name
from arflow.imports.cell_values import Reading
from arflow.imports.sheets import RowFault
from arflow.law.periods import is_working_day
from arflow.law.workflow import Term as FirstDay
from arflow.planning.checked_table import Table

_WRITTEN = re.compile(r"(\d{4})\s*[-/]\s*(?:20)?(\d{2})")
_COLUMNS = ("term", "starts", "ends")
_SEPTEMBER = 9


class SchoolYear(msgspec.Struct, frozen=True, kw_only=True):
    """The year from 1 September of `begins` (a calendar year) to 31 August."""

    begins: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.begins, _SEPTEMBER, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.begins + 1, 8, 31)

    @property
    def transfer_on(self) -> date:
        """The day on which those who leave a phase with this year begin the next."""
        return date(self.begins + 1, _SEPTEMBER, 1)

    def __str__(self) -> str:
        return f"{self.begins}-{(self.begins + 1) % 100:02}"


def school_year_of(day: date) -> SchoolYear:
    """The school year that a day lies in."""
    return SchoolYear(begins=day.year - (day.month < _SEPTEMBER))


def written_year(text: str) -> SchoolYear:
    """A school year as people write it, 2026-27 or 2026/2027; InvalidValue for anything else."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        raise InvalidValue(field_name("year"), text, "a school year: write it as 2026-27")
    return SchoolYear(begins=int(found[1]))


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A term, or the part of one before or after its half-term: its name, its first and its last day."""

    name: str
    starts: date
    ends: date


def read_terms(path: Path, year: SchoolYear, known: Collection[FirstDay] = ()) -> tuple[Term, ...]:
    """The terms of a year from a file of rows (term, starts, ends), by day; TableRefused with every fault.

    Holidays are what lies between them. A term that the store knows (`known`) must begin as it does there.
    """
    table = Table(path, _COLUMNS, _COLUMNS)
    begun, rows = {term.name.casefold(): term.starts for term in known}, dict[str, int]()

    def read(row: Reading) -> Term | None:
        term = _term(row, begun)
        if term:
            rows[term.name] = row.number_of_row
        return term

    found = table.rows(read, key=lambda term: term.name)
    terms = tuple(sorted((one for one in found if _touches(one, year)), key=lambda term: term.starts))
    faults = [
        RowFault(row=rows[after.name], column="starts", message=f"{after.name} begins before {before.name} ends")
        for before, after in pairwise(terms)
        if after.starts <= before.ends
    ]
    if faults:
        raise TableRefused(path.name, faults)
    if not terms:
        raise InvalidValue(field_name("terms"), path.name, f"a list of the terms of {year}: it has none of that year")
    return terms


def _term(row: Reading, begun: dict[str, date]) -> Term | None:
    name, starts, ends = row.needed("term"), row.day("starts"), row.day("ends")
    for field, day in (("starts", starts), ("ends", ends)):
        if day is None and not row.faults:
            row.fault(field, "is blank")
    if starts is None or ends is None:
        return None
    if ends < starts:
        row.fault("ends", f"{ends} is before the term begins on {starts}")
    known = begun.get(name.casefold(), starts)
    if known != starts:
        row.fault("starts", f"{starts} is not the first day that the store has for {name}, {known}: see `arflow rules`")
    return Term(name=name, starts=starts, ends=ends)


def _touches(term: Term, year: SchoolYear) -> bool:
    return term.starts <= year.last and term.ends >= year.first


class SchoolDays(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The days of a school year on which a meeting can be held: working days in term.

    `bank_holidays` are those entered into the store beside the calendar's.
    """

    year: SchoolYear
    terms: tuple[Term, ...]
    bank_holidays: tuple[date, ...] = ()

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every one of them, in order."""
        first, last = self.year.first, self.year.last
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(day for day in every if self.in_term(day) and is_working_day(day, self.bank_holidays))

    @cached_property
    def _open(self) -> frozenset[date]:
        return frozenset(self.days)

    def __contains__(self, day: date) -> bool:
        return day in self._open

    def in_term(self, day: date) -> bool:
        """Whether a day, of the weekend too, lies between the first and the last day of a term."""
        return any(term.starts <= day <= term.ends for term in self.terms)
