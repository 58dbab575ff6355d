"""A Person as imported, carried into the return of a year: our review in it, an ended plan ended, old acts left behind. Pure."""

from collections.abc import Iterator
from datetime import date

import msgspec

from arflow.sen2.form.record import Record
from arflow.sen2.returned.review_items import ReviewItems

# The items of one review: they go together, never one from here and one from there.
CYCLE = {
    "review_meeting": "ReviewMeeting",
    "last_review": "LastReview",
    "review_outcome": "ReviewOutcome",
    "review_draft": "ReviewDraft",
}
TRANSFER = {
    "phase_transfer_due_date": "PhaseTransferDueDate",
    "phase_transfer_final_date": "PhaseTransferFinalDate",
}
HISTORICAL = "H"
_UNDECIDED = "A"
_MOVED_TO_ANOTHER_AUTHORITY = "5"


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that is no longer maintained: the day it ended, and whether it went to another authority."""

    on: date
    moved: bool


def collection_start(year: int) -> date:
    """The first day of the year that a return looks back on."""
    return date(year - 1, 1, 1)


def review_values(items: ReviewItems) -> dict[str, str]:
    """The review items of a plan as a return writes them; what is blank is left out."""
    found = ((item, getattr(items, field)) for field, item in (CYCLE | TRANSFER).items())
    return {item: str(value) for item, value in found if value is not None}


def with_review(active: Record, items: ReviewItems, *, told_in: int, year: int) -> Record:
    """An ActivePlans block with the latest review that is known: ours, unless its own meeting is later.

    Where the log has no review of the plan, the block keeps its own as it stands; what arflow was told takes its place only
    where it has none, or an earlier decision and no meeting. A transfer of an earlier year is left behind.
    """
    ours, theirs = review_values(items), active.values
    values = {item: value for item, value in theirs.items() if item not in (*CYCLE.values(), *TRANSFER.values())}
    values |= _of(ours, CYCLE) if is_ours(active, items) else _theirs(theirs, ours)
    values |= _transfer(theirs, ours, told_in=told_in, year=year)
    return msgspec.structs.replace(active, values=values)


def is_ours(active: Record, items: ReviewItems) -> bool:
    """Whether the log has a review of the plan whose meeting is as late as the one in the return."""
    met = items.review_meeting if items.review else None
    return met is not None and met.isoformat() >= active.values.get("ReviewMeeting", "")


def _theirs(theirs: dict[str, str], ours: dict[str, str]) -> dict[str, str]:
    found = _of(theirs, CYCLE)
    later = "ReviewMeeting" not in theirs and ours.get("LastReview", "") > theirs.get("LastReview", "")
    return _of(ours, CYCLE) if not found or later else found


def _transfer(theirs: dict[str, str], ours: dict[str, str], *, told_in: int, year: int) -> dict[str, str]:
    due, final = TRANSFER.values()
    told = _of(theirs, TRANSFER)
    if due in ours:
        same = told.get(due) == ours[due]
        return (told if same else {}) | _of(ours, TRANSFER)
    start, end = date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()
    still = told_in == year or any(start <= day <= end for day in (told.get(due, ""), told.get(final, "")))
    return told if still else {}


def _of(values: dict[str, str], items: dict[str, str]) -> dict[str, str]:
    return {item: values[item] for item in items.values() if item in values}


def carried(
    person: Record, items: ReviewItems | None, ended: Ended | None, *, told_in: int, year: int
) -> Record | None:
    """A Person as the return of a year has it, or None where nothing of it belongs there."""
    requests = tuple(_requests(person, items, ended, told_in=told_in, year=year))
    if person.children and not requests:
        return None
    return msgspec.structs.replace(person, children=requests)


def _requests(
    person: Record, items: ReviewItems | None, ended: Ended | None, *, told_in: int, year: int
) -> Iterator[Record]:
    for request in person.children:
        active = request.first("ActivePlans")
        if active and items:
            block = with_review(active, items, told_in=told_in, year=year)
            yield _swapped(_aged(request, year) if told_in < year else request, block)
            continue
        ending = active and ended
        without = _ended(_swapped(request, None), ended) if ending and ended else _swapped(request, None)
        if (
            (told_in == year and not ending)
            or _is_open(without)
            or _latest(without) >= collection_start(year).isoformat()
        ):
            yield _aged(without, year) if told_in < year else without


def _swapped(request: Record, active: Record | None) -> Record:
    """The block with another ActivePlans, or with none."""
    others = tuple(child for child in request.children if child.block != "ActivePlans")
    return msgspec.structs.replace(request, children=(*others, active) if active else others)


def _aged(request: Record, year: int) -> Record:
    """The request as historical, without its items, if it was decided before the year that the return looks back on."""
    start = collection_start(year).isoformat()
    children = tuple(
        _historical(child, "AssessmentOutcome", start) if child.block == "Assessment" else child
        for child in request.children
    )
    return _historical(msgspec.structs.replace(request, children=children), "RequestOutcome", start)


def _historical(block: Record, outcome: str, start: str) -> Record:
    decided = block.values.get(f"{outcome}Date", "") < start and block.values.get(outcome) != _UNDECIDED
    return msgspec.structs.replace(block, values={outcome: HISTORICAL}) if decided else block


def _ended(request: Record, ended: Ended) -> Record:
    """The block with its plan ended on the day; the reason only where it is known."""
    reason = {"CeaseReason": _MOVED_TO_ANOTHER_AUTHORITY} if ended.moved else {}
    assessment = request.first("Assessment") or Record(block="Assessment", values={"AssessmentOutcome": HISTORICAL})
    named = request.first("NamedPlan") or Record(block="NamedPlan")
    named = msgspec.structs.replace(named, values=named.values | {"CeaseDate": ended.on.isoformat()} | reason)
    assessment = msgspec.structs.replace(assessment, children=(named,))
    return msgspec.structs.replace(request, children=(assessment,))


def _is_open(request: Record) -> bool:
    """Whether the request, or the assessment it led to, is still to be decided."""
    assessment = request.first("Assessment")
    outcome = request.values.get("RequestOutcome")
    return outcome == _UNDECIDED or bool(assessment and assessment.values.get("AssessmentOutcome") == _UNDECIDED)


def _latest(record: Record) -> str:
    """The latest day in a block and those within it."""
    own = (value for item, value in record.values.items() if item.endswith("Date"))
    return max((*own, *map(_latest, record.children)), default="")
