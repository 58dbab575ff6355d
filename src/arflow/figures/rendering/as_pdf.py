"""A report on one sheet of paper, as a PDF that reads aloud."""

from datetime import datetime
from typing import Any

from arflow.figures.rendering.as_html import MOST_ROWS
from arflow.figures.rendering.cell_words import NUMERIC, asked_shown, day_shown, definitions_shown, shown
from arflow.figures.rendering.chart_specs import FONT
from arflow.figures.rendering.charts import svg
from arflow.figures.report import Report, Section
from arflow.papers.pages.pdf_page import typeset
from arflow.version import __version__

_FACE = "Atkinson Hyperlegible Next"  # the papers' own, so that a chart has its words on every machine


def write(report: Report, at: datetime) -> bytes:
    """The sheet, dated `at`; of a section with more rows than there is room for it shows the first, and says so."""
    pictures = {f"{section.name}.svg": picture for section in report.sections if (picture := svg(section))}
    images = {name: picture.replace(FONT, _FACE).encode() for name, picture in pictures.items()}
    asked = " ".join(f"{name}: {value}." for name, value in asked_shown(report))
    data = {
        "title": report.title,
        "lead": f"{report.about} {asked}",
        "made": _made(report, at),
        "sections": [_section(report, section, images) for section in report.sections],
        "definitions": [(name.capitalize(), words) for name, words in definitions_shown(report)],
    }
    return typeset("one_page.typ", data, at=at, images=images).content


def _section(report: Report, section: Section, images: dict[str, bytes]) -> dict[str, Any]:
    more = len(section.rows) - MOST_ROWS
    chart, picture = section.chart, f"{section.name}.svg"
    return {
        "title": section.title,
        "note": section.note,
        "picture": picture if picture in images else "",
        "picture-title": chart.title if chart else "",
        "says": chart.says if chart else "",
        "heads": [column.title for column in section.columns],
        "right": [column.unit in NUMERIC for column in section.columns],
        "rows": [
            [shown(cell, column.unit) for cell, column in zip(row, section.columns, strict=True)]
            for row in section.rows[:MOST_ROWS]
        ],
        "more": f"{more} more: use arflow report {report.name} --section {section.name}" if more > 0 else "",
    }


def _made(report: Report, at: datetime) -> str:
    log = f", from the log up to event {report.log[0]:,} with the head {report.log[1][:16]}…" if report.log else ""
    return f"Made {day_shown(at.date())}, {at:%H:%M %Z} by arflow {__version__}{log}"
