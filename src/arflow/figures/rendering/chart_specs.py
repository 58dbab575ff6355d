"""Charts as Vega-Lite specifications: lying bars that leave room for long names, and lines over time."""

import json
from collections import Counter
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import msgspec

from arflow.figures.rendering.palette import Look, looks
from arflow.figures.report import Column

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
_WIDTH, _BAR, _BAR_BESIDE = 880, 34, 20
_LETTER = 9  # pixels, of a bold figure of 13 pixels with some air
_LINE_OF_NAME, _LINES_OF_NAME = 36, 2
_INK, _GRID = "#0b0c0c", "#d3d7da"
_TEXT = {"labelFontSize": 14, "labelColor": _INK, "labelLimit": 320}
CONFIG: dict[str, Any] = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        **_TEXT, "titleFontSize": 14, "titleFontWeight": "normal", "titleColor": _INK, "titlePadding": 10,
        "gridColor": _GRID, "domainColor": _INK, "tickColor": _INK, "labelPadding": 6, "labelFlush": False,
    },
    "legend": {
        **_TEXT, "orient": "top", "direction": "horizontal", "title": None, "symbolSize": 180, "symbolStrokeWidth": 1.5,
        "columnPadding": 24, "offset": 14,
    },
}  # fmt: skip


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One value: of which x (its text, its place in the order, its day where it is a time) and of which series."""

    x: str
    place: int
    day: str | None
    series: str
    rank: int
    value: float | None
    label: str
    provisional: bool = False


def bars(kind: str, columns: Sequence[Column], points: Sequence[Point]) -> dict[str, Any]:
    """Bars stacked upon or standing beside each other, in the order of the rows, each with its number."""
    style, stacked = looks([column.name for column in columns]), kind == "stacked_bar"
    names = list(dict.fromkeys(point.x for point in sorted(points, key=lambda point: point.place)))
    most = 100 if columns[0].unit == "percent" else _most(points, stacked=stacked)
    value = {**_value(columns, most), "stack": "zero" if stacked else None}
    beside = not stacked and len(columns) > 1
    titles = [column.title for column in columns]
    offset = {"yOffset": {"field": "series", "type": "nominal", "sort": titles}} if beside else {}
    return {
        **_frame(points, {"step": _BAR_BESIDE if beside else _BAR}),
        "resolve": {"scale": {"color": "independent"}},
        "encoding": {"y": _names(names), **offset, "order": {"field": "rank", "type": "quantitative"}},
        "layer": [
            {
                "transform": [{"filter": "datum.value > 0"}],
                "mark": {"type": "bar", "strokeWidth": 1.5},
                "encoding": {"x": value, **_fills(columns, style)},
            },
            _numbers_within(columns, style, value, most) if stacked else _numbers_behind(value),
        ],
    }


def lines(columns: Sequence[Column], points: Sequence[Point], height: int) -> dict[str, Any]:
    """Lines in the order of time, each with its own colour, dashes and mark; nothing is drawn across a missing value.

    The point of a provisional value is hollow.
    """
    style = looks([column.name for column in columns])
    most = 100 if columns[0].unit == "percent" else _most(points, stacked=False)
    colour = _series(columns, [look.edge for look in style])
    dashes = _series(columns, [list(look.dash) for look in style])
    return {
        **_frame(points, height),
        "encoding": {"x": _time(points), "y": _value(columns, most), "color": colour},
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": {"strokeDash": dashes}},
            {
                "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
                "encoding": {"shape": _series(columns, [look.mark for look in style])},
            },
            {
                "transform": [{"filter": "datum.provisional && isValid(datum.value)"}],
                "mark": {"type": "point", "filled": False, "fill": "white", "size": 75, "opacity": 1, "strokeWidth": 2},
                "encoding": {"shape": _series(columns, [look.mark for look in style])},
            },
        ],
    }


def _frame(points: Sequence[Point], height: object) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": _WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 2, "top": 4, "right": 48, "bottom": 4},
        "data": {"values": [msgspec.to_builtins(point) for point in points]},
    }


def _most(points: Sequence[Point], *, stacked: bool) -> float:
    totals: Counter[int] = Counter()
    for point in points:
        value = point.value or 0
        totals[point.place] = totals[point.place] + value if stacked else max(totals[point.place], value)  # type: ignore[assignment]
    return max(totals.values()) or 1


def _value(columns: Sequence[Column], most: float) -> dict[str, Any]:
    """The axis of values, from zero; whole numbers only where few are counted, 0 to 100 for percent."""
    percent = columns[0].unit == "percent"
    ticks = min(6, max(1, int(most)))
    axis: dict[str, Any] = {"tickCount": ticks, "format": ",~f"}
    if percent:
        axis["labelExpr"] = "datum.label + '%'"
    title = "Days" if columns[0].unit == "days" else None
    scale = {"domain": [0, most], "nice": not percent}
    return {"field": "value", "type": "quantitative", "title": title, "axis": axis, "scale": scale}


def _names(names: Sequence[str]) -> dict[str, Any]:
    """The axis of names, in their order; long ones over two lines."""
    folded = [wrap(name, _LINE_OF_NAME, max_lines=_LINES_OF_NAME, placeholder=" …") or [""] for name in names]
    axis = {"ticks": False, "domain": False, "labelExpr": f"{json.dumps(folded)}[datum.value]"}
    scale = {"domain": list(range(len(names))), "paddingInner": 0.28, "paddingOuter": 0.14}
    return {"field": "place", "type": "ordinal", "title": None, "axis": axis, "scale": scale}


def _time(points: Sequence[Point]) -> dict[str, Any]:
    """The axis of time where each x is a day or a month, otherwise the values in their order."""
    if not all(point.day for point in points):
        return {
            "field": "x",
            "type": "ordinal",
            "sort": None,
            "title": None,
            "axis": {"labelAngle": 0, "labelOverlap": True},
        }
    days = sorted({point.day for point in points if point.day})
    monthly = all(day.endswith("-01") for day in days)
    axis: dict[str, Any] = {
        "format": "%b %Y" if monthly else "%-d %b %Y",
        "labelOverlap": True,
        "grid": False,
        "tickCount": 8,
    }
    if len(days) <= 8:
        axis["values"] = days
    scale = {"type": "utc", "padding": 10}
    return {"field": "day", "type": "temporal", "title": None, "axis": axis, "scale": scale}


def _series(columns: Sequence[Column], values: Sequence[object], *, legend: bool = True) -> dict[str, Any]:
    """A channel that tells the series apart, in the order of the columns; one series needs no legend."""
    scale = {"domain": [column.title for column in columns], "range": list(values)}
    shown = {} if legend and len(columns) > 1 else {"legend": None}
    return {"field": "series", "type": "nominal", "scale": scale, **shown}


def _fills(columns: Sequence[Column], style: Sequence[Look]) -> dict[str, Any]:
    return {
        "fill": _series(columns, [look.fill for look in style]),
        "stroke": _series(columns, [look.edge for look in style]),
    }


def _numbers_behind(value: dict[str, Any]) -> dict[str, Any]:
    mark = {"type": "text", "align": "left", "dx": 6, "fontSize": 13, "color": _INK}
    return {"mark": mark, "encoding": {"x": value, "text": {"field": "label", "type": "nominal"}}}


def _numbers_within(
    columns: Sequence[Column], style: Sequence[Look], value: dict[str, Any], most: float
) -> dict[str, Any]:
    """Numbers in the parts that are wide enough for them; the table has them all."""
    room = f"datum.value / {most} * {_WIDTH * 0.65:.0f} > {_LETTER} * length(datum.label)"
    return {
        "mark": {"type": "text", "fontSize": 13, "fontWeight": "bold"},
        "encoding": {
            "x": {**value, "bandPosition": 0.5},
            "color": _series(columns, [look.label for look in style], legend=False),
            "text": {"condition": {"test": room, "field": "label"}, "value": ""},
        },
    }
