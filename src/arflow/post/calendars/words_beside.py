"""What somebody wrote beside their calendar's answer, without what the calendar wrote alone."""

import re

from arflow.post.calendars.calendar_reply import Reply

_GENERATED = re.compile(
    r"^.{1,200}? (?:has )?(?:tentatively )?(?:accepted|declined|replied .{1,20} to)"
    r" (?:this|your|the) (?:invitation|meeting|event)\.?$",
    re.IGNORECASE,
)
_BY_GOOGLE = re.compile(r"^invitation from google calendar\b", re.IGNORECASE | re.MULTILINE)


def words_beside(text: str, reply: Reply) -> tuple[str, ...]:
    """The words of a person in a calendar's answer: those of the message, and those in the calendar file, each once."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and _GENERATED.match(lines[0]):
        lines = [] if _BY_GOOGLE.search(text) else lines[1:]
    own = "\n".join(lines)
    plain = " ".join(own.split())
    added = [one for one in reply.comments if one.rstrip(". ") not in plain]
    return tuple(one for one in (own, *added) if one)
