"""Who can take how many meetings: officers with their absences, panels with their days, each from a file of rows."""

from collections.abc import Collection
from datetime import date
from math import ceil
from pathlib import Path

import msgspec

from arflow.imports.cell_values import Reading, one_spaced
from arflow.planning.checked_table import Table, whole_number
from arflow.planning.year_plan import Capacity, Panel

_OFFICERS = ("officer", "meetings_a_week", "away_from", "away_until")
_PANELS = ("panel", "cases")
_MOST = 500


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    officer: str
    a_week: int | None
    away: tuple[date, date] | None


def of_officer(a_week: int, away: tuple[tuple[date, date], ...] = ()) -> Capacity:
    """What an officer takes: in a day at most a third of the week's, rounded up."""
    return Capacity(a_week=a_week, a_day=ceil(a_week / 3), away=away)


def of_setting(a_week: int) -> Capacity:
    """What a setting takes: all of a week's in one day, if it comes to that, so that few visits are needed."""
    return Capacity(a_week=a_week, a_day=a_week)


def read_officers(path: Path, known: Collection[str], otherwise: int) -> dict[str, Capacity]:
    """Officers by name, from rows of officer, meetings_a_week, away_from, away_until: one row for each absence.

    `known` are the officers who hold plans: a name that is not among them is a fault. TableRefused with every fault.
    """
    names = {name.casefold(): name for name in known}
    lines = Table(path, _OFFICERS, _OFFICERS[:1]).rows(lambda row: _line(row, names))
    found: dict[str, Capacity] = {}
    for name in dict.fromkeys(line.officer for line in lines):
        own = [line for line in lines if line.officer == name]
        a_week = next((line.a_week for line in own if line.a_week is not None), otherwise)
        found[name] = of_officer(a_week, tuple(line.away for line in own if line.away))
    return found


def read_panels(path: Path) -> tuple[Panel, ...]:
    """Panels by day, from rows of panel (its day) and cases; TableRefused with every fault."""
    found = Table(path, _PANELS, _PANELS).rows(_panel, key=lambda panel: panel.on)
    return tuple(sorted(found, key=lambda panel: panel.on))


def _line(row: Reading, names: dict[str, str]) -> _Line | None:
    said, first, last = one_spaced(row.needed("officer")) or "", row.day("away_from"), row.day("away_until")
    if said and said.casefold() not in names:
        row.fault("officer", f"{said} holds no plan: see `arflow plan list`")
    if (first is None) != (last is None):
        row.fault("away_until" if first else "away_from", "is blank: an absence has a first and a last day")
    if first and last and last < first:
        row.fault("away_until", f"{last} is before {first}")
    a_week = whole_number(row, "meetings_a_week", 0, _MOST)
    away = (first, last) if first and last else None
    return _Line(officer=names.get(said.casefold(), said), a_week=a_week, away=away)


def _panel(row: Reading) -> Panel | None:
    on, cases = row.day("panel"), whole_number(row, "cases", 1, _MOST)
    for field, value in (("panel", on), ("cases", cases)):
        if value is None and row.text(field) is None:
            row.fault(field, "is blank")
    return Panel(on=on, cases=cases) if on and cases else None
