"""A year plan accepted: what it would record on each case, and the cases that have moved on since it was made."""

from collections.abc import Mapping
from datetime import date

import msgspec

from arflow.application.arflow import Arflow
from arflow.application.many_cases import Outcome, Wish
from arflow.case.plan_reviews import Opening
from arflow.case.review_commands import ScheduleMeeting
from arflow.errors import NotPossible
from arflow.lists.questions import Asking
from arflow.planning.meetings import Meeting, meetings
from arflow.planning.proposal import proved
from arflow.planning.windows import on_day
from arflow.planning.year_plan import Planned, YearPlan

_AGAIN = "propose the year again"


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be recorded, one wish a case; what cannot be, since the case has moved on; how many days stand already."""

    wishes: tuple[Wish, ...]
    conflicts: tuple[Outcome, ...]
    already: int


def with_days(plan: YearPlan, days: Mapping[tuple[str, str], date | None]) -> YearPlan:
    """The plan with other days for some meetings, by plan and kind, proved again; a meeting without a day is not recorded.

    NotPossible, with every rule that a day breaks, or where a day is too late though there was time.
    """
    open_days, changed, late = plan.ground.school_days, list[Planned](), list[str]()
    for one in plan.meetings:
        day = days.get(one.key, one.day)
        found = one if day == one.day else _moved(on_day(one, day, open_days), plan)
        changed.append(found)
        if found is not one and found.standing == "late":
            late.append(f"{one.plan}: {day} is after {one.latest}, its latest meeting ({one.citation})")
    if late:
        way_on = "choose an earlier day, or clear the cell and use `arflow review schedule`"
        raise NotPossible(f"nothing was recorded: {'; '.join(late)}: {way_on}")
    return proved(msgspec.structs.replace(plan, meetings=tuple(changed)))


def _moved(one: Planned, plan: YearPlan) -> Planned:
    """A meeting on a day that somebody chose, with the first panel after it."""
    panels = sorted(panel.on for panel in plan.ground.panels_after(one.day)) if one.day else []
    return msgspec.structs.replace(one, panel=panels[0] if panels else None, why="somebody chose this day")


def acceptance(
    app: Arflow, asking: Asking, plan: YearPlan, *, setting: str | None = None, coordinator: str | None = None
) -> Acceptance:
    """What a plan would record now, of a setting or an officer if one is named. A day that stands already is left as it is."""
    found, without = meetings(app, asking, setting=setting, coordinator=coordinator)
    now = _Now(
        meetings={(one.plan, one.kind): one for one in found},
        without={one.plan: one.why for one in without},
        today=app.today,
        notice=plan.ground.notice,
    )
    chosen = {row["ref"] for row in asking.plans(setting=setting, coordinator=coordinator)}
    chosen = chosen if setting or coordinator else {one.plan for one in plan.meetings}
    wishes, conflicts, already, first = list[Wish](), list[Outcome](), 0, _first_days(plan)
    for one in plan.meetings:
        if one.fixed or one.day is None or one.plan not in chosen:
            continue
        meeting = now.meetings.get(one.key)
        if meeting and meeting.planned == one.day:
            already += 1
        elif why := _after(one, first[one.plan]) or now.against(one, one.day):
            conflicts.append(
                Outcome(
                    case=one.review or one.plan,
                    plan=one.plan,
                    was=_said(one.was),
                    becomes=_said(one.day) or "",
                    trouble=why,
                )
            )
        else:
            wishes.append(_wish(app, one, meeting, one.day))
    return Acceptance(wishes=tuple(wishes), conflicts=tuple(conflicts), already=already)


def _first_days(plan: YearPlan) -> dict[str, date]:
    """The day of the first meeting of each plan."""
    found: dict[str, date] = {}
    for one in plan.meetings:
        if one.day:
            found[one.plan] = min(one.day, found.get(one.plan, one.day))
    return found


def _after(one: Planned, first: date) -> str:
    """Why a plan's second meeting waits: one review of a plan is open at a time."""
    if one.day is None or one.day <= first:
        return ""
    return f"it comes after the meeting of {first}: accept the plan again once that review is decided on"


class _Now(msgspec.Struct, frozen=True, kw_only=True):
    """How the cases of a plan stand now."""

    meetings: dict[tuple[str, str], Meeting]
    without: dict[str, str]
    today: date
    notice: int

    def against(self, one: Planned, day: date) -> str:
        """Why a meeting cannot be recorded as it was planned; nothing where it can."""
        meeting = self.meetings.get(one.key)
        if meeting is None:
            return self._gone(one)
        if meeting.planned != one.was:
            return f"its day was {one.was or 'not planned'}, and is {meeting.planned or 'not planned'} now: {_AGAIN}"
        if (day - self.today).days < self.notice:
            return f"{day} leaves no time for the notice any more: {_AGAIN}"
        law = meeting.by_law
        if law and day <= one.latest and day > law.latest:
            return f"its latest meeting was {one.latest}, and is {law.latest} now ({law.citation}): {_AGAIN}"
        return ""

    def _gone(self, one: Planned) -> str:
        if why := self.without.get(one.plan):
            return why
        others = [kind for plan, kind in self.meetings if plan == one.plan]
        if others and one.kind == "phase_transfer":
            return f"no transfer is recorded: record it with `arflow plan transfer {one.plan}`"
        if others:
            return f"its next review is {', '.join(others)} now: {_AGAIN}"
        return "the plan is not maintained any more"


def _wish(app: Arflow, one: Planned, meeting: Meeting | None, day: date) -> Wish:
    """A review to be opened with the day of its meeting, or an open one to be given that day."""
    review = meeting.review if meeting else None
    command: ScheduleMeeting | Opening = ScheduleMeeting(meeting_on=day)
    if review is None:
        workflow = app.current_workflow(app.today)
        command = Opening(id="", kind=one.kind, workflow=workflow.id, on=app.today, meeting_on=day)
    return Wish(
        case=review or one.plan,
        plan=one.plan,
        command=command,
        was=_said(one.was),
        becomes=day.isoformat(),
        is_proved=True,
    )


def _said(day: date | None) -> str | None:
    return day.isoformat() if day else None
