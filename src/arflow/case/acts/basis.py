"""What every act is decided on and recorded with: its workflow's machine, who records, its event and its day."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec

from arflow.case.acts.refusals import digests, reference, refuse_future
from arflow.case.review import AnnualReview, stream
from arflow.case.review_commands import (
    AnyReviewCommand,
    ChaseAdvice,
    CirculateAdvice,
    Invite,
    RequestAdvice,
    SentCommand,
)
from arflow.errors import DateRefused, field_name
from arflow.law.machine import Machine
from arflow.law.workflow import Workflow


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """Who records, when, what day it is for them, and how a text becomes the digest of a kept note.

    `bank_holidays` are those that were entered, since the calendar does not have them yet.
    """

    by: str
    at: datetime
    today: date
    note: Callable[[str], str]
    bank_holidays: tuple[date, ...] = ()


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What an act is decided on: the machine of the review's workflow, the recording, and the plan's first day."""

    machine: Machine
    recording: Recording
    not_before: date | None = None

    @property
    def workflow(self) -> Workflow:
        """The definition that the review runs under."""
        return self.machine.workflow


def event_of(cls: type[Any], review: AnnualReview, command: AnyReviewCommand, basis: Basis, **fields: Any) -> Any:
    """The review's next event, with who records it and when."""
    return cls(
        originator_id=stream(review.id),
        originator_version=review.version + 1,
        plan=review.plan,
        recorded_at=basis.recording.at,
        recorded_by=basis.recording.by,
        evidence=reference(command.evidence),
        letter_template=command.letter_template,
        approved_by=command.approved_by,
        **fields,
    )


def day_of(command: AnyReviewCommand, basis: Basis) -> date:
    """The day of the act: not in the future, and not before the plan was made."""
    on = command.on or basis.recording.today
    refuse_future(on, basis.recording.today)
    if basis.not_before and on < basis.not_before:
        raise DateRefused(f"{field_name('on')} {on} is before the plan was made on {basis.not_before}")
    return on


def sent(command: Invite | RequestAdvice | CirculateAdvice | ChaseAdvice | SentCommand) -> dict[str, Any]:
    """To whom and how something was sent."""
    return {"people": command.people, "channel": command.channel}


def sent_with_documents(command: SentCommand) -> dict[str, Any]:
    """To whom and how something was sent, and the digests of its papers."""
    return {**sent(command), "documents": digests(command.documents)}
