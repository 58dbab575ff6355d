"""The AnnualReview aggregate: what has happened in one review, folded from its events."""

from datetime import date
from typing import Any, cast

import msgspec

from arflow.case.facts import Fact, worst
from arflow.events import (
    AdviceChased,
    AdviceReceived,
    AdviceRequested,
    AmendmentsProposed,
    AnyReviewEvent,
    AppealDetermined,
    AsideEvent,
    ConductRecorded,
    DayDoubted,
    DecisionMade,
    DeliveryFailed,
    DutySeen,
    DutySight,
    InvitationsSent,
    LocalStepRecorded,
    MeetingPostponed,
    MeetingScheduled,
    MessageSent,
    Outcome,
    Quality,
    ReviewEvent,
    ReviewOpened,
    Role,
    ServiceRecorded,
    StepCorrected,
    StepVoided,
    WorkflowMigrated,
)
from arflow.law.periods import appeal_last_day
from arflow.law.states import FINAL


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """An act that counts: its step, its event, the day it is read as having happened, and the state it was done in."""

    step: str  # a local step has the id its definition gives it
    event: ReviewEvent
    on: date
    before: str
    corrected_by: tuple[int, ...] = ()
    meeting_on: date | None = None  # the planned day as it was corrected
    quality: Quality = "known"  # how well its own day is known

    @property
    def moved(self) -> bool:
        """Whether the act led to another state."""
        return self.event.state != self.before

    def fact(self, day: date | None = None) -> Fact:
        """The act's day, or another day that its event holds, as a fact."""
        return Fact(
            day=day or self.on,
            event=self.event.name,
            version=self.event.originator_version,
            recorded_at=self.event.recorded_at,
            corrected=bool(self.corrected_by),
        )


class AnnualReview(msgspec.Struct, frozen=True, kw_only=True):
    """One annual review: its state and the acts that count, in the order they were recorded."""

    id: str
    plan: str
    kind: str
    workflow: str
    arranged_by: str
    opened_on: date
    state: str
    version: int
    acts: tuple[Act, ...] = ()
    reference: str | None = None
    beside: tuple[AsideEvent, ...] = ()  # what was recorded without taking a step

    def all(self, step: str) -> list[Act]:
        """The acts of a step that count."""
        return [act for act in self.acts if act.step == step]

    def last(self, step: str) -> Act | None:
        """The latest act of a step that counts."""
        for act in reversed(self.acts):
            if act.step == step:
                return act
        return None

    def quality(self, step: str) -> Quality:
        """How well the days of a step's acts are known, all told: as well as the worst of them."""
        return worst(act.quality for act in self.all(step))

    def day(self, step: str) -> date | None:
        """The day of the latest act of a step."""
        act = self.last(step)
        return act.on if act else None

    @property
    def outcome(self) -> Outcome | None:
        """What was decided, if it was."""
        act = self.last("decide")
        return cast("DecisionMade", act.event).outcome if act else None

    @property
    def told(self) -> bool:
        """Whether the decision has been notified; decided but not told is a state of its own."""
        return self.last("notify") is not None

    @property
    def final_act(self) -> Act | None:
        """The act that made the outcome final: the final plan, the decision not to amend, or else the notification."""
        if self.outcome == "amend":
            return self.last("issue") or self.last("not_amend")
        return self.last("notify")

    @property
    def is_final(self) -> bool:
        """Whether its outcome is final."""
        return self.final_act is not None

    @property
    def planning(self) -> Act | None:
        """The act that planned the meeting for the day it is planned for."""
        plans = ReviewOpened | MeetingScheduled | MeetingPostponed
        return next((a for a in reversed(self.acts) if isinstance(a.event, plans) and a.event.meeting_on), None)

    @property
    def planned_meeting(self) -> date | None:
        """The day the meeting is planned for, after every change of date and correction."""
        act = self.planning
        return None if act is None else act.meeting_on or cast("MeetingScheduled", act.event).meeting_on

    @property
    def is_open(self) -> bool:
        """Whether it takes the plan's one place for a review: until its decision is notified, or it is cancelled."""
        return not self.told and not self.is_finished

    @property
    def is_finished(self) -> bool:
        """Whether nothing more can be done."""
        return self.state in FINAL

    @property
    def conduct(self) -> ConductRecorded | None:
        """How the meeting went, as it was last recorded; nothing once the meeting was voided."""
        return next((event for event in reversed(self.beside) if isinstance(event, ConductRecorded)), None)

    @property
    def seen(self) -> frozenset[tuple[str, DutySight, date]]:
        """The duties that were seen to be due or breached, each with its last day at the time."""
        return frozenset((e.duty, e.seen, e.due) for e in self.beside if isinstance(e, DutySeen))

    def served(self, act: Act) -> date:
        """The day something sent is read as served: as last recorded, and never before it was sent."""
        recorded = [
            e.served_on for e in self.beside if isinstance(e, ServiceRecorded) and e.of == act.event.originator_version
        ]
        on = recorded[-1] if recorded else getattr(act.event, "served_on", None)
        return max(on, act.on) if on else act.on

    @property
    def invitations(self) -> list[Act]:
        """The invitations that gave notice of the meeting as it is now planned: a day planned or moved later needs its own."""
        moved = max((n for n, act in enumerate(self.acts) if act.step in ("schedule", "postpone")), default=-1)
        return [act for act in self.acts[moved + 1 :] if act.step == "invite"]

    def invited_on(self, roles: tuple[Role, ...]) -> Act | None:
        """The invitation that first gave notice to any of these roles: notice is given when it is served."""
        fitting = [act for act in self.invitations if set(roles) & set(cast("InvitationsSent", act.event).roles)]
        return min(fitting, key=self.served, default=None)

    def advice_outstanding(self) -> tuple[Role, ...]:
        """The roles that were asked for advice and have not answered."""
        asked = [role for act in self.all("request_advice") for role in cast("AdviceRequested", act.event).roles]
        answered = {cast("AdviceReceived", act.event).role for act in self.all("receive_advice")}
        return tuple(dict.fromkeys(role for role in asked if role not in answered))

    def appeal_ends(self) -> date | None:
        """The last day to appeal (HESC Rules 2008 r.20(1)(c)), counted from the notice of the decision challenged.

        That is the final act; a decision that the plan is to be amended opens no appeal (CFA 2014 s.51(2)-(3)).
        """
        challenged = self.final_act
        return appeal_last_day(challenged.on, self.day("certify_mediation")) if challenged else None

    @property
    def appeal_is_late(self) -> bool:
        """Whether an appeal was made after its last day; the Tribunal may admit it all the same."""
        made, ends = self.day("appeal"), self.appeal_ends()
        return made is not None and ends is not None and made > ends

    def as_at(self, day: date) -> "AnnualReview":
        """The review as it stood at the end of a day: what happened later is left out."""
        acts = tuple(act for act in self.acts if act.on <= day)
        beside = tuple(event for event in self.beside if event.on <= day)
        state = self.state if len(acts) == len(self.acts) else _state_after(acts)
        return msgspec.structs.replace(self, acts=acts, beside=beside, state=state)

    def without(self, version: int) -> "AnnualReview":
        """The review with one act taken back: where it was done again, the later act stands for having moved the review.

        Otherwise the review goes back to where the act was done from, unless later acts have moved on. How a meeting
        went is taken back with the meeting.
        """
        at = next((n for n, act in enumerate(self.acts) if act.event.originator_version == version), None)
        if at is None:
            return self
        act, later = self.acts[at], self.acts[at + 1 :]
        again = next((one for one in later if one.step == act.step and not one.moved), None) if act.moved else None
        stays = not act.moved or again is not None or any(one.moved for one in later)
        rest = (msgspec.structs.replace(one, before=act.before) if one is again else one for one in later)
        beside = self.beside
        if act.step == "hold":
            beside = tuple(event for event in beside if not isinstance(event, ConductRecorded))
        state = self.state if stays else act.before
        return msgspec.structs.replace(self, acts=(*self.acts[:at], *rest), beside=beside, state=state)

    def circumstances(self, on: date) -> frozenset[str]:
        """What holds of the review on a day, as the state machine asks it."""
        appeal, end = self.last("appeal"), self.last("determine_appeal")
        allowed = end is not None and cast("AppealDetermined", end.event).ended in ("allowed", "conceded")
        true = {
            "meeting_planned": self.planned_meeting is not None,
            "no_meeting_planned": self.planned_meeting is None,
            "not_reported": self.last("report") is None,
            "told": self.told,
            "not_told": not self.told,
            "no_appeal": appeal is None,
            "appeal_in_time": appeal is None and self._can_appeal_in_time(on),
            "appeal_late": self.appeal_is_late and end is None and self.last("admit_appeal") is None,
            "appeal_open": appeal is not None and end is None,
            "appeal_over": self._appeal_over(on, appeal, end, allowed),
        }
        outcome = {f"outcome_{self.outcome}"} if self.outcome else set()
        return frozenset(name for name, holds in true.items() if holds) | outcome

    def _can_appeal_in_time(self, on: date) -> bool:
        ends = self.appeal_ends()
        return ends is not None and on <= ends

    def _appeal_over(self, on: date, appeal: Act | None, end: Act | None, allowed: bool) -> bool:
        """Whether ceasing waits for no appeal (CFA 2014 s.45(4)): one made out of time counts once it is admitted."""
        if appeal is not None and (not self.appeal_is_late or self.last("admit_appeal")):
            return end is not None and not allowed and on >= end.on
        ends = self.appeal_ends()
        return ends is not None and on > ends


def _state_after(acts: tuple[Act, ...]) -> str:
    return acts[-1].event.state if acts else ""


def stream(review_id: str) -> str:
    """The stream that holds a review's events."""
    return f"review/{review_id}"


def evolve(review: AnnualReview | None, event: AnyReviewEvent) -> AnnualReview:
    """The review after one more event; replay asks no state machine."""
    if isinstance(event, ReviewOpened):
        return AnnualReview(
            id=event.originator_id.removeprefix("review/"),
            plan=event.plan,
            kind=event.kind,
            workflow=event.workflow,
            arranged_by=event.arranged_by,
            opened_on=event.on,
            state=event.state,
            version=event.originator_version,
            reference=event.reference,
            acts=(Act(step=event.step, event=event, on=event.on, before=""),),
        )
    if review is None:
        raise ValueError(f"{event.originator_id} does not begin with ReviewOpened")
    return msgspec.structs.replace(
        review, state=event.state, version=event.originator_version, **_change(review, event)
    )


def _change(review: AnnualReview, event: AnyReviewEvent) -> dict[str, Any]:
    match event:
        case StepCorrected():
            return {"acts": tuple(_corrected(act, event) for act in review.acts)}
        case StepVoided():
            after = review.without(event.voids)
            return {"acts": after.acts, "beside": after.beside}
        case WorkflowMigrated():
            return {"workflow": event.workflow}
        case DayDoubted():
            acts = tuple(_doubted(act, event) for act in review.acts)
            return {"acts": acts, "beside": (*review.beside, event)}
        case (
            AdviceChased()
            | ConductRecorded()
            | ServiceRecorded()
            | AmendmentsProposed()
            | MessageSent()
            | DeliveryFailed()
            | DutySeen()
        ):
            return {"beside": (*review.beside, event)}
        case _:
            step = event.local_step if isinstance(event, LocalStepRecorded) else event.step
            return {"acts": (*review.acts, Act(step=step, event=event, on=event.on, before=review.state))}


def _corrected(act: Act, event: StepCorrected) -> Act:
    if act.event.originator_version != event.corrects:
        return act
    by = (*act.corrected_by, event.originator_version)
    meeting_on = event.meeting_on or act.meeting_on
    quality = act.quality if event.meeting_on else "known"
    return msgspec.structs.replace(act, on=event.to, corrected_by=by, meeting_on=meeting_on, quality=quality)


def _doubted(act: Act, event: DayDoubted) -> Act:
    return msgspec.structs.replace(act, quality=event.quality) if act.event.originator_version == event.of else act
