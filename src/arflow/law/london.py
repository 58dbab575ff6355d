"""The clock in London, by which every day of the law is counted. Pure."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def day_in_london(moment: datetime) -> date:
    """The day it is in London at a moment with a time zone."""
    return moment.astimezone(LONDON).date()
