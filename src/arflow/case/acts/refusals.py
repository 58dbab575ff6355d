"""What no act may say: a day that cannot be, a role without a part, words where the log holds ids and digests."""

import re
from datetime import date, timedelta
from typing import Any

from arflow.case.review import AnnualReview
from arflow.errors import DateRefused, InvalidValue, MissingValue, NotPossible, field_name
from arflow.law.periods import FIRST_DAY, LAST_DAY
from arflow.law.workflow import Workflow
from arflow.words import spoken

_REFERENCE = re.compile(r"[!-~]{1,200}")
_SERVED_WITHIN = timedelta(weeks=4)  # no channel takes so long: a slip in the year would lengthen a window by it
_DIGEST = re.compile(r"[0-9a-f]{64}")


def need(holds: bool, otherwise: str) -> None:
    """NotPossible unless something holds."""
    if not holds:
        raise NotPossible(otherwise)


def roles_of(review: AnnualReview, roles: tuple[Any, ...], workflow: Workflow) -> tuple[Any, ...]:
    """The roles that are named, each once; InvalidValue for one that has no part in a review of this kind."""
    left_out = [role for role in roles if role in workflow.kinds[review.kind].leaves_out_roles]
    if left_out:
        raise InvalidValue(field_name("role"), left_out[0], f"part of a {review.kind} review")
    if not roles:
        raise MissingValue(field_name("role"), "name at least one")
    return tuple(dict.fromkeys(roles))


def refuse_disorder(review: AnnualReview, workflow: Workflow, doing: str) -> None:
    """Refuse days that cannot be: an act before the one that it follows from."""
    milestone_steps = {step.milestone: step.id for step in workflow.steps}
    for taken in review.acts:
        step = workflow.step_by_id.get(taken.step)
        before = milestone_steps.get(step.not_before) if step and step.not_before else None
        earlier = review.day(before) if before else None
        if before and earlier and taken.on < earlier:
            raise DateRefused(
                f"cannot {doing}: {spoken(taken.step)} on {taken.on} would be before {spoken(before)} on {earlier}"
            )


def refuse_uncountable(day: date | None, field: str) -> None:
    """A day so far off that periods from it would leave the calendar: DateRefused."""
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise DateRefused(f"{field} {day} is not a day that arflow counts: from {FIRST_DAY} to {LAST_DAY}")


def refuse_future(on: date, today: date, field: str = field_name("on")) -> None:
    """A fact cannot lie ahead: DateRefused."""
    refuse_uncountable(on, field)
    if on > today:
        raise DateRefused(f"{field} {on} is in the future (today is {today}): record it when it has happened")


def refuse_service(served_on: date, sent_on: date, today: date, what: str) -> None:
    """What is sent is served that day or later, and soon: DateRefused before it was sent, or weeks ahead of today."""
    refuse_uncountable(served_on, field_name("served_on"))
    if served_on < sent_on:
        raise DateRefused(f"{field_name('served_on')} {served_on} is before {what} was sent on {sent_on}")
    if served_on > today + _SERVED_WITHIN:
        raise DateRefused(
            f"{field_name('served_on')} {served_on} is weeks ahead (today is {today}): see that the year is right"
        )


def reference(evidence: str | None) -> str | None:
    """A document id or a URL; words belong elsewhere, since the log cannot forget them."""
    if evidence is not None and not _REFERENCE.fullmatch(evidence):
        raise InvalidValue(
            field_name("evidence"), repr(evidence[:40]), "a document id or URL of up to 200 characters without spaces"
        )
    return evidence


def digests(values: tuple[str, ...]) -> tuple[str, ...]:
    """SHA-256 digests in hex, as documents are named in the log; InvalidValue for anything else."""
    for value in values:
        if not _DIGEST.fullmatch(value):
            raise InvalidValue(
                field_name("document"), repr(value[:70]), "a SHA-256 digest: 64 characters of 0-9 and a-f"
            )
    return values
