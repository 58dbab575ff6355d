"""Read what somebody's calendar answered to an invitation (RFC 5546 3.2.3), or proposed instead (3.2.7)."""

from datetime import date, datetime
from typing import Any, Literal, get_args

import msgspec

from arflow.errors import InvalidValue
from arflow.law.london import LONDON
from arflow.words import in_words

Answer = Literal["accepted", "declined", "tentative", "delegated", "needs_action"]
_ANSWERS: tuple[Answer, ...] = get_args(Answer)
_WANTED = "a calendar reply to an invitation"
_YEARS = range(2000, 2200)  # programs write their first or last moment where they know none
_DOUBTFUL = "a time that cannot be: ask them which"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of one person to the invitation with a `uid`, as it stood at `sequence`.

    `proposed` is when they would have the meeting instead, in London, where they said so; `comments` are their words in it.
    """

    uid: str
    attendee: str
    partstat: Answer
    sequence: int
    counters: bool = False
    proposed: str | None = None
    comments: tuple[str, ...] = ()

    @property
    def review(self) -> str:
        """The review whose meeting was answered, if the invitation was ours."""
        return self.uid.partition("@")[0]

    @property
    def said(self) -> str:
        """What the calendar told, in words."""
        if self.counters:
            return f"the calendar proposes another time: {self.proposed or 'it does not say which'}"
        return f"the calendar answered: {in_words(self.partstat)}"


def read_reply(content: bytes, method: str = "") -> Reply:
    """Read a file with METHOD:REPLY or COUNTER, or whose part says so in its type (`method`).

    InvalidValue for anything else, and for what cannot be read.
    """
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(content)
    except Exception as error:  # the library meets damage in many ways, and asks the disk for zones
        raise _refused("a file that cannot be read") from error
    method = str(calendar.get("METHOD", method)).upper()
    if method not in ("REPLY", "COUNTER"):
        raise _refused(f"a calendar file with METHOD {method[:20]}" if method else "a calendar file without a METHOD")
    events = calendar.walk("VEVENT")
    if len(events) != 1:
        raise _refused(f"a reply with {len(events)} meetings")
    return _reply(events[0], counters=method == "COUNTER")


def _reply(event: Any, *, counters: bool) -> Reply:
    """The one answer in an event."""
    attendee = event.get("ATTENDEE")
    if attendee is None or isinstance(attendee, list):
        raise _refused("a reply that is not of one person")
    uid, sequence = str(event.get("UID", "")), event.get("SEQUENCE", 0)
    answer = str(attendee.params.get("PARTSTAT", "NEEDS-ACTION")).lower().replace("-", "_")
    if not uid or answer not in _ANSWERS or not isinstance(sequence, int):
        raise _refused("a reply without its meeting or its answer")
    address = str(attendee)
    without_scheme = address[7:] if address.lower().startswith("mailto:") else address
    return Reply(
        uid=uid,
        attendee=without_scheme,
        partstat=answer,
        sequence=int(sequence),
        counters=counters,
        proposed=_time(event) if counters else None,
        comments=_comments(event, attendee),
    )


def _time(event: Any) -> str | None:
    """When a meeting is proposed for, in London; with doubt where no meeting can be then."""
    given = event.get("DTSTART")
    if given is None:
        return None
    try:
        start = given.dt
        there = start.astimezone(LONDON) if isinstance(start, datetime) and start.tzinfo else start
    except (
        ValueError,
        OverflowError,
    ):  # the library keeps what it cannot read, and a clock may end before the calendar
        return _DOUBTFUL
    if not isinstance(there, date) or there.year not in _YEARS:
        return _DOUBTFUL
    at = f" at {there:%H:%M}" if isinstance(there, datetime) else ""
    return f"{there.day} {there:%B %Y}{at}"


def _comments(event: Any, attendee: Any) -> tuple[str, ...]:
    """What somebody wrote with their answer: as comments, or as Google Calendar keeps a note."""
    given = event.get("COMMENT", [])
    said = [*(given if isinstance(given, list) else [given]), attendee.params.get("X-RESPONSE-COMMENT", "")]
    return tuple(dict.fromkeys(words for one in said if (words := " ".join(str(one).split()))))


def _refused(what: str) -> InvalidValue:
    return InvalidValue("calendar reply", what, _WANTED)
