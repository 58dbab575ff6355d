"""Duties by state, breaches, transfers, key figures, conduct and who took part counted slowly and plainly, a case at a time."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from arflow.application.arflow import Arflow
from arflow.case.case import Case
from arflow.case.duties import Duty, of_review
from arflow.case.plan import Plan
from arflow.case.plan_as_at import as_at
from arflow.case.plan_facts import review_facts
from arflow.case.proceeding_duties import of_whole_plan
from arflow.case.review import AnnualReview
from arflow.case.transfers import expected_dealings, is_for_transfer, placed
from arflow.events import ROLES, ConductRecorded, PlanEvent
from arflow.figures.report import Asked
from arflow.law.states import WITH_PLAN
from tests.support.slow_timeliness import cases_known, counts, group_of, reviews_known, within

LATE = ("breached", "overdue")


def duties(app: Arflow, asked: Asked) -> Counter[tuple[Any, ...]]:
    """How many duties of reviews and plans there are in each state: (section, group, duty, owner, state)."""
    return Counter(
        (section, group, duty.id, duty.owner, duty.state)
        for section, _, _, group, duty in _all_duties(app, asked)
        if within(asked, duty.due)
    )


def _all_duties(app: Arflow, asked: Asked) -> Iterator[tuple[str, Plan, AnnualReview | None, str, Duty]]:
    names = app.directory.officer_names()
    for case in cases_known(app, asked):
        for review, found in of_case(app, case, asked.as_at):
            section, kind = ("reviews", review.kind) if review else ("plans", "no review")
            for duty in found:
                yield section, case.plan, review, group_of(asked.by, case.plan, kind, duty.due, names), duty


def of_case(app: Arflow, case: Case, today: date) -> Iterator[tuple[AnnualReview | None, tuple[Duty, ...]]]:
    for review in case.reviews.values():
        workflow = app.workflow(review.workflow)
        facts = review_facts(review, case.plan, workflow)
        yield review, of_review(workflow, review.kind, review.arranged_by, facts, today)
    current = app.current_workflow()
    yield None, of_whole_plan(case.plan, current, today)


def breaches(app: Arflow, asked: Asked) -> Counter[tuple[Any, ...]]:
    """Each breach: (plan, review, duty, owner, last day, done, how, days late, citation)."""
    found: Counter[tuple[Any, ...]] = Counter()
    for case in cases_known(app, asked):
        covered: set[str] = set()
        for review, own in of_case(app, case, asked.as_at):
            if review and _stands_for_the_year(review):
                covered |= {duty.id for duty in own if duty.state != "not_applicable"}
            late = [duty for duty in own if duty.state in LATE and within(asked, duty.due)]
            kept = late if review else [duty for duty in late if duty.id not in covered]
            found.update(_breach(case.plan.ref, review.id if review else "", duty, asked.as_at) for duty in kept)
    return found


def _stands_for_the_year(review: AnnualReview) -> bool:
    """Whether what the plan owes for the year is counted of this review: it is open, or closed with the plan undecided."""
    return review.is_open or (review.state in WITH_PLAN and not review.told)


def _breach(plan: str, review: str, duty: Duty, as_at: date) -> tuple[Any, ...]:
    assert duty.due
    how, days = "done_late", None
    if duty.window:
        assert duty.met_on
        how, days = "cut_short", (duty.due - duty.met_on).days + 1
    elif duty.state == "overdue":
        how, days = "not_done", (as_at - duty.due).days
    elif duty.met_on is None:
        how = "never_done"
    else:
        days = (duty.met_on - duty.due).days
    return (plan, review, duty.id, duty.owner, duty.due, duty.met_on, how, days, duty.citation)


def transfers(app: Arflow, asked: Asked) -> Counter[tuple[Any, ...]]:
    """Each plan with a transfer in the period: (plan, kind, strict day, outer day, stage, result)."""
    found: Counter[tuple[Any, ...]] = Counter()
    for case in cases_known(app, asked):
        plan = case.plan
        moved = plan.transfer_on.day if plan.transfer_on else None
        if not plan.is_maintained or moved is None or not within(asked, moved):
            continue
        strict, outer = _limits(plan.transfer or "", moved)
        stage, final = _come(app, case, moved)
        found[plan.ref, plan.transfer, strict, outer, stage, _result(final, strict, outer, asked.as_at)] += 1
    return found


def _limits(kind: str, moved: date) -> tuple[date, date]:
    if kind == "post16_to_post16":
        month, year = (moved.month - 5, moved.year) if moved.month > 5 else (moved.month + 7, moved.year - 1)
        return date(year, month, moved.day), date(year, month, moved.day)
    outer = date(moved.year, 3, 31) if kind == "secondary_to_post16" else date(moved.year, 2, 15)
    return outer - timedelta(days=1), outer


def _come(app: Arflow, case: Case, moved: date) -> tuple[str, date | None]:
    best: tuple[float, str, date | None] = (0, "not_started", None)
    outside = [d.recorded.day for d in expected_dealings(case.plan) if d.review is None]
    if outside:
        best = (4, "final", outside[-1])
    for review in case.reviews.values():
        facts = review_facts(review, case.plan, app.workflow(review.workflow)).days
        if not counts(app, review) or not is_for_transfer(case.plan, review.kind, placed(review)):
            continue
        final = facts["transfer_named"].day if "transfer_named" in facts else None
        reached = [
            (4, "final", "transfer_named"),
            (2.5, "decided", "notified"),
            (2, "held", "held"),
            (1, "opened", ""),
        ]
        rank, stage, _ = next(step for step in reached if not step[2] or step[2] in facts)
        best = max(best, (rank, stage, final), key=lambda one: (one[0], -(one[2] or date.min).toordinal()))
    return best[1], best[2]


def _result(final: date | None, strict: date, outer: date, as_at: date) -> str:
    if (final or as_at) > outer:
        return "late"
    return "running" if final is None else "in_time" if final <= strict else "contested"


def kpi(app: Arflow, asked: Asked) -> dict[str, tuple[int, int]]:
    """The key figures that count reviews held: each with its numerator and denominator."""
    found: dict[str, tuple[int, int]] = {}
    for _, review, own in reviews_known(app, asked):
        held = review.day("hold")
        if held is None or not counts(app, review) or not within(asked, held):
            continue
        school = any(duty.id == "report" and duty.owner == "school" for duty in own)
        for name, counted in _of_held(review, held, asked.as_at, school=school):
            part, whole = found.get(name, (0, 0))
            found[name] = (part + counted, whole + 1)
    return found


def _of_held(review: AnnualReview, held: date, as_at: date, *, school: bool) -> Iterator[tuple[str, bool]]:
    told, notice, reported = review.day("notify"), review.day("notice"), review.day("report")
    if as_at > held + timedelta(28):
        yield "decision_in_4_weeks", told is not None and (told - held).days <= 28
    if school and as_at > held + timedelta(14):
        yield "school_report_in_2_weeks", reported is not None and (reported - held).days <= 14
    if told:
        for outcome in ("amend", "maintain", "cease"):
            yield f"outcome_{outcome}", review.outcome == outcome
    if review.outcome != "amend":
        return
    final = review.day("issue") or review.day("not_amend")
    if notice and as_at > notice + timedelta(56):
        yield "final_in_8_weeks", final is not None and (final - notice).days <= 56
    if told:
        yield "notice_with_decision", notice is not None and notice <= told
        yield "notice_after_decision", notice is not None and notice > told
        if as_at > held + timedelta(84):
            yield "final_in_12_weeks", final is not None and (final - held).days <= 84


def due(app: Arflow, asked: Asked) -> dict[str, tuple[int, int]]:
    """The twelve months that end in the period: held and completed on time."""
    found: dict[str, tuple[int, int]] = {}
    for case in cases_known(app, asked):
        is_open = any(_stands_for_the_year(review) and counts(app, review) for review in case.reviews.values())
        for review, own in of_case(app, case, asked.as_at):
            year = next((duty for duty in own if duty.id == "twelve_months"), None)
            left_out = is_open if review is None else not counts(app, review)
            if (
                year is None
                or left_out
                or year.state == "not_applicable"
                or year.due is None
                or not within(asked, year.due)
            ):
                continue
            days = {
                "held_on_time": review.day("hold") if review else None,
                "completed_on_time": review.day("notify") if review else None,
            }
            for name, done in days.items():
                if asked.as_at > year.due:
                    part, whole = found.get(name, (0, 0))
                    found[name] = (part + (done is not None and done <= year.due), whole + 1)
    return found


def conduct(app: Arflow, asked: Asked) -> Counter[tuple[Any, ...]]:
    """What is recorded of each review held: (section, group, review, aspect, answer), or what was coded."""
    found: Counter[tuple[Any, ...]] = Counter()
    for plan, review, held, group in _held(app, asked):
        then = _as_known(app, asked, plan.ref, held) or plan
        found.update((section, group, review.id, *said) for section, *said in _conducted(review.conduct, then, held))
    return found


def participation(app: Arflow, asked: Asked) -> Counter[tuple[Any, ...]]:
    """Who took part in each review held: (section, group, review, role, how), and days from being asked to the answer."""
    return Counter(
        (section, group, review.id, *said)
        for _, review, held, group in _held(app, asked)
        for section, *said in _took_part(review, held)
    )


def _held(app: Arflow, asked: Asked) -> Iterator[tuple[Plan, AnnualReview, date, str]]:
    """The reviews that count and were held in the period, with their plans, their meetings and their groups."""
    names = app.directory.officer_names()
    for case in cases_known(app, asked):
        for review in case.reviews.values():
            held = review.day("hold")
            if held is not None and counts(app, review) and within(asked, held):
                yield case.plan, review, held, group_of(asked.by, case.plan, review.kind, held, names)


def _took_part(review: AnnualReview, held: date) -> Iterator[tuple[Any, ...]]:
    there = _events(review, "hold")[-1][1].attended
    for role in ROLES:
        invited = any(role in event.roles for _, event in _events(review, "invite"))
        if invited:
            replies = [one for one in review.invitation_answers if one.role == role]
            yield (
                "replies",
                role,
                max(replies, key=lambda one: one.originator_version).replied if replies else "no_reply",
            )
        asked = [on for on, event in _events(review, "request_advice") if role in event.roles]
        answers = [(on, event) for on, event in _events(review, "receive_advice") if event.role == role]
        advice = [on for on, event in answers if event.answer == "advice" and not event.nothing_to_add]
        if role in there:
            yield "attendance", role, "attended"
        elif invited and not there:
            yield "attendance", role, "not_recorded"
        elif invited:
            yield "attendance", role, "sent_advice" if advice and min(advice) <= held else "neither"
        if asked:
            first = min((on for on, _ in answers), default=None)
            answer = "waiting" if first is None else "in_time" if first + timedelta(weeks=2) <= held else "late"
            yield "advice", role, answer, (first - min(asked)).days if first and first >= min(asked) else None


def _events(review: AnnualReview, step: str) -> list[tuple[date, Any]]:
    """The acts of a step that count, each with its day and its event, as they were recorded."""
    return [(act.on, act.event) for act in review.all(step)]


def _as_known(app: Arflow, asked: Asked, ref: str, on: date) -> Plan | None:
    """The plan as a meeting found it, from what had been recorded by a moment."""
    events = [event for _, event in app.case_events(ref) if isinstance(event, PlanEvent)]
    return as_at([e for e in events if asked.known_at is None or e.recorded_at <= asked.known_at], on)


def _conducted(said: ConductRecorded | None, plan: Plan, held: date) -> Iterator[tuple[str, ...]]:
    grown = plan.nc_year >= 9 if plan.nc_year is not None else plan.rights_holder(held) == "young_person"
    asked = {
        "every outcome": said and bool(said.progress) and "not_addressed" not in said.progress,
        "views of the child": said and "child_gave_views" in said.views,
        "views of the parent": said and "parent_gave_views" in said.views,
        "adulthood": said and bool(said.areas),
        "every area of adulthood": said and len(said.areas) == 4,
        "personal budget": said and said.personal_budget is not None,
    }
    if plan.rights_holder(held) == "young_person":
        del asked["views of the parent"]
    if not grown:
        del asked["adulthood"], asked["every area of adulthood"]
    for aspect, answer in asked.items():
        yield "addressed", aspect, "not_recorded" if said is None else "addressed" if answer else "left_out"
    if said is None:
        return
    yield from (("progress", code, item) for item, code in zip(said.outcomes, said.progress, strict=True))
    yield from (("views", code) for code in said.views or ("not recorded",))
    yield from (("areas", code) for code in said.areas or ("not recorded",) if grown)
    yield "personal_budget", said.personal_budget or "not recorded"
