"""Making a letter: a template filled in, and refused where it leaves out what it must say or says what it must not."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from arflow.errors import LetterRefused, NotFound
from arflow.papers.letters.contents import Authority, LetterFacts
from arflow.papers.letters.filled_apart import filled_apart
from arflow.papers.letters.papers import Element, Letter, Papers, circumstances
from arflow.papers.letters.statements import Statements, flat, sandbox
from arflow.papers.letters.template_errors import refusing
from arflow.papers.letters.visible_text import all_words, page_faults, shown
from arflow.words import in_words

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

    from arflow.papers.pages.pdf_page import Page

_FOLDER, _LAYOUT = "letters", "letter.html"
_Made = TypeVar("_Made")
# Words that speak of appealing, for a letter against which there is no appeal.
_OF_APPEAL = re.compile(r"\b(appeal\w*|tribunal|mediation)\b", re.IGNORECASE)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as it is sent: a page, the same as plain text, what it says, and the SHA-256, in hex, of what it was written
    with: its template, the layout that letters share, and the statements that it can make.

    `left_out` is what it should say and cannot, since a fact is not known; `unmet` what its reader needs that arflow
    cannot make, such as braille.
    """

    letter: str
    title: str
    html: str
    text: str
    says: tuple[Element, ...]
    left_out: tuple[Element, ...]
    unmet: tuple[str, ...]
    template: str


class Stationery(msgspec.Struct, frozen=True, kw_only=True):
    """What letters are made with: the papers, the authority, the statements and the authority's own templates."""

    papers: Papers
    authority: Authority
    statements: Statements
    folders: tuple[Path, ...] = ()

    def letter(self, letter_id: str) -> Letter:
        """A kind of letter; NotFound where there is none."""
        if letter_id not in self.papers.letter_by_id:
            raise NotFound("letter", letter_id, f"there are {', '.join(self.papers.letter_by_id)}")
        return self.papers.letter_by_id[letter_id]

    def template(self, letter_id: str) -> bytes:
        """The page template of a letter: the authority's own, or arflow's."""
        found = self.own(f"{letter_id}.html")
        return found.read_bytes() if found else shipped(f"{letter_id}.html")

    def own(self, name: str) -> Path | None:
        """A template of the authority's own, or None."""
        paths = (folder / _FOLDER / name for folder in reversed(self.folders))
        return next((path for path in paths if path.is_file()), None)

    def not_shipped(self, template: Path | None) -> tuple[Path, ...]:
        """The files from outside that a letter is filled in from, with its template first; none where all are arflow's."""
        return (*((template,) if template else ()), *self.statements.own)


def shipped(name: str) -> bytes:
    """One of the templates that come with arflow; NotFound where an authority's own letter has none."""
    found = files("arflow.papers.letters").joinpath("templates", name)
    if not found.is_file():
        raise NotFound("template", name, "put one into the `letters` folder of your definitions")
    return found.read_bytes()


class Saying:
    """What a template asks to be said: each statement is filled in where it stands, and remembered."""

    def __init__(self, fill: Callable[[str], str]) -> None:
        self._fill, self.said = fill, dict[str, str]()

    def __getattr__(self, element: str) -> str:
        if element.startswith("_"):
            raise AttributeError(element)
        self.said[element] = self._fill(element)
        return self.said[element]


def write(letter_id: str, facts: LetterFacts, stationery: Stationery) -> Written:
    """A letter for one person; LetterRefused, with every fault, where it cannot be issued."""
    stationery.letter(letter_id), stationery.template(letter_id)  # whether they are there
    template = stationery.own(f"{letter_id}.html")
    if own := stationery.not_shipped(template):
        return filled_apart("page", letter_id, facts, stationery, template=template, own=own, kind=Written)
    return write_here(letter_id, facts, stationery)


def write_here(letter_id: str, facts: LetterFacts, stationery: Stationery) -> Written:
    """The same in this process, whatever the template costs."""
    letter, template = stationery.letter(letter_id), stationery.template(letter_id)

    def render(context: dict[str, Any]) -> str:
        return _templates().from_string(template.decode("utf-8")).render(context)

    filling = Filling(letter, facts, stationery)
    html, own = filling.fill(render), filling.blank.fill(render)
    with refusing(letter.id, "the template"):
        text, own_words, faults = shown(html), all_words(own), tuple(page_faults(html))
    filling.check(text, own_words, faults)
    return Written(
        letter=letter.id,
        title=filling.title,
        html=html,
        text=text,
        says=filling.says,
        left_out=filling.left_out,
        unmet=facts.unmet,
        template=_digest_of(template, stationery.statements.of(letter.id)),
    )


def _digest_of(template: bytes, statements: Mapping[str, str]) -> str:
    parts = [template, shipped(_LAYOUT), json.dumps(dict(statements), sort_keys=True).encode()]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


class Filling:
    """One letter being filled in and checked, whatever form its template has."""

    def __init__(self, letter: Letter, facts: LetterFacts, stationery: Stationery) -> None:
        self.letter, self._facts, self._stationery = letter, facts, stationery
        self.title = letter.titled(to_family=facts.of_family)
        held = circumstances(facts.role, facts.nc_year)
        self._context: dict[str, Any] = {**facts.known, "authority": stationery.authority, "title": self.title}
        asked = tuple(stationery.papers.asked_of(letter, held))
        self.left_out = tuple(element for element in asked if self._may_be_left_out(element))
        self.asked = tuple(element for element in asked if element not in self.left_out)
        self._forbidden = stationery.papers.forbidden_in(letter, held)
        self._saying = Saying(lambda element: stationery.statements.fill(letter.id, element, self._context))

    @property
    def blank(self) -> "Filling":
        """The same letter without the words of the case: what it then says are the template's and statements' own."""
        kit = msgspec.structs.replace(self._stationery, authority=self._stationery.authority.blank)
        return Filling(self.letter, self._facts.blank, kit)

    @property
    def says(self) -> tuple[Element, ...]:
        """The elements asked for that the letter says."""
        return tuple(element for element in self.asked if element.id in self._saying.said)

    def fill(self, render: Callable[[dict[str, Any]], _Made]) -> _Made:
        """The template filled in; a fact it needs and the case lacks is a fault."""
        asked = frozenset(element.id for element in self.asked)
        with refusing(self.letter.id, "the template"):
            return render({**self._context, "says": self._saying, "asked": asked})

    def check(self, text: str, own_words: str, more: Iterable[str] = ()) -> None:
        """Refuse a letter whose `text` leaves out what it must say, or whose own words say what it must not."""
        faults = [*self._unsaid(flat(text)), *self._not_enclosed(), *self._of_appealing(own_words), *more]
        if faults:
            raise LetterRefused(self.letter.id, faults)

    def _may_be_left_out(self, element: Element) -> bool:
        """Whether the element is not a “must” and needs a fact that is not known."""
        return element.word != "must" and self._stationery.statements.lacks(self.letter.id, element.id, self._context)

    def _unsaid(self, text: str) -> Iterator[str]:
        for element in self.asked:
            said = flat(self._saying.said.get(element.id, ""))
            if element.word == "must" and (not said or said not in text):
                yield f"it does not say {element.text} ({element.citation})"

    def _not_enclosed(self) -> Iterator[str]:
        facts = self._facts
        for kind in self.letter.enclosures:
            none = kind == "evidence" and facts.evidence is False
            if not none and not any(enclosure.kind == kind for enclosure in facts.enclosures):
                yield f"it must enclose the {kind} ({self.letter.citation})"
        if any(enclosure.plan not in (None, facts.plan) for enclosure in facts.enclosures):
            yield f"what it encloses belongs to another case than {facts.plan}"

    def _of_appealing(self, own_words: str) -> Iterator[str]:
        if not self._forbidden:
            return
        named = [right.id for right in self._forbidden if right.id in self._saying.said]
        named += sorted({found[0].lower() for found in _OF_APPEAL.finditer(own_words)})
        if named:
            why = f"nothing can be appealed against with it, or it goes to {in_words(self._facts.role)}"
            yield f"it must not speak of appealing ({', '.join(dict.fromkeys(named))}): {why}"


def as_pdf(written: Written) -> "Page":
    """A letter to print or attach: a PDF that reads aloud (PDF/UA-1), the same for the same letter."""
    from arflow.papers.letters.printed_page import printed

    return printed(written.html)


@cache
def _templates() -> "SandboxedEnvironment":
    from jinja2 import DictLoader

    shared = {name: shipped(name).decode("utf-8") for name in (_LAYOUT, "letter.css")}
    return sandbox(loader=DictLoader(shared), autoescape=True, trim_blocks=True, lstrip_blocks=True)
