"""Read what somebody's calendar answered to an invitation (RFC 5546 3.2.3)."""

from typing import Any, Literal, get_args

import msgspec

from arflow.errors import InvalidValue

Answer = Literal["accepted", "declined", "tentative", "delegated", "needs_action"]
_ANSWERS: tuple[Answer, ...] = get_args(Answer)
_WANTED = "a calendar reply to an invitation"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of one person to the invitation with a `uid`, as it stood at `sequence`."""

    uid: str
    attendee: str
    partstat: Answer
    sequence: int

    @property
    def review(self) -> str:
        """The review whose meeting was answered, if the invitation was ours."""
        return self.uid.partition("@")[0]


def read_reply(content: bytes) -> Reply:
    """Read a file with METHOD:REPLY; InvalidValue for anything else, and for what cannot be read."""
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(content)
    except Exception as error:  # the library meets damage in many ways, and asks the disk for zones
        raise _refused("a file that cannot be read") from error
    method = str(calendar.get("METHOD", "")).upper()
    if method != "REPLY":
        raise _refused(f"a calendar file with METHOD {method[:20]}" if method else "a calendar file without a METHOD")
    events = calendar.walk("VEVENT")
    if len(events) != 1:
        raise _refused(f"a reply with {len(events)} meetings")
    return _reply(events[0])


def _reply(event: Any) -> Reply:
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
    return Reply(uid=uid, attendee=without_scheme, partstat=answer, sequence=int(sequence))


def _refused(what: str) -> InvalidValue:
    return InvalidValue("calendar reply", what, _WANTED)
