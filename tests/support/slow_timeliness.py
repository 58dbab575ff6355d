"""Timeliness counted slowly and plainly: each case folded from its events, each duty in Python, one after another."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from statistics import median, quantiles
from typing import NamedTuple

from arflow.application.arflow import Arflow
from arflow.case.case import Case, as_it_stood
from arflow.case.duties import Duty, of_review
from arflow.case.plan import Plan
from arflow.case.plan_facts import review_facts
from arflow.case.proceeding_duties import of_whole_plan
from arflow.case.review import AnnualReview
from arflow.events import decode
from arflow.figures.report import Asked

MEASURED = (
    "notice", "advice_circulated", "report", "decision", "amendment_notice", "final_plan", "phase_transfer", "twelve_months",
)  # fmt: skip


class Counted(NamedTuple):
    """One duty of one review, as the report counts it."""

    section: str
    group: str
    duty: str
    outcome: str
    plan: str
    review: str
    held: date
    due: date | None
    done: date | None
    days: int | None
    quality: str


def cases_known(app: Arflow, asked: Asked) -> Iterator[Case]:
    """Each case as it stood, from what had been recorded by a moment."""
    for _, rows in groupby(app.log_store.read_by_case(), key=lambda row: row.plan):
        case = as_it_stood((decode(row.payload) for row in rows), asked.as_at, asked.known_at)
        if case is not None:
            yield case


def reviews_known(app: Arflow, asked: Asked) -> Iterator[tuple[Plan, AnnualReview, tuple[Duty, ...]]]:
    """Each review with its plan and its duties."""
    for case in cases_known(app, asked):
        for review in case.reviews.values():
            workflow = app.workflow(review.workflow)
            facts = review_facts(review, case.plan, workflow)
            yield case.plan, review, of_review(workflow, review.kind, review.arranged_by, facts, asked.as_at)


def plans_known(app: Arflow, asked: Asked) -> Iterator[tuple[Plan, tuple[Duty, ...]]]:
    """Each plan with the duties of its own."""
    current = app.current_workflow()
    for case in cases_known(app, asked):
        yield case.plan, of_whole_plan(case.plan, current, asked.as_at)


def counts(app: Arflow, review: AnnualReview) -> bool:
    """Whether a review counts as an annual one."""
    return review.state != "cancelled" and not app.workflow(review.workflow).kinds[review.kind].additional


def within(asked: Asked, day: date | None) -> bool:
    """Whether a day lies in the period; without a period any day does, and none."""
    if not asked.start and not asked.end:
        return True
    return day is not None and (asked.start or date.min) <= day <= (asked.end or date.max)


def timeliness(app: Arflow, asked: Asked) -> list[Counted]:
    """Every case that the report counts."""
    names = app.directory.officer_names()
    found: list[Counted] = []
    for plan, review, duties in reviews_known(app, asked):
        held = review.day("hold")
        if held is None or not counts(app, review) or not within(asked, held):
            continue
        group = group_of(asked.by, plan, review.kind, held, names)
        for duty in duties:
            if duty.id not in MEASURED:
                continue
            outcome = _outcome(duty)
            if outcome:
                section = _section(duty)
                found.append(_counted(section, group, duty.id, outcome, review, held, duty, duty.met_on))
            if duty.id == "twelve_months" and (outcome := _of_the_meeting(duty, held)):
                found.append(
                    _counted("twelve_months", group, "meeting_in_twelve_months", outcome, review, held, duty, held)
                )
    return found


def _counted(
    section: str, group: str, name: str, outcome: str, review: AnnualReview, held: date, duty: Duty, done: date | None
) -> Counted:
    start = duty.counted_from
    days = (done - start).days if done and start and done >= start else None
    return Counted(section, group, name, outcome, review.plan, review.id, held, duty.due, done, days, duty.quality)


def _section(duty: Duty) -> str:
    if duty.id == "twelve_months":
        return "twelve_months"
    return "school" if duty.owner == "school" else "local_authority"


def _outcome(duty: Duty) -> str | None:
    match duty.state:
        case "met":
            return "met"
        case "contested":
            return "contested" if duty.met_on else "running"
        case "breached" | "overdue":
            return "late"
        case "running" | "due_soon":
            return "running"
        case "not_started" if duty.due is None and duty.quality == "missing":
            return "not_known"
        case _:
            return None


def _of_the_meeting(duty: Duty, held: date) -> str | None:
    if duty.state == "not_applicable":
        return None
    if duty.due is None or duty.outer is None:
        return "not_known" if duty.quality == "missing" else None
    return "met" if held <= duty.due else "contested" if held <= duty.outer else "late"


def group_of(by: str, plan: Plan, kind: str, day: date | None, names: dict[str, str]) -> str:
    """The group of a case, by its plan, its kind of review or the day that the figure is about."""
    match by:
        case "all":
            return "all"
        case "setting":
            return plan.setting or "no setting"
        case "coordinator":
            return names.get(plan.coordinator or "", plan.coordinator or "nobody")
        case "kind":
            return kind
        case "phase":
            year = plan.nc_year
            if year is None:
                return "not known"
            return "early years" if year < 0 else "primary" if year < 7 else "secondary" if year < 12 else "post-16"
        case "nc_year":
            year = plan.nc_year
            if year is None:
                return "not known"
            return f"Year {year}" if year > 0 else {0: "Reception", -1: "Nursery 2", -2: "Nursery 1"}[year]
        case _:
            return _time(by, day)


def _time(by: str, day: date | None) -> str:
    if day is None:
        return "no day"
    if by == "month":
        return f"{day:%Y-%m}"
    if by == "quarter":
        first = date(day.year, day.month - (day.month - 1) % 3, 1)
        return f"{first:%b} to {date(day.year, first.month + 2, 1):%b %Y}"
    start = day.year if day.month >= 9 else day.year - 1
    return f"{start}/{(start + 1) % 100:02d}"


def figures(counted: list[Counted]) -> dict[tuple[str, str, str], tuple[object, ...]]:
    """The figures of each section, group and duty: counts, met %, its range, median days, 90th percentile."""
    groups: dict[tuple[str, str, str], list[Counted]] = defaultdict(list)
    for one in counted:
        groups[one.section, one.group, one.duty].append(one)
    return {key: _figure(found) for key, found in groups.items()}


def _figure(found: list[Counted]) -> tuple[object, ...]:
    outcomes = [
        sum(one.outcome == name for one in found) for name in ("met", "contested", "late", "running", "not_known")
    ]
    days = sorted(one.days for one in found if one.days is not None)
    p90 = quantiles(days, n=10, method="inclusive")[8] if len(days) > 1 else float(days[0]) if days else None
    return (
        len(found), *outcomes, _share(found, {}),
        _range(_share(found, {"done": "late", "to do": "late"}), _share(found, {"done": "met", "to do": "running"})),
        float(median(days)) if days else None, None if p90 is None else round(p90, 1),
    )  # fmt: skip


def _share(found: list[Counted], doubtful: dict[str, str]) -> float | None:
    """Met as a share of what is finished, where each doubtful case has another outcome."""
    outcomes = [
        doubtful["done" if one.done else "to do"] if doubtful and one.quality != "known" else one.outcome
        for one in found
    ]
    finished = [outcome for outcome in outcomes if outcome in ("met", "contested", "late")]
    return round(100 * finished.count("met") / len(finished), 1) if finished else None


def _range(low: float | None, high: float | None) -> str | None:
    if low == high or low is None:
        return None
    return f"{low} to {'unknown' if high is None else high}"
