"""Letters that state days counted from their date: they leave on that day, or are written again."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from arflow.errors import NotPossible
from arflow.events import FAMILY
from arflow.post.mail.outbox import Dispatched, Outgoing
from arflow.post.outgoing.leaving import WHOLE
from arflow.post.outgoing.queue import outbox

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def check_dated_today(dispatch: Dispatched, rows: Sequence[Outgoing], today: date) -> None:
    """NotPossible for letters that would be approved on another day than the one they are dated."""
    written = next((row.body.written_on for row in rows if row.body and row.body.written_on), None)
    if written and written != today:
        raise NotPossible(f"{_dated(dispatch.id, written)}: {_again(dispatch)} today, and have that approved")


def out_of_date(message: Outgoing, dispatch: Dispatched, today: date) -> str:
    """Why a letter must not leave any more: it tells the family days that are counted from an earlier day; nothing if it may.

    What goes another way than before is not judged: it is the same letter, and its act has a day of service of its own.
    """
    written = message.body.written_on if message.body else None
    if written is None or written == today or message.replaces or not _tells_days(message, dispatch):
        return ""
    return f"{_dated('it', written)}: {_again(dispatch)}"


def posted_late(app: "Arflow", names: Sequence[str], on: date) -> list[str]:
    """What to say where letters were posted after the day that they are dated: the days in them are too early."""
    box = outbox(app)
    found = [box.message(name) for name in dict.fromkeys(names)]
    return [
        f"{_dated(message.id, message.body.written_on)} and went on {on}: write to them with the days that count, "
        f"see `arflow why {dispatch.review or dispatch.plan}`"
        for message in found
        if (dispatch := box.dispatch(message.dispatch))
        and message.body
        and message.body.written_on
        and message.body.written_on < on
        and not message.replaces
        and _tells_days(message, dispatch)
    ]


def _tells_days(message: Outgoing, dispatch: Dispatched) -> bool:
    return isinstance(dispatch.act, WHOLE) and message.role in FAMILY


def _dated(what: str, written: date | None) -> str:
    return f"{what} is dated {written}, and states days that are counted from then"


def _again(dispatch: Dispatched) -> str:
    return f"cancel it with `arflow outbox cancel {dispatch.id} --reason …`, and send it again"
