"""The authority beside its region, its statistical neighbours and England, from the DfE's published table."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from arflow.errors import InvalidValue, MissingValue, field_name
from arflow.figures.measures import percent
from arflow.figures.report import Cell, Chart, Column, Report, Row, Section
from arflow.sen2.dfe.published_columns import RE_CUT_FROM, counted
from arflow.sen2.dfe.published_table import PublishedRow, authority, read_published

_PLACES = ("geographic_level", "la_name", "region_name")
Figures = Mapping[str, int | None]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A share that areas are compared by: some columns of the table as a part of others."""

    name: str
    title: str
    definition: str
    part: tuple[str, ...]
    whole: tuple[str, ...]

    @property
    def column(self) -> Column:
        """The column as a report has it."""
        return Column(name=self.name, title=self.title, unit="percent", definition=self.definition)

    def of(self, figures: Figures) -> float | None:
        """The share, None where a figure is suppressed."""
        part, whole = (_sum(figures, names) for names in (self.part, self.whole))
        return None if part is None or whole is None else percent(part, whole)


class Areas(msgspec.Struct, frozen=True, kw_only=True):
    """With whom the authority is compared: each group of rows by what it is called."""

    own: PublishedRow | None
    region: PublishedRow | None
    neighbours: tuple[PublishedRow, ...]
    england: PublishedRow | None


def areas(table: Path, year: int, la: str | None, neighbours: Path | None) -> Areas:
    """The rows to compare with; MissingValue for columns the table has not, NotFound for an authority it has not."""
    rows = read_published(table, (*_PLACES, *(column.name for column in counted(year))), "--compare")
    own = authority(rows, la, "--la") if la else None
    if not rows:
        raise InvalidValue(field_name("compare"), table.name, "a table with rows of all annual reviews")
    return Areas(
        own=own,
        region=next(
            (row for row in rows if own and row.level == "Regional" and row.name == own.text("region_name")), None
        ),
        neighbours=tuple(authority(rows, name, "--neighbours") for name in _names(neighbours)) if neighbours else (),
        england=next((row for row in rows if row.level == "National"), None),
    )


def _names(path: Path) -> list[str]:
    """The names or codes of a list, one a line; blank lines and those that begin with # are passed over."""
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidValue(field_name("neighbours"), path.name, f"a text file that can be read ({error})") from error
    names = [line for line in lines if line and not line.startswith("#")]
    if not names:
        raise MissingValue(
            field_name("neighbours"), f"{path.name} names nobody; write one authority a line, by name or code"
        )
    return names


def compared(report: Report, year: int, beside: Areas) -> Report:
    """The report with the comparison before its own sections."""
    names = [column.name for column in counted(year)]
    (own,) = report.sections[0].rows
    lines = tuple(_lines(dict(zip(names, own, strict=False)), beside, names))  # type: ignore[arg-type]
    return msgspec.structs.replace(report, sections=(*_sections(lines, year, beside), *report.sections))


def _lines(own: Figures, beside: Areas, names: Sequence[str]) -> Iterator[tuple[str, Figures]]:
    """Each area by its name, with its figures; neighbours one by one and together."""
    yield "This authority, from the log", own
    if beside.own:
        yield f"{beside.own.name}, as published", _figures(beside.own, names)
    if beside.region:
        yield beside.region.name, _figures(beside.region, names)
    for row in beside.neighbours:
        yield row.name, _figures(row, names)
    if beside.neighbours:
        yield "Neighbours together", _together([_figures(row, names) for row in beside.neighbours], names)
    if beside.england:
        yield beside.england.name, _figures(beside.england, names)


def _figures(row: PublishedRow, names: Iterable[str]) -> Figures:
    return {name: row.figure(name) for name in names}


def _together(found: Sequence[Figures], names: Iterable[str]) -> Figures:
    """The sums of those areas that have every figure; nothing if none has."""
    whole = [figures for figures in found if None not in figures.values()]
    return {name: _sum_of(figures[name] for figures in whole) if whole else None for name in names}


def _sum(figures: Figures, names: Iterable[str]) -> int | None:
    return _sum_of(figures[name] for name in names)


def _sum_of(values: Iterable[int | None]) -> int | None:
    found = list(values)
    return None if None in found else sum(value or 0 for value in found)


# --- the sections ---------------------------------------------------------------------------------------------------


def _sections(lines: Sequence[tuple[str, Figures]], year: int, beside: Areas) -> tuple[Section, Section]:
    shares, area = shares_of(year), Column(name="area", title="Area")
    columns = counted(year)
    without = [row.name for row in beside.neighbours if None in _figures(row, [one.name for one in columns]).values()]
    left_out = f" Suppressed, and not among the neighbours together: {', '.join(without)}." if without else ""
    no_region = "" if beside.own else " Name the authority with --la to have its region and its published row too."
    drawn = (shares[0], shares[-1])

    def rows(cells: Callable[[Figures], Iterable[Cell]]) -> tuple[Row, ...]:
        return tuple((name, *cells(figures)) for name, figures in lines)

    return (
        Section(
            name="compare",
            title="Beside other areas",
            note=f"Published figures are as the DfE has them, even where one is below zero.{left_out}{no_region}",
            columns=(area, *(share.column for share in shares)),
            rows=rows(lambda figures: (share.of(figures) for share in shares)),
            chart=Chart(
                kind="bar",
                x="area",
                series=tuple(share.name for share in drawn),
                title="Beside other areas",
                says=f"For each area a bar for {' and one for '.join(share.title.lower() for share in drawn)}; "
                "the table has the figures.",
            ),
        ),
        Section(
            name="compare_figures",
            title="The figures compared",
            columns=(area, *(one.column for one in columns)),
            rows=rows(lambda figures: (figures[one.name] for one in columns)),
        ),
    )


def shares_of(year: int) -> tuple[Share, ...]:
    """What areas are compared by, the meetings first and the four weeks last."""
    if year >= RE_CUT_FROM:
        return _re_cut(year)
    after, this = f"{(year + 1) % 100:02d}", f"{year % 100:02d}"
    outcomes = ("outcome_amend", "outcome_cease", "outcome_maintan")
    return (
        _share("met", f"Met since {year} %", f"Latest meeting in {year} or since, of reviews expected.",
               (f"review_meeting_{after}", f"review_meeting_{this}"), ("review_expected",)),
        _share("met_before", f"Met before {year} %", f"Latest meeting before {year}, of reviews expected.",
               (f"review_meeting_prior_{this}",), ("review_expected",)),
        _share("no_meeting", "No meeting %", "No meeting, of reviews expected.", ("no_review_meeting",), ("review_expected",)),
        _share("outstanding", "Outstanding %", "Decision outstanding, of meetings.",
               ("review_decision_outstanding",), ("total_review_meeting",)),
        _share("amend", "Amend %", "Decisions to amend, of recorded outcomes.", outcomes[:1], outcomes),
        _share("no_outcome", "No outcome %", "No outcome, of meetings.", ("no_outcome",), ("total_review_meeting",)),
        _share("four_weeks", "Four weeks %", "Decision within four weeks, of dated decisions.",
               ("number_decsion_4weeks",), ("number_decsion_4weeks", "number_decision_gt_4weeks")),
    )  # fmt: skip


def _re_cut(year: int) -> tuple[Share, ...]:
    expected, completed = f"review_expected_{year}", f"review_completed_{year}"
    outcomes = ("outcome_amended", "outcome_ceased", "outcome_maintained")
    return (
        _share("completed", f"Completed in {year} %", f"Completed in {year}, of reviews expected.", (completed,), (expected,)),
        _share("before", f"Completed before {year} %", f"Completed before {year}, of reviews expected.",
               (f"review_completed_prior_{year}",), (expected,)),
        _share("not_completed", "Not completed %", "Not completed, of reviews expected.", ("review_not_completed",), (expected,)),
        _share("amend", "Amended %", "Decisions to amend, of recorded outcomes.", outcomes[:1], outcomes),
        _share("no_outcome", "No outcome %", "No outcome, of those completed.", ("no_outcome_recorded",), (completed,)),
        _share("four_weeks", "Four weeks %", "Within four weeks, of those completed.",
               ("decision_4_weeks",), ("decision_4_weeks", "decision_over_4_weeks")),
    )  # fmt: skip


def _share(name: str, title: str, definition: str, part: tuple[str, ...], whole: tuple[str, ...]) -> Share:
    return Share(name=f"{name}_percent", title=title, definition=definition, part=part, whole=whole)
