"""Making a letter: a template filled in, and refused where it leaves out what it must say or says what it must not."""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from arflow.errors import LetterRefused, NotFound
from arflow.letters.facts import Authority, LetterFacts
from arflow.letters.papers import Element, Letter, Papers, circumstances
from arflow.letters.statements import Statements, day

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_FOLDER = "letters"
# Words that speak of appealing, for a letter against which there is no appeal.
_OF_APPEAL = re.compile(r"\b(appeal\w*|tribunal|mediation)\b", re.IGNORECASE)


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as it is sent: a page, the same as plain text, what it says, and the SHA-256, in hex, of its template."""

    letter: str
    title: str
    html: str
    text: str
    says: tuple[Element, ...]
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
        own = (folder / _FOLDER / f"{letter_id}.html" for folder in reversed(self.folders))
        found = next((path for path in own if path.is_file()), None)
        return found.read_bytes() if found else shipped(f"{letter_id}.html")


def shipped(name: str) -> bytes:
    """One of the templates that come with arflow."""
    return files("arflow.letters").joinpath("templates", name).read_bytes()


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
    letter, template = stationery.letter(letter_id), stationery.template(letter_id)
    filling = Filling(letter, facts, stationery)
    html = filling.fill(lambda context: _templates().from_string(template.decode("utf-8")).render(context))
    text = as_text(html)
    filling.check(text)
    digest = hashlib.sha256(template).hexdigest()
    return Written(letter=letter.id, title=letter.title, html=html, text=text, says=filling.says, template=digest)


class Filling:
    """One letter being filled in and checked, whatever form its template has."""

    def __init__(self, letter: Letter, facts: LetterFacts, stationery: Stationery) -> None:
        self.letter, self._facts, self._stationery = letter, facts, stationery
        held = circumstances(facts.role, facts.nc_year)
        self.asked = tuple(stationery.papers.asked_of(letter, held))
        self._forbidden = stationery.papers.forbidden_in(letter, held)
        self._context: dict[str, Any] = {**facts.known, "authority": stationery.authority, "title": letter.title}
        self._saying = Saying(lambda element: stationery.statements.fill(letter.id, element, self._context))

    @property
    def says(self) -> tuple[Element, ...]:
        """What the letter says of what it is asked to say."""
        return tuple(element for element in self.asked if element.id in self._saying.said)

    def fill(self, render: Callable[[dict[str, Any]], str]) -> str:
        """The template filled in; a fact it needs and the case lacks is a fault."""
        from jinja2 import TemplateError

        asked = frozenset(element.id for element in self.asked)
        try:
            return render({**self._context, "says": self._saying, "asked": asked})
        except TemplateError as error:
            raise LetterRefused(self.letter.id, [f"the template cannot be filled in: {error}"]) from error

    def check(self, text: str) -> None:
        """Refuse a letter that leaves out what it must say, or says what it must not."""
        faults = list(self._faults(" ".join(text.split())))
        if faults:
            raise LetterRefused(self.letter.id, faults)

    def _faults(self, text: str) -> Iterator[str]:
        for element in self.asked:
            said = " ".join(self._saying.said.get(element.id, "").split())
            if element.word == "must" and (not said or said not in text):
                yield f"it does not say {element.text} ({element.citation})"
        if self._forbidden:
            named = [right.id for right in self._forbidden if right.id in self._saying.said]
            named += sorted({found[0].lower() for found in _OF_APPEAL.finditer(text)})
            if named:
                why = f"nothing can be appealed against with it, or it goes to {self._facts.role.replace('_', ' ')}"
                yield f"it must not speak of appealing ({', '.join(dict.fromkeys(named))}): {why}"


def as_text(html: str) -> str:
    """The words of a page, a paragraph a line."""
    from lxml.html import document_fromstring

    body = document_fromstring(html).find("body")
    assert body is not None
    for line_break in body.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    lines = []
    for block in body.iter("p", "h1", "h2", "li", "address", "th", "td"):
        words = "\n".join(" ".join(line.split()) for line in block.text_content().splitlines() if line.strip())
        if words:
            lines.append(f"- {words}" if block.tag == "li" else words)
    return "\n\n".join(lines) + "\n"


def as_pdf(written: Written) -> bytes:
    """A letter to print or attach: a PDF that reads aloud (PDF/UA-1)."""
    from arflow.letters.printing import printed

    return printed(written.html)


@cache
def _templates() -> "SandboxedEnvironment":
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    shared = {name: shipped(name).decode("utf-8") for name in ("letter.html", "letter.css")}
    made = SandboxedEnvironment(
        loader=DictLoader(shared), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["day"] = day
    return made
