"""Open periods counted again where the table of deemed service has changed since something was sent."""

from collections.abc import Iterator
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
from arflow.post.mail.outbox import Outgoing, dispatches
from arflow.post.outgoing.leaving import Serving
from arflow.post.outgoing.queue import outbox

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.lists.questions import Asking

# Until the meeting its notice can be corrected; until the outcome the family's 15 days run.
_STEPS = {**dict.fromkeys(INVITED, "invite"), AMENDING: "notice"}


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
    chosen = [(review, _STEPS[state]) for review, state, _ in asking.unfinished(*_STEPS) if review in sent]
    return [found for review, step in chosen for found in _of_review(app, app.review(review), step, serving)]


def redate(app: "Arflow", found: Redating, serving: Serving) -> bool:
    """Record it, unless another run has done so, or the case has moved, meanwhile."""
    review = app.review(found.review)
    if found not in list(_of_review(app, review, found.step, serving)):
        return False
    draft = app.draft()
    taken = app.case_of(review).take(found.command, draft.recording, app.machine, review=review.id)
    try:
        app.append(review.id, taken.events, draft)
    except CaseMoved:
        return False
    return True


def _of_review(app: "Arflow", review: AnnualReview, step: str, serving: Serving) -> Iterator[Redating]:
    current = review.invitations if step == "invite" else [act for act in review.acts if act == review.notice]
    for act in current:
        rows = _messages(app, act)
        if not rows or _shown_otherwise(review, act):
            continue
        after = max(serving(row.channel, row.left_on) for row in rows if row.left_on)
        before = review.served(act)
        if after != before and after >= act.on:
            of = act.event.originator_version
            channel = cast("InvitationsSent | AmendmentNoticeSent | AmendmentNoticeSentAgain", act.event).channel
            command = RecordService(of=of, served_on=after, channel=channel, because="table_changed")
            yield Redating(review=review.id, of=of, step=step, before=before, after=after, command=command)


def _messages(app: "Arflow", act: Act) -> list[Outgoing]:
    """The messages that an act was recorded for, whose service it dates; none where an officer recorded it."""
    dispatch = act.event.evidence or ""
    if not dispatch.startswith("D-"):
        return []
    rows = [row for row in outbox(app).messages_of(dispatch) if row.recorded == act.event.originator_version]
    if isinstance(act.event, AmendmentNoticeSent | AmendmentNoticeSentAgain):
        rows = [row for row in rows if row.role in FAMILY] or rows
    return [row for row in rows if row.left_on]


def _shown_otherwise(review: AnnualReview, act: Act) -> bool:
    """Whether its service was put on another day for a reason of its own, or corrected: that day stands."""
    return act.service is not None or review.service_shown(act)
