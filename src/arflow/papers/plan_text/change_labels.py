"""The words of marked copies: what a change does, who proposed it, and what others think of it."""

from collections.abc import Mapping
from typing import get_args

from arflow.events import Role
from arflow.papers.plan_text.amendments import Change, View
from arflow.papers.plan_text.marked_plan import pieces, readable

ROLES: Mapping[str, str] = {
    "parent": "the parent",
    "young_person": "the young person",
    "setting": "the school or setting",
    "named_setting": "the institution that the plan names",
    "la_sen": "the local authority",
    "health": "health",
    "la_social_care": "social care",
    "youth_offending": "the youth offending team",
    "job_coach": "the job coach",
    "other": "somebody else",
}
assert set(ROLES) == set(get_args(Role))

OWN_AUTHOR = "arflow"  # of the comments in marked copies
KEY: tuple[tuple[str, str], ...] = (
    ("removed", "Text that it is proposed to take out is struck through."),
    ("added", "Text that it is proposed to put in is green and underlined."),
)
# A word processor may show each author's changes in a colour of their own.
WORD_KEY = (
    "Proposed amendments. Text to take out is struck through. New text is underlined, in green "
    "or in the colour that your word processor gives to changes. Comments say who proposed each change and what others think."
)
_KINDS = {"reword": "would change", "add": "would be added", "remove": "would be taken out"}


def heading(change: Change) -> str:
    """C1: E2 would change. Proposed by the school or setting."""
    return f"{change.id}: {change.item} {_KINDS[change.kind]}. Proposed by {proposer(change)}."


def proposer(change: Change) -> str:
    """Who proposed it, and the names that the word processor kept."""
    who = ROLES.get(change.proposed_by, change.proposed_by)
    others = [author for author in change.authors if author != who]  # our own marked copy says it as we do
    return f"{who} ({', '.join(others)})" if others else who


def view(given: View) -> str:
    """The parent does not agree: …"""
    stance = {True: "agrees", False: "does not agree", None: "says"}[given.agrees]
    who = ROLES[given.role]
    return f"{who[0].upper()}{who[1:]} {stance}{f': {given.text}' if given.text else ''}"


def advice(change: Change) -> str:
    """The advice that led to it, by the first twelve digits of each document's SHA-256."""
    if not change.advice:
        return "No advice is linked to this change."
    return f"Led to by advice {', '.join(document[:12] for document in change.advice)}."


def plain(change: Change) -> str:
    """The item with [-what is removed-] and {+what is added+}."""
    marks = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in readable(pieces(change.old, change.new)))


def summary(changes: tuple[Change, ...]) -> str:
    """How many changes are proposed."""
    if not changes:
        return "No change to this plan is proposed."
    return f"{len(changes)} change{'s are' if len(changes) > 1 else ' is'} proposed to this plan."
