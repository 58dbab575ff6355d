"""The final plan as a PDF that reads aloud, for the family."""

from datetime import UTC, datetime, time
from typing import Any

from arflow.law.plan_sections import SECTIONS
from arflow.papers.pages.pdf_page import typeset
from arflow.papers.plan_text.final_plan import FinalPlan, table_of, written_day
from arflow.papers.plan_text.final_word import TITLE
from arflow.papers.plan_text.lines import NOTHING_SET_OUT
from arflow.papers.plan_text.marked_plan import written


def as_final_pdf(final: FinalPlan) -> bytes:
    """The document as bytes; the same plan gives the same bytes."""
    return typeset("final.typ", _document(final), at=datetime.combine(final.made_on, time(12), UTC)).content


def _document(final: FinalPlan) -> dict[str, Any]:
    """All that the template prints, as text."""
    return {
        "title": TITLE,
        "made": f"{final.reference}, made {written_day(final.made_on)}",
        "cover": [list(pair) for pair in final.cover],
        "signature": [list(pair) for pair in final.signature],
        "nothing": NOTHING_SET_OUT,
        "large": final.large_print,
        "sections": [_section(final, section, title) for section, title in SECTIONS.items()],
    }


def _section(final: FinalPlan, section: str, title: str) -> dict[str, Any]:
    items = final.plan.of(section)
    table = table_of(section, items) if items else None
    return {
        "title": f"Section {section}: {title}",
        "heads": list(table.heads) if table else [],
        "rows": [list(row) for row in table.rows] if table else [],
        "items": [] if table else [written(item) for item in items],
    }
