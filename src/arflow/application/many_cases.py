"""One act on each of many cases, from a list or a filter: tried first, then recorded, each case in a transaction of its own."""

from collections.abc import Callable, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from arflow.application.arflow import Arflow
from arflow.application.meeting_days import why_unfit
from arflow.case.acts import of_plan
from arflow.case.plan_commands import AssignCoordinator, ExpectTransfer
from arflow.case.plan_reviews import Opening
from arflow.case.review_commands import ScheduleMeeting
from arflow.errors import ArflowError, DateRefused, field_name


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be recorded on a case: a plan by its reference, or a review by its id; what was so, and what will be.

    `is_proved` says that the day of a meeting was held to every rule by whoever chose it.
    """

    case: str
    plan: str
    command: AssignCoordinator | ExpectTransfer | ScheduleMeeting | Opening
    was: str | None
    becomes: str
    is_proved: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a wish: recorded, or why it was not or could not be."""

    case: str
    plan: str
    was: str | None
    becomes: str
    done: bool = False
    trouble: str = ""


def reassigned(app: Arflow, refs: Sequence[str], to: str, *, on: date | None) -> list[Wish]:
    """Plans to be given to an officer; those that the officer holds already are left out."""
    names, officer = app.directory.officer_names(), app.directory.known_officer(to)
    becomes, wishes = names.get(officer or "", to), list[Wish]()
    for ref in refs:
        holder = app.plan(ref).coordinator
        if holder is None or holder != officer:
            was, command = names.get(holder or "", holder), AssignCoordinator(coordinator=becomes, on=on)
            wishes.append(Wish(case=ref, plan=ref, command=command, was=was, becomes=becomes))
    return wishes


def scheduled(app: Arflow, reviews: Sequence[str], meeting_on: date) -> list[Wish]:
    """Reviews whose meeting is to be planned for a day; those planned for it already are left out."""
    wishes = []
    for found in map(app.review, reviews):
        planned, command = found.planned_meeting, ScheduleMeeting(meeting_on=meeting_on)
        if planned != meeting_on:
            was = planned.isoformat() if planned else None
            wishes.append(
                Wish(case=found.id, plan=found.plan, command=command, was=was, becomes=meeting_on.isoformat())
            )
    return wishes


def rehearse(app: Arflow, wishes: Sequence[Wish]) -> list[Outcome]:
    """What would become of each wish; nothing is recorded."""
    return [_outcome(app, wish, lambda _: None) for wish in wishes]


def carry_out(app: Arflow, wishes: Sequence[Wish], told: Callable[[Outcome], None]) -> list[Outcome]:
    """Record each wish, and report each as it is done; one that is refused keeps no other."""
    done = []
    for wish in wishes:
        done.append(_outcome(app, wish, lambda one: _record(app, one)))
        told(done[-1])
    return done


def _outcome(app: Arflow, wish: Wish, then: Callable[[Wish], None]) -> Outcome:
    tried = Outcome(case=wish.case, plan=wish.plan, was=wish.was, becomes=wish.becomes)
    try:
        _try(app, wish)
        then(wish)
    except ArflowError as refusal:
        return replace(tried, trouble=refusal.in_options())
    return replace(tried, done=True)


def _try(app: Arflow, wish: Wish) -> None:
    """Take the command without recording it; DateRefused for a meeting on a day that does not fit."""
    case = app.whole_case(wish.plan)
    if isinstance(wish.command, AssignCoordinator):
        case.take(of_plan.with_officer(wish.command, app.officer_id), app.rehearsal(), app.machine)
        return
    if isinstance(wish.command, ExpectTransfer):
        case.take(wish.command, app.rehearsal(), app.machine)
        return
    if isinstance(wish.command, Opening):
        numbered = replace(wish.command, id=app.next_review_id(wish.command.on.year))
        case.take(numbered, app.rehearsal(), app.machine)
        return
    taken = case.take(wish.command, app.rehearsal(), app.machine, review=wish.case)
    day = wish.command.meeting_on
    if not wish.is_proved and (why := why_unfit(app, taken.case, wish.case, day)):
        way_on = f"if it has to be this day, `arflow review schedule {wish.case} --meeting-on {day}`"
        raise DateRefused(f"{field_name('meeting_on')} {day} {why}: {way_on}")


def _record(app: Arflow, wish: Wish) -> None:
    if isinstance(wish.command, AssignCoordinator | ExpectTransfer):
        app.change_plan(wish.case, wish.command)
    elif isinstance(wish.command, Opening):
        app.open_review(
            wish.plan,
            kind=wish.command.kind,
            on=wish.command.on,
            meeting_on=wish.command.meeting_on,
            arranged_by=wish.command.arranged_by,
        )
    else:
        app.act(wish.case, wish.command)
