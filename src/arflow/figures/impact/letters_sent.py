"""Letters already sent, and the day each of them told its reader. Pure.

arflow does not read letters. The day is inferred: it is what the law, counted from the acts as recorded, made the
letter say. An invitation's is the day the meeting was planned for when it was sent.
"""

from collections.abc import Iterator
from datetime import date
from typing import cast

import msgspec

from arflow.case.act import Act
from arflow.case.case import Case
from arflow.case.representations import last_day_to_represent
from arflow.case.review import AnnualReview
from arflow.events import DecisionChanged, DecisionMade, InvitationsSent, MeetingHeld, Outcome
from arflow.figures.impact.ruleset import Rules
from arflow.law.periods import appeal_last_day
from arflow.law.workflow import Workflow

TELLS = {
    "invite": "the day of the meeting",
    "notify": "the last day to appeal",
    "change_decision": "the last day to appeal",
    "notice": "the last day for representations",
    "notice_again": "the last day for representations",
    "issue": "the last day to appeal",
    "reissue": "the last day to appeal",
    "not_amend": "the last day to appeal",
}
_APPEALABLE = ("maintain", "cease")


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that a change makes wrong: what it told, the day it told, and the day it ought to tell."""

    plan: str
    review: str
    letter: str
    event: int
    sent_on: date
    tells: str
    day_told: date
    day_now: date | None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A letter with the day it told, and the day that it ought to tell by the acts and rules as they are."""

    act: Act
    told: date
    ought: date | None


# A letter's place: its review and the version of its event.
Letters = dict[tuple[str, int], Told]


def letters(case: Case, rules: Rules) -> Letters:
    """Every letter of a case's reviews, finished ones too, that told its reader a day."""
    return {
        (review.id, told.act.event.originator_version): told
        for review in case.reviews.values()
        for told in _told(review, rules.workflow_of(review.workflow))
    }


def wrong(plan: str, before: Letters, after: Letters) -> Iterator[Letter]:
    """Each letter that told the right day before a change and would not after it."""
    for (review, version), was in before.items():
        now = after[review, version].ought if (review, version) in after else None
        if was.told == was.ought != now:
            yield Letter(
                plan=plan,
                review=review,
                letter=was.act.event.name,
                event=version,
                sent_on=was.act.on,
                tells=TELLS[was.act.step],
                day_told=was.told,
                day_now=now,
            )


def _told(review: AnnualReview, workflow: Workflow) -> Iterator[Told]:
    for act in review.acts:
        told, ought = _days(act, review, workflow)
        if told is not None:
            yield Told(act=act, told=told, ought=ought)


def _days(act: Act, review: AnnualReview, workflow: Workflow) -> tuple[date | None, date | None]:
    """The day a letter told and the day it ought to tell; None where it tells none, or a later letter has replaced it."""
    match act.step:
        case "invite" if act in review.invitations:
            return cast("InvitationsSent", act.event).meeting_on, _meeting(review)
        case "notice" | "notice_again" if act == review.notice and review.notice_stands:
            ends = last_day_to_represent(review, workflow)
            return ends, ends
        case "notify" | "change_decision" if _decided(act, review) in _APPEALABLE:
            ends = appeal_last_day(act.on, also=workflow.policy.bank_holidays)
            return ends, ends
        case "issue" | "reissue" | "not_amend":
            ends = appeal_last_day(act.on, also=workflow.policy.bank_holidays)
            return ends, ends
        case _:
            return None, None


def _decided(act: Act, review: AnnualReview) -> Outcome | None:
    """The decision that a letter is about: the one that it changed to, or the one made before anybody was notified."""
    if isinstance(act.event, DecisionChanged):
        return act.event.outcome
    made = review.last("decide")
    return cast("DecisionMade", made.event).outcome if made else None


def _meeting(review: AnnualReview) -> date | None:
    """The first day of the meeting: as it was held, or else as it is planned."""
    held = review.last("hold")
    if held is None:
        return review.planned_meeting
    return cast("MeetingHeld", held.event).first_met_on or held.on
