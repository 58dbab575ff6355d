"""A web page as the paragraphs and tables of a Word file."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from arflow.papers.word_files.fields import NOT_TICKED, TICKED
from arflow.papers.word_files.own_names import HEADING, LABEL, text_element

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_UNSEEN = frozenset(("head", "script", "style", "title", "template", "noscript", "object", "iframe"))
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_BLOCKS = _HEADINGS.union(
    ("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset"),
    ("figcaption", "figure", "footer", "form", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p"),
    ("pre", "section", "summary", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
)
_STRUCK, _NEW = frozenset(("s", "strike", "del")), frozenset(("ins", "u"))
_DEEPEST = 150  # elements in elements
_NONE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]+charset|<\?xml[^>]+encoding", re.IGNORECASE)


def blocks_of_page(content: bytes | str) -> "list[Element] | None":
    """What a browser shows of the page, as `w:p` and `w:tbl`; None where it is nested deeper than any page."""
    from lxml import html

    coded = _coded(content) or "<p></p>"
    root = html.document_fromstring(coded, parser=html.HTMLParser(huge_tree=True))
    if _depth(root) > _DEEPEST:
        return None
    writer = _Writer()
    writer.block(root, heading=False, label="")
    writer.end()
    return writer.blocks


def _depth(root: "Element") -> int:
    from lxml.etree import iterwalk

    deepest = depth = 0
    for event, _ in iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _coded(content: bytes | str) -> bytes | str:
    """Bytes that name their coding as they are; others as UTF-8 if they can be, and else as Windows writes."""
    if isinstance(content, str) or _CHARSET.search(content[:4096]) or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


class _Writer:
    """Collects the words of a page into paragraphs."""

    def __init__(self) -> None:
        self.blocks: list[Element] = []
        self._paragraph: Any = None
        self._heading, self._label, self._struck, self._new = False, "", False, False
        self._counts: dict[Element, int] = {}

    def block(self, element: "Element", *, heading: bool, label: str) -> None:
        """The words of one element and all in it."""
        self._heading, self._label = heading, label
        self._words(element.text)
        for child in element:
            if isinstance(child.tag, str) and not _is_unseen(child):
                self._child(child, str(child.tag).lower())
                self._heading = heading
            self._words(child.tail)

    def _child(self, child: "Element", tag: str) -> None:
        if tag == "table":
            self.end()
            self.blocks.append(_table(child))
        elif tag == "br":
            self._append(OxmlElement("w:br"))
        elif tag == "input":
            self._words(_shown_input(child))
        elif tag == "select":
            options = list(child.iter("option"))
            chosen = next((one for one in options if "selected" in one.attrib), options[0] if options else None)
            self._words("" if chosen is None else "".join(str(text) for text in chosen.itertext()))
        elif tag in _BLOCKS:
            self.end()
            self.block(child, heading=tag in _HEADINGS, label=self._number(child) if tag == "li" else self._label)
            self.end()
        else:
            before = self._struck, self._new
            self._struck, self._new = self._struck or tag in _STRUCK, self._new or tag in _NEW
            self.block(child, heading=self._heading, label=self._label)
            self._struck, self._new = before

    def _number(self, item: "Element") -> str:
        """What stands before an item of a list."""
        parent = item.getparent()
        if parent is None or parent.tag != "ol":
            return "•"
        start = str(parent.get("start") or "1")
        self._counts[parent] = self._counts.get(parent, int(start) - 1 if start.isdecimal() else 0) + 1
        return f"{self._counts[parent]}."

    def _words(self, words: str | None) -> None:
        if words and (words.strip() or self._paragraph is not None):
            self._append(text_element(re.sub(r"[ \t\r\n]+", " ", words)))

    def _append(self, element: "Element") -> None:
        if self._paragraph is None:
            self._paragraph = OxmlElement("w:p")
            if self._heading:
                self._paragraph.set(HEADING, "1")
            if self._label:
                self._paragraph.set(LABEL, self._label)
                self._label = ""
        run: Any = OxmlElement("w:r")
        if self._struck:
            run.get_or_add_rPr().append(OxmlElement("w:strike"))
        if self._new:
            line = OxmlElement("w:u")
            line.set(qn("w:val"), "single")
            run.get_or_add_rPr().append(line)
        run.append(element)
        self._paragraph.append(run)

    def end(self) -> None:
        """The paragraph is at its end."""
        if self._paragraph is not None:
            self.blocks.append(self._paragraph)
        self._paragraph = None


def _is_unseen(element: "Element") -> bool:
    hidden = "hidden" in element.attrib or _NONE.search(str(element.get("style") or ""))
    return bool(hidden) or str(element.tag).lower() in _UNSEEN


def _shown_input(element: "Element") -> str:
    match str(element.get("type") or "text").lower():
        case "checkbox" | "radio":
            return TICKED if "checked" in element.attrib else NOT_TICKED
        case "hidden" | "password" | "file" | "image":
            return ""
        case _:
            return str(element.get("value") or "")


def _table(element: "Element") -> "Element":
    table: Any = OxmlElement("w:tbl")
    for row in _rows(element):
        written = OxmlElement("w:tr")
        for cell in row.iterchildren("td", "th"):
            inside = _Writer()
            inside.block(cell, heading=False, label="")
            inside.end()
            made = OxmlElement("w:tc")
            made.extend(inside.blocks or [OxmlElement("w:p")])
            written.append(made)
        table.append(written)
    return table  # type: ignore[no-any-return]


def _rows(table: "Element") -> "Iterator[Element]":
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")
