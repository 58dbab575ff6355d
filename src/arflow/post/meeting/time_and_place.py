"""The meeting of a review with its time and place, which only the invitations hold: the log has its day."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from arflow.errors import MissingValue, NotPossible, field_name
from arflow.post.calendars import Meeting
from arflow.post.mail import outbox as tables
from arflow.post.outgoing.queue import outbox

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

INVITATION = "invitation"


def meeting_of(
    app: "Arflow", review_id: str, *, starts: time | None = None, ends: time | None = None, place: str | None = None
) -> Meeting:
    """The meeting as it is planned; what is not given is as the last invitation told it. MissingValue without a day."""
    on = app.review(review_id).planned_meeting
    if on is None:
        raise MissingValue(
            field_name("meeting_on"), f"plan the meeting first: arflow review schedule {review_id} --meeting-on DAY"
        )
    told = _last_told(app, review_id)
    if starts is None and ends is None and told is not None:
        starts, ends = told.starts, told.ends
    if place is None and told is not None:
        place = told.place
    return Meeting(review=review_id, on=on, starts=starts, ends=ends, place=place)


def check_ahead(app: "Arflow", review_id: str, on: date) -> None:
    """Refuse to write to people of a meeting as one to come, whose day has passed."""
    if on < app.today:
        raise NotPossible(
            f"the meeting of {review_id} was planned for {on}: record it with `arflow review hold {review_id}`, "
            f"or move it with `arflow review postpone {review_id}`"
        )


def said(meeting: Meeting) -> str:
    """The time of a meeting as a letter says it: 14:00 until 15:30."""
    if meeting.starts is None:
        return ""
    until = f" until {meeting.ends:%H:%M}" if meeting.ends else ""
    return f"{meeting.starts:%H:%M}{until}"


def _last_told(app: "Arflow", review_id: str) -> Meeting | None:
    """What the last invitation with a calendar file said."""
    found = outbox(app).find(tables.dispatches.c.review == review_id, tables.dispatches.c.kind == INVITATION)
    calendars = [message.body.calendar for message in found if message.body and message.body.calendar]
    return _read(calendars[-1].text, review_id) if calendars else None


def _read(text: str, review_id: str) -> Meeting:
    from icalendar import Calendar

    event: Any = Calendar.from_ical(text).walk("VEVENT")[0]
    starts = event.decoded("DTSTART")
    ends = event.decoded("DTEND", None)
    day = starts.date() if isinstance(starts, datetime) else starts
    return Meeting(
        review=review_id,
        on=day,
        starts=starts.time() if isinstance(starts, datetime) else None,
        ends=ends.time() if isinstance(ends, datetime) else None,
        place=str(event["LOCATION"]) if "LOCATION" in event else None,
    )
