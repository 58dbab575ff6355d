"""What a Word file brings in from another file kept in it (`w:altChunk`), as exports from web pages do."""

from collections.abc import Callable
from copy import deepcopy
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import msgspec
from docx.oxml.ns import qn

from arflow.papers.word_files.own_names import HEADING, LABEL, drop, paragraph_of
from arflow.papers.word_files.package import too_large
from arflow.papers.word_files.web_page import blocks_of_page

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

_DEEPEST = 3
_MOST_TAGS, _MOST_ELEMENTS = 50_000, 200_000  # of one part; of all parts
_RELATION = qn("r:id")


class Unreadable(msgspec.Struct, frozen=True):
    """A part that Word shows and that cannot be read here: the paragraph before it, and what it is."""

    after: "Element | None"
    kind: str


def read_imported(
    document: "Document", name: str, opened: "Callable[[bytes], Document]", depth: int
) -> list[Unreadable]:
    """Put the text of each imported part in its place; `opened` opens a Word file and makes it as it is shown."""
    unreadable, elements = [], 0
    for one in list(document.element.body.iter(qn("w:altChunk"), qn("w:subDoc"))):
        blocks = _blocks(document, one, opened, depth)
        if blocks is None:
            unreadable.append(Unreadable(one.getprevious(), _kind(document, one)))
        elements += sum(sum(1 for _ in block.iter()) for block in blocks or ())
        if elements > _MOST_ELEMENTS:
            raise too_large(name)
        for block in blocks or ():
            one.addprevious(block)
        drop(one)
    return unreadable


def _blocks(
    document: "Document", chunk: "Element", opened: "Callable[[bytes], Document]", depth: int
) -> "list[Element] | None":
    part = _part(document, chunk)
    if part is None or chunk.tag == qn("w:subDoc") or depth >= _DEEPEST:
        return None
    content: bytes = part.blob
    match _kind(document, chunk):
        case kind if "html" in kind:
            return None if content.count(b"<") > _MOST_TAGS else blocks_of_page(content)
        case kind if kind.startswith("text/plain"):
            return None if content.count(b"\n") > _MOST_TAGS else _lines(_decoded(content))
        case "message/rfc822":
            page = message_from_bytes(content, policy=policy.default).get_body(("html", "plain"))
            words = "" if page is None else str(page.get_content())
            plain = page is not None and page.get_content_type() == "text/plain"
            return None if words.count("<") > _MOST_TAGS else _lines(words) if plain else blocks_of_page(words)
        case kind if "wordprocessingml.document" in kind:
            return _of_word(opened(content))
        case _:
            return None


def _lines(text: str) -> "list[Element]":
    return [paragraph_of(line) for line in text.splitlines()]


def _of_word(document: "Document") -> "list[Element]":
    """The blocks of another Word file, with what its styles and lists add written on each."""
    from arflow.papers.word_files.numbering import Numbers

    numbers = Numbers(document)
    styles = {style.style_id: str(style.name).lower() for style in document.styles}
    for paragraph in document.element.body.iter(qn("w:p")):
        if label := numbers.label(paragraph):
            paragraph.set(LABEL, label)
        properties = paragraph.find(qn("w:pPr"))
        for name in ("w:numPr", "w:pStyle"):
            found = None if properties is None else properties.find(qn(name))
            if found is not None:
                if styles.get(str(found.get(qn("w:val"))), "").startswith(("heading", "title")):
                    paragraph.set(HEADING, "1")
                drop(found)
    return [deepcopy(one) for one in document.element.body if one.tag != qn("w:sectPr")]


def _part(document: "Document", chunk: "Element") -> Any:
    related = document.part.rels.get(str(chunk.get(_RELATION)))
    return None if related is None or related.is_external else related.target_part


def _kind(document: "Document", chunk: "Element") -> str:
    part = _part(document, chunk)
    if part is None:
        return "another file"
    kind = str(part.content_type).lower()
    named = str(part.partname).rpartition(".")[2].lower()
    return {"htm": "text/html", "html": "text/html", "mht": "message/rfc822", "docx": _WORD, "txt": "text/plain"}.get(
        named if "/" not in kind or kind in ("application/octet-stream", "application/xml") else "", kind
    )


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252", "replace")
