"""Marked copies in the programs that people open them with: LibreOffice, a browser, and a reader of PDF."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from pypdf import PdfReader

from arflow.papers.plan_text.amendments import View, add_view, link_advice, propose
from arflow.papers.plan_text.marked_html import as_marked_html
from arflow.papers.plan_text.marked_pdf import as_marked_pdf
from arflow.papers.plan_text.marked_plan import MarkedPlan, mark
from arflow.papers.plan_text.marked_word import as_marked_word
from arflow.papers.plan_text.plan_text import Item, plan_text
from arflow.papers.plan_text.word_file import as_word
from arflow.papers.plan_text.word_reader import plan_from_word
from tests.support.browser import faults
from tests.support.office import Office
from tests.support.plans import NEW, OLD

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.thorough
AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
LONG = " ".join(f"Sentence {number} says what Robin’s teacher — or “key adult” — will do." for number in range(300))
PAIRS = {
    "everything at once": (OLD, NEW),
    "the same backwards": (NEW, OLD),
    "from nothing": (plan_text([]), OLD),
    "to nothing": (OLD, plan_text([])),
    "a whole item otherwise": (
        plan_text([Item(id="E1", text="Robin will read.\nTwo books.")]),
        plan_text([Item(id="E1", text="Cooking, sewing: all new\nand more\nand more still")]),
    ),
    "paragraphs joined and divided": (
        plan_text([Item(id="B1", text="one two\nthree four\nfive six"), Item(id="B2", text="alpha beta gamma")]),
        plan_text([Item(id="B1", text="one two three four\nfive six"), Item(id="B2", text="alpha\nbeta\ngamma delta")]),
    ),
    "the first and the last paragraph gone": (
        plan_text([Item(id="F1", text="one\ntwo\nthree"), Item(id="F2", text="last")]),
        plan_text([Item(id="F1", text="two")]),
    ),
    "other scripts and signs": (
        plan_text([Item(id="A1", text="Zażółć gęślą jaźń. مرحبا. 你好。 <b> & “x” ‘y’")]),
        plan_text([Item(id="A1", text="Zażółć jaźń. مرحبا بك. 你好嗎。 <i> & “x” 🙂")]),
    ),
    "a long paragraph": (
        plan_text([Item(id="F1", text=LONG)]),
        plan_text([Item(id="F1", text=LONG.replace("Sentence 7 ", "Seventh: ").replace("teacher", "tutor", 40))]),
    ),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def marked() -> MarkedPlan:
    amendments = propose(OLD, NEW, by="setting")
    amendments = add_view(amendments, "1", View(role="parent", name="Sam Pole", agrees=False, text="Not <buses>."))
    return mark(OLD, link_advice(amendments, "2", ["a" * 64], "Advice of Jo Wren, 3 May 2026"), at=AT)


def paragraphs(path: Path) -> list[str]:
    return [one.text for one in docx.Document(str(path)).paragraphs]


@pytest.mark.parametrize("which", PAIRS)
def test_libreoffice_makes_the_new_text_by_accepting_and_the_old_by_rejecting(
    office: Office, tmp_path: Path, which: str
) -> None:
    old, new = PAIRS[which]
    path = tmp_path / "marked.docx"
    path.write_bytes(as_marked_word(mark(old, propose(old, new, by="setting"), at=AT)))

    accepted, rejected = office.decided(path, "Accept"), office.decided(path, "Reject")

    for found, wanted in ((accepted, new), (rejected, old)):
        assert plan_from_word(found.read_bytes(), found.name).plan == wanted
        assert paragraphs(found) == [one.text for one in docx.Document(BytesIO(as_word(wanted))).paragraphs]


def test_the_marked_copy_and_the_clean_plan_open_in_libreoffice_and_print(
    office: Office, tmp_path: Path, marked: MarkedPlan
) -> None:
    for name, content in (("marked.docx", as_marked_word(marked)), ("clean.docx", as_word(NEW))):
        path = tmp_path / name
        path.write_bytes(content)
        text = "".join(page.extract_text() for page in PdfReader(office.pdf(path)).pages)
        assert "Section K: Advice and information" in text
        assert ("struck through" in text) == (name == "marked.docx")


def test_the_page_is_accessible_and_asks_the_network_for_nothing(
    chromium: "Browser", tmp_path: Path, marked: MarkedPlan
) -> None:
    path = tmp_path / "marked.html"
    path.write_text(as_marked_html(marked), "utf-8")

    assert faults(chromium, path) == []


def test_the_page_says_in_words_and_elements_what_is_new_and_what_goes(marked: MarkedPlan) -> None:
    page = as_marked_html(marked)

    assert '<del><span class="said">[taken out: </span>2027<span class="said">]</span></del>' in page
    assert '<ins><span class="said">[new: </span>2028<span class="said">]</span></ins>' in page
    assert "The parent (Sam Pole) does not agree: Not &lt;buses&gt;." in page
    assert "Led to by Advice of Jo Wren, 3 May 2026." in page


def test_the_pdf_says_it_too_and_is_tagged(marked: MarkedPlan) -> None:
    content = as_marked_pdf(marked)
    reader = PdfReader(BytesIO(content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())

    assert "[taken out: 2027][new: 2028]" in text
    assert "The parent (Sam Pole) does not agree: Not <buses>." in text
    assert "/StructTreeRoot" in reader.root_object
    assert as_marked_pdf(marked) == content


@pytest.mark.parametrize("which", PAIRS)
def test_every_pair_can_be_shown_as_a_page_and_as_a_pdf(which: str) -> None:
    old, new = PAIRS[which]
    shown = mark(old, propose(old, new, by="setting"), at=AT)

    assert len(PdfReader(BytesIO(as_marked_pdf(shown))).pages) >= 1
    assert as_marked_html(shown).count('class="change"') == len(shown.changes) > 0
