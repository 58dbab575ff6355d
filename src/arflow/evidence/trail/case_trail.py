"""Makes an audit trail: what the case is, where it stands, its duties as of a day, and its story. Reads only."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import reduce
from itertools import takewhile
from typing import TYPE_CHECKING, Any, cast

from arflow.case import plan as plans
from arflow.case import review as reviews
from arflow.case.consultations import Consultation
from arflow.case.duties import of_review
from arflow.case.plan import Plan
from arflow.case.plan_facts import review_facts
from arflow.case.proceeding_duties import of_whole_plan
from arflow.case.review import AnnualReview
from arflow.case.transfer_record import all_consulted, requests_of
from arflow.errors import NotFound
from arflow.events import AnyEvent, PlanEvent, Quality, ReviewEvent
from arflow.evidence.trail.document import CaseTrail, MainStep, Trail
from arflow.evidence.trail.trail_words import day_shown, moment_shown, step_label
from arflow.law.london import day_in_london
from arflow.telling.sentences import Teller
from arflow.telling.story import Line, about, tell
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.store import Recorder


def trail(
    app: "Arflow",
    case: str,
    *,
    made_at: datetime,
    known_at: datetime | None = None,
    upto: tuple[int, str] | None = None,
    teller: Teller | None = None,
) -> Trail:
    """The trail of a review or a plan, of what had been recorded by `known_at` only; NotFound if that is nothing.

    Duties are as at today, or as at the day of `known_at` where that is earlier. `upto` is a position that the log has
    had, with its hash (hex): later events are left out. Another `teller` may keep names and words back.
    """
    position, head = upto or _end(app.log_store)
    events = [found for found in app.case_events(case) if found[0] <= position]
    app.check_defined(event for _, event in events)
    known = list(takewhile(lambda found: known_at is None or found[1].recorded_at <= known_at, events))
    one_review = any(event.originator_id == reviews.stream(case) for _, event in events)
    told = about(case, known) if one_review else known
    if not told:
        when = moment_shown(known_at) if known_at else "now"
        raise NotFound("entry for", f"{case} recorded by {when}", "give a later --known-at")
    as_at = min(app.today, day_in_london(known_at)) if known_at else app.today
    return Trail(
        case=case,
        plan=told[0][1].plan,
        is_plan=not one_review,
        made_at=made_at,
        as_at=as_at,
        known_at=known_at,
        position=position,
        head=head,
        parts=_Making(app, known, as_at, teller or app.teller()).parts(told, case if one_review else None),
    )


def _end(log: "Recorder") -> tuple[int, str]:
    position, head = log.head()
    return position, head.hex()


class _Making:
    """The parts of one trail, from the events that were known."""

    def __init__(self, app: "Arflow", known: list[tuple[int, AnyEvent]], as_at: date, teller: Teller) -> None:
        self._app, self._as_at, self._teller = app, as_at, teller
        own = (event for _, event in known if isinstance(event, PlanEvent))
        self._plan = cast("Plan", reduce(cast("Any", plans.evolve), own, None))

    def parts(self, told: list[tuple[int, AnyEvent]], review: str | None) -> tuple[CaseTrail, ...]:
        """The one part of a review, with the entries about its papers; else each stream's in the order the streams began."""
        pairs = [(event, line) for (_, event), line in zip(told, tell(told, self._teller), strict=True)]
        if review:
            return (self._part(reviews.stream(review), pairs),)
        streams = dict.fromkeys(event.originator_id for event, _ in pairs)
        return tuple(self._part(one, [pair for pair in pairs if pair[0].originator_id == one]) for one in streams)

    def _part(self, stream: str, pairs: Sequence[tuple[AnyEvent, Line]]) -> CaseTrail:
        lines, events = tuple(line for _, line in pairs), [event for event, _ in pairs if event.originator_id == stream]
        if isinstance(events[0], ReviewEvent):
            return self._review(cast("AnnualReview", reduce(cast("Any", reviews.evolve), events, None)), lines)
        return self._of_plan(lines)

    def _review(self, review: AnnualReview, lines: tuple[Line, ...]) -> CaseTrail:
        workflow = self._app.workflow(review.workflow)
        kind = workflow.kinds[review.kind]
        facts = review_facts(review, self._plan, workflow)
        state = workflow.state_by_id[review.state].text
        return CaseTrail(
            id=review.id,
            title=f"{kind.text} of plan {review.plan}",
            citation=kind.citation,
            workflow=review.workflow,
            state=f"{state}; nobody has been notified" if review.outcome and not review.told else state,
            facts=tuple(_review_facts(review)),
            steps=_steps(review, {step.id: step.text for step in workflow.steps}),
            duties=of_review(workflow, review.kind, review.arranged_by, facts, self._as_at),
            lines=lines,
        )

    def _of_plan(self, lines: tuple[Line, ...]) -> CaseTrail:
        workflow, plan = self._app.current_workflow(self._as_at), self._plan
        ended = "Went to another authority" if plan.transferred_out else "Ceased"
        return CaseTrail(
            id=plan.ref,
            title=f"Plan {plan.ref}",
            citation="CFA 2014 s.37",
            workflow=workflow.id,
            state="Maintained" if plan.is_maintained else ended,
            facts=tuple(_plan_facts(plan, self._teller.officer)),
            steps=(),
            duties=of_whole_plan(plan, workflow, self._as_at),
            lines=lines,
        )


def _steps(review: AnnualReview, texts: dict[str, str]) -> tuple[MainStep, ...]:
    """Each step that counts, once, by the day it was first done."""
    found = []
    for step in dict.fromkeys(act.step for act in review.acts):
        acts = review.all(step)
        days = [act.on for act in acts]
        found.append(
            MainStep(
                id=step,
                label=step_label(step, texts),
                first=min(days),
                last=max(days),
                times=len(days),
                corrected=any(act.corrected_by for act in acts),
            )
        )
    return tuple(sorted(found, key=lambda step: step.first))


def _review_facts(review: AnnualReview) -> list[tuple[str, str | date]]:
    facts: list[tuple[str, str | date]] = [("Opened", review.opened_on), ("Arranged by", f"the {review.arranged_by}")]
    if review.planned_meeting and review.last("hold") is None:
        facts.append(("Meeting planned for", review.planned_meeting))
    facts.append(("Decision", _decision(review)))
    if review.reference:
        facts.append(("Number where it was imported from", review.reference))
    return facts


def _decision(review: AnnualReview) -> str:
    if review.outcome is None:
        return "none recorded"
    told = review.day("notify")
    notified = f", notified on {day_shown(told)}" if told else ", not yet notified to anybody"
    return f"to {review.outcome} the plan, made on {day_shown(review.day('decide'))}{notified}"


def _answer(one: Consultation) -> str:
    if one.reply is None:
        return "no reply"
    return f"{in_words(one.reply)} on {day_shown(one.answered.day)}" if one.answered else in_words(one.reply)


def _plan_facts(plan: Plan, officer: Any) -> list[tuple[str, str | date]]:
    def day(found: date | None, quality: Quality) -> str | date:
        return (
            found if found and quality == "known" else f"{day_shown(found) if found else 'day not known'} ({quality})"
        )

    facts: list[tuple[str, str | date]] = [("First made", day(plan.first_made.day, plan.first_made.quality))]
    if plan.last_reviewed:
        facts.append(("Last reviewed before arflow", day(plan.last_reviewed.day, plan.last_reviewed.quality)))
    facts.append(("Setting (URN)", plan.setting or "none"))
    if plan.nc_year is not None:
        facts.append(("National Curriculum year", str(plan.nc_year)))
    if plan.transfer and plan.transfer_on:
        facts.append(("Transfer expected", f"{in_words(plan.transfer)} on {day_shown(plan.transfer_on.day)}"))
    facts += [
        (f"Institution asked for ({one.about})", f"{one.institution} on {day_shown(one.asked.day)}")
        for one in requests_of(plan)
    ]
    facts += [
        (f"Consulted ({one.about})", f"{one.who} on {day_shown(one.sent.day)}; {_answer(one)}")
        for one in all_consulted(plan)
    ]
    facts.append(("Case held by", officer(plan.coordinator) if plan.coordinator else "nobody"))
    return facts
