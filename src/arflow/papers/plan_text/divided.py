"""Lines divided into the sections of a plan by their headings."""

import re

from arflow.papers.plan_text.headings import (
    Heading,
    heading_of,
    is_title_of,
    looks_like_heading,
    section_titled,
)
from arflow.papers.plan_text.lines import NO_ITEMS_SAID, Line, Passed, words_of
from arflow.papers.plan_text.plan_text import PlanFault, tidy

_PAGE = re.compile(r"\D\s+\d{1,3}$")  # as a list of contents has after each heading
_OWN_TITLES = ("ehc plan", "education, health and care plan")


class Divided:
    """Lines divided by the headings of sections, and what in them is none of a section."""

    def __init__(self) -> None:
        self.sections: dict[str, list[Line]] = {}
        self.passed: list[Passed] = []
        self.faults: list[PlanFault] = []
        self._current: str | None = None
        self._bare: str | None = None  # the section whose title may stand in the next line
        self._listed: dict[str, str] = {}  # headings with a number at the end, as a list of contents has them

    def take(self, line: Line) -> None:
        """The next line of the file."""
        text = tidy("\n".join(line.cells))
        bare, self._bare = self._bare, self._bare if not text else None
        if heading := self._heading(line, text):
            self._open(line, heading, text)
        elif (not text and not line.unfilled) or (bare and not line.continued and self._is_title(line, bare, text)):
            return
        elif line.heads:
            self._pass(line, f"heading row of a table in section {self._current or 'none'}")
        elif self._current is None:
            if text.lower() not in _OWN_TITLES:
                self._pass(line, "before the first section")
        elif text not in NO_ITEMS_SAID:
            self._check(line, text)
            self.sections[self._current].append(line)

    def _heading(self, line: Line, text: str) -> Heading | None:
        if line.continued or line.heading is False or not text:
            return None
        cells, styled = tuple(map(tidy, line.cells)), bool(line.heading)
        labelled = (f"{line.label} {cells[0]}", *cells[1:])
        found = heading_of(cells, styled=styled, bold=line.bold)
        return found or (heading_of(labelled, styled=styled, bold=line.bold) if line.label else None)

    def _open(self, line: Line, heading: Heading, text: str) -> None:
        section = heading.section
        goes_on = "continued" in text.lower() or "cont." in text.lower()
        if self._listed.get(section) and not self.sections.get(section):
            self.sections.pop(section, None)
        if section in self.sections and not (goes_on and section == self._current):
            self._fault(line, f"section {section} is there a second time")
        self._listed[section] = text if _PAGE.search(text) else ""
        self._current = section
        self._bare = section if not heading.title else None
        self.sections.setdefault(section, [])
        if heading.names_two:
            self._fault(line, "is the heading of two sections: each must be separately identified (r.12(1))")
        elif heading.says_more:
            self._pass(line, f"in the heading of section {section}")

    def _is_title(self, line: Line, section: str, text: str) -> bool:
        if not is_title_of(section, text) or (line.counted and not line.heading):
            return False
        if Heading(section, text).says_more:
            self._pass(line, f"in the heading of section {section}")
        return True

    def _check(self, line: Line, text: str) -> None:
        """Refuse what may begin another section: its words must not run into the section before."""
        if line.continued or line.heading is False or len(line.cells) > 1:
            return
        named = looks_like_heading(text) or section_titled(text, alone=not line.heading)
        if named and (named != self._current or line.heading):
            self._fault(
                line, f'may be the heading of section {named}: write it as "Section {named}: …", or as a sentence'
            )

    def _pass(self, line: Line, why: str) -> None:
        self.passed.append(Passed(place=line.place, why=why, words=words_of(line)))

    def _fault(self, line: Line, message: str) -> None:
        self.faults.append(PlanFault(place=line.place, message=message))
