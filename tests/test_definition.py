"""A definition with faults is refused, with every fault, its file and its place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from arflow.errors import DefinitionRefused
from arflow.library import Library, shipped_folder

STATUTORY = (shipped_folder() / "annual_review.2015.toml").read_text("utf-8")
LOCAL = (Path(__file__).parent.parent / "docs" / "examples" / "anyshire.2026.toml").read_text("utf-8")


def faults(folder: Path, name: str, text: str) -> list[str]:
    (folder / name).write_text(text, "utf-8")
    return [str(fault) for fault in Library(folder).check_file(folder / name)[1]]


def altered(folder: Path, old: str, new: str) -> list[str]:
    """The faults of the statutory definition with one thing altered, and its published digest left aside."""
    assert old in STATUTORY
    return faults(folder, "annual_review.2015.toml", STATUTORY.replace(old, new, 1))


def local(folder: Path, extra: str = "", old: str = "", new: str = "") -> list[str]:
    assert old in LOCAL
    return faults(folder, "anyshire.2026.toml", (LOCAL.replace(old, new, 1) if old else LOCAL) + extra)


def test_the_definitions_that_come_with_arflow_are_sound_and_locked(tmp_path: Path) -> None:
    library = Library()
    assert [library.check(name)[1] for name in library.paths()] == [[]]
    assert local(tmp_path) == []
    digest = Library().load("annual_review.2015").sha256
    assert (shipped_folder() / "published.sha256").read_text("utf-8").split()[0] == digest


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('to = "invited"', 'to = "invitedd"', "step invite, moves[1]: to: there is no state invitedd"),
        ('{ from = ["scheduled"], to = "invited" }, ', "", "state invited: cannot be reached from the first state"),
        (
            'skips = ["invite", "circulate"]',
            'skips = ["invte"]',
            "step hold, moves[3]: skips: there is no step or window invte",
        ),
        ('id = "represent"', 'id = "repressent"', "step repressent: is no step that arflow records"),
        (
            'when = ["not_reported"]',
            'when = ["not_reportd"]',
            "step report, moves[2]: when: there is no circumstance not_reportd",
        ),
        ('not_before = "held"', 'not_before = "helt"', "step report: not_before: there is no milestone helt"),
        (
            'due = ["within 2 weeks of held"]',
            'due = ["held + 2 weeks"]',
            'duty report, due[1]: "held + 2 weeks" is no phrase',
        ),
        (
            'due = ["within 2 weeks of held"]',
            'due = ["within 2 weeks of hold"]',
            "duty report, due[1]: counts from hold, which never happens",
        ),
        ('met_by = ["reported"]', 'met_by = ["reporteed"]', "duty report: met_by: there is no fact reporteed"),
        ('met_by = ["reported"]', "met_by = []", "duty report: met_by: nothing can meet it"),
        (
            'rule = "as twelve_months"',
            'rule = "as ten_months"',
            "duty decision, due[2]: as: there is no duty ten_months",
        ),
        ('rule = "as twelve_months"', 'rule = "as decision"', "duty decision: is counted from itself"),
        ('applies_if = "outcome_amend"', 'applies_if = "outcome_amended"', "there is no condition outcome_amended"),
        ('citation = "SEND Regs 2014 r.20(3)"', 'citation = " "', "citation: is blank"),
        (
            'leaves_out_duties = ["notice"',
            'leaves_out_duties = ["notise"',
            "kind under_five: leaves_out_duties: there is no duty notise",
        ),
        (
            'roles = ["parent", "young_person", "setting", "health"]',
            'roles = ["parnet"]',
            "recipient issue: roles: there is no role parnet",
        ),
        ('if_not = "the plan was not transferred from another authority"\n', "", "if_not: say why it does not apply"),
        ('version = "2015"', 'version = "2016"', "name and version make annual_review.2016"),
        (
            'rule = "before 31 March of transfer"',
            'rule = "by Easter"',
            'transfer secondary_to_post16: "by Easter" is no phrase',
        ),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    found = altered(tmp_path, old, new)
    assert any(message in fault for fault in found), found
    assert all(fault.startswith("annual_review.2015.toml") for fault in found)


def test_a_missing_citation_and_an_unknown_key_are_named_with_their_line(tmp_path: Path) -> None:
    text = STATUTORY.replace('citation = "SEND Regs 2014 r.20(7)-(9)"\n', "", 1).replace(
        'closed_by = "held"', 'closd_by = "held"', 1
    )
    found = faults(tmp_path, "annual_review.2015.toml", text)
    line = next(
        n
        for n, one in enumerate(text.splitlines(), 1)
        if one == 'id = "report"' and text.splitlines()[n].startswith('text = "Prepare')
    )
    assert any("duty notice: Object contains unknown field `closd_by`" in fault for fault in found)
    assert f"annual_review.2015.toml:{line}: duty report: Object missing required field `citation`" in found


def test_every_fault_is_listed_at_once(tmp_path: Path) -> None:
    text = STATUTORY.replace('to = "invited"', 'to = "nowhere"', 1).replace(
        'met_by = ["reported"]', 'met_by = ["nothing"]', 1
    )
    found = faults(tmp_path, "annual_review.2015.toml", text)
    assert len(found) >= 3
    (tmp_path / "other.toml").write_text("not = [toml", "utf-8")
    assert "not readable as TOML" in str(Library(tmp_path).check_file(tmp_path / "other.toml")[1][0])


def test_a_state_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    found = altered(
        tmp_path,
        '{ from = ["amended", "maintained", "ceased"], to = "concluded" },',
        '{ from = ["amended", "maintained"], to = "concluded" },',
    )
    assert any("state ceased: leads to no final state" in fault for fault in found)


def test_a_published_version_that_was_changed_is_found(tmp_path: Path) -> None:
    path = tmp_path / "anyshire.2026.toml"
    path.write_text(LOCAL, "utf-8")
    (tmp_path / "published.sha256").write_text(f"{'0' * 64}  anyshire.2026.toml\n", "utf-8")
    assert "is published and has been changed since" in str(Library(tmp_path).check_file(path)[1][0])


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (
            '\n[[duty]]\nid = "decision"\ntext = "Later"\nowner = "local authority"\nword = "must"\nsource = "Regs"\ncitation = "x"\ndue = ["within 9 weeks of held"]\nmet_by = ["notified"]\n',
            "duty decision: loosens annual_review.2015",
        ),
        (
            '\n[[step]]\nid = "shortcut"\ntext = "x"\nmilestone = "cut"\nactor = "la"\nword = "practice"\nsource = "local policy"\ncitation = "x"\nmoves = [{ from = ["scheduled"], to = "meeting_held" }]\n',
            "it would lead from scheduled to meeting_held without the statutory steps",
        ),
        (
            '\n[[duty]]\nid = "own_law"\ntext = "x"\nowner = "local authority"\nword = "must"\nsource = "Regs"\ncitation = "x"\ndue = ["within 9 weeks of held"]\nmet_by = ["notified"]\n',
            'duty own_law: source: an authority\'s own duty is "local policy"',
        ),
        (
            '\n[[state]]\nid = "limbo"\ntext = "Limbo"\nholder = "la"\ncitation = "x"\n',
            "state limbo: refines: name the statutory state",
        ),
        ('\n[kind.annual]\ntext = "x"\ncitation = "x"\n', "kind annual: loosens annual_review.2015"),
    ],
)
def test_a_local_definition_cannot_loosen_the_law(tmp_path: Path, extra: str, message: str) -> None:
    found = local(tmp_path, extra)
    assert any(message in fault for fault in found), found


@pytest.mark.parametrize(
    ("setting", "looser"),
    [
        ("notice_strict", '"calendar_weeks"'),
        ("roll_forward_non_working_days", "true"),
        ("adjourned_meeting", '"concluding_day"'),
    ],
)
def test_a_local_definition_cannot_choose_a_looser_reading(tmp_path: Path, setting: str, looser: str) -> None:
    found = local(tmp_path, old="[policy]\n", new=f"[policy]\n{setting} = {looser}\n")
    assert any(f"policy {setting}: loosens annual_review.2015" in fault for fault in found), found


def test_a_faulty_definition_runs_no_review(tmp_path: Path) -> None:
    local(tmp_path, old="notice_outer", new="notice_outter")
    with pytest.raises(DefinitionRefused, match="notice_outter"):
        Library(tmp_path).load("anyshire.2026")


# --- through the command line ---------------------------------------------------------------------------------


def test_check_lists_every_fault_and_exits_with_1(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "annual_review.2015.toml").write_text(STATUTORY.replace('to = "invited"', 'to = "nowhere"', 1), "utf-8")
    result = run("workflow", "check", str(tmp_path / "annual_review.2015.toml"))
    assert result.exit_code == 1
    assert "annual_review.2015.toml:" in result.stdout
    assert "there is no state nowhere" in result.stdout
    assert run("workflow", "check").exit_code == 0


def test_a_review_moves_to_a_local_definition_with_its_panel_and_targets(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    local(tmp_path)
    own = {"ARFLOW_WORKFLOWS": str(tmp_path)}
    for line in (
        "plan add P-1 --first-made 2026-01-10",
        "review open P-1 --on 2026-09-01",
        "review hold R-2026-000001 --on 2026-10-01 --skip-reason none",
        "review report R-2026-000001 --on 2026-10-09",
    ):
        assert run(*line.split()).exit_code == 0
    refused = run("review", "record", "R-2026-000001", "panel", **own)
    assert "step: panel is not a step of annual_review.2015" in refused.stderr

    moved = run("workflow", "migrate", "R-2026-000001", "--to", "anyshire.2026", "--reason", "Panel introduced", **own)
    assert moved.exit_code == 0, moved.stderr
    assert run("review", "record", "R-2026-000001", "panel", "--on", "2026-10-20", **own).exit_code == 0
    decided = run("review", "decide", "R-2026-000001", "--outcome", "maintain", "--on", "2026-10-27", **own)
    assert decided.exit_code == 0, decided.stderr

    shown = run("review", "show", "R-2026-000001", **own).stdout
    assert "missed" in shown
    assert "breached" not in shown.split("decision target")[1].splitlines()[0]
    assert "Moved to anyshire.2026: Panel introduced" in run("audit", "R-2026-000001", **own).stdout


def test_publishing_locks_a_version(run: Callable[..., Result], tmp_path: Path) -> None:
    local(tmp_path)
    path = str(tmp_path / "anyshire.2026.toml")
    assert run("workflow", "publish", path).exit_code == 0
    assert run("workflow", "check", path).exit_code == 0
    assert "is published already" in run("workflow", "publish", path).stderr
    Path(path).write_text(LOCAL + "# changed\n", "utf-8")
    assert run("workflow", "check", path).exit_code == 1


def test_diagrams(run: Callable[..., Result], tmp_path: Path) -> None:
    assert "report_sent --> decided : decide" in run("workflow", "diagram").stdout
    out = tmp_path / "review.svg"
    assert run("workflow", "diagram", "--format", "svg", "--out", str(out)).exit_code == 0
    assert "Amendments proposed" in out.read_text("utf-8")
    assert "needs --out FILE" in run("workflow", "diagram", "--format", "png").stderr
