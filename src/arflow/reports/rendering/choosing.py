"""Choosing what of a report is wanted: one section, some of its rows, or the cases behind it."""

from collections.abc import Iterator, Sequence

import msgspec

from arflow.errors import InvalidValue, MissingValue, NotPossible
from arflow.reports.report import Cases, Cell, Column, Report, Row, Section

Where = Sequence[tuple[str, str]]


def chosen(report: Report, *, section: str | None = None, where: Where = ()) -> Report:
    """The report with only the named section, and only the rows (and their cases) in which columns have the given values."""
    found = report.sections if section is None else (section_named(report, section),)
    return msgspec.structs.replace(report, sections=tuple(_narrowed(one, where) for one in found))


def section_named(report: Report, name: str | None) -> Section:
    """One section: by its name, or the only one there is."""
    names = [section.name for section in report.sections]
    if name is None and len(names) > 1:
        raise MissingValue("--section", f"{report.name} has {len(names)}; one of: {', '.join(names)}", names)
    wanted = names[0] if name is None and names else name
    for section in report.sections:
        if section.name == wanted:
            return section
    raise InvalidValue("--section", wanted, f"a section of {report.name}; possible: {', '.join(names)}", names)


def opened(section: Section, where: Where = ()) -> Cases:
    """The cases behind a section, or those of one figure: where the columns it is grouped by have its values."""
    if section.cases is None:
        raise NotPossible(f"no cases are kept behind {section.name}: leave out --cases")
    return _filtered(section.cases, _places(section.cases.columns, where)) if where else section.cases


def _narrowed(section: Section, where: Where) -> Section:
    if not where:
        return section
    places = _places(_groups(section), where)
    index = {column.name: at for at, column in enumerate(section.columns)}
    tests = [(index[name], value) for name, value in places]
    said = " and ".join(f"{name.replace('_', ' ')} is {value or 'empty'}" for name, value in places)
    return msgspec.structs.replace(
        section,
        rows=tuple(row for row in section.rows if _all_same(row, tests)),
        note=" ".join(filter(None, (section.note, f"Only where {said}."))),
        cases=_filtered(section.cases, places) if section.cases else None,
    )


def _groups(section: Section) -> tuple[Column, ...]:
    """The columns a section's figures are grouped by: those its cases have too, otherwise its words."""
    if section.cases is None:
        return tuple(column for column in section.columns if column.unit in ("text", "day"))
    names = {column.name for column in section.cases.columns}
    return tuple(column for column in section.columns if column.name in names)


def _places(columns: Sequence[Column], where: Where) -> list[tuple[str, str]]:
    """The conditions with the columns' own names; InvalidValue for a column that is not there."""
    names = {_plain(column.name): column.name for column in columns}
    for name, _ in where:
        if _plain(name) not in names:
            possible = tuple(names.values())
            raise InvalidValue("--where", name, f"a column to choose by; possible: {', '.join(possible)}", possible)
    return [(names[_plain(name)], value) for name, value in where]


def _filtered(cases: Cases, places: Where) -> Cases:
    index = {column.name: at for at, column in enumerate(cases.columns)}
    tests = [(index[name], value) for name, value in places]

    def rows() -> Iterator[Row]:
        return (row for row in cases.rows() if _all_same(row, tests))

    return Cases(columns=cases.columns, rows=rows)


def _all_same(row: Row, tests: Sequence[tuple[int, str]]) -> bool:
    return all(_plain(row[at]) == _plain(value) for at, value in tests)


def _plain(value: Cell) -> str:
    """As people may type it: capitals, underscores and hyphens in names make no difference."""
    return "" if value is None else str(value).casefold().replace("_", " ").replace("-", " ")
