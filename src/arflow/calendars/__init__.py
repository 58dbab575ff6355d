"""Invitations to a meeting as iCalendar files, and the replies to them."""
