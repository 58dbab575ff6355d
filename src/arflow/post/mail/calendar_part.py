"""A calendar file that a message carries, and what it is for (RFC 5546 1.4, RFC 6047 2.4)."""

import re

import msgspec

ANSWERS = ("REPLY", "COUNTER")
_METHOD = re.compile(rb"^METHOD(?:;[^:\r\n]*)?:[ \t]*([A-Z-]{1,40})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar file and its METHOD in capitals, by what it says itself, or else by the type of its part; or nothing."""

    method: str
    content: bytes


def method_of(content: bytes) -> str:
    """The METHOD that a calendar file names, in capitals, or nothing."""
    found = _METHOD.search(content)
    return found[1].decode().upper() if found else ""
