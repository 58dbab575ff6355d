"""Keep the read models up to date with the log: rows and position saved in one transaction, a case at a time."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby, islice
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow import logs
from arflow.case.case import fold
from arflow.events import decode
from arflow.law.workflow import Workflow
from arflow.lists.case_rows import Rows, rows
from arflow.lists.list_tables import due, plans, reviews
from arflow.lists.rows_in_memory import RowsInMemory
from arflow.lists.rules_stamp import Standing, save, stamped, standing, why_again
from arflow.store.permission import may_write

if TYPE_CHECKING:
    from arflow.store import LogRow, Recorder

CASES_AT_A_TIME = 500
EVENTS_AT_A_TIME = 20_000


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a rebuild or a catching-up has come, in events or cases."""

    done: int
    of: int


class Follower:
    """The read models of one store; `workflow_of` and `current` give the definitions that rows are counted under.

    `remaking` hears why rows made under other rules are made again. Where this user may not write to the store, rows that
    are behind its log or its rules are copied to memory, and brought up to date there.
    """

    def __init__(
        self,
        recorder: "Recorder",
        workflow_of: Callable[[str], Workflow],
        current: Callable[[], Workflow],
        remaking: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._recorder, self._workflow_of, self._current, self._remaking = recorder, workflow_of, current, remaking
        self._memory: RowsInMemory | None = None

    def standing(self) -> Standing:
        """The position in the log that the read models stand for, and under which rules they were made."""
        with self._frozen() as connection:
            return standing(connection)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that reads rows of one moment, made under the rules of now: if need be they are made again in it."""
        current = self._current()
        with self._frozen() as connection:
            if not self._why_again(standing(connection), current):
                yield connection
                return
        with self._writing() as connection:
            self._make_again(connection, standing(connection, lock=True), current)
            yield connection

    def catch_up(self, progress: Callable[[Progress], None] | None = None) -> int:
        """Refresh every case touched since the saved position, or every case where the rules have changed.

        How many events were followed.
        """
        followed, current = 0, self._current()
        self._leave_memory()
        while True:
            head, _ = self._recorder.head()
            found = self.standing()
            if self._why_again(found, current):
                return followed + self._step(head, current, progress)
            behind = head - found.position
            if behind <= 0:
                return followed
            followed += self._step(min(head, found.position + EVENTS_AT_A_TIME), current, progress)
            if progress:
                progress(Progress(done=followed, of=followed + head - self.standing().position))

    def _step(self, upto: int, current: Workflow, progress: Callable[[Progress], None] | None) -> int:
        """Follow up to a position in one transaction; nothing if another process has been quicker."""
        with self._writing() as connection:
            found = standing(connection, lock=True)
            if self._make_again(connection, found, current, progress):
                return standing(connection).position - found.position
            if found.position >= upto:
                return 0
            touched = self._recorder.plans_touched(found.position, upto)
            used: set[str] = set()
            while chunk := list(islice(touched, CASES_AT_A_TIME)):
                cases = [self._rows(self._recorder.read_case(plan), current, upto) for plan in chunk]
                _remove(connection, chunk)
                used |= _insert(connection, [case for case in cases if case])
            stamp = stamped(current, used, self._workflow_of)
            save(connection, upto, stamp.beside(found.stamp) if found.position and found.stamp else stamp)
        return upto - found.position

    def rebuild(self, progress: Callable[[Progress], None] | None = None) -> int:
        """Empty the read models and fill them again from the whole log in one transaction; how many cases there are."""
        with self._recorder.writing() as connection:
            standing(connection, lock=True)
            cases = self._fill(connection, self._current(), progress)
        logs.info(__name__, "lists_rebuilt", cases=cases)
        return cases

    def _frozen(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that reads the rows as they are at one moment."""
        return self._memory.open() if self._memory else self._recorder.frozen()

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that changes the rows: of the store, or else of a copy in memory."""
        if self._memory is None and not may_write(self._recorder.engine):
            with self._recorder.frozen() as connection:
                self._memory = RowsInMemory(connection)
        return self._memory.open() if self._memory else self._recorder.writing()

    def _leave_memory(self) -> None:
        """Read the store's own rows again where others have brought them as far as the copy, or further."""
        if self._memory:
            with self._recorder.frozen() as connection:
                if standing(connection).position >= self.standing().position:
                    self._memory = None

    def _why_again(self, found: Standing, current: Workflow) -> str | None:
        return why_again(found, current, self._workflow_of)

    def _make_again(
        self,
        connection: sa.Connection,
        found: Standing,
        current: Workflow,
        progress: Callable[[Progress], None] | None = None,
    ) -> bool:
        """Make every row again where the rules have changed; whether they had."""
        why = self._why_again(found, current)
        if why:
            self._remaking(why)
            cases = self._fill(connection, current, progress)
            logs.info(__name__, "lists_made_again", why=why, cases=cases)
        return why is not None

    def _fill(self, connection: sa.Connection, current: Workflow, progress: Callable[[Progress], None] | None) -> int:
        done, used = 0, set[str]()
        head, _ = self._recorder.head()
        for table in (due, reviews, plans):
            connection.execute(sa.delete(table))
        cases = self._all_cases(current, head)
        while chunk := list(islice(cases, CASES_AT_A_TIME)):
            used |= _insert(connection, chunk)
            done += len(chunk)
            if progress:
                progress(Progress(done=done, of=0))
        save(connection, head, stamped(current, used, self._workflow_of))
        return done

    def _all_cases(self, current: Workflow, upto: int) -> Iterator[Rows]:
        for _, events in groupby(self._recorder.read_by_case(), key=lambda row: row.plan):
            found = self._rows(events, current, upto)
            if found:
                yield found

    def _rows(self, events: Iterable["LogRow"], current: Workflow, upto: int) -> Rows | None:
        """The rows of a case up to a position: later events wait, so that position and rows agree."""
        decoded = [decode(row.payload) for row in events if row.position <= upto]
        return rows(fold(decoded), self._workflow_of, current) if decoded else None


def _remove(connection: sa.Connection, refs: list[str]) -> None:
    connection.execute(sa.delete(due).where(due.c.plan.in_(refs)))
    connection.execute(sa.delete(reviews).where(reviews.c.plan.in_(refs)))
    connection.execute(sa.delete(plans).where(plans.c.ref.in_(refs)))


def _insert(connection: sa.Connection, cases: list[Rows]) -> set[str]:
    """Write the rows of cases; which definitions their reviews were counted under."""
    of_reviews = [row for case in cases for row in case.reviews]
    for table, rows_ in (
        (plans, [case.plan for case in cases]),
        (reviews, of_reviews),
        (due, [row for case in cases for row in case.due]),
    ):
        if rows_:
            compiled = sa.insert(table).compile(dialect=connection.dialect)
            order = compiled.positiontup
            # Written by the driver itself: SQLAlchemy's handling of each value would cost as much as the folding.
            values = [tuple(map(row.__getitem__, order)) for row in rows_] if order else rows_
            connection.exec_driver_sql(compiled.string, values)
    return {row["workflow"] for row in of_reviews}
