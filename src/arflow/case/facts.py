"""The days a case knows: what formulas may count from, with the event behind each."""

from datetime import date, datetime

import msgspec

from arflow.events import Quality


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A day with its quality and the event that recorded it; `day` is None where it is known to be missing.

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


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that duties are computed from: days by name, what holds of the case, and the kind of transfer ahead."""

    days: dict[str, Fact]
    holds: frozenset[str] = frozenset()
    transfer: str | None = None
    outcome_known: bool = False
    finished: bool = False

    def day(self, name: str) -> date | None:
        """The day of a fact, or None if it has not happened or is not known."""
        fact = self.days.get(name)
        return fact.day if fact else None
