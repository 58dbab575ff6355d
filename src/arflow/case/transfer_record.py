"""The record of a plan's expected transfer: what was asked for, who was consulted, and what is named in the end. Pure."""

from arflow.case.consultations import Consultation, Request, longest_awaited
from arflow.case.facts import Fact
from arflow.case.plan import Plan
from arflow.case.transfers import dealt_with


def request_of(plan: Plan) -> Request | None:
    """What the family asks for now, for the expected transfer; None where it asks for nothing."""
    kind, year = _expected(plan)
    asked = (one for one in plan.requests if (one.transfer, one.year) == (kind, year))
    return next((one for one in asked if one.institution), None)


def consultations_of(plan: Plan) -> tuple[Consultation, ...]:
    """Who was consulted about the expected transfer, in the order in which they were, or were again."""
    kind, year = _expected(plan)
    found = (one for one in plan.consultations if (one.transfer, one.year) == (kind, year))
    return tuple(sorted(found, key=lambda one: one.sent.version))


def named_institution(plan: Plan) -> str | None:
    """The institution that the plan names (CFA 2014 s.37; SEND Regs 2014 r.12(1)(i)), as far as the log tells.

    What was recorded for the expected transfer; else the setting attended, and again once another was taken up on or after
    the day of the transfer. None where the plan names a type only, or neither.
    """
    dealing, day = dealt_with(plan), plan.transfer_on.day if plan.transfer_on else None
    if dealing is None or dealing.named == "unchanged":
        return plan.setting
    taken_up = plan.moved and plan.moved.day and day and plan.moved.day >= day
    return plan.setting if taken_up else dealing.institution


def awaited_days(plan: Plan) -> dict[str, Fact | None]:
    """The days from which the reply awaited longest is counted; once the transfer is dealt with none is awaited."""
    found = consultations_of(plan)
    if dealt_with(plan) is not None:
        found = tuple(one for one in found if one.answered)
    last = longest_awaited(found)
    return {"consulted": last.sent, "consultation_answered": last.answered} if last else {}


def _expected(plan: Plan) -> tuple[str | None, int | None]:
    day = plan.transfer_on.day if plan.transfer_on else None
    return plan.transfer, day.year if day else None
