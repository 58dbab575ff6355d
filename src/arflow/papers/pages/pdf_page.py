"""Sets a PDF from a template: data goes in as JSON and is never read as markup, and nothing is fetched."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

import msgspec

# What the typeface that comes with the typesetter certainly has: Latin letters, and the marks that texts here use.
_LATIN_ENDS = 0x24F
_MARKS = frozenset("–—‘’“”…·•→←≤≥−€™\u00a0\n")


def typeset(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """A PDF that reads aloud (PDF/UA-1), dated `at`; characters that no font has are written as [U+1F600]."""
    import typst

    source = files("arflow.papers.pages").joinpath("templates", template).read_bytes()

    def compiled(document: bytes) -> bytes:
        return typst.compile(
            source,
            format="pdf",
            sys_inputs={"data": document.decode()},
            pdf_standards=["ua-1"],
            timestamp=at.replace(microsecond=0),  # it takes whole seconds
        )

    try:
        return compiled(msgspec.json.encode(data))
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return compiled(msgspec.json.encode(_spelled_out(data)))


def _spelled_out(value: Any) -> Any:
    """The same with each character that the typeface may lack as its number, so that none is lost."""
    match value:
        case str():
            return "".join(character if _is_plain(character) else f"[U+{ord(character):04X}]" for character in value)
        case Mapping():
            return {key: _spelled_out(part) for key, part in value.items()}
        case list() | tuple():
            return [_spelled_out(part) for part in value]
        case _:
            return value


def _is_plain(character: str) -> bool:
    if character in _MARKS:
        return True
    return ord(character) <= _LATIN_ENDS and unicodedata.category(character) not in ("Cc", "Cf")
