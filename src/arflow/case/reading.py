"""A case read from its rows of the log: the whole of it, or the reason why not."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, TypeVar

from arflow.errors import CaseUnreadable, DefinitionRefused, NotFound
from arflow.events import AnyEvent, ReviewOpened, Row, WorkflowMigrated, read
from arflow.law.workflow import Workflow

Defined = Callable[[str], Workflow | None]
LeavingOut = Callable[[CaseUnreadable], None]
_Made = TypeVar("_Made")
# What events that do not follow from each other end in, wherever they are put together.
BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


def standing(evolve: Callable[[_Made | None, Any], _Made], events: Iterable[AnyEvent], stream: str) -> _Made | None:
    """What the events of one stream of a case add up to; None where it has none."""
    found: _Made | None = None
    for event in events:
        if event.originator_id == stream:
            try:
                found = evolve(found, event)
            except BROKEN as error:
                raise broken(event.plan) from error
    return found


def broken(plan: str) -> CaseUnreadable:
    """The refusal of a case whose events can be read and do not follow from each other."""
    return CaseUnreadable(plan, "its events do not follow from each other: see `arflow verify`")


def check_defined(events: Iterable[AnyEvent], defined: Defined) -> None:
    """CaseUnreadable where the definition that a review of the case is counted under is not here, or has faults."""
    for event in {e.originator_id: e for e in events if isinstance(e, ReviewOpened | WorkflowMigrated)}.values():
        try:
            defined(event.workflow)
        except (NotFound, DefinitionRefused) as refusal:
            review = event.originator_id.removeprefix("review/")
            raise without_definition(event.plan, review, event.workflow, refusal) from refusal


def without_definition(
    plan: str, review: str, definition: str, refusal: NotFound | DefinitionRefused
) -> CaseUnreadable:
    """The refusal of a case with a review whose definition is not here, or has faults."""
    why = (
        "is not published in this store: publish its file with `arflow workflow publish`"
        if isinstance(refusal, NotFound)
        else "has faults: correct it as `arflow workflow check` says"
    )
    return CaseUnreadable(
        plan,
        f"the definition {definition} of {review} {why}, or move the review to another with `arflow workflow migrate`",
        definition=definition,
    )


def each_case(
    log: Iterable[Row], make: Callable[[list[AnyEvent]], _Made], defined: Defined, leaving_out: LeavingOut
) -> Iterator[_Made]:
    """What is made of the events of each plan, of a log that has those of a plan together.

    `leaving_out` hears of each case that cannot be read, or of which it cannot be made.
    """
    for plan, rows in groupby(log, key=lambda row: row.plan):
        try:
            yield made(plan, rows, make, defined)
        except CaseUnreadable as refusal:
            leaving_out(refusal)


def made(plan: str, rows: Iterable[Row], make: Callable[[list[AnyEvent]], _Made], defined: Defined) -> _Made:
    """What is made of the events of one plan; CaseUnreadable where they cannot be read, or it cannot be made of them."""
    events = [read(row) for row in rows]
    check_defined(events, defined)
    try:
        return make(events)
    except (NotFound, DefinitionRefused) as refusal:
        raise CaseUnreadable(plan, refusal.message) from refusal
    except BROKEN as error:
        raise broken(plan) from error
