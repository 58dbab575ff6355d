"""Where GOV.UK Notify prints on a letter that is one PDF, and what of a letter lies elsewhere; read by pdftotext.

The zones are those that Notify checks a letter against; the address block is also where windowed envelopes have their window.
Measures are in mm from the left and the top of an A4 page.
"""

import re
import subprocess
from collections.abc import Iterator

from tests.support.parts import PDFTOTEXT, program

Box = tuple[float, float, float, float]  # left, top, right, bottom
ADDRESS: Box = (24.6, 39.5, 120.0, 66.3)
LOGO: Box = (15.0, 5.0, 125.0, 30.0)
SERVICE: Box = (125.0, 5.0, 195.0, 95.0)
BODY: Box = (15.0, 95.0, 195.0, 292.0)
_LATER_PAGES: Box = (15.0, 5.0, 195.0, 292.0)
_MM = 25.4 / 72
_WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


def words(pdf: bytes) -> list[list[tuple[str, Box]]]:
    """The words of each page with the boxes that they stand in."""
    found = program(PDFTOTEXT)
    assert found is not None, "the test is to be marked with needs(PDFTOTEXT)"
    read = subprocess.run([found, "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return [
        [(word, tuple(float(at) * _MM for at in box)) for *box, word in _WORD.findall(page)]  # type: ignore[misc]
        for page in read.split("<page ")[1:]
    ]


def outside(pdf: bytes) -> Iterator[str]:
    """The words that are not wholly in one of the zones of their page."""
    for number, page in enumerate(words(pdf), 1):
        zones = (ADDRESS, LOGO, SERVICE, BODY) if number == 1 else (_LATER_PAGES,)
        for word, box in page:
            if not any(within(box, zone) for zone in zones):
                yield f"page {number}: {word} at {', '.join(f'{at:.1f}' for at in box)}"


def within(box: Box, zone: Box) -> bool:
    """Whether a box lies wholly in a zone."""
    return box[0] >= zone[0] and box[1] >= zone[1] and box[2] <= zone[2] and box[3] <= zone[3]
