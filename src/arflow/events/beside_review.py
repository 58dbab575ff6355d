"""What is recorded beside the acts of a review: messages, answers, service, doubts, how the meeting went, duties seen."""

from datetime import date

from arflow.events.of_amendment import LightRouteRecorded, ReviewPaused, ReviewResumed
from arflow.events.review_event import ReviewEvent
from arflow.events.vocabulary import (
    AdulthoodArea,
    Channel,
    DeliveryTrouble,
    DutySight,
    InvitationReply,
    PersonalBudget,
    Progress,
    Quality,
    Role,
    ServiceChanged,
    Views,
)


class InvitationAnswered(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Somebody who was invited said whether they come to the meeting; the latest of each counts, until the day is moved."""

    role: Role
    replied: InvitationReply
    person: str | None = None


class AdviceChased(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """People who had not answered were reminded; `rule` is the reminder rule, or none where an officer chose to."""

    roles: tuple[Role, ...]
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    rule: str | None = None


class ConductRecorded(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """How the meeting went (SEND Regs 2014 r.19, r.20(5)-(6)): `progress` is one code for each of `outcomes`, items of the plan.

    The latest one counts.
    """

    outcomes: tuple[str, ...] = ()
    progress: tuple[Progress, ...] = ()
    views: tuple[Views, ...] = ()
    areas: tuple[AdulthoodArea, ...] = ()
    personal_budget: PersonalBudget | None = None
    documents: tuple[str, ...] = ()


class ServiceRecorded(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """What was sent with event `of` is read as served on another day: it bounced, or went by another channel too."""

    of: int
    served_on: date
    channel: Channel
    because: ServiceChanged


class DayDoubted(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The day of the act with event `of` is an estimate, or nobody knows it: then it stands on the last day it can have been.

    The latest counts, until a correction gives the right day.
    """

    of: int
    quality: Quality


class AmendmentsProposed(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Changes to the plan were proposed; `base` and `amendments` are the SHA-256 digests, in hex, of the text and the changes."""

    base: str
    amendments: str
    proposed_by: Role
    changes: int


class MessageSent(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A message that is no act of its own was sent, such as an acknowledgement."""

    letter: str
    roles: tuple[Role, ...] = ()
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class DeliveryFailed(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A message did not arrive: it has to go another way."""

    message: str
    roles: tuple[Role, ...] = ()
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    because: DeliveryTrouble


class DutySeen(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A duty of the review was seen, for the first time, to be due within days or to be breached."""

    duty: str
    seen: DutySight
    due: date


# What is recorded beside the steps: no act of the process, and the state stays.
AsideEvent = (
    InvitationAnswered
    | AdviceChased
    | ConductRecorded
    | ServiceRecorded
    | DayDoubted
    | AmendmentsProposed
    | MessageSent
    | DeliveryFailed
    | ReviewPaused
    | ReviewResumed
    | LightRouteRecorded
    | DutySeen
)
