"""What every act is recorded with: the desk it is decided at, its event, its day, and what no event may hold."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from arflow.case.review import AnnualReview, stream
from arflow.case.review_commands import (
    AnyReviewCommand,
    ChaseAdvice,
    CirculateAdvice,
    Invite,
    RequestAdvice,
    SentCommand,
)
from arflow.errors import DateRefused, InvalidValue, MissingValue, spoken
from arflow.law.machine import Machine
from arflow.law.periods import FIRST_DAY, LAST_DAY
from arflow.law.workflow import Workflow

_REFERENCE = re.compile(r"[!-~]{1,200}")
_SERVED_WITHIN = timedelta(weeks=4)  # no channel takes so long: a slip in the year would lengthen a window by it
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """Who records, when, what day it is for them, and how a text becomes the digest of a kept note."""

    by: str
    at: datetime
    today: date
    note: Callable[[str], str]


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What an act is decided with: the review's workflow and its machine, the recording, and the plan's first day."""

    workflow: Workflow
    machine: Machine
    recording: Recording
    not_before: date | None = None


def event_of(cls: type[Any], review: AnnualReview, command: AnyReviewCommand, desk: Desk, **fields: Any) -> Any:
    """The review's next event, with who records it and when."""
    return cls(
        originator_id=stream(review.id),
        originator_version=review.version + 1,
        plan=review.plan,
        recorded_at=desk.recording.at,
        recorded_by=desk.recording.by,
        evidence=reference(command.evidence),
        **fields,
    )


def day_of(command: AnyReviewCommand, desk: Desk) -> date:
    """The day of the act: not in the future, and not before the plan was made."""
    on = command.on or desk.recording.today
    refuse_future(on, desk.recording.today)
    if desk.not_before and on < desk.not_before:
        raise DateRefused(f"--on {on} is before the plan was made on {desk.not_before}")
    return on


def roles_of(review: AnnualReview, roles: tuple[Any, ...], workflow: Workflow) -> tuple[Any, ...]:
    """The roles that are named, each once; InvalidValue for one that has no part in a review of this kind."""
    left_out = [role for role in roles if role in workflow.kinds[review.kind].leaves_out_roles]
    if left_out:
        raise InvalidValue("--role", left_out[0], f"part of a {review.kind} review")
    if not roles:
        raise MissingValue("--role", "name at least one")
    return tuple(dict.fromkeys(roles))


def sent(command: Invite | RequestAdvice | CirculateAdvice | ChaseAdvice | SentCommand) -> dict[str, Any]:
    """To whom and how something was sent."""
    return {"people": command.people, "channel": command.channel}


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


def refuse_future(on: date, today: date, field: str = "--on") -> None:
    """A fact cannot lie ahead: DateRefused."""
    refuse_uncountable(on, field)
    if on > today:
        raise DateRefused(f"{field} {on} is in the future (today is {today}): record it when it has happened")


def refuse_service(served_on: date, sent_on: date, today: date, what: str) -> None:
    """What is sent is served that day or later, and soon: DateRefused before it was sent, or weeks ahead of today."""
    refuse_uncountable(served_on, "--served-on")
    if served_on < sent_on:
        raise DateRefused(f"--served-on {served_on} is before {what} was sent on {sent_on}")
    if served_on > today + _SERVED_WITHIN:
        raise DateRefused(f"--served-on {served_on} is weeks ahead (today is {today}): see that the year is right")


def reference(evidence: str | None) -> str | None:
    """A document id or a URL; words belong elsewhere, since the log cannot forget them."""
    if evidence is not None and not _REFERENCE.fullmatch(evidence):
        raise InvalidValue(
            "--evidence", repr(evidence[:40]), "a document id or URL of up to 200 characters without spaces"
        )
    return evidence


def digests(values: tuple[str, ...]) -> tuple[str, ...]:
    """SHA-256 digests in hex, as documents are named in the log; InvalidValue for anything else."""
    for value in values:
        if not _DIGEST.fullmatch(value):
            raise InvalidValue("--document", repr(value[:70]), "a SHA-256 digest: 64 characters of 0-9 and a-f")
    return values
