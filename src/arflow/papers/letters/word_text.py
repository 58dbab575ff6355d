"""What a Word document says: in its body, tables, boxes, headers, footers and notes; and what a template must not bring."""

import io
from collections.abc import Iterator
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SAYING = ("document", "header", "footer", "footnotes", "endnotes")
# What a link to a page or an address is; every other part from elsewhere is fetched when the letter is opened.
_LINK = "/hyperlink"
_FETCHING_FIELDS = frozenset({"INCLUDEPICTURE", "INCLUDETEXT", "DDE", "DDEAUTO", "LINK", "IMPORT"})


def shown_of(content: bytes) -> str:
    """The words of a Word document that a reader sees, a paragraph a line; hidden type is left out."""
    return "\n".join(_lines(content, hidden=False)) + "\n"


def all_of(content: bytes) -> str:
    """Every word of a Word document, hidden or not."""
    return "\n".join(_lines(content, hidden=True)) + "\n"


def faults_of(document: Any) -> Iterator[str]:
    """What a template must not bring: macros, and parts, pictures or words that are fetched from elsewhere."""
    for part in document.part.package.iter_parts():
        if "vbaProject" in part.partname or "macroEnabled" in part.content_type:
            yield "the template has macros: save it as .docx without them"
        for link in part.rels.values():
            if link.is_external and not link.reltype.endswith(_LINK):
                kind = link.reltype.rpartition("/")[2]
                yield f"the template fetches its {kind} from elsewhere ({link.target_ref}): put it into the document"
        if part.partname.endswith(".xml") and _FETCHING_FIELDS & _fields(part.blob):
            yield "the template has a field that fetches from elsewhere: put what it fetches into the document"


def _fields(blob: bytes) -> set[str]:
    from lxml import etree

    root = etree.fromstring(blob)
    said = [found.text or "" for found in root.iter(f"{_W}instrText")]
    said += [found.get(f"{_W}instr", "") for found in root.iter(f"{_W}fldSimple")]
    return {word.upper() for words in said for word in words.split()[:1]}


def _lines(content: bytes, *, hidden: bool) -> Iterator[str]:
    from docx import Document
    from lxml import etree

    document = Document(io.BytesIO(content))
    unseen = set() if hidden else {style.style_id for style in document.styles if _is_hidden(style.element)}
    for part in document.part.package.iter_parts():
        if any(part.content_type.endswith(f"wordprocessingml.{kind}.main+xml") for kind in _SAYING) or any(
            part.content_type.endswith(f"wordprocessingml.{kind}+xml") for kind in _SAYING
        ):
            yield from _paragraphs(etree.fromstring(part.blob), None if hidden else unseen)


def _paragraphs(root: Any, unseen: set[str] | None) -> Iterator[str]:
    """The words of each paragraph; with the styles whose type is `unseen`, only those that are seen."""
    lines: list[str] = []
    for element in root.iter(f"{_W}p", f"{_W}t", f"{_W}br", f"{_W}tab"):
        if element.tag == f"{_W}p":
            lines.append("")
        elif lines and (unseen is None or not _run_is_hidden(element, unseen)):
            lines[-1] += (element.text or "") if element.tag == f"{_W}t" else " "
    yield from (" ".join(line.split()) for line in lines if line.strip())


def _run_is_hidden(element: Any, unseen: set[str]) -> bool:
    for above in element.iterancestors(f"{_W}r", f"{_W}p"):
        if above.tag == f"{_W}r" and _is_hidden(above):
            return True
        styles = above.findall(f"./*/{_W}rStyle") + above.findall(f"./*/{_W}pStyle")
        if any(style.get(f"{_W}val") in unseen for style in styles):
            return True
    return False


def _is_hidden(element: Any) -> bool:
    vanish = element.find(f"./{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "true") not in ("0", "false", "off")
