"""Invitations to a meeting as iCalendar files, and the replies to them."""

from arflow.calendars.inviting import cancellation, feed, invitation, uid
from arflow.calendars.meeting import Meeting, Party
from arflow.calendars.replying import Answer, Reply, read_reply

__all__ = ["Answer", "Meeting", "Party", "Reply", "cancellation", "feed", "invitation", "read_reply", "uid"]
