"""Where a review stands, as its family is told: what has been done, whose turn it is, and what is due next. Pure."""

from datetime import date, timedelta
from typing import Any

from arflow.duties import Duty
from arflow.letters.facts import DueNext, StepDone
from arflow.plan import Plan
from arflow.review import AnnualReview
from arflow.turns import of_review
from arflow.workflow import Workflow


def standing(
    review: AnnualReview, plan: Plan, workflow: Workflow, duties: tuple[Duty, ...], today: date
) -> dict[str, Any]:
    """The same days as an officer sees, in the words of the definition; windows, in which nobody need act, are left out."""
    turn = of_review(review, plan, workflow)
    holder = turn.on(today) if turn else ""
    until = turn.after - timedelta(days=1) if turn and turn.after and holder == turn.holder else None
    to_do = sorted((duty for duty in duties if duty.is_to_do and duty.due and not duty.window), key=_due)
    return {
        "so_far": tuple(
            StepDone(text=workflow.state_by_id[act.event.state].text, on=act.on)
            for act in sorted(review.acts, key=lambda act: act.on)
            if act.moved
        ),
        "whose_turn": "la" if holder == "nobody" else holder,
        "turn_until": until,
        "due_next": tuple(
            DueNext(text=duty.text, whose=duty.owner, by=_due(duty), late=_due(duty) < today, citation=duty.citation)
            for duty in to_do
        ),
    }


def _due(duty: Duty) -> date:
    assert duty.due is not None
    return duty.due
