"""Prints a letter's page as a PDF; nothing is fetched, from the network or from the disk."""

from typing import Any

from arflow.papers.letters.page_content import Content, content_of
from arflow.papers.pages.pdf_page import Page, last_line_of, typeset

_TEMPLATE = "letter.typ"
# The space between lines, in parts of the type's size, and between paragraphs, where 1 is the usual.
_USUAL, _CLOSER, _WIDER = (0.62, 1.0), ((0.58, 0.75), (0.55, 0.55)), ((0.66, 1.3), (0.7, 1.6))
# How far down in mm, with the margin at its top, a last page ends that is set closer if that spares it; and one with too little.
_SPARED, _LITTLE = 18 + 110, 18 + 45


def printed(html: str) -> Page:
    """A page as a PDF that reads aloud (PDF/UA-1), the same for the same page; NotPossible where it asks for a file."""
    content = content_of(html)
    chosen = _spaced(content.data, _USUAL)
    page, down = last_line_of(_TEMPLATE, chosen, images=content.images)
    if page > 1 and down < _SPARED:
        chosen = _closer_or_wider(content, page, down)
    return typeset(_TEMPLATE, chosen, at=None, images=content.images)


def _closer_or_wider(content: Content, page: int, down: float) -> dict[str, Any]:
    """What ends on page `page`, set closer where it then ends a page before; else, if little is on it, wider."""
    for spacing in _CLOSER:
        closer = _spaced(content.data, spacing)
        if last_line_of(_TEMPLATE, closer, images=content.images)[0] < page:
            return closer
    for spacing in _WIDER if down < _LITTLE else ():
        wider = _spaced(content.data, spacing)
        if last_line_of(_TEMPLATE, wider, images=content.images)[1] > _LITTLE:
            return wider
    return _spaced(content.data, _USUAL)


def _spaced(data: dict[str, Any], spacing: tuple[float, float]) -> dict[str, Any]:
    line, part = spacing
    return {**data, "spacing": {"line": line, "part": part}}
