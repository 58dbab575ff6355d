"""What each officer carries: plans, and what is open, transfers or is late in them, each with its weight."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from arflow.lists.due_items import DueItem
from arflow.lists.questions import Asking

# What each plan weighs, and what more: work on a review grows until the plan is amended.
PLAN, TRANSFER, OVERDUE = 1.0, 1.0, 1.0
_BEFORE_THE_MEETING, _TO_DECIDE, _TO_AMEND = 0.5, 1.5, 2.0
NOBODY = ""


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """One plan as its officer carries it; `family` is the same for children of one parent."""

    plan: str
    officer: str
    setting: str | None
    family: str
    stage: str
    transfer: bool
    overdue: bool
    weight: float


class Caseload(msgspec.Struct, frozen=True, kw_only=True):
    """What an officer carries in all; `officer` is empty for plans that nobody holds."""

    officer: str
    plans: int
    open_reviews: int
    to_decide: int
    to_amend: int
    transfers: int
    overdue: int
    weight: float


def carried(asking: Asking, families: Mapping[str, str], today: date) -> list[Carried]:
    """Every maintained plan with its weight today; `families` gives the family of a plan, if it is known."""
    reviews = {review["id"]: review for review in asking.reviews()}
    items: dict[str, list[DueItem]] = {}
    for item in asking.duties(today, within=366):
        items.setdefault(item.plan, []).append(item)
    plans = asking.plans(state="maintained")
    return [_carried(plan, reviews, items.get(plan["ref"], ()), families) for plan in plans]


def _carried(
    plan: Mapping[str, Any],
    reviews: Mapping[str, Mapping[str, Any]],
    items: Iterable[DueItem],
    families: Mapping[str, str],
) -> Carried:
    own = {item.review for item in items if item.review} | {plan["open_review"]}
    stage, weight = _stage([reviews[name] for name in own if name in reviews])
    transfer = any(item.duty == "phase_transfer" for item in items)
    overdue = any(item.state == "overdue" and item.owner == "local authority" for item in items)
    return Carried(
        plan=plan["ref"],
        officer=plan["coordinator"] or NOBODY,
        setting=plan["setting"],
        family=families.get(plan["ref"], plan["ref"]),
        stage=stage,
        transfer=transfer,
        overdue=overdue,
        weight=PLAN + weight + TRANSFER * transfer + OVERDUE * overdue,
    )


def _stage(reviews: Iterable[Mapping[str, Any]]) -> tuple[str, float]:
    """How far the review that asks for most has come, and what that weighs."""
    stages = {"none": 0.0}
    for review in reviews:
        if review["issued"] or review["not_amended"] or review["concluded"]:
            continue
        if review["notice_sent"]:
            stages["to amend"] = _TO_AMEND
        elif review["held"]:
            stages["to decide"] = _TO_DECIDE
        else:
            stages["before the meeting"] = _BEFORE_THE_MEETING
    return max(stages.items(), key=lambda one: one[1])


def caseloads(plans: Iterable[Carried]) -> list[Caseload]:
    """What each officer carries, the heaviest first."""
    by_officer: dict[str, list[Carried]] = {}
    for one in plans:
        by_officer.setdefault(one.officer, []).append(one)
    found = [_caseload(officer, own) for officer, own in by_officer.items()]
    return sorted(found, key=lambda one: (-one.weight, one.officer))


def _caseload(officer: str, own: list[Carried]) -> Caseload:
    return Caseload(
        officer=officer,
        plans=len(own),
        open_reviews=sum(one.stage != "none" for one in own),
        to_decide=sum(one.stage == "to decide" for one in own),
        to_amend=sum(one.stage == "to amend" for one in own),
        transfers=sum(one.transfer for one in own),
        overdue=sum(one.overdue for one in own),
        weight=sum(one.weight for one in own),
    )
