"""What a row of a caseload says otherwise than the log, and the commands that would record it."""

from collections.abc import Iterator
from typing import Any

from arflow.case.case import Case
from arflow.case.facts import Fact
from arflow.case.plan import Plan
from arflow.case.plan_commands import (
    AddPlan,
    AnyPlanCommand,
    AssignCoordinator,
    ChangeYearGroup,
    CorrectPlanDay,
    ExpectTransfer,
    MoveSetting,
    SetYoungPersonFrom,
)

REASON = "Corrected by an imported sheet"
Difference = dict[str, tuple[Any, Any]]


def differences(plan: Plan, told: AddPlan) -> Difference:
    """Each field that a row fills and the plan has otherwise: as it is kept, and as the row says. A blank cell says nothing."""
    found: Difference = {}
    for name in ("first_made", "last_reviewed"):
        kept, said = _doubtful(getattr(plan, name)), (getattr(told, name), getattr(told, f"{name}_quality"))
        if said not in ((None, "known"), kept):
            found[name] = (_shown(*kept), _shown(*said))
    if told.last_reviewed and told.last_reviewed in {done.notified.day for done in plan.completions}:
        found.pop("last_reviewed", None)  # the review that the log itself completed
    for name in ("setting", "nc_year", "coordinator", "transfer"):
        kept, said = getattr(plan, name), getattr(told, name)
        if said is not None and said != kept:
            found[name] = (kept, said)
    for name in ("transfer_on", "young_person_from"):
        fact: Fact | None = getattr(plan, name)
        day, said_day = fact.day if fact else None, getattr(told, name)
        if said_day is not None and said_day != day:
            found[name] = (day, said_day)
    return found


def commands(case: Case, told: AddPlan, found: Difference) -> Iterator[AnyPlanCommand]:
    """The commands that record what a row says otherwise: changes as of today, wrong days as corrections."""
    for name in ("first_made", "last_reviewed"):
        if name in found:
            to, quality = getattr(told, name), getattr(told, f"{name}_quality")
            yield CorrectPlanDay(fact=name, to=to, quality=quality, reason=REASON)
    if "setting" in found:
        yield MoveSetting(setting=told.setting)
    if "nc_year" in found and told.nc_year is not None:
        yield ChangeYearGroup(nc_year=told.nc_year)
    if "coordinator" in found:
        yield AssignCoordinator(coordinator=told.coordinator)
    if "transfer" in found or "transfer_on" in found:
        kept = case.plan.transfer_on.day if case.plan.transfer_on else None
        yield ExpectTransfer(transfer=told.transfer or case.plan.transfer, transfer_on=told.transfer_on or kept)
    if "young_person_from" in found and told.young_person_from:
        yield SetYoungPersonFrom(young_person_from=told.young_person_from)


def _doubtful(fact: Fact | None) -> tuple[Any, str]:
    return (fact.day, fact.quality) if fact else (None, "known")


def _shown(day: Any, quality: str) -> Any:
    """A day as a sheet writes it: ~ before an estimate, or unknown."""
    if quality == "missing":
        return "unknown"
    return f"~{day}" if quality == "estimated" else day
