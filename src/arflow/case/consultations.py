"""What is asked of institutions before one is named for a transfer, folded from a plan's events (CFA 2014 ss.38-40). Pure."""

import msgspec

from arflow.case.facts import Fact
from arflow.events import (
    ConsultationAnswered,
    ConsultationGround,
    ConsultationReply,
    ConsultationWithdrawn,
    InstitutionConsulted,
    TransferKind,
)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """The institution that the family asks to have named for a transfer; None where it no longer asks."""

    transfer: TransferKind
    year: int
    institution: str | None
    asked: Fact


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """One institution, or the authority that maintains it, consulted about a transfer, and what it answered."""

    transfer: TransferKind
    year: int
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
    def of(self) -> tuple[str, str | None, TransferKind, int]:
        """The latest record of each institution and authority counts, for each kind of transfer and calendar year."""
        return (self.institution, self.authority, self.transfer, self.year)


AnyConsulting = InstitutionConsulted | ConsultationAnswered | ConsultationWithdrawn


def after(consultations: tuple[Consultation, ...], event: AnyConsulting, fact: Fact) -> tuple[Consultation, ...]:
    """The consultations of a plan after one more event; an answer to one that there was not changes nothing."""
    of = (event.institution, event.authority, event.transfer, event.transfer_on.year)
    found = next((one for one in consultations if one.of == of), None)
    others = tuple(one for one in consultations if one.of != of)
    match event:
        case InstitutionConsulted():
            sent = Consultation(
                transfer=event.transfer,
                year=event.transfer_on.year,
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


def longest_awaited(consultations: tuple[Consultation, ...]) -> Consultation | None:
    """The one whose answer is, or was, awaited longest: a duty of several is as late as the last of them."""
    awaited = [one for one in consultations if one.answered is None]
    if awaited:
        return min(awaited, key=lambda one: (one.sent.day, one.sent.version))
    return min(consultations, key=lambda one: (-_days(one), one.sent.version), default=None)


def _days(one: Consultation) -> int:
    """How many days the answer took."""
    return (one.answered.day - one.sent.day).days if one.answered and one.answered.day and one.sent.day else 0
