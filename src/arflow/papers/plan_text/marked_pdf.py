"""The marked copy as a PDF that reads aloud."""

from typing import Any

from arflow.papers.pages.pdf_page import typeset
from arflow.papers.plan_text import change_labels
from arflow.papers.plan_text.marked_plan import MarkedItem, MarkedPlan, readable

_ONE_PAGE = 1_500  # characters of an item that certainly fit on a page with its notes


def as_marked_pdf(marked: MarkedPlan) -> bytes:
    """The document as bytes; the same marked plan gives the same bytes."""
    return typeset("marked.typ", _document(marked), at=marked.at).content


def _document(marked: MarkedPlan) -> dict[str, Any]:
    """All that the template prints, as text."""
    return {
        "title": "Proposed amendments to an EHC plan",
        "summary": f"{change_labels.summary(marked.changes)} Nothing in the plan has changed yet.",
        "key": [list(one) for one in change_labels.KEY],
        "made": f"{marked.at.day} {marked.at:%b %Y, %H:%M %Z}".strip(),
        "sections": [
            {"title": f"Section {one.letter}: {one.title}", "items": [_item(item) for item in one.items]}
            for one in marked.sections
        ],
    }


def _item(item: MarkedItem) -> dict[str, Any]:
    change = item.change
    return {
        "pieces": [[piece.kind, piece.text] for piece in readable(item.pieces)],
        "about": change_labels.heading(change) if change else "",
        "views": [change_labels.view(view) for view in change.views] if change else [],
        "advice": change_labels.advice(change) if change else "",
        "short": sum(len(piece.text) for piece in item.pieces) < _ONE_PAGE,
    }
