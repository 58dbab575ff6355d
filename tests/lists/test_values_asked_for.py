"""What a list is asked for must be something that is there: a slip of the pen is no comfort that nothing is outstanding."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow

Run = Callable[..., Result]


@pytest.fixture
def listed(run: Run) -> Run:
    for line in (
        ("plan", "add", "P-1", "--first-made", "2025-10-01", "--setting", "123456", "--coordinator", "Devon Ash"),
        ("plan", "add", "P-2", "--first-made", "2025-10-01", "--setting", "123457", "--coordinator", "Ellis Ward"),
        ("plan", "move", "P-2", "--coordinator", "DEVON  ASH"),
        ("review", "open", "P-1", "--kind", "annual", "--on", "2026-09-01"),
    ):
        assert run(*line).exit_code == 0
    return run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("due", "--coordinator", "Devon Ashe"), "--coordinator: Devon Ashe is not a coordinator here; nearest: Devon Ash"),
        (("due", "--coordinator", "Zzz"), "--coordinator: Zzz is not a coordinator here; there are Devon Ash"),
        (("due", "--setting", "123465"), "--setting: 123465 is not a setting of a plan here; nearest: 123457, 123456"),
        (("plan", "list", "--coordinator", "Devon Ahs"), "nearest: Devon Ash"),
        (("plan", "list", "--coordinator", "ash"), "nearest: Devon Ash"),
        (("plan", "list", "--setting", "9"), "--setting: 9 is not a setting of a plan here"),
        (("review", "list", "--state", "meeting-hold"), "--state: meeting-hold is not a state of review; nearest: meeting_held"),
        (("review", "list", "--kind", "anual"), "--kind: anual is not a kind of review; nearest: annual"),
        (("sheet", "export", "--coordinator", "Devon Ashe", "--output", "x.xlsx"), "nearest: Devon Ash"),
    ],
)  # fmt: skip
def test_an_unknown_value_is_refused_with_the_nearest_that_is_known(
    listed: Run, words: tuple[str, ...], said: str
) -> None:
    refused = listed(*words)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert json.loads(listed("--json", *words).stderr)["error"]["kind"] == "invalid_value"


def test_a_known_value_of_which_nothing_is_listed_is_no_slip(listed: Run) -> None:
    assert listed("review", "list", "--state", "meeting-held").stdout == "No such reviews.\n"
    assert listed("review", "list", "--kind", "phase transfer").stdout == "No such reviews.\n"
    assert listed("due", "--coordinator", "Ellis Ward").stdout == "Nothing is outstanding.\n"


def test_an_officer_is_one_person_however_the_name_is_typed(listed: Run) -> None:
    for name in ("devon ash", "DEVON ASH", " Devon  Ash "):
        assert [row["plan"] for row in json.loads(listed("due", "--coordinator", name, "--json").stdout)] == [
            "P-1",
            "P-2",
        ]
    assert {row["coordinator"] for row in json.loads(listed("plan", "list", "--json").stdout)} == {"Devon Ash"}


def test_officers_of_an_older_store_who_differ_in_case_alone_are_found_together(app: Arflow, listed: Run) -> None:
    from sqlalchemy import insert

    from arflow.store.directory import officers

    with app.engine.begin() as connection:
        connection.execute(insert(officers).values(id="S-old", name="devon ash"))
    assert set(app.directory.officers_named("DEVON ASH")) == {"S-old", app.directory.known_officer("Devon Ash")}
    assert app.directory.known_officer("devon ash") == "S-old"
    assert len(json.loads(listed("due", "--coordinator", "Devon Ash", "--json").stdout)) == 2
