"""The acts on the rules of a store: what was published, chosen or entered, from which day, when and by whom.

They stand in a ledger of their own beside the log: they belong to no plan. As in the log, nothing is changed or removed,
and no act holds a name or free text: who recorded is an officer's id, a reason is the digest of a note.
"""

from datetime import date, datetime
from functools import cache

import msgspec

from arflow.events.vocabulary import Channel

# Who recorded what arflow brings with it when it makes a store.
ARFLOW = "arflow"
Option = str | bool | int


class RulesAct(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="act"):
    """An act on the rules: its `number` in the ledger, when and by whom it was recorded, and the digest of the reason."""

    number: int
    recorded_at: datetime
    recorded_by: str
    reason: str | None = None

    @property
    def name(self) -> str:
        """The stored name: the class's tag."""
        return str(self.__struct_config__.tag)

    @property
    def by_arflow(self) -> bool:
        """Whether it came with the store: it has always been known there."""
        return self.recorded_by == ARFLOW


class DefinitionPublished(RulesAct, frozen=True, kw_only=True, tag=True):
    """A definition: reviews that are opened from the day `starts` on go under it, until another one's day comes.

    `sha256` is the digest of its text, `extends` the definition that it adds to.
    """

    definition: str
    sha256: str
    starts: date
    extends: str | None = None


class ReadingChosen(RulesAct, frozen=True, kw_only=True, tag=True):
    """How the authority counts where the law can be read in two ways: `settings` of the policy, from the day `starts` on."""

    settings: dict[str, Option]
    starts: date


class BankHolidayEntered(RulesAct, frozen=True, kw_only=True, tag=True):
    """A day proclaimed a bank holiday, which the calendar that comes with arflow does not have."""

    day: date
    citation: str = ""


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """Days within a term on which schools are closed, such as half-term: the first and the last."""

    starts: date
    ends: date


class TermEntered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A school term of the authority's area: its first day; its last day and its breaks, where they were entered too."""

    name: str
    starts: date
    ends: date | None = None
    breaks: tuple[Break, ...] = ()


class TermsEntered(RulesAct, frozen=True, kw_only=True, tag=True):
    """School terms: each stands beside those known, or in place of the one of its name."""

    terms: tuple[TermEntered, ...]


class ServiceEntered(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent by a channel is deemed served so many working days after it was sent."""

    channel: Channel
    working_days: int
    citation: str


class ServiceTableEntered(RulesAct, frozen=True, kw_only=True, tag=True):
    """The days of deemed service: each takes the place of that of its channel."""

    services: tuple[ServiceEntered, ...]


class RulesActWithdrawn(RulesAct, frozen=True, kw_only=True, tag=True):
    """An earlier act taken back: from then on it counts as never made, and what it took the place of counts again."""

    of: int


AnyRulesAct = (
    DefinitionPublished | ReadingChosen | BankHolidayEntered | TermsEntered | ServiceTableEntered | RulesActWithdrawn
)


@cache
def _decoder() -> "msgspec.json.Decoder[AnyRulesAct]":
    return msgspec.json.Decoder(AnyRulesAct)


def encode_act(act: RulesAct) -> bytes:
    """The act as JSON, its stored name under `act`."""
    return msgspec.json.encode(act, enc_hook=_plain)


def decode_act(payload: bytes) -> AnyRulesAct:
    """The act that a stored payload holds; msgspec.MsgspecError if it holds none that arflow knows."""
    return _decoder().decode(payload)


def _plain(value: object) -> object:
    if isinstance(value, date):  # of a subclass, as a frozen clock makes
        return value.isoformat()
    raise TypeError(f"an act cannot hold a {type(value).__name__}")
