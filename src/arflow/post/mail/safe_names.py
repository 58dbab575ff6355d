"""Names and lines from outside, made safe to show and to keep: no folders, no hidden signs, no other direction of writing."""

import mimetypes
import unicodedata

_LONGEST_NAME, _LONGEST_LINE = 120, 300
# Controls, formats (such as a turn of the direction of writing), surrogates and private signs.
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn")
TEXT_NAME = "message.txt"  # the words of a message, as a paper of their own


def without_hidden(text: str) -> str:
    """A text without signs that cannot be seen."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in _HIDDEN)


def plain_line(text: str) -> str:
    """A text on one line, of bounded length."""
    return _one_line(text)[:_LONGEST_LINE]


def _one_line(text: str) -> str:
    return " ".join(without_hidden(text).split())


def safe_name(given: str, media_type: str, place: int) -> str:
    """The name of a file from outside, or one made from its place in the message; its extension is kept."""
    last = given.replace("\\", "/").rpartition("/")[2]
    name = _one_line(unicodedata.normalize("NFC", last)).strip(". ")
    if not name:
        return f"attachment-{place}{mimetypes.guess_extension(media_type) or ''}"
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(extension) - 1]}.{extension}"
