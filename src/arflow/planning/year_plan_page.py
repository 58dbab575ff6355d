"""A year plan as one page: peak load and breaches before and after, and a heat map of weeks and settings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from math import ceil

import msgspec

from arflow.papers.pages import Made, render
from arflow.planning.load import ALL, Load, habitual_load, planned_load, weeks_of
from arflow.planning.year_plan import YearPlan
from arflow.words import counted, in_words

_LEVELS = 5
_MOST_SETTINGS, _MOST_LATE = 60, 200


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A week of a row: how many meetings, and how dark it is drawn, from 0 (none) to 5."""

    number: int
    level: int


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The weeks of a setting, or of all."""

    name: str
    cells: tuple[Cell, ...]


class HeatMap(msgspec.Struct, frozen=True, kw_only=True):
    """Weeks across, settings down; `months` are headings over so many weeks."""

    title: str
    says: str
    months: tuple[tuple[str, int], ...]
    weeks: tuple[date, ...]
    rows: tuple[Row, ...]


def write(plan: YearPlan, at: datetime, names: Mapping[str, str]) -> str:
    """The page as text, made `at` a moment; `names` are those of settings by URN."""
    before, after = habitual_load(plan), planned_load(plan)
    late = [one for one in plan.meetings if one.standing in ("late", "unavoidably_late", "no_room")]
    return render(
        "year_plan.html",
        title=f"Review meetings in {plan.ground.year}",
        made=Made(at=at, log=None),
        plan=plan,
        before=before,
        after=after,
        count=Counter(one.standing for one in plan.meetings),
        unavoidable=sum(one.standing == "unavoidably_late" for one in plan.meetings),
        maps=_maps(plan, before, after, names),
        settings_left_out=max(0, len(_settings(plan)) - _MOST_SETTINGS),
        late=late[:_MOST_LATE],
        late_left_out=max(0, len(late) - _MOST_LATE),
        words=in_words,
    )


def _settings(plan: YearPlan) -> list[str]:
    """The settings with most meetings first."""
    found = Counter(one.setting for one in plan.meetings if one.setting)
    return sorted(found, key=lambda setting: (-found[setting], setting))


def _maps(plan: YearPlan, before: Load, after: Load, names: Mapping[str, str]) -> tuple[HeatMap, ...]:
    """All settings by both ways one above the other, then each setting by each way: of one scale, so that they compare."""
    weeks, settings = weeks_of(plan), _settings(plan)[:_MOST_SETTINGS]
    most, most_of_one = (max(getattr(one, peak) for one in (before, after)) for peak in ("peak", "peak_of_a_setting"))
    months = tuple((f"{day:%b}", len(list(own))) for day, own in groupby(weeks, key=lambda week: week.replace(day=1)))
    both = (("In the month due", before), ("As planned", after))
    together = tuple(Row(name=way, cells=_cells(load, ALL, weeks, most)) for way, load in both)
    says = f"In the month due, {_says(before)} As planned, {_says(after)}"
    maps = [HeatMap(title="All settings together", says=says, months=months, weeks=tuple(weeks), rows=together)]
    for way, load in both:
        rows = tuple(Row(name=names.get(urn, urn), cells=_cells(load, urn, weeks, most_of_one)) for urn in settings)
        says = f"The fullest week of one setting has {counted(load.peak_of_a_setting, 'meeting')}."
        title = f"Each setting: {way[0].lower()}{way[1:]}"
        maps.append(HeatMap(title=title, says=says, months=months, weeks=tuple(weeks), rows=rows))
    return tuple(maps)


def _cells(load: Load, setting: str, weeks: Sequence[date], most: int) -> tuple[Cell, ...]:
    numbers = [load.weeks.get((setting, week), 0) for week in weeks]
    return tuple(Cell(number=number, level=ceil(_LEVELS * number / most) if most else 0) for number in numbers)


def _says(load: Load) -> str:
    week = f", in the week of {load.peak_week.day} {load.peak_week:%B %Y}" if load.peak_week else ""
    return f"the fullest week has {counted(load.peak, 'meeting')}{week}."
