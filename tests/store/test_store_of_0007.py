"""A store that arflow made before its modules moved opens, verifies and gives the same figures as it did then."""

import json
import sqlite3
from datetime import date
from typing import Any

import pytest

from tests.conftest import command_line
from tests.support.paths import ROOT

STORES = ROOT / "tests" / "store" / "stores"
THEN = json.loads((STORES / "of_0007.json").read_text("utf-8"))
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The store of six invented plans as the tables of version 0007 held it, brought up to date by `arflow init`."""
    path = tmp_path_factory.mktemp("before") / "arflow.db"
    with sqlite3.connect(path) as connection:
        connection.executescript((STORES / "of_0007.sql").read_text("utf-8"))
    connection.close()
    path.chmod(0o600)
    found = f"sqlite:///{path}"
    assert command_line(found)("init").exit_code == 0
    return found


def answer(url: str, *command: str) -> Any:
    result = command_line(url)(*command, "--json", today=TODAY)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_its_log_is_sound_and_ends_where_it_did(url: str) -> None:
    found = answer(url, "verify")
    assert {name: found[name] for name in THEN["verify"]} == THEN["verify"]


def test_its_lists_are_the_same(url: str) -> None:
    """Since then a row is an act, with the duties that it meets later beside the first."""
    now = {
        (row["plan"], row["review"], duty["duty"]): (duty["due"], duty["outer"], duty["state"], row["holder"])
        for row in answer(url, "due")
        for duty in (row, *row["beside"])
    }
    then = {
        (row["plan"], row["review"], row["duty"]): (row["due"], row["outer"], row["state"], row["holder"])
        for row in THEN["due"]
    }
    assert now == then
    assert [{name: row[name] for name in THEN["reviews"][0]} for row in answer(url, "review", "list")] == THEN[
        "reviews"
    ]


@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(THEN["reports"]))
def test_its_reports_are_the_same(url: str, name: str) -> None:
    found = answer(url, "report", name)
    assert {section["name"]: section["rows"] for section in found["sections"]} == THEN["reports"][name]


def test_every_case_is_told(url: str) -> None:
    for plan in {row["plan"] for row in THEN["reviews"]}:
        assert len(answer(url, "audit", plan)["parts"]) > 1
