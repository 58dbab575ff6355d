"""The cases that cannot be read, as rows of the lists of plans, of reviews and of what is due: no case is ever missing."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arflow.lists.unreadable import Unreadable

Row = dict[str, Any]
UNREADABLE = "unreadable"


def wanted(cases: Sequence["Unreadable"], state: str | Sequence[str] | None) -> Sequence["Unreadable"]:
    """Those that a list shows: all, unless only other states are asked for. What else is asked of them, nobody knows."""
    asked = (state,) if isinstance(state, str) else state
    return cases if not asked or UNREADABLE in asked else ()


def with_plans(rows: Sequence[Row], cases: Iterable["Unreadable"]) -> list[Row]:
    """The rows of plans, by reference, each with why its case cannot be read, or None."""
    from arflow.lists.list_tables import plans

    return _with(rows, [({"ref": one.plan}, one.because) for one in cases], plans.columns.keys())


def with_reviews(rows: Sequence[Row], cases: Iterable["Unreadable"]) -> list[Row]:
    """The rows of reviews, by id, each with why its case cannot be read, or None."""
    from arflow.lists.list_tables import reviews

    own = [({"id": id_, "plan": one.plan}, one.because) for one in cases for id_ in one.reviews]
    return _with(rows, own, reviews.columns.keys())


def _with(rows: Sequence[Row], cases: Iterable[tuple[Row, str]], columns: Sequence[str]) -> list[Row]:
    key = columns[0]
    found = {row[key]: row | {"cannot_be_read": None} for row in rows}
    for known, because in cases:
        blank = {**dict.fromkeys(columns), **known, "state": UNREADABLE}
        found[known[key]] = found.get(known[key], blank) | {"cannot_be_read": because}
    return [found[name] for name in sorted(found)]


def due_item(case: "Unreadable") -> Row:
    """The row of a case in the list of what is due: nobody knows what is."""
    from arflow.lists.due_items import DueItem

    names = DueItem.__struct_fields__
    return {**dict.fromkeys(names), "plan": case.plan, "state": UNREADABLE, "reason": case.because}


def drawn(
    heads: Sequence[str], columns: Sequence[str], rows: Sequence[Row]
) -> tuple[Sequence[str], list[list[object]]]:
    """The heads and lines of a table with these columns; where a case cannot be read, one more says why."""
    if not any(row["cannot_be_read"] for row in rows):
        return heads, [[row[column] for column in columns] for row in rows]
    return (*heads, "Why"), [[row[column] for column in (*columns, "cannot_be_read")] for row in rows]
