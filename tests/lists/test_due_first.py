"""The first cases of the list of what is due, read by the index of its days, are those of the whole list."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.case.turns import HOLDERS
from arflow.demo import Making, make
from arflow.lists.due_items import by_review
from arflow.lists.list_tables import due
from arflow.lists.questions import Asking
from tests.conftest import TODAY

STATES = ("overdue", "contested", "due_soon", "running", "missed", "not_started")


@pytest.fixture
def asking(app_on_each: Arflow) -> Asking:
    """The rows of an invented authority, some of them made local targets, arguable, or without a day."""
    make(app_on_each, Making(plans=60, years=1, seed=3, today=TODAY))
    asking = Asking(app_on_each)
    asking.catch_up()
    with app_on_each.log_store.engine.begin() as connection:
        for at, row in enumerate(connection.execute(sa.select(due).order_by(due.c.plan, due.c.duty)).all()):
            later = (date.fromisoformat(row.due) + timedelta(days=90)).isoformat()
            other = (
                {},
                {"outer": later},
                {"source": "local policy"},
                {"due": None, "outer": None, "reason": "not known"},
                {"due": None, "outer": None, "reason": ""},
            )[at % 5]
            here = (due.c.plan == row.plan, due.c.review == row.review, due.c.duty == row.duty)
            connection.execute(due.update().where(*here).values(source=row.source).values(other))
    return asking


WANTED: list[dict[str, Any]] = [
    {},
    *({"states": (state,)} for state in STATES),
    {"states": ("missed", "running")},
    *({"holder": holder} for holder in HOLDERS),
    {"duty": "twelve_months", "within": 28},
    {"duty": "decide"},
    {"decided_not_told": True},
    {"kind": "phase_transfer", "year": 6},
    {"states": ("overdue",), "holder": "la", "within": 0},
]


@pytest.mark.thorough
def test_the_first_of_the_list_are_those_of_the_whole_whatever_is_asked(asking: Asking) -> None:
    seen = set()
    for day in (TODAY, TODAY + timedelta(days=150)):
        for wanted in WANTED:
            whole = asking.due(day, **wanted)
            lines = by_review(whole)
            assert asking.count_due(day, **wanted) == len(lines), wanted
            for most in (1, 2, 7, 1000):
                first = asking.due(day, most=most, **wanted)
                assert by_review(first) == lines[:most], (day, wanted, most)
                assert first[:most] == whole[:most]
            seen |= {item.state for item in whole}
    assert seen == set(STATES)


def test_the_first_of_the_list_are_found_by_its_index_of_days(app: Arflow) -> None:
    make(app, Making(plans=40, years=1, seed=3, today=TODAY))
    asking = Asking(app)
    asking.catch_up()
    said: list[tuple[str, Any]] = []
    engine = app.log_store.engine
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _u, sql, given, *_: said.append((sql, given)))
    asking.due(TODAY, most=5)
    by_day = [(sql, given) for sql, given in said if "ORDER BY due.due" in sql]
    assert len(by_day) == 3
    with engine.connect() as connection:
        for sql, given in by_day:
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all())
            assert "USING INDEX due_by_day" in plan
            assert "TEMP B-TREE" not in plan
