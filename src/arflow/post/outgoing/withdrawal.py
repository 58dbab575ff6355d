"""Take back, with the act that makes it untrue, what was queued on a review and has not left."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from arflow.application.recording import Done
from arflow.case.review_commands import CancelReview, PostponeMeeting
from arflow.post.mail.outbox import Outgoing, dispatches, messages
from arflow.post.meeting.time_and_place import INVITATION
from arflow.post.outgoing.queue import outbox

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

MOVED = "the meeting was moved to another day"


def invitations_taken_back(app: "Arflow", review_id: str) -> set[str]:
    """Those whose invitation was taken back because the meeting moved, by id: they are to have another."""
    kind, why = dispatches.c.kind == INVITATION, messages.c.why == MOVED
    found = outbox(app).find(dispatches.c.review == review_id, kind, messages.c.state == "cancelled", why)
    return {message.person for message in found if message.person}


def act_and_take_back(
    app: "Arflow", review_id: str, command: PostponeMeeting | CancelReview
) -> tuple[Done, list[Outgoing]]:
    """Record a meeting moved or a review cancelled, and take back what no longer holds, in one transaction.

    Invitations to a day that is no longer the meeting's; of a review that is cancelled, whatever would be an act of it.
    """
    moved, taken = isinstance(command, PostponeMeeting), list[Outgoing]()
    untrue = dispatches.c.kind == INVITATION if moved else dispatches.c.act.is_not(None)
    why = MOVED if moved else "the review was cancelled"

    def take_back(connection: sa.Connection) -> None:
        taken.extend(outbox(app).withdraw(connection, dispatches.c.review == review_id, untrue, why=why))

    return app.act(review_id, command, beside=take_back), taken
