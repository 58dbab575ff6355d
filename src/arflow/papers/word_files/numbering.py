"""The numbers and bullets that Word itself puts before paragraphs, counted as it counts them: they stand in no text."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from docx.oxml.ns import qn

from arflow.papers.word_files.styles import Styles, style_id

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

BULLET = "•"
_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)


class _Level(msgspec.Struct, frozen=True):
    """One level of a list: how it counts, from what, and what is written round the number."""

    kind: str
    start: int
    text: str


class Numbers:
    """Counts along the paragraphs that are given to it, in their order."""

    def __init__(self, document: "Document") -> None:
        self._styles = Styles(document)
        self._levels, self._restarts, self._lists = _numbering(document)
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def level(self, paragraph: "Element") -> tuple[str, int] | None:
        """The list that a paragraph is of, and how deep in it."""
        found = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        by_style = self._styles.of_style(style_id(paragraph), "w:pPr", "w:numPr")
        number = _value(found, "w:numId") or _value(by_style, "w:numId")
        depth = _value(found, "w:ilvl") or _value(by_style, "w:ilvl") or "0"
        if not number or number not in self._lists or not depth.isdecimal():
            return None
        return number, int(depth)

    def is_counted(self, paragraph: "Element") -> bool:
        """Whether a number rather than a bullet stands before it, at the outermost level of its list."""
        found = self.level(paragraph)
        return found is not None and found[1] == 0 and self._kind(*found) not in ("bullet", "none", "")

    def label(self, paragraph: "Element") -> str:
        """The number or bullet before the paragraph, which is thereby counted; empty for none."""
        found = self.level(paragraph)
        if found is None:
            return ""
        number, depth = found
        kind = self._kind(number, depth)
        if kind == "none":
            return ""
        if kind in ("bullet", ""):
            return BULLET
        counts = self._count(number, depth)
        text = self._level(number, depth).text or f"%{depth + 1}."
        for at in range(depth + 1):
            level = self._level(number, at)
            text = text.replace(f"%{at + 1}", _written(level.kind, counts.get(at, level.start)))
        return text

    def _count(self, number: str, depth: int) -> Mapping[int, int]:
        """Lists of one kind continue each other, unless one of them begins again."""
        counts = self._counts.setdefault(self._lists[number], {})
        if number not in self._begun:
            self._begun.add(number)
            for at, start in self._restarts.get(number, {}).items():
                counts[at] = start - 1
        counts[depth] = counts.get(depth, self._level(number, depth).start - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        return counts

    def _level(self, number: str, depth: int) -> _Level:
        return self._levels.get((self._lists[number], depth), _Level("", 1, ""))

    def _kind(self, number: str, depth: int) -> str:
        return self._level(number, depth).kind


def _value(element: "Element | None", name: str) -> str:
    found = None if element is None else element.find(qn(name))
    return "" if found is None else str(found.get(qn("w:val")) or "")


def _numbering(
    document: "Document",
) -> tuple[dict[tuple[str, int], _Level], dict[str, dict[int, int]], dict[str, str]]:
    from docx.opc.constants import RELATIONSHIP_TYPE

    related = {one.reltype: one for one in document.part.rels.values()}
    if RELATIONSHIP_TYPE.NUMBERING not in related:
        return {}, {}, {}
    root: Any = document.part.numbering_part.element
    abstracts = list(root.iterchildren(qn("w:abstractNum")))
    linked = {_value(one, "w:styleLink"): one for one in abstracts if _value(one, "w:styleLink")}
    levels = {
        (str(abstract.get(qn("w:abstractNumId"))), at): level
        for abstract in abstracts
        for at, level in _levels(linked.get(_value(abstract, "w:numStyleLink"), abstract))
    }
    lists = {str(one.get(qn("w:numId"))): _value(one, "w:abstractNumId") for one in root.iterchildren(qn("w:num"))}
    restarts = {str(one.get(qn("w:numId"))): dict(_restarts(one)) for one in root.iterchildren(qn("w:num"))}
    return levels, restarts, lists


def _levels(abstract: "Element") -> Iterator[tuple[int, _Level]]:
    for level in abstract.iterchildren(qn("w:lvl")):
        start = _value(level, "w:start")
        yield (
            int(str(level.get(qn("w:ilvl")) or "0")),
            _Level(_value(level, "w:numFmt"), int(start) if start.isdecimal() else 1, _value(level, "w:lvlText")),
        )


def _restarts(number: "Element") -> Iterator[tuple[int, int]]:
    for one in number.iterchildren(qn("w:lvlOverride")):
        start = _value(one, "w:startOverride")
        if start.isdecimal():
            yield int(str(one.get(qn("w:ilvl")) or "0")), int(start)


def _written(kind: str, number: int) -> str:
    match kind:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter.upper() if kind == "upperLetter" else letter
        case "lowerRoman" | "upperRoman":
            roman = _roman(number)
            return roman.upper() if kind == "upperRoman" else roman
        case "decimalZero":
            return f"{number:02}"
        case _:
            return str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        while number >= value:
            written, number = written + letters, number - value
    return written
