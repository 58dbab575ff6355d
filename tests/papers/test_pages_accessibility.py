"""Pages in a real browser: sound for assistive technology, quiet on the network, whole on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from arflow.figures.rendering import as_html
from tests.support.browser import faults, printed
from tests.support.small_report import HEAD, MADE, report

pytestmark = [pytest.mark.thorough, pytest.mark.xdist_group("chromium")]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A report with more cases than a page shows."""
    path = tmp_path / "report.html"
    path.write_text(as_html.write(report(cases=230), MADE), "utf-8")
    return path


def test_a_report_has_no_fault_that_a_browser_finds(chromium: Browser, page: Path) -> None:
    assert faults(chromium, page) == []


def test_faults_are_found(chromium: Browser, page: Path) -> None:
    text = page.read_text("utf-8")
    faulty = text.replace('lang="en-GB"', "").replace("</main>", '<img src="https://example.org/x.png"></main>')
    page.write_text(faulty.replace("<h2", '<h2 style="width: 200rem; color: #ccc"', 1), "utf-8")
    found = " ".join(faults(chromium, page))
    for fault in ("html-has-lang", "image-alt", "color-contrast", "scrolls sideways", "Content Security Policy"):
        assert fault in found


def test_a_report_prints_whole_and_each_sheet_says_which_it_is(chromium: Browser, page: Path) -> None:
    sheets = printed(chromium, page)
    assert len(sheets) >= 2
    assert all(f"{number} of {len(sheets)}" in sheet for number, sheet in enumerate(sheets, start=1))
    text = " ".join(sheets)
    for words in ("How timely reviews were", "Most were met.", "Median days", "Nothing to count.", HEAD):
        assert words in text


def test_a_table_on_two_sheets_repeats_its_heading(chromium: Browser, page: Path) -> None:
    page.write_text(page.read_text("utf-8").replace("<details>", "<details open>"), "utf-8")
    sheets = printed(chromium, page)
    with_cases = [sheet for sheet in sheets if "R-2026-0000" in sheet]
    assert len(with_cases) > 2
    assert all("Last day" in sheet and "Outcome" in sheet for sheet in with_cases)
