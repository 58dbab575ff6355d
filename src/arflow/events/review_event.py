"""What every event of a review has besides: the state that it led to."""

from typing import ClassVar

from arflow.events.base import Event


class ReviewEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A fact about one annual review; its stream is `review/ID` and `state` is the state the machine reached."""

    state: str
    skip_reason: str | None = None
    # What was sent: PAPERS/LETTER/SHA-256 of the template and statements that it was written with, and who approved it.
    letter_template: str | None = None
    approved_by: str | None = None

    step: ClassVar[str] = ""
