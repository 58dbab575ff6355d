"""Advice by whoever was asked for it: requested, chased, answered or late (SEND Regs 2014 r.20(4), r.21(4)). Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

import msgspec

from arflow.case.act import Act
from arflow.case.review import AnnualReview
from arflow.events import AdviceAnswer, AdviceChased, AdviceReceived, AdviceRequested, Channel, Role


class Chase(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder that was sent: by which rule, or by an officer's choice where `rule` is none."""

    on: date
    rule: str | None
    channel: Channel


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was asked for advice, and what came of it; `person` is none where only the role was recorded."""

    role: Role
    person: str | None
    requested_on: date
    chased: tuple[Chase, ...] = ()
    received_on: date | None = None
    answer: AdviceAnswer | None = None
    documents: tuple[str, ...] = ()

    def days_late(self, due: date | None, today: date) -> int:
        """How many days after the day it was asked for by the answer came, or is still awaited; 0 in time."""
        return max(((self.received_on or today) - due).days, 0) if due else 0


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A document that came as advice: from whom, and when."""

    digest: str
    role: Role
    person: str | None
    received_on: date


def asked(review: AnnualReview, role_of: Mapping[str, Role]) -> list[Asked]:
    """Everybody who was asked, once each, in the order they were asked; `role_of` has the role of each known person."""
    found: dict[tuple[Role, str | None], date] = {}
    for act in review.all("request_advice"):
        for who in _asked_in(cast("AdviceRequested", act.event), role_of):
            found.setdefault(who, act.on)
    return [_followed(review, role, person, on) for (role, person), on in found.items()]


def papers(review: AnnualReview) -> list[Paper]:
    """The documents that came as advice, in the order they were recorded, each once."""
    found: dict[str, Paper] = {}
    for act in review.all("receive_advice"):
        event = cast("AdviceReceived", act.event)
        for digest in event.documents:
            paper = Paper(digest=digest, role=event.role, person=event.person, received_on=act.on)
            found.setdefault(digest, paper)
    return list(found.values())


def _asked_in(event: AdviceRequested, role_of: Mapping[str, Role]) -> Iterator[tuple[Role, str | None]]:
    """The people that a request names; a role that none of them is known to have stands for itself."""
    known = [(role_of[person], person) for person in event.people if person in role_of]
    yield from known
    yield from ((role, None) for role in event.roles if role not in {role for role, _ in known})


def _followed(review: AnnualReview, role: Role, person: str | None, requested_on: date) -> Asked:
    answers = [
        act for act in review.all("receive_advice") if is_answer_of(cast("AdviceReceived", act.event), role, person)
    ]
    events = [cast("AdviceReceived", act.event) for act in answers]
    return Asked(
        role=role,
        person=person,
        requested_on=requested_on,
        chased=tuple(_chases(review, role, person)),
        received_on=_first_day(answers),
        answer=events[-1].answer if events else None,
        documents=tuple(dict.fromkeys(digest for event in events for digest in event.documents)),
    )


def is_answer_of(event: AdviceReceived, role: Role, person: str | None) -> bool:
    """An answer that names nobody is everybody's of its role."""
    return event.role == role if person is None or event.person is None else event.person == person


def _chases(review: AnnualReview, role: Role, person: str | None) -> Iterator[Chase]:
    for event in review.beside:
        if not isinstance(event, AdviceChased):
            continue
        if person in event.people if person and event.people else role in event.roles:
            yield Chase(on=event.on, rule=event.rule, channel=event.channel)


def _first_day(answers: list[Act]) -> date | None:
    return min((act.on for act in answers), default=None)
