"""ZIPs that come from outside: how long the list of their parts is, before anything reads it, and what damage raises.

The list can fill the memory, whatever the parts hold.
"""

import lzma
import os
import zlib
from typing import BinaryIO
from zipfile import BadZipFile

# What Python raises over a ZIP that is damaged, cut off, has a password or is packed in a way it does not know.
TORN = (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error, lzma.LZMAError)
LONGEST = 2_000_000  # bytes: thousands of parts, more than any office file has
_END, _AFTER = b"PK\x05\x06", 65_557  # the end of the list, and the most that stands from there to the end of a file


def is_too_long(file: BinaryIO) -> bool:
    """Whether a ZIP says that its list of parts is longer than `LONGEST`; a file that is no ZIP has none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _AFTER))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    return at >= 0 and int.from_bytes(tail[at + 12 : at + 16], "little") > LONGEST
