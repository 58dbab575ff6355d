"""The figures of the week's page counted slowly and plainly: every case folded from the log for each day, one after another."""

from collections import Counter
from datetime import date, timedelta

from arflow.application.arflow import Arflow
from arflow.case.duties import Duty
from arflow.case.plan_facts import plan_facts, review_facts
from arflow.figures.report import Asked
from tests.support.slow_reports import _stands_for_the_year, of_case
from tests.support.slow_timeliness import cases_known, counts

DECISIONS, FINAL_PLANS, MEETINGS = "Decisions to notify", "Final plans to issue", "Meetings to hold"
Waiting = dict[tuple[str, str, str], int]


def waiting(app: Arflow, asked: Asked) -> tuple[Waiting, int]:
    """The days that each case has waited, by what for, plan and review; and how many plans are maintained."""
    found: Waiting = {}
    maintained = 0
    for case in cases_known(app, asked):
        if not case.plan.is_maintained:
            continue
        maintained += 1
        days_held = []
        for review in case.reviews.values():
            days = review_facts(review, case.plan, app.workflow(review.workflow)).days
            if not counts(app, review) or "held" not in days:
                continue
            held = days["held"].day
            assert held
            days_held.append(held)
            waited = (asked.as_at - held).days
            if review.state == "concluded":
                continue
            if "notified" not in days:
                found[DECISIONS, case.plan.ref, review.id] = waited
            elif review.outcome == "amend" and not {"issued", "not_amended"} & set(days):
                found[FINAL_PLANS, case.plan.ref, review.id] = waited
        facts = plan_facts(case.plan, app.current_workflow()).days
        start = facts["clock_start"].day if "clock_start" in facts else None
        (year,) = (
            d for review, own in of_case(app, case, asked.as_at) if not review for d in own if d.id == "twelve_months"
        )
        held_since = [day for day in days_held if start is None or day >= start]
        if year.state in {"overdue", "contested"} and not held_since:
            assert year.due
            found[MEETINGS, case.plan.ref, ""] = (asked.as_at - year.due).days
    return found, maintained


def late(found: Waiting) -> set[tuple[str, str, str]]:
    """The cases that have waited over four weeks, over twelve, or past the twelve months."""
    limits = {DECISIONS: 28, FINAL_PLANS: 84, MEETINGS: 0}
    return {case for case, days in found.items() if days > limits[case[0]]}


def to_do(app: Arflow, asked: Asked) -> list[tuple[date, str, str, Duty]]:
    """Each duty that is still to be done by a day: last day, plan, review, duty; a plan's own once."""
    found = []
    for case in cases_known(app, asked):
        if not case.plan.is_maintained:
            continue
        covered: set[str] = set()
        for review, own in of_case(app, case, asked.as_at):
            if review and _stands_for_the_year(review):
                covered |= {duty.id for duty in own if duty.state != "not_applicable"}
            open_ones = [
                duty
                for duty in own
                if duty.state in {"overdue", "contested", "due_soon", "running"}
                and duty.met_on is None
                and duty.due
                and not duty.window
                and (review or duty.id not in covered)
            ]
            found += [(duty.due, case.plan.ref, review.id if review else "", duty) for duty in open_ones if duty.due]
    return found


def most_urgent(app: Arflow, asked: Asked) -> list[tuple[date, str, int]]:
    """The first last day of each plan, the earliest first, and how many of its duties are late."""
    by_plan: dict[str, list[date]] = {}
    for due, plan, _, _ in to_do(app, asked):
        by_plan.setdefault(plan, []).append(due)
    return sorted((min(days), plan, sum(day < asked.as_at for day in days)) for plan, days in by_plan.items())


def ahead(app: Arflow, asked: Asked) -> Counter[tuple[str, int]]:
    """What comes due in each of the next four weeks: (duty, week from 1)."""
    found: Counter[tuple[str, int]] = Counter()
    for due, _, _, duty in to_do(app, asked):
        if asked.as_at < due <= asked.as_at + timedelta(weeks=4):
            found[duty.id, ((due - asked.as_at).days - 1) // 7 + 1] += 1
    return found
