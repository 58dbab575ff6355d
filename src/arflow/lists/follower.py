"""Keep the read models up to date with the log: rows and position saved in one transaction, a case at a time."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby, islice
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow import logs
from arflow.law.workflow import Workflow
from arflow.lists.case_rows import Rows, of_log
from arflow.lists.list_tables import plans, position
from arflow.lists.row_tables import BESIDE, LISTED, RowTables
from arflow.lists.rows_in_memory import RowsInMemory
from arflow.lists.rules_stamp import Standing, save, stamped, standing, why_again
from arflow.lists.unreadable import readable_again
from arflow.store.engine import write_next
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
        """A transaction that reads rows of one moment, made under the rules of now: if need be they are made again in it.

        So are the rows of a case that could not be read and now can.
        """
        current = self._current()
        with self._frozen() as connection:
            changed = self._why_again(standing(connection), current)
            if not changed and not self._readable_again(connection):
                yield connection
                return
        again = self._made_again(current, only_if_changed=True) if changed else self._read_again(current)
        with again as connection:
            yield connection

    def _follow_what_can_be_read_again(self, current: Workflow) -> None:
        """Give the cases that could not be read, and now can, their rows; where there are none, no lock is taken."""
        with self._frozen() as connection:
            waiting = self._readable_again(connection)
        if waiting:
            with self._read_again(current):
                logs.info(__name__, "cases_readable_again", cases=len(waiting))

    @contextmanager
    def _read_again(self, current: Workflow) -> Iterator[sa.Connection]:
        """The transaction in which the cases that could not be read, and now can, have rows again."""
        with self._writing() as connection:
            found = standing(connection, lock=True)
            self._refresh(connection, self._readable_again(connection), found, current, found.position)
            yield connection

    def _refresh(
        self, connection: sa.Connection, refs: Iterable[str], found: Standing, current: Workflow, upto: int
    ) -> None:
        """Write the rows of some cases again, as the log up to a position has them, and that it is so."""
        used = self._write(connection, LISTED, refs, upto, current)
        stamp = stamped(current, used, self._workflow_of)
        save(connection, upto, stamp.beside(found.stamp) if found.position and found.stamp else stamp)

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
                with self._made_again(current, progress, only_if_changed=True) as connection:
                    return followed + standing(connection).position - found.position
            self._follow_what_can_be_read_again(current)
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
            if found.position >= upto or self._why_again(found, current):
                return 0
            self._refresh(connection, self._recorder.plans_touched(found.position, upto), found, current, upto)
        return upto - found.position

    def _write(
        self, connection: sa.Connection, tables: RowTables, refs: Iterable[str], upto: int, current: Workflow
    ) -> set[str]:
        """Write the rows of some cases again, as the log up to a position has them; under which definitions."""
        touched, used = iter(refs), set[str]()
        while chunk := list(islice(touched, CASES_AT_A_TIME)):
            log = self._recorder.read_cases(chunk)
            cases = [self._rows(rows, current, upto) for _, rows in groupby(log, key=lambda row: row.plan)]
            tables.remove(connection, chunk)
            used |= tables.insert(connection, [case for case in cases if case])
        return used

    def rebuild(self, progress: Callable[[Progress], None] | None = None) -> int:
        """Make every row again from the whole log; how many cases there are.

        The new rows are made beside the old, which everybody reads meanwhile, and take their place in a short transaction.
        """
        with self._recorder.writing() as connection:
            connection.execute(sa.update(position).values(position=position.c.position))  # refused here, not at the end
        with self._made_again(self._current(), progress) as connection:
            cases = _count(connection)
        logs.info(__name__, "lists_rebuilt", cases=cases)
        return cases

    @contextmanager
    def _made_again(
        self,
        current: Workflow,
        progress: Callable[[Progress], None] | None = None,
        *,
        only_if_changed: bool = False,
    ) -> Iterator[sa.Connection]:
        """The transaction in which rows made again take the place of all others; it ends when the work in it does.

        With `only_if_changed` nothing is done where somebody else was quicker to make them again.
        """
        why = self._why_again(self.standing(), current) if only_if_changed else None
        if why:
            self._remaking(why)
        cases = 0
        with self._alone() as connection, BESIDE.made(connection):
            made = self._fill(connection, current, progress)
            with write_next(connection), connection.begin():
                found = standing(connection, lock=True)
                if not only_if_changed or self._why_again(found, current):
                    self._swap(connection, made, current)
                    cases = _count(connection)
                yield connection
        if why and cases:
            logs.info(__name__, "lists_made_again", why=why, cases=cases)

    def _fill(self, connection: sa.Connection, current: Workflow, progress: Callable[[Progress], None] | None) -> int:
        """Make the rows of every case beside those of now; the position that they stand for."""
        done, (head, _) = 0, self._recorder.head()
        cases = self._all_cases(current, head)
        while chunk := list(islice(cases, CASES_AT_A_TIME)):
            BESIDE.insert(connection, chunk)
            done += len(chunk)
            if progress:
                progress(Progress(done=done, of=0))
        later, _ = self._recorder.head()  # what came meanwhile is followed before anybody has to wait
        self._write(connection, BESIDE, self._recorder.plans_touched(head, later), later, current)
        connection.commit()
        return later

    def _swap(self, connection: sa.Connection, made: int, current: Workflow) -> None:
        head, _ = self._recorder.head()
        self._write(connection, BESIDE, self._recorder.plans_touched(made, head), head, current)
        BESIDE.take_place_of(connection, LISTED)
        save(connection, head, stamped(current, BESIDE.used(connection), self._workflow_of))

    @contextmanager
    def _alone(self) -> Iterator[sa.Connection]:
        """A connection that has no transaction yet, to the store or to the copy of its rows in memory."""
        if memory := self._aside():
            with memory.connect() as connection:
                yield connection
        else:
            with self._recorder.engine.connect() as connection:
                yield connection

    def _frozen(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that reads the rows as they are at one moment."""
        return self._memory.open() if self._memory else self._recorder.frozen()

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that changes the rows: of the store, or else of a copy in memory."""
        memory = self._aside()
        return memory.open() if memory else self._recorder.writing()

    def _aside(self) -> RowsInMemory | None:
        """The copy of the rows in memory, where this user may not write to the store."""
        if self._memory is None and not may_write(self._recorder.engine):
            with self._recorder.frozen() as connection:
                self._memory = RowsInMemory(connection)
        return self._memory

    def _leave_memory(self) -> None:
        """Read the store's own rows again where others have brought them as far as the copy, or further."""
        if self._memory:
            with self._recorder.frozen() as connection:
                if standing(connection).position >= self.standing().position:
                    self._memory = None

    def _readable_again(self, connection: sa.Connection) -> list[str]:
        return readable_again(connection, self._workflow_of)

    def _why_again(self, found: Standing, current: Workflow) -> str | None:
        return why_again(found, current, self._workflow_of)

    def _all_cases(self, current: Workflow, upto: int) -> Iterator[Rows]:
        for _, events in groupby(self._recorder.read_by_case(), key=lambda row: row.plan):
            found = self._rows(events, current, upto)
            if found:
                yield found

    def _rows(self, events: Iterable["LogRow"], current: Workflow, upto: int) -> Rows | None:
        """The rows of a case up to a position: later events wait, so that position and rows agree."""
        there = [row for row in events if row.position <= upto]
        return of_log(there, self._workflow_of, current) if there else None


def _count(connection: sa.Connection) -> int:
    """How many cases have rows."""
    return connection.execute(sa.select(sa.func.count()).select_from(plans)).scalar_one()
