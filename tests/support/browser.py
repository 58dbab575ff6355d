"""A real Chromium for pages: what it finds wrong with one, and what it prints."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from tests.support.missing import missing
from tests.support.parts import CHROMIUM, program

TAGS = ("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SCREEN, ENLARGED = 1200, 320  # a screen, and the same enlarged about four times (WCAG 1.4.10)


@contextmanager
def running() -> Iterator[Browser]:
    """The machine's Chromium; without one the test is skipped, but fails where CI says that nothing may be."""
    found = program(CHROMIUM)
    if found is None:
        missing(CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def faults(browser: Browser, path: Path) -> list[str]:
    """All that is wrong with a page: for assistive technology, asked of the network, said on the console, too wide."""
    with _opened(browser, path) as (page, heard):
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]})
        page.set_viewport_size({"width": ENLARGED, "height": 900})
        width = page.evaluate("document.documentElement.scrollWidth")
    broken = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found.response["violations"]]
    sideways = [f"scrolls sideways: {width} on {ENLARGED}"] if width > ENLARGED else []
    return broken + sideways + [one for one in heard if one != f"asks for {path.as_uri()}"]


def printed(browser: Browser, path: Path) -> list[str]:
    """The text of each sheet of paper the page prints on."""
    with _opened(browser, path) as (page, _):
        page.emulate_media(media="print")
        reader = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
        return [sheet.extract_text() for sheet in reader.pages]


@contextmanager
def _opened(browser: Browser, path: Path) -> Iterator[tuple[Page, list[str]]]:
    page = browser.new_page(viewport={"width": SCREEN, "height": 900})
    heard: list[str] = []
    page.on("request", lambda request: heard.append(f"asks for {request.url}"))
    page.on("console", lambda message: heard.append(f"says {message.text}"))
    try:
        page.goto(path.as_uri())
        yield page, heard
    finally:
        page.close()
