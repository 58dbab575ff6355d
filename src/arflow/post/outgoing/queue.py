"""Queue what is sent on a case, once, in one transaction; the act is recorded when it has left (see `recording`)."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa

from arflow.post.mail.dispatch import Dispatch, check
from arflow.post.mail.outbox import Outbox, Queued, dispatches
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.one_family_only import check_family
from arflow.store.engine import writing

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

# Records the drafted letters that have one of the digests.
Keep = Callable[[sa.Connection, Collection[str]], None]


def outbox(app: "Arflow") -> Outbox:
    """The outbox in the application's store."""
    return Outbox(app.engine)


def fresh(app: "Arflow", key: str) -> str:
    """A key, or the next after it where all that was queued under it was cancelled: an officer may ask for it again."""
    name, number = key, 1
    while (found := outbox(app).find(dispatches.c.key == name)) and all(row.state == "cancelled" for row in found):
        number += 1
        name = f"{key}/{number}"
    return name


def queue(app: "Arflow", dispatch: Dispatch, settings: Settings | None = None, keep: Keep | None = None) -> Queued:
    """Queue a dispatch, and `keep` its letters; a key that was queued before is left as it is, and the answer says so.

    Refused, and nothing queued: another family's person or paper, an address that cannot be, a person not to contact,
    a subject that names the child.
    """
    check(dispatch)
    check_family(app, dispatch)
    settings = settings or Settings.from_environment()
    by = app.officer_id
    with writing(app.engine) as connection:
        queued = outbox(app).keep(connection, dispatch, at=app.now, by=by, letters=settings.letters_by_notify)
        digests = {file.digest for message in dispatch.messages for file in message.attachments}
        if keep and queued.new and digests:
            keep(connection, digests)
        return queued
