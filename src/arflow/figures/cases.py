"""The cases behind a section: columns with the SQL of each, the group first and no column twice."""

from typing import NamedTuple

from arflow.figures.groups import Grouping
from arflow.figures.report import Cases, Column
from arflow.figures.viewpoint import Looking

OFFICER = "coalesce((select name from officers o where o.id = {id}), {id})"


class Field(NamedTuple):
    """A column of cases and what it is of a relation, as SQL."""

    column: Column
    sql: str


# The plan of a case, in a relation that has plan, setting and coordinator.
PLAN = (
    Field(Column(name="plan", title="Plan"), "plan"),
    Field(Column(name="setting", title="Setting"), "setting"),
    Field(Column(name="coordinator", title="Coordinator"), OFFICER.format(id="coordinator")),
)

# A review, in a relation that has its plan's columns, its kind and the day of its meeting.
REVIEW = (
    *PLAN,
    Field(Column(name="review", title="Review"), "review"),
    Field(Column(name="kind", title="Kind of review"), "kind"),
    Field(Column(name="held", title="Held", unit="day"), "day_held"),
)


def cases(looking: Looking, by: Grouping, fields: tuple[Field, ...], relation: str) -> Cases:
    """The rows of a relation (what follows FROM, with its order), streamed; a field that names the group is left to it."""
    own = [field for field in fields if field.column.name != by.by]
    columns = (*by.columns, *(field.column for field in own))
    chosen = ", ".join(field.sql for field in own)
    return Cases(columns=columns, rows=looking.streaming(f"select {by.selected} {chosen} from {relation}"))
