"""What is due, one item an act and one line a review, from the rows of the list."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from arflow.case.deadlines import earliest_first
from arflow.case.duties import DutyState, waiting
from arflow.case.turns import Holder, Turn
from arflow.words import in_words, numbered

if TYPE_CHECKING:
    import sqlalchemy as sa

Risk = Literal["overdue", "at risk", "none"]
# Most urgent first: what is late, then what cannot be counted, then what is still in time.
_URGENCY: dict[DutyState, int] = {
    "overdue": 0, "missed": 1, "contested": 0, "not_started": 1, "due_soon": 2, "running": 2,
}  # fmt: skip


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """Another duty that the same act meets."""

    duty: str
    due: date | None
    outer: date | None
    state: DutyState


class DueItem(msgspec.Struct, frozen=True, kw_only=True):
    """One act to do, and the duty that sets its last day: the earliest of those that it meets, the others `beside` it.

    `slack` is the days left until the strict last day, negative once it has passed; `proceeding` is the number of the one on
    the plan that asks for the act, or 0.
    """

    plan: str
    review: str | None
    act: str
    duty: str
    kind: str | None
    review_state: str | None
    owner: str
    word: str
    due: date | None
    outer: date | None
    state: DutyState
    slack: int | None
    holder: Holder
    quality: str
    reason: str
    decided_not_told: bool
    setting: str | None
    coordinator: str | None
    beside: tuple[Beside, ...] = ()
    proceeding: int = 0

    @property
    def limits(self) -> str:
        """The duty that sets the last day, and the others with theirs: twelve months; decision by 2026-12-03."""
        others = (f"{in_words(one.duty)} by {one.due}" if one.due else in_words(one.duty) for one in self.beside)
        return "; ".join((numbered(self.duty, self.proceeding), *others))

    @property
    def urgency(self) -> tuple[int, int, str, str]:
        """For sorting: late before uncounted before running, and by slack within."""
        return (
            _URGENCY.get(self.state, 3),
            self.slack if self.slack is not None else 0,
            self.plan,
            self.duty,
        )


class DueLine(msgspec.Struct, frozen=True, kw_only=True):
    """The most urgent act of a review, or of a plan outside its reviews, with the other acts beside it."""

    first: DueItem
    also: tuple[DueItem, ...] = ()

    @property
    def others(self) -> str:
        """The other acts with their last days: invite by 2026-11-30; decide by 2026-12-19."""
        named = ((numbered(one.act, one.proceeding), one.due) for one in self.also)
        return "; ".join(f"{name} by {due}" if due else name for name, due in named)


def by_review(items: Iterable[DueItem]) -> list[DueLine]:
    """One line for each review, and for each plan outside its reviews, in the order of what comes first of each."""
    of_case: dict[tuple[str, str | None], list[DueItem]] = {}
    for item in items:
        of_case.setdefault((item.plan, item.review), []).append(item)
    return [DueLine(first=first, also=tuple(also)) for first, *also in of_case.values()]


def risk(items: Iterable[DueItem]) -> Risk:
    """The worst that some acts are in: overdue, or at risk of it (due soon, late by one reading, or past a local target)."""
    states = {item.state for item in items}
    if "overdue" in states:
        return "overdue"
    return "at risk" if states & {"contested", "due_soon", "missed"} else "none"


def by_act(items: Iterable[DueItem]) -> Iterator[DueItem]:
    """One item for each act of a case: the duty with the earliest last day, and the others beside it."""
    acts: dict[tuple[str, str | None, str, int], list[DueItem]] = {}
    for item in items:
        acts.setdefault((item.plan, item.review, item.act, item.proceeding), []).append(item)
    for same in acts.values():
        first, *others = sorted(same, key=lambda item: (*earliest_first(item), item.duty))
        beside = tuple(Beside(duty=one.duty, due=one.due, outer=one.outer, state=one.state) for one in others)
        yield msgspec.structs.replace(first, beside=beside) if beside else first


def day_of(text: str | None) -> date | None:
    """A day of a row, which is ISO text."""
    return date.fromisoformat(text) if text else None


def item_of(row: "sa.Row[Any]", today: date, names: dict[str, str]) -> DueItem:
    """The item of one row on a day, with officers by name."""
    due, outer = day_of(row.due), day_of(row.outer)
    turn = Turn(holder=row.holder, after=day_of(row.holder_until), then=row.holder_then)
    return DueItem(
        plan=row.plan,
        review=row.review or None,
        act=row.act,
        duty=row.duty,
        kind=row.kind or None,
        review_state=row.state or None,
        owner=row.owner,
        word=row.word,
        due=due,
        outer=outer,
        state=_state(due, outer, today, row),
        slack=(due - today).days if due else None,
        holder=turn.on(today),
        quality=row.quality,
        reason=row.reason,
        decided_not_told=bool(row.decided_not_told),
        setting=row.setting,
        coordinator=names.get(row.coordinator, row.coordinator) if row.coordinator else None,
        proceeding=row.proceeding,
    )


def _state(due: date | None, outer: date | None, today: date, row: "sa.Row[Any]") -> DutyState:
    """The state of a duty that is not yet met, on a day."""
    if due is None or outer is None:
        return "not_started" if row.reason else "running"
    return waiting(due, outer, today, soon_days=row.soon_days, is_target=row.source == "local policy")
