"""Whom to remind today of the advice they were asked for, by which rule; each reminder once (SEND Regs 2014 r.20(4))."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.case.review import AnnualReview, stream
from arflow.law.states import BEFORE_THE_MEETING
from arflow.papers.letters.papers import Papers, Reminder, Told
from arflow.people import InCase, Person, in_case
from arflow.post.advice.advice_record import Asked, asked
from arflow.post.advice.backplan import Backplan, backplan
from arflow.post.mail.outbox import Outgoing, dispatches, messages, to_leave
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.ways_to_reach import Addressed, addressed, roles_in
from arflow.store.tables import events as log

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.lists.questions import Asking

# Advice is wanted three weeks and a day before the meeting; a definition that circulates earlier has as much again.
_AHEAD = timedelta(weeks=6)
_AT_A_TIME = 500
_CHASE = "chase/"  # the keys of reminders, and of nothing else


class Reminding(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder that is due: of whom, by which rule (none where an officer chose to), since which day, and to whom.

    `to` is none where the rule tells somebody else, and where only a role was asked: an officer must know whom.
    """

    review: str
    plan: str
    asked: Asked
    rule: str | None
    told: Told
    letter: str
    text: str
    citation: str
    day: date
    wanted_by: date
    to: Addressed | None
    key: str


def reviews_to_chase(app: "Arflow", asking: "Asking", papers: Papers) -> list[str]:
    """The reviews that may have a reminder due: advice was asked for, and the meeting is near."""
    first = min((rule.days for rule in papers.reminders), default=0)
    last = app.today + _AHEAD - timedelta(days=min(first, 0))
    near = [
        review
        for review, _, meeting in asking.unfinished(*BEFORE_THE_MEETING)
        if meeting is not None and app.today <= meeting <= last
    ]
    return list(asked_for_advice(app.engine, near))


def asked_for_advice(engine: sa.Engine, near: Sequence[str]) -> Iterator[str]:
    """Those of the reviews in which advice was asked for: asked of the log, without folding the cases."""
    with engine.connect() as connection:
        for start in range(0, len(near), _AT_A_TIME):
            streams = [stream(review) for review in near[start : start + _AT_A_TIME]]
            query = (
                sa.select(log.c.stream)
                .distinct()
                .where(log.c.stream.in_(streams), log.c.topic == "arflow:AdviceRequested")
            )
            for found in sorted(connection.execute(query).scalars()):
                yield found.removeprefix("review/")


def remindings(app: "Arflow", reviews: Sequence[str], papers: Papers) -> list[Reminding]:
    """The reminders of many reviews that are due today and were not queued before, in the order of the reviews.

    Of several that are due for somebody only the latest is sent: two at once remind of nothing more. An id that no review
    has is left out.
    """
    found: dict[str, list[Reminding]] = {}
    for start in range(0, len(reviews), _AT_A_TIME):
        for one in _of_some(app, reviews[start : start + _AT_A_TIME], papers):
            found.setdefault(one.review, []).append(one)
    return [one for review in dict.fromkeys(reviews) for one in found.get(review, ())]


def _of_some(app: "Arflow", ids: Sequence[str], papers: Papers) -> list[Reminding]:
    """The same of some hundreds of reviews."""
    waiting = [
        (review, plan, days)
        for review, plan in app.reviews(ids)
        if review.last("hold") is None and not review.is_finished and review.all("request_advice")
        for days in [backplan(app.duties_of(review, plan), review.planned_meeting)]
        if days is not None and days.meeting >= app.today
    ]
    people = app.people.by_plan([plan.ref for _, plan, _ in waiting])
    found = [
        one
        for review, plan, days in waiting
        for one in _due(review, people[plan.ref], in_case(people[plan.ref], plan, app.today), days, papers.reminders)
    ]
    queued, reminded = _queued(app.engine, [one.key for one in found]), _reminded(app.engine, found)
    return [one for one in found if one.key not in queued and not _reminded_since(one, reminded)]


def _due(
    review: AnnualReview, everybody: Sequence[Person], case: InCase, days: Backplan, rules: Sequence[Reminder]
) -> Iterator[Reminding]:
    for one in asked(review, roles_in(case, everybody)):
        if one.received_on is not None:
            continue
        wanted_by = days.advice_by(one.requested_on)
        rule = latest(rules, wanted_by, one.requested_on, case.on)
        if rule is not None:
            yield Reminding(
                review=review.id,
                plan=review.plan,
                asked=one,
                rule=rule.id,
                told=rule.to,
                letter=rule.letter,
                text=rule.text,
                citation=rule.citation,
                day=rule.day(wanted_by),
                wanted_by=wanted_by,
                to=_to(case, one) if rule.to == "invitee" else None,
                key=key(review, rule.id, one),
            )


def latest(rules: Sequence[Reminder], wanted_by: date, requested_on: date, today: date) -> Reminder | None:
    """The last rule whose day has come since somebody was asked."""
    come = [rule for rule in rules if requested_on < rule.day(wanted_by) <= today]
    return max(come, key=lambda rule: rule.days, default=None)


def key(review: AnnualReview, rule: str, one: Asked) -> str:
    """The natural key of a reminder: the rule, the review, and whom it is about; a postponed meeting has its own."""
    postponed = len(review.all("postpone"))
    again = f"/{postponed}" if postponed else ""
    return f"{_CHASE}{rule}/{review.id}/{one.person or one.role}{again}"


def reminders_since(app: "Arflow", review_id: str, person: str, day: date) -> list[Outgoing]:
    """The reminders of somebody that left on a day or after it, or that are still to leave."""
    return outbox(app).find(
        dispatches.c.review == review_id,
        dispatches.c.key.startswith(_CHASE),
        messages.c.person == person,
        sa.or_(to_leave(), messages.c.left_on >= day.isoformat()),
    )


def _reminded(engine: sa.Engine, found: Sequence[Reminding]) -> dict[tuple[str, str], list[date | None]]:
    """The days on which people of these reviews were reminded, by review and person; none for what is still to leave."""
    query = sa.select(dispatches.c.review, messages.c.person, messages.c.left_on).join(
        dispatches, dispatches.c.id == messages.c.dispatch
    )
    query = query.where(
        dispatches.c.review.in_({one.review for one in found}),
        dispatches.c.key.startswith(_CHASE),
        sa.or_(to_leave(), messages.c.left_on.is_not(None)),
    )
    days: dict[tuple[str, str], list[date | None]] = {}
    with engine.connect() as connection:
        for review, person, left_on in connection.execute(query):
            days.setdefault((review, person), []).append(date.fromisoformat(left_on) if left_on else None)
    return days


def _reminded_since(one: Reminding, reminded: Mapping[tuple[str, str], Sequence[date | None]]) -> bool:
    """Whether somebody was reminded by an officer's choice, or late by an earlier rule, since the day of this one."""
    if one.to is None:
        return False
    return any(day is None or day >= one.day for day in reminded.get((one.review, one.to.person.id), ()))


def _to(case: InCase, one: Asked) -> Addressed | None:
    person = next((person for person in case.people if person.id == one.person), None)
    return addressed(person, one.role) if person else None


def _queued(engine: sa.Engine, keys: Sequence[str]) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(sa.select(dispatches.c.key).where(dispatches.c.key.in_(keys))).scalars())
