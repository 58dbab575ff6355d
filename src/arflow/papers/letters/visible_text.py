"""What a page shows its reader: its words, those it hides left out, and what it asks for from elsewhere."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|(opacity|font-size)\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE
)
_NOT_SHOWN = ("script", "style", "template", "noscript", "object")
NOT_PRINTED = ("svg", "math", "object", "embed", "iframe", "video", "audio", "canvas")
_BLOCKS = ("p", "h1", "h2", "h3", "h4", "li", "address", "th", "td", "dt", "dd")
_ASKS = ("src", "srcset", "data", "poster", "background", "xlink:href")
_IN_STYLE = re.compile(r"url\(\s*['\"]?(?!data:|#)([^'\")]+)|@import\s+['\"]?([^'\";]+)", re.IGNORECASE)


def shown(html: str) -> str:
    """The words of a page that a reader sees, a paragraph a line; ValueError where it is no page."""
    body = body_of(seen_page(html))
    for line_break in body.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    lines = []
    for block in body.iter(*_BLOCKS):
        words = "\n".join(" ".join(line.split()) for line in block.text_content().splitlines() if line.strip())
        if words:
            lines.append(f"{_mark_of(block)}{words}")
    return "\n\n".join(lines) + "\n"


def _mark_of(block: "HtmlElement") -> str:
    """What stands before an item of a list: its number, or a dash."""
    around = block.getparent()
    if block.tag != "li" or around is None:
        return ""
    if around.tag != "ol":
        return "- "
    start = around.get("start", "1")
    first = int(start) if start.isascii() and start.isdigit() else 1
    return f"{first + [child for child in around if child.tag == 'li'].index(block)}. "


def seen_page(html: str) -> "HtmlElement":
    """A page without what a reader does not see; ValueError where it is no page."""
    page: HtmlElement = _page(html)
    for element in [found for found in body_of(page).iter() if _is_hidden(found)]:
        element.drop_tree()
    return page


def all_words(html: str) -> str:
    """Every word of a page, wherever it stands and whether it is seen or not."""
    return " ".join(" ".join(body_of(_page(html)).itertext()).split())


def page_faults(html: str) -> Iterator[str]:
    """What a page must not do: hide words by a style sheet, run a script, or load anything from outside the page."""
    page = _page(html)
    sheets = [sheet.text or "" for sheet in page.iter("style")]
    if hidden := next(filter(None, map(_HIDES.search, sheets)), None):
        yield f"its style sheet hides words ({hidden[0]}): take that out"
    if next(page.iter("script"), None) is not None:
        yield "it has a script: take it out"
    for element in dict.fromkeys(found.tag for found in page.iter(*NOT_PRINTED)):
        yield f"it has <{element}>, which is not printed: put a picture (data:, as PNG, JPEG or SVG) in its place"
    for asked in dict.fromkeys(_asked(page, sheets)):
        yield f"it asks for {asked}, and a letter fetches nothing: put it into the page (a picture as data:)"


def _asked(page: "HtmlElement", sheets: list[str]) -> Iterator[str]:
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        links = [element.get("href")] if element.tag not in ("a", "area") else []
        links += [element.get(name) for name in _ASKS]
        yield from (link for link in links if link and not link.startswith(("data:", "#")))
    styles = [*sheets, *(element.get("style", "") for element in page.iter() if isinstance(element.tag, str))]
    for style in styles:
        yield from (found[1] or found[2] for found in _IN_STYLE.finditer(style))


def body_of(page: "HtmlElement") -> Any:
    """The body of a page; ValueError where it has none."""
    body = page.find("body")
    if body is None:
        raise ValueError("it has no body")
    return body


def _page(html: str) -> Any:
    from lxml.etree import ParserError
    from lxml.html import document_fromstring

    try:
        return document_fromstring(html)
    except ParserError as error:
        raise ValueError("it is empty") from error


def _is_hidden(element: "HtmlElement") -> bool:
    if not isinstance(element.tag, str) or element.getparent() is None:
        return False
    return (
        element.tag in _NOT_SHOWN or element.get("hidden") is not None or bool(_HIDES.search(element.get("style", "")))
    )
