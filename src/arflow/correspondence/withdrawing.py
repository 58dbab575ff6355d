"""Take back, with the act that makes it untrue, what was queued on a review and has not left."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from arflow.app import Done
from arflow.commands import CancelReview, PostponeMeeting
from arflow.correspondence.dispatching import outbox
from arflow.correspondence.meeting import INVITATION
from arflow.mail.outbox import Outgoing, dispatches

if TYPE_CHECKING:
    from arflow.app import Arflow


def act_and_take_back(
    app: "Arflow", review_id: str, command: PostponeMeeting | CancelReview
) -> tuple[Done, list[Outgoing]]:
    """Record a meeting moved or a review cancelled, and take back what no longer holds, in one transaction.

    Invitations to a day that is no longer the meeting's; of a review that is cancelled, whatever would be an act of it.
    """
    moved, taken = isinstance(command, PostponeMeeting), list[Outgoing]()
    untrue = dispatches.c.kind == INVITATION if moved else dispatches.c.act.is_not(None)
    why = "the meeting was moved to another day" if moved else "the review was cancelled"

    def take_back(connection: sa.Connection) -> None:
        taken.extend(outbox(app).withdraw(connection, dispatches.c.review == review_id, untrue, why=why))

    return app.act(review_id, command, beside=take_back), taken
