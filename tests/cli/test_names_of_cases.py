"""A case at the terminal: its ids in any case, and a plan's reference where its open review is meant."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def two(run: Run) -> Run:
    """A plan with an open review, and one without."""
    for line in (
        "plan add EHCP/2024/ab12 --first-made 2025-11-01 --setting 123456",
        "plan add P-2 --first-made 2025-11-01 --setting 123456",
        "review open EHCP/2024/ab12 --kind annual --on 2026-09-01",
    ):
        assert run(*line.split()).exit_code == 0
    return run


def _answer(run: Run, line: str) -> dict[str, str]:
    answered = run(*line.split(), "--json")
    assert answered.exit_code == 0, answered.stderr
    found: dict[str, str] = json.loads(answered.stdout)
    return found


def test_an_id_is_taken_in_any_case(two: Run) -> None:
    assert _answer(two, "review show r-2026-000001")["id"] == "R-2026-000001"
    assert _answer(two, "plan show ehcp/2024/AB12")["id"] == "EHCP/2024/ab12"
    assert _answer(two, "plan move p-2 --nc-year 4")["id"] == "P-2"
    assert _answer(two, "why ehcp/2024/AB12 twelve-months")["case"] == "EHCP/2024/ab12"
    assert [one["id"] for one in _answer(two, "review list --plan ehcp/2024/AB12")] == ["R-2026-000001"]  # type: ignore[index]


def test_a_plan_stands_for_its_open_review(two: Run) -> None:
    held = _answer(two, "review hold ehcp/2024/AB12 --on 2026-11-20 --skip-reason urgent")
    assert (held["id"], held["event"]) == ("R-2026-000001", "MeetingHeld")
    assert _answer(two, "review show EHCP/2024/ab12")["id"] == "R-2026-000001"


def test_a_duty_of_the_open_review_is_proved_by_the_plan_too(two: Run) -> None:
    two("review", "hold", "r-2026-000001", "--on", "2026-11-20", "--skip-reason", "urgent")
    assert _answer(two, "why EHCP/2024/ab12 decision")["case"] == "R-2026-000001"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "review hold p-2",
            "plan P-2 has no open review: open one with `arflow review open P-2`, or name one of `arflow review list --plan P-2`",
        ),
        ("review hold P-9", "there is no review P-9: see `arflow review list`"),
        ("plan show P-9", "there is no plan P-9: add it with `arflow plan add`, or see `arflow plan list`"),
        ("review list --plan P-9", "there is no plan P-9"),
        ("outbox list --review R-2026-000009", "there is no review R-2026-000009"),
        ("document list --plan P-9", "there is no plan P-9"),
    ],
)
def test_a_case_that_is_not_meant_is_named(two: Run, line: str, said: str) -> None:
    refused = two(*line.split())
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_of_two_references_that_differ_in_case_alone_the_exact_one_is_meant(two: Run) -> None:
    assert two("plan", "add", "p-2", "--first-made", "2025-11-01", "--yes").exit_code == 0
    assert _answer(two, "plan show p-2")["id"] == "p-2"
    assert _answer(two, "plan show P-2")["id"] == "P-2"
    assert two("plan", "add", "ehcp/2024/AB12", "--first-made", "2025-11-01", "--yes").exit_code == 0
    refused = two("plan", "show", "EHCP/2024/AB12")
    assert refused.exit_code == 1
    assert "EHCP/2024/AB12 may be EHCP/2024/ab12 or ehcp/2024/AB12: write it as it stands" in refused.stderr


def test_a_plan_is_not_added_twice_in_another_case_of_its_letters(two: Run) -> None:
    refused = two("plan", "add", "p-2", "--first-made", "2025-11-01")
    assert refused.exit_code == 1
    assert refused.stderr == (
        "arflow: p-2 differs from P-2, which is there, in the case of its letters alone: nothing was recorded; "
        "say --yes if it is another plan\n"
    )
    assert [one["ref"] for one in json.loads(two("plan", "list", "--json").stdout) if one["ref"] == "p-2"] == []
    again = two("plan", "add", "P-2", "--first-made", "2025-11-01")
    assert "plan P-2 already exists" in again.stderr


def test_somebody_and_a_message_are_named_in_any_case(two: Run) -> None:
    added = _answer(two, "people add P-2 --name Wren --role parent --channel post")
    assert _answer(two, f"people change {added['id'].upper()} --phone 01632960001")["id"] == added["id"]
    assert "there is no message M-00aa" in two("outbox", "show", "m-00AA").stderr


def test_a_consultation_names_its_review_as_every_other_act_does(two: Run) -> None:
    for said in ("r-2026-000001", "ehcp/2024/AB12"):
        asked = f"plan consult EHCP/2024/ab12 --institution 123457 --on 2026-11-03 --review {said}"
        assert _answer(two, asked)["event"] == "InstitutionConsulted"


def test_a_need_is_met_for_the_open_review_of_a_plan(two: Run) -> None:
    line = ["people", "add", "EHCP/2024/ab12", "--role", "parent", "--name", "Kim Ash", "--interpreter", "Polish"]
    person = json.loads(two(*line, "--json").stdout)["id"]
    met = two("people", "met", person.lower(), "--review", "ehcp/2024/AB12", "--json")
    assert met.exit_code == 0, met.stderr


def test_the_final_plan_is_made_of_a_plan_named_in_any_case(two: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("## Section E: Outcomes\nE1: Wren reads a page aloud.\n", "utf-8")
    refused = two("amend", "final", "p-2", str(tmp_path / "plan.txt"), "--folder", str(tmp_path))
    assert "section A" in refused.stderr
    assert "there is no plan" not in refused.stderr


@pytest.fixture
def decided(two: Run) -> Run:
    """The first plan once its review was decided: the next one may be opened, and this one goes on to the final plan."""
    for line in (
        "review hold R-2026-000001 --on 2026-11-02 --skip-reason urgent",
        "review report R-2026-000001 --on 2026-11-10",
        "review decide R-2026-000001 --outcome amend --on 2026-11-16",
    ):
        assert two(*line.split()).exit_code == 0
    return two


def test_a_plan_stands_for_its_review_until_that_is_finished(decided: Run) -> None:
    assert _answer(decided, "why EHCP/2024/ab12 amendment_notice")["case"] == "R-2026-000001"
    assert "R-2026-000001" in decided("why", "EHCP/2024/ab12").stdout
    assert _answer(decided, "review notice EHCP/2024/ab12 --on 2026-11-16")["id"] == "R-2026-000001"
    issued = _answer(decided, "review issue EHCP/2024/ab12 --on 2026-11-24 --skip-reason agreed")
    assert (issued["id"], issued["event"]) == ("R-2026-000001", "FinalPlanIssued")


def test_the_next_review_is_meant_once_it_is_open(decided: Run) -> None:
    assert decided("review", "open", "EHCP/2024/ab12", "--on", "2026-11-20").exit_code == 0
    assert _answer(decided, "review show EHCP/2024/ab12")["id"] == "R-2026-000002"


def test_whoever_answers_or_needs_something_is_named_in_any_case(two: Run) -> None:
    added = _answer(two, "people add EHCP/2024/ab12 --name Wren --role parent --channel post --interpreter Polish")
    person = added["id"].upper()
    assert _answer(two, f"people met {person} --review ehcp/2024/AB12")["review"] == "R-2026-000001"
    two("review", "invite", "ehcp/2024/AB12", "--role", "parent", "--on", "2026-11-02")
    answered = _answer(two, f"review answer-invitation ehcp/2024/AB12 --person {person} --replied accepted")
    assert answered["event"] == "InvitationAnswered"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("plan request-institution EHCP/2024/ab12 --institution 123457 --review P-2", "plan P-2 has no open review"),
        ("letter approve m-00AA", "M-00aa"),
        ("form reply in-00AA.1", "IN-00aa.1"),
        ("form read in-00AA.1", "IN-00aa.1"),
        ("inbox accept in-00AA.1 --as report", "IN-00aa.1"),
        ("retention dispose --rule mail --message in-00AA --reason x", "IN-00aa"),
        ("amend final p-2 PLAN.txt", "plan.txt has 1 fault"),
    ],
)
def test_every_command_takes_a_name_as_people_write_it(two: Run, tmp_path: Path, line: str, said: str) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("Section A\n\nI like swimming.\n", "utf-8")
    refused = two(*line.replace("PLAN.txt", str(plan)).split())
    assert refused.exit_code == 1
    assert said in refused.stderr
