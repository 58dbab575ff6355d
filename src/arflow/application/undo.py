"""Taking back one's own last act: which it was, and the command that takes it back; nothing leaves the log."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, cast, get_args

import msgspec

from arflow.case.act import Act
from arflow.case.case import Case, fold
from arflow.case.facts import Fact
from arflow.case.plan_commands import AnyPlanCommand, CorrectPlanDay, PlanDay
from arflow.case.review import SERVED, AnnualReview
from arflow.case.review_commands import AnyReviewCommand, CorrectStep, VoidStep
from arflow.errors import CaseUnreadable, NotPossible
from arflow.events import (
    AnyEvent,
    CoordinatorChanged,
    DutySeen,
    InstitutionConsulted,
    LatenessExplained,
    PaperReceived,
    PlanAdded,
    PlanAmended,
    PlanDutySeen,
    PlanFactCorrected,
    PlanNoticeSent,
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
        """The step of a review, or the name of the event where it is no step."""
        step = self.event.step if isinstance(self.event, ReviewEvent) else ""
        return spoken(step) or self.event.name


def last_act(app: "ReadSide", officer: str, name: str, case: str | None) -> LastAct:
    """The last act that an officer recorded, on a case or anywhere; NotPossible where there is none."""
    plan = None if case is None else app.review(case).plan if app.is_review(case) else app.plan(case).ref
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
        case PlanNoticeSent():  # the notice before it, and what ended that one, are over
            return CorrectPlanDay(fact="plan_notice_sent", to=None, reason=reason)
        case PlanAmended() if not event.ends_notice:
            return CorrectPlanDay(fact="amended", to=None, version=event.originator_version, reason=reason)
        case PlanFactCorrected() if event.fact == "stood_in":
            raise _refused(last, f"record the re-assessment again: `arflow plan reassess {last.case}`")
        case PlanFactCorrected() if event.fact == "amended":
            return _amended_as_it_was(last, event, reason)
        case PlanFactCorrected() if event.fact in get_args(PlanDay):
            fact = cast("PlanDay", event.fact)
        case _ if event.name in _DAYS:
            fact = _DAYS[event.name]
        case _:
            raise _refused(last, _way_on(last, event))
    was: Fact | None = getattr(plan, fact)
    if was is None:
        return CorrectPlanDay(fact=fact, to=None, reason=reason)
    return CorrectPlanDay(fact=fact, to=was.day, quality=was.quality, served_on=plan.served(fact), reason=reason)


def _amended_as_it_was(last: LastAct, event: PlanFactCorrected, reason: str) -> CorrectPlanDay:
    """The day that an amendment had, of those without a notice; one that was taken back stays so."""
    assert last.before is not None
    if event.to is None:
        raise _refused(last, f"an amendment that was taken back is recorded again: `arflow plan amend {last.case}`")
    was = next(fact.day for fact in last.before.plan.amended if fact.version == event.corrects)
    return CorrectPlanDay(fact="amended", to=was, version=event.corrects, reason=reason)


def _way_on(last: LastAct, event: AnyEvent) -> str:
    """The command that takes back what an event of a plan began; where there is none, that another act is recorded."""
    number = event.originator_version
    if isinstance(event, InstitutionConsulted):
        about = {
            "institution": event.institution,
            "authority": event.authority,
            "review": event.review,
        }
        said = "".join(f" --{option} {value}" for option, value in about.items() if value)
        said += " --outside-review" if event.notice else ""
        return f"`arflow plan consult-withdraw {last.case}{said} --reason …`"
    if isinstance(event, LatenessExplained):
        of = f"{event.review or last.case} {spoken(event.duty)}"
        return f"another reason takes its place: `arflow lateness explain {of} --reason …`"
    if isinstance(event, PaperReceived):
        return f"`arflow inbox refuse {event.paper} --reason …`"
    if any(one.number == number for one in last.now.plan.proceedings):
        return f"`arflow plan withdraw {last.case} --of {number} --on {event.on} --reason …`"
    return "record beside it what is so: see `arflow plan --help`"


def _of_review(last: LastAct, event: ReviewEvent, reason: str) -> AnyReviewCommand:
    if isinstance(event, ReviewOpened):
        raise _refused(last, f"`arflow review cancel {last.case} --reason …`")
    if isinstance(event, StepVoided):
        again = f"`arflow review {spoken(event.voided_step)} {last.case}`"
        raise _refused(last, f"a step that was taken back is recorded again: {again}")
    assert last.before is not None
    if isinstance(event, StepCorrected):
        was = next(act for act in last.before.reviews[last.case].acts if act.event.originator_version == event.corrects)
        if event.meeting_on is None:
            return _step_as_it_was(last.before.reviews[last.case], was, reason)
        planned = last.before.reviews[last.case].planned_meeting
        return CorrectStep(corrected_step=event.corrected_step, meeting_on=planned, reason=reason)
    counted: Sequence[int] = [act.event.originator_version for act in last.now.reviews[last.case].acts]
    if event.originator_version not in counted:
        raise _refused(last, f"record beside it what is so: see `arflow review history {last.case}`")
    act = next(a for a in last.now.reviews[last.case].acts if a.event.originator_version == event.originator_version)
    return VoidStep(voided_step=act.step, version=event.originator_version, reason=reason)


def _step_as_it_was(before: AnnualReview, was: Act, reason: str) -> CorrectStep:
    """The correction that gives an act the day it had, and its day of service, where no act of its own found that out."""
    is_served = was.step in SERVED and not before.service_shown(was)
    return CorrectStep(
        corrected_step=was.step,
        on=was.on,
        served_on=before.served(was) if is_served else None,
        version=was.event.originator_version,
        reason=reason,
    )


def _as_before(last: LastAct, option: str, value: object) -> NotPossible:
    was = "none" if value is None else str(value)
    return _refused(last, f"record what was so before: `arflow plan move {last.case} {option} {shlex.quote(was)}`")


def _refused(last: LastAct, way_on: str) -> NotPossible:
    return NotPossible(f"{last.case}: no act takes back {in_words(last.what)} of {last.on}: {way_on}")
