"""A Person as a census day saw it: what came about later is not yet decided, not yet there, or not yet left. Pure."""

from collections.abc import Iterator
from datetime import date

import msgspec

from arflow.sen2.form.record import Record

# What goes with the day of a decision: the decision, and what followed it.
_DECIDED = {
    "Requests": (
        "RequestOutcome",
        ("RequestOutcomeDate", "RequestMediation", "RequestTribunal", "Exported"),
    ),
    "Assessment": (
        "AssessmentOutcome",
        (
            "AssessmentOutcomeDate",
            "AssessmentMediation",
            "AssessmentTribunal",
            "OtherMediation",
            "OtherTribunal",
            "Week20",
        ),
    ),
}
_NOT_YET = "A"
# The day a block began: before it there was no such block.
_BEGAN = {
    "Person": "PersonBirthDate",
    "Requests": "ReceivedDate",
    "NamedPlan": "StartDate",
    "PlacementDetail": "EntryDate",
}
# Days with the items that fall with them, where they are later.
_ITEMS: dict[str, dict[str, tuple[str, ...]]] = {
    "NamedPlan": {"CeaseDate": ("CeaseDate", "CeaseReason")},
    "PlacementDetail": {"LeavingDate": ("LeavingDate",)},
    "ActivePlans": {
        "ReviewMeeting": ("ReviewMeeting", "LastReview", "ReviewOutcome", "ReviewDraft"),
        "LastReview": ("LastReview", "ReviewOutcome", "ReviewDraft"),
        "ReviewDraft": ("ReviewDraft",),
        "PhaseTransferFinalDate": ("PhaseTransferFinalDate",),
    },
}


def as_at_census(person: Record, census: date) -> Record | None:
    """The Person without what came about after a census day; None where nothing had.

    A request or an assessment decided later was not yet decided, and a plan that started later was not there.
    """
    seen = _seen(person, census.isoformat())
    return seen if seen and (seen.children or not person.children) else None


def _seen(block: Record, census: str) -> Record | None:
    if _after(block, _BEGAN.get(block.block, ""), census):
        return None
    decision, falls = _DECIDED.get(block.block, ("", ()))
    if decision and _after(block, f"{decision}Date", census):
        values = {item: value for item, value in block.values.items() if item not in falls} | {decision: _NOT_YET}
        return msgspec.structs.replace(block, values=values, children=())
    later = {item for day, items in _ITEMS.get(block.block, {}).items() if _after(block, day, census) for item in items}
    values = {item: value for item, value in block.values.items() if item not in later}
    return msgspec.structs.replace(block, values=values, children=tuple(_children(block, census)))


def _children(block: Record, census: str) -> Iterator[Record]:
    """The blocks within that were there; an active plan only where its named plan had started."""
    named = block.first("NamedPlan")
    there = named is None or _seen(named, census) is not None
    assessed = block.first("Assessment")
    decided = assessed is None or not _after(assessed, "AssessmentOutcomeDate", census)
    for child in block.children:
        if child.block == "ActivePlans" and not (there and decided):
            continue
        if (seen := _seen(child, census)) is not None:
            yield seen


def _after(block: Record, day: str, census: str) -> bool:
    """Whether a day of the block is later; days are compared as they are written, YYYY-MM-DD."""
    return block.values.get(day, "") > census
