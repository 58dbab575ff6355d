"""Whether a year plan keeps every hard rule: counted from the plan's own days, sharing nothing with what made it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from arflow.law.periods import bank_holidays
from arflow.planning.year_plan import Ground, Planned, YearPlan


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A hard rule that a plan breaks, and where."""

    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def check(plan: YearPlan) -> list[Finding]:
    """Every finding; none where the plan keeps each rule."""
    return [
        *_twice(plan),
        *(finding for one in plan.meetings for finding in _of_meeting(one, plan.ground)),
        *_of_holders(plan),
        *_of_panels(plan),
        *_of_shortage(plan),
    ]


def _twice(plan: YearPlan) -> Iterator[Finding]:
    for (ref, kind), times in Counter((one.plan, one.kind) for one in plan.meetings).items():
        if times > 1:
            yield Finding(rule="once", where=ref, message=f"its {kind} meeting stands {times} times in the plan")


def _of_meeting(one: Planned, ground: Ground) -> Iterator[Finding]:
    """The day of a meeting: one that is fixed stays, another is a school day with time for the notice, in its window."""
    if one.fixed:
        if one.day != one.was:
            yield Finding(rule="fixed", where=one.plan, message=f"its day {one.was} was fixed, and is {one.day}")
    elif one.day is not None:
        if why := _closed(one.day, ground):
            yield Finding(rule="school_day", where=one.plan, message=f"{one.day} {why}")
        if one.day < one.earliest:
            yield Finding(rule="earliest", where=one.plan, message=f"{one.day} is before {one.earliest}")
        if (one.day - ground.today).days < ground.notice:
            yield Finding(
                rule="notice",
                where=one.plan,
                message=f"{one.day} leaves fewer than {ground.notice} days for the notice",
            )
    if one.standing != (expected := _standing(one, ground)):
        yield Finding(rule="standing", where=one.plan, message=f"it says {one.standing}, and is {expected}")


def _closed(day: date, ground: Ground) -> str:
    if not date(ground.year.begins, 9, 1) <= day < date(ground.year.begins + 1, 9, 1):
        return "is outside the school year"
    if day.isoweekday() > 5:
        return f"is a {day:%A}"
    if day in bank_holidays(day.year) or day in ground.bank_holidays:
        return "is a bank holiday"
    within = [term for term in ground.terms if term.starts <= day and (term.ends is None or day <= term.ends)]
    if not within:
        return "is in no term"
    if any(one.starts <= day <= one.ends for term in within for one in term.breaks):
        return "is in a half-term"
    return ""


def _standing(one: Planned, ground: Ground) -> str:
    if one.day is None:
        return "no_room"
    if one.day <= one.latest:
        return "in_time" if one.day <= one.aim else "after_eleventh_month"
    day = one.earliest
    while day <= one.latest:
        if not _closed(day, ground):
            return "late"
        day += timedelta(days=1)
    return "unavoidably_late"


def _of_holders(plan: YearPlan) -> Iterator[Finding]:
    """Officers and settings: in no day and no week more than they take, but where days fixed before are more already."""
    ground = plan.ground
    for what in ("officer", "setting"):
        for period in ("day", "week"):
            every, fixed = Counter[tuple[str, date]](), Counter[tuple[str, date]]()
            for one in plan.meetings:
                name = getattr(one, what)
                if name is not None and one.day is not None:
                    begins = one.day if period == "day" else one.day - timedelta(days=one.day.isoweekday() - 1)
                    every[name, begins] += 1
                    fixed[name, begins] += one.fixed
            for (name, begins), meetings in every.items():
                own = (ground.officers if what == "officer" else ground.settings).get(name)
                capacity = own or (ground.officer if what == "officer" else ground.setting)
                most = capacity.a_day if period == "day" else capacity.a_week
                if period == "day" and any(first <= begins <= last for first, last in capacity.away):
                    most = 0
                if meetings > max(most, fixed[name, begins]):
                    message = f"{meetings} meetings in the {period} of {begins}, and {most} are the most"
                    yield Finding(rule=f"{what}_{period}", where=name, message=message)


def _of_panels(plan: YearPlan) -> Iterator[Finding]:
    """Panels: each meeting that got a day is decided on in time, and no panel has more cases than it takes."""
    ground = plan.ground
    if not ground.panels:
        return
    sits = {panel.on: panel.cases for panel in ground.panels}
    for one in plan.meetings:
        if one.day is not None and one.panel is None and not one.fixed:
            yield Finding(rule="panel", where=one.plan, message=f"no panel decides on its meeting of {one.day}")
        if one.day is not None and one.panel is not None:
            after = (one.panel - one.day).days
            if one.panel not in sits or not ground.report <= after <= ground.decide:
                yield Finding(
                    rule="panel", where=one.plan, message=f"the panel of {one.panel} is {after} days after it"
                )
    for on, cases in Counter(one.panel for one in plan.meetings if one.panel is not None).items():
        if on in sits and cases > sits[on]:
            yield Finding(
                rule="panel_cases", where=f"panel of {on}", message=f"{cases} cases, and {sits[on]} are the most"
            )


def _of_shortage(plan: YearPlan) -> Iterator[Finding]:
    """A meeting that is late though it had time says that there is too little of something, and so does the plan."""
    avoidable = [one for one in plan.meetings if one.standing == "late" and not one.fixed]
    if avoidable and not plan.short_of:
        message = f"{len(avoidable)} meetings are late, and the plan does not say what it is short of"
        yield Finding(rule="shortage", where=avoidable[0].plan, message=message)
