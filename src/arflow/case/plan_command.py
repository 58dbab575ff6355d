"""What every command on a plan has."""

from datetime import date

import msgspec


class PlanCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about a plan; `on` is the day it happened (default: today)."""

    on: date | None = None
    evidence: str | None = None
