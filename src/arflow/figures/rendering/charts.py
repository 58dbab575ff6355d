"""A section's chart as SVG, drawn by Vega-Lite: readable by eye, in grey, on paper and by a screen reader."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from arflow.figures.rendering.cell_words import MONTH, shown
from arflow.figures.rendering.chart_specs import CONFIG, FONT, Point, bars, lines
from arflow.figures.report import Cell, Chart, Column, Row, Section

if TYPE_CHECKING:
    from xml.dom.minidom import Element

_MOST_BARS = 40
_OWN_TEXT = ("role", "aria-roledescription", "aria-hidden", "aria-label", "class", "font-family", "pointer-events")


def svg(section: Section) -> str | None:
    """The section's chart with its alternative text, ready to stand in a page; None where there is nothing to draw."""
    if section.chart is None:
        return None
    points = _points(section, section.chart)
    if not points:
        return None
    import vl_convert

    columns = [section.columns[_index(section, name)] for name in section.chart.series]
    chart = section.chart
    drawn_as_lines = chart.kind == "line"
    spec = lines(columns, points, chart.height) if drawn_as_lines else bars(chart.kind, columns, points)
    drawn = vl_convert.vegalite_to_svg({**spec, "config": CONFIG}, allowed_base_urls=[])
    return _as_one_image(drawn, section.name, section.chart)


def bars_left_out(section: Section) -> int:
    """How many values of a bar chart there is no room for."""
    chart = section.chart
    if chart is None or chart.kind == "line":
        return 0
    return max(0, len({row[_index(section, chart.x)] for row in section.rows}) - _MOST_BARS)


def _index(section: Section, name: str) -> int:
    return [column.name for column in section.columns].index(name)


def _points(section: Section, chart: Chart) -> list[Point]:
    """A point for each value of x and series; counts of rows with the same x are added up, other units cannot be."""
    x = section.columns[_index(section, chart.x)]
    series = [section.columns[_index(section, name)] for name in chart.series]
    found: dict[Cell, list[Row]] = {}
    for row in section.rows:
        found.setdefault(row[_index(section, chart.x)], []).append(row)
    repeated = any(len(rows) > 1 for rows in found.values())
    if repeated and not all(column.unit == "count" for column in series):
        return []
    kept = list(found.items())[: None if chart.kind == "line" else _MOST_BARS]
    points = [
        _point(
            cell,
            x,
            place,
            column,
            rank,
            [row[_index(section, column.name)] for row in rows],
            _provisional(section, rows),
        )
        for place, (cell, rows) in enumerate(kept)
        for rank, column in enumerate(series)
    ]
    return points if any(point.value is not None for point in points) else []


def _provisional(section: Section, rows: list[Row]) -> set[str]:
    """The series whose values in these rows are not complete, by title."""
    if section.chart is None or not section.chart.provisional:
        return set()
    at = _index(section, section.chart.provisional)
    return {name.partition(":")[0] for row in rows for name in str(row[at] or "").split("; ")}


def _point(  # noqa: PLR0917
    cell: Cell, x: Column, place: int, column: Column, rank: int, values: list[Cell], provisional: set[str]
) -> Point:
    numbers = [value for value in values if isinstance(value, int | float)]
    value = sum(numbers) if numbers else None
    return Point(
        x="none" if cell is None else shown(cell, x.unit),
        place=place,
        day=_day(cell),
        series=column.title,
        rank=rank,
        value=value,
        label=shown(value, column.unit) if value else "",
        provisional=column.title in provisional,
    )


def _day(cell: Cell) -> str | None:
    """The day a value of x has on a time axis; a month stands at its first day."""
    if isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    return f"{cell}-01" if isinstance(cell, str) and MONTH.fullmatch(cell) else None


def _as_one_image(drawn: str, name: str, chart: Chart) -> str:
    """One image with one text for screen readers; its ids are its own when several stand in a page."""
    from xml.dom.minidom import parseString

    root = parseString(drawn).documentElement  # noqa: S318  our own picture
    assert root is not None
    ids = [one.getAttribute("id") for one in root.getElementsByTagName("*") if one.hasAttribute("id")]
    for one in (root, *root.getElementsByTagName("*")):
        _make_plain(one, name, ids)
    root.setAttribute("role", "img")
    root.setAttribute("aria-label", f"{chart.title}. {chart.says}")
    root.setAttribute("font-family", FONT)
    text: str = root.toxml()
    return text


def _make_plain(one: "Element", name: str, ids: list[str]) -> None:
    for attribute in _OWN_TEXT:
        if one.hasAttribute(attribute):
            one.removeAttribute(attribute)
    for attribute, value in list(one.attributes.items()):
        for own in ids:
            if value in (f"url(#{own})", f"#{own}") or (attribute == "id" and value == own):
                one.setAttribute(attribute, value.replace(own, f"{name}-{own}"))
