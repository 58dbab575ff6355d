"""The days of each clock of a review, every one booked to whoever held the case on it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

import msgspec

from arflow.case import plan as plans
from arflow.case import turns
from arflow.case.milestones import milestones
from arflow.case.plan import Plan
from arflow.case.plan_as_at import as_at
from arflow.case.representations import last_day_given
from arflow.case.review import AnnualReview, Pause
from arflow.case.turns import HOLDERS, Holder
from arflow.events import AnyPlanEvent, CoordinatorChanged, SettingChanged
from arflow.law.workflow import Workflow

Clock = Literal["meeting", "report", "decision", "amendment_notice", "representations", "final_plan", "whole_review"]
Stopped = Literal["done", "closed", "running"]
# Each clock with the milestone it starts from, those that stop it, and the duty without which it does not run.
_CLOCKS: tuple[tuple[Clock, str, tuple[str, ...], str], ...] = (
    ("meeting", "opened", ("held",), ""),
    ("report", "held", ("reported",), "report"),
    ("decision", "held", ("notified",), "decision"),
    ("amendment_notice", "held", ("notice_sent",), "amendment_notice"),
    ("representations", "notice_sent", ("represented", "last_day_to_represent", "issued", "not_amended"), ""),
    ("final_plan", "notice_sent", ("issued", "not_amended"), ""),
    ("whole_review", "opened", ("finished",), ""),
)
CLOCKS: tuple[Clock, ...] = tuple(clock for clock, *_ in _CLOCKS)
# A plan's holder depends on whether it has a coordinator and a setting: when each came to be so.
Standing = tuple[date, Plan]
# From a day on (that day included) the case is held by somebody.
_Held = tuple[date, Holder]


class Booked(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of a review: the days after `start` up to `end`, each booked to one holder.

    `stopped` says whether what it waits for was done, the review was closed without it, or it runs still. `paused` are those
    of its days on which nobody worked on the review, for a reason that was recorded: the clock ran on.
    """

    clock: Clock
    start: date
    end: date
    stopped: Stopped
    days: dict[Holder, int]
    paused: int = 0

    @property
    def elapsed(self) -> int:
        """How many days the clock ran; a clock stopped before it started ran for none."""
        return max(0, (self.end - self.start).days)


def standings(events: Iterable[AnyPlanEvent]) -> tuple[Standing, ...]:
    """The plan as it was entered, then as it stood from each day on which its setting or coordinator changed."""
    found = list(events)
    days = sorted({event.on for event in found if isinstance(event, SettingChanged | CoordinatorChanged)})
    stood = ((day, as_at(found, day)) for day in days)
    return (date.min, plans.evolve(None, found[0])), *((day, plan) for day, plan in stood if plan is not None)


def book(review: AnnualReview, standing: Sequence[Standing], workflow: Workflow, until: date) -> tuple[Booked, ...]:
    """Every clock of a review that has started by a day, its days booked; `review` is as it stood on that day."""
    days = _days(review, workflow)
    held = list(_held(review, standing, workflow))
    return tuple(
        _with_pauses(_booked(clock, days[start], *_stop(stops, days, until), held), review.pauses)
        for clock, start, stops, duty in _CLOCKS
        if start in days and _runs(review, workflow, clock, duty)
    )


def _days(review: AnnualReview, workflow: Workflow) -> dict[str, date]:
    """The days that clocks start and stop on."""
    days = {name: fact.day for name, fact in milestones(review, workflow).items() if fact.day}
    days["opened"] = review.opened_on
    if review.is_finished and (last := next((act for act in reversed(review.acts) if act.moved), None)):
        days["finished"] = last.on  # the end of an appeal may come after it
    if ends := last_day_given(review, workflow):
        days["last_day_to_represent"] = ends
    return days


def _runs(review: AnnualReview, workflow: Workflow, clock: Clock, duty: str) -> bool:
    if duty in workflow.kinds[review.kind].leaves_out_duties:
        return False
    return clock != "amendment_notice" or review.outcome == "amend"


def _stop(stops: tuple[str, ...], days: dict[str, date], until: date) -> tuple[date, Stopped]:
    """When a clock stopped, and by what."""
    done = min((days[name] for name in stops if name in days), default=None)
    if done is not None and done <= until:
        return done, "done"
    return (days["finished"], "closed") if "finished" in days else (until, "running")


def _booked(clock: Clock, start: date, end: date, stopped: Stopped, held: list[_Held]) -> Booked:
    days = dict.fromkeys(HOLDERS, 0)
    first, beyond = start + timedelta(days=1), end + timedelta(days=1)
    for (since, holder), (upto, _) in pairwise([*held, (beyond, "nobody")]):
        days[holder] += max(0, (min(upto, beyond) - max(since, first)).days)
    return Booked(clock=clock, start=start, end=end, stopped=stopped, days=days)


def _with_pauses(booked: Booked, pauses: Iterable[Pause]) -> Booked:
    """The same with the days of a clock on which the review was paused."""
    days = (min(to or booked.end, booked.end) - max(since, booked.start) for since, to in pauses)
    return msgspec.structs.replace(booked, paused=sum(max(0, one.days) for one in days))


# --- who held the case ------------------------------------------------------------------------------------------


def _held(review: AnnualReview, standing: Sequence[Standing], workflow: Workflow) -> Iterator[_Held]:
    """Who held the case from each day on: whoever had been left with it the evening before."""
    yield date.min, "nobody"
    known = {one.on for one in (*review.acts, *review.beside)}  # beside the acts stands when a notice was served
    days = sorted(known | {day for day, _ in standing})
    for day, following in pairwise([*days, date.max]):
        stood, morning = review.as_at(day), day + timedelta(days=1)
        if not stood.acts:
            continue
        turn = _turn(stood, _plan_on(standing, day), workflow)
        yield morning, turn.on(morning)
        if turn.after and turn.then and morning < turn.after <= following:
            yield turn.after, turn.then


def _turn(review: AnnualReview, plan: Plan, workflow: Workflow) -> turns.Turn:
    """Whose turn it was; nobody's once the review was finished, or in a state that its definition no longer has."""
    if review.state not in workflow.state_by_id:
        return turns.Turn(holder="nobody")
    return turns.of_review(review, plan, workflow) or turns.Turn(holder="nobody")


def _plan_on(standing: Sequence[Standing], day: date) -> Plan:
    """The plan as it stood on a day."""
    return next(plan for since, plan in reversed(standing) if since <= day)
