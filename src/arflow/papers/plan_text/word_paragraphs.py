"""The paragraphs and rows of a Word file as they read with its tracked changes accepted, and with them rejected."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from docx.oxml.ns import qn  # the modules that read Word files are loaded only where one is read

from arflow.papers.plan_text.outline import GUARD, Line

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

View = Literal["accepted", "rejected"]
# Where text stands that the other view does not have; moved text is removed in one place and added in another.
ADDED = frozenset(map(qn, ("w:ins", "w:moveTo", "w:cellIns")))
_REMOVED = frozenset(map(qn, ("w:del", "w:moveFrom", "w:cellDel")))
TRACKED = ADDED | _REMOVED
_PASSED = frozenset(map(qn, ("w:pPr", "w:instrText", "w:delInstrText", "w:rPr", "w:txbxContent", "w:sdtPr")))
_TEXT = frozenset(map(qn, ("w:t", "w:delText")))
_AS_TEXT: Mapping[str, str] = {
    qn("w:tab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "\N{NON-BREAKING HYPHEN}",
}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BULLET = "• "


class Numbers:
    """How paragraphs are numbered by Word itself: the number stands in no text, so it is counted here."""

    def __init__(self, document: "Document") -> None:
        self._kinds = dict(_kinds(document))
        self._styles = {style.style_id: style for style in document.styles}

    def kind(self, paragraph: "Element") -> Literal["counted", "bullet"] | None:
        """Whether the paragraph is one of a list, and of which kind; what is nested in a list is a bullet of it."""
        found = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if found is None:
            found = self._by_style(paragraph)
        if found is None:
            return None
        number, level = found.find(qn("w:numId")), found.find(qn("w:ilvl"))
        kind = None if number is None else self._kinds.get(str(number.get(qn("w:val"))))
        deeper = level is not None and level.get(qn("w:val")) != "0"
        return "bullet" if kind and deeper else kind

    def _by_style(self, paragraph: "Element") -> Any:
        style = self._styles.get(_style_id(paragraph))
        while style is not None:
            found = style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if found is not None:
                return found
            style = getattr(style, "base_style", None)
        return None


def _kinds(document: "Document") -> Iterator[tuple[str, Literal["counted", "bullet"]]]:
    from docx.opc.constants import RELATIONSHIP_TYPE

    related = {one.reltype: one for one in document.part.rels.values()}
    if RELATIONSHIP_TYPE.NUMBERING not in related:
        return
    numbering = document.part.numbering_part.element
    formats = {}
    for abstract in numbering.iterchildren(qn("w:abstractNum")):
        first = abstract.find(f"{qn('w:lvl')}/{qn('w:numFmt')}")
        formats[abstract.get(qn("w:abstractNumId"))] = "" if first is None else first.get(qn("w:val"))
    for one in numbering.iterchildren(qn("w:num")):
        abstract = one.find(qn("w:abstractNumId"))
        kind = formats.get("" if abstract is None else abstract.get(qn("w:val")), "")
        yield str(one.get(qn("w:numId"))), "bullet" if kind in ("bullet", "none", "") else "counted"


def _style_id(paragraph: "Element") -> str:
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if found is None else str(found.get(qn("w:val")))


class WordText:
    """Reads a Word file in either view; a paragraph is known by its place, which is the same in both."""

    def __init__(self, document: "Document") -> None:
        self._body = document.element.body
        self._numbers = Numbers(document)
        self._styles = {style.style_id: str(style.name).lower() for style in document.styles}
        self.places = {paragraph: f"paragraph {at}" for at, paragraph in enumerate(self._body.iter(qn("w:p")), start=1)}

    def lines(self, view: View) -> Iterator[Line]:
        """All paragraphs and rows as the view has them."""
        return self._blocks(self._body, view)

    def _blocks(self, container: "Element", view: View) -> Iterator[Line]:
        open_paragraphs: list[Element] = []
        for block in _blocks_of(container):
            if block.tag == qn("w:p"):
                open_paragraphs.append(block)
                if _mark_is_there(block, view):
                    yield self._line(open_paragraphs, view)
                    open_paragraphs = []
            else:
                for row in block.iter(qn("w:tr")):
                    if row.getparent() is block and _is_there(row, "w:trPr", view):
                        yield from self._row(row, view)
        if open_paragraphs:
            yield self._line(open_paragraphs, view)

    def _row(self, row: "Element", view: View) -> Iterator[Line]:
        cells = [cell for cell in row.iterdescendants(qn("w:tc")) if next(cell.iterancestors(qn("w:tr"))) is row]
        inside = [list(self._blocks(cell, view)) for cell in cells if _is_there(cell, "w:tcPr", view)]
        filled = [lines for lines in inside if any("".join(line.cells).strip() for line in lines)]
        if len(filled) == 1:
            yield from filled[0]
        elif filled:
            texts = tuple("\n".join(text for line in lines for text in line.cells) for lines in filled)
            sources = tuple(source for lines in filled for line in lines for source in line.sources)
            yield Line(place=filled[0][0].place, cells=texts, sources=sources)

    def _line(self, paragraphs: "list[Element]", view: View) -> Line:
        """Paragraphs that are one in this view, read in the style of the first that has words."""
        texts = {paragraph: text_of(paragraph, view) for paragraph in paragraphs}
        known = max(paragraphs, key=lambda one: (len(text_of(one, "both")), len(texts[one])))
        others = [one for one in paragraphs if texts[one] and one is not known]
        first = next((one for one in paragraphs if texts[one]), paragraphs[-1])
        style, kind = self._styles.get(_style_id(first), ""), self._numbers.kind(first)
        heading = None if not style.startswith(("heading", "title", "toc")) else not style.startswith("toc")
        return Line(
            place=self.places[known],
            cells=((_BULLET if kind == "bullet" else "") + "".join(texts.values()),),
            heading=heading,
            continued="".join(texts.values()).startswith(GUARD),
            counted=kind == "counted" and not heading,
            sources=tuple(self.places[one] for one in (known, *others)),
        )


def text_of(paragraph: "Element", view: View | Literal["both"]) -> str:
    """What stands in a paragraph in the view, or in both views."""
    passed = (
        _PASSED | (frozenset() if view == "rejected" else _REMOVED) | (frozenset() if view == "accepted" else ADDED)
    )
    return "".join(_texts(paragraph, passed))


def _texts(element: "Element", passed: frozenset[str]) -> Iterator[str]:
    for child in element:
        if child.tag in passed or child.tag == _FALLBACK:
            continue
        if child.tag in _TEXT:
            yield child.text or ""
        elif child.tag in _AS_TEXT:
            yield _AS_TEXT[str(child.tag)]
        else:
            yield from _texts(child, passed)


def _blocks_of(container: "Element") -> "Iterator[Element]":
    for child in container:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml")):
            yield from _blocks_of(child)


def _mark_is_there(paragraph: "Element", view: View) -> bool:
    marks = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
    return marks is None or not any(mark.tag in _not_in(view) for mark in marks)


def _is_there(part: "Element", properties: str, view: View) -> bool:
    found = part.find(qn(properties))
    return found is None or not any(mark.tag in _not_in(view) for mark in found)


def _not_in(view: View) -> frozenset[str]:
    return _REMOVED if view == "accepted" else ADDED
