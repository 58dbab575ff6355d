"""The proof of one deadline: facts with their events, the rule and its version, the counting, and the other reading. Pure."""

from collections.abc import Iterator
from datetime import date

import msgspec

from arflow.case.deadlines import Deadline
from arflow.case.duties import LATE, Duty, Limit
from arflow.case.facts import Facts
from arflow.case.plan_records import Explained
from arflow.law.periods import period_last_day
from arflow.law.workflow import Workflow
from arflow.words import counted, in_words


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What shows why a duty is due when it is; `lines` is the whole of it in words."""

    case: str
    duty: str
    due: date | None
    outer: date | None
    met_on: date | None
    state: str
    workflow: str
    workflow_sha256: str
    citation: str
    lines: tuple[str, ...]


def prove(
    case: str, duty: Duty, facts: Facts, workflow: Workflow, today: date, *, explained: Explained | None = None
) -> Proof:
    """The proof of a duty of a case, as it stands on a day; `explained` is why it was late, where that is recorded."""
    return Proof(
        case=case,
        duty=duty.id,
        due=duty.due,
        outer=duty.outer,
        met_on=duty.met_on,
        state=duty.state,
        workflow=workflow.id,
        workflow_sha256=workflow.sha256,
        citation=duty.citation,
        lines=(*_lines(case, duty, facts, workflow, today), *_why_late(duty, explained)),
    )


def _why_late(duty: Duty, explained: Explained | None) -> Iterator[str]:
    """The reason that was recorded; nothing where the duty is not late, since a reason alone makes no breach."""
    if explained and duty.state in LATE:
        remedy = f"; remedy: {in_words(explained.remedy)}" if explained.remedy else ""
        yield (
            f"Why it was late: {in_words(explained.because)} (cause: {in_words(explained.cause)}){remedy}, "
            f"recorded for {said(explained.recorded.day)} ({explained.recorded.source})"
        )


def prove_deadline(case: str, deadline: Deadline, facts: Facts, workflow: Workflow, today: date) -> Proof:
    """The proof of an act's deadline: of the duty that sets its day, and of each that the act meets beside it."""
    duties = (deadline.duty, *deadline.beside)
    others = "; ".join(f"{one.id} by {said(one.due)}" for one in deadline.beside) or "nothing"
    head = (
        f"{case} · {in_words(deadline.act)} by {said(deadline.duty.due)}: set by {deadline.duty.id}; beside it {others}"
    )
    lines = (line for one in duties for line in ("", *_lines(case, one, facts, workflow, today)))
    return msgspec.structs.replace(prove(case, deadline.duty, facts, workflow, today), lines=(head, *lines))


def said(day: date | None) -> str:
    """A day as people say it: Wed 16 Jul 2025."""
    return f"{day:%a} {day.day} {day:%b %Y}" if day else "not known"


def _lines(case: str, duty: Duty, facts: Facts, workflow: Workflow, today: date) -> Iterator[str]:
    yield f"{case} · {duty.id}: {duty.text} ({duty.owner}, {duty.word})"
    yield _verdict(duty, today)
    yield f"Rule: {duty.formula}"
    yield from _facts(duty, facts)
    yield from (line for limit in duty.limits for line in _counting(limit, duty))
    if duty.due != duty.outer:
        yield from _other_reading(duty)
    if duty.id == "twelve_months":
        yield from _from_the_meeting(facts)
    yield f"Law: {duty.citation}. Definition {workflow.id}, sha256 {workflow.sha256[:16]}…"


def _verdict(duty: Duty, today: date) -> str:
    state = in_words(duty.state)
    if duty.state == "not_applicable":
        return f"Does not apply: {duty.reason}."
    if duty.due is None:
        nothing = (
            "there is nothing to count from yet" if duty.state == "not_started" else "the law gives no number of days"
        )
        return f"State: {state}: {duty.reason}." if duty.reason else f"State: {state} ({nothing})."
    if duty.window:
        kept = f"; acted on {said(duty.met_on)}" if duty.met_on and duty.met_on <= duty.due else ""
        return f"State: {state}. Runs to the end of {said(duty.due)}{kept}."
    done = f"; done {said(duty.met_on)} ({_against(duty.met_on, duty.due)})" if duty.met_on else _left(duty.due, today)
    doubt = "" if duty.quality == "known" else f" A day that it rests on is {_DOUBT[duty.quality]}."
    return f"State: {state}. Last day {said(duty.due)}{done}.{doubt}"


_DOUBT = {"estimated": "an estimate", "missing": "not known"}


def _against(met_on: date, due: date) -> str:
    days = (met_on - due).days
    if days == 0:
        return "on the last day"
    return f"{counted(abs(days), 'day')} {'after' if days > 0 else 'before'} it"


def _left(due: date, today: date) -> str:
    days = (due - today).days
    if days == 0:
        return "; that is today, and in time"
    return f"; {counted(abs(days), 'day')} {'left' if days > 0 else 'late'} on {said(today)}"


def _facts(duty: Duty, facts: Facts) -> Iterator[str]:
    for name in duty.facts:
        fact = facts.days[name]
        entered = f", recorded {fact.recorded_at:%-d %b %Y}" if fact.recorded_at else ""
        corrected = ", corrected" if fact.corrected else ""
        doubt = "" if fact.quality == "known" else f", {fact.quality}"
        yield f"Fact: {name} = {said(fact.day)} ({fact.source}{entered}{corrected}{doubt})"


def _counting(limit: Limit, duty: Duty) -> Iterator[str]:
    if limit.strict is None:
        return
    first = f"day 1 = {said(limit.first)}, " if limit.first else ""
    mark = "  ← the limit" if limit.strict == duty.due and len(duty.limits) > 1 else ""
    yield f"Count: {limit.text}: {first}last day = {said(limit.strict)} ({limit.citation}){mark}"


def _other_reading(duty: Duty) -> Iterator[str]:
    contested = {limit.contested for limit in duty.limits if limit.contested}
    why = f": {'; '.join(sorted(contested))}" if contested else ""
    yield f"Other reading: last day = {said(duty.outer)}{why}"


def _from_the_meeting(facts: Facts) -> Iterator[str]:
    """The next review counted from the meeting, as some authorities do (Code 9.169 speaks of reviews held)."""
    held, notified = facts.day("held"), facts.day("notified")
    if held and notified and held != notified:
        yield (
            f"Next 12 months: to {said(period_last_day(notified, 12))} from the decision; "
            f"counted from the meeting, to {said(period_last_day(held, 12))}"
        )
