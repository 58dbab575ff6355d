"""Events as JSON and back; only arflow's own events are ever made from what is stored."""

import re
from datetime import date
from functools import cache
from typing import Protocol, get_args

import msgspec

from arflow.errors import CaseUnreadable
from arflow.events.base import Event
from arflow.events.of_plan import AnyPlanEvent
from arflow.events.of_review import AnyReviewEvent
from arflow.version import __version__

AnyEvent = AnyPlanEvent | AnyReviewEvent
EVENT_CLASSES: tuple[type[Event], ...] = (*get_args(AnyPlanEvent), *get_args(AnyReviewEvent))
EVENT_NAMES = frozenset(str(cls.__struct_config__.tag) for cls in EVENT_CLASSES)


def _plain(value: object) -> object:
    """A date or moment of a subclass (as a frozen clock makes) as its ISO text."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"an event cannot hold a {type(value).__name__}")


_encoder = msgspec.json.Encoder(enc_hook=_plain)


@cache
def _decoder() -> "msgspec.json.Decoder[AnyEvent]":
    return msgspec.json.Decoder(AnyEvent)


def encode(event: Event) -> bytes:
    """The event as JSON, its stored name under `event`."""
    return _encoder.encode(event)


def stored(event: Event) -> bytes:
    """The event as the log keeps it: beside what it says, the version of arflow that writes it, under `arflow`."""
    return encode(event)[:-1] + f',"arflow":"{__version__}"}}'.encode()


def decode(payload: bytes) -> AnyEvent:
    """The event a stored payload holds; msgspec.DecodeError if it holds none that arflow knows."""
    return _decoder().decode(payload)


# --- rows of the log ----------------------------------------------------------------------------------------------

_NAME, _VERSION = re.compile(r"[A-Za-z]{1,60}"), re.compile(r"[\w.+-]{1,40}", re.ASCII)


class Row(Protocol):
    """What is read of a row of the log."""

    @property
    def position(self) -> int: ...
    @property
    def plan(self) -> str: ...
    @property
    def payload(self) -> bytes: ...


class _Said(msgspec.Struct, frozen=True):
    """What any event says, whatever else it holds: its stored name, and which arflow wrote it."""

    event: str = ""
    arflow: str = ""


def read(row: Row) -> AnyEvent:
    """The event of a row; CaseUnreadable, which names the event and who wrote it, if arflow knows no such event."""
    try:
        return decode(bytes(row.payload))
    except (msgspec.MsgspecError, TypeError, ValueError) as error:
        why = _why_not(row, str(error))
    raise CaseUnreadable(row.plan, why, position=row.position)


def _why_not(row: Row, error: str) -> str:
    """Why a row cannot be read, without the values it holds."""
    try:
        said = msgspec.json.decode(bytes(row.payload), type=_Said)
    except (msgspec.MsgspecError, TypeError, ValueError):
        said = _Said()
    if not _NAME.fullmatch(said.event):
        return f"event {row.position} is no event that arflow wrote: see `arflow verify`"
    known_version = _VERSION.fullmatch(said.arflow)
    writer = f"arflow {said.arflow}" if known_version else "an unknown version of arflow"
    event = f"event {row.position} is `{said.event}`, written by {writer}"
    way_on = "see `arflow verify`" if said.arflow == __version__ else "update arflow"
    if said.event not in EVENT_NAMES:
        return f"{event}, which this version ({__version__}) does not know: {way_on}"
    field = re.split(r"\W", error.partition("`$.")[2])[0]
    at = f" in {field}" if field else ""
    return f"{event}, and holds what this version ({__version__}) cannot read{at}: {way_on}"
