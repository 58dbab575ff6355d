"""A bundle reads aloud: each paper with its own tags, or its pages as they are drawn; and the contents name what is a picture."""

import random
import re
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Word
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from arflow.application.arflow import Arflow
from arflow.papers.documents import Documents
from tests.papers.test_bundle import bundled, image, paper
from tests.support.foreign_pdfs import form, printed
from tests.support.missing import needs
from tests.support.parts import LIBREOFFICE, PDFTOTEXT
from tests.support.tags_of_pdf import faults_of_tags

pytestmark = pytest.mark.thorough

TAGGED = '= Advice\n Uses #link("https://example.org")[signs].\n #table(columns: 2, table.header[A][B], [1], [2])'


@pytest.fixture
def documents(app: Arflow, tmp_path: Path) -> Documents:
    return Documents(app.log_store.engine, str(tmp_path / "papers"))


def without_tags(content: bytes) -> bytes:
    """A PDF as a program makes it that writes no tags, but leaves the marks of its pieces in the pages."""
    writer, made = PdfWriter(), BytesIO()
    writer.append(BytesIO(content))
    writer.write(made)
    return made.getvalue()


def read_aloud(content: bytes) -> str:
    """The tags with their words, as another program reads them: pdfinfo, which comes with pdftotext."""
    read = subprocess.run(["pdfinfo", "-struct-text", "-"], input=content, capture_output=True, check=True)
    return read.stdout.decode()


def test_the_check_finds_a_file_without_tags_and_a_piece_that_nobody_has(documents: Documents) -> None:
    assert faults_of_tags(without_tags(printed("Words"))) == ["the file is not tagged"]
    writer, made = (
        PdfWriter(clone_from=BytesIO(bundled(documents, paper(documents, b"words", "a.txt")).content)),
        BytesIO(),
    )
    tree: Any = writer.root_object["/StructTreeRoot"]
    tree["/K"][NameObject("/K")] = ArrayObject()
    writer.write(made)
    assert any("no element has piece" in fault for fault in faults_of_tags(made.getvalue()))


def test_papers_with_and_without_tags_are_read_aloud_in_one_file(documents: Documents) -> None:
    bundle = bundled(
        documents,
        paper(documents, printed(TAGGED, "= More"), "tagged.pdf"),
        paper(documents, printed(TAGGED.replace("[2]", "[3]")), "again.pdf"),  # with the same names for its cells
        paper(documents, without_tags(printed("One page", "and another")), "untagged.pdf"),
        paper(documents, without_tags(form("Uses signs")), "form.pdf"),
        paper(documents, image("TIFF", frames=2), "scan.tif"),
        paper(documents, b"A text", "text.txt"),
    )
    assert faults_of_tags(bundle.content) == []
    names = PdfReader(BytesIO(bundle.content)).root_object["/StructTreeRoot"]["/IDTree"]["/Names"]  # type: ignore[index]
    assert len(set(names[::2])) == len(names) // 2


@needs(PDFTOTEXT)
def test_another_program_reads_headings_tables_links_and_pictures(documents: Documents) -> None:
    read = read_aloud(
        bundled(
            documents,
            paper(documents, printed(TAGGED), "tagged.pdf"),
            paper(documents, without_tags(printed("As it is drawn")), "plain.pdf"),
            paper(documents, without_tags(printed("#rect(fill: red)")), "scan.pdf"),
        ).content
    )
    tagged = read[read.index('Part "Paper tagged"') : read.index('Part "Paper plain"')]
    assert 'H1 "Advice"' in tagged
    assert len(re.findall(r"\bTH\b", tagged)) == 2
    assert "Link" in tagged
    plain = read[read.index('Part "Paper plain"') : read.index('Part "Paper scan"')]
    assert "P (block)" in plain
    assert '"As it is drawn"' in plain
    assert "Figure" in read[read.index('Part "Paper scan"') :]


def test_the_contents_say_which_papers_are_pictures_that_cannot_be_read_aloud(documents: Documents) -> None:
    mixed = PdfWriter()
    for content in (printed("Words"), printed("#rect(fill: red)")):
        mixed.append(BytesIO(content))
    made = BytesIO()
    mixed.write(made)
    bundle = bundled(
        documents,
        paper(documents, image("JPEG"), "photo.jpg"),
        paper(documents, image("TIFF", frames=2), "fax.tif"),
        paper(documents, made.getvalue(), "mixed.pdf"),
        paper(documents, b"Words", "words.txt"),
    )
    assert [entry.pictures for entry in bundle.entries] == [1, 2, 1, 0]
    contents = " ".join(PdfReader(BytesIO(bundle.content)).pages[0].extract_text().split())
    assert "Paper photo (a picture: no words in it can be read aloud)" in contents
    assert "Paper fax (pictures: no words in them can be read aloud)" in contents
    assert "Paper mixed (1 of its 2 pages are pictures" in contents
    assert "Paper words Health" in contents


@needs(LIBREOFFICE, PDFTOTEXT)
def test_a_word_file_keeps_its_headings_and_a_picture_without_description_is_said_to_have_none(
    documents: Documents,
) -> None:
    document, made = Word(), BytesIO()
    document.add_heading("Advice of the school", 1)
    document.add_picture(BytesIO(image("PNG")))
    document.save(made)
    bundle = bundled(documents, paper(documents, made.getvalue(), "advice.docx"))
    assert faults_of_tags(bundle.content) == []
    assert re.search(r'H1 \(block\):[^"]*"Advice of the school"', read_aloud(bundle.content))


@pytest.mark.parametrize("seed", range(20))
def test_a_paper_with_damaged_tags_is_in_the_bundle_and_reads_aloud_all_the_same(
    documents: Documents, seed: int
) -> None:
    """Elements in circles, on pages that are not there, of no known kind, with numbers that are none."""
    chance = random.Random(seed)
    writer, made = PdfWriter(clone_from=BytesIO(printed(TAGGED, "= More"))), BytesIO()
    tree: Any = writer.root_object["/StructTreeRoot"]
    elements = [one for one in writer._objects if isinstance(one, DictionaryObject) and "/S" in one and "/P" in one]
    for element in chance.sample(elements, chance.randint(1, 4)):
        key, value = chance.choice(
            [
                ("/K", ArrayObject([tree.indirect_reference])),
                ("/K", element.indirect_reference),
                ("/K", NumberObject(-1)),
                ("/Pg", NameObject("/None")),
                ("/S", NameObject("/OwnKind")),
                ("/A", NumberObject(3)),
                ("/K", DictionaryObject({NameObject("/Type"): NameObject("/MCR")})),
                ("/ID", NumberObject(7)),
            ]
        )
        element[NameObject(key)] = value
    writer.write(made)
    bundle = bundled(documents, paper(documents, made.getvalue(), "damaged.pdf"), paper(documents, b"after", "b.txt"))
    assert [fault for fault in faults_of_tags(bundle.content) if "names another" in fault or "belong" in fault] == []
    assert "Uses" in PdfReader(BytesIO(bundle.content)).pages[1].extract_text()
