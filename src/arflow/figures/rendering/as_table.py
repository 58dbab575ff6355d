"""A report as tables on a terminal, fitted to its width."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from arflow.figures.rendering import cells
from arflow.figures.rendering.cell_words import NUMERIC, asked_shown, definitions_shown, shown
from arflow.figures.rendering.narrow_rows import narrow_lines
from arflow.figures.rendering.wide_rows import fitted, row_lines, spare, wide_lines
from arflow.figures.report import Column, Report, Row, Section

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console


def write(report: Report, out: "Console") -> None:
    """The title, what was asked, each section's figures, and the definitions beneath."""
    _say_head(report, out)
    for section in report.sections:
        _say_section(section, out, titled=section.title != report.title)
        _say_rows(section.columns, section.rows, out, empty="Nothing to count.")
    for name, definition in definitions_shown(report):
        out.print(f"{name}: {definition}", style="dim", soft_wrap=True)


def write_cases(report: Report, section: Section, out: "Console", *, most: int | None = None) -> None:
    """The cases behind a section; at most so many, with a line that says how many more there are."""
    assert section.cases is not None
    _say_head(report, out)
    _say_section(section, out, titled=True)
    rows = section.cases.rows()
    _say_rows(section.cases.columns, islice(rows, most), out, empty="No case.")
    more = sum(1 for _ in rows)
    if more:
        out.print(f"{more:,} more: narrow them with --where, or take all with --format csv.")


def _say_head(report: Report, out: "Console") -> None:
    out.print(report.title, style="bold", soft_wrap=True)
    asked = "; ".join(f"{name.lower()} {value}" for name, value in asked_shown(report))
    out.print(f"{asked[0].upper()}{asked[1:]}", soft_wrap=True)


def _say_section(section: Section, out: "Console", *, titled: bool) -> None:
    out.print()
    if titled:
        out.print(section.title, style="bold", soft_wrap=True)
    if section.note:
        out.print(section.note, soft_wrap=True)


def _say_rows(columns: Sequence[Column], rows: Iterable[Row], out: "Console", *, empty: str) -> None:
    texts = [[shown(cell, column.unit) for cell, column in zip(row, columns, strict=True)] for row in rows]
    if not texts:
        out.print(f"{empty}\n")
        return
    told, heads = cells.columns(texts), [column.title for column in columns]
    fewest = [_least(column, texts) for column, texts in zip(columns, told, strict=True)]
    figures = [at for at, column in enumerate(columns) if column.unit in NUMERIC]
    left, paint = spare(fewest, out.width), out.paint
    if left >= 0:
        most = [cells.widest([head, *texts]) for head, texts in zip(heads, told, strict=True)]
        lines = wide_lines(heads, told, fitted(fewest, most, left), paint, right=figures)
    elif len(texts) == 1 and len(figures) == len(columns):
        lines = _turned(heads, [texts[0] for texts in told], out.width, paint)
    else:
        lines = narrow_lines(heads, told, _naming(columns), out.width, paint)
    for line in lines:
        out.file.write(f"{line}\n")


def _naming(columns: Sequence[Column]) -> list[int]:
    """The columns that name a row: the first ones that are no figures."""
    figures = (at for at, column in enumerate(columns) if column.unit in NUMERIC)
    return list(range(max(1, next(figures, 1))))


def _turned(heads: Sequence[str], figures: Sequence[str], room: int, paint: cells.Paint) -> Iterator[str]:
    """A single row of figures that is too wide, as a line for each of them."""
    beside = cells.widest(figures)
    left = spare([beside, 0], room)
    yield ""
    yield from row_lines([heads, figures], [min(cells.widest(heads), left), beside], paint, right=[1])
    yield ""


def _least(column: Column, texts: Sequence[str]) -> int:
    """The least room that a column takes: numbers and days are never broken, words only between each other."""
    head = cells.least_width([column.title], whole=False)
    return max(head, cells.least_width(texts, whole=column.unit != "text"))
