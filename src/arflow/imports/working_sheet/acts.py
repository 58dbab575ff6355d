"""What an edited cell asks for: the command that records it, and the same in words of the command line."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from arflow.case import review_commands as asked
from arflow.case.case import AnyCommand
from arflow.case.plan_commands import AssignCoordinator, ChangeYearGroup, MoveSetting
from arflow.errors import InvalidValue, MissingValue, NotPossible, field_name
from arflow.events import OUTCOMES
from arflow.imports.working_sheet.standing import OF_REVIEW, REASON, Value

Changes = Mapping[str, tuple[Value, Value]]
# The step behind each column of a review.
_STEPS = {
    "held_on": "hold", "report_sent_on": "report", "decided_on": "decide", "outcome": "decide", "notified_on": "notify",
}  # fmt: skip


def acts_of(now: Mapping[str, Value], told: Mapping[str, Value], changes: Changes) -> Iterator[tuple[AnyCommand, str]]:
    """The commands of a row in the order in which they are taken; `now` is how the case stands, `told` what the row says.

    NotPossible where an edit would overwrite an act that is recorded, or there is no open review to act on.
    """
    yield from _of_plan(now, told, changes)
    if not any(name in changes for name in OF_REVIEW):
        return
    if not now["review"]:
        name = next(name for name in OF_REVIEW if name in changes)
        raise NotPossible(
            f"{field_name(name)} cannot be written: the plan has no open review; open one with `arflow review open {now['plan']}`"
        )
    for name, step in _STEPS.items():
        if name in changes and now[name] is not None:
            how = f"use `arflow review correct {now['review']} {step}`"
            raise NotPossible(f"{field_name(name)} is {now[name]} in the log, which a sheet never overwrites: {how}")
    yield from _of_review(str(now["review"]), now, told, changes)


def _of_plan(now: Mapping[str, Value], told: Mapping[str, Value], changes: Changes) -> Iterator[tuple[AnyCommand, str]]:
    plan = now["plan"]
    if "setting" in changes:
        setting: Any = told["setting"]
        yield MoveSetting(setting=setting), f"arflow plan move {plan} {_option('setting', setting)}"
    if "nc_year" in changes:
        year: Any = told["nc_year"]
        if year is None:
            raise MissingValue(field_name("nc_year"), "a year that is known stays known: write the new one")
        yield ChangeYearGroup(nc_year=year), f"arflow plan move {plan} --nc-year {year}"
    if "coordinator" in changes:
        officer: Any = told["coordinator"]
        yield AssignCoordinator(coordinator=officer), f"arflow plan move {plan} {_option('coordinator', officer)}"


def _option(name: str, value: Value) -> str:
    said = "none" if value is None else str(value)
    return f'--{name} "{said}"' if " " in said else f"--{name} {said}"


def _of_review(
    review: str, now: Mapping[str, Value], told: Mapping[str, Value], changes: Changes
) -> Iterator[tuple[AnyCommand, str]]:
    reason = str(told[REASON]) if told[REASON] else None
    if "meeting_on" in changes:
        yield _planned(review, now, told["meeting_on"], reason)
    if held := _day("held_on", told, changes):
        yield asked.HoldMeeting(on=held, skip_reason=reason), f"arflow review hold {review} --on {held}"
    if sent := _day("report_sent_on", told, changes):
        yield asked.SendReport(on=sent, skip_reason=reason), f"arflow review report {review} --on {sent}"
    if "outcome" in changes or "decided_on" in changes:
        yield _decided(review, told, reason)
    elif notified := _day("notified_on", told, changes):
        yield asked.NotifyDecision(on=notified, skip_reason=reason), f"arflow review notify {review} --on {notified}"


def _planned(review: str, now: Mapping[str, Value], day: Value, reason: str | None) -> tuple[AnyCommand, str]:
    if not isinstance(day, date):
        raise MissingValue(field_name("meeting_on"), "a planned day is moved, not taken away: write the new one")
    if now["meeting_on"] is None:
        command: AnyCommand = asked.ScheduleMeeting(meeting_on=day, skip_reason=reason)
        return command, f"arflow review schedule {review} --meeting-on {day}"
    if reason is None:
        raise MissingValue(field_name("reason"), "say why the meeting is moved")
    words = f"arflow review postpone {review} --meeting-on {day} --reason …"
    return asked.PostponeMeeting(meeting_on=day, reason=reason, skip_reason=reason), words


def _decided(review: str, told: Mapping[str, Value], reason: str | None) -> tuple[AnyCommand, str]:
    outcome, on, notified = told["outcome"], told["decided_on"], told["notified_on"]
    among = f"one of {', '.join(OUTCOMES)}"
    if outcome is None:
        raise MissingValue(field_name("outcome"), f"a decision needs {among}")
    if outcome not in OUTCOMES:
        raise InvalidValue(field_name("outcome"), outcome, among, OUTCOMES)
    if not isinstance(on, date):
        raise MissingValue(field_name("decided_on"), "a decision needs its day")
    told_on = notified if isinstance(notified, date) else None
    command = asked.Decide(
        outcome=outcome,  # type: ignore[arg-type]  # checked above
        on=on,
        notified_on=told_on,
        not_yet_notified=told_on is None,
        skip_reason=reason,
    )
    said = f"--notified-on {told_on}" if told_on else "--not-yet-notified"
    return command, f"arflow review decide {review} --outcome {outcome} --on {on} {said}"


def _day(name: str, told: Mapping[str, Value], changes: Changes) -> date | None:
    day = told[name]
    return day if name in changes and isinstance(day, date) else None
