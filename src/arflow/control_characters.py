"""Control characters in what people or mail wrote: shown for what they are, so that they never steer a terminal."""

import re

# C0 but for our own tabs and ends of lines, DEL and C1, overrides and isolates of the writing direction, lone surrogates.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)")


def visible(text: str) -> str:
    r"""A text with each control character as people write it, such as \x1b or \u202e."""
    return _CONTROLS.sub(_written, text)


def cuts(text: str) -> list[int]:
    """Where the control characters of a text begin and end."""
    return [at for found in _CONTROLS.finditer(text) for at in found.span()]


def escaped(document: bytes) -> bytes:
    """A JSON document, in which msgspec left DEL, C1 and writing directions as they are, with those escaped too."""
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", document.decode()).encode()


def _written(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
