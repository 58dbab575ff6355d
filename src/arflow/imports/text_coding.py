"""In which coding a text file is written: by its mark, by its bytes, and of the old ones by which reads as words."""

import codecs
from pathlib import Path

from arflow.imports.layout import Encoding

_LOOKED_AT = 1_000_000
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What Windows writes between words and never inside one: quotes, dashes, dots, signs of money.
_SIGNS_OF_1252 = frozenset("€£…–—‘’“”•™©®°·½¼¾\xa0")


def coding_of(path: Path, named: Encoding | None) -> str:
    """The codec that reads a file: the one named, or UTF-8, UTF-16, Windows (cp1252) or DOS (cp850) as its bytes tell."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    for mark, codec in _MARKS:
        if start.startswith(mark) and named in (None, codec.removesuffix("-sig")):
            return codec
    if named:
        return _in_bytes(start) or named if named == "utf-16" else named
    return _in_bytes(start) or ("utf-8" if _is_utf8(start) else _of_eight_bits(start))


def _in_bytes(start: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of plain text is zero."""
    pairs = len(start) // 2
    if not pairs:
        return None
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > pairs * 0.7 and even < pairs * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > pairs * 0.7 and odd < pairs * 0.1 else None


def _is_utf8(start: bytes) -> bool:
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(start) == _LOOKED_AT and error.end >= len(start) - 3
    return True


def _of_eight_bits(start: bytes) -> str:
    """Windows, unless the bytes read as words only in the coding of DOS."""
    return "cp850" if _oddities(start, "cp850") < _oddities(start, "cp1252") else "cp1252"


def _oddities(start: bytes, codec: str) -> int:
    """How many signs beyond ASCII stand where no word has them: no letter, or a capital behind a small letter."""
    text = start.decode(codec, "replace")
    return sum(_is_odd(text, n, codec) for n, sign in enumerate(text) if sign > "\x7f")


def _is_odd(text: str, at: int, codec: str) -> bool:
    sign, before = text[at], text[at - 1 : at]
    if not sign.isalpha() or sign in "ªºƒ":
        return not (codec == "cp1252" and sign in _SIGNS_OF_1252) and not (codec == "cp850" and sign == "£")
    return sign.isupper() and before.islower()
