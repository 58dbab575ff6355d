"""Duties seen: each that came due or was breached is recorded once, with the last day that it had at the time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.case import plan as plans
from arflow.case import review as reviews
from arflow.case.acts import Recording
from arflow.case.case import Case, Taken
from arflow.case.duties import DutyState
from arflow.case.plan_commands import SeePlanDuty
from arflow.case.review_commands import SeeDuty
from arflow.errors import CaseMoved
from arflow.events import AnyEvent, DutySeen, DutySight, PlanDutySeen, decode
from arflow.store.tables import events as log

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.lists.due_items import DueItem

# On the strict reading the last day has passed, on the other it has not: it came due, and is not yet said to be breached.
_SIGHTS: Mapping[DutyState, DutySight] = {"due_soon": "due", "contested": "due", "overdue": "breached"}
_TOPICS = ("arflow:DutySeen", "arflow:PlanDutySeen")
_PLANS_AT_A_TIME = 500
_CASES_AT_A_TIME = 100


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """A duty of a review, or of a plan where `review` is none, that is due soon or breached; `due` is its last day."""

    plan: str
    review: str | None
    duty: str
    seen: DutySight
    due: date

    @property
    def stream(self) -> str:
        """The stream that it is recorded in."""
        return reviews.stream(self.review) if self.review else plans.stream(self.plan)


def sightings(items: Iterable["DueItem"]) -> list[Sighting]:
    """What can be seen in the list of what is due; a local target that was missed is no breach."""
    return [
        Sighting(plan=item.plan, review=item.review, duty=item.duty, seen=_SIGHTS[item.state], due=item.due)
        for item in items
        if item.due is not None and item.state in _SIGHTS
    ]


def unseen(app: "Arflow", found: Sequence[Sighting]) -> list[Sighting]:
    """Those that the log does not hold yet: asked of the log by plan, without folding the cases."""
    known = {
        (event.originator_id, event.duty, event.seen, event.due)
        for event in _recorded(app.engine, sorted({sighting.plan for sighting in found}))
    }
    return [one for one in found if (one.stream, one.duty, one.seen, one.due) not in known]


def _recorded(engine: sa.Engine, refs: Sequence[str]) -> Iterator[DutySeen | PlanDutySeen]:
    with engine.connect() as connection:
        for start in range(0, len(refs), _PLANS_AT_A_TIME):
            some = refs[start : start + _PLANS_AT_A_TIME]
            query = sa.select(log.c.payload).where(log.c.plan.in_(some), log.c.topic.in_(_TOPICS))
            for payload in connection.execute(query).scalars():
                event = decode(bytes(payload))
                assert isinstance(event, DutySeen | PlanDutySeen)
                yield event


def record(app: "Arflow", found: Sequence[Sighting]) -> int:
    """Record what was not seen before, many cases in one transaction; how many there were.

    If somebody else moves a case meanwhile, arflow tries it once more on its own, then leaves it for the next time.
    """
    recorded = 0
    ordered = sorted(found, key=lambda one: one.stream)
    cases = [list(of_case) for _, of_case in groupby(ordered, key=lambda one: one.stream)]
    for start in range(0, len(cases), _CASES_AT_A_TIME):
        some = cases[start : start + _CASES_AT_A_TIME]
        try:
            recorded += _append(app, some)
        except CaseMoved:
            recorded += sum(_append_one(app, case) for case in some)
    return recorded


def _append_one(app: "Arflow", case: Sequence[Sighting]) -> int:
    try:
        return _append(app, (case,))
    except CaseMoved:
        return 0


def _append(app: "Arflow", cases: Sequence[Sequence[Sighting]]) -> int:
    draft = app.draft()
    there = {case.plan.ref: case for case in app.cases([case[0].stream for case in cases])}
    events = [event for found in cases for event in _recordings(app, there[found[0].plan], found, draft.recording)]
    if events:
        app.append(events[0].originator_id, events, draft)
    return len(events)


def _recordings(app: "Arflow", case: Case, found: Sequence[Sighting], recording: Recording) -> tuple[AnyEvent, ...]:
    """The events of one stream, beside what it has seen by now: the log may have grown since it was asked."""
    name = found[0].review
    taken = Taken(case=Case(plan=case.plan, reviews={name: case.reviews[name]} if name else {}))
    for one in found:
        known = taken.case.reviews[name].seen if name else taken.case.plan.seen
        if (one.duty, one.seen, one.due) not in known:
            command = (SeeDuty if name else SeePlanDuty)(duty=one.duty, seen=one.seen, due=one.due)
            taken = taken.take(command, recording, app.machine, review=name or "")
    return taken.events
