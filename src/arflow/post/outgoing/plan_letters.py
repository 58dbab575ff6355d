"""Letters on a plan outside a review: those of an amendment without one (SEND Regs 2014 r.28), of a consultation, of a move."""

from datetime import date
from typing import TYPE_CHECKING, Any

from arflow.case.plan import Plan
from arflow.case.plan_amendments import is_proposed
from arflow.errors import NotPossible
from arflow.law.periods import weeks_after
from arflow.papers.letters.contents import LetterFacts
from arflow.papers.letters.papers import Letter, Papers
from arflow.post.outgoing.letter_facts import (
    WEEKS_TO_ISSUE,
    LetterCase,
    check_reasons,
    facts,
    facts_of_people,
    facts_of_plan,
    one_named,
)

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def letter_on_plan(app: "Arflow", papers: Papers, letter: Letter, ref: str, to: str, **more: Any) -> LetterFacts:
    """What one letter on a plan says to somebody named by their role or their id.

    Refused where the letter is one of a review, or speaks of an amendment that is not so.
    """
    plan = app.plan(ref)
    check_fits(letter, plan, papers)
    check_reasons(letter, more.get("reasons"))
    return facts(case_on_plan(app, plan), one_named(app, ref, to), papers, **more)


def review_of_letter(app: "Arflow", letter: Letter, ref: str) -> str | None:
    """The review that a letter is of where it is asked for by a plan; None where it is one outside a review."""
    under_way = app.review_under_way(ref)
    return under_way if under_way and _is_of_its_review(app, letter, ref, under_way) else None


def _is_of_its_review(app: "Arflow", letter: Letter, ref: str, review_id: str) -> bool:
    """Whether a letter that is asked for by a plan is one of its review under way, and not of an amendment without a review.

    It is where it has no other, or where the review waits for it and no amendment without a review does: none is proposed,
    nor has one ended since the review's notice.
    """
    if letter.without_review is None:
        return True
    plan, review = app.plan(ref), app.review(review_id)
    if is_proposed(plan) or letter.step not in app.possible(review):
        return False
    ended = plan.plan_amended or plan.plan_not_amended
    since = review.day("notice") or review.day("notify")
    return letter.step == "notice" or not (ended and ended.day and since and ended.day > since)


def check_fits(letter: Letter, plan: Plan, papers: Papers, *, sent_now: bool = False) -> None:
    """NotPossible for a letter of a review, and for how an amendment ended that did not end so."""
    if letter.without_review is None:
        others = ", ".join(sorted(one.id for one in papers.letters if one.without_review))
        raise NotPossible(
            f"{letter.id} is a letter of a review: name the review of {plan.ref}; without a review there are {others}"
        )
    if letter.step in ("issue", "not_amend") and not (sent_now and is_proposed(plan)):
        _check_end(letter, plan)


def _check_end(letter: Letter, plan: Plan) -> None:
    amended, not_amended = plan.plan_amended, plan.plan_not_amended
    if letter.step == "not_amend" and amended:
        raise NotPossible(f"{letter.id} does not fit {plan.ref}: the plan was amended on {amended.day}")
    if letter.step == "issue" and not_amended:
        raise NotPossible(
            f"{letter.id} does not fit {plan.ref}: it was decided on {not_amended.day} not to amend the plan"
        )
    if plan.plan_notice_sent is None:
        raise NotPossible(
            f"plan {plan.ref} has no amendment proposed without a review: record its notice with "
            f"`arflow plan notice {plan.ref}`, or name the review that {letter.id} is of"
        )


def case_on_plan(app: "Arflow", plan: Plan) -> LetterCase:
    """The facts of the case for letters on a plan outside a review."""
    return LetterCase(
        **facts_of_people(app, plan),
        review_id=None,
        days={"final_plan_by": _final_plan_by(plan, app.today), "next_review_by": _next_review_by(app, plan.ref)},
        standing=facts_of_plan(plan) | {"represented": plan.plan_represented},
    )


def _final_plan_by(plan: Plan, today: date) -> date:
    """Eight weeks from the first notice, which goes today unless one is out (SEND Regs 2014 r.28, r.22(3))."""
    sent = plan.plan_notice_sent.day if is_proposed(plan) and plan.plan_notice_sent else None
    return weeks_after(sent or today, WEEKS_TO_ISSUE)


def _next_review_by(app: "Arflow", ref: str) -> date | None:
    """The end of the 12 months, which an amended plan leaves as it is (Code 9.198)."""
    year = next((duty for duty in app.plan_duties(ref) if duty.id == "twelve_months"), None)
    return year.due if year and year.is_to_do else None
