"""The days a case knows: what formulas may count from, with the event behind each."""

from datetime import date, datetime

import msgspec

from arflow.events import Quality


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A day with its quality and the event that recorded it; `day` is None where it is known to be missing."""

    day: date | None
    quality: Quality = "known"
    event: str = ""
    recorded_at: datetime | None = None
    corrected: bool = False


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
