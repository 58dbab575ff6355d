"""What the package hands out to programs: one facade, loaded only as far as it is used."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
import sqlalchemy as sa

import arflow
from arflow import commands
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan, AnyPlanCommand
from arflow.case.review_commands import AnyReviewCommand
from arflow.errors import StoreNotReady
from arflow.lists.questions import Asking

PLAN = AddPlan(ref="P-1", first_made=date(2026, 1, 5))


def _single(union: object) -> Iterator[type]:
    for part in get_args(union):
        yield from _single(part) if get_args(part) else (part,)


def test_every_command_is_handed_out() -> None:
    every = {AddPlan, *_single(AnyPlanCommand), *_single(AnyReviewCommand)}
    assert {cls.__name__ for cls in every} | {"AnyPlanCommand", "AnyReviewCommand"} == set(commands.__all__)


@pytest.mark.parametrize("name", arflow.__all__)
def test_every_public_name_can_be_loaded(name: str) -> None:
    assert getattr(arflow, name)
    assert name in dir(arflow)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Nonsense"):
        arflow.Nonsense  # noqa: B018


def test_the_package_alone_loads_no_library() -> None:
    code = "import arflow, sys; print([n for n in ('sqlalchemy', 'eventsourcing', 'msgspec') if n in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_an_application_shows_only_what_is_its_own(app: Arflow) -> None:
    shown = {name for name in dir(app) if not name.startswith("_")}
    assert not shown & {"repository", "save", "recorder", "take_snapshot", "factory", "notification_log", "events"}
    assert {"plan", "act", "acting_as", "close"} <= shown


# --- health -------------------------------------------------------------------------------------------------------


def test_a_store_that_is_ready_says_how_far_its_log_and_lists_have_come(app_on_each: Arflow) -> None:
    app_on_each.add_plan(PLAN)
    before = arflow.health(app_on_each)
    Asking(app_on_each).catch_up()
    after = arflow.health(app_on_each)

    assert (before.ready, before.trouble, before.position, before.lists) == (True, "", 1, 0)
    assert (after.position, after.lists) == (1, 1)
    assert after.head == app_on_each.log_store.head()[1].hex()
    assert arflow.health(app_on_each.url) == after


def test_a_store_that_is_not_there_is_reported(tmp_path: Path) -> None:
    found = arflow.health(f"sqlite:///{tmp_path}/none.db")

    assert (found.ready, found.schema, found.position) == (False, None, None)
    assert "run `arflow init`" in found.trouble
    assert not (tmp_path / "none.db").exists()


def test_a_store_of_another_version_is_reported_with_its_version(app: Arflow) -> None:
    with app.log_store.engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '0007'"))

    found = arflow.health(app)
    assert (found.ready, found.schema) == (False, "0007")


def test_a_server_that_cannot_be_reached_is_reported() -> None:
    found = arflow.health("postgresql://nobody@127.0.0.1:1/none")
    assert not found.ready
    assert "cannot be reached" in found.trouble


# --- a lost store -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda app: app.plan("P-1"),
        lambda app: app.review("R-2026-000001"),
        lambda app: app.duties("R-2026-000001"),
        lambda app: app.plan_duties("P-1"),
        lambda app: app.why("P-1", "twelve_months"),
        lambda app: app.case_events("P-1"),
        lambda app: app.story("P-1"),
        lambda app: app.teller(),
        lambda app: app.people.of("P-1"),
        lambda app: app.next_review_id(2026),
        lambda app: app.add_plan(AddPlan(ref="P-2", first_made=date(2026, 1, 5))),
        lambda app: app.change_plan("P-1", commands.ChangeYearGroup(nc_year=3)),
        lambda app: app.open_review("P-1"),
        lambda app: app.act("R-2026-000001", commands.HoldMeeting()),
        lambda app: app.acting_as("Somebody New").draft(),
        lambda app: Asking(app).catch_up(),
    ],
)
def test_every_public_method_says_that_a_store_is_lost(app: Arflow, call: Callable[[Arflow], object]) -> None:
    app.add_plan(PLAN)
    app.open_review("P-1")
    app.engine.dispose()
    for path in Path(app.engine.url.database or "").parent.glob("arflow.db*"):
        path.write_bytes(b"no database" * 1000)

    with pytest.raises(StoreNotReady):
        call(app)
    assert not arflow.health(app).ready
