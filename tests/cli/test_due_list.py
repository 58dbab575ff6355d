"""`arflow due` as a list to work from: one line a review, filters, files, and exit codes for cron."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

from tests.conftest import command_line

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def desk(store_of: Callable[..., Path]) -> Run:
    """One review with several acts to do, one plan that is late, and one that is far off: lists change none of it."""
    path = store_of(
        "plan add P-1 --first-made 2025-12-20 --setting 123456 --nc-year 6 --coordinator 'Devon Ash'",
        "review open P-1 --kind annual --on 2026-11-02 --meeting-on 2026-12-14",
        "plan add P-2 --first-made 2025-10-01 --setting 123457 --nc-year 9 --coordinator 'Ellis Ward'",
        "plan add P-3 --first-made 2026-10-01 --setting 123457 --coordinator 'Ellis Ward'",
        "people add P-1 --role child --name 'Zoë Ashworth-Hill'",
        "people add P-1 --role parent --name 'Kim Ashworth'",
        "people add P-2 --role health --name 'Kim Other'",
    )
    return command_line(f"sqlite:///{path}")


def _listed(run: Run, *words: str) -> list[tuple[str, str]]:
    answer = run("due", "--json", *words)
    assert answer.exit_code == 0, answer.stderr
    return [(row["plan"], row["act"]) for row in json.loads(answer.stdout)]


def test_a_review_is_one_line_with_its_other_acts_beside_the_first(desk: Run) -> None:
    lines = [line for line in desk("due", "--plan", "p-1").stdout.splitlines() if "P-1" in line]
    assert len(lines) == 1
    told = desk("due", "--plan", "P-1").stdout
    assert {"circulate", "invite", "2026-11-29;", "decide", "2026-12-19"} <= set(told.split())
    assert len(_listed(desk, "--plan", "P-1")) == 3  # a program is given each act


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--duty", "notice"), [("P-1", "invite")]),
        (("--duty", "twelve months", "--year", "9"), [("P-2", "open")]),
        (("--duty", "invite"), [("P-1", "invite")]),
        (("--year", "6", "--duty", "Twelve-Months"), [("P-1", "decide")]),
        (("--kind", "annual", "--duty", "decide"), [("P-1", "decide")]),
        (("--name", "zoe"), [("P-1", "circulate"), ("P-1", "invite"), ("P-1", "decide")]),
        (("--name", "ASHWORTH kim", "--duty", "notice"), [("P-1", "invite")]),
    ],
)
def test_the_list_is_narrowed_by_duty_year_kind_and_name(
    desk: Run, words: tuple[str, ...], found: list[tuple[str, str]]
) -> None:
    assert _listed(desk, *words) == found


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--duty", "decisionn"), 1, "--duty: decisionn is not a duty, nor an act that meets one; nearest: decision"),
        (("--kind", "anual"), 1, "--kind: anual is not a kind of review; nearest: annual"),
        (("--plan", "P-9"), 1, "there is no plan P-9"),
        (("--year", "15"), 2, "'--year': 15 is not in the range -2<=x<=14"),
        (("--name", "Nobody Here"), 1, "there is no child or parent of that name: see `arflow find`"),
        (("--output", "due.pdf"), 1, "--output: due.pdf is not a file that ends in .csv, .xlsx, .html"),
    ],
)
def test_a_filter_that_nothing_can_meet_is_refused(desk: Run, words: tuple[str, ...], code: int, said: str) -> None:
    refused = desk("due", *words)
    assert refused.exit_code == code
    assert said in refused.stderr


def test_a_name_that_was_looked_for_is_not_said_again(desk: Run) -> None:
    refused = desk("--log", "debug", "due", "--name", "Zebedee")
    assert "Zebedee" not in refused.stdout + refused.stderr


def test_the_list_goes_to_a_sheet(desk: Run, tmp_path: Path) -> None:
    sheet, book = tmp_path / "due.csv", tmp_path / "due.xlsx"
    assert desk("due", "--output", str(sheet)).exit_code == 0
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert [row["plan"] for row in rows] == ["P-2", "P-1", "P-3"]
    assert (rows[0]["last_day"], rows[0]["days"], rows[0]["state"]) == ("2026-09-30", "-55", "overdue")
    assert rows[1]["also"] == "invite by 2026-11-29; decide by 2026-12-19"
    assert desk("due", "--coordinator", "ellis ward", "--output", str(book)).exit_code == 0
    plans = [row[3].value for row in openpyxl.load_workbook(book)["What is due"].iter_rows(min_row=2) if len(row) > 3]
    assert [plan for plan in plans if plan in ("P-1", "P-2", "P-3")] == ["P-2", "P-3"]
    assert desk("due", "--output", str(sheet)).stderr.startswith(f"arflow: --output: {sheet} exists already")


@pytest.mark.parametrize(
    ("words", "code"),
    [((), 4), (("--coordinator", "Devon Ash"), 5), (("--plan", "P-3"), 0), (("--plan", "P-1", "--on", "2026-12-01"), 4),
     (("--plan", "P-2", "--limit", "0"), 4)],
)  # fmt: skip
def test_check_ends_with_4_where_something_is_overdue_and_5_where_it_is_at_risk(
    desk: Run, words: tuple[str, ...], code: int
) -> None:
    checked, listed = desk("due", "--check", *words), desk("due", *words)
    assert (checked.exit_code, listed.exit_code) == (code, 0)
    assert checked.stdout == listed.stdout


def test_a_list_that_is_cut_counts_the_rest_and_a_limit_of_0_shows_all(desk: Run) -> None:
    everything, cut = desk("due").stdout, desk("due", "--limit", "1").stdout
    assert [word for word in cut.split() if word.startswith("P-")] == ["P-2"]
    assert cut.splitlines()[-1] == "and 2 more: --limit 0 shows all"
    assert desk("due", "--limit", "0").stdout == desk("due", "--limit", "3").stdout == everything
    assert (
        desk("due", "--limit", "1", "--state", "running").stdout.splitlines()[-1] == "and 1 more: --limit 0 shows all"
    )


def test_a_case_is_found_by_the_beginnings_of_anybodys_name(desk: Run) -> None:
    found = json.loads(desk("find", "kim", "ASH", "--json").stdout)
    assert [(one["name"], one["role"], one["plan"], one["open_review"]) for one in found] == [
        ("Kim Ashworth", "parent", "P-1", "R-2026-000001")
    ]
    assert [one["name"] for one in json.loads(desk("find", "hill", "--json").stdout)] == ["Zoë Ashworth-Hill"]
    assert [one["plan"] for one in json.loads(desk("find", "kim", "--json").stdout)] == ["P-1", "P-2"]
    assert "Zoë Ashworth-Hill" in desk("find", "zoë").stdout
    assert desk("find", "worth").stdout == "Nobody in the directory of people is called so.\n"
    assert desk("find", "-").stdout == "Nobody in the directory of people is called so.\n"
    logged = desk("--log", "debug", "find", "zoe")
    assert "Zo" not in logged.stderr
