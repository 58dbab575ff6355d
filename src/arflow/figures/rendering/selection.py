"""Choosing what of a report is wanted: one section, some of its rows, or the cases behind it."""

from collections.abc import Iterator, Sequence

import msgspec

from arflow.errors import InvalidValue, MissingValue, NotPossible, field_name
from arflow.figures.rendering.cell_words import shown
from arflow.figures.report import Cases, Cell, Column, Report, Row, Section, Unit
from arflow.words import in_words

Where = Sequence[tuple[str, str]]


def chosen(report: Report, *, section: str | None = None, where: Where = ()) -> Report:
    """The report with only the named section, and only the rows (and their cases) in which columns have the given values."""
    found = report.sections if section is None else (section_named(report, section),)
    return msgspec.structs.replace(report, sections=tuple(_narrowed(one, where) for one in found))


def section_named(report: Report, name: str | None) -> Section:
    """One section: by its name, or the only one there is."""
    names = [section.name for section in report.sections]
    if name is None and len(names) > 1:
        raise MissingValue(field_name("section"), f"{report.name} has {len(names)}; one of: {', '.join(names)}", names)
    wanted = names[0] if name is None and names else name
    for section in report.sections:
        if section.name == wanted:
            return section
    raise InvalidValue(
        field_name("section"), wanted, f"a section of {report.name}; possible: {', '.join(names)}", names
    )


def opened(report: Report, *, section: str | None = None, where: Where = ()) -> Section:
    """A section with the cases behind it, or behind one figure: where the columns it is grouped by have its values."""
    found = section_named(report, section) if section else _with_cases(report, where)
    if found.cases is None:
        raise NotPossible(f"no cases are kept behind {found.name}: leave out --cases")
    places = _places(found, found.cases.columns, where)
    return msgspec.structs.replace(found, cases=_filtered(found.cases, places), note=_noted(found, places))


def _with_cases(report: Report, where: Where) -> Section:
    """The only section whose cases have the columns asked for; otherwise one must be named."""
    behind = [section for section in report.sections if section.cases]
    wanted = {_plain(name) for name, _ in where}
    fit = [one for one in behind if one.cases and wanted <= {_plain(column.name) for column in one.cases.columns}]
    return section_named(msgspec.structs.replace(report, sections=tuple(fit or behind or report.sections)), None)


def _narrowed(section: Section, where: Where) -> Section:
    if not where:
        return section
    places = _places(section, _groups(section), where)
    tests = _tests(section.columns, places)
    return msgspec.structs.replace(
        section,
        rows=tuple(row for row in section.rows if _all_same(row, tests)),
        note=_noted(section, places),
        cases=_filtered(section.cases, places) if section.cases else None,
    )


def _noted(section: Section, places: Where) -> str:
    said = " and ".join(f"{in_words(name)} is {value or 'empty'}" for name, value in places)
    return " ".join(filter(None, (section.note, said and f"Only where {said}.")))


def _groups(section: Section) -> tuple[Column, ...]:
    """The columns a section's figures are grouped by: those its cases have too, otherwise its words."""
    if section.cases is None:
        return tuple(column for column in section.columns if column.unit in ("text", "day"))
    names = {column.name for column in section.cases.columns}
    return tuple(column for column in section.columns if column.name in names)


def _places(section: Section, columns: Sequence[Column], where: Where) -> list[tuple[str, str]]:
    """The conditions with the columns' own names; InvalidValue for a column that is not there."""
    names = {_plain(column.name): column.name for column in columns}
    for name, _ in where:
        if _plain(name) not in names:
            possible = tuple(names.values())
            wanted = f"a column to choose by in {section.name}; possible: {', '.join(possible) or 'none'}; or name a --section"
            raise InvalidValue(field_name("where"), name, wanted, possible)
    return [(names[_plain(name)], value) for name, value in where]


def _filtered(cases: Cases, places: Where) -> Cases:
    tests = _tests(cases.columns, places)

    def rows() -> Iterator[Row]:
        return (row for row in cases.rows() if _all_same(row, tests))

    return Cases(columns=cases.columns, rows=rows)


def _tests(columns: Sequence[Column], places: Where) -> list[tuple[int, Unit, str]]:
    """Each condition as the place of its column, its unit, and the value wanted."""
    at = {column.name: (number, column.unit) for number, column in enumerate(columns)}
    return [(*at[name], _plain(value)) for name, value in places]


def _all_same(row: Row, tests: Sequence[tuple[int, Unit, str]]) -> bool:
    return all(wanted in _readings(row[at], unit) for at, unit, wanted in tests)


def _readings(cell: Cell, unit: Unit) -> tuple[str, ...]:
    """How people may write a cell: as programs have it, or as it is shown; nothing for None."""
    return ("",) if cell is None else (_plain(str(cell)), _plain(shown(cell, unit)))


def _plain(value: str) -> str:
    """Capitals, underscores and hyphens make no difference."""
    return value.casefold().replace("_", " ").replace("-", " ")
