"""Write the invitation to a meeting, its update, its cancellation, and a feed of meetings (RFC 5545, RFC 5546)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from arflow.law.london import LONDON
from arflow.post.calendars.calendar_meeting import Meeting, Party
from arflow.post.calendars.london_zone import timezone

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

_PRODUCT = "-//arflow//Annual reviews of EHC plans//EN"


def uid(review: str, organiser: Party) -> str:
    """What calendars know the meeting of a review by: the same for as long as the inbox keeps its domain."""
    return f"{review}@{organiser.email.rpartition('@')[2]}"


def invitation(meeting: Meeting, organiser: Party, attendee: Party, *, sequence: int, at: datetime) -> bytes:
    """Ask one person to a meeting; a higher `sequence` puts an updated meeting in the place of the one before.

    The organiser is the inbox, so that replies come back to it. Nobody else who is invited stands in the file.
    """
    event = _event(meeting, organiser, sequence, at)
    _ask(event, organiser, attendee)
    event.add("STATUS", "CONFIRMED")
    return _file("REQUEST", [event])


def cancellation(meeting: Meeting, organiser: Party, attendee: Party, *, sequence: int, at: datetime) -> bytes:
    """Take a meeting out of the calendar of one person who was asked to it (RFC 5546 3.2.5)."""
    event = _event(meeting, organiser, sequence, at)
    _ask(event, organiser, attendee)
    event.add("STATUS", "CANCELLED")
    return _file("CANCEL", [event])


def feed(meetings: Iterable[tuple[Meeting, int]], organiser: Party, *, at: datetime) -> bytes:
    """The meetings of one person to look at, each with its sequence; nobody who is invited stands in it (RFC 5546 3.2.1).

    Where there are none it publishes nothing: a calendar has at least one component, its time zone (RFC 5545 3.6).
    """
    return _file("PUBLISH", [_event(meeting, organiser, sequence, at) for meeting, sequence in meetings])


def _event(meeting: Meeting, organiser: Party, sequence: int, at: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("UID", uid(meeting.review, organiser))
    event.add("SEQUENCE", sequence)
    event.add("DTSTAMP", at.astimezone(UTC))
    event.add("SUMMARY", f"Annual review {meeting.review}")
    _add_times(event, meeting)
    if meeting.place:
        event.add("LOCATION", meeting.place)
    event.add("ORGANIZER", _address(organiser))
    return event


def _ask(event: "Event", organiser: Party, attendee: Party) -> None:
    """Name the one person who is asked, and how they answer."""
    from icalendar import vText

    event.add("DESCRIPTION", f"Accept or decline this invitation, or write to {organiser.email}.")
    asked = _address(attendee)
    asked.params.update(ROLE=vText("REQ-PARTICIPANT"), PARTSTAT=vText("NEEDS-ACTION"), RSVP=vText("TRUE"))
    event.add("ATTENDEE", asked)


def _add_times(event: "Event", meeting: Meeting) -> None:
    if meeting.starts is None:
        event.add("DTSTART", meeting.on)
        event.add("DTEND", meeting.on + timedelta(days=1))
        event.add("TRANSP", "TRANSPARENT")  # the day is known and the time is not: nobody is busy all day
        return
    event.add("DTSTART", datetime.combine(meeting.on, meeting.starts, LONDON))
    if meeting.ends is not None:
        event.add("DTEND", datetime.combine(meeting.on, meeting.ends, LONDON))


def _address(party: Party) -> "vCalAddress":
    from icalendar import vCalAddress, vText

    address = vCalAddress(f"mailto:{party.email}")
    if party.name:
        address.params["CN"] = vText(party.name)
    return address


def _file(method: str, events: "list[Event]") -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("PRODID", _PRODUCT)
    calendar.add("VERSION", "2.0")
    if events:
        calendar.add("METHOD", method)
    if not events or any(isinstance(event.start, datetime) for event in events):
        calendar.add_component(timezone())
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
