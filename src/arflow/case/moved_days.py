"""Which duties of a case have other days once something is recorded: from what to what. Pure."""

from collections.abc import Iterable
from datetime import date

import msgspec

from arflow.case.duties import Duty, DutyState
from arflow.words import in_words


class Redated(msgspec.Struct, frozen=True, kw_only=True):
    """A duty whose last day, or whose day of being met, is another; a window is met when it has run out."""

    duty: str
    due_before: date | None
    due_after: date | None
    met_before: date | None
    met_after: date | None
    state_before: DutyState
    state_after: DutyState

    def __str__(self) -> str:
        days = [
            f"{what} {_said(before)} → {_said(after)}"
            for what, before, after in (
                ("last day", self.due_before, self.due_after),
                ("done", self.met_before, self.met_after),
            )
            if before != after
        ]
        state = f"{in_words(self.state_before)} → {in_words(self.state_after)}"
        unchanged = self.state_before == self.state_after
        days.append(in_words(self.state_after) if unchanged else state)
        return f"{in_words(self.duty)}: {', '.join(days)}"


def _said(day: date | None) -> str:
    return day.isoformat() if day else "none"


def redated(before: Iterable[Duty], after: Iterable[Duty]) -> tuple[Redated, ...]:
    """The duties whose days or states differ, in the order of the later count."""
    earlier = {duty.id: duty for duty in before}
    pairs = [(earlier[duty.id], duty) for duty in after if duty.id in earlier]
    return tuple(
        Redated(
            duty=new.id,
            due_before=old.due,
            due_after=new.due,
            met_before=old.met_on,
            met_after=new.met_on,
            state_before=old.state,
            state_after=new.state,
        )
        for old, new in pairs
        if (old.due, old.met_on, old.state) != (new.due, new.met_on, new.state)
    )
