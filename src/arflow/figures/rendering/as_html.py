"""A report as one self-contained page: contents, charts with their tables, the cases behind, the definitions."""

from datetime import date, datetime
from itertools import islice

import msgspec
from markupsafe import Markup

from arflow.figures.rendering.cell_words import MONTH, NUMERIC, asked_shown, definitions_shown, shown
from arflow.figures.rendering.charts import bars_left_out, svg
from arflow.figures.report import Cell, Column, Report, Row, Section, Unit
from arflow.papers.pages import Made, render

_MOST_CASES = 200
MOST_ROWS = 10  # of a section on a page that prints on one sheet
_MANY_COLUMNS = 11  # more go on paper laid across
_LONGEST_WHOLE = 24


class _Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A section as the page shows it: its picture, and its first cases with the number of those left out."""

    section: Section
    picture: Markup | None
    bars_left_out: int
    cases: tuple[Row, ...]
    more_cases: int

    @property
    def wide(self) -> bool:
        """Whether it needs paper laid across."""
        cases = self.section.cases
        return max(len(self.section.columns), len(cases.columns) if cases else 0) > _MANY_COLUMNS


def write(report: Report, at: datetime, template: str = "report.html") -> str:
    """The page as text; `at` is the moment it is made. `one_page.html` prints on one sheet."""
    return render(
        template,
        title=report.title,
        made=Made(at=at, log=report.log, checkpoint=report.checkpoint.said if report.checkpoint else ""),
        report=report,
        asked=asked_shown(report),
        drawn=[_drawn(section) for section in report.sections],
        definitions=definitions_shown(report),
        most_rows=MOST_ROWS,
        cell=_cell,
        numeric=_numeric,
    )


def _drawn(section: Section) -> _Drawn:
    rows = section.cases.rows() if section.cases else iter(())
    picture = svg(section)
    return _Drawn(
        section=section,
        picture=Markup(picture) if picture else None,  # noqa: S704  Vega escapes the words it draws
        bars_left_out=bars_left_out(section),
        cases=tuple(islice(rows, _MOST_CASES)),
        more_cases=sum(1 for _ in rows),
    )


def _numeric(column: Column) -> bool:
    return column.unit in NUMERIC


def _cell(cell: Cell, unit: Unit) -> str:
    """A cell with its meaning: days for machines too, ids, months and days never over two lines."""
    text = shown(cell, unit)
    if isinstance(cell, date):
        return Markup('<time datetime="{}" class="whole">{}</time>').format(cell.isoformat(), text)
    if isinstance(cell, str) and (" " not in text or MONTH.fullmatch(cell)) and len(text) <= _LONGEST_WHOLE:
        return Markup('<span class="whole">{}</span>').format(text)
    return text
