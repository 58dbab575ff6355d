"""Which duties of a case read otherwise once something is changed: their last days, and whether they are late. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec

from arflow.case.duties import Duty, DutyState
from arflow.figures.impact.ruleset import Place

Effect = Literal[
    "turns late", "comes into time", "becomes contested", "no longer contested", "date moves", "reads otherwise"
]
EFFECTS: tuple[Effect, ...] = (
    "turns late", "comes into time", "becomes contested", "no longer contested", "date moves", "reads otherwise",
)  # fmt: skip
LATE: tuple[DutyState, ...] = ("breached", "overdue", "missed")


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A duty that reads otherwise: its last days and its state before and after; None where it has no last day."""

    plan: str
    review: str
    duty: str
    owner: str
    effect: Effect
    due_before: date | None
    due_after: date | None
    outer_before: date | None
    outer_after: date | None
    met_on: date | None
    state_before: DutyState
    state_after: DutyState


def moved(plan: str, before: dict[Place, Duty], after: dict[Place, Duty]) -> Iterator[Moved]:
    """Every duty of a case that differs, in the order they are counted; one that only one side has is there too."""
    for place in dict.fromkeys((*before, *after)):
        old, new = before.get(place), after.get(place)
        found = _moved(plan, place, old, new)
        if found is not None:
            yield found


def _moved(plan: str, place: Place, old: Duty | None, new: Duty | None) -> Moved | None:
    known = new or old
    assert known is not None
    was, becomes = _reads(old), _reads(new)
    if was == becomes:
        return None
    return Moved(
        plan=plan,
        review=place[0],
        duty=place[1],
        owner=known.owner,
        effect=_effect(was, becomes),
        due_before=was[0],
        due_after=becomes[0],
        outer_before=was[1],
        outer_after=becomes[1],
        met_on=known.met_on,
        state_before=was[2],
        state_after=becomes[2],
    )


_Reads = tuple[date | None, date | None, DutyState]


def _reads(duty: Duty | None) -> _Reads:
    """What a reader sees of a duty; one that is not there does not apply."""
    return (duty.due, duty.outer, duty.state) if duty else (None, None, "not_applicable")


def _effect(was: _Reads, becomes: _Reads) -> Effect:
    old, new = was[2], becomes[2]
    if (old in LATE) != (new in LATE):
        return "turns late" if new in LATE else "comes into time"
    if (old == "contested") != (new == "contested"):
        return "becomes contested" if new == "contested" else "no longer contested"
    return "date moves" if was[:2] != becomes[:2] else "reads otherwise"
