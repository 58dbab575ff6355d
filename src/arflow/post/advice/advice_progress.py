"""The advice of a review as an officer follows it: who was asked, wanted by when, reminded by which rule, and how late."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

import msgspec

from arflow.case.review import AnnualReview
from arflow.events import AdviceAnswer, AdviceReceived, Channel, Role
from arflow.papers.letters.papers import Papers, Reminder
from arflow.papers.letters.papers_files import PapersFiles
from arflow.post.advice.advice_record import Asked, Chase, asked, is_answer_of
from arflow.post.advice.advice_request import requests_waiting
from arflow.post.advice.backplan import Backplan, backplan
from arflow.post.outgoing.ways_to_reach import roles_of

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


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


class Unasked(msgspec.Struct, frozen=True, kw_only=True):
    """Advice of somebody who was not asked for it."""

    role: Role
    person: str | None
    received_on: date


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who was asked in a review; `chain` leads from the meeting back to the day to circulate.

    `unasked` is what came from somebody who was not asked; `waiting` are the messages that ask others, and have not left.
    """

    review: str
    meeting: date | None
    circulate_by: date | None
    chain: str
    asked: tuple[Followed, ...]
    unasked: tuple[Unasked, ...] = ()
    waiting: tuple[str, ...] = ()


def following(app: "Arflow", review_id: str) -> Following:
    """The advice of a review as it stands today."""
    review = app.review(review_id)
    days = backplan(app.duties(review_id), review.planned_meeting)
    papers = PapersFiles.of(app.catalogue, app.rules.read()).current()
    found = asked(review, roles_of(app, review.plan))
    return Following(
        review=review_id,
        meeting=review.planned_meeting,
        circulate_by=days.circulate_by if days else None,
        chain=days.chain(review.opened_on) if days else "",
        asked=tuple(_followed(one, days, papers, app.today) for one in found),
        unasked=tuple(_unasked(review, found)),
        waiting=tuple(message.id for message in requests_waiting(app, review_id)),
    )


def _unasked(review: AnnualReview, found: Sequence[Asked]) -> Iterator[Unasked]:
    for act in review.all("receive_advice"):
        event = cast("AdviceReceived", act.event)
        if not any(is_answer_of(event, one.role, one.person) for one in found):
            yield Unasked(role=event.role, person=event.person, received_on=act.on)


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
