"""What a plan keeps of its reviews, its transfers and its ceasing beside single days. Pure."""

from datetime import date

import msgspec

from arflow.case.facts import Fact
from arflow.events import CeasingGround, Quality, Role, TransferDealtWith, TransferKind, TransferNaming


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """A review whose decision was notified: where the next 12 months may start."""

    review: str
    notified: Fact
    held: date
    held_quality: Quality = "known"

    @property
    def meeting(self) -> Fact:
        """The day of its meeting, as the event has it that recorded the completion."""
        return msgspec.structs.replace(self.notified, day=self.held, quality=self.held_quality)


class Dealing(msgspec.Struct, frozen=True, kw_only=True):
    """What deals with a transfer, and what the plan then names; `review` is None for an act outside any review."""

    review: str | None
    transfer: TransferKind
    transfer_on: date
    named: TransferNaming
    institution: str | None
    recorded: Fact
    reason: str | None = None

    @property
    def of(self) -> tuple[str | None, TransferKind, int]:
        """The latest record of each review counts, for each kind of transfer and calendar year."""
        return (self.review, self.transfer, self.transfer_on.year)


def dealings_after(dealings: tuple[Dealing, ...], event: TransferDealtWith, fact: Fact) -> tuple[Dealing, ...]:
    """What deals with the transfers of a plan after one more event; a record that is withdrawn leaves nothing."""
    found = Dealing(
        review=event.review,
        transfer=event.transfer,
        transfer_on=event.transfer_on,
        named=event.named,
        institution=event.institution,
        recorded=fact,
        reason=event.reason,
    )
    others = tuple(one for one in dealings if one.of != found.of)
    return others if event.named == "withdrawn" else (*others, found)


class Considered(msgspec.Struct, frozen=True, kw_only=True):
    """That ceasing was considered, on which ground, and who was informed and consulted (SEND Regs 2014 r.31(1))."""

    ground: CeasingGround
    roles: tuple[Role, ...]
    recorded: Fact


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Why a duty was late, in the authority's codes, as it was last recorded."""

    because: str
    cause: str
    remedy: str | None
    reason: str | None
    recorded: Fact


# What was late: the review (empty for the plan), the duty, the proceeding (0 for none), and of the plan's own the last day.
Late = tuple[str, str, int, date | None]


def late(review: str, duty: str, proceeding: int, due: date | None) -> Late:
    """What an explanation is of: a plan owes the same duty again every year, a review owes it once."""
    return (review, duty, proceeding, None if review else due)
