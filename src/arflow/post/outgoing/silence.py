"""Email that left by a mail server and of which nothing shows that it arrived: shown to an officer, and never recorded as failed.

A sign is a report of delivery (RFC 3464), a receipt (RFC 8098), or any message from the person since.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from arflow.errors import NotPossible
from arflow.post.mail import outbox as tables
from arflow.post.mail.arrivals import arrivals
from arflow.post.mail.outbox import Outgoing, moment
from arflow.post.outgoing.queue import outbox

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

# What is older is past chasing: its review has gone on.
_LOOKED_AT = timedelta(days=90)
SILENT = "no sign that it arrived or was opened"


def show_silence(app: "Arflow", days: int) -> list[str]:
    """Flag what left `days` ago or before without a sign, and take the flag from whom something was heard; ids of the flagged."""
    box, flagged = outbox(app), []
    for message in _without_report(app, days):
        heard = _heard_from(app, message)
        why = None if heard else f"{SILENT} within {days} days: ring them, or send it another way"
        if (why is None) == (message.why is None):
            continue  # it stands as it should
        try:
            with box.writing() as connection:
                box.move(connection, message.id, ("sent",), "sent", why=why)
        except NotPossible:
            continue  # a bounce has come meanwhile
        if not heard:
            flagged.append(message.id)
    return flagged


def _without_report(app: "Arflow", days: int) -> list[Outgoing]:
    found = outbox(app).find(
        tables.messages.c.state == "sent",
        tables.messages.c.transport == "smtp",
        tables.messages.c.required,
        tables.messages.c.person.is_not(None),
        tables.messages.c.delivered_at.is_(None),
        tables.messages.c.sent_at.between(moment(app.now - _LOOKED_AT), moment(app.now - timedelta(days=days))),
        tables.dispatches.c.automatic.is_distinct_from("replied"),
    )
    return [one for one in found if one.why is None or one.why.startswith(SILENT)]


def _heard_from(app: "Arflow", message: Outgoing) -> bool:
    """Whether anything came from the person since, but what a machine of theirs answered."""
    query = sa.select(arrivals.c.id).where(
        arrivals.c.person == message.person,
        arrivals.c.arrived_at >= message.sent_at,
        arrivals.c.nature.in_(("paper", "calendar_reply")),
    )
    with app.engine.connect() as connection:
        return connection.execute(query.limit(1)).first() is not None
