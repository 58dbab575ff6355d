"""The slots of a school year: the days of one week whose meetings the same panels can decide on."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

import msgspec

from arflow.planning.year_plan import Capacity, Ground, Planned, monday_of


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """Some days of a week, in order, and the panels that can decide on a meeting held on any of them (places in the ground)."""

    week: date
    days: tuple[date, ...]
    panels: tuple[int, ...] = ()

    def room(self, capacity: Capacity) -> int:
        """How many meetings a holder can take in the slot: so many a day, on the days that it is not away."""
        return capacity.a_day * sum(not capacity.is_away(day) for day in self.days)


def slots_of(ground: Ground) -> list[Slot]:
    """The slots of a year in order: days that leave time for the notice and, where there are panels, that one follows in time."""
    first = ground.today + timedelta(days=ground.notice)
    places = {panel: place for place, panel in enumerate(ground.panels)}
    followed = {day: frozenset(places[panel] for panel in ground.panels_after(day)) for day in ground.school_days.days}
    kept = [day for day in followed if day >= first and (followed[day] or not ground.panels)]
    return [slot for week, days in groupby(kept, key=monday_of) for slot in _of_week(week, tuple(days), followed)]


def _of_week(week: date, days: tuple[date, ...], followed: Mapping[date, frozenset[int]]) -> Iterator[Slot]:
    """The whole week with the panels that follow each of its days; where there are none, its days by the panels they share."""
    shared = frozenset[int].intersection(*(followed[day] for day in days))
    if shared or not any(followed[day] for day in days):
        yield Slot(week=week, days=days, panels=tuple(sorted(shared)))
        return
    for panels, some in groupby(days, key=lambda day: followed[day]):
        yield Slot(week=week, days=tuple(some), panels=tuple(sorted(panels)))


def days_undecided(ground: Ground) -> tuple[date, ...]:
    """The school days whose meetings no panel could decide on in time."""
    return tuple(day for day in ground.school_days.days if ground.panels and not ground.panels_after(day))


def room_in_week(slots: Sequence[Slot], capacity: Capacity) -> int:
    """How many meetings a holder can take in the slots of one week together."""
    return min(capacity.a_week, sum(slot.room(capacity) for slot in slots))


def days_for(meeting: Planned, slot: Slot, last: date) -> tuple[date, ...]:
    """The days of a slot on which a meeting can be, up to a last one."""
    return tuple(day for day in slot.days if meeting.earliest <= day <= last)
