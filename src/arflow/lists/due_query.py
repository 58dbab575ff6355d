"""Which rows of the list of what is due are asked for, and which cases come first of them, found by its index of days."""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import date, timedelta
from heapq import merge
from itertools import groupby
from typing import Any

import msgspec
import sqlalchemy as sa

from arflow.case.turns import Holder
from arflow.lists.due_items import DueItem, item_of
from arflow.lists.list_tables import due, plans

Case = tuple[str, str]
_NEVER = "9999-12-31"
_AT_A_TIME = 500
_DATED = sa.and_(due.c.due.is_not(None), due.c.outer.is_not(None))
_TARGET = due.c.source == "local policy"


class DueAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the list, in the values that its rows have; `officers` are ids, None asks nothing in particular."""

    today: date
    within: int | None = None
    setting: str | None = None
    officers: list[str] | None = None
    states: Collection[str] = ()
    holder: Holder | None = None
    decided_not_told: bool = False
    duty: str | None = None
    plans: Collection[str] | None = None
    year: int | None = None
    kind: str | None = None

    @property
    def rows(self) -> "sa.Select[Any]":
        """The rows of the acts that are asked for, whatever their state."""
        return sa.select(due).where(*self._conditions())

    def _conditions(self) -> "Iterator[sa.ColumnElement[bool]]":
        for column, value in ((due.c.setting, self.setting), (due.c.kind, self.kind)):
            if value is not None:
                yield column == value
        for column, values in ((due.c.coordinator, self.officers), (due.c.plan, self.plans)):
            if values is not None:
                yield column.in_(list(values))
        if self.decided_not_told:
            yield due.c.decided_not_told.is_(True)
        if self.holder is not None:
            yield _holder(self.today) == self.holder
        if self.year is not None:
            yield due.c.plan.in_(sa.select(plans.c.ref).where(plans.c.nc_year == self.year))
        if self.duty is not None:
            yield sa.or_(due.c.act == self.duty, _same_act(lambda other: other.duty == self.duty))
        if self.within is not None:
            last = (self.today + timedelta(days=self.within)).isoformat()
            yield _same_act(lambda other: sa.or_(other.due.is_(None), other.due <= last))


def first_cases(connection: sa.Connection, asked: DueAsked, most: int) -> list[Case]:
    """The cases whose most urgent act comes first, at most so many; only as many rows are read as that takes."""
    found: dict[Case, None] = {}
    with ExitStack() as streams:
        for item in _most_urgent_first(connection, asked, streams):
            found[item.plan, item.review or ""] = None
            if len(found) == most:
                break
    return list(found)


def _most_urgent_first(connection: sa.Connection, asked: DueAsked, streams: ExitStack) -> Iterator[DueItem]:
    """What is late, then what is past a local target or cannot be counted, then what is in time: each read when it is come to."""
    heads, today = _heads(connection, asked), asked.today.isoformat()
    undated = _sorted(connection.execute(heads.where(sa.not_(_DATED))), asked.today)
    missed = sa.and_(_TARGET, due.c.outer < today)
    past, ahead = sa.and_(_DATED, due.c.due < today), sa.and_(_DATED, due.c.due >= today)
    for dated, state in (
        (sa.and_(past, sa.not_(missed)), None),
        (sa.and_(past, missed), "not_started"),
        (ahead, "running"),
    ):
        by_day = streams.enter_context(closing(_by_day(connection, heads.where(dated), asked.today)))
        yield from merge(by_day, (item for item in undated if item.state == state), key=_urgency)


def rows_of(connection: sa.Connection, asked: DueAsked, cases: Iterable[Case]) -> "Iterator[sa.Row[Any]]":
    """The rows of some cases that are asked for."""
    wanted = list(cases)
    for start in range(0, len(wanted), _AT_A_TIME):
        some = sa.tuple_(due.c.plan, due.c.review).in_(wanted[start : start + _AT_A_TIME])
        yield from connection.execute(asked.rows.where(some))


def count_cases(connection: sa.Connection, asked: DueAsked) -> int:
    """How many cases have an act that is asked for."""
    query = _heads(connection, asked) if asked.states else asked.rows
    cases = query.with_only_columns(due.c.plan, due.c.review).distinct().subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(cases)).scalar_one()


def _by_day(connection: sa.Connection, query: "sa.Select[Any]", today: date) -> "Generator[DueItem]":
    """The items of rows of one urgency, as the index of days has them."""
    with connection.execution_options(yield_per=_AT_A_TIME).execute(query.order_by(due.c.due)) as rows:
        for _, same_day in groupby(rows, key=lambda row: row.due):
            yield from _sorted(same_day, today)


def _sorted(rows: "Iterable[sa.Row[Any]]", today: date) -> list[DueItem]:
    return sorted((item_of(row, today, {}) for row in rows), key=_urgency)


def _urgency(item: DueItem) -> tuple[int, int, str, str]:
    return item.urgency


def _heads(connection: sa.Connection, asked: DueAsked) -> "sa.Select[Any]":
    """Of each act that is asked for the duty with the earliest last day, which the act is listed by, if it is in the states."""

    def earlier(other: Any) -> "sa.ColumnElement[bool]":
        return sa.tuple_(*_earliest(other)) < sa.tuple_(*_earliest(due.c))

    heads = asked.rows.where(sa.not_(_same_act(earlier)))
    if not asked.states:
        return heads
    soon = connection.execute(sa.select(due.c.soon_days).distinct()).scalars().all()
    return heads.where(sa.or_(*(_is(state, asked.today, soon) for state in asked.states)))


def _earliest(row: Any) -> tuple[Any, Any, Any]:
    return sa.func.coalesce(row.due, _NEVER), sa.func.coalesce(row.outer, _NEVER), row.duty


def _same_act(fits: "Callable[[Any], sa.ColumnElement[bool]]") -> "sa.ColumnElement[bool]":
    """Whether a duty that the same act meets fits."""
    shown, other = due.c, due.alias().c
    return sa.exists().where(
        other.plan == shown.plan, other.review == shown.review, other.act == shown.act, fits(other)
    )


def _holder(today: date) -> "sa.ColumnElement[str]":
    """Who acts next on a day, as `Turn.on` has it."""
    passed = sa.and_(due.c.holder_then.is_not(None), due.c.holder_until <= today.isoformat())
    return sa.case((passed, due.c.holder_then), else_=due.c.holder)


def _is(state: str, today: date, soon: Collection[int]) -> "sa.ColumnElement[bool]":
    """Whether a duty that waits is in a state on a day, as `item_of` has it."""
    on, day, outer = today.isoformat(), due.c.due, due.c.outer
    is_soon = sa.or_(*(sa.and_(due.c.soon_days == n, day <= (today + timedelta(days=n)).isoformat()) for n in soon))
    match state:
        case "due_soon":
            return sa.and_(_DATED, day >= on, is_soon)
        case "running":
            counted = sa.and_(_DATED, day >= on, sa.not_(is_soon))
            return sa.or_(counted, sa.and_(sa.not_(_DATED), due.c.reason == ""))
        case "not_started":
            return sa.and_(sa.not_(_DATED), due.c.reason != "")
        case "contested":
            return sa.and_(_DATED, day < on, outer >= on)
        case "missed" | "overdue":
            return sa.and_(_DATED, day < on, outer < on, _TARGET if state == "missed" else sa.not_(_TARGET))
        case _:
            return sa.false()
