"""A workflow definition as a page to read: how it counts, who does what by when, and on what authority."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from arflow.cli.output import table
from arflow.words import in_words, spoken

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.law.workflow import DutyRule, Step, Workflow

# What is counted by each setting, and what its options do.
SETTINGS: dict[str, tuple[str, dict[str, str]]] = {
    "notice": (
        "at least two weeks' notice, or in advance (r.20(3)-(4))",
        {
            "clear_days": "neither the day of notice nor the day of the meeting counts: 15 days before it",
            "calendar_weeks": "14 days before the meeting is in time",
        },
    ),
    "twelve_months": (
        "12 months starting with a day (s.44(1))",
        {
            "day_before_anniversary": "the day itself is day 1: the last day is the day before the anniversary",
            "anniversary": "the anniversary is in time",
        },
    ),
    "phase_dates": (
        "before 15 February, before 31 March (r.18)",
        {"before": "14 February and 30 March are the last days", "by": "15 February and 31 March are in time"},
    ),
    "roll_forward_non_working_days": (
        "a last day that is no working day",
        {"False": "stands: nothing in rr.18-22 moves it", "True": "moves to the next working day"},
    ),
    "clock_resets_on": (
        "the day a new period of 12 months starts",
        {
            "decision_notified": "the day the decision was notified (Code 9.169)",
            "meeting_held": "the day of the meeting",
        },
    ),
    "adjourned_meeting": (
        "a meeting held over more than one day",
        {"first_day": "counts from its first day", "concluding_day": "counts from its concluding day"},
    ),
    "due_soon_days": ("when a duty is shown as due soon", {}),
}
_READINGS = {"strict": ", as the words stand", "outer": ", as commonly practised"}


def page(out: "Console", found: "Workflow") -> None:
    """Print the whole definition."""
    out.print(f"{found.id}: {found.header.title}", soft_wrap=True)
    extends = f" Extends {found.header.extends}." if found.header.extends else ""
    out.print(f"In force from {found.header.in_force_from}.{extends} SHA-256 {found.sha256}\n", soft_wrap=True)
    _section(out, "How time is counted", ("Setting", "What it counts", "Chosen", "What that means"), _policy(found))
    states = [(state.id, state.text, _whose(state.holder), state.citation) for state in found.states]
    _section(out, "States", ("State", "", "Whose turn", "Law"), states)
    steps = [
        (spoken(step.id), step.text, _whose(step.actor), step.word, step.citation, _since(step, found))
        for step in found.steps
    ]
    _section(out, "Steps", ("Step", "", "Who", "Word", "Law", "In force"), steps)
    invitees = [(one.title, one.word, one.citation) for one in found.invitees]
    _section(out, "Who is invited", ("Invitee", "Word", "Law"), invitees)
    recipients = [
        (spoken(one.step), one.receives, _names(one.roles), one.word, one.citation) for one in found.recipients
    ]
    _section(out, "Who is sent what", ("Step", "What", "To", "Word", "Law"), recipients)
    _section(out, "Duties", ("Duty id", "Whose", "Word", "Due (the earliest)", "Law", "In force"), _duties(found))
    transfers = [(_names([one.id]), one.rule, one.citation) for one in found.transfers]
    _section(out, "Transfers between phases", ("Transfer", "Due", "Law"), transfers)
    kinds = [(name, kind.text, kind.citation) for name, kind in found.kinds.items()]
    _section(out, "Kinds of review", ("Kind", "", "Law"), kinds)
    _section(out, "Terms", ("Term", "Starts"), [(term.name, term.starts) for term in found.terms])


def _section(out: "Console", title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if rows:
        table(out, heads, rows, empty="", title=title)


def _policy(found: "Workflow") -> list[tuple[str, str, str, str]]:
    from arflow.law.rules_in_force import SETTINGS as SETTINGS_OF_THE_POLICY

    rows = []
    for name in SETTINGS_OF_THE_POLICY:
        chosen = getattr(found.policy, name)
        setting, _, reading = name.rpartition("_") if name.endswith(tuple(_READINGS)) else (name, "", "")
        counted, options = SETTINGS[setting]
        rows.append((name, counted + _READINGS.get(reading, ""), str(chosen), options.get(str(chosen), "days before")))
    return rows


def _duties(found: "Workflow") -> list[tuple[object, ...]]:
    return [
        (
            duty.id,
            _whose(duty.owner),
            f"{duty.word} ({duty.source})",
            "\n".join(limb.text for limb in duty.due),
            duty.citation,
            _since(duty, found),
        )
        for duty in found.duties
    ]


def _since(rule: "Step | DutyRule", found: "Workflow") -> str:
    """Since when a rule has been law, and since when that was known where a judgment said so later."""
    in_force = rule.in_force_from or found.header.in_force_from
    known = rule.known_from or in_force
    return str(in_force) if known <= in_force else f"{in_force}, known {known}"


def _whose(party: str) -> str:
    return {"la": "local authority", "family_then_la": "family, then local authority", "none": "nobody"}.get(
        party, party
    )


def _names(ids: Sequence[str]) -> str:
    return ", ".join(in_words(name) for name in ids)
