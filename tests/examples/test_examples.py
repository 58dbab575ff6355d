"""Worked examples: told in Python, and in files beside definitions that `arflow workflow test` runs."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result

from arflow.case.plan_commands import AddPlan, ExpectTransfer
from arflow.case.review_commands import Decide, HoldMeeting, IssueFinalPlan, SendAmendmentNotice
from arflow.errors import InvalidValue, NotFound, NotPossible, StepNotAllowed
from arflow.examples import CaseTold, NotAsExpected, OpenReview, given
from arflow.examples.boundary_days import wrong_around
from arflow.examples.case_told import STATUTORY
from arflow.examples.example_file import Example, commands, read_examples
from arflow.examples.running import run as run_example
from arflow.law.catalogue import Catalogue
from tests.support.paths import ROOT

Run = Callable[..., Result]
HELD = HoldMeeting(on=date(2025, 6, 18), skip_reason="not told")


@pytest.fixture
def opened(shipped: Catalogue) -> CaseTold:
    plan = AddPlan(ref="P-1", first_made=date(2024, 9, 12))
    return given(plan, workflow=shipped.load(STATUTORY)).when(OpenReview(on=date(2025, 5, 1)))


def test_a_case_is_told_act_by_act(opened: CaseTold) -> None:
    decided = opened.when(HELD).then("decision", due=date(2025, 7, 16), state="running").then_state("meeting_held")
    amending = decided.when(Decide(on=date(2025, 7, 14), outcome="amend", skip_reason="x"), SendAmendmentNotice())
    amending.then("final_plan", due=date(2025, 9, 8), on=date(2025, 9, 8), state="due_soon")
    amending.then("twelve_months", state="met", met_on=date(2025, 7, 14))


def test_what_is_not_as_expected_comes_with_its_proof(opened: CaseTold) -> None:
    with pytest.raises(NotAsExpected) as failed:
        opened.when(HELD).then("decision", due=date(2025, 7, 17), outer=None, state="running")
    said = str(failed.value)
    assert said.startswith(
        "decision: due 2025-07-17 expected, 2025-07-16 counted; outer none expected, 2025-07-16 counted\n"
    )
    assert "Count: within 4 weeks of held: day 1 = Thu 19 Jun 2025, last day = Wed 16 Jul 2025" in said
    with pytest.raises(NotAsExpected, match="state reported expected, it is scheduled"):
        opened.then_state("reported")


def test_a_plan_without_a_review_has_its_own_duties() -> None:
    told = given(AddPlan(ref="P-1", first_made=date(2023, 8, 31)))
    told = told.when(ExpectTransfer(on=date(2023, 9, 1), transfer="primary_to_secondary", transfer_on=date(2024, 9, 2)))
    told.then("phase_transfer", due=date(2024, 2, 14), outer=date(2024, 2, 15))
    with pytest.raises(NotPossible, match="tell OpenReview first"):
        told.then_state("scheduled")


def test_an_act_that_is_refused_is_refused_here_too(opened: CaseTold) -> None:
    with pytest.raises(StepNotAllowed):
        opened.when(IssueFinalPlan(on=date(2025, 6, 1)))
    with pytest.raises(NotFound, match=r"there are .*decision"):
        opened.then("deciding", due=None)


def test_around_a_limit_a_duty_is_what_its_days_say(opened: CaseTold) -> None:
    held = opened.when(HELD)
    for counted in held.duties(date(2025, 6, 20)):
        assert list(wrong_around(held, counted)) == [], counted.duty.id


def test_a_duty_that_is_never_late_is_named(tmp_path: Path) -> None:
    """Its last day says one thing, and what meets it another."""
    definition = (ROOT / "docs" / "examples" / "anyshire.2026.toml").read_text("utf-8")
    spoilt = definition.replace('met_by = ["notified"]', 'met_by = ["notified", "held"]')
    (tmp_path / "anyshire.2026.toml").write_text(spoilt, "utf-8")
    plan = AddPlan(ref="P-1", first_made=date(2025, 9, 12))
    told = given(plan, workflow=Catalogue(tmp_path).load("anyshire.2026"))
    told = told.when(OpenReview(on=date(2026, 5, 1)), HoldMeeting(on=date(2026, 6, 18), skip_reason="x"))
    assert list(wrong_around(told, told.duty("decision_target"))) == [
        f"decision_target: {done} on 2026-07-{day}, it is not_started; its last day is 2026-07-09"
        for day in ("08", "09", "10")
        for done in ("done", "not done")
    ]


# --- files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(Catalogue().paths()))
def test_the_examples_of_what_comes_with_arflow_come_out(name: str, shipped: Catalogue) -> None:
    examples = read_examples(ROOT / "workflows" / "examples" / f"{name}.toml")
    assert len(examples) >= 8
    for example in examples:
        assert run_example(example, shipped.load(name)).faults == ()


def test_every_command_can_be_told_by_a_name_of_its_own() -> None:
    assert {"open", "hold", "decide", "notice", "issue", "expect_transfer", "end_plan", "correct_step"} <= set(
        commands()
    )


def test_the_command_shows_what_comes_out_otherwise(run: Run, own: Path) -> None:
    _change(own, "due = 2026-07-09", "due = 2026-07-10")
    result = run("workflow", "test", str(own))
    assert result.exit_code == 1
    assert "comes out otherwise: A meeting on Thursday 18 June" in result.output
    assert "decision_target: due 2026-07-10 expected, 2026-07-09 counted" in result.output
    assert "Rule: within 3 weeks of held" in result.output


def test_a_duty_without_an_example_is_named(run: Run, own: Path) -> None:
    (own.parent / "examples" / own.name).unlink()
    result = run("workflow", "test", str(own))
    assert (result.exit_code, result.output.splitlines()[-1]) == (
        1,
        "  no example says the last day of decision_target",
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[[example]]", "[[example]", "a file of worked examples: "),
        ('says = "A', 'tells = "A', "Object contains unknown field `tells`"),
        ("due = 2026-07-09", 'due = "soon"', "$.example[0].duties[0].due"),
        ('act = "hold"', 'act = "held"', "act: held is not an act; possible: open, schedule"),
        ("skip_reason", "because", "hold: because is not a field of hold; possible: on, evidence, skip_reason"),
        ('act = "open", on = 2026-05-01', 'act = "open", on = "May"', "open: a field is not what open takes: "),
        ('act = "open"', 'act = "issue"', "no review has been opened"),
        ('duty = "decision_target"', 'duty = "decision_aim"', "there is no duty decision_aim"),
    ],
)
def test_a_faulty_example_is_named(run: Run, own: Path, old: str, new: str, says: str) -> None:
    _change(own, old, new)
    result = run("workflow", "test", str(own))
    assert result.exit_code == 1
    assert says in result.output


def test_nothing_is_published_without_an_example_that_comes_out(run: Run, own: Path) -> None:
    its = own.parent / "examples" / own.name
    kept = its.read_text("utf-8")
    its.unlink()
    assert "decision_target" in run("workflow", "publish", str(own), "--reason", "Panel introduced").output
    its.write_text(kept.replace("due = 2026-07-09", "due = 2026-07-10"), "utf-8")
    assert (
        "1 example of anyshire.2026.toml come out otherwise"
        in run("workflow", "publish", str(own), "--reason", "Panel introduced").output
    )
    assert "anyshire.2026" not in run("rules", "list").output
    its.write_text(kept, "utf-8")
    assert run("workflow", "publish", str(own), "--reason", "Panel introduced").exit_code == 0


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    (folder / "examples").mkdir(parents=True)
    for name in ("anyshire.2026.toml", "examples/anyshire.2026.toml"):
        shutil.copy(ROOT / "docs" / "examples" / name, folder / name)
    return folder / "anyshire.2026.toml"


def _change(own: Path, old: str, new: str) -> None:
    path = own.parent / "examples" / own.name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_what_no_file_can_say_is_refused() -> None:
    with pytest.raises(InvalidValue, match="what plan takes"):
        Example(says="x", citation="x", plan={"first_made": "soon"}).given()
