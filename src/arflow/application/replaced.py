"""What an act took the place of: the day a meeting was planned for, a notice, an outcome, who held the case. Pure."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.case.plan import Plan
    from arflow.case.review import AnnualReview

_OF_PLAN = ("coordinator", "setting", "nc_year")


class Replaced(msgspec.Struct, frozen=True):
    """A fact of a case as it was before an act, and as it is after it; an officer by name."""

    what: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.what}: {self.was} → {self.now}"


def replaced_of_review(before: "AnnualReview", after: "AnnualReview") -> Iterator[Replaced]:
    """What an act on a review took the place of."""
    facts = (
        ("planned meeting", before.planned_meeting, after.planned_meeting),
        ("notice", before.notice and before.notice.on, after.notice and after.notice.on),
        ("outcome", before.outcome, after.outcome),
    )
    yield from (Replaced(what, str(was), str(now)) for what, was, now in facts if was and now and was != now)


def replaced_of_plan(before: "Plan", after: "Plan", officers: Mapping[str, str]) -> Iterator[Replaced]:
    """What an act on a plan took the place of; `officers` are their names by id."""
    for field in _OF_PLAN:
        was, now = (str(getattr(plan, field) or "") for plan in (before, after))
        if was and now and was != now:
            yield Replaced(in_words(field), officers.get(was, was), officers.get(now, now))
