"""An audit trail as a PDF."""

from typing import Any

from arflow.duties import Duty
from arflow.pages.typesetting import typeset
from arflow.story import Line
from arflow.trail import wording
from arflow.trail.making import CaseTrail, Trail


def as_pdf(trail: Trail) -> bytes:
    """The document as bytes; the same trail gives the same bytes."""
    return typeset("audit.typ", _document(trail), at=trail.made_at)


def _document(trail: Trail) -> dict[str, Any]:
    """All that the template prints, as text."""
    from importlib.metadata import version

    return {
        "case": trail.case,
        "title": f"Audit trail of {trail.case}",
        "lead": wording.lead(trail),
        "as_at": wording.day_shown(trail.as_at),
        "is_plan": trail.is_plan,
        "stands_out": wording.counts(trail.stands_out),
        "parts": [_part(trail, part) for part in trail.parts],
        "meanings": [[wording.LABELS[kind], meaning] for kind, meaning in wording.MEANINGS.items()],
        "made": f"{wording.moment_shown(trail.made_at)}, by arflow {version('arflow')}",
        "position": f"{trail.position:,}",
        "head": trail.head,
    }


def _part(trail: Trail, part: CaseTrail) -> dict[str, Any]:
    return {
        "id": part.id,
        "title": wording.title(part),
        "facts": [
            ["Case", f"{part.title} ({part.citation})"],
            ["State", part.state],
            *([name, found if isinstance(found, str) else wording.day_shown(found)] for name, found in part.facts),
            ["Definition of the process", part.workflow],
            ["Entries that stand out", wording.counts(part.stands_out)],
        ],
        "steps": [[step.label, wording.days_of(step), step.corrected] for step in part.steps],
        "duties": [_duty(trail, duty) for duty in part.duties if duty.state != "not_applicable"],
        "others": [
            f"{duty.text} ({duty.citation}): {duty.reason}." for duty in part.duties if duty.state == "not_applicable"
        ],
        "lines": [_line(line, part) for line in part.lines],
    }


def _duty(trail: Trail, duty: Duty) -> dict[str, Any]:
    return {
        "text": duty.text,
        "owner": duty.owner,
        "due": wording.day_shown(duty.due) if duty.due else "none",
        "outer": wording.day_shown(duty.outer) if duty.outer != duty.due else "",
        "state": duty.state.replace("_", " "),
        "outcome": wording.outcome(duty, trail.as_at),
        "citation": duty.citation,
    }


def _line(line: Line, part: CaseTrail) -> dict[str, Any]:
    return {
        "number": wording.number(line, part),
        "on": wording.day_shown(line.on),
        "text": f"{line.text}.",
        "marks": [[kind, label, words] for kind, label, words in wording.marks(line)],
        "evidence": line.evidence or "",
        "citation": line.citation,
        "recorded_at": wording.moment_shown(line.recorded_at),
        "recorded_by": line.recorded_by or "somebody not named",
    }
