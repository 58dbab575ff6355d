"""What a meeting reviewed, read from the case and its papers: the plan of the day, and the outcomes in its text."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from arflow.case.conduct import Gap, conduct_gaps, reviewed
from arflow.case.plan import Plan
from arflow.case.review import AnnualReview
from arflow.errors import DocumentNotSound, MissingValue, NotFound, NotPossible
from arflow.events import PlanEvent
from arflow.law.plan_sections import OUTCOMES

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.papers.documents import Documents
    from arflow.papers.plan_text.plan_text import Item, PlanText


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The plan that a meeting reviewed and its text, None where none was kept or `trouble` says why not."""

    plan: Plan
    text: "PlanText | None"
    trouble: str | None = None

    @property
    def items(self) -> "tuple[Item, ...] | None":
        """The outcomes in its text."""
        return None if self.text is None else self.text.of(OUTCOMES)

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        """The numbers of the outcomes, such as E1; None where they are not known."""
        return None if self.items is None else tuple(item.id for item in self.items)

    @property
    def wording(self) -> tuple[str, ...]:
        """Each outcome with its number and its words, as a form for the report has it; none where they are not known."""
        return tuple(f"{item.id} {' '.join(item.text.split())}" for item in self.items or ())

    def gaps(self, review: AnnualReview) -> tuple[Gap, ...]:
        """What the record of the review does not address."""
        return conduct_gaps(review, self.plan, self.outcomes)


def found_by_the_meeting(app: "Arflow", documents: "Callable[[], Documents]", review: AnnualReview) -> Found:
    """What the meeting of a review had before it; `documents` are opened only where a text was kept."""
    events = [event for _, event in app.case_events(review.plan) if isinstance(event, PlanEvent)]
    before = reviewed(events, review, app.today)
    if before.text is None:
        return Found(plan=before.plan, text=None)
    from arflow.papers.plan_text.text_file import from_json  # heavy, as the documents are: few reviews have a text

    try:
        content = documents().read(before.text)
    except (NotFound, NotPossible, DocumentNotSound, MissingValue) as refusal:
        trouble = f"The outcomes of the plan are not known: {refusal.in_options()}"
        return Found(plan=before.plan, text=None, trouble=trouble)
    return Found(plan=before.plan, text=from_json(content, f"the text {before.text[:12]}"))
