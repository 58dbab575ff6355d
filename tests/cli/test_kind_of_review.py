"""The kind of a review comes from the facts of its plan; another kind needs a reason."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]
# The tests' today is 24 November 2026.
FACTS = {
    "not_in_setting": (),
    "annual": ("--setting 123456",),
    "phase_transfer": ("--setting 123456 --transfer primary_to_secondary --transfer-on 2027-09-01",),
    "post16_transfer": ("--setting 123456 --transfer post16_to_post16 --transfer-on 2027-09-01",),
    "la_move": ("--setting 123456", "plan transfer-in P-1 --on 2026-11-02"),
    "release_from_custody": (
        "--setting 123456",
        "plan detain P-1 --on 2026-08-03",
        "plan release P-1 --on 2026-11-02",
    ),
}


def told(run: Run, facts: tuple[str, ...]) -> None:
    first, *others = facts or ("",)
    for words in (f"plan add P-1 --first-made 2026-01-05 {first}", *others):
        result = run(*words.split())
        assert result.exit_code == 0, result.stderr


def kind(run: Run) -> str:
    [row] = json.loads(run("review", "list", "--json").stdout)
    return str(row["kind"])


@pytest.mark.parametrize("called_for", FACTS)
def test_a_review_is_of_the_kind_that_the_facts_call_for_and_says_why(run: Run, called_for: str) -> None:
    told(run, FACTS[called_for])
    result = run("review", "open", "P-1")

    assert (result.exit_code, kind(run)) == (0, called_for)
    assert (f"opened as {called_for}" in result.stderr) is (called_for != "annual")


@pytest.mark.parametrize(
    ("on", "called_for"), [("2026-08-31", "annual"), ("2026-09-01", "phase_transfer"), ("2026-09-02", "phase_transfer")]
)
def test_a_transfer_calls_for_its_review_from_twelve_months_before(run: Run, on: str, called_for: str) -> None:
    told(run, FACTS["phase_transfer"])
    run("review", "open", "P-1", "--on", on)
    assert kind(run) == called_for


def test_another_kind_needs_a_reason_which_stays_in_the_history(run: Run) -> None:
    told(run, FACTS["not_in_setting"])
    refused = run("review", "open", "P-1", "--kind", "annual")
    assert (refused.exit_code, "r.21" in refused.stderr) == (1, True)
    assert json.loads(run("review", "list", "--json").stdout) == []

    assert run("review", "open", "P-1", "--kind", "annual", "--reason", "On roll from Monday").exit_code == 0
    assert kind(run) == "annual"
    assert "On roll from Monday" in run("audit", "P-1").stdout


def test_bulk_opening_takes_the_kind_of_each_plan(run: Run) -> None:
    told(run, FACTS["annual"])
    run("plan", "add", "P-2", "--first-made", "2026-01-05")
    result = run("review", "open", "--due-within", "26w")

    rows = json.loads(run("review", "list", "--json").stdout)
    assert {row["plan"]: row["kind"] for row in rows} == {"P-1": "annual", "P-2": "not_in_setting"}
    assert "P-2: opened as not_in_setting" in result.stderr


def test_a_setting_left_or_taken_up_in_the_middle_says_which_regulation_rules_now(run: Run) -> None:
    told(run, FACTS["annual"])
    run("review", "open", "P-1")
    assert "r.21" in run("plan", "move", "P-1", "--setting", "none").stderr
    assert (
        "no setting is attended any more"
        in json.loads(run("review", "show", "R-2026-000001", "--json").stdout)["other_route"]
    )
    run("plan", "move", "P-1", "--setting", "123457")
    assert json.loads(run("review", "show", "R-2026-000001", "--json").stdout)["other_route"] == ""
