"""The cases of the lists that cannot be read: which they are, and which of them can be read since."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import groupby
from typing import Any

import msgspec
import sqlalchemy as sa

from arflow.case.reading import without_definition
from arflow.errors import CaseUnreadable, DefinitionRefused, NotFound
from arflow.events import read
from arflow.law.workflow import Workflow
from arflow.lists.list_tables import reviews, unreadable
from arflow.lists.rules_stamp import standing
from arflow.store.tables import events

WorkflowOf = Callable[[str], Workflow]


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A case that cannot be read, with its reviews, and why; the event is the one at `position`."""

    plan: str
    reviews: tuple[str, ...]
    why: str
    position: int | None = None
    definition: str | None = None

    def __str__(self) -> str:
        return f"{self.plan} cannot be read: {self.why}"

    @property
    def because(self) -> str:
        """What stands in its row of a list."""
        return f"cannot be read, because {self.why}"


_WITH_EVENTS = (
    sa.select(unreadable, events.c.payload)
    .outerjoin(events, events.c.position == unreadable.c.position)
    .order_by(unreadable.c.plan, unreadable.c.review)
)


def left_out(connection: sa.Connection, workflow_of: WorkflowOf) -> list[Unreadable]:
    """The cases that cannot be read, by plan: those without rows, and those whose rows were made where the definition is."""
    without_rows = [
        Unreadable(
            plan=plan,
            reviews=tuple(row.review for row in rows if row.review),
            why=_why(rows[0]),
            position=rows[0].position,
            definition=rows[0].definition,
        )
        for plan, rows in _by_plan(connection.execute(_WITH_EVENTS)).items()
    ]
    return sorted((*without_rows, *_made_elsewhere(connection, workflow_of)), key=lambda one: one.plan)


def _by_plan(rows: Iterable[Any]) -> dict[str, list[Any]]:
    return {plan: list(found) for plan, found in groupby(rows, key=lambda row: row.plan)}


def _why(row: Any) -> str:
    """As this arflow says it: an earlier one may have made the row."""
    try:
        if row.payload is not None:
            read(row)
    except CaseUnreadable as refusal:
        return refusal.why
    return str(row.why)


def _made_elsewhere(connection: sa.Connection, workflow_of: WorkflowOf) -> list[Unreadable]:
    """The cases with rows of a review whose definition is not here: the rows hold, and nothing can be done with the case."""
    gone = not_here(connection, workflow_of)
    if not gone:
        return []
    query = sa.select(reviews.c.plan, reviews.c.id, reviews.c.workflow).where(reviews.c.workflow.in_(gone))
    found = _by_plan(connection.execute(query.order_by(reviews.c.plan, reviews.c.id)))
    return [
        Unreadable(
            plan=plan,
            reviews=tuple(row.id for row in rows),
            why=without_definition(plan, rows[0].id, rows[0].workflow, gone[rows[0].workflow]).why,
            definition=rows[0].workflow,
        )
        for plan, rows in found.items()
    ]


def not_here(connection: sa.Connection, workflow_of: WorkflowOf) -> dict[str, NotFound | DefinitionRefused]:
    """The definitions that rows were made under and that are not here, or have faults."""
    stamp = standing(connection).stamp
    refused = {name: _refusal(name, workflow_of) for name in (stamp.definitions if stamp else ())}
    return {name: refusal for name, refusal in refused.items() if refusal}


def listed_as_unreadable(connection: sa.Connection) -> dict[str, CaseUnreadable]:
    """The cases whose events could not be read when the lists were made, by plan, and cannot be read now."""
    query = _WITH_EVENTS.where(unreadable.c.review == "", unreadable.c.definition.is_(None))
    rows = [row for row in connection.execute(query) if not _can_be_read(row)]
    return {row.plan: CaseUnreadable(row.plan, _why(row), position=row.position) for row in rows}


def readable_again(connection: sa.Connection, workflow_of: WorkflowOf) -> list[str]:
    """The plans without rows whose event or definition can be read by now: after an update, or once a file is back."""
    rows = connection.execute(_WITH_EVENTS.where(unreadable.c.review == ""))
    return [
        row.plan
        for row in rows
        if (_can_be_read(row) if row.definition is None else _refusal(row.definition, workflow_of) is None)
    ]


def _can_be_read(row: Any) -> bool:
    """Whether the event of a row can be read by now."""
    with suppress(CaseUnreadable):
        return row.payload is not None and bool(read(row))
    return False


def _refusal(definition: str, workflow_of: WorkflowOf) -> NotFound | DefinitionRefused | None:
    try:
        workflow_of(definition)
    except (NotFound, DefinitionRefused) as refusal:
        return refusal
    return None
