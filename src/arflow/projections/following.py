"""Keep the read models abreast of the log: rows and position saved in one transaction, a case at a time."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.events import decode
from arflow.projections.caseload import Rows, fold, rows
from arflow.projections.tables import due, plans, position, reviews
from arflow.store.trouble import only_row
from arflow.workflow import Workflow

if TYPE_CHECKING:
    from arflow.store import LogRow, Recorder

CASES_AT_A_TIME = 500
EVENTS_AT_A_TIME = 20_000


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a rebuild or a catching-up has come, in events or cases."""

    done: int
    of: int


class Follower:
    """The read models of one store; `workflow_of` and `current` give the definitions that rows are counted under."""

    def __init__(
        self, recorder: "Recorder", workflow_of: Callable[[str], Workflow], current: Callable[[], Workflow]
    ) -> None:
        self._recorder, self._workflow_of, self._current = recorder, workflow_of, current

    def position(self) -> int:
        """The position in the log that the read models stand for."""
        with self._recorder.engine.connect() as connection:
            return _position(connection)

    def catch_up(self, progress: Callable[[Progress], None] | None = None) -> int:
        """Refresh every case touched since the saved position; how many events were followed."""
        followed, current = 0, self._current()
        while True:
            head, _ = self._recorder.head()
            behind = head - self.position()
            if behind <= 0:
                return followed
            followed += self._step(min(head, head - behind + EVENTS_AT_A_TIME), current)
            if progress:
                progress(Progress(done=followed, of=followed + head - self.position()))

    def _step(self, upto: int, current: Workflow) -> int:
        """Follow up to a position in one transaction; nothing if another process has been quicker."""
        with self._recorder.writing() as connection:
            after = _position(connection, lock=True)
            if after >= upto:
                return 0
            touched = self._recorder.plans_touched(after, upto)
            while chunk := list(islice(touched, CASES_AT_A_TIME)):
                cases = {
                    plan: rows_ for plan in chunk if (rows_ := self._rows(self._recorder.read_case(plan), current))
                }
                _remove(connection, chunk)
                _insert(connection, cases.values())
            connection.execute(sa.update(position).values(position=upto))
        return upto - after

    def rebuild(self, progress: Callable[[Progress], None] | None = None) -> int:
        """Empty the read models and fill them again from the whole log in one transaction; how many cases there are."""
        done = 0
        with self._recorder.writing() as connection:
            _position(connection, lock=True)
            head, _ = self._recorder.head()
            for table in (due, reviews, plans):
                connection.execute(sa.delete(table))
            cases = self._all_cases(self._current())
            while chunk := list(islice(cases, CASES_AT_A_TIME)):
                _insert(connection, chunk)
                done += len(chunk)
                if progress:
                    progress(Progress(done=done, of=0))
            connection.execute(sa.update(position).values(position=head))
        return done

    def _all_cases(self, current: Workflow) -> Iterator[Rows]:
        for _, events in groupby(self._recorder.read_by_case(), key=lambda row: row.plan):
            found = self._rows(events, current)
            if found:
                yield found

    def _rows(self, events: Iterable["LogRow"], current: Workflow) -> Rows | None:
        decoded = [decode(row.payload) for row in events]
        return rows(fold(decoded), self._workflow_of, current) if decoded else None


def _position(connection: sa.Connection, *, lock: bool = False) -> int:
    query = sa.select(position.c.position)
    return int(only_row(connection, connection.execute(query.with_for_update() if lock else query))[0])


def _remove(connection: sa.Connection, refs: list[str]) -> None:
    connection.execute(sa.delete(due).where(due.c.plan.in_(refs)))
    connection.execute(sa.delete(reviews).where(reviews.c.plan.in_(refs)))
    connection.execute(sa.delete(plans).where(plans.c.ref.in_(refs)))


def _insert(connection: sa.Connection, cases: Iterable[Rows]) -> None:
    found = list(cases)
    for table, rows_ in (
        (plans, [case.plan for case in found]),
        (reviews, [row for case in found for row in case.reviews]),
        (due, [row for case in found for row in case.due]),
    ):
        if rows_:
            compiled = sa.insert(table).compile(dialect=connection.dialect)
            order = compiled.positiontup
            # Written by the driver itself: SQLAlchemy's handling of each value would cost as much as the folding.
            values = [tuple(map(row.__getitem__, order)) for row in rows_] if order else rows_
            connection.exec_driver_sql(compiled.string, values)
