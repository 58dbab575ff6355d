"""A Word file as Word shows it: one body of paragraphs and tables in which everything seen is text, and nothing else is."""

from typing import TYPE_CHECKING

import msgspec

from arflow.papers.word_files.asides import choose_alternatives, move_asides
from arflow.papers.word_files.by_hand import Green, has_green, track_marks
from arflow.papers.word_files.fields import settle_fields
from arflow.papers.word_files.hidden import take_out_hidden, take_out_prompts
from arflow.papers.word_files.imported import Unreadable, read_imported
from arflow.papers.word_files.package import open_word
from arflow.papers.word_files.signs import spell_formulas, spell_signs
from arflow.papers.word_files.styles import Styles

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The document, changed in memory only; the hidden text taken out, and the parts that could not be read."""

    document: "Document"
    hidden: "tuple[tuple[Element, str], ...]"
    unreadable: tuple[Unreadable, ...]
    is_green: bool


def open_as_shown(content: bytes, name: str, *, green: Green = "beside", depth: int = 0) -> Shown:
    """Open and settle a file; InvalidValue says in one line why it cannot be opened.

    `green` says which text in green by hand is a proposal.
    """
    document = open_word(content, name)
    body = document.element.body
    unreadable: list[Unreadable] = []

    def opened(inside: bytes) -> "Document":
        shown = open_as_shown(inside, name, depth=depth + 1)
        unreadable.extend(shown.unreadable)
        return shown.document

    choose_alternatives(body)
    unreadable += read_imported(document, name, opened, depth)
    move_asides(document)
    settle_fields(body)
    hidden = tuple(take_out_hidden(body, Styles(document)))
    take_out_prompts(body)
    spell_signs(body)
    spell_formulas(body)
    is_green = has_green(document)
    track_marks(document, green)
    return Shown(document=document, hidden=hidden, unreadable=tuple(unreadable), is_green=is_green)
