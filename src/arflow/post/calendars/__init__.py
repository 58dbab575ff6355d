"""Invitations to a meeting as iCalendar files, and the replies to them."""

from arflow.post.calendars.calendar_meeting import Meeting, Party
from arflow.post.calendars.calendar_reply import Answer, Reply, read_reply
from arflow.post.calendars.invitation_file import cancellation, feed, invitation, uid
from arflow.post.calendars.words_beside import words_beside

__all__ = [
    "Answer",
    "Meeting",
    "Party",
    "Reply",
    "cancellation",
    "feed",
    "invitation",
    "read_reply",
    "uid",
    "words_beside",
]
