"""What a form that came back asks to be recorded, and what it leaves open: nothing is recorded before an officer accepts it."""

import msgspec

from arflow.case.review_commands import AnyReviewCommand
from arflow.events import Outcome, Role
from arflow.papers.plan_text.amendments import Amendments


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """The acts that a form proposes, and in words; what contradicts itself (`wrong`), what is missing, and notes for the officer.

    Nothing can be accepted while something is wrong. `to_send_on` says that the report has not gone to everybody yet.
    """

    commands: tuple[AnyReviewCommand, ...]
    acts: tuple[str, ...]
    wrong: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    amendments: Amendments | None = None
    is_blank: bool
    recommendation: Outcome | None = None
    differing: tuple[Role, ...] = ()
    to_send_on: bool = False
