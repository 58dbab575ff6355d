"""Ask everybody who is to be invited for advice, each with the day it is wanted by (SEND Regs 2014 r.20(4), r.21(4))."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

import msgspec

from arflow.case.review import AnnualReview
from arflow.case.review_commands import RequestAdvice
from arflow.errors import MissingValue, NotPossible, field_name
from arflow.events import AdviceRequested, Role
from arflow.post.advice.backplan import Backplan, backplan
from arflow.post.forms.form_with_letter import person_form_to
from arflow.post.mail import outbox as tables
from arflow.post.mail.dispatch import Dispatch, Message
from arflow.post.mail.outbox import Outgoing
from arflow.post.meeting.invitation_plan import wanted_at
from arflow.post.meeting.time_and_place import check_ahead, meeting_of
from arflow.post.outgoing.composition import Desk, message
from arflow.post.outgoing.letter_facts import case_of, facts
from arflow.post.outgoing.queue import fresh, outbox
from arflow.post.outgoing.send_now import Sent, send
from arflow.post.outgoing.ways_to_reach import Addressed

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

LETTER = "advice_request"


class Requesting(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ask for advice now, by when it is wanted and how that day came about, and who cannot be reached."""

    review: str
    plan: str
    to_ask: tuple[Addressed, ...]
    asked: tuple[str, ...]
    unreached: tuple[Addressed, ...]
    own: tuple[Addressed, ...]  # who coordinates the case, and is not asked about it
    advice_by: date
    chain: str


def requesting(
    app: "Arflow", review_id: str, *, roles: Sequence[Role] = (), also: Sequence[str] = (), without: Sequence[str] = ()
) -> Requesting:
    """Work out whom to ask: those to be invited, or only `roles`; who was asked before is left out.

    Who coordinates the case for the authority has nothing to tell themselves, unless a role or person is named.
    """
    review, days = wanting(app, review_id)
    wanted = [one for one in wanted_at(app, review, days.meeting, also, without) if not roles or one.role in roles]
    own = () if roles else tuple(one for one in wanted if one.person.id not in also and _coordinates(app, review, one))
    wanted = [one for one in wanted if one not in own]
    asked = _asked(app, review)
    return Requesting(
        review=review_id,
        plan=review.plan,
        to_ask=tuple(one for one in wanted if one.channel and one.person.id not in asked),
        asked=tuple(asked),
        unreached=tuple(one for one in wanted if one.channel is None),
        own=own,
        advice_by=days.advice_by(app.today),
        chain=days.chain(app.today),
    )


def _coordinates(app: "Arflow", review: AnnualReview, one: Addressed) -> bool:
    """Whether somebody in the case is the officer who holds it, by their name."""
    holder = app.directory.officer_names().get(app.plan(review.plan).coordinator or "")
    return one.role == "la_sen" and holder is not None and _same(holder, one.person.name)


def _same(name: str, other: str) -> bool:
    return name.casefold().split() == other.casefold().split()


def request(app: "Arflow", found: Requesting, desk: Desk) -> Sent:
    """Queue a request for everybody who is to be asked, and try to send them at once."""
    case, meeting = case_of(app, found.review), meeting_of(app, found.review)

    def write(to: Addressed) -> Message:
        form = person_form_to(app, desk, found.review, to)
        said = facts(case, to, desk.papers, meeting, advice_by=found.advice_by, enclosures=form.enclosures)
        return message(app, desk, LETTER, said, to, attachments=form.attachments)

    messages = tuple(write(one) for one in found.to_ask)
    dispatch = Dispatch(
        key=fresh(app, f"advice/{found.review}/{'+'.join(sorted(one.person.id for one in found.to_ask))}"),
        kind=LETTER,
        plan=found.plan,
        review=found.review,
        messages=messages,
        act=RequestAdvice(roles=tuple(one.role for one in found.to_ask)),
    )
    return send(app, dispatch, desk.post)


def wanting(app: "Arflow", review_id: str) -> tuple[AnnualReview, Backplan]:
    """A review whose meeting wants advice, with the days of it; refused where no meeting lies ahead."""
    review = app.review(review_id)
    if review.last("hold") is not None or review.is_finished:
        raise NotPossible(f"{review_id} is {review.state}: its meeting needs no advice any more")
    days = backplan(app.duties(review_id), review.planned_meeting)
    if days is None:
        raise MissingValue(
            field_name("meeting_on"), f"plan the meeting first: arflow review schedule {review_id} --meeting-on DAY"
        )
    check_ahead(app, review_id, days.meeting)
    return review, days


def requests_waiting(app: "Arflow", review_id: str) -> list[Outgoing]:
    """The requests of a review that are queued and have not left."""
    return outbox(app).find(
        tables.dispatches.c.review == review_id, tables.dispatches.c.kind == LETTER, tables.to_leave()
    )


def _asked(app: "Arflow", review: AnnualReview) -> dict[str, None]:
    """Those who were asked, or whose request is queued."""
    recorded = [person for act in review.all("request_advice") for person in cast("AdviceRequested", act.event).people]
    queued = outbox(app).find(
        tables.dispatches.c.review == review.id,
        tables.dispatches.c.kind == LETTER,
        tables.messages.c.state != "cancelled",
    )
    return dict.fromkeys([*recorded, *(message.person for message in queued if message.person)])
