"""What speaks for the case of a message: references, pupils' numbers, messages of ours it answers, and who sent it."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from msgspec.structs import replace

from arflow.case import plan as plans
from arflow.case import review as reviews
from arflow.people import in_case
from arflow.people.identifiers import upn_right
from arflow.people.tables import imported_facts
from arflow.post.mail.case_match import Clue, Match, Member, Named, match
from arflow.post.mail.outbox import dispatches, messages
from arflow.post.outgoing.queue import outbox
from arflow.store import Recorder

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def find_case(app: "Arflow", named: Named, sender: str | None, on: date) -> Match:
    """The case of a message that came on a day, or why none is sure; a finished review is not taken for the open one."""
    found = match(clues_of(app, named), members_of(app, sender, on) if sender else [])
    if found.plan is None:
        return found
    open_reviews = app.plan(found.plan).open_reviews
    if found.review is None and len(open_reviews) == 1:
        return replace(found, review=next(iter(open_reviews)))
    if found.review is None and len(open_reviews) > 1:
        return _unsure(found, f"does not say which of the reviews {' and '.join(open_reviews)} it is about")
    if found.review and open_reviews and found.review not in open_reviews:
        return _unsure(found, f"names {found.review}, which is finished; {' and '.join(open_reviews)} is open")
    return found


def _unsure(found: Match, why: str) -> Match:
    return Match(candidates=found.candidates, matched_by=found.matched_by, why_not=why)


def clues_of(app: "Arflow", named: Named) -> list[Clue]:
    """Everything that a message names, with the case it belongs to; none where it is not known here."""
    return [*_reviews(app, named), *_plans(app, named), *_pupils(app, named), *_answered(app, named)]


def _reviews(app: "Arflow", named: Named) -> list[Clue]:
    there = _there(app.log_store, map(reviews.stream, named.reviews))
    return [
        Clue(by="review", said=review, plan=app.review(review).plan, review=review)
        if reviews.stream(review) in there
        else Clue(by="review", said=review, plan=None)
        for review in named.reviews
    ]


def _plans(app: "Arflow", named: Named) -> list[Clue]:
    spelled = {form for word in named.words for form in (word, word.upper())}
    there = _there(app.log_store, map(plans.stream, spelled))
    return [Clue(by="plan", said=word, plan=word) for word in sorted(spelled) if plans.stream(word) in there]


def _there(log: Recorder, streams: Iterable[str]) -> set[str]:
    """Those of the streams that the log has."""
    asked = list(streams)
    return log.existing_streams(asked) if asked else set()


def _pupils(app: "Arflow", named: Named) -> list[Clue]:
    """By UPN, as returns have told it; one with the right check letter that nobody here has is somebody else's."""
    clues = []
    for upn in named.upns:
        # The number itself is not told on: what was matched is shown and kept.
        found = _plans_of_pupil(app.engine, upn)
        if found:
            clues += [Clue(by="pupil", said="by UPN", plan=plan) for plan in found]
        elif upn_right(upn):
            clues.append(Clue(by="pupil", said="a UPN", plan=None))
    return clues


def _plans_of_pupil(engine: sa.Engine, upn: str) -> list[str]:
    query = sa.select(imported_facts.c.plan).where(imported_facts.c.body.contains(f'"UPN":"{upn}"')).distinct()
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def _answered(app: "Arflow", named: Named) -> list[Clue]:
    """By the messages of ours that it answers; those about no case say nothing."""
    clues = []
    for message in outbox(app).find(messages.c.id.in_(named.answered), dispatches.c.plan.is_not(None)):
        dispatch = outbox(app).dispatch(message.dispatch)
        clues.append(Clue(by="reply", said=message.id, plan=dispatch.plan, review=dispatch.review))
    return clues


def members_of(app: "Arflow", sender: str, on: date) -> list[Member]:
    """Everybody with an address who is in a case on a day, with the role that the log has of them."""
    found = []
    for person in app.people.by_email(sender):
        if person.is_in_case(on) and _there(app.log_store, [plans.stream(person.plan)]):
            role = in_case(app.people.of(person.plan), app.plan(person.plan), on).role_of(person)
            found.append(Member(person=person.id, plan=person.plan, role=role))
    return found
