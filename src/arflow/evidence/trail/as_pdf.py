"""An audit trail as a PDF."""

from typing import Any

from arflow.case.duties import Duty
from arflow.evidence.trail import trail_words
from arflow.evidence.trail.document import CaseTrail, Trail
from arflow.papers.pages.pdf_page import typeset
from arflow.telling.story import Line
from arflow.words import in_words


def as_pdf(trail: Trail) -> bytes:
    """The document as bytes; the same trail gives the same bytes."""
    return typeset("audit.typ", _document(trail), at=trail.made_at).content


def _document(trail: Trail) -> dict[str, Any]:
    """All that the template prints, as text."""
    from importlib.metadata import version

    return {
        "case": trail.case,
        "title": f"Audit trail of {trail.case}",
        "lead": trail_words.lead(trail),
        "as_at": trail_words.day_shown(trail.as_at),
        "is_plan": trail.is_plan,
        "stands_out": trail_words.counts(trail.stands_out),
        "parts": [_part(trail, part) for part in trail.parts],
        "meanings": [[trail_words.LABELS[kind], meaning] for kind, meaning in trail_words.MEANINGS.items()],
        "made": f"{trail_words.moment_shown(trail.made_at)}, by arflow {version('arflow')}",
        "position": f"{trail.position:,}",
        "head": trail.head,
    }


def _part(trail: Trail, part: CaseTrail) -> dict[str, Any]:
    return {
        "id": part.id,
        "title": trail_words.title(part),
        "facts": [
            ["Case", f"{part.title} ({part.citation})"],
            ["State", part.state],
            *([name, found if isinstance(found, str) else trail_words.day_shown(found)] for name, found in part.facts),
            ["Definition of the process", part.workflow],
            ["Entries that stand out", trail_words.counts(part.stands_out)],
        ],
        "steps": [[step.label, trail_words.days_of(step), step.corrected] for step in part.steps],
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
        "due": trail_words.day_shown(duty.due) if duty.due else "none",
        "outer": trail_words.day_shown(duty.outer) if duty.outer != duty.due else "",
        "state": in_words(duty.state),
        "outcome": trail_words.outcome(duty, trail.as_at),
        "citation": duty.citation,
    }


def _line(line: Line, part: CaseTrail) -> dict[str, Any]:
    return {
        "number": trail_words.number(line, part),
        "on": trail_words.day_shown(line.on),
        "text": f"{line.text}.",
        "marks": [[kind, label, words] for kind, label, words in trail_words.marks(line)],
        "evidence": line.evidence or "",
        "citation": line.citation,
        "recorded_at": trail_words.moment_shown(line.recorded_at),
        "recorded_by": line.recorded_by or "somebody not named",
    }
