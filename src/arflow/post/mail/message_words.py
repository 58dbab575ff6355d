"""What a message says: the words of its pages, and which of the dresses that they come in (RFC 2046 5.1.4)."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from arflow.post.mail.part_text import sound

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# What begins on a line of its own.
_LINES = (
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "main",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "textarea",
        "title",
        "ul",
    ),
    *("table", "tbody", "td", "th", "thead", "tr"),
)
_STRUCK = "//s | //strike | //del | //*[contains(translate(@style, ' ', ''), 'line-through')]"
# Signs that fill a page and say nothing: the place of a picture, and blanks that count as letters.
_FILLERS = "\ufffc\u2800\u3164\u115f\u1160<>|=+~^`"
_PICTURE = re.compile(r"\[(?:image|cid|inline|bild|attachment)\b[^\]\n]{0,300}\]", re.IGNORECASE)


def says(text: str) -> bool:
    """Whether a text has words: letters, digits or signs that can be seen, besides pictures' places and drawn lines."""
    return any(unicodedata.category(sign)[0] in "LNS" and sign not in _FILLERS for sign in _PICTURE.sub("", text))


def best_of(texts: Sequence[str], pages: Sequence[str]) -> str:
    """Of alternatives the best that has words: plain text, or the page where that says more, or both where they differ."""
    plain = next((one for one in texts if says(one)), "")
    page = next((one for one in reversed(pages) if says(one)), "")
    if not plain or not page:
        return plain or page
    on_page, in_plain = _words(page), _words(plain)
    common = 2 * len(on_page & in_plain)
    if common >= len(on_page):
        return plain
    return page if common >= len(in_plain) else f"{plain}\n{page}"


def _words(text: str) -> set[str]:
    return {found.casefold() for found in re.findall(r"\w+", text)}


def words_of_page(page: str) -> str:
    """The words of an HTML page, without scripts, styles and comments; `[struck out: …]` marks what a page strikes out."""
    from lxml import etree, html

    reader = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(page.replace("\0", "").encode(), parser=reader)
    except (etree.ParserError, ValueError):
        return ""
    for hidden in root.xpath("//script | //style"):
        hidden.drop_tree()
    _lay_out(root)
    for struck in root.xpath(_STRUCK):
        if says("".join(struck.itertext())):
            struck.text, struck.tail = f"[struck out: {struck.text or ''}", f"]{struck.tail or ''}"
    lines = "".join(str(text) for text in root.itertext()).splitlines()
    return sound("\n".join(line.strip() for line in lines if line.strip()))


def _lay_out(root: "HtmlElement") -> None:
    """Write line ends where a page shows them, and blanks elsewhere."""
    for one in root.iter():
        kept = one.tag in ("pre", "textarea")
        end = "\n" if one.tag in _LINES else ""
        one.text = end + (one.text or "" if kept else re.sub(r"[ \t\r\n]+", " ", one.text or ""))
        one.tail = end + re.sub(r"[ \t\r\n]+", " ", one.tail or "")
