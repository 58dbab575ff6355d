"""Whether the day of an act looks like a slip: years back, or before the review was opened. Pure; the law forbids neither."""

from datetime import date

from arflow.law.periods import FIRST_DAY

_YEARS = 5  # an act that is entered so long after it happened is more often a slip in the year
_FIRST_PLANS = date(2014, 9, 1)  # CFA 2014 s.37 came into force


def doubt_of_plan(first_made: date | None) -> str:
    """What makes the day on which a plan was first made look wrong; nothing if it does not, is not known, or is refused."""
    if first_made and FIRST_DAY <= first_made < _FIRST_PLANS:
        return f"is before {_FIRST_PLANS}, when there were no EHC plans"
    return ""


def doubt(on: date, today: date, opened_on: date | None) -> str:
    """What makes a day look wrong, for an act on a plan or, with the day it was opened, on a review; nothing if it does not.

    A review that is opened today may be a past one whose acts are being entered now: then no act looks wrong for coming first.
    """
    if opened_on and on < opened_on < today:
        return f"is before the review was opened on {opened_on}"
    return f"is more than {_YEARS} years back" if today.year - on.year > _YEARS else ""
