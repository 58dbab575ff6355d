"""The lists follow the rules: made again when the definitions in use change, and compared with the log row by row."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.law.catalogue import Catalogue, shipped_folder
from arflow.law.formula import Policy
from arflow.law.workflow import DutyRule, Limb
from arflow.lists import follower, row_check
from arflow.lists.questions import Asking
from arflow.lists.rules_stamp import CHANGED, UNSTAMPED
from arflow.store import make_engine
from arflow.store.engine import writing
from tests.support.cases import Cases, day
from tests.support.days import on_day
from tests.support.paths import ROOT

pytestmark = pytest.mark.thorough

Run = Callable[..., Result]

SHIPPED = (shipped_folder() / "annual_review.2015.toml").read_text("utf-8")
LOCAL = (ROOT / "docs" / "examples" / "anyshire.2026.toml").read_text("utf-8")
STRICT, ANNIVERSARY = "2025-12-31", "2026-01-01"
REMADE = f"{CHANGED}\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """An authority's own folder, with a definition in force under which 12 months end on the anniversary."""
    folder = tmp_path / "own"
    folder.mkdir()
    write_rules(folder)
    return folder


def write_rules(folder: Path, *, in_force: str = "2026-01-01", strict: str = "anniversary") -> None:
    said = SHIPPED.replace('version = "2015"', 'version = "2026"', 1)
    said = said.replace("in_force_from = 2014-09-01", f"in_force_from = {in_force}", 1)
    said = said.replace('twelve_months_strict = "day_before_anniversary"', f'twelve_months_strict = "{strict}"', 1)
    (folder / "annual_review.2026.toml").write_text(said, "utf-8")


def listed(run: Run, *options: str, **shell: Any) -> tuple[str, str]:
    """The last day of P-1's 12 months as `due` lists it, and what was said beside; `plan show` must agree."""
    found = run(*options, "due", "--json", **shell)
    assert found.exit_code == 0, found.stderr
    on_list = [row["due"] for row in json.loads(found.stdout) if row["duty"] == "twelve_months"]
    page = json.loads(run(*options, "plan", "show", "P-1", "--json", **shell).stdout)
    assert [duty["due"] for duty in page["duties"] if duty["id"] == "twelve_months"] == on_list
    plans = json.loads(run(*options, "plan", "list", "--json", **shell).stdout)
    assert [row["review_due"] for row in plans] == on_list
    return on_list[0], found.stderr


@contextmanager
def rows_changed(app: Arflow) -> Iterator[sa.Connection]:
    engine = make_engine(app.url)
    with writing(engine) as connection:
        yield connection
    engine.dispose()


# --- the rules change -------------------------------------------------------------------------------------------


def test_two_shells_with_different_rules_taking_turns_each_see_their_own_days(run_on_each: Run, own: Path) -> None:
    run_on_each("plan", "add", "P-1", "--first-made", "2025-01-01")
    other = {"ARFLOW_WORKFLOWS": str(own)}

    assert listed(run_on_each) == (STRICT, "")
    assert listed(run_on_each, **other) == (ANNIVERSARY, REMADE)
    assert listed(run_on_each, **other) == (ANNIVERSARY, "")
    assert listed(run_on_each) == (STRICT, REMADE)
    chosen = {**other, "ARFLOW_WORKFLOW": "annual_review.2015"}
    assert listed(run_on_each, **chosen) == (STRICT, "")


def test_what_was_recorded_meanwhile_does_not_hide_that_the_rules_have_changed(run_on_each: Run, own: Path) -> None:
    run_on_each("plan", "add", "P-1", "--first-made", "2025-01-01")
    run_on_each("due")
    run_on_each("plan", "add", "P-2", "--first-made", "2025-01-01")

    found = run_on_each("due", "--json", ARFLOW_WORKFLOWS=str(own))

    assert found.stderr == REMADE
    assert [row["due"] for row in json.loads(found.stdout) if row["duty"] == "twelve_months"] == [ANNIVERSARY] * 2


def test_a_definition_that_comes_into_force_counts_from_its_day_on_also_by_today(run_on_each: Run, own: Path) -> None:
    write_rules(own, in_force="2026-11-25")
    shell = {"ARFLOW_WORKFLOWS": str(own)}
    run_on_each("plan", "add", "P-1", "--first-made", "2025-01-01", **shell)

    assert listed(run_on_each, **shell) == (STRICT, "")
    assert listed(run_on_each, today=date(2026, 11, 25), **shell) == (ANNIVERSARY, REMADE)
    assert listed(run_on_each, **shell) == (STRICT, REMADE)
    assert listed(run_on_each, "--today", "2026-11-26", **shell) == (ANNIVERSARY, REMADE)


def test_tick_works_under_the_rules_of_its_shell(run_on_each: Run, own: Path) -> None:
    run_on_each("plan", "add", "P-1", "--first-made", "2025-01-01")
    assert listed(run_on_each)[0] == STRICT

    ticked = run_on_each("tick", "--json", ARFLOW_WORKFLOWS=str(own))

    assert ticked.stderr == REMADE
    found = json.loads(ticked.stdout)
    assert {one["due"] for one in found["seen"]} == {ANNIVERSARY}
    assert {line["last_day"] for line in found["worklist"]["lines"]} == {ANNIVERSARY}
    assert listed(run_on_each, ARFLOW_WORKFLOWS=str(own)) == (ANNIVERSARY, "")


def test_the_lists_follow_the_definition_that_an_open_review_keeps(run: Run, own: Path) -> None:
    shell = {"ARFLOW_WORKFLOWS": str(own), "ARFLOW_WORKFLOW": "annual_review.2015"}
    local = own / "anyshire.2026.toml"
    local.write_text(LOCAL, "utf-8")
    run("plan", "add", "P-1", "--first-made", "2025-01-01", **shell)
    run("review", "open", "P-1", "--on", "2026-10-01", **{**shell, "ARFLOW_WORKFLOW": "anyshire.2026"})
    held = run("review", "hold", "R-2026-000001", "--on", "2026-11-03", "--skip-reason", "told briefly", **shell)
    assert held.exit_code == 0, held.stderr

    def target() -> list[str]:
        rows = json.loads(run("due", "--json", **shell).stdout)
        return [duty["due"] for row in rows for duty in (row, *row["beside"]) if duty["duty"] == "decision_target"]

    assert target() == ["2026-11-24"]
    local.write_text(LOCAL.replace("within 3 weeks of held", "within 2 weeks of held"), "utf-8")
    assert target() == ["2026-11-17"]


def test_the_lists_follow_what_the_definition_extends(run: Run, own: Path) -> None:
    (own / "anyshire.2026.toml").write_text(LOCAL.replace("annual_review.2015", "annual_review.2026"), "utf-8")
    shell = {"ARFLOW_WORKFLOWS": str(own), "ARFLOW_WORKFLOW": "anyshire.2026"}
    run("plan", "add", "P-1", "--first-made", "2025-01-01", **shell)

    assert listed(run, **shell) == (ANNIVERSARY, "")
    write_rules(own, strict="day_before_anniversary")
    assert listed(run, **shell) == (STRICT, REMADE)


def test_an_application_that_stays_open_follows_the_day(app: Arflow, own: Path) -> None:
    write_rules(own, in_force="2026-11-25")
    app.catalogue = Catalogue(own)
    app.add_plan(AddPlan(ref="P-1", first_made=day("1 Jan 2025")))
    said: list[str] = []
    asking = Asking(app, said.append)
    asking.catch_up()
    assert (asking.plans()[0]["review_due"], said) == (STRICT, [])

    on_day(app, date(2026, 11, 25))

    assert (asking.plans()[0]["review_due"], said) == (ANNIVERSARY, [CHANGED])


def test_the_version_of_the_calendar_belongs_to_the_rules_only_where_working_days_count() -> None:
    shipped = Catalogue().load("annual_review.2015")
    rolling = msgspec.structs.replace(shipped, policy=Policy(roll_forward_non_working_days=True))
    target = DutyRule(
        **{**msgspec.structs.asdict(shipped.duties[0]), "due": (Limb(rule="within 5 working days of held"),)}
    )
    counting = msgspec.structs.replace(shipped, duties=(target,))
    version = metadata.version("holidays").encode()

    assert shipped.rules_sha256 == hashlib.sha256(msgspec.json.encode(shipped)).hexdigest()
    for workflow in (rolling, counting):
        assert workflow.rules_sha256 == hashlib.sha256(msgspec.json.encode(workflow) + version).hexdigest()


def test_a_definition_that_is_not_here_says_nothing_against_rows_made_elsewhere(run: Run, own: Path) -> None:
    (own / "anyshire.2026.toml").write_text(LOCAL, "utf-8")
    there = {"ARFLOW_WORKFLOWS": str(own), "ARFLOW_WORKFLOW": "anyshire.2026"}
    run("plan", "add", "P-1", "--first-made", "2025-01-01")
    run("review", "open", "P-1", "--on", "2026-10-01", **there)
    chosen = {**there, "ARFLOW_WORKFLOW": "annual_review.2015"}
    assert run("due", **chosen).exit_code == 0

    found = run("due", "--json")
    (named, *rows) = json.loads(found.stdout)
    assert (found.exit_code, found.stderr.count("\n"), "anyshire.2026" in found.stderr) == (0, 1, True)
    assert named["state"] == "unreadable"
    assert rows == json.loads(run("due", "--json", **chosen).stdout)
    rebuilt = run("rebuild")
    assert (rebuilt.exit_code, "anyshire.2026" in rebuilt.stderr) == (0, True)
    assert rows == json.loads(run("due", "--json", **chosen).stdout)


def test_rows_that_do_not_say_their_rules_are_made_again(run_on_each: Run, app_on_each: Arflow) -> None:
    app_on_each.add_plan(AddPlan(ref="P-1", first_made=day("1 Jan 2025")))
    Asking(app_on_each).catch_up()
    with rows_changed(app_on_each) as connection:
        connection.exec_driver_sql("update projection_position set made_under = null")
        connection.exec_driver_sql("update plans set review_due = '2026-06-06'")

    assert listed(run_on_each) == (STRICT, f"{UNSTAMPED}\n")
    assert listed(run_on_each) == (STRICT, "")


def test_info_names_the_definitions_that_the_lists_were_made_under(run: Run, own: Path) -> None:
    def lists(**shell: str) -> object:
        return json.loads(run("info", "--json", **shell).stdout)["lists"]

    assert lists() == "none made yet"
    run("plan", "add", "P-1", "--first-made", "2025-01-01")
    assert lists() == f"annual_review.2015 {Catalogue().load('annual_review.2015').sha256[:12]}"
    both = lists(ARFLOW_WORKFLOWS=str(own))
    assert both == f"annual_review.2026 {Catalogue(own).load('annual_review.2026').sha256[:12]}"


# --- at once ----------------------------------------------------------------------------------------------------


def test_two_with_different_rules_at_once_never_read_each_others_days(
    app_on_each: Arflow, open_app: Callable[..., Arflow], own: Path
) -> None:
    for number in range(1, 9):
        app_on_each.add_plan(AddPlan(ref=f"P-{number}", first_made=day("1 Jan 2025")))
    read: dict[str, list[set[str]]] = {STRICT: [], ANNIVERSARY: []}
    other = open_app(app_on_each.url, catalogue=Catalogue(own))

    def work(app: Arflow, expected: str) -> None:
        asking = Asking(app)
        for number in range(12):
            if number % 3 == 0:
                asking.catch_up()
            days = [str(item.due) for item in asking.due(app.today) if item.duty == "twelve_months"]
            read[expected].append({f"{len(days)} plans", *days})

    both = [threading.Thread(target=work, args=pair) for pair in ((app_on_each, STRICT), (other, ANNIVERSARY))]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert read == {expected: [{"8 plans", expected}] * 12 for expected in read}


# --- the lists compared with the log -----------------------------------------------------------------------------


@pytest.fixture
def held(app_on_each: Arflow) -> Arflow:
    """Two plans, P-1001 with a review held on 1 October 2026, listed."""
    Cases(app_on_each).opened("12 Jan 2026", "1 Sep 2026").held("1 Oct 2026")
    app_on_each.add_plan(AddPlan(ref="p-2", first_made=day("1 Jan 2025")))
    Asking(app_on_each).catch_up()
    return app_on_each


def held_rows(app: Arflow) -> int:
    asking = Asking(app)
    duties = sum(1 + len(item.beside) for item in asking.due(app.today))
    return asking.count_plans() + asking.count_reviews() + duties


def test_lists_that_are_as_the_log_says_show_no_difference(run_on_each: Run, held: Arflow) -> None:
    said = run_on_each("verify", "--duties")

    assert said.exit_code == 0
    rows = held_rows(held)
    assert said.stdout.splitlines()[1] == (
        f"{rows} rows of the lists compared with the log up to event {held.log_store.head()[0]}: no difference"
    )


def test_a_changed_a_removed_and_an_added_row_are_named(run_on_each: Run, held: Arflow) -> None:
    with rows_changed(held) as connection:
        connection.exec_driver_sql("update due set due = '2026-03-01' where duty = 'decision'")
        connection.exec_driver_sql("update reviews set state = 'decided'")
        connection.exec_driver_sql("delete from due where duty = 'twelve_months' and plan = 'p-2'")
        connection.exec_driver_sql("insert into plans select 'P-9', first_made, first_made_quality, clock_start,"
            " clock_quality, review_due, review_outer, setting, nc_year, coordinator, transfer, transfer_on,"
            " young_person_from, state, open_review from plans where ref = 'p-2'")  # fmt: skip

    said = run_on_each("verify", "--duties")
    found = json.loads(run_on_each("verify", "--duties", "--json").stdout)["lists"]

    assert said.exit_code == 1
    (plan, review), events = _case(held), held.log_store.head()[0]
    assert said.stdout.splitlines()[1:6] == [
        f"{plan} {review} duty decision: the list says 2026-03-01, the log 2026-10-29",
        f"{plan} {review}: the list says state decided, the log state meeting_held",
        "P-9: the list says state maintained, the log nothing",
        "p-2 duty twelve_months: the list says nothing, the log 2025-12-31",
        "Make the lists again with `arflow rebuild`.",
    ]
    assert (found["position"], found["differing"], found["why_again"]) == (events, 4, None)
    assert found["differences"][0]["listed"] == {"due": "2026-03-01"}
    assert run_on_each("rebuild").exit_code == 0
    assert row_check.check(held.log_store, held.workflow, held.current_workflow()).differing == 0


def _case(app: Arflow) -> tuple[str, str]:
    row = Asking(app).reviews()[0]
    return row["plan"], row["id"]


def test_at_every_step_the_rows_are_those_of_the_log_up_to_their_position(
    held: Arflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "EVENTS_AT_A_TIME", 1)
    with rows_changed(held) as connection:
        connection.exec_driver_sql("update projection_position set position = 0")
        for table in ("plans", "reviews", "due"):
            connection.exec_driver_sql(f"delete from {table}")
    found: list[row_check.Checked] = []

    def look(_: follower.Progress) -> None:
        found.append(row_check.check(held.log_store, held.workflow, held.current_workflow()))

    Asking(held).catch_up(look)

    assert [one.position for one in found] == list(range(1, held.log_store.head()[0] + 1))
    assert [one.differences for one in found] == [()] * len(found)


def test_what_was_recorded_after_the_lists_were_made_is_no_difference(run_on_each: Run, held: Arflow) -> None:
    before = held.log_store.head()[0]
    run_on_each("review", "report", _case(held)[1], "--on", "2026-10-10")
    assert held.log_store.head()[0] > before

    said = run_on_each("verify", "--duties")

    assert (said.exit_code, f"up to event {before}: no difference" in said.stdout) == (0, True)


def test_lists_made_under_other_rules_are_said_to_be_so_and_not_compared(
    run_on_each: Run, held: Arflow, own: Path
) -> None:
    said = run_on_each("verify", "--duties", ARFLOW_WORKFLOWS=str(own))

    assert said.exit_code == 0
    assert said.stdout.splitlines()[1].startswith(
        f"The lists were made up to event {held.log_store.head()[0]} under annual_review.2015 "
    )
    assert "were not compared" in said.stdout
    assert json.loads(run_on_each("verify", "--duties", "--json", ARFLOW_WORKFLOWS=str(own)).stdout)["lists"] == {
        "position": held.log_store.head()[0],
        "stamp": json.loads(run_on_each("verify", "--duties", "--json").stdout)["lists"]["stamp"],
        "why_again": CHANGED,
        "rows": 0,
        "differing": 0,
        "differences": [],
    }


def test_only_the_first_of_many_differences_are_named(
    run_on_each: Run, held: Arflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_check, "MOST_NAMED", 1)
    with rows_changed(held) as connection:
        connection.exec_driver_sql("update due set reason = 'changed'")

    said = run_on_each("verify", "--duties").stdout.splitlines()

    assert said[2].endswith(" more rows of the lists differ; make the lists again with `arflow rebuild`.")
