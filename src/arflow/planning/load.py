"""How full each week is, as planned and as it would be if everybody met in the month in which the review falls due. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from arflow.planning.year_plan import Planned, YearPlan, monday_of

ALL = ""  # every setting together
_NO_SETTING = "no setting"


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """The meetings of each setting in each week (ALL for every setting), and how many of them are too late for the law."""

    weeks: Mapping[tuple[str, date], int]
    late: int
    without_day: int

    @property
    def peak(self) -> int:
        """The most meetings in a week, of all settings together."""
        return max((number for (setting, _), number in self.weeks.items() if setting == ALL), default=0)

    @property
    def peak_of_a_setting(self) -> int:
        """The most meetings in a week of one setting."""
        return max(
            (number for (setting, _), number in self.weeks.items() if setting not in (ALL, _NO_SETTING)), default=0
        )

    @property
    def peak_week(self) -> date | None:
        """The fullest week, the first of several."""
        weeks = {week: number for (setting, week), number in self.weeks.items() if setting == ALL}
        return max(sorted(weeks), key=lambda week: weeks[week], default=None)


def planned_load(plan: YearPlan) -> Load:
    """The load as planned."""
    return _load((one, one.day) for one in plan.meetings)


def habitual_load(plan: YearPlan) -> Load:
    """The load if each meeting were held in the month in which its duty falls due, evenly over the month's school days.

    A month without a school day gives its meetings to the last month before it that has one. What is late is counted as in a
    plan: the weeks to decide, and to amend before a transfer, are taken in full.
    """
    return _load(_habitual(plan))


def _load(meetings: Iterable[tuple[Planned, date | None]]) -> Load:
    weeks, late, without = Counter[tuple[str, date]](), 0, 0
    for one, day in meetings:
        if day is None:
            without += 1
            continue
        for setting in (ALL, one.setting or _NO_SETTING):
            weeks[setting, monday_of(day)] += 1
        late += day > one.latest
    return Load(weeks=weeks, late=late, without_day=without)


def _habitual(plan: YearPlan) -> Iterable[tuple[Planned, date]]:
    days: dict[tuple[int, int], list[date]] = {}
    for day in plan.ground.school_days.days:
        days.setdefault((day.year, day.month), []).append(day)
    of_month: dict[tuple[int, int], list[Planned]] = {}
    for one in sorted(plan.meetings, key=lambda one: (one.due, one.key)):
        of_month.setdefault(_month_for(one.due, days), []).append(one)
    for month, meetings in of_month.items():
        for number, one in enumerate(meetings):
            yield one, days[month][number * len(days[month]) // len(meetings)]


def _month_for(due: date, days: Mapping[tuple[int, int], list[date]]) -> tuple[int, int]:
    """The month of a day; the last before it with school days, or the first of the year where none is before it."""
    month = (due.year, due.month)
    return max((one for one in days if one <= month), default=min(days))


def weeks_of(plan: YearPlan) -> list[date]:
    """The Mondays of the weeks from the first to the last school day of a plan's year."""
    days = plan.ground.school_days.days
    first, last = monday_of(days[0]), monday_of(days[-1])
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]
