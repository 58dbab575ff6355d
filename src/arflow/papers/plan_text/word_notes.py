"""What a Word file shows beside the text of the plan, so that a note names it: headers, comments, diagrams, changes of format."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from arflow.papers.plan_text.change_labels import OWN_AUTHORS, WORD_KEY
from arflow.papers.plan_text.lines import Passed
from arflow.papers.plan_text.plan_text import tidy
from arflow.papers.plan_text.word_paragraphs import ADDED, TEXT, TRACKED, WordText
from arflow.papers.word_files.asides import choose_alternatives
from arflow.words import counted

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

    from arflow.papers.word_files.as_shown import Shown

_OWN_KEY = tidy(WORD_KEY).partition(" Text")[0]
_DRAWING_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_CHART_VALUE = "{http://schemas.openxmlformats.org/drawingml/2006/chart}v"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_CHANGED_FORMATS = "rPr pPr tblPr tcPr trPr sectPr tblGrid tblPrEx numbering"
_FORMATS = (*(qn(f"w:{kind}Change") for kind in _CHANGED_FORMATS.split()), qn("w:cellMerge"))


def passed_over(shown: "Shown", words: WordText) -> Iterator[Passed]:
    """All that Word shows and no line has, and what is hidden in it; to be asked once the lines were read."""
    for holder, hidden in shown.hidden:
        yield Passed(place=words.places.get(holder, "the text"), why="hidden text", words=tidy(hidden))
    for name, root in headers_and_footers(shown.document):
        said = "\n".join(filter(None, (tidy(_said(one)) for one in root.iter(qn("w:p")))))
        if said and not said.startswith(_OWN_KEY):
            yield Passed(place=name, why=name.partition(" ")[0], words=said)
    yield from _unread(shown.document.element.body, words)
    yield from _drawn(shown.document)


def headers_and_footers(document: "Document") -> "Iterator[tuple[str, Element]]":
    """Each header and footer that is used, once."""
    from docx.oxml.parser import parse_xml

    used = {
        str(one.get(qn("r:id"))) for one in document.element.body.iter(qn("w:headerReference"), qn("w:footerReference"))
    }
    for name, related in document.part.rels.items():
        kind = related.reltype.rpartition("/")[2]
        if kind in ("header", "footer") and not related.is_external and name in used:
            element: Element | None = getattr(related.target_part, "element", None)
            yield kind, parse_xml(related.target_part.blob) if element is None else element


def _unread(body: "Element", words: WordText) -> Iterator[Passed]:
    """The net below the walk: text of a kind that it does not know."""
    for one in body.iter(*TEXT, _DRAWING_TEXT):
        if one not in words.seen and (said := tidy(str(one.text or ""))):
            paragraph = next(one.iterancestors(qn("w:p")), None)
            place = "the text" if paragraph is None else words.places.get(paragraph, "the text")
            twice = all(next(one.iterancestors(*kinds), None) is not None for kinds in (ADDED, TRACKED - ADDED))
            yield Passed(place=place, why="put in and taken out again" if twice else "not understood", words=said)


def _drawn(document: "Document") -> Iterator[Passed]:
    from docx.oxml.parser import parse_xml

    for related in document.part.rels.values():
        kind = related.reltype.rpartition("/")[2]
        if kind in ("chart", "diagramData") and not related.is_external:
            root = parse_xml(related.target_part.blob)
            said = [tidy(str(one.text or "")) for one in root.iter(_DRAWING_TEXT, _CHART_VALUE)]
            if words := " ".join(filter(None, said)):
                yield Passed(place="a chart" if kind == "chart" else "a diagram", why="drawn", words=words)


def comments_and_formats(shown: "Shown", words: WordText, placed: Mapping[str, str]) -> Iterator[str]:
    """Each comment with who made it and on what, and how many changes are of format alone."""
    document = shown.document
    for author, place, text in _comments(shown, words):
        if author not in OWN_AUTHORS:
            yield f"comment by {author or 'nobody named'} on {placed.get(place, place)}: {' / '.join(text.splitlines())}"
    held = document.element.body.iter(_PICTURE, _OLD_PICTURE, qn("w:object"))
    holders = dict.fromkeys(next(one.iterancestors(qn("w:p")), None) for one in held)
    if at := [words.places.get(one, "the text") for one in holders if one is not None]:
        yield f"no words are read from pictures and embedded files: {', '.join(at)}"
    if formats := sum(1 for _ in document.element.body.iter(*_FORMATS)):
        yield f"{counted(formats, 'change')} of format alone, which leave the words as they are"


def own_comments(shown: "Shown", words: WordText, placed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The comments that a marked copy of ours came with: the item, or place, that each is on, and its lines."""
    for author, place, text in _comments(shown, words):
        if author in OWN_AUTHORS:
            yield placed.get(place, place), text


def _comments(shown: "Shown", words: WordText) -> Iterator[tuple[str, str, str]]:
    """Each comment that stands in the text: its author, its place and its words."""
    places = {
        str(one.get(qn("w:id"))): words.places.get(paragraph, "the text")
        for one in shown.document.element.body.iter(qn("w:commentReference"))
        if (paragraph := next(one.iterancestors(qn("w:p")), None)) is not None
    }
    for comment in shown.document.comments if places else ():
        if place := places.get(str(comment.comment_id)):
            yield comment.author, place, tidy(comment.text)


def _said(paragraph: "Element") -> str:
    choose_alternatives(paragraph)
    return "".join(str(one.text or "") for one in paragraph.iter(*TEXT))
