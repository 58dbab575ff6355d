"""What every command on a review has: its day, and what shows it."""

from datetime import date
from typing import ClassVar

import msgspec

from arflow.events import Channel


class ReviewCommand(msgspec.Struct, frozen=True, kw_only=True):
    """An act on one review; `on` is the day it happened (default: today).

    `letter_template` is PAPERS/LETTER/SHA-256 of what a letter was written with, `approved_by` the officer who approved it.
    """

    step: ClassVar[str]

    on: date | None = None
    evidence: str | None = None
    skip_reason: str | None = None
    letter_template: str | None = None
    approved_by: str | None = None


class SentCommand(ReviewCommand, frozen=True, kw_only=True):
    """An act that sends something: to whom (ids of the directory), how, and the SHA-256 digests of what was sent."""

    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()
