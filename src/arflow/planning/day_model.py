"""Which day of its week each meeting is on: officers and settings within what they can take in a day, the days evenly full."""

from collections.abc import Sequence
from datetime import date
from math import ceil, inf

from arflow.planning.linear_program import LinearProgram
from arflow.planning.slots import Slot
from arflow.planning.windows import has_time
from arflow.planning.year_plan import Ground, Holder, Planned, monday_of

_CHANGED, _CROWDED, _LATE, _AFTER_ELEVENTH, _NO_DAY = 3.0, 1.0, 500.0, 25.0, 5_000.0


def days_of(
    meetings: Sequence[Planned], slot_of: dict[int, int], slots: Sequence[Slot], ground: Ground
) -> dict[int, date]:
    """The day of each meeting that has a slot, by its place; one for which its week has no day left has none."""
    weeks: dict[date, list[int]] = {}
    for meeting, slot in slot_of.items():
        weeks.setdefault(slots[slot].week, []).append(meeting)
    found: dict[int, date] = {}
    for week, places in sorted(weeks.items()):
        found |= _Week(week, places, meetings, slot_of, slots, ground).solved()
    return found


class _Week:
    def __init__(  # noqa: PLR0917
        self,
        week: date,
        places: Sequence[int],
        meetings: Sequence[Planned],
        slot_of: dict[int, int],
        slots: Sequence[Slot],
        ground: Ground,
    ) -> None:
        self._places, self._meetings, self._ground = places, meetings, ground
        self._program, self._days = LinearProgram(), ground.school_days
        self._there = [one for one in meetings if one.fixed and one.day and monday_of(one.day) == week]
        self._columns: dict[tuple[int, date], int] = {}
        for place in places:
            self._place(place, slots[slot_of[place]].days)
        self._hold("officer")
        self._hold("setting")
        self._spread()

    def solved(self) -> dict[int, date]:
        found = self._program.solve([*self._columns.values()])
        return {place: day for (place, day), column in self._columns.items() if found[column] > 0.5}

    def _place(self, place: int, days: Sequence[date]) -> None:
        meeting, columns = self._meetings[place], list[int]()
        timely = has_time(meeting, self._days)
        for day in days:
            if day >= meeting.earliest:
                column = self._program.column(_cost(meeting, day, timely=timely), 1.0)
                self._columns[place, day] = column
                columns.append(column)
        self._program.row(1.0, 1.0, [*columns, self._program.column(_NO_DAY, 1.0)])

    def _hold(self, holder: Holder) -> None:
        """Each officer or setting within its day."""
        wanting: dict[tuple[str, date], list[int]] = {}
        for (place, day), column in self._columns.items():
            name = self._meetings[place].of(holder)
            if name is not None:
                wanting.setdefault((name, day), []).append(column)
        for (name, day), columns in wanting.items():
            capacity = self._ground.capacity(holder, name)
            there = sum(one.day == day and one.of(holder) == name for one in self._there)
            room = 0 if capacity.is_away(day) else max(0, capacity.a_day - there)
            if len(columns) > room:
                self._program.row(-inf, float(room), columns)

    def _spread(self) -> None:
        by_day: dict[date, list[int]] = {}
        for (_, day), column in self._columns.items():
            by_day.setdefault(day, []).append(column)
        share = ceil((len(self._places) + len(self._there)) / max(1, len(by_day)))
        for day, columns in by_day.items():
            held = float(sum(one.day == day for one in self._there))
            row = self._program.row(-held, -held, columns)
            for part, cost in ((float(share), 0.0), (inf, _CROWDED)):
                self._program.entry(row, self._program.column(cost, part), -1.0)


def _cost(meeting: Planned, day: date, *, timely: bool) -> float:
    cost = _CHANGED if meeting.was and meeting.was != day else 0.0
    if timely and day > meeting.latest:
        return cost + _LATE
    return cost + (_AFTER_ELEVENTH if timely and day > meeting.aim else 0.0)
