"""A report as tables on a terminal, fitted to its width."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from arflow.reports.rendering.wording import NUMERIC, asked_shown, definitions_shown, shown
from arflow.reports.report import Column, Report, Row, Section

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_UNFITTED = 10_000
_FEWEST_COLUMNS = 2


def write(report: Report, out: "Console") -> None:
    """The title, what was asked, each section's figures, and the definitions beneath."""
    _say_head(report, out)
    for section in report.sections:
        _say_section(section, out, titled=section.title != report.title)
        _say_rows(section.columns, section.rows, out, empty="Nothing to count.")
    for name, definition in definitions_shown(report):
        out.print(f"{name}: {definition}", style="dim", markup=False, soft_wrap=True)


def write_cases(report: Report, section: Section, out: "Console", *, most: int | None = None) -> None:
    """The cases behind a section; at most so many, with a line that says how many more there are."""
    assert section.cases is not None
    _say_head(report, out)
    _say_section(section, out, titled=True)
    rows = section.cases.rows()
    _say_rows(section.cases.columns, islice(rows, most), out, empty="No case.")
    more = sum(1 for _ in rows)
    if more:
        out.print(f"{more:,} more: narrow them with --where, or take all with --format csv.", markup=False)


def _say_head(report: Report, out: "Console") -> None:
    out.print(report.title, style="bold", markup=False, soft_wrap=True)
    asked = "; ".join(f"{name.lower()} {value}" for name, value in asked_shown(report))
    out.print(f"{asked[0].upper()}{asked[1:]}", markup=False, soft_wrap=True)


def _say_section(section: Section, out: "Console", *, titled: bool) -> None:
    out.print()
    if titled:
        out.print(section.title, style="bold", markup=False, soft_wrap=True)
    if section.note:
        out.print(section.note, markup=False, soft_wrap=True)


def _say_rows(columns: Sequence[Column], rows: Iterable[Row], out: "Console", *, empty: str) -> None:
    found = list(rows)
    if not found:
        out.print(f"{empty}\n", markup=False)
        return
    kept = len(columns)
    while not _fits(drawn := _table(columns[:kept], found), out) and kept > _FEWEST_COLUMNS:
        kept -= 1
    out.print(drawn)
    if kept < len(columns):
        left = ", ".join(column.title for column in columns[kept:])
        out.print(f"Too narrow for: {left}. Widen the window, or use --format csv.\n", markup=False, soft_wrap=True)


def _fits(table: "Table", out: "Console") -> bool:
    from rich.measure import Measurement

    return Measurement.get(out, out.options.update(width=_UNFITTED), table).minimum <= out.width


def _table(columns: Sequence[Column], rows: Sequence[Row]) -> "Table":
    """Numbers and days are never cut or broken; words and headings may go over several lines."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    cells = [[shown(cell, column.unit) for cell, column in zip(row, columns, strict=False)] for row in rows]
    for at, column in enumerate(columns):
        whole = 0 if column.unit == "text" else max(len(row[at]) for row in cells)
        drawn.add_column(
            Text(column.title), justify="right" if column.unit in NUMERIC else "left", min_width=whole or None
        )
    for row in cells:
        drawn.add_row(*map(Text, row))
    return drawn
