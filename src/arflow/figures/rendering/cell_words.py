"""How a report reads to people: cells with their units, and what was asked."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from arflow.figures.report import Cell, Report, Unit
from arflow.words import counted, in_words

NUMERIC: frozenset[Unit] = frozenset({"count", "percent", "days"})
NOTHING = "–"
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_MOST_LEFT_OUT = 20
_CODE_NAME = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")


def shown(cell: Cell, unit: Unit) -> str:
    """A cell as people read it: 1,204; 87.5%; 8 Sep 2025; Sep 2025; advice circulated; a dash for nothing."""
    match cell:
        case None:
            return NOTHING
        case datetime():
            return f"{day_shown(cell.date())}, {cell:%H:%M %Z}".strip()
        case date():
            return day_shown(cell)
        case int() | float():
            return _number(cell, unit)
        case _:
            return _text(cell)


def _text(cell: str) -> str:
    if MONTH.fullmatch(cell):
        return f"{date.fromisoformat(f'{cell}-01'):%b %Y}"
    return in_words(cell) if _CODE_NAME.fullmatch(cell) else cell


def day_shown(day: date) -> str:
    """A day as written in letters: 8 Sep 2025."""
    return f"{day.day} {day:%b %Y}"


def _number(cell: float, unit: Unit) -> str:
    if unit == "percent":
        return f"{cell:.1f}%"
    return f"{cell:,.1f}" if isinstance(cell, float) and not cell.is_integer() else f"{cell:,.0f}"


def asked_shown(report: Report) -> list[tuple[str, str]]:
    """What was asked, each part with its name."""
    asked = report.asked
    known = shown(asked.known_at, "moment") if asked.known_at else "everything recorded so far"
    said = [("As at", day_shown(asked.as_at)), ("As known at", known)]
    if asked.start or asked.end:
        start = day_shown(asked.start) if asked.start else "the beginning"
        said.append(("Period", f"{start} to {day_shown(asked.end or asked.as_at)}"))
    if asked.by != "all":
        said.append(("By", in_words(asked.by)))
    if report.left_out:
        said.append(("Left out", _left_out(report.left_out)))
    return said


def _left_out(cases: Sequence[str]) -> str:
    """The cases that no figure counts, the first of them with why."""
    more = len(cases) - _MOST_LEFT_OUT
    return ". ".join((*cases[:_MOST_LEFT_OUT], *([f"And {counted(more, 'more case')}"] if more > 0 else [])))


def definitions_shown(report: Report) -> list[tuple[str, str]]:
    """Every definition once: the report's own, then those of its columns."""
    found = {in_words(name): text for name, text in report.definitions.items()}
    for section in report.sections:
        for column in (*section.columns, *(section.cases.columns if section.cases else ())):
            if column.definition and column.definition not in found.values():
                name = column.title if column.title not in found else f"{column.title} ({section.title})"
                found[name] = column.definition
    return list(found.items())
