"""How a review was conducted, as far as it is recorded: what the record does not address, and the law that asks for it. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import get_args

import msgspec

from arflow.case.plan import Plan
from arflow.case.plan_as_at import as_at
from arflow.case.review import AnnualReview
from arflow.events import AdulthoodArea, AnyPlanEvent, ConductRecorded, PlanTextKept
from arflow.words import in_words

# SEND Regs 2014 r.2(1): the year in which most of the class become 14, whatever the child's own birthday.
ADULTHOOD_FROM_YEAR = 9
AREAS: tuple[AdulthoodArea, ...] = get_args(AdulthoodArea)
_ADULTHOOD_GUIDANCE = "Code 8.9-8.12, 9.183-9.185"


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the record of a review does not address, with the law that asks for it."""

    text: str
    citation: str

    def __str__(self) -> str:
        return f"{self.text} ({self.citation})"


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """What a meeting reviewed: the plan as it stood on its day, and the digest of its text, where one was kept."""

    plan: Plan
    text: str | None


def reviewed(events: Iterable[AnyPlanEvent], review: AnnualReview, today: date) -> Reviewed:
    """The plan as the meeting found it: its text is the last kept by then, or else the first kept since.

    A text that was kept as the outcome of this very review is not the one that it reviewed.
    """
    found = list(events)
    held = review.day("hold") or today
    kept = [event for event in found if isinstance(event, PlanTextKept) and event.review != review.id]
    by_then = [event for event in kept if event.on <= held]
    chosen = by_then[-1] if by_then else next(iter(kept), None)
    plan = as_at(found, held) or as_at(found, date.max)
    assert plan is not None
    return Reviewed(plan=plan, text=chosen.document if chosen else None)


def conduct_gaps(review: AnnualReview, plan: Plan, outcomes: tuple[str, ...] | None) -> tuple[Gap, ...]:
    """What is not recorded of a review whose meeting was held; `outcomes` are those in the plan's text, None if not known.

    The plan is the one that the meeting found (see `reviewed`). An interim review of a child under five is additional
    (Code 9.178): nothing is asked of it.
    """
    held = review.day("hold")
    if held is None or review.kind == "under_five":
        return ()
    regulation = "r.21" if review.kind == "not_in_setting" else "r.20"
    conduct = review.conduct
    if conduct is None:
        missing = "How the review was conducted is not recorded"
        return (Gap(text=missing, citation=f"SEND Regs 2014 r.19, {regulation}(5)-(6)"),)
    return (
        *_progress(conduct, outcomes, f"SEND Regs 2014 r.19(b), {regulation}(5)"),
        *_views(conduct, plan, held),
        *_adulthood(conduct, plan, held, f"SEND Regs 2014 {regulation}(6)"),
        *_personal_budget(conduct),
        *_direct_payments(conduct, plan),
    )


def _progress(conduct: ConductRecorded, outcomes: tuple[str, ...] | None, citation: str) -> Iterator[Gap]:
    said = dict(zip(conduct.outcomes, conduct.progress, strict=True))
    expected = conduct.outcomes if outcomes is None else outcomes
    left_out = [item for item in expected if said.get(item, "not_addressed") == "not_addressed"]
    if left_out:
        yield Gap(text=f"The report does not address: {', '.join(left_out)}", citation=citation)
    elif outcomes is None and not said:
        yield Gap(text="Progress towards the outcomes is not recorded", citation=citation)


def _views(conduct: ConductRecorded, plan: Plan, held: date) -> Iterator[Gap]:
    """Whose views the law wants: the child's and the parent's, or those of a young person who holds the rights."""
    by_themselves = plan.rights_holder(held) == "young_person"
    subject = "young person" if by_themselves else "child"
    missing = [] if "child_gave_views" in conduct.views else [subject]
    if not by_themselves and "parent_gave_views" not in conduct.views:
        missing.append("parent")
    if missing:
        yield Gap(text=f"No views of the {' or the '.join(missing)} are recorded", citation="SEND Regs 2014 r.19(a)")


def _adulthood(conduct: ConductRecorded, plan: Plan, held: date, citation: str) -> Iterator[Gap]:
    if plan.nc_year is None and plan.rights_holder(held) != "young_person":
        if not conduct.areas:
            text = "The year of the class is not known: from Year 9 preparing for adulthood is reviewed"
            yield Gap(text=text, citation=f"{citation}, r.2(1)")
        return
    if plan.nc_year is not None and plan.nc_year < ADULTHOOD_FROM_YEAR:
        return
    year = "" if plan.nc_year is None else f", though the class is in Year {plan.nc_year}"
    if not conduct.areas:
        yield Gap(text=f"Preparing for adulthood is not addressed{year}", citation=f"{citation}, r.2(1)")
        return
    left_out = [in_words(area) for area in AREAS if area not in conduct.areas]
    if left_out:
        text = f"Preparing for adulthood does not address: {', '.join(left_out)}"
        yield Gap(text=text, citation=_ADULTHOOD_GUIDANCE)


def _personal_budget(conduct: ConductRecorded) -> Iterator[Gap]:
    if conduct.personal_budget is None:
        yield Gap(text="Whether a personal budget was reviewed is not recorded", citation="Code 9.168-9.169")


def _direct_payments(conduct: ConductRecorded, plan: Plan) -> Iterator[Gap]:
    """Direct payments are reviewed at each review of the plan, not only in their first three months."""
    paid = any(one.kind == "direct_payments" and not one.is_over for one in plan.proceedings)
    if paid and conduct.personal_budget not in (None, "in_place", "changed"):
        text = "Direct payments are made, and that their use was reviewed is not recorded"
        yield Gap(text=text, citation="SI 2014/1652 r.11(2)(b)")
