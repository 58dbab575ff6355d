"""Rows that are made again, while others record and read."""

import time
from collections.abc import Callable
from datetime import date

import pytest

from arflow.application.arflow import Arflow
from arflow.case.case import begin
from arflow.case.plan_commands import AddPlan, MoveSetting
from arflow.lists.follower import Progress
from arflow.lists.questions import Asking
from arflow.lists.row_check import Checked, check
from arflow.store.engine import writing

pytestmark = pytest.mark.thorough

OPEN = Callable[..., Arflow]
PLANS = 1_500
# A write lock that is held while all is made again would be waited for as long as it takes.
AT_MOST = 2.0


@pytest.fixture
def filled(app_on_each: Arflow) -> Arflow:
    app, draft = app_on_each, app_on_each.draft()
    added = (AddPlan(ref=f"P-{number:04}", first_made=date(2026, 1, 1)) for number in range(PLANS))
    app.append("FILE", [event for command in added for event in begin(command, draft.recording).events], draft)
    Asking(app).catch_up()
    return app


def compared(app: Arflow) -> Checked:
    return check(app.log_store, app.workflow, app.current_workflow())


class Officer:
    """Records and reads each time that some of the rows are made again, and notes how long that took."""

    def __init__(self, app: Arflow) -> None:
        self._app, self.recorded, self.longest = app, 0, 0.0
        self.listed: set[int] = set()

    def __call__(self, _: Progress) -> None:
        started = time.monotonic()
        number = self.recorded
        self._app.add_plan(AddPlan(ref=f"P-NEW-{number}", first_made=date(2026, 1, 1)))
        self._app.change_plan(f"P-{number:04}", MoveSetting(setting="123457"))
        self.listed.add(len(Asking(self._app).plans()))
        self.recorded += 1
        self.longest = max(self.longest, time.monotonic() - started)


def test_an_act_never_waits_for_a_rebuild_to_end(filled: Arflow, open_app: OPEN) -> None:
    officer = Officer(open_app(filled.url))
    cases = Asking(filled).rebuild(officer)

    assert officer.recorded == PLANS / 500
    assert officer.longest < AT_MOST
    assert officer.listed == {PLANS}  # the rows of before
    assert cases == PLANS + officer.recorded
    found = compared(filled)
    assert (found.differing, found.why_again, found.position) == (0, None, filled.log_store.head()[0])


def test_an_act_never_waits_until_rows_are_made_under_new_rules(filled: Arflow, open_app: OPEN) -> None:
    with writing(filled.engine) as connection:
        connection.exec_driver_sql("update projection_position set made_under = null")
    other = open_app(filled.url)
    recorded = 0

    def act(_: Progress) -> None:
        nonlocal recorded
        other.add_plan(AddPlan(ref=f"P-NEW-{recorded}", first_made=date(2026, 1, 1)))
        recorded += 1

    asking = Asking(filled)
    asking.catch_up(act)
    assert recorded == PLANS / 500
    assert (compared(filled).differing, compared(filled).why_again) == (0, None)
    assert asking.count_plans() == PLANS + recorded


def test_rows_that_were_changed_added_or_removed_are_made_right_by_a_rebuild(filled: Arflow) -> None:
    with writing(filled.engine) as connection:
        connection.exec_driver_sql("update plans set setting = '999999' where ref = 'P-0001'")
        connection.exec_driver_sql("update due set due = null where plan = 'P-0002'")
        connection.exec_driver_sql("delete from due where plan = 'P-0003'")
        connection.exec_driver_sql("update plans set ref = 'P-NOBODY' where ref = 'P-0004'")
    assert compared(filled).differing > 0
    assert Asking(filled).rebuild() == PLANS
    assert compared(filled).differing == 0


def test_a_rebuild_that_fails_leaves_the_rows_of_before_and_can_be_run_again(filled: Arflow) -> None:
    asking = Asking(filled)
    before = asking.digest()

    def fail(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asking.rebuild(fail)
    assert asking.digest() == before
    assert asking.rebuild() == PLANS
    assert asking.digest() == before
