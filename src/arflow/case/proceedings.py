"""The proceedings on a plan: what began, the last day set for it, what was done in it, and the days this gives to duties.

Orders of the Tribunal, appeals not opposed and mediation agreements (SEND Regs 2014 rr.42, 44-45), mediation, re-assessment,
direct payments and a decision to cease outside a review: each sets limits of its own, and stops no other. Pure.
"""

from collections.abc import Iterator
from datetime import date

import msgspec

from arflow.case.facts import Fact, corrected_amendment
from arflow.events import (
    AnyPlanEvent,
    AppealEnd,
    CeasingConsidered,
    LimitExcused,
    LimitSet,
    PlanAmended,
    PlanAppealEnded,
    PlanAppealLodged,
    PlanEvent,
    PlanFactCorrected,
    ProceedingEvent,
    ProceedingStepTaken,
    ProceedingWithdrawn,
    ReassessmentEnded,
    ReassessmentStarted,
)
from arflow.law.proceedings import BEGUN_BY, IMPLIED, KINDS, REQUIRED, Implied

# The events that may begin a proceeding or move one on.
CONCERNED = (ProceedingEvent, PlanAmended, ReassessmentStarted, ReassessmentEnded, PlanFactCorrected)


class Proceeding(msgspec.Struct, frozen=True, kw_only=True):
    """One proceeding: the number of the event that began it, its kind, and its days; `said` is what that event required.

    Of a step the day that was recorded counts, or else that of the first event that implies it and does not precede it.
    """

    number: int
    kind: str
    begun: Fact
    said: str = ""
    set_for: Fact | None = None
    excused: Fact | None = None
    recorded: dict[str, Fact] = {}
    implied: tuple[tuple[str, Fact], ...] = ()  # what other events make of it, in their order
    recorded_end: AppealEnd | None = None

    @property
    def steps(self) -> dict[str, Fact]:
        """The steps that were taken, with their days."""
        found: dict[str, Fact] = {}
        for did, fact in self.implied:
            if did not in found and fact.day and self.begun.day and self.begun.day <= fact.day:
                found[did] = fact
        return found | self.recorded

    @property
    def ended(self) -> AppealEnd | None:
        """How an appeal ended: as recorded, or conceded where the authority did not oppose it."""
        return self.recorded_end or ("conceded" if self.kind == "appeal" and "ended" in self.steps else None)

    @property
    def is_over(self) -> bool:
        """Whether a step that ends it was taken; one that nothing ends is never under way."""
        ends = KINDS[self.kind].ended_by
        return not ends or any(step in self.steps for step in ends)

    @property
    def next_steps(self) -> tuple[str, ...]:
        """The steps that it waits for; none once it is over."""
        kind = KINDS[self.kind]
        return () if self.is_over else tuple(s for s in kind.steps if s not in self.steps and s not in kind.optional)

    def may_take(self, step: str) -> bool:
        """Whether a step can be taken now, for the first time."""
        return step in self.next_steps or (
            step in KINDS[self.kind].optional and not self.is_over and step not in self.steps
        )

    def days(self) -> Iterator[tuple[str, Fact]]:
        """The days it gives to duties, by the names of law/proceedings.py."""
        yield self.kind, self.begun
        for name, fact in (("set", self.set_for), ("excused", self.excused), *self.steps.items()):
            if fact:
                yield f"{self.kind}_{name}", fact


def after(proceedings: tuple[Proceeding, ...], event: AnyPlanEvent) -> tuple[Proceeding, ...]:
    """The proceedings of a plan after one more event that concerns them."""
    moved = tuple(_moved(one, event) for one in proceedings)
    match event:
        case ProceedingWithdrawn():
            return tuple(one for one in moved if one.number != event.proceeding)
        case CeasingConsidered() | PlanFactCorrected():
            return moved
        case _:
            begun = _begun(event)
            return (*moved, begun) if begun else moved


def _begun(event: PlanEvent) -> Proceeding | None:
    said = getattr(event, "requires", "")
    kind = REQUIRED.get(said) or BEGUN_BY.get(event.name)
    if kind is None:
        return None
    last_day = getattr(event, "last_day", None)
    return Proceeding(
        number=event.originator_version,
        kind=kind,
        begun=_fact(event),
        said=said or (event.against if isinstance(event, PlanAppealLodged) else ""),
        set_for=msgspec.structs.replace(_fact(event), day=last_day) if last_day else None,
    )


def _moved(one: Proceeding, event: AnyPlanEvent) -> Proceeding:
    match event:
        case LimitSet(proceeding=one.number):
            return msgspec.structs.replace(one, set_for=msgspec.structs.replace(_fact(event), day=event.last_day))
        case LimitExcused(proceeding=one.number):
            return msgspec.structs.replace(one, excused=_fact(event))
        case ProceedingStepTaken(proceeding=one.number):
            return _with_step(one, event.did, event)
        case PlanAppealEnded(proceeding=one.number):
            return msgspec.structs.replace(_with_step(one, "ended", event), recorded_end=event.ended)
        case PlanFactCorrected():
            return _with_correction(one, event)
        case _:
            more = tuple((implied.did, _fact(event)) for implied in IMPLIED if _implies(implied, one, event))
            return msgspec.structs.replace(one, implied=one.implied + more) if more else one


def _implies(implied: Implied, one: Proceeding, event: PlanEvent) -> bool:
    """Whether an event takes a step in a proceeding of its kind."""
    of_kind = (implied.event, implied.kind) == (event.name, one.kind)
    return of_kind and implied.because in ("", getattr(event, "because", ""))


def _with_step(one: Proceeding, step: str, event: PlanEvent) -> Proceeding:
    return msgspec.structs.replace(one, recorded={**one.recorded, step: _fact(event)})


def _with_correction(one: Proceeding, event: PlanFactCorrected) -> Proceeding:
    """An amendment whose day is corrected takes its step on that day; one that never was takes none."""
    if event.fact != "amended":
        return one
    now = corrected_amendment(event)
    implied = ((did, now if fact.version == event.corrects else fact) for did, fact in one.implied)
    return msgspec.structs.replace(one, implied=tuple((did, fact) for did, fact in implied if fact))


def _fact(event: PlanEvent) -> Fact:
    return Fact(day=event.on, event=event.name, version=event.originator_version, recorded_at=event.recorded_at)


def takes_back(event: PlanEvent, began: Fact | None) -> bool:
    """Whether an event takes back the proceeding that began with a fact."""
    return isinstance(event, ProceedingWithdrawn) and began is not None and event.proceeding == began.version


def governing(proceedings: tuple[Proceeding, ...]) -> dict[str, Proceeding]:
    """Of each kind the proceeding whose limits count: the one longest under way, or else the last."""
    found: dict[str, Proceeding] = {}
    for one in proceedings:
        before = found.get(one.kind)
        if before is None or before.is_over:
            found[one.kind] = one
    return found


def last_certificate(proceedings: tuple[Proceeding, ...]) -> Fact | None:
    """The last mediation certificate, which may lengthen a time to appeal (HESC Rules 2008 r.20(1)(c))."""
    given = (one.steps["certificate_given"] for one in proceedings if "certificate_given" in one.steps)
    return max(given, key=lambda fact: fact.day or date.min, default=None)


def days(proceedings: tuple[Proceeding, ...]) -> dict[str, Fact]:
    """The days that duties of the plan are computed from, by the names that definitions use."""
    found = {name: fact for one in governing(proceedings).values() for name, fact in one.days()}
    certificate = last_certificate(proceedings)
    return found | ({"mediation_certificate_given": certificate} if certificate else {})
