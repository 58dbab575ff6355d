"""Under which rules the rows were made, saved with them, and whether they are the rules of now."""

from collections.abc import Callable, Collection
from contextlib import suppress

import msgspec
import sqlalchemy as sa

from arflow.errors import DefinitionRefused, NotFound
from arflow.law.workflow import Workflow
from arflow.lists.list_tables import position
from arflow.store.trouble import only_row

# One more whenever case_rows.py makes other rows of the same case under the same definitions.
FORM = 8
CHANGED = "The rules have changed since the lists were made: making them again."
OTHER_FORM = "Another version of arflow made the lists: making them again."
UNSTAMPED = "The lists do not say under which rules they were made: making them again."


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A definition as it was when rows were made: the SHA-256 of its file, and that of all it says."""

    sha256: str
    rules: str


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What rows were made under: `current` counts the plans without an open review; reviews have their own definitions."""

    form: int
    current: str
    definitions: dict[str, Definition]

    def beside(self, earlier: "Stamp") -> "Stamp":
        """The stamp of these rows together with those made earlier under the same rules."""
        return msgspec.structs.replace(self, definitions={**earlier.definitions, **self.definitions})

    def __str__(self) -> str:
        current_first = sorted(self.definitions.items(), key=lambda one: one[0] != self.current)
        return ", ".join(f"{name} {definition.sha256[:12]}" for name, definition in current_first)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The position that the rows stand for, and their stamp; no stamp where none was noted or it cannot be read."""

    position: int
    stamp: Stamp | None


def standing(connection: sa.Connection, *, lock: bool = False) -> Standing:
    """Where the rows stand; with `lock` nobody else changes them until the transaction ends."""
    query = sa.select(position.c.position, position.c.made_under)
    row = only_row(connection, connection.execute(query.with_for_update() if lock else query))
    stamp = None
    if row.made_under:
        with suppress(msgspec.MsgspecError):
            stamp = msgspec.json.decode(row.made_under, type=Stamp)
    return Standing(position=int(row.position), stamp=stamp)


def save(connection: sa.Connection, upto: int, stamp: Stamp) -> None:
    """Note where the rows stand, in the transaction that changes them."""
    made_under = msgspec.json.encode(stamp).decode()
    connection.execute(sa.update(position).values(position=upto, made_under=made_under))


def stamped(current: Workflow, used: Collection[str], workflow_of: Callable[[str], Workflow]) -> Stamp:
    """The stamp of rows made under `current` and, for the reviews among them, under the `used` definitions."""
    definitions = {name: _as_it_is(workflow_of(name)) for name in sorted(used)}
    return Stamp(form=FORM, current=current.id, definitions={**definitions, current.id: _as_it_is(current)})


def why_again(found: Standing, current: Workflow, workflow_of: Callable[[str], Workflow]) -> str | None:
    """Why the rows must be made again under the rules of now; None where they need not be.

    A definition that cannot be found or read here says nothing against rows made under it elsewhere.
    """
    stamp = found.stamp
    if found.position == 0:
        return None  # there are no rows yet
    if stamp is None:
        return UNSTAMPED
    if stamp.form != FORM:
        return OTHER_FORM
    changed = any(_has_changed(name, was, workflow_of) for name, was in stamp.definitions.items())
    return CHANGED if stamp.current != current.id or changed else None


def _has_changed(name: str, was: Definition, workflow_of: Callable[[str], Workflow]) -> bool:
    try:
        return _as_it_is(workflow_of(name)) != was
    except (NotFound, DefinitionRefused):
        return False


def _as_it_is(workflow: Workflow) -> Definition:
    return Definition(sha256=workflow.sha256, rules=workflow.rules_sha256)
