"""What is asked, and who is consulted, before a plan names an institution; and what it names in the end. Pure."""

from collections.abc import Iterable

from arflow.case.consultations import About, Consultation, Request, longest_awaited
from arflow.case.facts import Fact
from arflow.case.plan import Plan
from arflow.case.plan_amendments import is_proposed
from arflow.case.transfers import dealt_with


def request_of(plan: Plan) -> Request | None:
    """What the family asks for now, for the expected transfer; None where it asks for nothing."""
    return next((one for one in plan.requests if one.institution and one.about == about_transfer(plan)), None)


def requests_of(plan: Plan) -> tuple[Request, ...]:
    """What the family asks for: for the expected transfer, in a review, and for an amendment that is proposed without one."""
    return tuple(one for one in plan.requests if one.institution and _still(plan, one.about))


def consultations_of(plan: Plan) -> tuple[Consultation, ...]:
    """Who was consulted about the expected transfer, in the order in which they were, or were again."""
    return _in_order(one for one in plan.consultations if one.about == about_transfer(plan))


def others_consulted(plan: Plan) -> tuple[Consultation, ...]:
    """Who was consulted in a review, or about an amendment that is proposed without one."""
    return _in_order(one for one in plan.consultations if not one.about.is_transfer and _still(plan, one.about))


def all_consulted(plan: Plan) -> tuple[Consultation, ...]:
    """Who was consulted about any of them."""
    return _in_order((*consultations_of(plan), *others_consulted(plan)))


def about_transfer(plan: Plan) -> About:
    """The expected transfer, as what institutions are consulted about."""
    day = plan.transfer_on.day if plan.transfer_on else None
    return About(transfer=plan.transfer, year=day.year if day else None)


def about_notice(plan: Plan) -> About | None:
    """The amendment that is proposed without a review, if any (SEND Regs 2014 r.28)."""
    return About(notice=plan.plan_notice) if is_proposed(plan) else None


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
    """The days from which the reply awaited longest is counted, outside reviews.

    Once the transfer is dealt with, or the amendment has ended, none is awaited.
    """
    dealt, notice = dealt_with(plan) is not None, about_notice(plan)
    of_transfer = (one for one in consultations_of(plan) if one.answered or not dealt)
    of_notice = (
        one
        for one in plan.consultations
        if one.about.notice is not None and one.about.notice == plan.plan_notice and (one.answered or notice)
    )
    return _days((*of_transfer, *of_notice))


def awaited_in_review(plan: Plan, review: str, *, final: bool) -> dict[str, Fact]:
    """The same days of a review's consultations; once its outcome is `final` none is awaited."""
    found = (one for one in plan.consultations if one.about.review == review and (one.answered or not final))
    return {name: fact for name, fact in _days(_in_order(found)).items() if fact is not None}


def _days(found: tuple[Consultation, ...]) -> dict[str, Fact | None]:
    last = longest_awaited(found)
    return {"consulted": last.sent, "consultation_answered": last.answered} if last else {}


def _still(plan: Plan, about: About) -> bool:
    """Whether it is the transfer expected now, a review, or the last amendment without one."""
    if about.is_transfer:
        return about == about_transfer(plan)
    return about.notice is None or about.notice == plan.plan_notice


def _in_order(found: Iterable[Consultation]) -> tuple[Consultation, ...]:
    return tuple(sorted(found, key=lambda one: one.sent.version))
