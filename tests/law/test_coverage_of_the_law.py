"""The list of what arflow does about each paragraph of the law is complete, and true of the definition and the tests."""

import ast
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import Result

from arflow.law.coverage import PARAGRAPHS, check, cited_paragraphs, coverage, law_file, paragraphs
from arflow.law.definition import read
from tests.support import browser
from tests.support.paths import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Run = Callable[..., Result]
TESTS = ROOT / "tests"
LIST = law_file().read_text("utf-8")


def names_of_tests() -> set[str]:
    """Every test, as file::function, found without importing anything."""
    return {
        f"{path.name}::{node.name}"
        for path in TESTS.rglob("test_*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def faults(text: str, tmp_path: Path) -> list[str]:
    path = tmp_path / "coverage.toml"
    path.write_text(text, "utf-8")
    document = read(path)
    check(document, paragraphs(document))
    return [f"{fault.place}: {fault.message}" for fault in document.faults]


# --- the list itself --------------------------------------------------------------------------------------------


def test_every_paragraph_stands_once_in_the_order_of_the_law() -> None:
    assert tuple(paragraph.id for paragraph in coverage()) == PARAGRAPHS
    assert len(set(PARAGRAPHS)) == len(PARAGRAPHS) == 168


@pytest.mark.thorough
def test_every_test_that_is_named_exists() -> None:
    named = {test for paragraph in coverage() for test in paragraph.tests}
    assert named - names_of_tests() == set()


def test_what_is_modelled_has_a_test_and_what_is_not_has_a_reason() -> None:
    for paragraph in coverage():
        assert bool(paragraph.tests) or paragraph.status != "modelled", paragraph.id
        assert bool(paragraph.reason) is (paragraph.status == "not modelled"), paragraph.id


def test_every_duty_of_the_regulations_stands_with_the_paragraph_it_comes_from() -> None:
    by_id = {paragraph.id: paragraph for paragraph in coverage()}
    for paragraph_id, duty in {
        "r.18(2)": "phase_transfer",
        "r.20(3)": "notice",
        "r.20(2)(d)": "invitees",
        "r.20(4)": "advice_circulated",
        "r.20(9)": "report",
        "r.20(10)(c)": "decision",
        "r.22(2)(a)": "amendment_notice",
        "r.22(2)(c)": "representations",
        "r.22(3)": "final_plan",
        "s.44(1)(b)": "twelve_months",
        "s.45(4)(a)": "appeal_period",
        "r.25": "reassessment_answer",
        "r.27": "reassessment_plan",
        "r.42": "mediation_agreement",
        "r.44": "order_amend",
        "r.45": "order_name",
        "s.54": "mediation_held",
    }.items():
        assert (by_id[paragraph_id].status, duty in by_id[paragraph_id].duties) == ("modelled", True), paragraph_id


# --- what is found ----------------------------------------------------------------------------------------------

ENTRY = '[[paragraph]]\nid = "r.20(3)"'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('duties = ["notice"]', 'duties = ["notise"]', "paragraph r.20(3): duties: there is no notise"),
        ('steps = ["invite", "postpone"]', 'steps = ["invites"]', "paragraph r.20(3): steps: there is no invites"),
        ('kinds = ["post16_transfer"]', 'kinds = ["p16"]', "paragraph r.18(2): kinds: there is no p16"),
        ('transfers = ["post16_to_post16"]', 'transfers = ["p16"]', "paragraph r.18(2): transfers: there is no p16"),
        ('policy = ["adjourned_meeting"]', 'policy = ["adjourned"]', "paragraph r.20(1): policy: there is no adjourned"),
        ('circumstances = ["appeal_over"]', 'circumstances = ["over"]', "paragraph s.45(4)(a): circumstances: there is no over"),
        ('events = ["PlanAdded"]', 'events = ["PlanPut"]', "paragraph s.44(1)(a): events: there is no PlanPut"),
        ('duties = ["representations", "agreed_time"]', 'duties = ["agreed_time"]', "paragraph: duties: representations cites r.22(2)(c), and no entry for it names representations"),
        ('steps = ["issue", "reissue", "conclude"]', 'steps = ["reissue", "conclude"]', "paragraph: steps: issue cites r.22(3), r.22(5), and no entry for it names issue"),
        ('transfers = ["post16_to_post16"]', "", "paragraph: transfers: post16_to_post16 cites r.18(2), and no entry for it names post16_to_post16"),
        ('reason = "spent: it concerned one day in 2015"', "", "paragraph r.18(3): reason: say why it is not modelled"),
        ('status = "not modelled"\nreason = "spent', 'status = "modelled"\nreason = "spent', "paragraph r.18(3): tests: is missing: nothing is called modelled that no test holds"),
        ('status = "not modelled"\nreason = "spent', 'status = "recorded only"\nreason = "spent', "paragraph r.18(3): reason: is for what is not modelled"),
        ('status = "not modelled"\nreason = "spent', 'status = "not modelled"\nduties = ["notice"]\nreason = "spent', "paragraph r.18(3): names what carries it, though it is not modelled"),
        ('status = "not modelled"\nreason = "spent', 'status = "half modelled"\nreason = "spent', "paragraph r.18(3): status: there is no 'half modelled': use modelled, recorded only, not modelled"),
        ('id = "r.18(3)"', 'id = "r.18(2)"', "paragraph r.18(2): stands more than once"),
        ('id = "r.18(3)"', 'id = "r.18(7)"', "paragraph r.18(7): is not a paragraph of the law that is listed"),
        ('id = "r.18(3)"', 'id = "r.18(2)"', "paragraph: r.18(3) is missing"),
        ('    "test_scenarios.py::test_t14_between', '    "test_scenarios::test_t14_between', "paragraph r.18(2): tests: test_scenarios::test_t14_between_post_16_institutions_five_months_before is not a test: write test_file.py::test_function"),
        ('workflow = "annual_review.2015"', "", "coverage: workflow: is missing: name the definition that the list is about"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert LIST.count(old) >= 1
    assert said in faults(LIST.replace(old, new, 1), tmp_path)


def test_all_faults_come_at_once_and_each_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "coverage.toml"
    path.write_text(
        LIST.replace('duties = ["notice"]', 'duties = ["notise"]').replace('"PlanAdded"', '"PlanPut"'), "utf-8"
    )
    document = read(path)
    check(document, paragraphs(document))
    lines = LIST.splitlines()
    expected = {
        f"coverage.toml:{lines.index(ENTRY.splitlines()[1]) + 1}: paragraph r.20(3): duties: there is no notise"
    }
    assert expected <= {str(fault) for fault in document.faults}
    # r.20(3), r.21(3), the event, and the duty that nothing names any more
    assert len(document.faults) == 4


def test_a_list_without_a_fault_has_none(tmp_path: Path) -> None:
    assert faults(LIST, tmp_path) == []


@pytest.mark.parametrize(
    ("citation", "expected"),
    [
        ("SEND Regs 2014 r.20(7)-(9); r.21(7)-(8)", "r.20(7) r.20(8) r.20(9) r.21(7) r.21(8)"),
        ("SEND Regs 2014 r.20(1), (5)-(6)", "r.20(1) r.20(5) r.20(6)"),
        ("SEND Regs 2014 r.20(10), r.22(2); R (L, M and P) v Devon CC [2022] EWHC 493 (Admin)", "r.20(10) r.22(2)"),
        ("SEND Regs 2014 rr.20-22", "r.20 r.21 r.22"),
        ("SEND Regs 2014 r.22(2)(c)", "r.22(2)(c)"),
        ("CFA 2014 s.45(4)(b); SEND Regs 2014 r.44", "r.44 s.45(4)(b)"),
        ("CFA 2014 s.45(4); Tribunal Procedure (HESC) Rules 2008 rr.12, 20", "s.45(4)"),
        ("HESC Rules 2008 r.20", ""),
        ("Code 9.176", ""),
        ("CFA 2014 s.70(1)", "s.70(1)"),
    ],
)
def test_citations_are_read_as_lawyers_write_them(citation: str, expected: str) -> None:
    assert cited_paragraphs(citation) == set(expected.split())


# --- the command ------------------------------------------------------------------------------------------------


def test_the_command_prints_each_paragraph_with_its_answer_and_its_tests(run: Run) -> None:
    shown = run("workflow", "coverage").stdout
    assert shown.startswith("168 paragraphs: ")
    assert all(paragraph.id in shown for paragraph in coverage())
    notice = shown.partition("SEND Regs 2014 r.20(3)  ")[2].partition("\n\n")[0]
    assert notice.splitlines() == [
        "modelled",
        "  At least two weeks' notice of the date of the meeting",
        "  duties: notice; steps: invite, postpone; policy: notice_strict, notice_outer; events: InvitationsSent, MeetingPostponed",
        "  Held by test_scenarios.py::test_t26_notice_on_a_bank_holiday_fifteen_fourteen_and_thirteen_days_before",
        "  Held by test_boundaries.py::test_done_on_its_boundary_days",
        "  Held by test_cli.py::test_a_postponed_meeting_needs_notice_of_its_own",
    ]
    assert "  r.19(b): consider progress" in shown


def test_the_command_needs_no_store_and_keeps_to_a_status(run: Run, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/none.db"
    rows = json.loads(run("workflow", "coverage", "--status", "recorded-only", "--json", ARFLOW_STORE=store).stdout)
    assert {row["status"] for row in rows} == {"recorded only"}
    assert [row["paragraph"] for row in rows] == [p.citation for p in coverage() if p.status == "recorded only"]


@pytest.mark.thorough
def test_csv_and_json_hold_the_same(run: Run) -> None:
    flat = list(csv.DictReader(io.StringIO(run("workflow", "coverage", "--format", "csv").stdout)))
    rows = json.loads(run("workflow", "coverage", "--format", "json").stdout)
    assert [row["tests"] for row in flat] == [" ".join(row["tests"]) for row in rows]
    assert [row["text"] for row in flat] == [paragraph.text for paragraph in coverage()]


def test_a_page_is_written_once_unless_it_is_forced(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "coverage.html"
    assert run("workflow", "coverage", "--format", "html", "--output", str(page)).exit_code == 0
    text = page.read_text("utf-8")
    assert text.count('<th scope="row"') == 168
    assert "r.22(2)(c)" in text

    page.write_text("mine")
    refused = run("workflow", "coverage", "--format", "html", "--output", str(page))
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
    assert str(page) in refused.stderr
    assert "--force" in refused.stderr
    assert page.read_text() == "mine"
    assert run("workflow", "coverage", "--format", "html", "--output", str(page), "--force").exit_code == 0
    assert page.read_text("utf-8") == text
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.thorough
def test_the_page_has_no_fault_in_a_real_browser(run: Run, tmp_path: Path, chromium: "Browser") -> None:
    page = tmp_path / "coverage.html"
    assert run("workflow", "coverage", "--format", "html", "--output", str(page)).exit_code == 0
    assert browser.faults(chromium, page) == []


def test_a_file_that_cannot_be_written_gets_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("no/such/folder.csv", "file/below.csv", "x" * 300):
        result = run("workflow", "coverage", "--format", "csv", "--output", str(tmp_path / name))
        assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
        assert result.stderr.startswith("arflow: --output: ")
    assert run("workflow", "coverage", "--output", str(tmp_path / "table")).exit_code == 2


def test_the_list_is_no_definition(run: Run) -> None:
    assert [row["id"] for row in json.loads(run("workflow", "list", "--json").stdout)] == ["annual_review.2015"]


# --- what nobody has compared with the law ------------------------------------------------------------------------


def test_what_was_written_from_memory_is_marked_and_what_was_read_is_not() -> None:
    marked = {paragraph.id for paragraph in coverage() if paragraph.not_verified}
    assert {"r.28", "r.36", "r.37", "r.38", "r.39", "r.40", "r.41", "r.44", "r.45", "r.20(10)(a)", "s.47"} <= marked
    assert not {"r.15(2)", "r.15(4)", "r.18(1)", "r.20(3)", "r.22(3)", "r.42", "s.44(1)", "s.45(4)"} & marked
    by_id = {paragraph.id: paragraph for paragraph in coverage()}
    assert "paragraphs (3) and (4) as substituted by SI 2015/359 were read" in by_id["r.45"].not_verified


def test_every_form_of_the_list_says_what_is_not_verified(run: Run) -> None:
    known = {paragraph.citation for paragraph in coverage() if paragraph.not_verified}
    page = run("workflow", "coverage", "--format", "html").stdout
    assert page.count("<b>Not verified:</b>") == len(known)
    assert f"the wording of {len(known)} is not verified" in page
    rows = json.loads(run("workflow", "coverage", "--format", "json").stdout)
    assert {row["paragraph"] for row in rows if row["not_verified"]} == known
    table = run("workflow", "coverage").stdout
    for said in (page, table):
        assert "The law as of 30 November 2026. No change was found in texts up to mid-July 2026" in " ".join(
            said.split()
        )
    assert "Not verified: written from memory" in " ".join(table.split())
