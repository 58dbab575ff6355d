"""What did not arrive: marked in the outbox and recorded on the case, in one transaction."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import sqlalchemy as sa

from arflow import logs
from arflow.case.review_commands import RecordFailure
from arflow.errors import CaseMoved, CaseUnreadable
from arflow.events import DeliveryTrouble
from arflow.post.mail.outbox import Outgoing
from arflow.post.outgoing.queue import outbox

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_TRIES = 5
_Mark = Callable[[sa.Connection], None]


def bounced(app: "Arflow", name: str, why: str) -> bool:
    """Mark a message as bounced, by its id or its Message-ID, and record it; False where it is marked already.

    NotFound where the outbox has no such message; NotPossible where it has not left.
    """
    box = outbox(app)
    message = box.message(name.strip("<> ").partition("@")[0])
    if message.state == "bounced":
        return False
    fail(app, message, "bounced", lambda connection: box.move(connection, message.id, ("sent",), "bounced", why=why))
    return True


def fail(app: "Arflow", message: Outgoing, because: DeliveryTrouble, mark: _Mark) -> None:
    """Record DeliveryFailed, and mark the message in the same transaction; the mark alone where no case can be recorded on."""
    _record(app, message, because, mark)
    logs.warning(__name__, "delivery", message=message.id, channel=message.channel, outcome=because)


def _record(app: "Arflow", message: Outgoing, because: DeliveryTrouble, mark: _Mark) -> None:
    box = outbox(app)
    dispatch = box.dispatch(message.dispatch)
    if dispatch.review is None:
        with box.writing() as connection:
            mark(connection)
        return
    command = RecordFailure(
        message=message.id,
        roles=(message.role,) if message.role else (),
        people=(message.person,) if message.person else (),
        channel=message.channel,
        because=because,
    )
    for attempt in range(1, _TRIES + 1):
        try:
            app.act(dispatch.review, command, beside=mark)
        except CaseMoved:
            if attempt == _TRIES:
                raise
        except CaseUnreadable as refusal:
            with box.writing() as connection:
                mark(connection)  # what became of the message is known, whether or not the case can say it
            box.say_trouble(dispatch.id, refusal.message)
            return
        else:
            return


def no_sign(app: "Arflow", message: Outgoing, why: str) -> None:
    """Record, once, that nothing shows that a message arrived."""

    def mark(connection: sa.Connection) -> None:
        outbox(app).move(connection, message.id, ("sent",), "sent", why=why)

    fail(app, message, "no_sign", mark)
