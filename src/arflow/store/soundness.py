"""Whether a store can be called ready: every table can be read, and all that the migrations made is there."""

import sqlalchemy as sa

from arflow.errors import StoreDamaged
from arflow.store.damage import damage
from arflow.store.engine import shown
from arflow.store.schema import differences
from arflow.store.snapshot import read_head
from arflow.words import counted

_MOST_NAMED = 3


def refuse_unsound(engine: sa.Engine) -> None:
    """StoreDamaged where a part of the store cannot be read, or is not as arflow made it."""
    with engine.connect() as connection:
        read_head(connection)
        found = [f"{place} {problem}" for place, problem in damage(connection)]
        found += [f"{one.kind} {one.name} {one.problem}" for one in differences(connection) if not one.by_hand]
    if found:
        more = f"; and {counted(len(found) - _MOST_NAMED, 'more place')}" if len(found) > _MOST_NAMED else ""
        raise StoreDamaged(
            f"the store at {shown(engine)} is not ready: {'; '.join(found[:_MOST_NAMED])}{more}; "
            "see all with `arflow verify`, and restore a backup"
        )
