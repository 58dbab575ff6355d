"""What every command on a plan has."""

from datetime import date

import msgspec

from arflow.events import Channel


class PlanCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about a plan; `on` is the day it happened (default: today)."""

    on: date | None = None
    evidence: str | None = None


class SentPlanCommand(PlanCommand, frozen=True, kw_only=True):
    """What goes by letter on a plan: to whom (ids of the directory), how, and the SHA-256 digests of what was sent.

    `letter_template` is PAPERS/LETTER/SHA-256 of what it was written with, `approved_by` the officer who approved it.
    """

    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()
    letter_template: str | None = None
    approved_by: str | None = None
