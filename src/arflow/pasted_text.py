"""Text as it is pasted from Word, Outlook or a web page: without marks that nobody sees, with plain spaces and hyphens. Pure."""

import re

# Soft hyphen, zero-width space, marks and isolates of the writing direction, word joiner, byte order mark. The joiners of
# letters (U+200C, U+200D) stay: scripts need them.
_UNSEEN = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_OTHERWISE = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " ") | dict.fromkeys("\u2010\u2011", "-"))


def as_typed(text: str) -> str:
    """The text that somebody at a keyboard would have typed for it."""
    return _UNSEEN.sub("", text).translate(_OTHERWISE)
