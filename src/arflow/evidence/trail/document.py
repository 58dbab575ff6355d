"""The audit trail as a document: a case or a review, where it stands, its duties and its story."""

from datetime import date, datetime

import msgspec

from arflow.case.duties import Duty
from arflow.telling.story import Line, MarkKind

# The marks whose number a reader sees first of all.
COUNTED: tuple[MarkKind, ...] = ("late", "corrected", "voided", "skipped")


class MainStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was done: its first and last day, and how often."""

    id: str
    label: str
    first: date
    last: date
    times: int
    corrected: bool


class CaseTrail(msgspec.Struct, frozen=True, kw_only=True):
    """One review, or the plan itself: what it is, where it stands, its duties and its story."""

    id: str
    title: str
    citation: str
    workflow: str
    state: str
    facts: tuple[tuple[str, str | date], ...]
    steps: tuple[MainStep, ...]
    duties: tuple[Duty, ...]
    lines: tuple[Line, ...]

    @property
    def stands_out(self) -> dict[MarkKind, int]:
        """How many entries were late, corrected or voided since, or passed over steps."""
        return {kind: sum(kind in line.kinds for line in self.lines) for kind in COUNTED}


class Trail(msgspec.Struct, frozen=True, kw_only=True):
    """The audit trail of a review, or of a plan with each of its reviews, with what it was made from."""

    case: str
    plan: str
    is_plan: bool
    made_at: datetime
    as_at: date
    known_at: datetime | None
    position: int
    head: str
    parts: tuple[CaseTrail, ...]

    @property
    def stands_out(self) -> dict[MarkKind, int]:
        """How many entries stand out in all of its parts."""
        return {kind: sum(part.stands_out[kind] for part in self.parts) for kind in COUNTED}

    @property
    def entries(self) -> int:
        """How many events it tells."""
        return sum(len(part.lines) for part in self.parts)
