"""The AnnualReview aggregate: what has happened in one review, folded from its events."""

from collections.abc import Collection
from datetime import date
from typing import Any, cast

import msgspec

from arflow.case.act import Act
from arflow.case.facts import Fact, worst
from arflow.case.mediated import Certificate, last_for
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
    DecisionChanged,
    DecisionMade,
    DeliveryFailed,
    DutySeen,
    DutySight,
    InvitationAnswered,
    InvitationsSent,
    LightRouteRecorded,
    LocalStepRecorded,
    MeetingPostponed,
    MeetingScheduled,
    MessageSent,
    Outcome,
    Quality,
    RepresentationsReceived,
    ReviewOpened,
    ReviewPaused,
    ReviewResumed,
    Role,
    ServiceRecorded,
    StepCorrected,
    StepVoided,
    WorkflowMigrated,
)
from arflow.law.periods import appeal_last_day
from arflow.law.states import FINAL

# The steps that send proposed amendments to the family.
NOTICES = ("notice", "notice_again")
# The steps whose day of service counts.
SERVED = ("invite", *NOTICES)


# From a day on, up to another or still.
Pause = tuple[date, date | None]


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
    certificates: tuple[Certificate, ...] = ()  # on the plan: see certificates.py

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
        """What was decided last, if it was."""
        act = next((act for act in reversed(self.acts) if isinstance(act.event, DecisionMade | DecisionChanged)), None)
        return cast("DecisionMade | DecisionChanged", act.event).outcome if act else None

    @property
    def told(self) -> bool:
        """Whether the decision has been notified; decided but not told is a state of its own."""
        return self.last("notify") is not None

    @property
    def final_act(self) -> Act | None:
        """The act that made the outcome final: the final plan, the decision not to amend, or else the last notification."""
        if self.outcome == "amend":
            return self.last("issue") or self.last("not_amend")
        return self.last("change_decision") or self.last("notify")

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
    def invitation_answers(self) -> tuple[InvitationAnswered, ...]:
        """The last answer of each who said whether they come to the meeting on the day that it is planned for."""
        planning = self.planning
        since = planning.event.originator_version if planning else 0
        answers = [one for one in self.beside if isinstance(one, InvitationAnswered) and one.originator_version > since]
        return tuple({(one.role, one.person): one for one in answers}.values())

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
    def paused(self) -> ReviewPaused | None:
        """The pause that goes on, if there is one."""
        last = next((e for e in reversed(self.beside) if isinstance(e, ReviewPaused | ReviewResumed)), None)
        return last if isinstance(last, ReviewPaused) else None

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """Every pause: the day from which nobody worked on the review, and the day it went on, if it did."""
        found: list[Pause] = []
        for event in self.beside:
            if isinstance(event, ReviewPaused):
                found.append((event.on, None))
            elif isinstance(event, ReviewResumed) and found:
                found[-1] = (found[-1][0], event.on)
        return tuple(found)

    @property
    def light_route(self) -> bool:
        """Whether it goes by the light route, as was last recorded."""
        return next((e.taken for e in reversed(self.beside) if isinstance(e, LightRouteRecorded)), False)

    @property
    def seen(self) -> frozenset[tuple[str, DutySight, date]]:
        """The duties that were seen to be due or breached, each with its last day at the time."""
        return frozenset((e.duty, e.seen, e.due) for e in self.beside if isinstance(e, DutySeen))

    def served(self, act: Act) -> date:
        """The day something sent is read as served: as last recorded, and never before it was sent."""
        recorded = [(event.originator_version, event.served_on) for event in self._services(act)]
        _, on = max((*recorded, act.service or (0, getattr(act.event, "served_on", None))))
        return max(on, act.on) if on else act.on

    def _services(self, act: Act) -> list[ServiceRecorded]:
        return [e for e in self.beside if isinstance(e, ServiceRecorded) and e.of == act.event.originator_version]

    def service_shown(self, act: Act) -> bool:
        """Whether its day of service was found out for itself, such as where it did not arrive: no table gives it."""
        return any(event.because != "table_changed" for event in self._services(act))

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

    @property
    def notice(self) -> Act | None:
        """The notice of the amendments that are proposed now: the first, or the last that was sent in its place."""
        return next((act for act in reversed(self.acts) if act.step in NOTICES), None)

    def since_notice(self, step: str) -> list[Act]:
        """The acts of a step that were recorded after the notice of the amendments that are proposed now."""
        notice = self.notice
        return [act for act in self.acts[self.acts.index(notice) + 1 :] if act.step == step] if notice else []

    @property
    def notice_stands(self) -> bool:
        """Whether amendments are proposed: a notice was sent, and has not been withdrawn since."""
        return self.notice is not None and not self.since_notice("withdraw_notice")

    @property
    def no_more_representations(self) -> bool:
        """Whether everybody with the right has answered the last notice, or gave up the rest of its 15 days."""
        return any(cast("RepresentationsReceived", act.event).no_more for act in self.since_notice("represent"))

    @property
    def more_time(self) -> Act | None:
        """The last agreement on more time for representations on the amendments that are proposed now."""
        return next(reversed(self.since_notice("agree_time")), None)

    def appeal_ends(self, also: Collection[date] = ()) -> date | None:
        """The last day to appeal (HESC Rules 2008 r.20(1)(c)), counted from the notice of the decision challenged.

        That is the final act; a decision that the plan is to be amended opens no appeal (CFA 2014 s.51(2)-(3)).
        `also` are bank holidays that the calendar does not have yet.
        """
        challenged, certificate = self._challenged, self.certificate
        return appeal_last_day(challenged.on, certificate.day if certificate else None, also) if challenged else None

    @property
    def _challenged(self) -> Act | None:
        """The act whose notice the time to appeal is counted from."""
        return self.last("reissue") or self.final_act

    @property
    def certificate(self) -> Fact | None:
        """The last mediation certificate for what it decided: its own act, or one on the plan."""
        own, notice = self.last("certify_mediation"), self._challenged
        return last_for(notice.on if notice else None, own.fact() if own else None, self.certificates)

    def appeal_is_late(self, also: Collection[date] = ()) -> bool:
        """Whether an appeal was made after its last day; the Tribunal may admit it all the same."""
        made, ends = self.day("appeal"), self.appeal_ends(also)
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

    def circumstances(self, on: date, also: Collection[date] = ()) -> frozenset[str]:
        """What holds of the review on a day, as the state machine asks it; `also` as for `appeal_ends`."""
        ends, late = self.appeal_ends(also), self.appeal_is_late(also)
        appeal, end = self.last("appeal"), self.last("determine_appeal")
        how = cast("AppealDetermined", end.event).ended if end else None
        allowed, dismissed = how in ("allowed", "conceded"), how == "dismissed"
        true = {
            "meeting_planned": self.planned_meeting is not None,
            "no_meeting_planned": self.planned_meeting is None,
            "not_reported": self.last("report") is None,
            "told": self.told,
            "not_told": not self.told,
            "no_notice": self.notice is None,
            "notice_stands": self.notice_stands,
            "no_appeal": appeal is None,
            "appeal_in_time": appeal is None and ends is not None and on <= ends,
            "appeal_late": late and end is None and self.last("admit_appeal") is None,
            "appeal_open": appeal is not None and end is None,
            # Whether ceasing waits for no appeal (CFA 2014 s.45(4)): one out of time counts once it is admitted, and the family
            # may still bring another after one that was withdrawn.
            "appeal_over": (
                end is not None and not allowed and on >= end.on and (dismissed or (ends is not None and on > ends))
                if appeal is not None and (not late or self.last("admit_appeal"))
                else ends is not None and on > ends
            ),
        }
        outcome = {f"outcome_{self.outcome}"} if self.outcome else set()
        return frozenset(name for name, holds in true.items() if holds) | outcome


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
            return {"acts": tuple(act.corrected(event) for act in review.acts)}
        case StepVoided():
            after = review.without(event.voids)
            return {"acts": after.acts, "beside": after.beside}
        case WorkflowMigrated():
            return {"workflow": event.workflow}
        case DayDoubted():
            acts = tuple(act.doubted(event) for act in review.acts)
            return {"acts": acts, "beside": (*review.beside, event)}
        case (
            InvitationAnswered()
            | AdviceChased()
            | ConductRecorded()
            | ServiceRecorded()
            | AmendmentsProposed()
            | MessageSent()
            | DeliveryFailed()
            | ReviewPaused()
            | ReviewResumed()
            | LightRouteRecorded()
            | DutySeen()
        ):
            return {"beside": (*review.beside, event)}
        case _:
            step = event.local_step if isinstance(event, LocalStepRecorded) else event.step
            return {"acts": (*review.acts, Act(step=step, event=event, on=event.on, before=review.state))}
