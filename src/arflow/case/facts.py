"""The days a case knows: what formulas may count from, with the event behind each."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from arflow.events import PlanFactCorrected, Quality

GRADES: tuple[Quality, ...] = ("known", "estimated", "missing")


def worst(qualities: Iterable[Quality]) -> Quality:
    """The worst of several qualities; known where there are none."""
    return max(qualities, key=GRADES.index, default="known")


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A day with its quality and the event that recorded it; `day` is None where it is known to be missing.

    Of an act that nobody knows the day of, `day` is the last on which it can have been.

    `event` is the event's name and `version` its number in its stream; a day of the definition has no number.
    """

    day: date | None
    quality: Quality = "known"
    event: str = ""
    version: int = 0
    recorded_at: datetime | None = None
    corrected: bool = False

    @property
    def source(self) -> str:
        """The event in words: PlanAdded #1."""
        return f"{self.event} #{self.version}" if self.version else self.event


class Spell(msgspec.Struct, frozen=True, kw_only=True):
    """Days on which the law of the duties does not hold: from `start` (None: nobody knows it) up to the day before `end`."""

    start: date | None
    end: date | None = None  # None: it goes on

    def takes(self, due: date | None, outer: date | None) -> bool:
        """Whether a duty lapses: its last day falls into the spell. While the spell goes on, doubt counts against a breach."""
        if due is None or outer is None:
            return self.end is None
        start = self.start or date.min
        return start <= outer if self.end is None else start <= due < self.end


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that duties are computed from: days by name, what holds of the case, and the kind of transfer ahead.

    `spells` are the circumstances that come about on a day: what was met or breached before it stays as it was.
    """

    days: dict[str, Fact]
    holds: frozenset[str] = frozenset()
    spells: dict[str, tuple[Spell, ...]] = {}
    transfer: str | None = None
    outcome_known: bool = False
    finished: bool = False

    @property
    def is_out_of_hand(self) -> bool:
        """Whether a spell goes on: what is not done by then is no longer this authority's to do."""
        return any(spell.end is None for spells in self.spells.values() for spell in spells)

    def day(self, name: str) -> date | None:
        """The day of a fact, or None if it has not happened or is not known."""
        fact = self.days.get(name)
        return fact.day if fact else None


def corrected_amendment(event: PlanFactCorrected) -> Fact | None:
    """The same of an amendment outside a review, which keeps its number: there may be several."""
    now = corrected(event)
    return msgspec.structs.replace(now, event="PlanAmended", version=event.corrects) if now else None


def corrected(event: PlanFactCorrected) -> Fact | None:
    """The fact that a correction leaves; None where it never was."""
    if event.to is None and event.quality != "missing":
        return None
    version, at = event.originator_version, event.recorded_at
    return Fact(day=event.to, quality=event.quality, event=event.name, version=version, recorded_at=at, corrected=True)
