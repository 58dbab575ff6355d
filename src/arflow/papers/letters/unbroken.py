"""Keeps what is read as one on one line, where a letter is shown in a width that nobody knows: in mail and in Word."""

import re
from typing import Any

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# A date, a telephone number, a postcode: as `whole` in pages/templates/face.typ.
_WHOLE = re.compile(
    rf"\b\d{{1,2}} (?:{_MONTHS})\b(?: \d{{4}}\b)?"
    r"|\(?\b0\d{2,5}\)?(?: \d{2,6}){1,3}\b|\+44(?: ?\(0\))?(?: ?\d{2,6}){2,4}\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"
)
_MARKUP = re.compile(r"(<style\b.*?</style>|<svg\b.*?</svg>|<[^>]*>)", re.DOTALL | re.IGNORECASE)
_NO_BREAK = "\u00a0"
_W_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


def unbroken(words: str) -> str:
    """Words with no-break spaces within dates, telephone numbers and postcodes."""
    return _WHOLE.sub(lambda found: found[0].replace(" ", _NO_BREAK), words)


def unbroken_page(html: str) -> str:
    """The same of a page; what stands in its markup is left as it is."""
    parts = _MARKUP.split(html)
    return "".join(part if at % 2 else unbroken(part) for at, part in enumerate(parts))


def keep_unbroken(document: Any) -> None:
    """The same of a document of python-docx, in its body, its headers and its footers."""
    for part in (
        document.part,
        *(one.part for section in document.sections for one in (section.header, section.footer)),
    ):
        for element in part.element.iter(_W_TEXT):
            element.text = unbroken(element.text or "")
