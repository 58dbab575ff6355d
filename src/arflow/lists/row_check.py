"""The rows of the read models as they stand, compared with what the log up to their position gives."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from arflow.law.workflow import Workflow
from arflow.lists.case_rows import Row, of_log
from arflow.lists.follower import Progress
from arflow.lists.list_tables import due, plans, reviews, unreadable
from arflow.lists.rules_stamp import Stamp, standing, why_again

if TYPE_CHECKING:
    from arflow.store import LogRow, Recorder

MOST_NAMED = 1_000
_ROWS_AT_A_TIME = 2_000
_PLAN_OF = {plans: plans.c.ref, reviews: reviews.c.plan, due: due.c.plan, unreadable: unreadable.c.plan}
# The rows of one case, each by its table and primary key.
Listed = dict[tuple[Any, ...], Row]
# A plan with an event of the log, or a row of the lists.
_Found = tuple[str, "LogRow | None", tuple[tuple[Any, ...], Row] | None]


class RowDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is not what the log gives, by the columns that differ; None where there is no such row at all."""

    plan: str
    review: str
    duty: str
    listed: Row | None
    logged: Row | None

    def __str__(self) -> str:
        name = " ".join(filter(None, (self.plan, self.review, f"duty {self.duty}" if self.duty else "")))
        listed, logged = _told(self.listed, self.logged), _told(self.logged, self.listed)
        return f"{name}: the list says {listed}, the log {logged}"


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows were compared, and how many differ, the first of them by name.

    Nothing is compared where the rows were made under other rules, as `why_again` says.
    """

    position: int
    stamp: Stamp | None
    why_again: str | None = None
    rows: int = 0
    differing: int = 0
    differences: tuple[RowDifference, ...] = ()


def check(
    recorder: "Recorder",
    workflow_of: Callable[[str], Workflow],
    current: Workflow,
    progress: Callable[[Progress], None] | None = None,
) -> Checked:
    """Compare every row, a case at a time, at the position and under the rules that the rows stand for."""
    with recorder.frozen() as connection, closing(recorder.read_by_case()) as rows:
        found = standing(connection)
        why = why_again(found, current, workflow_of)
        if why:
            return Checked(position=found.position, stamp=found.stamp, why_again=why)
        log = (row for row in rows if row.position <= found.position)
        compared = differing = 0
        named: list[RowDifference] = []
        for cases, (events, listed) in enumerate(_cases(connection, log), start=1):
            logged = _logged(events, workflow_of, current)
            if any(key[0] == unreadable.name for key in logged):
                continue  # nothing is counted from a case that cannot be read
            compared += len(listed.keys() | logged.keys())
            for difference in _differences(listed, logged):
                differing += 1
                if differing <= MOST_NAMED:
                    named.append(difference)
            if progress:
                progress(Progress(done=cases, of=0))
    return Checked(
        position=found.position, stamp=found.stamp, rows=compared, differing=differing, differences=tuple(named)
    )


def _cases(connection: sa.Connection, log: Iterable["LogRow"]) -> Iterator[tuple[list["LogRow"], Listed]]:
    """The events and the rows of each plan that has either, in the order of the plans."""
    logged: Iterator[_Found] = ((row.plan, row, None) for row in log)
    listed = (_listed(connection, table) for table in _PLAN_OF)
    for _, of_plan in groupby(merge(logged, *listed, key=itemgetter(0)), key=itemgetter(0)):
        found = list(of_plan)
        events = [event for _, event, _ in found if event]
        yield events, dict(row for _, _, row in found if row)


def _listed(connection: sa.Connection, table: sa.Table) -> Iterator[_Found]:
    """The rows of a table, streamed in the order that the log has its plans in: that of their bytes."""
    plan = _PLAN_OF[table]
    by_bytes = sa.collate(plan, "C" if connection.dialect.name == "postgresql" else "BINARY")
    streamed = connection.execution_options(yield_per=_ROWS_AT_A_TIME).execute(sa.select(table).order_by(by_bytes))
    for row in streamed.mappings():
        yield row[plan.name], None, (_key(table, row), dict(row))


def _key(table: sa.Table, row: Any) -> tuple[Any, ...]:
    return (table.name, *(row[column.name] for column in table.primary_key))


def _logged(events: list["LogRow"], workflow_of: Callable[[str], Workflow], current: Workflow) -> Listed:
    if not events:
        return {}
    made = of_log(events, workflow_of, current)
    of_plan = (made.plan,) if made.plan else ()
    of_case = ((plans, of_plan), (reviews, made.reviews), (due, made.due), (unreadable, made.unreadable))
    return {_key(table, row): row for table, found in of_case for row in found}


def _differences(listed: Listed, logged: Listed) -> Iterator[RowDifference]:
    for key in sorted(listed.keys() | logged.keys()):
        ours, theirs = listed.get(key), logged.get(key)
        if ours == theirs:
            continue
        whole: Row = ours or theirs or {}
        columns = [name for name in whole if not (ours and theirs) or ours[name] != theirs[name]]
        yield RowDifference(
            plan=whole.get("plan") or whole["ref"],
            review=whole["review"] if "review" in whole else whole.get("id", ""),
            duty=whole.get("duty", ""),
            listed={name: ours[name] for name in columns} if ours else None,
            logged={name: theirs[name] for name in columns} if theirs else None,
        )


def _told(row: Row | None, other: Row | None) -> str:
    """The columns that differ, of a duty the day alone; of a row that the other has not its day or state."""
    if row is None:
        return "nothing"
    if other is None:
        row = {name: row[name] for name in ("due" if "due" in row else "state" if "state" in row else "why",)}
    values = {name: "none" if value is None else str(value) for name, value in row.items()}
    return values["due"] if values.keys() == {"due"} else ", ".join(map(" ".join, values.items()))
