"""What a Person of a return means for arflow: the plan to add, as far as the return tells it. Pure."""

from collections.abc import Iterator
from datetime import date

import msgspec

from arflow.case.plan_commands import AddPlan
from arflow.events import TransferKind
from arflow.law.periods import corresponding_date, young_person_from
from arflow.sen2.form.record import Record
from arflow.sen2.returned.identity import active_request, start_of

# The age on 31 August before the transfer, by the day in its year by which the plan must be final.
_BY_FEBRUARY: dict[int, TransferKind] = {
    4: "early_years_to_school",
    7: "infant_to_junior",
    9: "primary_to_middle",
    11: "primary_to_secondary",
    12: "middle_to_secondary",
    13: "middle_to_secondary",
}
_BY_MARCH: dict[int, TransferKind] = {16: "secondary_to_post16"}
_FEBRUARY, _MARCH = ((2, 14), (2, 15)), ((3, 30), (3, 31))
_URN_DIGITS = 6


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer between phases that is still ahead; `kind` is None where the return does not tell it."""

    kind: TransferKind | None
    on: date


def add_plan(person: Record, ref: str, census_day: date, today: date) -> AddPlan | None:
    """The plan of a Person who has an active one that had not ended; a day that the return does not have stays unknown.

    The last review is the decision that the return reports. Where there is a meeting without one, the plan was reviewed and
    the day of its last decision is not known.
    """
    request = active_request(person)
    active = request.first("ActivePlans") if request else None
    if active is None or _ended_by(request, census_day):
        return None
    start, born = _day(start_of(person)), _day(person.values.get("PersonBirthDate"))
    transfer = transfer_ahead(active, born, today)
    undecided = _undecided_meeting(active)
    return AddPlan(
        ref=ref,
        on=census_day,
        first_made=start,
        first_made_quality="known" if start else "missing",
        last_reviewed=_day(active.values.get("LastReview")),
        last_reviewed_quality="missing" if undecided else "known",
        undecided_meeting=undecided,
        setting=setting_of(active, census_day),
        transfer=transfer.kind if transfer else None,
        transfer_on=transfer.on if transfer and transfer.kind else None,
        young_person_from=young_person_from(born) if born else None,
    )


def _ended_by(request: Record | None, on: date) -> bool:
    """Whether the plan of a request had ended by a day, though the return gives it as active."""
    named = request.first("NamedPlan") if request else None
    ended = _day(named.values.get("CeaseDate")) if named else None
    return ended is not None and ended <= on


def _undecided_meeting(active: Record) -> date | None:
    """The day of the latest meeting, where the return has no decision on it."""
    return None if active.values.get("LastReview") else _day(active.values.get("ReviewMeeting"))


def setting_of(active: Record, on: date) -> str | None:
    """The URN of the first placement attended on a day, or None where there is none with a URN of six digits."""
    attended = [placement for placement in active.all("PlacementDetail") if _is_attended(placement, on)]
    attended.sort(key=lambda placement: placement.values.get("EntryDate", ""), reverse=True)
    urn = attended[0].values.get("URN") if attended else None
    return urn if urn and len(urn) == _URN_DIGITS and urn.isascii() and urn.isdigit() else None


def _is_attended(placement: Record, on: date) -> bool:
    left = _day(placement.values.get("LeavingDate"))
    return placement.values.get("PlacementRank", "1") == "1" and (left is None or left >= on)


def transfer_ahead(active: Record, born: date | None, today: date) -> Transfer | None:
    """The transfer that PhaseTransferDueDate is for, if it has not come and its final plan was not issued yet.

    The age on 31 August gives the kind where the due day is that of a move in September; any other due day is that
    of a move between institutions after 16, five months later.
    """
    due = _day(active.values.get("PhaseTransferDueDate"))
    if due is None or "PhaseTransferFinalDate" in active.values:
        return None
    age = due.year - born.year - ((born.month, born.day) > (8, 31)) if born else -1
    place = (due.month, due.day)
    if place in (*_FEBRUARY, *_MARCH):
        kinds = _BY_FEBRUARY if place in _FEBRUARY else _BY_MARCH
        found = Transfer(kind=kinds.get(age), on=date(due.year, 9, 1))
    else:
        found = Transfer(kind="post16_to_post16" if age >= 16 else None, on=corresponding_date(due, 5))
    return found if found.on > today else None


def untold(person: Record, ref: str, census_day: date, today: date) -> Iterator[str]:
    """What the return says about a plan that the import cannot take over, and how to record it by hand."""
    request = active_request(person)
    active = request.first("ActivePlans") if request else None
    if active is None or _ended_by(request, census_day):
        return
    transfer = transfer_ahead(active, _day(person.values.get("PersonBirthDate")), today)
    if transfer and transfer.kind is None:
        yield f"{ref}: a transfer on {transfer.on} whose kind is not told: record it with `arflow plan transfer {ref}`"
    if not start_of(person):
        yield f"{ref}: no StartDate: the day the plan was first made is recorded as not known"
    if met := _undecided_meeting(active):
        yield (
            f"{ref}: a meeting on {met} and no decision: when its twelve months began is not known; record the decision's "
            f"day with `arflow plan correct {ref} last-reviewed --to DAY --reason TEXT`"
        )
    if setting_of(active, census_day) is None:
        yield f"{ref}: no setting with a URN of six digits: record one with `arflow plan move {ref}`"


def _day(text: str | None) -> date | None:
    """A day of a record; one that cannot be read is a fault that was told already."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
