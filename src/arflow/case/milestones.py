"""The days that a review's acts give to formulas, by the names that definitions use. Pure."""

from datetime import date
from typing import cast

import msgspec

from arflow.case import recipients
from arflow.case.facts import Fact
from arflow.case.review import AnnualReview
from arflow.events import MeetingHeld, MoreTimeAgreed
from arflow.law.workflow import Workflow

# What several people must have: its day is the last of theirs, and there is none while somebody is without.
_TO_SEVERAL = ("invite", "circulate", "report")


def milestones(review: AnnualReview, workflow: Workflow, rights_from: date | None = None) -> dict[str, Fact]:
    """The day of each milestone the review has reached, by the names formulas use, with the event behind it.

    `rights_from` is the first day on which the young person holds the rights, where the plan knows it.
    """
    last = {act.step: act for act in review.acts}
    days = {
        step.milestone: last[step.id].fact()
        for step in workflow.steps
        if step.id in last and step.id not in (*_TO_SEVERAL, "hold")
    }
    had = recipients.had_by_all(review, workflow, rights_from)
    found = days | _meeting(review, workflow) | had | _after_the_notice(review)
    known = {name: _as_well_as_known(review, name, fact) for name, fact in found.items()}
    certificate = review.certificate
    if certificate and any(certificate == one.given for one in review.certificates):
        known["mediation_certified"] = certificate
    return known


def _as_well_as_known(review: AnnualReview, name: str, fact: Fact) -> Fact:
    """The fact with the quality of the step that gave it; a meeting's planned day is not the day of its planning."""
    step = next(act.step for act in review.acts if act.event.originator_version == fact.version)
    planned = name == "meeting" and step != "hold"
    return fact if planned else msgspec.structs.replace(fact, quality=review.quality(step))


def _meeting(review: AnnualReview, workflow: Workflow) -> dict[str, Fact]:
    held = review.last("hold")
    if held is not None:
        first = cast("MeetingHeld", held.event).first_met_on
        counts_first = workflow.policy.adjourned_meeting == "first_day"
        fact = held.fact(first if counts_first and first and first < held.on else None)
        return {"held": fact, "meeting": fact}
    planned = review.planned_meeting
    source = review.last("postpone") or review.last("schedule") or review.last("open")
    return {"meeting": source.fact(planned)} if planned and source else {}


def _after_the_notice(review: AnnualReview) -> dict[str, Fact]:
    days: dict[str, Fact] = {}
    notice = review.notice
    if notice is not None:
        days["notice_served"] = notice.fact(review.served(notice))
    if more := review.more_time:
        days["representations_until"] = more.fact(cast("MoreTimeAgreed", more.event).agreed_until)
    if review.final_act:
        days["outcome_final"] = review.final_act.fact()
    return days
