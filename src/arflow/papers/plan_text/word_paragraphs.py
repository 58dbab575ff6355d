"""The paragraphs and rows of a Word file as they read with its tracked changes accepted, and with them rejected."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec
from docx.oxml.ns import qn  # the modules that read Word files are loaded only where one is read

from arflow.law.plan_sections import ITEM_ID
from arflow.papers.plan_text.headings import LONGEST_HEADING, heading_of
from arflow.papers.plan_text.lines import GUARD, Line
from arflow.papers.plan_text.table_heads import heads_of, is_heading_row, labels_of
from arflow.papers.word_files.numbering import BULLET, Numbers
from arflow.papers.word_files.own_names import ASIDE, HEADING, KIND, LABEL, UNFILLED, is_on
from arflow.papers.word_files.styles import Styles, style_id

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

View = Literal["accepted", "rejected"]
# Where text stands that the other view does not have; moved text is removed in one place and added in another.
ADDED = frozenset(map(qn, ("w:ins", "w:moveTo", "w:cellIns")))
_REMOVED = frozenset(map(qn, ("w:del", "w:moveFrom", "w:cellDel")))
TRACKED = ADDED | _REMOVED
TEXT = frozenset((qn("w:t"), qn("w:delText")))
_PASSED = frozenset(map(qn, ("w:pPr", "w:instrText", "w:delInstrText", "w:rPr", "w:sdtPr", "w:txbxContent")))
_AS_TEXT: Mapping[str, str] = {
    qn("w:tab"): " ",
    qn("w:ptab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "\N{NON-BREAKING HYPHEN}",
}
_OWN_NUMBER = re.compile(rf"({ITEM_ID})[.:)]?", re.IGNORECASE)
_WRAPPERS = frozenset(map(qn, ("w:sdt", "w:sdtContent", "w:customXml", "w:smartTag")))


class _Cell(msgspec.Struct, frozen=True):
    """A cell of a row: the column it begins in, and its lines."""

    column: int
    lines: Sequence[Line]

    @property
    def text(self) -> str:
        return "\n".join(text for line in self.lines for text in line.cells)


class WordText:
    """Reads a Word file in either view; a paragraph is known by its place, which is the same in both.

    `seen` are the elements whose words were read.
    """

    def __init__(self, document: "Document") -> None:
        self._document, self._body = document, document.element.body
        self._numbers = Numbers(document)
        self._styles = {style.style_id: str(style.name).lower() for style in document.styles}
        self._looks = Styles(document)
        self.places = dict(_places(self._body))
        self.seen: set[Element] = set()

    def lines(self, view: View) -> Iterator[Line]:
        """All paragraphs and rows as the view has them."""
        self._numbers = Numbers(self._document)
        return self._blocks(self._body, view)

    def _blocks(self, container: "Element", view: View) -> Iterator[Line]:
        open_paragraphs: list[Element] = []
        asides: list[Element] = []
        for block in _children(container, (qn("w:p"), qn("w:tbl"), ASIDE)):
            if block.tag == ASIDE:
                asides.append(block)
                continue
            table = [] if block.tag == qn("w:p") else list(self._table(block, view))
            if open_paragraphs and (table or _mark_is_there(open_paragraphs[-1], view)):
                yield from self._ended(open_paragraphs, asides, view)
                open_paragraphs, asides = [], []
            if block.tag == qn("w:p"):
                open_paragraphs.append(block)
            yield from table
        if open_paragraphs:
            yield from self._ended(open_paragraphs, asides, view)

    def _ended(self, paragraphs: "list[Element]", asides: "list[Element]", view: View) -> Iterator[Line]:
        """The line that some paragraphs are, and what stands beside them."""
        yield self._line(paragraphs, view)
        for aside in asides:
            for line in self._blocks(aside, view):
                yield msgspec.structs.replace(line, aside=True)

    def _table(self, table: "Element", view: View) -> Iterator[Line]:
        rows = [row for row in _children(table, (qn("w:tr"),)) if _is_there(row, "w:trPr", view)]
        heads: tuple[str, ...] = ()
        first = True  # whether no row of items came before
        for at, row in enumerate(rows):
            cells = list(self._cells(row, view))
            filled = [cell for cell in cells if cell.text.strip()]
            texts = tuple(cell.text for cell in filled)
            following = at + 1 < len(rows) or [" ".join(text.split()) for text in texts] == list(filter(None, heads))
            if _heads_section(filled):
                first, heads = True, ()
            said = is_on(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}")) or all(
                line.bold for cell in filled for line in cell.lines if "".join(line.cells).strip()
            )
            if following and len(filled) > 1 and is_heading_row(texts, said=said, first=first, known=heads):
                columns = {cell.column: cell.text for cell in filled}
                heads = heads_of(columns)
                yield self._row_line(filled, cells, heads=True)
            elif len(filled) > 1:
                yield self._row_line(filled, cells, labels=labels_of(heads, [cell.column for cell in filled]))
                first = first and _heads_section(filled)
            else:
                yield from (
                    line for cell in cells for line in cell.lines if "".join(line.cells).strip() or line.unfilled
                )

    def _cells(self, row: "Element", view: View) -> Iterator[_Cell]:
        column = 0
        for cell in _children(row, (qn("w:tc"),)):
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            if _is_there(cell, "w:tcPr", view):
                yield _Cell(column, list(self._blocks(cell, view)))
            width = str(span.get(qn("w:val"), "1")) if span is not None else "1"
            column += int(width) if width.isdecimal() else 1

    @staticmethod
    def _row_line(
        filled: Sequence[_Cell], cells: Sequence[_Cell], *, heads: bool = False, labels: tuple[str, ...] = ()
    ) -> Line:
        sources = tuple(source for cell in filled for line in cell.lines for source in line.sources)
        return Line(
            place=filled[0].lines[0].place,
            cells=tuple(cell.text for cell in filled),
            labels=labels,
            heads=heads,
            bold=all(line.bold for cell in filled for line in cell.lines if "".join(line.cells).strip()),
            unfilled=any(line.unfilled for cell in cells for line in cell.lines),
            sources=sources,
        )

    def _line(self, paragraphs: "list[Element]", view: View) -> Line:
        """Paragraphs that are one in this view, read in the style of the first that has words."""
        texts = {paragraph: self._text_of(paragraph, view) for paragraph in paragraphs}
        known = max(paragraphs, key=lambda one: (len(self._text_of(one, "both")), len(texts[one])))
        others = [one for one in paragraphs if texts[one] and one is not known]
        first = next((one for one in paragraphs if texts[one]), paragraphs[-1])
        text, style = "".join(texts.values()), self._styles.get(style_id(first), "")
        heading = None if not style.startswith(("heading", "title", "toc")) else not style.startswith("toc")
        heading = True if first.get(HEADING) else heading
        label, counted, continued = self._label(first)
        own = _OWN_NUMBER.fullmatch(label)
        counted, continued = counted and not own, continued and not own
        before = f"{own.group(1)}: " if own else "" if heading or counted or not label else f"{label} "
        return Line(
            place=self.places[known],
            cells=(before + text,),
            heading=heading,
            bold=0 < len(text) <= LONGEST_HEADING and self._is_bold(paragraphs),
            continued=text.startswith(GUARD) or (continued and not heading),
            counted=counted and not heading,
            label=label,
            unfilled=any(one.find(f".//{UNFILLED}") is not None for one in paragraphs),
            sources=tuple(self.places[one] for one in (known, *others)),
        )

    def _label(self, paragraph: "Element") -> tuple[str, bool, bool]:
        """What Word shows before a paragraph, whether it is a number of an outermost list, and whether of an inner one."""
        if label := str(paragraph.get(LABEL) or ""):
            return label, label != BULLET and label.rstrip(".)").isdecimal(), False
        found, label = self._numbers.level(paragraph), self._numbers.label(paragraph)
        inner = found is not None and found[1] > 0
        if not label or label == BULLET:
            return label, False, False
        return label, not inner and self._numbers.is_counted(paragraph), inner

    def _is_bold(self, paragraphs: "list[Element]") -> bool:
        runs = [
            run
            for one in paragraphs
            for run in one.iter(qn("w:r"))
            if any((t.text or "").strip() for t in run.iter(*TEXT))
        ]
        return bool(runs) and all(is_on(self._looks.of_run(run, "w:b")) for run in runs)

    def _text_of(self, paragraph: "Element", view: View | Literal["both"]) -> str:
        """What stands in a paragraph in the view, or in both views."""
        passed = (
            _PASSED | (frozenset() if view == "rejected" else _REMOVED) | (frozenset() if view == "accepted" else ADDED)
        )
        return "".join(self._texts(paragraph, passed))

    def _texts(self, element: "Element", passed: frozenset[str]) -> Iterator[str]:
        for child in element:
            if child.tag in passed:
                continue
            if child.tag in TEXT:
                self.seen.add(child)
                yield child.text or ""
            elif child.tag in _AS_TEXT:
                yield _AS_TEXT[str(child.tag)]
            else:
                yield from self._texts(child, passed)


def _heads_section(filled: "Sequence[_Cell]") -> bool:
    """Whether a row is the heading of a section: what stands below it is another table."""
    lines = [line for cell in filled for line in cell.lines]
    styled, bold = any(line.heading for line in lines), all(line.bold for line in lines)
    return bool(filled) and heading_of([cell.text for cell in filled], styled=styled, bold=bold) is not None


def _places(body: "Element") -> "Iterator[tuple[Element, str]]":
    """What each paragraph is called: those beside the text by the one they hang on."""
    count, last = 0, "the beginning"
    for paragraph in body.iter(qn("w:p")):
        aside = next(paragraph.iterancestors(ASIDE), None)
        if aside is None:
            count, last = count + 1, f"paragraph {count + 1}"
            yield paragraph, last
        else:
            yield paragraph, f"{aside.get(KIND)} at {last}"


def _children(container: "Element", tags: tuple[str, ...]) -> "Iterator[Element]":
    """What stands in it, content controls and the like opened at any depth."""
    for child in container:
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tags)


def _mark_is_there(paragraph: "Element", view: View) -> bool:
    marks = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
    hidden = marks is not None and is_on(marks.find(qn("w:vanish")))
    return marks is None or not (hidden or any(mark.tag in _not_in(view) for mark in marks))


def _is_there(part: "Element", properties: str, view: View) -> bool:
    found = part.find(qn(properties))
    return found is None or not any(mark.tag in _not_in(view) for mark in found)


def _not_in(view: View) -> frozenset[str]:
    return _REMOVED if view == "accepted" else ADDED
