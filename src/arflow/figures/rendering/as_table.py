"""A report as tables on a terminal, fitted to its width."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Literal

from arflow.control_characters import visible
from arflow.figures.rendering.cell_words import NUMERIC, asked_shown, definitions_shown, shown
from arflow.figures.rendering.narrow_rows import LONGEST_WORD, say_narrow, spare
from arflow.figures.report import Column, Report, Row, Section

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


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
    cells = [[visible(shown(cell, column.unit)) for cell, column in zip(row, columns, strict=True)] for row in found]
    fewest, most = _widths(columns, cells)
    if len(found) == 1 and spare(fewest, out) < 0 and all(column.unit in NUMERIC for column in columns):
        _say_turned(columns, cells[0], out)
        return
    if spare(fewest, out) < 0:
        say_narrow(out, [column.title for column in columns], cells, _naming(columns))
        return
    out.print(_table(columns, cells, _fitted(fewest, most, spare(fewest, out))))


def _naming(columns: Sequence[Column]) -> list[int]:
    """The columns that name a row: the first ones that are no figures."""
    figures = (at for at, column in enumerate(columns) if column.unit in NUMERIC)
    return list(range(max(1, next(figures, 1))))


def _say_turned(columns: Sequence[Column], cells: Sequence[str], out: "Console") -> None:
    """A single row of figures that is too wide, as a line for each of them."""
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    turned = Table(box=SIMPLE, pad_edge=False, show_header=False)
    turned.add_column(overflow="fold")
    turned.add_column(justify="right")
    for column, cell in zip(columns, cells, strict=True):
        turned.add_row(Text(column.title), Text(cell))
    out.print(turned)


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> tuple[list[int], list[int]]:
    """The least and the most room each column takes: numbers and days are never broken, words only between each other."""
    from rich.cells import cell_len

    fewest, most = [], []
    for at, column in enumerate(columns):
        texts = [row[at] for row in cells]
        words = [word[:LONGEST_WORD] for text in (column.title, *texts) for word in text.split()]
        whole = words if column.unit == "text" else [*words, *texts]
        fewest.append(max(map(cell_len, whole), default=1))
        most.append(max(map(cell_len, (column.title, *texts)), default=1))
    return fewest, most


def _fitted(fewest: Sequence[int], most: Sequence[int], spare: int) -> list[int]:
    """Widths that share out the room that is left, to those that need least first."""
    widths = list(fewest)
    needy = sorted(range(len(widths)), key=lambda at: most[at] - fewest[at])
    for turn, at in enumerate(needy):
        given = min(most[at] - fewest[at], max(0, spare) // (len(needy) - turn))
        widths[at] += given
        spare -= given
    return widths


def _table(columns: Sequence[Column], cells: Iterable[Sequence[str]], widths: Sequence[int]) -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column, width in zip(columns, widths, strict=True):
        justify: Literal["left", "right"] = "right" if column.unit in NUMERIC else "left"
        drawn.add_column(Text(column.title), justify=justify, width=width, overflow="fold")
    for row in cells:
        drawn.add_row(*map(Text, row[: len(widths)]))
    return drawn
