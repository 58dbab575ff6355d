"""What calendars answered to the invitation of a review, as the case shows it: of each person the last answer."""

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from arflow.events import Role
from arflow.post.mail.arrivals import Arrivals, arrivals

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


class CalendarAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody's calendar told on a day, by the message that brought it; `person` is none where two share an address."""

    person: str | None
    role: Role | None
    said: str | None
    on: date
    message: str


def calendar_answers(app: "Arflow", review: str) -> list[CalendarAnswer]:
    """The last answer of each person to the invitation of a review, the oldest first."""
    found = Arrivals(app.engine).find(
        arrivals.c.review == review,
        arrivals.c.nature == "calendar_reply",
        arrivals.c.state.in_(("noted", "placed")),
    )
    last = {
        one.person or one.id: CalendarAnswer(
            person=one.person, role=one.role, said=one.why, on=one.arrived_on, message=one.id
        )
        for one in found
    }
    return sorted(last.values(), key=lambda one: (one.on, one.message))
