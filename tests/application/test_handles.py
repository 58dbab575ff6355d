"""Several officers share one application, each through a handle of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from timeit import repeat

import pytest

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan, MoveSetting
from arflow.errors import InvalidValue, MissingValue
from arflow.events import decode
from tests.conftest import TODAY

OFFICERS = ("A. Officer", "B. Officer", "C. Officer")
PLANS = 20


def test_each_of_three_threads_records_as_its_own_officer(app_on_each: Arflow) -> None:
    together = Barrier(len(OFFICERS))

    def work(name: str) -> None:
        mine = app_on_each.acting_as(name)
        together.wait()
        for number in range(PLANS):
            ref = f"{name[0]}-{number}"
            mine.add_plan(AddPlan(ref=ref, first_made=date(2026, 1, 5)))
            mine.change_plan(ref, MoveSetting(setting="123456", on=date(2026, 2, 2)))
            mine.open_review(ref)

    with ThreadPoolExecutor(len(OFFICERS)) as pool:
        list(pool.map(work, OFFICERS))

    events = [decode(row.payload) for row in app_on_each.log_store.read_log()]
    names = app_on_each.directory.officer_names()
    assert sorted(names.values()) == list(OFFICERS)
    assert len(events) >= 3 * len(OFFICERS) * PLANS
    assert all(names[event.recorded_by][0] == event.plan[0] for event in events)


def test_a_handle_shares_what_the_application_has_and_has_a_day_of_its_own(app: Arflow) -> None:
    later = app.acting_as("B. Officer", today=date(2026, 12, 1))

    assert (later.by, later.today) == ("B. Officer", date(2026, 12, 1))
    assert (app.by, app.today) == ("A. Officer", TODAY)
    assert app.acting_as("B. Officer").today == TODAY
    assert later.acting_as("C. Officer").today == date(2026, 12, 1)
    assert later.log_store is app.log_store
    assert later.machine("annual_review.2015") is app.machine("annual_review.2015")
    assert later.add_plan(AddPlan(ref="P-1", first_made=date(2026, 1, 5))).on == date(2026, 12, 1)


def test_a_handle_costs_microseconds(app: Arflow) -> None:
    quickest = min(repeat(lambda: app.acting_as("B. Officer"), number=100, repeat=20)) / 100
    assert quickest < 100e-6


def test_a_closed_handle_leaves_the_application_open(app: Arflow) -> None:
    with app.acting_as("B. Officer") as handle:
        handle.add_plan(AddPlan(ref="P-1", first_made=date(2026, 1, 5)))
    pool = app.log_store.engine.pool
    handle.close()

    assert app.log_store.engine.pool is pool
    assert app.plan("P-1").ref == "P-1"


def test_nobody_can_change_who_records_on_an_application(app: Arflow) -> None:
    with pytest.raises(AttributeError, match=r"acting_as\('B. Officer'\)"):
        app.by = "B. Officer"
    assert app.by == "A. Officer"


@pytest.mark.parametrize(("name", "refusal"), [("", MissingValue), ("A\nB", InvalidValue), ("A" * 101, InvalidValue)])
def test_a_handle_is_for_somebody_with_a_name(app: Arflow, name: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal, match="by"):
        app.acting_as(name)


def test_nothing_is_recorded_by_nobody(sqlite_url: str, open_app: Callable[..., Arflow]) -> None:
    app = open_app(sqlite_url, by="")

    with pytest.raises(MissingValue) as refusal:
        app.add_plan(AddPlan(ref="P-1", first_made=date(2026, 1, 5)))

    assert refusal.value.field == "by"
    assert app.log_store.head()[0] == 0
    assert app.directory.officer_names() == {}
