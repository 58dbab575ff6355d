"""A year plan made: the weeks, then the days, then the panels, and what it is short of; proved before anybody sees it."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from arflow.errors import NotPossible
from arflow.planning import day_model, week_model, year_plan_check
from arflow.planning.meetings import Meeting
from arflow.planning.reasons import Reasons
from arflow.planning.slots import Slot, days_undecided, slots_of
from arflow.planning.windows import has_time, on_day, wanted
from arflow.planning.year_plan import Ground, Panel, Planned, YearPlan

_SHOWN = 5


def propose(
    meetings: Iterable[Meeting], ground: Ground, *, without: dict[str, str] | None = None, movable: bool = False
) -> YearPlan:
    """The plan of a year for the meetings that a store needs; NotPossible, with why, where it cannot be proved.

    `without` are the plans for which there is no meeting to plan. `movable` lets planned days move that nobody is invited to.
    """
    asked, slots = wanted(meetings, ground, movable=movable), slots_of(ground)
    found = week_model.solve(asked.meetings, slots, ground)
    days = day_model.days_of(asked.meetings, found.slot, slots, ground)
    placed = _with_panels(_on_days(asked.meetings, days, ground), ground)
    reasons = Reasons(placed, slots, ground)
    made = YearPlan(
        ground=ground,
        meetings=tuple(msgspec.structs.replace(one, why=reasons.of(one)) for one in placed),
        left_out=(without or {}) | asked.left_out,
        short_of=week_model.shortages(asked.meetings, slots, ground) if _avoidable(placed, ground) else (),
        notes=tuple(_notes(ground, slots)),
    )
    return proved(made)


def proved(plan: YearPlan) -> YearPlan:
    """The plan, where an independent check finds nothing wrong; NotPossible, with the first findings, where it does."""
    findings = year_plan_check.check(plan)
    if findings:
        told = "; ".join(str(one) for one in findings[:_SHOWN])
        more = f"; and {len(findings) - _SHOWN} more" if len(findings) > _SHOWN else ""
        raise NotPossible(f"the plan breaks a rule, and is not kept: {told}{more}")
    return plan


def _on_days(meetings: Sequence[Planned], days: dict[int, date], ground: Ground) -> list[Planned]:
    open_days = ground.school_days
    return [one if one.fixed else on_day(one, days.get(place), open_days) for place, one in enumerate(meetings)]


def _with_panels(meetings: Sequence[Planned], ground: Ground) -> list[Planned]:
    """Each meeting with the first panel that can decide on it and has room: those that meet first choose first."""
    left = {panel: panel.cases for panel in ground.panels}
    found: dict[int, Panel] = {}
    order = sorted((one.day, place) for place, one in enumerate(meetings) if one.day)
    for day, place in order:
        panel = next((panel for panel in sorted(ground.panels_after(day), key=lambda one: one.on) if left[panel]), None)
        if panel:
            left[panel] -= 1
            found[place] = panel
    return [
        msgspec.structs.replace(one, panel=found[place].on) if place in found else one
        for place, one in enumerate(meetings)
    ]


def _avoidable(meetings: Iterable[Planned], ground: Ground) -> bool:
    """Whether a meeting is late, or has no day, for want of room alone."""
    days = ground.school_days
    return any(one.standing in ("late", "no_room") and not one.fixed and has_time(one, days) for one in meetings)


def _notes(ground: Ground, slots: Sequence[Slot]) -> Iterable[str]:
    """What the panels rule out, flagged as soon as they are given."""
    undecided = [day for day in days_undecided(ground) if not slots or day >= slots[0].days[0]]
    if undecided:
        yield (
            f"no meeting can be held on {len(undecided)} school days, since no panel comes {ground.report} to "
            f"{ground.decide} days after them: {_runs(undecided, ground)}"
        )
    useless = [
        panel
        for panel in ground.panels
        if not any(panel in ground.panels_after(day) for day in ground.school_days.days)
    ]
    if useless:
        yield f"no meeting of the year can go to the panel of {', '.join(str(panel.on) for panel in useless)}"


def _runs(days: Sequence[date], ground: Ground) -> str:
    """Days as the runs of school days they make."""
    every, runs = ground.school_days.days, list[list[date]]()
    place = {day: number for number, day in enumerate(every)}
    for day in days:
        if runs and place[day] == place[runs[-1][-1]] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return "; ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
