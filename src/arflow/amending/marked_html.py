"""The marked copy as one self-contained page."""

from arflow.amending import wording
from arflow.amending.marking import MarkedPlan, readable
from arflow.pages import Made, render


def as_marked_html(marked: MarkedPlan) -> str:
    """The page as text; everything from the plan is escaped."""
    made = Made(at=marked.at, log=None)
    title = "Proposed amendments to an EHC plan"
    return render("marked.html", title=title, made=made, marked=marked, wording=wording, readable=readable)
