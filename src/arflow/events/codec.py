"""Events as JSON and back; only arflow's own events are ever made from what is stored."""

from datetime import date
from functools import cache
from typing import get_args

import msgspec

from arflow.events.base import Event
from arflow.events.of_plan import AnyPlanEvent
from arflow.events.of_review import AnyReviewEvent

AnyEvent = AnyPlanEvent | AnyReviewEvent
EVENT_CLASSES: tuple[type[Event], ...] = (*get_args(AnyPlanEvent), *get_args(AnyReviewEvent))


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


def decode(payload: bytes) -> AnyEvent:
    """The event a stored payload holds; msgspec.ValidationError if it holds none that arflow knows."""
    return _decoder().decode(payload)
