"""Which week each meeting is in: a linear program of slots, whole meetings by its structure or else by branching.

Each meeting takes one slot. Officers, settings and panels take no more than they can. It costs to be away from the week wanted,
more to be after the eleventh month, far more to be late, and more the fuller a week is; a week once told costs to change.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import ceil, inf

import msgspec

from arflow.planning.latest_day import FOR_ADVICE
from arflow.planning.linear_program import LinearProgram
from arflow.planning.slots import Slot, days_for, room_in_week
from arflow.planning.windows import has_time
from arflow.planning.year_plan import Ground, Holder, Planned, Shortage, monday_of

# A meeting is brought forward by at most so much: each week that it is early is lost from the next year.
MOST_FORWARD = timedelta(weeks=16)
_MOST_LATE, _MOST_WAITING = timedelta(weeks=12), timedelta(weeks=30)
# The week wanted leaves so much before the last one, for what goes wrong.
BUFFER = timedelta(weeks=2)
_EARLY, _NEAR, _SHORT_TIME, _HOLIDAY_NOTICE = 1.0, 2.0, 4.0, 1.5
_AFTER_ELEVENTH, _LATE, _LATE_A_WEEK, _WAITING = 25.0, 500.0, 20.0, 8.0
_NO_ROOM, _CHANGED, _PART_OF_SLOT = 5_000.0, 12.0, 1.0
# How full a week is, against an even share of all meetings, and what each meeting beyond costs.
_FULL = ((1.0, 0.0), (0.25, 1.0), (0.25, 4.0), (inf, 10.0))
_OTHER_COSTS = 0.001  # where only room counts


class Weeks(msgspec.Struct, frozen=True, kw_only=True):
    """The slot of each meeting that found one, by their places, and what more room would have been needed."""

    slot: dict[int, int]
    short_of: tuple[Shortage, ...] = ()


class _Option(msgspec.Struct, frozen=True, kw_only=True):
    meeting: int
    slot: int
    column: int


def solve(meetings: Sequence[Planned], slots: Sequence[Slot], ground: Ground) -> Weeks:
    """The best slots for the meetings without a fixed day; those for which there is no room have none."""
    return _Model(meetings, slots, ground, with_more=False).solved()


def shortages(meetings: Sequence[Planned], slots: Sequence[Slot], ground: Ground) -> tuple[Shortage, ...]:
    """The fewest meetings more, of officers, settings and panels, with which every meeting that has time would be in time."""
    return _Model(meetings, slots, ground, with_more=True).solved().short_of


class _Model:
    def __init__(self, meetings: Sequence[Planned], slots: Sequence[Slot], ground: Ground, *, with_more: bool) -> None:
        self._meetings, self._slots, self._ground, self._with_more = meetings, slots, ground, with_more
        self._days = ground.school_days
        self._program = LinearProgram()
        self._scale = _OTHER_COSTS if with_more else 1.0
        self._more: list[tuple[Holder, str, date, int]] = []
        self._slot_of_day = {day: number for number, slot in enumerate(slots) for day in slot.days}
        self._options = [*self._placing()]
        self._hold("officer")
        self._hold("setting")
        self._fill()
        self._decide()

    def solved(self) -> Weeks:
        found = self._program.solve([option.column for option in self._options])
        return Weeks(
            slot={option.meeting: option.slot for option in self._options if found[option.column] > 0.5},
            short_of=tuple(
                Shortage(holder=holder, name=name, week=week, more=round(found[column] + 0.499))
                for holder, name, week, column in self._more
                if found[column] > 1e-6
            ),
        )

    # --- each meeting in one slot ------------------------------------------------------------------------------------

    def _placing(self) -> Iterator[_Option]:
        for number, meeting in enumerate(self._meetings):
            if meeting.fixed:
                continue
            options = [
                _Option(meeting=number, slot=slot, column=self._program.column(cost * self._scale, 1.0))
                for slot, cost in self._choices(meeting)
            ]
            columns = [option.column for option in options]
            if not options or not self._with_more or not has_time(meeting, self._days):
                columns.append(self._program.column(_NO_ROOM * self._scale, 1.0))
            self._program.row(1.0, 1.0, columns)
            yield from options

    def _choices(self, meeting: Planned) -> Iterator[tuple[int, float]]:
        """The slots that a meeting may take, each with what it costs."""
        timely = has_time(meeting, self._days)
        first = max(meeting.earliest, meeting.aim - MOST_FORWARD) if timely else meeting.earliest
        last = meeting.latest + _MOST_LATE if timely else meeting.earliest + _MOST_WAITING
        if timely and self._with_more:
            last = meeting.latest
        for number, slot in enumerate(self._slots):
            is_told = meeting.was is not None and meeting.was in slot.days
            if (slot.days[-1] >= first or is_told) and slot.days[0] <= last:
                end = next((end for end in (meeting.aim, meeting.latest) if slot.days[0] <= end), last)
                days = days_for(meeting, slot, min(end, last) if timely else slot.days[-1])
                if days:
                    part = 0.0 if len(days) == len(slot.days) else _PART_OF_SLOT
                    yield number, self._cost(meeting, days[0], timely=timely) + part

    def _cost(self, meeting: Planned, day: date, *, timely: bool) -> float:
        """What it costs to hold a meeting in the week of a day."""
        cost = 0.0
        if day - timedelta(days=self._ground.notice) - FOR_ADVICE < self._ground.today:
            cost += _SHORT_TIME
        if not self._days.in_term(day - timedelta(days=self._ground.notice)):
            cost += _HOLIDAY_NOTICE
        if meeting.was and monday_of(meeting.was) != monday_of(day):
            cost += _CHANGED
        if not timely:
            return cost + _WAITING * (day - meeting.earliest).days / 7
        weeks = (day - wanted_week(meeting)).days / 7
        cost += _NEAR * weeks if weeks > 0 else -_EARLY * weeks
        if day > meeting.latest:
            return cost + _LATE + _LATE_A_WEEK * (day - meeting.latest).days / 7
        return cost + (_AFTER_ELEVENTH if day > meeting.aim else 0.0)

    # --- nobody takes more than they can -----------------------------------------------------------------------------

    def _hold(self, holder: Holder) -> None:
        """Each officer or setting within its room, in each week."""
        used, wanting = self._fixed(holder), dict[tuple[str, date], list[_Option]]()
        for option in self._options:
            name = self._meetings[option.meeting].of(holder)
            if name is not None:
                wanting.setdefault((name, self._slots[option.slot].week), []).append(option)
        of_week: dict[date, list[Slot]] = {}
        for slot in self._slots:
            of_week.setdefault(slot.week, []).append(slot)
        for (name, week), options in wanting.items():
            capacity = self._ground.capacity(holder, name)
            room = max(0, room_in_week(of_week[week], capacity) - used.get((name, week), 0))
            by_slot: dict[int, list[int]] = {}
            for option in options:
                by_slot.setdefault(option.slot, []).append(option.column)
            if len(options) > room:
                self._room(holder, name, week, room, [option.column for option in options])
            for number, columns in by_slot.items():
                least = self._slots[number].room(capacity)
                if len(columns) > least < room:
                    self._room(holder, name, week, least, columns)

    def _fixed(self, holder: Holder) -> dict[tuple[str, date], int]:
        used: dict[tuple[str, date], int] = {}
        for meeting in self._meetings:
            name = meeting.of(holder)
            if meeting.fixed and meeting.day and name is not None:
                key = (name, monday_of(meeting.day))
                used[key] = used.get(key, 0) + 1
        return used

    def _room(self, holder: Holder, name: str, week: date, room: int, columns: Sequence[int]) -> None:
        row = self._program.row(-inf, float(room), columns)
        if self._with_more:
            more = self._program.column(1.0, inf)
            self._program.entry(row, more, -1.0)
            self._more.append((holder, name, week, more))

    # --- weeks evenly full, and panels after them ----------------------------------------------------------------------

    def _fill(self) -> None:
        """Each meeting of a week costs more, the fuller the week is."""
        days: dict[date, int] = {}
        for slot in self._slots:
            days[slot.week] = days.get(slot.week, 0) + len(slot.days)
        share = len(self._meetings) / max(1, sum(days.values()))
        fixed: dict[date, int] = {}
        for meeting in self._meetings:
            if meeting.fixed and meeting.day:
                fixed[monday_of(meeting.day)] = fixed.get(monday_of(meeting.day), 0) + 1
        columns: dict[date, list[int]] = {}
        for option in self._options:
            columns.setdefault(self._slots[option.slot].week, []).append(option.column)
        for week, own in columns.items():
            held = float(fixed.get(week, 0))
            row = self._program.row(-held, -held, own)
            for part, cost in _FULL:
                room = ceil(part * share * days[week]) if part < inf else inf  # whole, so that meetings come out whole
                self._program.entry(row, self._program.column(cost * self._scale, room), -1.0)

    def _decide(self) -> None:
        """Each meeting is decided on by one panel that follows it in time."""
        if not self._ground.panels:
            return
        columns: dict[int, list[int]] = {}
        for option in self._options:
            columns.setdefault(option.slot, []).append(option.column)
        fixed = [self._slot_of_day.get(one.day) for one in self._meetings if one.fixed and one.day]
        decided: dict[int, list[int]] = {place: [] for place in range(len(self._ground.panels))}
        for number, slot in enumerate(self._slots):
            held = float(fixed.count(number))
            row = self._program.row(-held, -held, columns.get(number, ()))
            for place in slot.panels:
                flow = self._program.column(0.0, inf)
                self._program.entry(row, flow, -1.0)
                decided[place].append(flow)
        for place, panel in enumerate(self._ground.panels):
            self._room("panel", panel.on.isoformat(), panel.on, panel.cases, decided[place])


def wanted_week(meeting: Planned) -> date:
    """The day around which a meeting is wanted: two weeks before the last day aimed at."""
    return meeting.aim - BUFFER
