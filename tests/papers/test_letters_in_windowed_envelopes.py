"""The address of a letter stands in the window of its envelope, and nothing where GOV.UK Notify may not print."""

from pathlib import Path

import msgspec
import pytest

from arflow.law.catalogue import Catalogue
from arflow.papers.documents.pdf_pages import as_pdf as office_pdf
from arflow.papers.letters.letter import Stationery, as_pdf, shipped, write
from arflow.papers.letters.papers import Letter
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.stationery import stationery
from arflow.papers.letters.template_check import invented
from arflow.papers.letters.word_letter import write_in_word
from tests.support.missing import needs
from tests.support.parts import LIBREOFFICE, PDFTOTEXT
from tests.support.printing_zones import ADDRESS, SERVICE, outside, within, words

pytestmark = pytest.mark.thorough

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SIZES = ("standard", "large_print")
LETTERS = PapersFiles.of(Catalogue()).current().letters
# As many lines as Notify takes, with the name, and one that is long.
LONGEST = "Flat 12\nThe Old Invented Buildings of the Example Estate\n1 Example Lane\nExampleton\nAnyshire\nAN1 2BB"


@pytest.fixture
def kit(tmp_path: Path) -> Stationery:
    folder = tmp_path / "own"
    (folder / "letters").mkdir(parents=True)
    (folder / "letters" / "authority.toml").write_bytes(shipped("authority.toml"))
    return stationery(Catalogue(folder))


def _printed(kit: Stationery, letter: Letter, size: str, address: str) -> bytes:
    facts = msgspec.structs.replace(
        invented(letter.to[0], 9), format=size, to_address=address, to_name="Sam Windowsill"
    )
    return as_pdf(write(letter.id, facts, kit)).content


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)
@needs(PDFTOTEXT)
def test_nothing_stands_where_notify_may_not_print(kit: Stationery, letter: Letter, size: str) -> None:
    assert not list(outside(_printed(kit, letter, size, LONGEST)))


@pytest.mark.parametrize("size", SIZES)
@needs(PDFTOTEXT)
def test_the_whole_address_is_in_the_window_and_nothing_else_is(kit: Stationery, size: str) -> None:
    [first, *_] = words(_printed(kit, LETTERS[0], size, LONGEST))
    inside = [word for word, box in first if within(box, ADDRESS)]
    assert inside == f"Sam Windowsill\n{LONGEST}".split()
    assert [word for word, box in first if within(box, SERVICE)][:2] == ["Anyshire", "Council"]


@pytest.mark.parametrize("size", SIZES)
@needs(LIBREOFFICE, PDFTOTEXT)
def test_so_is_it_in_word_as_another_program_prints_it(kit: Stationery, size: str) -> None:
    facts = msgspec.structs.replace(invented("parent", 9), format=size, to_address=LONGEST, to_name="Sam Windowsill")
    pdf = office_pdf(write_in_word("final_plan", facts, kit).content, WORD)
    assert not list(outside(pdf))
    inside = [word for word, box in words(pdf)[0] if within(box, ADDRESS)]
    assert inside == f"Sam Windowsill\n{LONGEST}".split()
