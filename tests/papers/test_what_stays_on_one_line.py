"""A date, a telephone number, a postcode and a reference are never broken over two lines, however narrow the page."""

import subprocess

import pytest
from docx import Document

from arflow.papers.letters.unbroken import keep_unbroken, unbroken_page
from arflow.papers.pages.pdf_page import typeset
from tests.support.missing import needs
from tests.support.parts import PDFTOTEXT

pytestmark = pytest.mark.thorough
WHOLE = (
    "7 September 2026", "21 Sept 2026", "3 May", "01632 960001", "(01632) 960 001", "020 7946 0123", "+44 1632 960001",
    "DL1 1RU", "R-2026-000001", "P-1001", "EHCP/2024/12",
)  # fmt: skip


@needs(PDFTOTEXT)
@pytest.mark.parametrize("words", WHOLE)
def test_it_stays_on_one_line_wherever_the_line_ends(words: str) -> None:
    lines = [f"{'a' * (place % 9 + 1)} " * (place // 9 + 8) + f"{words} and more words" for place in range(9 * 9)]
    made = typeset("paper.typ", {"heads": [], "images": [], "text": lines}, at=None).content
    read = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True
    ).stdout.decode()
    assert read.count(words) == len(lines)
    assert len(read.split("\n")) > len(lines) + 30  # lines did end near it


def test_mail_and_word_have_no_break_spaces_in_them_and_markup_is_left() -> None:
    page = (
        '<style>a { margin: 01632 960001 }</style><p title="7 May 2026">By 7 May 2026, ring 01632 960001, DL1 1RU.</p>'
    )
    assert unbroken_page(page) == (
        '<style>a { margin: 01632 960001 }</style><p title="7 May 2026">'
        "By 7\u00a0May\u00a02026, ring 01632\u00a0960001, DL1\u00a01RU.</p>"
    )
    document = Document()
    document.add_paragraph("By 7 May 2026 or 24 pages")
    document.sections[0].footer.paragraphs[0].text = "Ring 01632 960001"
    keep_unbroken(document)
    assert document.paragraphs[0].text == "By 7\u00a0May\u00a02026 or 24 pages"
    assert document.sections[0].footer.paragraphs[0].text == "Ring 01632\u00a0960001"
