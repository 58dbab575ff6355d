"""How timely reviews were: each duty of the reviews held in a period, at any past day, as known at any past moment."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from statistics import median, quantiles
from typing import Literal, get_args

import msgspec

from arflow.app import Arflow
from arflow.duties import Duty, of_review
from arflow.events import decode
from arflow.plan import Plan, review_facts
from arflow.projections.caseload import Case, as_it_stood
from arflow.review import AnnualReview

By = Literal["all", "setting", "coordinator", "kind", "month", "academic_year"]
GROUPINGS: tuple[By, ...] = get_args(By)
MEASURED = (
    "notice", "advice_circulated", "report", "decision", "amendment_notice", "final_plan", "twelve_months", "phase_transfer",
)  # fmt: skip
DEFINITIONS = {
    "reviews": "Reviews whose meeting was held in the period; cancelled and interim under-five reviews are left out.",
    "met": "Done on or before the strict last day.",
    "contested": "Done after the strict last day and on or before the outer day: the law can be read both ways.",
    "late": "Done after the outer day, or not done by it.",
    "running": "Not yet done and not yet late on the day of the report.",
    "met_percent": "Met as a share of met, contested and late.",
    "median_days": "Days from the day counted from to the day it was done, middle value; p90: nine in ten took no longer.",
}


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One duty of one review, as the report counts it."""

    group: str
    duty: str
    owner: str
    outcome: Literal["met", "contested", "late", "running"]
    days: int | None
    plan: str
    review: str


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """How one duty was kept within a group; `cases` are the reviews that were late."""

    group: str
    duty: str
    owner: str
    reviews: int
    met: int
    contested: int
    late: int
    running: int
    met_percent: float | None
    median_days: float | None
    p90_days: float | None
    cases: tuple[str, ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: what had happened by `as_at`, as recorded by `known_at`; meetings held from `start` to `end`."""

    as_at: date
    known_at: datetime | None = None
    start: date | None = None
    end: date | None = None
    by: By = "all"


def timeliness(app: Arflow, asked: Asked) -> list[Figure]:
    """The figures of every group and duty, in their order; the log is streamed a case at a time."""
    found: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for measured in _measured(app, asked):
        found[measured.group, measured.duty].append(measured)
    order = {duty: n for n, duty in enumerate(MEASURED)}
    return [_figure(found[key]) for key in sorted(found, key=lambda key: (key[0], order[key[1]]))]


def cases_known(app: Arflow, asked: "Asked") -> Iterator[Case]:
    """Each case as it stood, from what had been recorded by a moment."""
    for _, rows in groupby(app.log_store.read_by_case(), key=lambda row: row.plan):
        case = as_it_stood((decode(row.payload) for row in rows), asked.as_at, asked.known_at)
        if case is not None:
            yield case


def _measured(app: Arflow, asked: Asked) -> Iterator[Measured]:
    names = app.directory.officer_names()
    for case in cases_known(app, asked):
        plan = case.plan
        for review in case.reviews.values():
            at = review
            held = at.day("hold")
            workflow = app.workflow(review.workflow)
            if held is None or at.state == "cancelled" or workflow.kinds[review.kind].additional:
                continue
            if (asked.start and held < asked.start) or (asked.end and held > asked.end):
                continue
            facts = review_facts(at, plan, workflow)
            group = _group(asked.by, plan, at, held, names)
            for duty in of_review(workflow, at.kind, at.arranged_by, facts, asked.as_at):
                outcome = _outcome(duty)
                if duty.id in MEASURED and outcome:
                    yield Measured(
                        group=group,
                        duty=duty.id,
                        owner=duty.owner,
                        outcome=outcome,
                        days=_days(duty),
                        plan=plan.ref,
                        review=review.id,
                    )


def _group(by: By, plan: Plan, review: AnnualReview, held: date, names: dict[str, str]) -> str:
    match by:
        case "all":
            return "All"
        case "setting":
            return plan.setting or "no setting"
        case "coordinator":
            return names.get(plan.coordinator or "", plan.coordinator or "nobody")
        case "kind":
            return review.kind
        case "month":
            return f"{held:%Y-%m}"
        case "academic_year":
            start = held.year if held.month >= 9 else held.year - 1
            return f"{start}/{(start + 1) % 100:02d}"


def _outcome(duty: Duty) -> Literal["met", "contested", "late", "running"] | None:
    match duty.state:
        case "met":
            return "met"
        case "contested":
            return "contested" if duty.met_on else "running"
        case "breached" | "overdue":
            return "late"
        case "running" | "due_soon":
            return "running"
        case _:
            return None


def _days(duty: Duty) -> int | None:
    """From the day the first limb is counted from to the day it was done."""
    start = duty.counted_from
    return (duty.met_on - start).days if duty.met_on and start and duty.met_on >= start else None


def _figure(measured: list[Measured]) -> Figure:
    count = {name: sum(one.outcome == name for one in measured) for name in ("met", "contested", "late", "running")}
    finished = len(measured) - count["running"]
    days = sorted(one.days for one in measured if one.days is not None)
    first = measured[0]
    return Figure(
        group=first.group,
        duty=first.duty,
        owner=first.owner,
        reviews=len(measured),
        met_percent=round(100 * count["met"] / finished, 1) if finished else None,
        median_days=median(days) if days else None,
        p90_days=quantiles(days, n=10, method="inclusive")[8] if len(days) > 1 else float(days[0]) if days else None,
        cases=tuple(one.review for one in measured if one.outcome == "late"),
        **count,
    )
