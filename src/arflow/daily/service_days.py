"""Open periods counted again where the table of deemed service has changed since something was sent."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

import msgspec
import sqlalchemy as sa

from arflow.case.act import Act
from arflow.case.review import AnnualReview
from arflow.case.review_commands import RecordService
from arflow.errors import CaseMoved
from arflow.events import FAMILY, AmendmentNoticeSent, AmendmentNoticeSentAgain, InvitationsSent
from arflow.law.states import AMENDING, INVITED
from arflow.post.mail.outbox import Outgoing, dispatches, messages
from arflow.post.outgoing.leaving import Serving
from arflow.post.outgoing.queue import outbox

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.lists.questions import Asking

# Until the meeting its notice can be corrected; until the outcome the family's 15 days run.
_STEPS = {**dict.fromkeys(INVITED, "invite"), AMENDING: "notice"}
_REVIEWS_AT_A_TIME = 500


class Redating(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent with event `of` was read as served on one day, and the table as it is says another."""

    review: str
    of: int
    step: str
    before: date
    after: date
    command: RecordService


def redatings(app: "Arflow", asking: "Asking", serving: Serving) -> list[Redating]:
    """What the table as it is would date otherwise."""
    query = sa.select(dispatches.c.review).distinct().where(dispatches.c.act.is_not(None))
    with app.engine.connect() as connection:
        sent = set(connection.execute(query).scalars())
    steps = {review: _STEPS[state] for review, state, _ in asking.unfinished(*_STEPS) if review in sent}
    names = list(steps)
    return [
        found
        for at in range(0, len(names), _REVIEWS_AT_A_TIME)
        for found in _of_some(
            app, [review for review, _ in app.reviews(names[at : at + _REVIEWS_AT_A_TIME])], steps, serving
        )
    ]


def redate(app: "Arflow", found: Redating, serving: Serving) -> bool:
    """Record it, unless another run has done so, or the case has moved, meanwhile."""
    review = app.review(found.review)
    if found not in _of_some(app, [review], {review.id: found.step}, serving):
        return False
    draft = app.draft()
    taken = app.case_of(review).take(found.command, draft.recording, app.machine, review=review.id)
    try:
        app.append(review.id, taken.events, draft)
    except CaseMoved:
        return False
    return True


def _of_some(
    app: "Arflow", reviews: Sequence[AnnualReview], steps: Mapping[str, str], serving: Serving
) -> list[Redating]:
    """What of some hundreds of reviews would be dated otherwise, each by the act of its step."""
    acts = [(review, act) for review in reviews for act in _current(review, steps[review.id]) if _dispatch_of(act)]
    sent: dict[str, list[Outgoing]] = {}
    for message in outbox(app).find(messages.c.dispatch.in_({_dispatch_of(act) for _, act in acts})):
        sent.setdefault(message.dispatch, []).append(message)
    found = (_redating(review, act, steps[review.id], sent.get(_dispatch_of(act), []), serving) for review, act in acts)
    return [one for one in found if one is not None]


def _current(review: AnnualReview, step: str) -> Sequence[Act]:
    return review.invitations if step == "invite" else [act for act in review.acts if act == review.notice]


def _redating(review: AnnualReview, act: Act, step: str, sent: Sequence[Outgoing], serving: Serving) -> Redating | None:
    rows = _serving(act, sent)
    if not rows or _shown_otherwise(review, act):
        return None
    after = max(serving(row.channel, row.left_on) for row in rows if row.left_on)
    before = review.served(act)
    if after == before or after < act.on:
        return None
    of = act.event.originator_version
    channel = cast("InvitationsSent | AmendmentNoticeSent | AmendmentNoticeSentAgain", act.event).channel
    command = RecordService(of=of, served_on=after, channel=channel, because="table_changed")
    return Redating(review=review.id, of=of, step=step, before=before, after=after, command=command)


def _dispatch_of(act: Act) -> str:
    """The dispatch that an act was recorded for; empty where an officer recorded it."""
    evidence = act.event.evidence or ""
    return evidence if evidence.startswith("D-") else ""


def _serving(act: Act, sent: Sequence[Outgoing]) -> list[Outgoing]:
    """The messages of its dispatch that date the service of an act: those to the family, for a notice."""
    rows = [row for row in sent if row.recorded == act.event.originator_version]
    if isinstance(act.event, AmendmentNoticeSent | AmendmentNoticeSentAgain):
        rows = [row for row in rows if row.role in FAMILY] or rows
    return [row for row in rows if row.left_on]


def _shown_otherwise(review: AnnualReview, act: Act) -> bool:
    """Whether its service was put on another day for a reason of its own, or corrected: that day stands."""
    return act.service is not None or review.service_shown(act)
