"""An act of a review that counts, folded from its event and from what corrects or doubts it."""

from datetime import date

import msgspec

from arflow.case.facts import Fact
from arflow.events import DayDoubted, Quality, ReviewEvent, StepCorrected


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """An act that counts: its step, its event, the day it is read as having happened, and the state it was done in."""

    step: str  # a local step has the id its definition gives it
    event: ReviewEvent
    on: date
    before: str
    corrected_by: tuple[int, ...] = ()
    meeting_on: date | None = None  # the planned day as it was corrected
    quality: Quality = "known"  # how well its own day is known
    # The day of service that a correction gave it, with the correction's number.
    service: tuple[int, date] | None = None

    @property
    def moved(self) -> bool:
        """Whether the act led to another state."""
        return self.event.state != self.before

    def fact(self, day: date | None = None) -> Fact:
        """The act's day, or another day that its event holds, as a fact."""
        return Fact(
            day=day or self.on,
            event=self.event.name,
            version=self.event.originator_version,
            recorded_at=self.event.recorded_at,
            corrected=bool(self.corrected_by),
        )

    def corrected(self, event: StepCorrected) -> "Act":
        """The act as a correction leaves it: itself, where the correction is of another."""
        if self.event.originator_version != event.corrects:
            return self
        by = (*self.corrected_by, event.originator_version)
        meeting_on = event.meeting_on or self.meeting_on
        quality = self.quality if event.meeting_on else "known"
        service = (event.originator_version, event.served_on) if event.served_on else self.service
        return msgspec.structs.replace(
            self, on=event.to, corrected_by=by, meeting_on=meeting_on, quality=quality, service=service
        )

    def doubted(self, event: DayDoubted) -> "Act":
        """The act with its day as well known as the event has it: itself, where the event is about another."""
        return (
            msgspec.structs.replace(self, quality=event.quality) if self.event.originator_version == event.of else self
        )
