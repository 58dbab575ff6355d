"""The marked copy as a Word file with real tracked changes: accepting all gives the amended plan, rejecting all the plan."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from arflow.papers.plan_text import change_labels
from arflow.papers.plan_text.differences import Piece
from arflow.papers.plan_text.lines import GUARD, NO_ITEMS
from arflow.papers.plan_text.marked_plan import MarkedItem, MarkedPlan, MarkedSection
from arflow.papers.plan_text.outline import begins_something
from arflow.papers.plan_text.word_file import CONTINUED, ITEM, NOTE, new_document, saved

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from arflow.papers.plan_text.amendments import Change

    Element = Any  # python-docx's elements and lxml's are one thing with two types

_TRACKED = {"added": "w:ins", "removed": "w:del"}


def as_marked_word(marked: MarkedPlan) -> bytes:
    """The .docx file; views and advice are Word comments beside the changes, the key stands at the head of each page."""
    writer = _Writer(marked)
    for section in marked.sections:
        writer.section(section)
    return saved(writer.document)


class _Writer:
    """Writes paragraphs whose words and ends are kept, added or removed."""

    def __init__(self, marked: MarkedPlan) -> None:
        self.document: Document = new_document("EHC plan")
        self._at = marked.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._id = 0
        head = self.document.sections[0].header
        head.paragraphs[0].text = change_labels.WORD_KEY
        head.paragraphs[0].style = self.document.styles[NOTE]

    def section(self, section: MarkedSection) -> None:
        """A section with its items; where it is or would be empty, a line says so."""
        self.document.add_heading(f"Section {section.letter}: {section.title}", level=2)
        kinds = {item.change.kind if item.change else "keep" for item in section.items}
        if not kinds:
            self._write([Piece("kept", NO_ITEMS)], change_labels.OWN_AUTHOR, end="kept", style=NOTE)
        elif kinds == {"add"}:
            self._write([Piece("removed", NO_ITEMS)], change_labels.OWN_AUTHOR, end="removed", style=NOTE)
        for item in section.items:
            self._item(item)
        if kinds == {"remove"}:
            self._write([Piece("added", NO_ITEMS)], change_labels.OWN_AUTHOR, end="added", style=NOTE)

    def _item(self, item: MarkedItem) -> None:
        author = change_labels.proposer(item.change) if item.change else ""
        kind = item.change.kind if item.change else "keep"
        end = {"add": "added", "remove": "removed"}.get(kind, "kept")
        paragraphs = self._write(item.pieces, author, end=end, style=ITEM)
        if item.change:
            self._comment(paragraphs, item.change)

    def _write(self, pieces: Sequence[Piece], author: str, *, end: str, style: str) -> "list[Paragraph]":
        written: list[Paragraph] = []
        first_has_ended = False
        for line, ending in _lines(pieces, end):
            # Word gives paragraphs that become one the style of the last: the first may then look like a further one.
            paragraph = self.document.add_paragraph(style=CONTINUED if first_has_ended and style == ITEM else style)
            first_has_ended = first_has_ended or ending == "kept"
            for piece in _guarded(line) if written else line:
                self._run(paragraph, piece, author)
            if ending != "kept":
                marks = _child(paragraph._p.get_or_add_pPr(), "w:rPr")
                marks.append(self._tracked(ending, author))
            written.append(paragraph)
        return written

    def _run(self, paragraph: "Paragraph", piece: Piece, author: str) -> None:
        from docx.oxml.ns import qn

        run = paragraph.add_run(piece.text)
        if piece.kind == "kept":
            return
        element: Element = run._r
        tracked = self._tracked(piece.kind, author)
        element.addprevious(tracked)
        tracked.append(element)
        if piece.kind == "removed":
            for text in element.findall(qn("w:t")):
                text.tag = qn("w:delText")

    def _tracked(self, kind: str, author: str) -> "Element":
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        self._id += 1
        element: Element = OxmlElement(_TRACKED[kind])
        for name, value in (("w:id", str(self._id)), ("w:author", author), ("w:date", self._at)):
            element.set(qn(name), value)
        return element

    def _comment(self, paragraphs: "list[Paragraph]", change: "Change") -> None:
        """A comment on the whole item, whose mark is inside what would be added or removed with it."""
        said = [change_labels.heading(change), *map(change_labels.view, change.views), change_labels.advice(change)]
        said = list(filter(None, said))
        first: Element = paragraphs[0]._p
        last: Element = paragraphs[-1]._p
        comment = self.document.comments.add_comment("\n".join(said), author=change_labels.OWN_AUTHOR, initials="PA")
        start, stop, reference = (_numbered(name, comment.comment_id) for name in _RANGE)
        first.insert(1, start)  # after the paragraph's properties
        last.append(stop)
        run = _child(last, "w:r")
        run.append(reference)
        if change.kind != "reword":
            tracked = self._tracked("added" if change.kind == "add" else "removed", change_labels.proposer(change))
            run.addprevious(tracked)
            tracked.append(run)


_RANGE = ("w:commentRangeStart", "w:commentRangeEnd", "w:commentReference")


def _numbered(name: str, number: int) -> "Element":
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element: Element = OxmlElement(name)
    element.set(qn("w:id"), str(number))
    return element


def _child(parent: "Element", name: str) -> "Element":
    from docx.oxml import OxmlElement

    element: Element = OxmlElement(name)
    parent.append(element)
    return element


def _guarded(line: list[Piece]) -> list[Piece]:
    """A line of words that would be read as the start of something, before or after, with what tells that it is none."""
    views = ("".join(piece.text for piece in line if piece.kind != left_out) for left_out in ("added", "removed"))
    if not any(map(begins_something, views)):
        return line
    before = next((at for at, piece in enumerate(line) if piece.kind == "kept"), len(line)) + 1
    return [Piece(piece.kind, GUARD + piece.text) for piece in line[:before]] + line[before:]


def _lines(pieces: Sequence[Piece], end: str) -> Iterator[tuple[list[Piece], str]]:
    """The pieces of each paragraph, with whether the end of the paragraph is kept, added or removed."""
    line: list[Piece] = []
    for piece in pieces:
        first, *more = piece.text.split("\n")
        line += [Piece(piece.kind, first)] if first else []
        for text in more:
            yield line, piece.kind
            line = [Piece(piece.kind, text)] if text else []
    yield line, end
