"""Where a review stands, in words for its family: what has been done, whose turn it is, and what is due next. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from arflow.case.duties import Duty
from arflow.case.plan import Plan
from arflow.case.review import AnnualReview
from arflow.case.turns import of_review
from arflow.events import DecisionChanged, DecisionMade
from arflow.law.states import DECIDED
from arflow.law.workflow import Workflow
from arflow.papers.letters.contents import DueNext, StepDone
from arflow.post.outgoing.duty_words import duty_in_words

_TO_THE_FAMILY = {"maintain": "to keep the plan as it is", "amend": "to amend the plan", "cease": "to end the plan"}
_STAYS = {  # steps after which a review is in the same state, and of which its family knows
    "notice_again": "Other amendments proposed in their place",
    "withdraw_notice": "Proposed amendments withdrawn",
    "agree_time": "More time for the family’s views agreed",
    "represent": "Family’s views on the amendments received",
    "reissue": "Final plan sent once more, corrected",
    "appeal": "Appeal to the Tribunal recorded",
    "determine_appeal": "Appeal to the Tribunal ended",
}
_OWNERS = {"school": "the school or other setting", "local authority": "us, the local authority"}


def standing(
    review: AnnualReview, plan: Plan, workflow: Workflow, duties: tuple[Duty, ...], today: date
) -> dict[str, Any]:
    """The same days as an officer sees, in words for its family; windows, in which nobody need act, are left out."""
    turn = of_review(review, plan, workflow)
    holder = turn.on(today) if turn else ""
    until = turn.after - timedelta(days=1) if turn and turn.after and holder == turn.holder else None
    moved_away = plan.transferred_out is not None
    ahead = not (moved_away or review.is_finished or review.told or review.day("hold"))
    asked = () if moved_away else (duty for duty in duties if duty.is_to_do and duty.due and not duty.window)
    to_do = sorted(asked, key=_due)
    return {
        "so_far": tuple(_done(review, workflow)),
        "meeting_ahead": review.planned_meeting if ahead else None,
        "whose_turn": "la" if holder == "nobody" else holder,
        "turn_until": until,
        "moved_away": moved_away,
        "due_next": tuple(_due_next(duty, plan, today) for duty in to_do),
        **_after_the_decision(review, workflow.core(review.state), bool(to_do), today),
        **({} if moved_away else _to_disagree(review, workflow, today)),
    }


def _done(review: AnnualReview, workflow: Workflow) -> Iterator[StepDone]:
    """What has been done; what was decided only once the family has had the letter about it that the law asks for."""
    for act in sorted(review.acts, key=lambda act: act.on):
        if isinstance(act.event, DecisionMade):
            if act == review.last("decide"):
                text = workflow.state_by_id[DECIDED].text
                yield StepDone(text=f"{text}, {_TO_THE_FAMILY[act.event.outcome]}" if review.told else text, on=act.on)
        elif isinstance(act.event, DecisionChanged):
            yield StepDone(text=f"Decision changed, {_TO_THE_FAMILY[act.event.outcome]}", on=act.on)
        elif act.moved:
            yield StepDone(text=workflow.state_by_id[act.event.state].text, on=act.on)
        elif act.step in _STAYS:
            yield StepDone(text=_STAYS[act.step], on=act.on)


def _due_next(duty: Duty, plan: Plan, today: date) -> DueNext:
    """What is due; where its last day can be read two ways, it is the later once the earlier is past.

    What a school would do falls to the authority where the child or young person attends none (SEND Regs 2014 r.21).
    """
    due, owner = _due(duty), duty.owner if plan.setting or duty.owner != "school" else "local authority"
    return DueNext(
        text=duty_in_words(duty.id),
        whose=_OWNERS.get(owner, owner),
        by=(duty.outer if duty.state == "contested" else None) or due,
        late=due < today and duty.state != "contested",
        citation=duty.citation,
    )


def _after_the_decision(review: AnnualReview, core: str, to_do: bool, today: date) -> dict[str, bool]:
    """Whether a plan that is to end still goes on, and whether only the record is still to be closed."""
    over = to_do or review.is_finished or not review.told
    ending = review.outcome == "cease" and core == DECIDED
    return {
        "ending": ending and not over,
        "closing": not (over or ending or "appeal_open" in review.circumstances(today)),
    }


def _to_disagree(review: AnnualReview, workflow: Workflow, today: date) -> dict[str, date | None]:
    """The last letter against which an appeal may be made, and the last day for it; neither once that is past or used."""
    told, also = review.last("reissue") or review.final_act, workflow.policy.bank_holidays
    ends = review.appeal_ends(also)
    if told is None or ends is None or "appeal_in_time" not in review.circumstances(today, also):
        return {}
    return {"told_on": told.on, "disagree_by": ends}


def _due(duty: Duty) -> date:
    assert duty.due is not None
    return duty.due
