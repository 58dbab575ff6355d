"""Paragraphs and rows with headings and numbers, from whatever file, understood as the text of a plan."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from arflow.errors import PlanTextRefused
from arflow.law.plan_sections import ITEM_ID, SECTIONS, section_of
from arflow.papers.plan_text.plan_text import Item, PlanFault, PlanText, faults_of, next_number, plan_text, tidy
from arflow.words import counted

NO_ITEMS = "(No items in this section.)"
_LETTER = rf"(?:EHC plan\W+)?section\s+({'|'.join(sorted(SECTIONS, reverse=True))})\b"
_HEADING = re.compile(_LETTER, re.IGNORECASE)
_MAYBE_HEADING = re.compile(_LETTER + r"\s*(?:$|[:.–—(-])", re.IGNORECASE)  # not "Section F says that …"
_PLAIN_NUMBER = re.compile(r"(\d{1,3})[.)](?:\s+|$)")
_START = re.compile(
    rf"(?:(?:outcome|provision|need|item)\s+)?({ITEM_ID})(?:\s*\(for\s+({ITEM_ID}(?:\s*,\s*{ITEM_ID})*)\))?"
    r"(?:\s*[:.)](?:\s+|$)|\s+[–—-]\s+|\s*$)",
    re.IGNORECASE,
)
GUARD = "\N{WORD JOINER}"  # unseen, before words in a Word file that only look like the start of something
_LONGEST_HEADING = 200
_BULLET = "• "
_NO_HEADING = 'has no heading such as "Section E: Outcomes" (in a text file: "## Section E: Outcomes")'
_OUTSIDE = "stands before the first numbered item of its section: give it a number"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph, or the cells of a row of a table, with its place in the file.

    `heading`: whether the file says so (None: it does not say); `continued`: certainly part of the item above;
    `counted`: numbered by the word processor, which writes no number; `sources`: the paragraphs of the file it is
    made of, the first of which it is known by where the file has changes in it.
    """

    place: str
    cells: tuple[str, ...]
    heading: bool | None = None
    continued: bool = False
    counted: bool = False
    sources: tuple[str, ...] = ()


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """Lines as a plan: items, faults, lines outside any item, and the item that each source belongs to."""

    items: tuple[Item, ...]
    faults: tuple[PlanFault, ...]
    outside: tuple[Line, ...]
    notes: tuple[str, ...]
    placed: Mapping[str, str]
    numbers: Mapping[str, str]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it was found in a file, with what the reader should know of it."""

    plan: PlanText
    notes: tuple[str, ...]


class _Start(msgspec.Struct, frozen=True):
    """What begins an item: its number, the outcomes it serves, and the first of its words."""

    item: str
    serves: tuple[str, ...]
    text: str


def lead(item: Item) -> str:
    """What an item begins with where it is written out: F1 (for E1, E2):."""
    serves = f" (for {', '.join(item.serves)})" if item.serves else ""
    return f"{item.id}{serves}: "


def read_plan(lines: Iterable[Line], name: str) -> Found:
    """The plan that the lines are; PlanTextRefused lists every fault with its place."""
    found = understand(lines)
    faults = [*found.faults, *(PlanFault(place=line.place, message=_OUTSIDE) for line in found.outside)]
    if not faults:
        faults = faults_of(PlanText(items=found.items))
    if faults:
        raise PlanTextRefused(name, faults)
    return Found(plan=plan_text(found.items, name=name), notes=found.notes)


def understand(lines: Iterable[Line], numbers: Mapping[str, str] | None = None) -> Understood:
    """What the lines say, with nothing refused; `numbers` are those that sources without one had in another view."""
    before, sections, faults = _by_section(lines)
    readings = [_Section(section, inside, numbers or {}) for section, inside in sections.items()]
    items = [item for reading in readings for item in reading.items()]
    if not sections:
        faults.append(PlanFault(place="the file", message=_NO_HEADING))
    return Understood(
        items=tuple(items),
        faults=(*faults, *(fault for reading in readings for fault in reading.faults)),
        outside=tuple(line for reading in readings for line in reading.outside),
        notes=_notes(before, sections),
        placed={source: item for reading in readings for source, item in reading.placed.items()},
        numbers={source: item for reading in readings for source, item in reading.numbers.items()},
    )


def begins_something(text: str) -> bool:
    """Whether a line of these words would be read as a heading, as the start of an item, or passed over."""
    return bool(_START.match(text) or _PLAIN_NUMBER.match(text) or _HEADING.match(text)) or text == NO_ITEMS


def _by_section(lines: Iterable[Line]) -> tuple[list[Line], dict[str, list[Line]], list[PlanFault]]:
    before: list[Line] = []
    sections: dict[str, list[Line]] = {}
    faults: list[PlanFault] = []
    current = before
    for line in lines:
        text = tidy("\n".join(line.cells))
        if section := _heading(line, text):
            if section in sections:
                faults.append(PlanFault(place=line.place, message=f"section {section} is there a second time"))
            current = sections.setdefault(section, [])
        elif text and text != NO_ITEMS:
            current.append(line)
    return before, sections, faults


def _heading(line: Line, text: str) -> str | None:
    if line.continued or line.heading is False or len(text) > _LONGEST_HEADING:
        return None
    found = (_HEADING if line.heading else _MAYBE_HEADING).match(text)
    return found.group(1).upper() if found else None


def _notes(before: Sequence[Line], sections: Mapping[str, Sequence[Line]]) -> tuple[str, ...]:
    notes = []
    outside = [line for line in before if not line.heading]  # a title is no loss
    if outside and sections:
        notes.append(f"left out: {counted(len(outside), 'paragraph')} before the first section, belonging to none")
    if missing := [section for section in SECTIONS if section not in sections]:
        notes.append(f"no heading for section {', '.join(missing)}: each must be separately identified (r.12(1))")
    return tuple(notes)


class _Section:
    """Reads the lines of one section into its items."""

    def __init__(self, section: str, lines: Sequence[Line], numbers: Mapping[str, str]) -> None:
        self._section, self._lines, self._known = section, lines, numbers
        self.faults: list[PlanFault] = []
        self.outside: list[Line] = []
        self.placed: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        self._texts: dict[str, list[str]] = {}
        self._serves: dict[str, tuple[str, ...]] = {}

    def items(self) -> Iterator[Item]:
        """The items; a section that numbers nothing, as section A often does not, has one for each paragraph."""
        numbered = any(line.counted or self._start(line) for line in self._lines if not line.continued)
        current: str | None = None
        for line in self._lines:
            words = _words(line)
            if start := None if line.continued else self._start(line):
                current = self._begin(line, start)
            elif line.counted or (not numbered and not (current and _goes_on(line, words))):
                current = self._begin(line, _Start(self._next(line), (), words))
            elif current:
                self._texts[current].append(words)
            else:
                self.outside.append(line)
                continue
            self.placed |= dict.fromkeys(line.sources, current)
        for item, texts in self._texts.items():
            yield Item(id=item, text=tidy("\n".join(texts)), serves=self._serves.get(item, ()))

    def _next(self, line: Line) -> str:
        """The number that the paragraph has in the other view of the file, or the next free one."""
        source = line.sources[0] if line.sources else ""
        found = self._known.get(source) or next_number(self._section, [*self._texts, *self._known.values()])
        if source:
            self.numbers[source] = found
        return found

    def _begin(self, line: Line, start: _Start) -> str:
        if section_of(start.item) != self._section:
            self._fault(line, f"{start.item} stands in section {self._section}: move it, or give it another number")
        if start.item in self._texts:
            self._fault(line, f"{start.item} is there a second time: give each item a number of its own")
        self._texts.setdefault(start.item, []).append(start.text)
        self._serves[start.item] = start.serves
        return start.item

    def _start(self, line: Line) -> _Start | None:
        if len(line.cells) > 1:
            return self._row_start(line)
        text = tidy(line.cells[0])
        if found := _START.match(text):
            return _Start(_as_id(found.group(1)), _ids(found.group(2)), text[found.end() :])
        if found := _PLAIN_NUMBER.match(text):
            return _Start(self._counted(int(found.group(1))), (), text[found.end() :])
        return None

    def _row_start(self, line: Line) -> _Start | None:
        first, rest = tidy(line.cells[0]), tidy("\n".join(line.cells[1:]))
        if found := _START.fullmatch(first):
            return _Start(_as_id(found.group(1)), _ids(found.group(2)), rest)
        if found := re.fullmatch(r"(\d{1,3})[.)]?", first):
            return _Start(self._counted(int(found.group(1))), (), rest)
        return None

    def _counted(self, number: int) -> str:
        return f"{self._section}{'.' if self._section.startswith('H') else ''}{number}"

    def _fault(self, line: Line, message: str) -> None:
        self.faults.append(PlanFault(place=line.place, message=message))


def _goes_on(line: Line, words: str) -> bool:
    return line.continued or words.startswith(_BULLET)


def _words(line: Line) -> str:
    if len(line.cells) == 1:
        return tidy(line.cells[0])
    return " | ".join(cell.replace("\n", " ") for cell in map(tidy, line.cells) if cell)


def _ids(named: str | None) -> tuple[str, ...]:
    return tuple(_as_id(one.strip()) for one in named.split(",")) if named else ()


def _as_id(written: str) -> str:
    """A number as arflow writes it: e1A becomes E1a."""
    return written[0].upper() + written[1:].lower()
