"""The lists follow the rules: made again when the definitions in use change, and compared with the log row by row."""

import hashlib
import json
import shutil
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

from arflow.application import rules_acts
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.law.catalogue import Catalogue, shipped_folder
from arflow.law.definition import Document
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


def publish(run: Run, folder: Path, name: str = "annual_review.2026.toml", *more: str) -> None:
    done = run("workflow", "publish", str(folder / name), "--reason", "For the test", *more)
    assert done.exit_code == 0, done.stderr


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


def test_two_shells_see_the_same_days_whatever_their_files_say(run_on_each: Run, own: Path) -> None:
    run_on_each("plan", "add", "P-1", "--first-made", "2025-01-01")
    other = {"ARFLOW_WORKFLOWS": str(own)}
    differs = (
        "The rules of the store count, and differ from this process's files: annual_review.2026 is not published: "
        f"`arflow workflow publish {own / 'annual_review.2026.toml'} --reason …`\n"
    )

    assert listed(run_on_each) == (STRICT, "")
    assert listed(run_on_each, **other) == (STRICT, differs)
    publish(run_on_each, own)  # which makes the lists again
    assert listed(run_on_each) == (ANNIVERSARY, "")
    assert listed(run_on_each, **other) == (ANNIVERSARY, "")
    chosen = {**other, "ARFLOW_WORKFLOW": "annual_review.2015"}
    days, said = listed(run_on_each, **chosen)
    assert (days, "ARFLOW_WORKFLOW is annual_review.2015" in said, said.count("\n")) == (ANNIVERSARY, True, 1)


def test_what_was_recorded_meanwhile_does_not_hide_that_the_rules_have_changed(
    run_on_each: Run, app_on_each: Arflow, own: Path
) -> None:
    run_on_each("plan", "add", "P-1", "--first-made", "2025-01-01")
    run_on_each("due")
    drafted = rules_acts.publication(app_on_each, Document(own / "annual_review.2026.toml"))
    rules_acts.record(app_on_each, drafted, "For the test")
    added = run_on_each("plan", "add", "P-2", "--first-made", "2025-01-01")

    found = run_on_each("due", "--json")

    assert added.stderr + found.stderr == REMADE  # whichever reads the lists first
    assert [row["due"] for row in json.loads(found.stdout) if row["duty"] == "twelve_months"] == [ANNIVERSARY] * 2


def test_a_definition_that_comes_into_force_counts_from_its_day_on_also_by_today(run_on_each: Run, own: Path) -> None:
    write_rules(own, in_force="2026-11-25")
    run_on_each("plan", "add", "P-1", "--first-made", "2025-01-01")
    publish(run_on_each, own)

    assert listed(run_on_each) == (STRICT, "")
    assert listed(run_on_each, today=date(2026, 11, 25)) == (ANNIVERSARY, REMADE)
    assert listed(run_on_each) == (STRICT, REMADE)
    assert listed(run_on_each, "--today", "2026-11-26") == (ANNIVERSARY, REMADE)


def test_tick_works_under_the_rules_of_the_store(run_on_each: Run, own: Path) -> None:
    run_on_each("plan", "add", "P-1", "--first-made", "2025-01-01")
    assert listed(run_on_each)[0] == STRICT
    publish(run_on_each, own)

    ticked = run_on_each("tick", "--json")

    found = json.loads(ticked.stdout)
    assert {one["due"] for one in found["seen"]} == {ANNIVERSARY}
    assert {line["last_day"] for line in found["worklist"]["lines"]} == {ANNIVERSARY}
    assert listed(run_on_each) == (ANNIVERSARY, "")


def test_the_lists_follow_what_the_definition_extends(run: Run, own: Path) -> None:
    (own / "anyshire.2026.toml").write_text(LOCAL.replace("annual_review.2015", "annual_review.2026"), "utf-8")
    run("plan", "add", "P-1", "--first-made", "2025-01-01")
    publish(run, own)
    shutil.copytree(ROOT / "docs" / "examples" / "examples", own / "examples")
    publish(run, own, "anyshire.2026.toml")

    assert listed(run)[0] == ANNIVERSARY
    write_rules(own, strict="day_before_anniversary")
    publish(run, own, "annual_review.2026.toml", "--again")
    assert listed(run) == (STRICT, "")


def test_an_application_that_stays_open_follows_the_day_and_what_others_publish(
    run: Run, app: Arflow, own: Path
) -> None:
    write_rules(own, in_force="2026-11-25")
    app.add_plan(AddPlan(ref="P-1", first_made=day("1 Jan 2025")))
    said: list[str] = []
    asking = Asking(app, said.append)
    asking.catch_up()
    publish(run, own)
    assert (asking.plans()[0]["review_due"], said) == (STRICT, [])

    on_day(app, date(2026, 11, 25))

    assert (asking.plans()[0]["review_due"], said) == (ANNIVERSARY, [CHANGED])


def test_the_version_of_the_calendar_belongs_to_the_rules_only_where_working_days_count() -> None:
    shipped = Catalogue().load("annual_review.2015")
    plain = msgspec.structs.replace(shipped, duties=shipped.duties[:1])
    rolling = msgspec.structs.replace(plain, policy=Policy(roll_forward_non_working_days=True))
    target = DutyRule(
        **{**msgspec.structs.asdict(shipped.duties[0]), "due": (Limb(rule="within 5 working days of held"),)}
    )
    counting = msgspec.structs.replace(shipped, duties=(target,))
    version = metadata.version("holidays").encode()

    assert plain.rules_sha256 == hashlib.sha256(msgspec.json.encode(plain)).hexdigest()
    for workflow in (shipped, rolling, counting):
        assert workflow.rules_sha256 == hashlib.sha256(msgspec.json.encode(workflow) + version).hexdigest()


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
    publish(run, own)
    assert lists() == f"annual_review.2026 {Catalogue(own).load('annual_review.2026').sha256[:12]}"


# --- at once ----------------------------------------------------------------------------------------------------


def test_rules_that_change_while_others_read_are_never_seen_in_part(
    run_on_each: Run, app_on_each: Arflow, open_app: Callable[..., Arflow], own: Path
) -> None:
    for number in range(1, 9):
        app_on_each.add_plan(AddPlan(ref=f"P-{number}", first_made=day("1 Jan 2025")))
    read: list[tuple[str, ...]] = []
    others = [open_app(app_on_each.url) for _ in range(2)]
    changed = threading.Event()

    def work(app: Arflow) -> None:
        asking = Asking(app)
        for number in range(40):
            if number > 5:
                changed.wait(30)
            if number % 3 == 0:
                asking.catch_up()
            days = [str(item.due) for item in asking.due(app.today) if item.duty == "twelve_months"]
            read.append((f"{len(days)} plans", *sorted(set(days))))

    both = [threading.Thread(target=work, args=(app,)) for app in others]
    for one in both:
        one.start()
    publish(run_on_each, own)
    changed.set()
    for one in both:
        one.join()

    assert set(read) <= {("8 plans", STRICT), ("8 plans", ANNIVERSARY)}
    assert read[-1] == ("8 plans", ANNIVERSARY)


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
    stamp = json.loads(run_on_each("verify", "--duties", "--json").stdout)["lists"]["stamp"]
    rules_acts.record(held, rules_acts.publication(held, Document(own / "annual_review.2026.toml")), "another text")
    said = run_on_each("verify", "--duties")

    assert said.exit_code == 0
    assert said.stdout.splitlines()[1].startswith(
        f"The lists were made up to event {held.log_store.head()[0]} under annual_review.2015 "
    )
    assert "were not compared" in said.stdout
    assert json.loads(run_on_each("verify", "--duties", "--json").stdout)["lists"] == {
        "position": held.log_store.head()[0],
        "stamp": stamp,
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
