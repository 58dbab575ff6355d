"""Remind one person of the advice they were asked for, now, because an officer chose to (SEND Regs 2014 r.20(4))."""

from typing import TYPE_CHECKING

import msgspec

from arflow.case.review import AnnualReview
from arflow.errors import NotPossible
from arflow.people import Person
from arflow.post.advice.advice_record import Asked, asked
from arflow.post.advice.advice_request import requests_waiting, wanting
from arflow.post.advice.reminders_due import Reminding, key, reminders_since
from arflow.post.mail.outbox import Outgoing, dispatches
from arflow.post.outgoing.queue import fresh, outbox
from arflow.post.outgoing.ways_to_reach import addressed, named, people_of, roles_of
from arflow.words import spoken

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def chosen(app: "Arflow", review_id: str, to: str) -> Reminding:
    """The reminder of who is named by a role or an id, once a day.

    NotPossible where they were not asked, have answered, cannot be reached, or have a reminder that left today or waits.
    """
    review, days = wanting(app, review_id)
    person, one = _one_of(app, review, to)
    reached = addressed(person, one.role)
    if reached.channel is None:
        raise NotPossible(f"{person.id} cannot be reminded: {reached.why}; see `arflow people show {person.id}`")
    name = f"{key(review, 'chosen', one)}/{app.today}"
    queued = outbox(app).find(dispatches.c.key == name)
    _check_not_reminded(person, [*queued, *reminders_since(app, review.id, person.id, app.today)])
    return Reminding(
        review=review.id,
        plan=review.plan,
        asked=one,
        rule=None,
        told="invitee",
        letter="chaser",
        text="because an officer chose to",
        citation="SEND Regs 2014 r.20(4)",
        day=app.today,
        wanted_by=days.advice_by(one.requested_on),
        to=reached,
        key=fresh(app, name),
    )


def _one_of(app: "Arflow", review: AnnualReview, to: str) -> tuple[Person, Asked]:
    """The one person named whose answer is awaited."""
    case, found = people_of(app, review.plan), asked(review, roles_of(app, review.plan))
    known = named(app, review.plan, to)
    wanted = [(person, one) for person in known if (one := _asked_of(found, person, case.role_of(person)))]
    if not wanted:
        _check_no_request_waits(app, review, known)
        raise NotPossible(
            f"{to} was not asked for advice: ask with `arflow review request-advice {review.id} --send`; "
            f"`arflow review advice {review.id}` shows who was"
        )
    awaited = [(person, one) for person, one in wanted if one.received_on is None]
    if not awaited:
        answer, on = spoken(wanted[0][1].answer or ""), wanted[0][1].received_on
        raise NotPossible(f"{to} has answered ({answer}, on {on}): see `arflow review advice {review.id}`")
    if len(awaited) > 1:
        raise NotPossible(f"{to} is more than one person: name one of {', '.join(person.id for person, _ in awaited)}")
    return awaited[0]


def _asked_of(found: list[Asked], person: Person, role: str) -> Asked | None:
    """What somebody was asked, by name or by the role that is theirs."""
    by_name = next((one for one in found if one.person == person.id), None)
    by_role = next((one for one in found if one.person is None and one.role == role), None)
    return by_name or (msgspec.structs.replace(by_role, person=person.id) if by_role else None)


def _check_not_reminded(person: Person, found: list[Outgoing]) -> None:
    """Refuse another while one waits, left today, or did not arrive and can be sent again."""
    again = {message.replaces for message in found}
    for message in found:
        if message.state == "cancelled" or message.id in again:
            continue
        if message.state in ("refused", "bounced"):
            resend = f"`arflow outbox resend {message.id} --channel …` sends it to the address that is kept now"
            raise NotPossible(f"the reminder of {person.id} did not arrive: {resend}")
        if message.left_on:
            raise NotPossible(f"{person.id} was reminded today, by {message.id}: nothing more was sent")
        raise NotPossible(f"a reminder of {person.id} waits: {_leaves(message)}; nothing more was queued")


def _check_no_request_waits(app: "Arflow", review: AnnualReview, known: list[Person]) -> None:
    for message in requests_waiting(app, review.id):
        if message.person in {person.id for person in known}:
            raise NotPossible(f"the request to {message.person} has not left: {_leaves(message)}")


def _leaves(message: Outgoing) -> str:
    """How a message that waits leaves."""
    if message.state == "to_post":
        return f"say when it was posted with `arflow outbox posted {message.id}`"
    return f"`arflow outbox send` sends {message.id}"
