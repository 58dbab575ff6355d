"""Days for an invented plan, so that it stands in the table where it should: on working days, and as law and calendar allow."""

from datetime import date, timedelta
from random import Random

import msgspec

from arflow.law.periods import bank_holidays
from arflow.sen2.dfe.place_in_table import FOUR_WEEKS, Meeting, Standing

_FIRST_PLANS = date(2014, 9, 1)  # EHC plans began with the Act
_OVER = (FOUR_WEEKS.days + 1, 200)  # how many days a late decision takes


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """When the plan was made, reviewed the time before, met and decided."""

    start: date
    reviewed_before: date | None = None
    meeting: date | None = None
    decision: date | None = None


def days_of(one: Standing, year: int, census: date, random: Random) -> Days:
    """Days that make a plan stand so in the table of a year."""
    if not one.expected:
        return Days(start=_between(date(year, 1, 1), census, random))
    if not one.has_meeting:
        return Days(start=_between(_FIRST_PLANS, date(year - 1, 12, 31), random))
    meeting, decision = _meeting_and_decision(one, year, census, random)
    start = _between(_FIRST_PLANS, min(meeting - timedelta(days=300), date(year - 1, 12, 31)), random)
    before = meeting - timedelta(days=random.randint(310, 380))
    return Days(
        start=start,
        reviewed_before=before if before > start + timedelta(days=300) else None,
        meeting=meeting,
        decision=decision,
    )


def _meeting_and_decision(one: Standing, year: int, census: date, random: Random) -> tuple[date, date | None]:
    first, last = _window(one.meeting, year, census)
    if not one.is_dated:
        # Four weeks that end on 31 December or later are not over in the table's eyes.
        turn = date(year, 12, 31) - FOUR_WEEKS
        not_due = one.decision == "not_due"
        return _between(max(first, turn), last, random) if not_due else _between(
            first, min(last, turn - timedelta(days=1)), random
        ), None
    decided_first, decided_last = _window(one.decision, year, census)  # type: ignore[arg-type]
    soonest, latest = (0, FOUR_WEEKS.days) if one.weeks == "within" else _OVER
    if one.weeks == "over":  # a meeting before the year that was decided after it took longer than that
        latest = max(latest, (decided_first - last).days + 60)
    meeting = _between(
        max(first, decided_first - timedelta(days=latest)), min(last, decided_last - timedelta(days=soonest)), random
    )
    earliest, end = meeting + timedelta(days=soonest), meeting + timedelta(days=latest)
    return meeting, _between(max(earliest, decided_first), min(end, decided_last), random)


def _window(when: Meeting, year: int, census: date) -> tuple[date, date]:
    if when == "after":
        return date(year + 1, 1, 1), census
    back = 1 if when == "prior" else 0
    return date(year - back, 1, 1), date(year - back, 12, 31)


def _between(first: date, last: date, random: Random) -> date:
    """A day of a span, a working one where there is any near."""
    day = first + timedelta(days=random.randint(0, (last - first).days))
    for step in (1, -1):
        found = day
        while first <= found <= last:
            if found.weekday() < 5 and found not in bank_holidays(found.year):
                return found
            found += timedelta(days=step)
    return day
