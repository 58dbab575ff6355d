"""The clock in London as a calendar file tells it: summer time from the last Sunday in March to that in October."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from arflow.law.london import LONDON

if TYPE_CHECKING:
    from icalendar import Timezone

_GMT, _BST = timedelta(0), timedelta(hours=1)
# Both changes are at 01:00 GMT; in their rule's first year, by the clock that they end.
_SUMMER, _WINTER = datetime(1998, 3, 29, 1), datetime(1998, 10, 25, 2)  # noqa: DTZ001  VTIMEZONE wants local times


def timezone() -> "Timezone":
    """A VTIMEZONE by rule, as every calendar program reads it; the library would list the days up to 2037."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    zone = Timezone()
    zone.add("TZID", LONDON.key)
    zone.add_component(_half(TimezoneDaylight(), "BST", _SUMMER, _GMT, _BST))
    zone.add_component(_half(TimezoneStandard(), "GMT", _WINTER, _BST, _GMT))
    return zone


def _half(half: Any, name: str, since: datetime, before: timedelta, after: timedelta) -> Any:
    half.add("TZNAME", name)
    half.add("DTSTART", since)
    half.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": since.month, "BYDAY": "-1SU"})
    half.add("TZOFFSETFROM", before)
    half.add("TZOFFSETTO", after)
    return half
