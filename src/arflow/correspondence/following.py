"""The advice of a review as an officer follows it: who was asked, wanted by when, reminded by which rule, and how late."""

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from arflow.correspondence.addressing import roles_of
from arflow.correspondence.advice import Asked, Chase, asked
from arflow.correspondence.backplan import Backplan, backplan
from arflow.correspondence.requesting import requests_waiting
from arflow.events import AdviceAnswer, Channel, Role
from arflow.letters.papers import Papers, Reminder
from arflow.letters.reading import PapersFiles

if TYPE_CHECKING:
    from arflow.app import Arflow


class Reminded(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder that was sent, with the rule behind it as the papers have it; no rule where an officer chose to."""

    on: date
    channel: Channel
    rule: str | None
    text: str = ""
    citation: str = ""


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """One who was asked; `chain` says how the day by which the answer is wanted came about."""

    role: Role
    person: str | None
    requested_on: date
    wanted_by: date | None
    chain: str
    chased: tuple[Reminded, ...]
    received_on: date | None
    answer: AdviceAnswer | None
    documents: tuple[str, ...]
    days_late: int


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who was asked in a review; `chain` leads from the meeting back to the day to circulate.

    `waiting` are the messages that ask others, and have not left.
    """

    review: str
    meeting: date | None
    circulate_by: date | None
    chain: str
    asked: tuple[Followed, ...]
    waiting: tuple[str, ...] = ()


def following(app: "Arflow", review_id: str) -> Following:
    """The advice of a review as it stands today."""
    review = app.review(review_id)
    days = backplan(app.duties(review_id), review.planned_meeting)
    papers = PapersFiles.of(app.catalogue).current()
    found = asked(review, roles_of(app, review.plan))
    return Following(
        review=review_id,
        meeting=review.planned_meeting,
        circulate_by=days.circulate_by if days else None,
        chain=days.chain(review.opened_on) if days else "",
        asked=tuple(_followed(one, days, papers, app.today) for one in found),
        waiting=tuple(message.id for message in requests_waiting(app, review_id)),
    )


def _followed(one: Asked, days: Backplan | None, papers: Papers, today: date) -> Followed:
    wanted_by = days.advice_by(one.requested_on) if days else None
    rules = {rule.id: rule for rule in papers.reminders}
    return Followed(
        role=one.role,
        person=one.person,
        requested_on=one.requested_on,
        wanted_by=wanted_by,
        chain=days.chain(one.requested_on) if days else "",
        chased=tuple(_reminded(chase, rules.get(chase.rule or "")) for chase in one.chased),
        received_on=one.received_on,
        answer=one.answer,
        documents=one.documents,
        days_late=one.days_late(wanted_by, today),
    )


def _reminded(chase: Chase, rule: Reminder | None) -> Reminded:
    text, citation = (rule.text, rule.citation) if rule else ("", "")
    return Reminded(on=chase.on, channel=chase.channel, rule=chase.rule, text=text, citation=citation)
