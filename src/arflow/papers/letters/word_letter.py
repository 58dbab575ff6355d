"""Letters from Word templates: filled in by docxtpl, and checked as every letter is."""

import io
from pathlib import Path
from typing import Any

import msgspec

from arflow.errors import InvalidValue, LetterRefused
from arflow.papers.letters.contents import LetterFacts
from arflow.papers.letters.filled_apart import filled_apart
from arflow.papers.letters.letter import Filling, Stationery, shipped
from arflow.papers.letters.papers import Element
from arflow.papers.letters.statements import sandbox
from arflow.papers.letters.unbroken import keep_unbroken
from arflow.papers.letters.word_text import all_of, faults_of, shown_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LARGE, _SMALLEST = 1.5, 16  # 18 points for 12, and never fewer than 16 points


class InWord(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as a Word document, what it says, what it leaves out, and what its reader needs besides."""

    title: str
    content: bytes
    text: str
    says: tuple[Element, ...]
    left_out: tuple[Element, ...]
    unmet: tuple[str, ...]


def write_in_word(letter_id: str, facts: LetterFacts, stationery: Stationery, template: Path | None = None) -> InWord:
    """A letter for one person as a Word document, from the authority's own template or arflow's.

    LetterRefused, with every fault, where it cannot be issued; InvalidValue where the template is no Word document.
    """
    stationery.letter(letter_id), own_or_shipped(letter_id, stationery)  # whether they are there
    path = template or stationery.own(f"{letter_id}.docx")
    if own := stationery.not_shipped(path):
        return filled_apart("Word", letter_id, facts, stationery, template=path, own=own, kind=InWord)
    return write_in_word_here(letter_id, facts, stationery, None)


def write_in_word_here(letter_id: str, facts: LetterFacts, stationery: Stationery, path: Path | None) -> InWord:
    """The same in this process, whatever the template costs."""
    letter = stationery.letter(letter_id)
    document, faults = _opened(path.read_bytes() if path else shipped(f"{letter_id}.docx"), path)
    if faults:
        raise LetterRefused(letter_id, faults)

    def render(context: dict[str, Any]) -> bytes:
        made = io.BytesIO()
        document.render(context, sandbox(autoescape=True), autoescape=True)
        if context["large_print"]:
            _enlarge(document)
        keep_unbroken(document.docx)
        document.save(made)
        return made.getvalue()

    filling = Filling(letter, facts, stationery)
    content, own_words = filling.fill(render), all_of(filling.blank.fill(render))
    if "{{" in own_words or "{%" in own_words:
        raise LetterRefused(letter_id, ["the template has a field that Word has broken: type it again in one go"])
    text = shown_of(content)
    filling.check(text, own_words)
    return InWord(
        title=filling.title,
        content=content,
        text=text,
        says=filling.says,
        left_out=filling.left_out,
        unmet=facts.unmet,
    )


def own_or_shipped(letter_id: str, stationery: Stationery) -> bytes:
    """The Word template of a letter: the authority's own, or arflow's."""
    own = stationery.own(f"{letter_id}.docx")
    return own.read_bytes() if own else shipped(f"{letter_id}.docx")


def _opened(source: bytes, path: Path | None) -> tuple[Any, list[str]]:
    """A Word template, and what it must not bring."""
    from zipfile import BadZipFile

    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate

    try:
        document = DocxTemplate(io.BytesIO(source))
        document.init_docx()
        return document, list(faults_of(document.docx))
    except (BadZipFile, PackageNotFoundError, KeyError, SyntaxError, ValueError) as error:
        raise InvalidValue("template", path, "a Word document without macros (.docx): save it as one") from error


def _enlarge(document: Any) -> None:
    """Every style in larger type, for those who asked for large print."""
    from docx.shared import Pt

    for style in document.docx.styles:
        font = getattr(style, "font", None)
        if font is not None and font.size is not None:
            font.size = Pt(max(font.size.pt * _LARGE, _SMALLEST))
