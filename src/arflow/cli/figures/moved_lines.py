"""What a change moves, in lines beside the act that makes it: last days, cycles of 12 months, and letters made wrong."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from arflow.cli.session import Session, done_lines
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from arflow.application.recording import Done
    from arflow.figures.impact.changed_duties import Moved
    from arflow.figures.impact.preview import Preview
    from arflow.figures.rendering.console import Console

_MOST_SHOWN = 20


def moved_document(preview: "Preview") -> dict[str, Any]:
    """The duties that read otherwise, and the letters already sent that tell a wrong day, for a JSON document."""
    return {"moved": preview.moved, "letters": preview.letters}


def moved_lines(preview: "Preview") -> Iterator[str]:
    """The same in lines, the first of each."""
    moved, letters = preview.moved, preview.letters
    late = sum(one.effect == "turns late" for one in moved)
    yield f"Duties that read otherwise: {len(moved):,}, of which {late:,} turn late." if moved else "No day moves."
    yield from (f"  {_duty(one)}" for one in moved[:_MOST_SHOWN])
    yield from _more(len(moved))
    if letters:
        yield f"{counted(len(letters), 'letter')} already sent would carry a wrong day: write again."
        yield from (
            f"  {one.review} {one.letter} of {one.sent_on}: {one.tells} was {one.day_told}, is {_said(one.day_now)}"
            for one in letters[:_MOST_SHOWN]
        )
        yield from _more(len(letters))


class Corrected(NamedTuple):
    """A day as it was, and as it is after a correction; None for none."""

    what: str
    was: date | None
    now: date | None


def emit_moved(
    session: Session,
    done: "Done",
    preview: "Preview",
    corrected: Corrected | None = None,
    *,
    waiting: tuple[str, ...] = (),
) -> None:
    """Answer an act with the day that it corrected, and with what that moved; `waiting` are papers that wait again."""
    document = {"id": done.id, "state": done.state, "event": done.event, "on": done.on, **moved_document(preview)}
    if corrected:
        document["corrected"] = {"what": corrected.what, "was": corrected.was, "is": corrected.now}
    if waiting:
        document["waiting"] = waiting
    session.emit(document, lambda out: _print_moved(out, done_lines(session, done), preview, corrected))


def _print_moved(out: "Console", lines: list[str], preview: "Preview", corrected: Corrected | None) -> None:
    head, *after = lines
    told = [f"{in_words(corrected.what)}: {_said(corrected.was)} → {_said(corrected.now)}"] if corrected else []
    out.print("\n".join((head, *told, *moved_lines(preview), *after)), soft_wrap=True)


def _duty(one: "Moved") -> str:
    pairs = (("last day", one.due_before, one.due_after), ("outer day", one.outer_before, one.outer_after))
    days = "".join(f"{what} {_said(was)} → {_said(now)}, " for what, was, now in pairs if was != now)
    return f"{one.review or one.plan} {in_words(one.duty)}: {days}{_state(one)}"


def _state(one: "Moved") -> str:
    before, after = in_words(one.state_before), in_words(one.state_after)
    return after if before == after else f"{before} → {after}"


def _more(number: int) -> Iterator[str]:
    if number > _MOST_SHOWN:
        yield f"  and {number - _MOST_SHOWN:,} more: --json has them all"


def _said(day: date | None) -> str:
    return day.isoformat() if day else "none"
