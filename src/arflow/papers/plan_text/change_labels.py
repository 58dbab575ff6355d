"""The words of marked copies: what a change does, who proposed it, and what others think of it."""

import re
from collections.abc import Mapping
from typing import get_args

import msgspec

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

OWN_AUTHOR = "Proposed amendments"  # of the comments in marked copies
OWN_AUTHORS = (OWN_AUTHOR, "arflow")  # those of earlier versions too
KEY: tuple[tuple[str, str], ...] = (
    ("removed", "Text that it is proposed to take out is struck through."),
    ("added", "Text that it is proposed to put in is green and underlined."),
)
# A word processor shows each author's changes in a colour of their own.
WORD_KEY = (
    "Proposed amendments. Text to take out is struck through; new text is underlined. Your word processor may use a colour "
    "for each person who proposes. Comments say who proposed each change and what others think."
)
_OWN_LABEL = re.compile(rf"({'|'.join(map(re.escape, ROLES.values()))})(?: \((.*)\))?")
_STANCES = {True: "agrees", False: "does not agree", None: "says"}
_WHO = "|".join(re.escape(f"{said[0].upper()}{said[1:]}") for said in ROLES.values())
_VIEW = re.compile(rf"({_WHO})(?: \((.*?)\))? ({'|'.join(_STANCES.values())})(?:: (.*))?")
_LED = re.compile(r"Led to by (.*)\.")
_KINDS = {"reword": "would change", "add": "would be added", "remove": "would be taken out"}


def heading(change: Change) -> str:
    """Change 1: E2 would change. Proposed by the school or setting."""
    return f"Change {change.id}: {change.item} {_KINDS[change.kind]}. Proposed by {proposer(change)}."


def proposer(change: Change) -> str:
    """Who proposed it, and the names that the word processor kept; no id of ours, which says nothing to a family."""
    who = ROLES.get(change.proposed_by, "somebody who is not named")
    others = [author for author in change.authors if author != who]  # our own marked copy says it as we do
    return f"{who} ({', '.join(others)})" if others else who


def with_first_proposer(change: Change) -> Change:
    """A change that was read from a marked copy of ours, with the proposer and the names that the copy gave it."""
    own = [_OWN_LABEL.fullmatch(author) for author in change.authors]
    names = [
        name
        for author, label in zip(change.authors, own, strict=True)
        for name in ((label.group(2) or "").split(", ") if label else [author])
        if name
    ]
    roles = dict.fromkeys(label.group(1) for label in own if label)
    if len(roles) == 1 and all(own):
        (first,) = (role for role, said in ROLES.items() if said in roles)
        return msgspec.structs.replace(change, proposed_by=first, authors=tuple(dict.fromkeys(names)))
    earlier = [said for said in roles if said != ROLES.get(change.proposed_by)]
    return msgspec.structs.replace(change, authors=tuple(dict.fromkeys([*earlier, *names])))


def view(given: View) -> str:
    """The parent (Sam Pole) does not agree: …"""
    named = f" ({given.name})" if given.name else ""
    return f"{_begins(ROLES[given.role])}{named} {_STANCES[given.agrees]}{f': {given.text}' if given.text else ''}"


def views_said(comment: str) -> tuple[tuple[View, ...], str]:
    """The views in a comment of a marked copy of ours, and the advice that it names; both empty where it says neither."""
    views: list[View] = []
    led_to_by = ""
    for line in comment.splitlines():
        if found := _VIEW.fullmatch(line):
            who, name, stance, text = found.groups()
            role: Role = next(role for role in get_args(Role) if _begins(ROLES[role]) == who)
            agrees = next(agrees for agrees, said in _STANCES.items() if said == stance)
            views.append(View(role=role, name=name or "", agrees=agrees, text=text or ""))
        elif led := _LED.fullmatch(line):
            led_to_by = led.group(1)
        elif views and line.strip():  # a view of several lines
            views[-1] = msgspec.structs.replace(views[-1], text=f"{views[-1].text}\n{line}")
    return tuple(views), led_to_by


def _begins(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def advice(change: Change) -> str:
    """The advice that led to it, by its titles; empty for none."""
    titles = [change.titles[document] for document in change.advice if document in change.titles]
    untitled = len(change.advice) - len(titles)
    if untitled:
        titles.append("other advice" if titles else "advice whose title is not given here")
    return f"Led to by {'; '.join(titles)}." if titles else ""


def plain(change: Change) -> str:
    """The item with [-what is removed-] and {+what is added+}."""
    marks = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in readable(pieces(change.old, change.new)))


def summary(changes: tuple[Change, ...]) -> str:
    """How many changes are proposed."""
    if not changes:
        return "No change to this plan is proposed."
    return f"{len(changes)} change{'s are' if len(changes) > 1 else ' is'} proposed to this plan."
