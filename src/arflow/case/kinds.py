"""Which kind of review the facts of a plan call for, and why. Pure."""

from collections.abc import Iterator
from datetime import date

import msgspec

from arflow.case.plan import Plan
from arflow.case.plan_facts import clock_start
from arflow.case.review import AnnualReview
from arflow.case.transfers import transfer_to_deal_with
from arflow.law.periods import corresponding_date
from arflow.law.workflow import Workflow

NOT_IN_SETTING, ANNUAL = "not_in_setting", "annual"


class CalledFor(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of review with the fact that calls for it, and its citation."""

    kind: str
    why: str
    citation: str

    def __str__(self) -> str:
        return f"{self.why} ({self.citation})"


def called_for(plan: Plan, workflow: Workflow, on: date, *, attends: bool) -> tuple[CalledFor, ...]:
    """The kinds that the facts call for on a day, the one to open first; `attends` says whether a setting is attended.

    Who attends none is reviewed under regulation 21 whatever else there is to review for.
    """
    found = [_kind(workflow, *fact) for fact in _facts(plan, workflow, on, attends=attends)]
    return tuple(found) or (_kind(workflow, ANNUAL, "nothing calls for another kind"),)


def _facts(plan: Plan, workflow: Workflow, on: date, *, attends: bool) -> Iterator[tuple[str, str]]:
    transfer, start = transfer_to_deal_with(plan), clock_start(plan, workflow).day
    moved, released = (fact.day if fact else None for fact in (plan.transferred_in, plan.released))
    if not attends:
        yield NOT_IN_SETTING, "no setting is attended"
    if transfer and transfer.day and corresponding_date(transfer.day, -12) <= on <= transfer.day:
        kind = "post16_transfer" if plan.transfer == "post16_to_post16" else "phase_transfer"
        yield kind, f"a transfer between phases is expected on {transfer.day}"
    if released and not plan.is_detained and (start is None or released >= start):
        yield "release_from_custody", f"there was a release from detention on {released}"
    if moved and (start is None or moved >= start):
        yield "la_move", f"the plan came from another authority on {moved}"


def other_route(review: AnnualReview, plan: Plan, workflow: Workflow, *, attends: bool) -> str:
    """What to say where a setting was taken up or left since a review was opened: r.20 or r.21 rules by attendance."""
    under_21 = review.kind == NOT_IN_SETTING
    if review.last("hold") or review.is_finished or workflow.kinds[review.kind].additional or attends is not under_21:
        return ""
    found = workflow.kinds[NOT_IN_SETTING].citation if not attends else "SEND Regs 2014 r.20"
    fact = "a setting is attended now" if attends else "no setting is attended any more"
    kind = ANNUAL if attends else NOT_IN_SETTING
    return (
        f"{review.id} was opened as {review.kind}, and {fact}: {found} applies. Cancel it with `arflow review cancel "
        f"{review.id} --reason …` and open it again with `arflow review open {plan.ref}` ({kind})"
    )


def _kind(workflow: Workflow, kind: str, why: str) -> CalledFor:
    return CalledFor(kind=kind, why=why, citation=workflow.kinds[kind].citation)
