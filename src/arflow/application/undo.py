"""Taking back one's own last act: which it was, and the command that takes it back; nothing leaves the log."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, cast, get_args

import msgspec

from arflow.case.case import Case, fold
from arflow.case.facts import Fact
from arflow.case.plan import Plan
from arflow.case.plan_commands import AnyPlanCommand, CorrectPlanDay, PlanDay
from arflow.case.review import SERVED, AnnualReview
from arflow.case.review_commands import AnyReviewCommand, CorrectStep, VoidStep
from arflow.errors import CaseUnreadable, NotPossible
from arflow.events import (
    AnyEvent,
    CoordinatorChanged,
    DutySeen,
    InstitutionConsulted,
    PlanAdded,
    PlanAmended,
    PlanDutySeen,
    PlanFactCorrected,
    ReviewEvent,
    ReviewOpened,
    SettingChanged,
    StepCorrected,
    StepVoided,
    YearGroupChanged,
    read,
)
from arflow.words import in_words, spoken

if TYPE_CHECKING:
    from arflow.application.reading import ReadSide

# The day of a plan that an event records.
_DAYS: dict[str, PlanDay] = {
    "YoungPersonFromSet": "young_person_from",
    "PlanTransferredIn": "transferred_in",
    "MoveAwayLearned": "aware_of_move",
    "PlanTransferredOut": "transferred_out",
    "DetentionStarted": "detained",
    "ReleasedFromDetention": "released",
    "PlanCeased": "ceased",
    "PlanNoticeSent": "plan_notice_sent",
    "PlanNoticeSentAgain": "plan_notice_sent_again",
    "PlanAmended": "plan_amended",
    "PlanNotAmended": "plan_not_amended",
}


class LastAct(msgspec.Struct, frozen=True, kw_only=True):
    """An act by its own event, with the case as it was before and is now; `case` is a review by id or a plan by reference."""

    case: str
    event: AnyEvent
    before: Case | None
    now: Case

    @property
    def on(self) -> date:
        """The day it is recorded for."""
        return self.event.on

    @property
    def recorded_at(self) -> datetime:
        """When it was recorded."""
        return self.event.recorded_at

    @property
    def what(self) -> str:
        """The step of a review, or the name of the event."""
        return spoken(self.event.step) if isinstance(self.event, ReviewEvent) else self.event.name


def last_act(app: "ReadSide", officer: str, name: str, case: str | None) -> LastAct:
    """The last act that an officer recorded, on a case or anywhere; NotPossible where there is none."""
    plan = case if case is None or not app.is_review(case) else app.review(case).plan
    last = next(_own(app, officer, case, plan), None)
    if last is None:
        raise NotPossible(f"{name} has recorded nothing here that could be taken back")
    events = [event for _, event in app.case_events(last.plan)]
    own = (last.recorded_by, last.recorded_at)
    at = next(at for at, event in enumerate(events) if (event.recorded_by, event.recorded_at) == own)
    before = fold(events[:at]) if at else None
    named = events[at].originator_id.partition("/")[2]
    return LastAct(case=named, event=events[at], before=before, now=fold(events))


def _own(app: "ReadSide", officer: str, case: str | None, plan: str | None) -> Iterator[AnyEvent]:
    """What an officer recorded, the latest first; what the day's run noticed is nobody's act."""
    rows = app.log_store.read_back(officer) if plan is None else reversed(app.log_store.read_case(plan))
    for row in rows:
        try:
            event = read(row)
        except CaseUnreadable:
            if plan is not None:
                raise
            continue  # no other case waits for it
        named = case in (None, plan) or event.originator_id == f"review/{case}"
        if event.recorded_by == officer and named and not isinstance(event, DutySeen | PlanDutySeen):
            yield event


def way_back(last: LastAct, reason: str, names: dict[str, str]) -> AnyReviewCommand | AnyPlanCommand:
    """The command that takes an act back; NotPossible, saying the way on, where none does."""
    event = last.event
    if isinstance(event, ReviewEvent):
        return _of_review(last, event, reason)
    if isinstance(event, PlanAdded):
        ref = event.plan
        raise _refused(last, f"a plan that was added stays: `arflow plan correct {ref}`, or `arflow plan end {ref}`")
    assert last.before is not None
    plan = last.before.plan
    match event:
        case CoordinatorChanged():
            raise _as_before(last, "--coordinator", names.get(plan.coordinator or "", plan.coordinator))
        case SettingChanged():
            raise _as_before(last, "--setting", plan.setting)
        case YearGroupChanged():
            raise _as_before(last, "--nc-year", plan.nc_year)
        case PlanAmended() if not event.ends_notice:
            return CorrectPlanDay(fact="amended", to=None, version=event.originator_version, reason=reason)
        case PlanFactCorrected(fact="amended"):
            return _amended_back(last, plan, event, reason)
        case PlanFactCorrected(fact="stood_in"):
            raise _refused(
                last, f"record a re-assessment that stands for the review: `arflow plan reassess {plan.ref}`"
            )
        case PlanFactCorrected() if event.fact in get_args(PlanDay):
            fact = cast("PlanDay", event.fact)
        case _ if event.name in _DAYS:
            fact = _DAYS[event.name]
        case InstitutionConsulted():
            raise _has_its_own(last, f"arflow plan consult-withdraw {plan.ref} --institution {event.institution}")
        case _ if event.originator_version in (one.number for one in last.now.plan.proceedings):
            raise _has_its_own(last, f"arflow plan withdraw {plan.ref} --of {event.originator_version} --on {event.on}")
        case _:
            raise _refused(last, "record beside it what is so: see `arflow plan --help`")
    was: Fact | None = getattr(plan, fact)
    return CorrectPlanDay(
        fact=fact,
        to=was.day if was else None,
        quality=was.quality if was else "known",
        served_on=plan.served(fact),
        reason=reason,
    )


def _amended_back(last: LastAct, before: Plan, event: PlanFactCorrected, reason: str) -> CorrectPlanDay:
    if event.to is None:
        raise _refused(last, f"an amendment that was taken back is recorded again: `arflow plan amend {before.ref}`")
    was = next(fact for fact in before.amended if fact.version == event.corrects)
    return CorrectPlanDay(fact="amended", to=was.day, version=event.corrects, reason=reason)


def _of_review(last: LastAct, event: ReviewEvent, reason: str) -> AnyReviewCommand:
    if isinstance(event, ReviewOpened):
        raise _refused(last, f"`arflow review cancel {last.case} --reason …`")
    if isinstance(event, StepVoided):
        again = f"`arflow review {spoken(event.voided_step)} {last.case}`"
        raise _refused(last, f"a step that was taken back is recorded again: {again}")
    assert last.before is not None
    if isinstance(event, StepCorrected):
        return _corrected_back(last.before.reviews[last.case], event, reason)
    counted: Sequence[int] = [act.event.originator_version for act in last.now.reviews[last.case].acts]
    if event.originator_version not in counted:
        raise _refused(last, f"record beside it what is so: see `arflow review history {last.case}`")
    act = next(a for a in last.now.reviews[last.case].acts if a.event.originator_version == event.originator_version)
    return VoidStep(voided_step=act.step, version=event.originator_version, reason=reason)


def _corrected_back(before: AnnualReview, event: StepCorrected, reason: str) -> CorrectStep:
    """The correction that gives an act its day, and its day of service, of before; one found out for itself stood all along."""
    if event.meeting_on is not None:
        return CorrectStep(corrected_step=event.corrected_step, meeting_on=before.planned_meeting, reason=reason)
    was = next(act for act in before.acts if act.event.originator_version == event.corrects)
    brings = was.step in SERVED and not before.service_shown(was)
    return CorrectStep(
        corrected_step=event.corrected_step,
        on=was.on,
        served_on=before.served(was) if brings else None,
        version=event.corrects,
        reason=reason,
    )


def _as_before(last: LastAct, option: str, value: object) -> NotPossible:
    was = "none" if value is None else str(value)
    return _refused(last, f"record what was so before: `arflow plan move {last.case} {option} {shlex.quote(was)}`")


def _has_its_own(last: LastAct, command: str) -> NotPossible:
    """The refusal of an act that a command of its own takes back, since that asks for more than a reason."""
    return NotPossible(f"{last.case}: {in_words(last.what)} of {last.on} is taken back with `{command}`")


def _refused(last: LastAct, way_on: str) -> NotPossible:
    return NotPossible(f"{last.case}: no act takes back {in_words(last.what)} of {last.on}: {way_on}")
