"""Paragraphs and rows with headings and numbers, from whatever file, understood as the text of a plan."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from arflow.errors import PlanTextRefused
from arflow.law.plan_sections import ITEM_ID, PROVISION, SECTIONS, section_of
from arflow.papers.plan_text.divided import Divided
from arflow.papers.plan_text.headings import may_be_heading
from arflow.papers.plan_text.lines import BULLET, NO_ITEMS_SAID, Line, Passed, labelled, words_of
from arflow.papers.plan_text.plan_text import (
    Item,
    PlanFault,
    PlanText,
    faults_of,
    next_number,
    order,
    plan_text,
    tidy,
)

_PLAIN_NUMBER = re.compile(r"(\d{1,3})[.)](?:\s+|$)")
_START = re.compile(
    rf"(?:(?:outcome|provision|need|item)\s+)?({ITEM_ID})(?:\s*\(for\s+({ITEM_ID}(?:\s*,\s*{ITEM_ID})*)\))?"
    r"(?:\s*[:.)](?:\s+|$)|\s+[–—-]\s+|\s*$)",
    re.IGNORECASE,
)
_MOST_ALONE = 3
_TYPED = re.compile(rf"•\s+(?:(?:(?:outcome|provision|need|item)\s+)?{ITEM_ID}\b|\d{{1,3}}[.)](?:\s|$))", re.IGNORECASE)
_SHOWN_NUMBER = re.compile(r"\W*(\d{1,3})\W*")
_OUTCOMES = re.compile(r"E\d{1,3}[a-z]?(?:[\s,;&and]+E\d{1,3}[a-z]?)*", re.IGNORECASE)
_NO_HEADING = 'has no heading such as "Section E: Outcomes" (in a text file: "## Section E: Outcomes")'


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """Lines as a plan: items, faults, what is beside the items, and the item that each source belongs to."""

    items: tuple[Item, ...]
    faults: tuple[PlanFault, ...]
    passed: tuple[Passed, ...]
    unfilled: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    placed: Mapping[str, str]
    numbers: Mapping[str, str]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A plan as it was found in a file, with what the reader should know of it.

    `passed` is what the file shows beside the plan; `unfilled` are the items that are empty controls.
    """

    plan: PlanText
    notes: tuple[str, ...]
    passed: tuple[Passed, ...] = ()
    unfilled: tuple[str, ...] = ()


class _Start(msgspec.Struct, frozen=True):
    """What begins an item: its number, the outcomes it serves, and the first of its words."""

    item: str
    serves: tuple[str, ...]
    text: str


def lead(item: Item) -> str:
    """What an item begins with where it is written out: F1 (for E1, E2):."""
    serves = f" (for {', '.join(item.serves)})" if item.serves else ""
    return f"{item.id}{serves}: "


def read_plan(lines: Iterable[Line], name: str, passed: Iterable[Passed] = ()) -> Found:
    """The plan that the lines are; PlanTextRefused lists every fault with its place. `passed`: what they leave out."""
    found = understand(lines)
    if faults := found.faults or faults_of(PlanText(items=found.items)):
        raise PlanTextRefused(name, faults)
    left_out = (*found.passed, *passed)
    missing = f"no heading for section {', '.join(found.missing)}: each must be separately identified (r.12(1))"
    return Found(
        plan=plan_text(found.items, name=name),
        notes=(*([missing] if found.missing else ()), *found.notes, *told(left_out)),
        passed=left_out,
        unfilled=found.unfilled,
    )


def told(passed: Iterable[Passed]) -> Iterator[str]:
    """What is not in the plan as notes; where much is left out for one reason, as a cover page is, that is one note."""
    by_reason: dict[str, dict[Passed, None]] = {}
    for one in passed:
        by_reason.setdefault(one.why, {})[one] = None
    for why, several in by_reason.items():
        if len(several) > _MOST_ALONE:
            listed = "; ".join(f"{one.place}: {' / '.join(one.words.splitlines())}" for one in several)
            yield f"not in the plan ({why}): {listed}"
        else:
            yield from map(str, several)


def understand(lines: Iterable[Line], numbers: Mapping[str, str] | None = None) -> Understood:
    """What the lines say, with nothing refused; `numbers` are those that sources without one had in another view."""
    divided = Divided()
    for line in lines:
        divided.take(line)
    readings = [_Section(section, inside, numbers) for section, inside in divided.sections.items()]
    items = [item for reading in readings for item in reading.items()]
    if not divided.sections:
        divided.faults.append(PlanFault(place="the file", message=_NO_HEADING))
    return Understood(
        items=tuple(items),
        faults=(*divided.faults, *(fault for reading in readings for fault in reading.faults)),
        passed=(*divided.passed, *(one for reading in readings for one in reading.passed)),
        unfilled=tuple(item for reading in readings for item in reading.unfilled),
        missing=tuple(section for section in SECTIONS if section not in divided.sections),
        notes=tuple(note for reading in readings for note in reading.notes),
        placed={source: item for reading in readings for source, item in reading.placed.items()},
        numbers={source: item for reading in readings for source, item in reading.numbers.items()},
    )


def begins_something(text: str) -> bool:
    """Whether a line of these words would be read as a heading, as the start of an item, or passed over."""
    bulleted = text.removeprefix(BULLET.strip()).lstrip()
    return (
        bool(_START.match(bulleted) or _PLAIN_NUMBER.match(bulleted) or may_be_heading(text)) or text in NO_ITEMS_SAID
    )


class _Section:
    """Reads the lines of one section into its items."""

    def __init__(self, section: str, lines: Sequence[Line], numbers: Mapping[str, str] | None) -> None:
        self._section, self._lines, self._known = section, lines, numbers
        self.faults: list[PlanFault] = []
        self.passed: list[Passed] = []
        self.unfilled: list[str] = []
        self.notes: list[str] = []
        self.placed: dict[str, str] = {}
        self.numbers: dict[str, str] = {}
        self._texts: dict[str, list[str]] = {}
        self._serves: dict[str, tuple[str, ...]] = {}
        self._empty: set[str] = set()
        self._has_words_before = False  # before its first item
        self._highest = ""  # the item with the highest number so far, in either view
        for item in (numbers or {}).values():
            self._count(item)

    def items(self) -> Iterator[Item]:
        """The items; a section that numbers nothing, as section A often does not, has one for each paragraph."""
        if self._section not in SECTIONS:
            for line in self._lines:
                self._fault(line, "stands under section H: put it under section H1 or H2 (r.12(1)(h))")
            return
        numbered = any(line.counted or self._start(line) for line in self._lines if not line.continued)
        current: str | None = None
        for line in self._lines:
            current = self._take(line, current, numbered=numbered)
            if current and line.unfilled:
                self._empty.add(current)
        for item, texts in self._texts.items():
            text = tidy("\n".join(texts))
            if text or item not in self._empty:
                yield Item(id=item, text=text, serves=self._serves.get(item, ()))
            else:
                self.unfilled.append(item)
        if self.unfilled:
            self.notes.append(f"not filled in, so left out: {', '.join(self.unfilled)}")
        self.notes += self._doubts(numbered=numbered)

    def _doubts(self, *, numbered: bool) -> Iterator[str]:
        """Where words of the plan and instructions of a form cannot be told apart for certain."""
        found = sorted((item for item in self._texts if item not in self.unfilled), key=order)
        if found and not numbered:
            yield (
                f"section {self._section} numbers nothing, so each paragraph is an item: {', '.join(found)}; "
                "look whether one is an instruction of the form"
            )
        elif found and self._has_words_before and order(found[0]) > order(self._counted("1")):
            yield (
                f"section {self._section} begins with {found[0]}: if the words before it are an earlier item, give them "
                "its number"
            )

    def _take(self, line: Line, current: str | None, *, numbered: bool) -> str | None:
        """Put a line where it belongs, and say which item is open after it."""
        words = words_of(line)
        if start := None if line.continued else self._start(line):
            current = self._begin(line, start)
        elif not words:
            return current
        elif line.counted or (not numbered and not (current and _goes_on(line, words))):
            current = self._begin(line, _Start(self._next(line), (), words))
        elif current:
            self._texts[current].append(words)
        else:  # a form prints its instructions there, under the heading
            self._has_words_before = self._has_words_before or not line.aside
            where = "beside" if line.aside else "before the first number of"
            self.passed.append(Passed(place=line.place, why=f"{where} section {self._section}", words=words))
            return None
        self.placed |= dict.fromkeys(line.sources, current)
        return current

    def _next(self, line: Line) -> str:
        """The number that the paragraph has in the other view of the file, or as Word shows it, or the next free one."""
        source = line.sources[0] if line.sources else ""
        known = self._known or {}
        shown = _SHOWN_NUMBER.fullmatch(line.label)
        as_shown = self._counted(shown.group(1)) if shown and self._known is None else ""
        found = known.get(source) or as_shown
        if not found or found in self._texts:
            found = next_number(self._section, [self._highest])
            if as_shown:
                self.notes.append(f"{line.place}: shown as {line.label}, which {as_shown} has already: read as {found}")
        if source:
            self.numbers[source] = found
        return found

    def _count(self, item: str) -> None:
        if section_of(item) == self._section and (not self._highest or order(item) > order(self._highest)):
            self._highest = item

    def _begin(self, line: Line, start: _Start) -> str:
        if section_of(start.item) != self._section:
            self._fault(line, f"{start.item} stands in section {self._section}: move it, or give it another number")
        if start.item in self._texts:
            self._fault(line, f"{start.item} is there a second time: give each item a number of its own")
        self._count(start.item)
        self._texts.setdefault(start.item, []).append(start.text)
        self._serves[start.item] = start.serves
        return start.item

    def _start(self, line: Line) -> _Start | None:
        if len(line.cells) > 1:
            return self._row_start(line)
        text = tidy(line.cells[0])
        text = text.removeprefix(BULLET) if _TYPED.match(text) else text
        if found := _START.match(text):
            return _Start(_as_id(found.group(1)), _ids(found.group(2)), text[found.end() :])
        if found := _PLAIN_NUMBER.match(text):
            return _Start(self._counted(found.group(1)), (), text[found.end() :])
        return None

    def _row_start(self, line: Line) -> _Start | None:
        first = tidy(line.cells[0])
        if self._section in PROVISION and _OUTCOMES.fullmatch(
            first
        ):  # a row for an outcome, without a number of its own
            item, serves = self._next(line), _ids(",".join(re.findall(r"[\w.]+", first)))
        elif found := _START.fullmatch(first):
            item, serves = _as_id(found.group(1)), _ids(found.group(2))
        elif found := re.fullmatch(r"(\d{1,3}(?:\.\d{1,3})*)[.)]?", first):
            item, serves = self._counted(found.group(1)), ()
        else:
            return None
        cells = list(zip(line.cells[1:], line.labels[1:] or [""] * len(line.cells), strict=False))
        if self._section in PROVISION and not serves:
            named = [
                (cell, label) for cell, label in cells if "outcome" in label.lower() and _OUTCOMES.fullmatch(tidy(cell))
            ]
            serves = tuple(one for cell, _ in named for one in _ids(",".join(re.findall(r"[\w.]+", cell))))
            cells = [one for one in cells if one not in named]
        return _Start(item, serves, tidy("\n".join(labelled(cell, label) for cell, label in cells)))

    def _counted(self, number: str) -> str:
        number = ".".join(str(int(part)) for part in number.split("."))
        return f"{self._section}{'.' if self._section.startswith('H') else ''}{number}"

    def _fault(self, line: Line, message: str) -> None:
        self.faults.append(PlanFault(place=line.place, message=message))


def _goes_on(line: Line, words: str) -> bool:
    return line.continued or line.aside or words.startswith(BULLET)


def _ids(named: str | None) -> tuple[str, ...]:
    return tuple(_as_id(one.strip()) for one in named.split(",")) if named else ()


def _as_id(written: str) -> str:
    """A number as arflow writes it: e1A becomes E1a."""
    return written[0].upper() + written[1:].lower()
