"""A day that a row of a sheet proposes for a meeting: refused where it does not fit and the row gives no reason."""

from datetime import date

from arflow.application.arflow import Arflow
from arflow.application.meeting_days import why_unfit
from arflow.case.case import Case
from arflow.errors import DateRefused, field_name

_WAY_ON = "propose another day, or say why it has to be this one in the reason column"


def refuse_unfit(app: Arflow, case: Case, review_id: str, meeting_on: date, reason: str | None) -> None:
    """DateRefused where a day that lies ahead does not fit, unless a reason is given; `case` has the day planned."""
    why = "" if reason else why_unfit(app, case, review_id, meeting_on)
    if why:
        raise DateRefused(f"{field_name('meeting_on')} {meeting_on} {why}: {_WAY_ON}")
