"""Letters from Word templates: filled in by docxtpl, and checked as every letter is."""

import io
from pathlib import Path
from typing import Any

import msgspec

from arflow.errors import InvalidValue, LetterRefused
from arflow.letters.facts import LetterFacts
from arflow.letters.making import Filling, Stationery, shipped
from arflow.letters.papers import Element
from arflow.letters.statements import sandbox

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class InWord(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as a Word document, and what it says."""

    title: str
    content: bytes
    text: str
    says: tuple[Element, ...]


def write_in_word(letter_id: str, facts: LetterFacts, stationery: Stationery, template: Path | None = None) -> InWord:
    """A letter for one person as a Word document, from the authority's own template or arflow's.

    LetterRefused, with every fault, where it cannot be issued; InvalidValue where the template is no Word document.
    """
    letter = stationery.letter(letter_id)
    filling = Filling(letter, facts, stationery)
    source = template.read_bytes() if template else own_or_shipped(letter_id, stationery)
    made = io.BytesIO()

    def render(context: dict[str, Any]) -> str:
        document = _opened(source, template)
        document.render(context, sandbox(), autoescape=True)
        document.save(made)
        return ""

    filling.fill(render)
    text = text_of(made.getvalue())
    if "{{" in text or "{%" in text:
        raise LetterRefused(letter_id, ["the template has a field that Word has broken: type it again in one go"])
    filling.check(text)
    return InWord(title=letter.title, content=made.getvalue(), text=text, says=filling.says)


def own_or_shipped(letter_id: str, stationery: Stationery) -> bytes:
    """The Word template of a letter: the authority's own, or arflow's."""
    paths = (folder / "letters" / f"{letter_id}.docx" for folder in reversed(stationery.folders))
    found = next((path for path in paths if path.is_file()), None)
    return found.read_bytes() if found else shipped(f"{letter_id}.docx")


def _opened(source: bytes, template: Path | None) -> Any:
    from zipfile import BadZipFile

    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate

    try:
        document = DocxTemplate(io.BytesIO(source))
        document.init_docx()
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise InvalidValue("--template", template, "a Word document (.docx): save it as one") from error
    return document


def text_of(content: bytes) -> str:
    """The words of a Word document's body, a paragraph or a cell a line."""
    from docx import Document
    from docx.table import Table

    lines: list[str] = []
    for block in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            lines += [cell.text for row in block.rows for cell in row.cells]
        else:
            lines.append(block.text)
    return "\n".join(line for line in lines if line.strip()) + "\n"
