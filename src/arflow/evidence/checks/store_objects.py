"""The store's tables, columns, indexes and triggers, against what the migrations make; and whether all can be read."""

import sqlalchemy as sa

from arflow.evidence.checks.finding import Checked, Finding
from arflow.store.damage import damage
from arflow.store.schema import Difference, differences, expected
from arflow.words import counted

AREA, FILE_AREA = "tables", "database"


def check_objects(connection: sa.Connection) -> Checked:
    """Every object that was removed, added or changed."""
    found = tuple(map(_finding, differences(connection)))
    count = len(expected(connection.dialect.name))
    return Checked(
        area=AREA, sound=f"{count} tables, columns, indexes and triggers as arflow made them", findings=found
    )


def _finding(one: Difference) -> Finding:
    return Finding(area=AREA, place=f"{one.kind} {one.name}", problem=one.problem, doubt=one.by_hand)


def check_readable(connection: sa.Connection) -> Checked:
    """Every table that cannot be read to its end, and what SQLite finds in its own file."""
    found = tuple(Finding(area=FILE_AREA, place=place, problem=problem) for place, problem in damage(connection))
    tables = sum(kind == "table" for kind, _ in expected(connection.dialect.name))
    return Checked(area=FILE_AREA, sound=f"{counted(tables, 'table')} read to the end", findings=found)
