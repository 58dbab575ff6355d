"""What is asked of institutions before one is named in a plan, folded from its events (CFA 2014 ss.38-40). Pure."""

import msgspec

from arflow.case.facts import Fact
from arflow.events import (
    ConsultationAnswered,
    ConsultationGround,
    ConsultationReply,
    ConsultationWithdrawn,
    InstitutionConsulted,
    InstitutionRequested,
    TransferKind,
)

AnyConsulting = InstitutionConsulted | ConsultationAnswered | ConsultationWithdrawn


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What an institution would be named for: a transfer of a year, a review's amendment, or one without a review.

    `notice` is the version of the event that proposed an amendment without a review.
    """

    transfer: TransferKind | None = None
    year: int | None = None
    review: str | None = None
    notice: int | None = None

    @property
    def is_transfer(self) -> bool:
        """Whether it is a transfer, and no amendment."""
        return self.review is None and self.notice is None

    def __str__(self) -> str:
        return self.review or ("transfer" if self.is_transfer else "amendment without a review")


def about(event: AnyConsulting | InstitutionRequested) -> About:
    """What an event is about."""
    year = event.transfer_on.year if event.transfer_on else None
    return About(transfer=event.transfer, year=year, review=event.review, notice=event.notice)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """The institution that the family asks to have named; None where it no longer asks."""

    about: About
    institution: str | None
    asked: Fact


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """One institution, or the authority that maintains it, consulted before it is named, and what it answered."""

    about: About
    institution: str
    authority: str | None
    sent: Fact
    answered: Fact | None = None
    reply: ConsultationReply | None = None
    grounds: tuple[ConsultationGround, ...] = ()
    reason: str | None = None

    @property
    def who(self) -> str:
        """Who was consulted: the institution's URN, or the authority with it."""
        return f"authority {self.authority} for {self.institution}" if self.authority else self.institution

    @property
    def of(self) -> tuple[str, str | None, About]:
        """The latest record of each institution and authority counts, for each of what they are consulted about."""
        return (self.institution, self.authority, self.about)


def after(consultations: tuple[Consultation, ...], event: AnyConsulting, fact: Fact) -> tuple[Consultation, ...]:
    """The consultations of a plan after one more event; an answer to one that there was not changes nothing."""
    of = (event.institution, event.authority, about(event))
    found = next((one for one in consultations if one.of == of), None)
    others = tuple(one for one in consultations if one.of != of)
    match event:
        case InstitutionConsulted():
            sent = Consultation(
                about=about(event),
                institution=event.institution,
                authority=event.authority,
                sent=fact,
            )
            return (*others, sent)
        case ConsultationAnswered() if found:
            answered = msgspec.structs.replace(
                found, answered=fact, reply=event.reply, grounds=event.grounds, reason=event.reason
            )
            return (*others, answered)
        case ConsultationWithdrawn():
            return others
        case _:
            return consultations


def requests_after(requests: tuple[Request, ...], event: InstitutionRequested, fact: Fact) -> tuple[Request, ...]:
    """The family's requests after one more; the latest counts for each of what an institution would be named for."""
    found = Request(about=about(event), institution=event.institution, asked=fact)
    return (*(one for one in requests if one.about != found.about), found)


def longest_awaited(consultations: tuple[Consultation, ...]) -> Consultation | None:
    """The one whose answer is, or was, awaited longest: a duty of several is as late as the last of them."""
    awaited = [one for one in consultations if one.answered is None]
    if awaited:
        return min(awaited, key=lambda one: (one.sent.day, one.sent.version))
    return min(consultations, key=lambda one: (-_days(one), one.sent.version), default=None)


def _days(one: Consultation) -> int:
    """How many days the answer took."""
    return (one.answered.day - one.sent.day).days if one.answered and one.answered.day and one.sent.day else 0
