"""`arflow workflow …`: definitions listed, shown, checked, drawn, published, and reviews moved between them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from click.testing import Result

from arflow.cli.law.definition_page import SETTINGS
from arflow.law.catalogue import Catalogue, shipped_folder
from arflow.law.formula import Policy
from arflow.law.rules_in_force import SETTINGS as SETTINGS_OF_THE_POLICY
from tests.support.paths import ROOT

Run = Callable[..., Result]

STATUTORY = (shipped_folder() / "annual_review.2015.toml").read_text("utf-8")
LOCAL = (ROOT / "docs" / "examples" / "anyshire.2026.toml").read_text("utf-8")


@pytest.fixture
def anyshire(tmp_path: Path) -> Path:
    """An authority's own folder with its own definition."""
    path = tmp_path / "own" / "anyshire.2026.toml"
    path.parent.mkdir()
    path.write_text(LOCAL, "utf-8")
    shutil.copytree(ROOT / "docs" / "examples" / "examples", path.parent / "examples")
    return path


def make_faulty(path: Path) -> None:
    path.write_text(LOCAL.replace('met_by = ["notified"]', 'met_by = ["told"]'), "utf-8")


# --- list and show ----------------------------------------------------------------------------------------------


def test_list_shows_the_authoritys_own_definitions_beside_the_statutory_one(run: Run, anyshire: Path) -> None:
    own = {"ARFLOW_WORKFLOWS": str(anyshire.parent)}
    rows = json.loads(run("workflow", "list", "--json", **own).stdout)
    assert [(row["id"], row["extends"], row["locked"], row["faults"]) for row in rows] == [
        ("annual_review.2015", None, True, 0),
        ("anyshire.2026", "annual_review.2015", False, 0),
    ]
    assert rows[0]["sha256"] == Catalogue().load("annual_review.2015").sha256
    assert "Annual review in Anyshire" in run("workflow", "list", **own).stdout


@pytest.mark.parametrize("words", ["workflow list", "due", "letter check"])
def test_a_folder_of_own_definitions_that_is_not_there_is_refused(run: Run, tmp_path: Path, words: str) -> None:
    missing = str(tmp_path / "mistyped")
    refused = run(*words.split(), ARFLOW_WORKFLOWS=missing)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"arflow: ARFLOW_WORKFLOWS: {missing} is not a folder that is there: name the one with your own definitions\n"
    )


def test_list_shows_a_faulty_definition_with_the_number_of_its_faults(run: Run, anyshire: Path) -> None:
    make_faulty(anyshire)
    result = run("workflow", "list", "--json", ARFLOW_WORKFLOWS=str(anyshire.parent))
    assert (result.exit_code, [row["faults"] for row in json.loads(result.stdout)]) == (0, [0, 1])


def test_show_has_every_rule_with_its_word_its_law_and_since_when_it_was_known(run: Run) -> None:
    shown = run("workflow", "show").stdout
    statutory = Catalogue().load("annual_review.2015")
    ids = (rule.id for rules in (statutory.duties, statutory.states, statutory.transfers) for rule in rules)
    for rule_id in ids:
        assert rule_id.replace("_", " ") in shown.replace("_", " ")
    for step in statutory.steps:
        assert step.id.replace("_", "-") in shown
    line = next(line for line in shown.splitlines() if line.strip().startswith("amendment_notice"))
    assert "local authority must (case)" in " ".join(line.split())
    assert "2014-09-01, known" in line
    assert "2022-03-08" in shown
    assert "clear_days" in shown
    assert "neither the day of notice nor the day" in shown


def test_show_as_json_is_the_whole_definition(run: Run) -> None:
    document = json.loads(run("workflow", "show", "annual_review.2015", "--json").stdout)
    assert document["header"]["name"] == "annual_review"
    assert {duty["id"] for duty in document["duties"]} == set(Catalogue().load("annual_review.2015").duty_by_id)


def test_show_of_a_definition_that_is_not_there_names_those_that_are(run: Run) -> None:
    result = run("workflow", "show", "anyshire.2099")
    assert (result.exit_code, result.stderr) == (
        1,
        "arflow: there is no workflow anyshire.2099: there are annual_review.2015\n",
    )


def test_every_setting_and_every_option_says_what_it_means() -> None:
    for name in SETTINGS_OF_THE_POLICY:
        hint = get_type_hints(Policy)[name]
        setting = name.removesuffix("_strict").removesuffix("_outer")
        _, options = SETTINGS[setting]
        chosen = get_args(hint) or ((False, True) if hint is bool else ())
        assert set(options) == {str(option) for option in chosen}, name


# --- check ------------------------------------------------------------------------------------------------------


def test_check_lists_every_fault_with_its_file_and_line_and_exits_with_1(run: Run, anyshire: Path) -> None:
    make_faulty(anyshire)
    result = run("workflow", "check", str(anyshire))
    assert result.exit_code == 1
    line = LOCAL.splitlines().index('id = "decision_target"') + 1
    assert result.stdout == f"anyshire.2026.toml:{line}: duty decision_target: met_by: there is no fact told\n"


def test_check_without_a_file_checks_all_there_are_each_fault_once(run: Run, anyshire: Path) -> None:
    assert run("workflow", "check").stdout == "1 definition checked, no fault found.\n"
    base = STATUTORY.replace('version = "2015"', 'version = "2099"').replace('met_by = ["reported"]', "met_by = []")
    (anyshire.parent / "annual_review.2099.toml").write_text(base, "utf-8")
    anyshire.write_text(LOCAL.replace("annual_review.2015", "annual_review.2099"), "utf-8")

    result = run("workflow", "check", "--json", ARFLOW_WORKFLOWS=str(anyshire.parent))

    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["checked"] == ["annual_review.2015.toml", "annual_review.2099.toml", "anyshire.2026.toml"]
    assert document["sound"] is False
    assert [(fault["file"], fault["place"], fault["message"]) for fault in document["faults"]] == [
        ("annual_review.2099.toml", "duty report", "met_by: nothing can meet it")
    ]


def test_check_finds_what_a_file_extends_in_the_authoritys_own_folder(run: Run, anyshire: Path, tmp_path: Path) -> None:
    text = LOCAL.replace("anyshire", "district").replace("annual_review.2015", "anyshire.2026")
    text = text[: text.index("# After the report a panel")]
    (tmp_path / "district.2026.toml").write_text(text, "utf-8")
    assert run("workflow", "check", str(tmp_path / "district.2026.toml")).exit_code == 1
    found = run("workflow", "check", str(tmp_path / "district.2026.toml"), ARFLOW_WORKFLOWS=str(anyshire.parent))
    assert found.stdout == "1 definition checked, no fault found.\n"


# --- lock --------------------------------------------------------------------------------------------------------


def test_a_locked_file_cannot_be_changed(run: Run, anyshire: Path) -> None:
    assert run("workflow", "lock", str(anyshire)).exit_code == 0
    assert run("workflow", "check", str(anyshire)).exit_code == 0
    assert run("workflow", "lock", str(anyshire)).stderr == "arflow: anyshire.2026.toml is locked already\n"

    anyshire.write_text(LOCAL + "# changed\n", "utf-8")

    changed = "anyshire.2026.toml: file: is published and has been changed since"
    assert run("workflow", "check", str(anyshire)).stdout.startswith(changed)
    refused = run("workflow", "lock", str(anyshire))
    assert refused.exit_code == 1
    assert changed in refused.stderr


def test_a_file_that_is_not_published_yet_can_be_locked_again(run: Run, anyshire: Path) -> None:
    (anyshire.parent / "published.sha256").write_text(f"{'0' * 64}  other.1.toml\n", "utf-8")
    run("workflow", "lock", str(anyshire))
    anyshire.write_text(LOCAL + "# changed\n", "utf-8")

    assert run("workflow", "lock", str(anyshire), "--again").exit_code == 0

    assert run("workflow", "check", str(anyshire)).exit_code == 0
    locks = (anyshire.parent / "published.sha256").read_text("utf-8").splitlines()
    assert [line.split()[1] for line in locks] == ["other.1.toml", "anyshire.2026.toml"]


def test_a_copy_of_the_statutory_definition_cannot_be_changed_and_locked_elsewhere(run: Run, tmp_path: Path) -> None:
    copy = tmp_path / "annual_review.2015.toml"
    copy.write_text(STATUTORY.replace("within 4 weeks", "within 9 weeks"), "utf-8")
    for again in ((), ("--again",)):
        refused = run("workflow", "lock", str(copy), *again)
        assert refused.exit_code == 1
        assert "is published and has been changed since" in refused.stderr
    assert not (tmp_path / "published.sha256").exists()


def test_a_faulty_definition_is_not_locked(run: Run, anyshire: Path) -> None:
    make_faulty(anyshire)
    refused = run("workflow", "lock", str(anyshire))
    assert refused.exit_code == 1
    assert "duty decision_target: met_by: there is no fact told" in refused.stderr
    assert not (anyshire.parent / "published.sha256").exists()


# --- diagrams ---------------------------------------------------------------------------------------------------


def test_the_diagram_is_mermaid_unless_something_else_is_asked_for(run: Run) -> None:
    drawn = run("workflow", "diagram").stdout
    assert drawn.startswith("stateDiagram-v2\n")
    assert "    report_sent --> decided : decide\n" in drawn


@pytest.mark.thorough
def test_a_picture_is_written_to_the_file_that_is_named(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "review.svg"
    assert run("workflow", "diagram", "--format", "svg", "--out", str(out)).stdout == f"Drawn to {out}.\n"
    assert "Amendments proposed" in out.read_text("utf-8")


def test_a_picture_that_cannot_be_written_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    assert "a PNG needs --out FILE" in run("workflow", "diagram", "--format", "png").stderr
    nowhere = tmp_path / "nowhere" / "review.mmd"
    refused = run("workflow", "diagram", "--out", str(nowhere))
    assert (refused.exit_code, refused.stderr) == (1, f"arflow: cannot write {nowhere}: No such file or directory\n")


# --- help, and a review moved -----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["list", "show", "check", "diagram", "publish", "lock", "migrate"])
def test_the_help_of_every_command_is_a_sentence_and_an_example(run: Run, command: str) -> None:
    lines = [line.strip() for line in run("workflow", command, "--help").stdout.splitlines()]
    assert lines[lines.index("Example:") + 1].startswith(f"arflow workflow {command}")
    assert lines[lines.index("Example:") - 2].endswith(".")


def test_a_review_moves_to_a_local_definition_with_its_panel_and_targets(run: Run, anyshire: Path) -> None:
    for line in (
        "plan add P-1 --first-made 2026-01-10",
        "review open P-1 --on 2026-09-01",
        "review hold R-2026-000001 --on 2026-10-01 --skip-reason none",
        "review report R-2026-000001 --on 2026-10-09",
    ):
        assert run(*line.split()).exit_code == 0
    refused = run("review", "record", "R-2026-000001", "panel")
    assert "step: panel is not a step of annual_review.2015" in refused.stderr

    missing = run("workflow", "migrate", "R-2026-000001", "--to", "anyshire.2026", "--reason", "Panel introduced")
    assert "there is no workflow anyshire.2026: publish it with `arflow workflow publish`" in missing.stderr
    assert run("workflow", "publish", str(anyshire), "--reason", "Panel introduced").exit_code == 0
    moved = run("workflow", "migrate", "R-2026-000001", "--to", "anyshire.2026", "--reason", "Panel introduced")
    assert moved.exit_code == 0, moved.stderr
    assert run("review", "record", "R-2026-000001", "panel", "--on", "2026-10-20").exit_code == 0
    decided = run("review", "decide", "R-2026-000001", "--outcome", "maintain", "--on", "2026-10-27")
    assert decided.exit_code == 0, decided.stderr

    shown = run("review", "show", "R-2026-000001").stdout
    assert "missed" in shown
    assert "breached" not in shown.split("decision target")[1].splitlines()[0]
    assert "Moved to anyshire.2026: Panel introduced" in run("audit", "R-2026-000001").stdout
