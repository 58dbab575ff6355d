"""From when to when each meeting of a school year can be: what is planned, what is fixed, and what belongs to another year."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from arflow.planning.latest_day import proof
from arflow.planning.meetings import Meeting
from arflow.planning.school_year import SchoolDays
from arflow.planning.year_plan import Ground, Planned, Standing


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What of the meetings is planned in a year, and the plans left out of it, with the reason."""

    meetings: tuple[Planned, ...]
    left_out: dict[str, str]


def wanted(meetings: Iterable[Meeting], ground: Ground, *, movable: bool = False) -> Wanted:
    """The meetings of a year with their windows; a day planned is fixed, unless it is `movable` and nobody is invited yet."""
    chosen, left_out, days = list[Planned](), dict[str, str](), ground.school_days
    for meeting in meetings:
        found = _planned(meeting, ground, days, is_movable=movable and not meeting.invited)
        if isinstance(found, Planned):
            chosen.append(found)
        else:
            left_out.setdefault(meeting.plan, found)
    return Wanted(meetings=tuple(chosen), left_out=left_out)


def _planned(meeting: Meeting, ground: Ground, days: SchoolDays, *, is_movable: bool) -> Planned | str:
    law, first = meeting.by_law, meeting.binding
    if law is None or first is None:
        return "no limit on its meeting is known"
    ahead = meeting.planned if meeting.planned and meeting.planned >= ground.today else None
    if ahead and not ground.year.first <= ahead <= ground.year.last:
        return f"its meeting is planned for {ahead}, in another school year"
    if not ahead and law.latest > _last_for(ground):
        return f"its latest meeting, {law.latest}, belongs to a later school year"
    with_notice = ground.today + timedelta(days=ground.notice)
    earliest = max(filter(None, (ground.year.first, with_notice, meeting.not_before)))
    found = Planned(
        plan=meeting.plan,
        review=meeting.review,
        kind=meeting.kind,
        setting=meeting.setting,
        officer=meeting.coordinator,
        earliest=earliest,
        latest=law.latest,
        aim=first.latest if any(earliest <= day <= first.latest for day in days.days) else law.latest,
        due=law.last,
        set_by=law.duty,
        citation=law.citation,
        limits=tuple(proof(meeting.limits)),
        was=ahead,
        fixed=ahead is not None and not is_movable,
    )
    return on_day(found, ahead, days) if found.fixed else found


def _last_for(ground: Ground) -> date:
    """The last of the latest days that belong to a year: one in the first weeks of the next cannot be met there, with notice."""
    return ground.year.last + timedelta(days=ground.notice)


def on_day(meeting: Planned, day: date | None, days: SchoolDays) -> Planned:
    """A meeting on a day, or on none, and how that stands to its limits."""
    return msgspec.structs.replace(meeting, day=day, standing=_standing(meeting, day, days))


def _standing(meeting: Planned, day: date | None, days: SchoolDays) -> Standing:
    if day is None:
        return "no_room"
    if day <= meeting.aim:
        return "in_time"
    if day <= meeting.latest:
        return "after_eleventh_month"
    return "late" if has_time(meeting, days) else "unavoidably_late"


def has_time(meeting: Planned, days: SchoolDays) -> bool:
    """Whether any day on which a meeting can be held lies in the window of the law."""
    count = (meeting.latest - meeting.earliest).days + 1
    return any(meeting.earliest + timedelta(days=n) in days for n in range(count))
