"""How an audit trail reads to a stranger: steps, duties, days and marks in words."""

from collections.abc import Mapping
from datetime import date, datetime

from arflow.case.duties import Duty
from arflow.evidence.trail.document import CaseTrail, MainStep, Trail
from arflow.law.london import LONDON
from arflow.telling.story import LATE_AFTER_DAYS, PASSED_OVER, Line, MarkKind
from arflow.words import counted, in_words

_STEPS = {
    "open": "Review opened",
    "schedule": "Meeting planned",
    "postpone": "Meeting moved to another day",
    "invite": "Invitations sent",
    "request_advice": "Advice requested",
    "receive_advice": "Advice received",
    "circulate": "Advice circulated",
    "hold": "Meeting held",
    "report": "Report sent",
    "decide": "Decision made",
    "notify": "Decision notified",
    "notice": "Proposed amendments sent",
    "notice_again": "Other amendments sent in their place",
    "withdraw_notice": "Proposed amendments withdrawn",
    "agree_time": "More time agreed",
    "change_decision": "Decision changed",
    "represent": "Representations received",
    "issue": "Final amended plan issued",
    "reissue": "Final plan sent once more",
    "not_amend": "Decided not to amend",
    "cease": "Plan ceased",
    "appeal": "Appeal made",
    "determine_appeal": "Appeal ended",
    "certify_mediation": "Mediation certificate given",
    "conclude": "Review concluded",
    "cancel": "Review cancelled",
    "supersede": "Gave way to another review",
}
LABELS: Mapping[MarkKind, str] = {
    "late": "Entered late",
    "corrected": "Corrected since",
    "voided": "Voided since",
    "correction": "Correction",
    "voiding": "Voiding",
    "skipped": "Steps passed over",
}
MEANINGS: Mapping[MarkKind, str] = {
    "late": f"entered more than {LATE_AFTER_DAYS} days after the day it happened",
    "corrected": "a later entry corrected the day and counts instead",
    "voided": "a later entry took it back: it does not count",
    "skipped": "recorded although expected steps had not been, with the reason given",
}


def step_label(step: str, texts: Mapping[str, str]) -> str:
    """A step as something done: Meeting held; a local step by its own text."""
    return _STEPS.get(step) or texts.get(step, in_words(step).capitalize())


def day_shown(day: date | None) -> str:
    """A day as written in letters: 8 Sep 2025."""
    return f"{day.day} {day:%b %Y}" if day else "–"


def moment_shown(moment: datetime) -> str:
    """A moment in London: 8 Sep 2025, 14:05 BST."""
    local = moment.astimezone(LONDON)
    return f"{day_shown(local.date())}, {local:%H:%M %Z}"


def days_of(step: MainStep) -> str:
    """When a step was done: one day, or from the first to the last of several times."""
    if step.times == 1:
        return day_shown(step.first)
    last = "" if step.first == step.last else f" to {day_shown(step.last)}"
    return f"{day_shown(step.first)}{last} ({step.times} times)"


def outcome(duty: Duty, as_at: date) -> str:
    """How a duty was kept, in a sentence: Done on 14 Jul 2025, 2 days before the last day."""
    if duty.state == "not_applicable":
        return f"Does not apply: {duty.reason}"
    if duty.met_on:
        return _done(duty, duty.met_on)
    if duty.state == "not_started":
        return duty.reason.capitalize() or "Nothing to count from yet"
    if duty.due is None:
        return duty.reason.capitalize() or "Running: the law gives no number of days"
    if duty.window and as_at > duty.due:
        return "The time given has ended"
    if duty.state == "breached":
        return "Not done, and can no longer be"
    left = (duty.due - as_at).days
    return (
        f"Not done: {counted(left, 'day')} left"
        if left > 0
        else "Not done: due today"
        if not left
        else _overdue(duty, -left)
    )


def _done(duty: Duty, on: date) -> str:
    if duty.due is None:
        return f"Done on {day_shown(on)}"
    if duty.window:
        return f"Acted on {day_shown(on)}, {'after' if on > duty.due else 'before'} the time given had ended"
    days = (on - duty.due).days
    when = (
        "on the last day"
        if days == 0
        else f"{counted(abs(days), 'day')} {'after' if days > 0 else 'before'} the last day"
    )
    contested = ", within the other reading of the law" if duty.state == "contested" else ""
    return f"Done on {day_shown(on)}, {when}{contested}"


def _overdue(duty: Duty, days: int) -> str:
    contested = ", though not in the other reading of the law" if duty.state == "contested" else ""
    return f"Not done: {counted(days, 'day')} late{contested}"


def title(part: CaseTrail) -> str:
    """What one part is about: a review by its id first, a plan by its reference."""
    return part.title if part.title.endswith(f" {part.id}") else f"{part.id}: {part.title}"


def lead(trail: Trail) -> str:
    """What the document is, in a sentence or two."""
    of = f"plan {trail.case} and each of its reviews" if trail.is_plan else f"review {trail.case} of plan {trail.plan}"
    known = f", as far as it had been recorded by {moment_shown(trail.known_at)}" if trail.known_at else ""
    return (
        f"Everything recorded about {of}{known}: {counted(trail.entries, 'entry', 'entries')}. "
        f"Duties are shown as at {day_shown(trail.as_at)}."
    )


def number(line: Line, part: CaseTrail) -> str:
    """An entry's number; one of the plan's own entries, told in the part of a review, says so."""
    return str(line.number) if line.case == part.id else f"plan {line.number}"


def marks(line: Line) -> list[tuple[MarkKind, str, str]]:
    """What stands out of an entry: its kind, its label, and the words that add to the label."""
    return [
        (kind, LABELS[kind], "" if mark == LABELS[kind].lower() else mark.removeprefix(PASSED_OVER))
        for kind, mark in zip(line.kinds, line.marks, strict=True)
    ]


def counts(stands_out: Mapping[MarkKind, int]) -> str:
    """How many entries stand out: 2 entered late, 1 corrected since, 1 passing over steps."""
    said = {**LABELS, "skipped": "passing over steps"}
    found = [f"{number} {said[kind].lower()}" for kind, number in stands_out.items() if number]
    return ", ".join(found) or "none"
