"""An invented authority like a published row: which plans make it, on which days, and the whole way there and back."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import Result

from arflow.law.periods import is_working_day
from arflow.sen2.dfe.census import third_thursday
from arflow.sen2.dfe.place_in_table import Standing, standing
from arflow.sen2.dfe.published_columns import row as figures_of
from arflow.sen2.dfe.published_table import PublishedRow
from arflow.sen2.invented.like_days import days_of
from arflow.sen2.invented.like_plan import COLUMNS, YEAR, RowRefused, plans_of
from arflow.sen2.returned.review_items import ReviewItems
from tests.support.dfe_samples import (
    INVENTED,
    TABLE,
    published,
    row_of,
    sample,
    with_figures,
    with_samples,
    write_table,
)

pytestmark = pytest.mark.thorough

Run = Callable[..., Result]
CENSUS = third_thursday(YEAR + 1)
# Reviews without an outcome though their decisions are dated, and outcomes though they are not.
NO_OUTCOMES = {"outcome_amend": 0, "outcome_cease": 0, "outcome_maintan": 0, "no_outcome": 42}
ALL_OUTCOMES = {"outcome_amend": 20, "outcome_cease": 2, "outcome_maintan": 20, "no_outcome": 0}


def counted(plans: Counter[Standing]) -> dict[str, object]:
    return dict(zip(COLUMNS, figures_of(plans, YEAR), strict=False))


def wanted(row: PublishedRow) -> dict[str, object]:
    return {name: row.figure(name) for name in COLUMNS}


# --- which plans ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("figures", [{}, NO_OUTCOMES, ALL_OUTCOMES])
def test_the_plans_foot_to_every_column(figures: dict[str, int]) -> None:
    row = row_of(**figures)

    assert counted(plans_of(row)) == wanted(row)


@with_samples
def test_the_plans_foot_to_every_published_row_that_can_be() -> None:
    made = {}
    for row in with_figures():
        try:
            plans = plans_of(row)
        except RowRefused:
            continue
        made[row.name] = counted(plans) == wanted(row)

    assert all(made.values())
    assert len(made) == 69


@with_samples
def test_published_rows_are_refused_for_what_is_wrong_with_them() -> None:
    reasons: Counter[str] = Counter()
    for row in published():
        if row.level == "Local authority":
            try:
                plans_of(row)
            except RowRefused as refusal:
                reasons[next(word for word in ("suppressed", "below zero", "do not foot") if word in str(refusal))] += 1

    assert reasons == {"suppressed": 5, "below zero": 26, "do not foot": 2}


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        ({"review_expected": "x"}, "review_expected is x: suppressed"),
        ({"review_expected": "", "no_outcome": "c"}, "review_expected is blank, no_outcome is c: suppressed"),
        ({"review_decision_outstanding": -1, "review_decision24": 28}, "review_decision_outstanding is -1: below zero"),
        ({"total_ehc_plans": 61}, "review_expected + review_not_expected is 60, but total_ehc_plans is 61"),
        ({"no_review_meeting": 9}, "total_review_meeting + no_review_meeting is 51, but review_expected is 50"),
        ({"review_meeting_24": 31}, "is 43, but total_review_meeting is 42"),
        ({"review_decision_not_due": 5}, "is 43, but total_review_meeting is 42"),
        ({"outcome_amend": 21}, "is 43, but total_review_meeting is 42"),
        ({"number_decsion_4weeks": 15}, "is 32, but 31 decisions are dated: the columns do not foot"),
        # Eight met before the year and nine decided before it.
        (
            {"review_decision_prior24": 9, "review_decision24": 16},
            "more decisions are dated before the year than meetings",
        ),
        # Four January meetings of which none is waiting were decided in January, in two weeks.
        (
            {"review_decision_not_due": 0, "review_decision_outstanding": 11,
             "number_decsion_4weeks": 3, "number_decision_gt_4weeks": 28},
            "3 decisions within four weeks do not go with the years",
        ),
        (
            {"review_meeting_25": 20, "review_meeting_24": 14},
            "do not leave room for the decisions dated by year",
        ),
    ],
)  # fmt: skip
def test_a_row_that_no_log_can_have_is_refused_with_the_reason(figures: dict[str, object], reason: str) -> None:
    with pytest.raises(RowRefused, match=r"^Nowhere: ") as refused:
        plans_of(row_of(**figures))

    assert reason in refused.value.message


# --- on which days -------------------------------------------------------------------------------------------------


def items(one: Standing, seed: int) -> ReviewItems:
    """A plan on its days, as the log would give its items."""
    days = days_of(one, YEAR, CENSUS, Random(seed))
    codes = {"amend": "A", "cease": "C", "maintain": "M", "none": None}
    return ReviewItems(
        plan="P-1",
        plan_start=days.start,
        review_meeting=days.meeting,
        last_review=days.decision,
        review_outcome=codes[one.outcome],
    )


@pytest.mark.parametrize("figures", [{}, NO_OUTCOMES, ALL_OUTCOMES])
def test_every_plan_has_days_on_which_it_stands_where_it_should(figures: dict[str, int]) -> None:
    for one in plans_of(row_of(**figures)):
        for seed in range(200):
            assert standing(items(one, seed), YEAR) == one


def test_days_come_in_their_order_and_not_after_the_census_day() -> None:
    for one in plans_of(row_of()):
        for seed in range(200):
            days = days_of(one, YEAR, CENSUS, Random(seed))
            told = [day for day in (days.start, days.reviewed_before, days.meeting, days.decision) if day]
            assert told == sorted(told)
            assert told[-1] <= CENSUS


# --- the whole way -------------------------------------------------------------------------------------------------


def reported(run: Run) -> dict[str, Any]:
    told = run("report", "dfe", "--year", "2024", "--section", "authority", "--json")
    figures: dict[str, Any]
    (figures,) = json.loads(told.stdout)["sections"][0]["rows"]
    return figures


@pytest.mark.parametrize("figures", [{}, NO_OUTCOMES, ALL_OUTCOMES])
def test_the_report_of_the_authority_made_is_the_row(run: Run, tmp_path: Path, figures: dict[str, object]) -> None:
    table = write_table(tmp_path / "row.csv", figures)

    made = run("demo", "--like", str(table))

    assert made.exit_code == 0, made.stderr
    assert reported(run) == {**INVENTED, **figures, "pc_decsion_4weeks": 45.2, "pc_decision_gt_4weeks": 54.8}


@with_samples
@pytest.mark.parametrize("name", ["Hartlepool", "Westminster"])
def test_the_report_of_a_published_authority_made_is_its_row(run: Run, name: str) -> None:
    (row,) = (row for row in published() if row.name == name)

    assert run("demo", "--like", str(sample(TABLE)), "--row", row.codes[1]).exit_code == 0

    figures = reported(run)
    assert {column: figures[column] for column in COLUMNS} == wanted(row)
    assert {
        figures[column] == float(row.text(column)) for column in ("pc_decsion_4weeks", "pc_decision_gt_4weeks")
    } == {True}


def test_the_log_made_holds_together(run: Run, tmp_path: Path) -> None:
    run("demo", "--like", str(write_table(tmp_path / "row.csv", {})))

    assert run("verify").exit_code == 0
    assert run("verify", "--duties").exit_code == 0


def test_the_same_seed_makes_the_same_log(run: Run, tmp_path: Path) -> None:
    table = write_table(tmp_path / "row.csv", {})

    def log(seed: int, name: str) -> list[Any]:
        run("demo", "--like", str(table), "--seed", str(seed), ARFLOW_STORE=f"sqlite:///{tmp_path}/{name}.db")
        with closing(sqlite3.connect(tmp_path / f"{name}.db")) as store:
            return store.execute(
                "select stream, version, topic, happened_on, recorded_at from events order by position"
            ).fetchall()

    assert log(1, "one") == log(1, "again") != log(2, "two")


def test_every_act_happens_and_is_recorded_on_a_working_day(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "made.db"

    run("demo", "--like", str(write_table(tmp_path / "row.csv", {})), ARFLOW_STORE=f"sqlite:///{store}")

    with closing(sqlite3.connect(store)) as log:
        days = log.execute("select happened_on, date(recorded_at) from events").fetchall()
    assert len(days) > 300
    assert [pair for pair in days if not all(is_working_day(date.fromisoformat(day)) for day in pair)] == []


# --- what is refused -----------------------------------------------------------------------------------------------


def refusal(run: Run, tmp_path: Path, *arguments: str, today: date = date(2026, 11, 24)) -> str:
    """What is said of a refused demo, of which no store is left."""
    store = tmp_path / "new.db"
    result = run("demo", *arguments, today=today, ARFLOW_STORE=f"sqlite:///{store}")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert not store.exists()
    return result.stderr


def test_a_refused_row_leaves_no_store_behind(run: Run, tmp_path: Path) -> None:
    table = write_table(tmp_path / "row.csv", {"review_decision_outstanding": -1, "review_decision24": 28})

    assert "below zero" in refusal(run, tmp_path, "--like", str(table))


def test_of_several_rows_one_must_be_named(run: Run, tmp_path: Path) -> None:
    table = write_table(
        tmp_path / "rows.csv", {}, {"la_name": "Elsewhere", "new_la_code": "E99000001", "old_la_code": "999"}
    )

    assert "2 authorities" in refusal(run, tmp_path, "--like", str(table))
    assert "perhaps Elsewhere" in refusal(run, tmp_path, "--like", str(table), "--row", "Elswhere")
    for name in ("elsewhere", "E99000001", "999"):
        assert (
            run("demo", "--like", str(table), "--row", name, ARFLOW_STORE=f"sqlite:///{tmp_path}/{name}.db").exit_code
            == 0
        )


def test_a_table_without_its_columns_is_refused_by_name(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "other.csv"
    table.write_text("la_name,total_ehc_plans\nNowhere,60\n")

    said = refusal(run, tmp_path, "--like", str(table))

    assert "other.csv is not the DfE's table as published: it has no review_expected, review_not_expected" in said


def test_a_file_that_is_not_there_or_not_text_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")

    assert "No such file" in refusal(run, tmp_path, "--like", str(tmp_path / "none.csv"))
    assert "a CSV file in UTF-8" in refusal(run, tmp_path, "--like", str(tmp_path / "bad.csv"))


def test_a_row_is_named_only_of_a_table(run: Run, tmp_path: Path) -> None:
    assert "--like: is missing" in refusal(run, tmp_path, "--row", "Nowhere")


def test_nothing_is_made_before_the_census_day_or_into_a_store_in_use(run: Run, tmp_path: Path) -> None:
    table = write_table(tmp_path / "row.csv", {})

    early = run("demo", "--like", str(table), today=date(2025, 1, 15))
    assert (early.exit_code, "before the census day" in early.stderr) == (1, True)
    assert run("demo", "--like", str(table), today=CENSUS).exit_code == 0
    assert "holds events already" in run("demo", "--like", str(table)).stderr
