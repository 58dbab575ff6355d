"""The tables that rows are written to: those that everybody reads, or new ones beside them that take their place."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Self

import sqlalchemy as sa

from arflow.lists.case_rows import Rows
from arflow.lists.list_tables import due, plans, reviews, unreadable


class RowTables(NamedTuple):
    """Plans, reviews, what is due, and what cannot be read, as they are written."""

    plans: sa.Table
    reviews: sa.Table
    due: sa.Table
    unreadable: sa.Table

    def remove(self, connection: sa.Connection, refs: Sequence[str]) -> None:
        """Remove the rows of these plans."""
        connection.execute(sa.delete(self.unreadable).where(self.unreadable.c.plan.in_(refs)))
        connection.execute(sa.delete(self.due).where(self.due.c.plan.in_(refs)))
        connection.execute(sa.delete(self.reviews).where(self.reviews.c.plan.in_(refs)))
        connection.execute(sa.delete(self.plans).where(self.plans.c.ref.in_(refs)))

    def insert(self, connection: sa.Connection, cases: Sequence[Rows]) -> set[str]:
        """Write the rows of cases; which definitions their reviews were counted under."""
        of_reviews = [row for case in cases for row in case.reviews]
        for table, rows_ in (
            (self.plans, [case.plan for case in cases if case.plan]),
            (self.reviews, of_reviews),
            (self.due, [row for case in cases for row in case.due]),
            (self.unreadable, [row for case in cases for row in case.unreadable]),
        ):
            if rows_:
                compiled = sa.insert(table).compile(dialect=connection.dialect)
                order = compiled.positiontup
                # Written by the driver itself: SQLAlchemy's handling of each value would cost as much as the folding.
                values = [tuple(map(row.__getitem__, order)) for row in rows_] if order else rows_
                connection.exec_driver_sql(compiled.string, values)
        return {row["workflow"] for row in of_reviews}

    def take_place_of(self, connection: sa.Connection, others: "RowTables") -> None:
        """Change the rows of other tables into these; a row that is the same already is not written."""
        for new, old in zip(self, others, strict=True):
            named = sa.and_(*(new.c[key.name] == key for key in old.primary_key))
            same = sa.and_(*(new.c[column.name].is_not_distinct_from(column) for column in old.columns))
            connection.execute(sa.delete(old).where(~sa.exists().where(named, same)))
            missing = sa.select(new).where(~sa.exists().where(named).correlate(new))
            connection.execute(sa.insert(old).from_select(list(old.columns.keys()), missing))

    def used(self, connection: sa.Connection) -> set[str]:
        """The definitions that the reviews are counted under."""
        return set(connection.execute(sa.select(self.reviews.c.workflow).distinct()).scalars())

    @contextmanager
    def made(self, connection: sa.Connection) -> Iterator[Self]:
        """The tables for as long as the work takes."""
        self.plans.metadata.create_all(connection)
        connection.commit()
        try:
            yield self
        finally:
            connection.rollback()
            self.plans.metadata.drop_all(connection)
            connection.commit()


_temporary = sa.MetaData()


def _beside(table: sa.Table) -> sa.Table:
    """A temporary table of one connection, which no other sees and which goes with it."""
    columns = [sa.Column(one.name, one.type, primary_key=one.primary_key) for one in table.columns]
    return sa.Table(f"new_{table.name}", _temporary, *columns, prefixes=["TEMPORARY"])


LISTED = RowTables(plans, reviews, due, unreadable)
BESIDE = RowTables(*map(_beside, LISTED))
