"""By when advice is wanted, planned back from the meeting and the day it must be circulated (SEND Regs 2014 r.20(4))."""

from datetime import date, timedelta

import msgspec

from arflow.case.duties import Duty

# To read what came, make one bundle of it and send it. The Regulations set no day for the answer itself.
TO_MAKE_THE_BUNDLE = timedelta(days=7)


class Backplan(msgspec.Struct, frozen=True, kw_only=True):
    """The meeting, the last days to circulate before it (in clear and in calendar weeks), and what asks for them."""

    meeting: date
    circulate_by: date
    outer: date
    citation: str

    def advice_by(self, requested_on: date) -> date:
        """The day by which somebody asked on a day should answer: later where they were asked too late for a week's work."""
        later = (self.circulate_by - TO_MAKE_THE_BUNDLE, self.circulate_by, self.meeting - timedelta(days=1))
        return next((day for day in later if day > requested_on), self.meeting)

    def chain(self, requested_on: date) -> str:
        """How the day came about, from the meeting back."""
        return (
            f"meeting {self.meeting} → circulate by {self.circulate_by} "
            f"(two clear weeks; {self.outer} in calendar weeks; {self.citation}) → "
            f"advice by {self.advice_by(requested_on)}"
        )


def backplan(duties: tuple[Duty, ...], meeting: date | None) -> Backplan | None:
    """The days of a review by its duty to circulate; None while no meeting is planned, or where nothing is circulated."""
    duty = next((duty for duty in duties if duty.id == "advice_circulated"), None)
    if meeting is None or duty is None or duty.due is None:
        return None
    return Backplan(meeting=meeting, circulate_by=duty.due, outer=duty.outer or duty.due, citation=duty.citation)
