"""Why a meeting is in its week: the week wanted, or what stood in the way of the weeks between."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from arflow.planning.slots import Slot, room_in_week
from arflow.planning.week_model import wanted_week
from arflow.planning.year_plan import Ground, Holder, Planned, monday_of
from arflow.words import counted

_WEEK = timedelta(weeks=1)


class Reasons:
    """How full the weeks of a plan are, asked for each meeting."""

    def __init__(self, meetings: Sequence[Planned], slots: Sequence[Slot], ground: Ground) -> None:
        self._ground, self._days = ground, ground.school_days
        self._slots: dict[date, list[Slot]] = {}
        for slot in slots:
            self._slots.setdefault(slot.week, []).append(slot)
        with_day = [one for one in meetings if one.day]
        self._held = Counter(
            (holder, one.of(holder), monday_of(one.day))
            for one in with_day
            if one.day
            for holder in ("officer", "setting")
        )
        self._in_week = Counter(monday_of(one.day) for one in with_day if one.day)
        days = sum(len(slot.days) for slot in slots)
        self._share = len(with_day) / max(1, days)

    def of(self, meeting: Planned) -> str:
        """Why this meeting is where it is, in a sentence."""
        if meeting.fixed:
            return "its day was planned before, and stays"
        if meeting.day is None:
            return "no day has room for it: see what the plan is short of"
        week, wanted = monday_of(meeting.day), monday_of(wanted_week(meeting))
        if meeting.standing == "unavoidably_late":
            first = monday_of(max(meeting.earliest, self._ground.year.first))
            last = f"the last day for its meeting is {meeting.latest}, and none can be held in time"
            return f"{last}; {self._way(first, week, meeting) or 'it is in the first week that can be'}"
        if meeting.was and monday_of(meeting.was) == week:
            return "it stays in the week told before"
        way = self._way(wanted, week, meeting)
        if not way:
            return "it is in the week wanted, two weeks before its last day"
        weeks = abs((week - wanted).days) // 7
        side = "before" if week < wanted else "after"
        return f"{counted(weeks, 'week')} {side} the week wanted ({wanted}): {way}"

    def _way(self, wanted: date, week: date, meeting: Planned) -> str:
        """What stood in the way of the weeks from the one wanted to its own, with how often; nothing where they are one."""
        found = Counter(self._against(meeting, one) for one in _between(wanted, week))
        return ", ".join(f"{why} in {counted(times, 'week')}" for why, times in found.most_common())

    def _against(self, meeting: Planned, week: date) -> str:
        slots = self._slots.get(week)
        if not slots:
            return "no day for a meeting"
        if slots[-1].days[-1] < meeting.earliest:
            return "no time for the notice"
        for holder, called in (("officer", meeting.officer), ("setting", meeting.setting)):
            if called is not None and self._is_full(holder, called, week, slots):  # type: ignore[arg-type]
                return f"the {holder} is full"
        if not self._days.in_term(slots[0].days[0] - timedelta(days=self._ground.notice)):
            return "the notice would fall into the holidays"
        days = sum(len(slot.days) for slot in slots)
        if self._in_week[week] >= self._share * days:
            return f"more meetings than an even share ({self._in_week[week]:,})"
        return "others needed the room more"

    def _is_full(self, holder: Holder, called: str, week: date, slots: Sequence[Slot]) -> bool:
        return self._held[holder, called, week] >= room_in_week(slots, self._ground.capacity(holder, called))


def _between(wanted: date, week: date) -> Iterator[date]:
    """The weeks from the one wanted, up to but without its own."""
    step = _WEEK if wanted < week else -_WEEK
    while wanted != week:
        yield wanted
        wanted += step
