"""The marked copy as one self-contained page."""

from arflow.papers.pages import Made, render
from arflow.papers.plan_text import change_labels
from arflow.papers.plan_text.marked_plan import MarkedPlan, readable


def as_marked_html(marked: MarkedPlan) -> str:
    """The page as text; everything from the plan is escaped."""
    made = Made(at=marked.at, log=None)
    title = "Proposed amendments to an EHC plan"
    return render("marked.html", title=title, made=made, marked=marked, wording=change_labels, readable=readable)
