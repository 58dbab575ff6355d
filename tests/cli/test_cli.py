"""The command line's contract: what it prints, how it refuses, and that every command explains itself."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import Result

from arflow.cli import COMMANDS, cli
from arflow.store.engine import PRAGMAS

Run = Callable[..., Result]


def commands(group: click.Group = cli, *path: str) -> Iterator[tuple[str, ...]]:
    """Every command there is, as the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


@pytest.fixture(scope="module")
def meeting_held(store_of: Callable[..., Path]) -> Path:
    """A store with a plan and a review whose meeting was held, to be copied."""
    return store_of(
        "plan add P-1 --first-made 2025-11-01 --setting 123456",
        "review open P-1 --on 2026-09-01 --meeting-on 2026-10-12",
        "review invite R-2026-000001 --role parent --role setting --role la_sen --role health --role la_social_care --on 2026-09-20",
        "review circulate R-2026-000001 --on 2026-09-25",
        "review hold R-2026-000001 --on 2026-10-12 --attended parent",
    )


@pytest.fixture
def case(sqlite_url: str, meeting_held: Path, run: Run) -> Run:
    """A plan with a review whose meeting was held, and the command line on it."""
    shutil.copy(meeting_held, sqlite_url.removeprefix("sqlite:///"))
    return run


@pytest.mark.parametrize("words", sorted(commands()), ids=" ".join)
def test_every_command_has_help_with_a_sentence_and_an_example(run: Run, words: tuple[str, ...]) -> None:
    shown = run(*words, "--help").stdout
    example = shown.partition("Example:\n")[2].splitlines()[0]
    assert example.strip().startswith("arflow ")
    assert " ".join(words) in example
    assert "--json" in shown


def test_every_command_in_the_contract_is_there() -> None:
    there = {" ".join(words) for words in commands()}
    acts = "schedule invite request-advice receive-advice circulate hold report decide notice represent issue not-amend cease conclude notify postpone cancel correct void open show list history import"
    assert {f"review {act}" for act in acts.split()} <= there
    assert {f"plan {act}" for act in ["add", "show", "list", "move", "import"]} <= there
    assert {f"workflow {act}" for act in ["list", "show", "check", "diagram", "migrate"]} <= there
    assert {"init", "info", "due", "why", "audit", "verify", "rebuild", "archive", "demo"} <= there
    assert {f"evidence {act}" for act in ("export", "verify")} <= there
    assert {f"checkpoint {act}" for act in ("keygen", "make", "show", "compare")} <= there
    reports = "timeliness duties trend breaches transfers kpi backlog conduct participation amendments late-recording days restate"
    assert {f"report {name}" for name in reports.split()} <= there
    assert {f"impact {change}" for change in ("correct", "workflow", "policy", "bank-holiday")} <= there
    assert set(COMMANDS) >= {"plan", "review", "workflow"}


def test_an_act_answers_with_id_state_event_and_day(case: Run) -> None:
    answer = json.loads(case("review", "report", "R-2026-000001", "--on", "2026-10-20", "--json").stdout)
    assert answer == {"id": "R-2026-000001", "state": "report_sent", "event": "ReportSent", "on": "2026-10-20"}
    assert json.loads(case("--json", "plan", "list").stdout)[0]["ref"] == "P-1"


def test_a_review_shown_as_json(case: Run) -> None:
    shown = json.loads(case("review", "show", "R-2026-000001", "--json").stdout)
    assert {"id", "plan", "kind", "workflow", "state", "milestones", "possible", "duties"} <= shown.keys()
    assert shown["workflow"] == {"name": "annual_review", "version": "2015"}
    assert shown["milestones"] == {
        "open": "2026-09-01", "invite": "2026-09-20", "circulate": "2026-09-25", "hold": "2026-10-12",
    }  # fmt: skip
    assert shown["possible"] == ["receive-advice", "report", "decide"]
    by_id = {duty["id"]: duty for duty in shown["duties"]}
    assert {"id", "owner", "due", "outer", "met_on", "state", "formula", "facts", "citation"} <= by_id[
        "decision"
    ].keys()
    assert by_id["decision"]["facts"] == {"held": "2026-10-12"}
    assert (by_id["decision"]["due"], by_id["decision"]["outer"]) == ("2026-11-09", "2026-11-09")
    by_act = {deadline["act"]: deadline for deadline in shown["deadlines"]}
    assert (by_act["decide"]["duty"], by_act["decide"]["due"]) == ("twelve_months", "2026-10-31")
    assert by_id["decision"]["state"] == "overdue"
    contract = "notice advice_circulated report decision amendment_notice representations final_plan phase_transfer twelve_months termly_list"
    assert set(contract.split()) <= by_id.keys()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("review report R-2026-000001 --on 2026-10-01", 1, "report on 2026-10-01 would be before hold on 2026-10-12"),
        ("review report R-2026-000001 --on 2027-01-01", 1, "--on 2027-01-01 is in the future (today is 2026-11-24)"),
        ("review issue R-2026-000001", 1, "cannot issue a review that is meeting_held; possible now: receive-advice, report, decide"),
        ("review hold R-2026-000009", 1, "there is no review R-2026-000009"),
        ("review open P-9", 1, "there is no plan P-9"),
        ("review open P-1", 1, "plan P-1 has an open review, R-2026-000001 (meeting_held)"),
        ("review open P-1 --kind early", 1, "the meeting of R-2026-000001 has been held: the early review cannot take its place"),
        ("review open P-1 --kind earley", 1, "--kind: earley is not a kind of review: annual, early"),
        ("plan add P-1 --first-made 2025-01-01", 1, "plan P-1 already exists"),
        ("plan add P-2 --first-made 2027-01-01", 1, "--first-made 2027-01-01 is in the future"),
        ("plan add P-2 --first-made 2025-05-01 --last-reviewed 2025-04-01", 1, "--last-reviewed 2025-04-01 is before the plan was made"),
        ("plan add P-2 --first-made 2025-05-01 --setting 12", 1, "--setting: 12 is not a URN of six digits"),
        ("plan add P-2 --first-made 2025-05-01 --setting ١٢٣٤٥٦", 1, "--setting: ١٢٣٤٥٦ is not a URN of six digits"),
        ("plan add P-2 --first-made 2025-05-01 --transfer primary_to_secondary", 1, "--transfer-on: is missing; give it beside --transfer, or leave both out"),
        ("plan add P/../2? --first-made 2025-05-01", 1, "REF: P/../2? is not a reference"),
        ("review open P-1 --kind phase_transfer", 1, "plan P-1 has no expected transfer"),
        ("review correct R-2026-000001 issue --on 2026-10-01 --reason x", 1, "no issue is recorded; recorded: invite, circulate, hold"),
        ("review void R-2026-000001 invite --reason x", 1, "invite cannot be voided while later steps rest on it: void hold first"),
        ("why R-2026-000001 decisions", 1, "there is no duty decisions: R-2026-000001 has twelve_months"),
        ("workflow show annual_review.1066", 1, "there is no workflow annual_review.1066: there are annual_review.2015"),
        ("plan add P-2 --first-made 0999-12-31", 1, "--first-made 0999-12-31 is not a day that arflow counts"),
        ("plan add P-2 --first-made 2024-01-01 --transfer primary_to_secondary --transfer-on 9999-01-01", 1, "--transfer-on 9999-01-01 is not a day"),
        ("plan young-person P-1 --from 9999-01-01", 1, "--from 9999-01-01 is not a day that arflow counts"),
        ("review postpone R-2026-000001 --meeting-on 9999-12-31 --reason x", 1, "cannot postpone a review that is meeting_held"),
        ("plan add P-2 --first-made 2024-01-01 --evidence \u00e9", 1, "--evidence: '\u00e9' is not a document id or URL"),
        ("plan add P-2 --first-made 2024-01-01 --by a\u0007b", 1, "is not a name on one line"),
        ("--store sqlite:// due", 1, "--store: sqlite:// is not a file: write sqlite:///path"),
        ("--today 9999-12-31 plan add P-2 --first-made 9999-12-31", 1, "--first-made 9999-12-31 is not a day that arflow counts"),
        ("review decide R-2026-000001", 2, "Missing option '--outcome'"),
        ("review decide R-2026-000001 --outcome perhaps", 2, "'perhaps' is not one of"),
        ("review hold R-2026-000001 --on 12/31/2026", 2, "12/31/2026 is not a day: its month seems to come first"),
        ("review hold R-2026-000001 --on 20261012", 2, "20261012 is not a day"),
        ("due --within soon", 2, "soon is not a period: write 10d or 26w"),
        ("due --holder somebody", 2, "'somebody' is not one of"),
        ("review open", 2, "name one PLAN, or say --due-within PERIOD"),
        ("plan move P-1", 2, "say what changed"),
        ("nonsense", 2, "No such command 'nonsense'"),
    ],
)  # fmt: skip
def test_wrong_input_gets_one_clear_line_and_records_nothing(case: Run, words: str, code: int, said: str) -> None:
    before = json.loads(case("info", "--json").stdout)["events"]
    result = case(*words.split())
    assert result.exit_code == code, result.stdout + result.stderr
    assert said in result.stderr
    assert code == 2 or len(result.stderr.splitlines()) == 1
    assert json.loads(case("info", "--json").stdout)["events"] == before


def test_a_refusal_as_json(case: Run) -> None:
    refused = case("--json", "review", "issue", "R-2026-000001")
    error = json.loads(refused.stderr)["error"]
    assert refused.stdout == ""
    assert error["kind"] == "step_not_allowed"
    assert error["possible"] == ["receive-advice", "report", "decide"]


def test_without_a_store_every_command_says_how_to_make_one(run: Run, tmp_path: object) -> None:
    missing = f"sqlite:///{tmp_path}/missing.db"
    result = run("due", ARFLOW_STORE=missing)
    assert result.exit_code == 1
    assert result.stderr == f"arflow: there is no arflow store at {missing}: run `arflow init`\n"
    assert run("--store", "mysql://x/y", "due").stderr.startswith("arflow: --store: mysql is not a store arflow knows")
    assert run("--store", "nonsense", "due").exit_code == 1


def test_a_password_is_never_shown(run: Run) -> None:
    result = run("--store", "postgresql://arflow:s3cret@127.0.0.1:1/none", "due")
    assert result.exit_code == 1
    assert "s3cret" not in result.stdout + result.stderr
    assert "cannot be reached" in result.stderr


def test_a_store_that_cannot_be_made_or_is_full_gets_one_line(
    run: Run, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path

    broken = Path(f"{tmp_path}/broken.db")
    broken.write_text("this is no database, though it has the name of one\n" * 100)
    for store, said in (
        (f"sqlite:///{broken}", "is not an SQLite database"),
        (f"sqlite:///{tmp_path}/no/such/folder/x.db", "cannot be opened"),
        ("postgresql://arflow@127.0.0.1:1/none", "cannot be reached"),
    ):
        result = run("--store", store, "init")
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1
        assert said in result.stderr

    assert run("plan", "add", "P-1", "--first-made", "2024-01-01").exit_code == 0
    before = json.loads(run("info", "--json").stdout)["events"]
    monkeypatch.setattr("arflow.store.engine.PRAGMAS", (*PRAGMAS, "max_page_count=1"))
    for added in range(500):
        full = run("plan", "add", f"F-{added}", "--first-made", "2024-01-01")
        if full.exit_code:
            break
    assert full.exit_code == 1
    assert "full" in full.stderr
    assert len(full.stderr.splitlines()) == 1
    monkeypatch.undo()
    assert json.loads(run("info", "--json").stdout)["events"] == before + added
    assert json.loads(run("verify", "--json").stdout)["sound"] is True


def test_the_due_list_is_most_urgent_first_and_due_today_is_not_overdue(run: Run) -> None:
    for ref, made in (("LATE", "2025-10-01"), ("TODAY", "2025-11-25"), ("SOON", "2025-12-01"), ("FAR", "2026-06-01")):
        assert run("plan", "add", ref, "--first-made", made, "--coordinator", "C. One").exit_code == 0
    assert run("plan", "add", "DOUBT", "--first-made", "unknown").exit_code == 0

    found = [(row["plan"], row["state"], row["slack"]) for row in json.loads(run("due", "--json").stdout)]

    assert found == [
        ("LATE", "overdue", -55),
        ("DOUBT", "not_started", None),
        ("TODAY", "due_soon", 0),
        ("SOON", "due_soon", 6),
        ("FAR", "running", 188),
    ]
    assert [row["plan"] for row in json.loads(run("due", "--json", "--within", "4w").stdout)] == [
        "LATE",
        "DOUBT",
        "TODAY",
        "SOON",
    ]
    assert [row["plan"] for row in json.loads(run("due", "--json", "--state", "overdue").stdout)] == ["LATE"]
    assert [row["plan"] for row in json.loads(run("due", "--json", "--holder", "nobody").stdout)] == ["DOUBT"]
    assert [
        row["plan"] for row in json.loads(run("due", "--json", "--on", "2026-11-25", "--state", "contested").stdout)
    ] == ["TODAY"]
    shown = run("due", "--coordinator", "C. One").stdout
    assert "55 late" in shown
    assert "today" in shown


def test_decided_but_not_told_is_a_list_of_its_own(case: Run) -> None:
    assert (
        case(
            "review", "decide", "R-2026-000001", "--outcome", "maintain", "--on", "2026-10-20", "--not-yet-notified"
        ).exit_code
        == 0
    )
    assert [row["id"] for row in json.loads(case("review", "list", "--decided-not-told", "--json").stdout)] == [
        "R-2026-000001"
    ]
    due = json.loads(case("due", "--decided-not-told", "--json").stdout)
    assert [(row["act"], row["duty"]) for row in due] == [("report", "report"), ("notify", "twelve_months")]
    assert [one["duty"] for one in due[1]["beside"]] == ["decision"]
    shown = json.loads(case("review", "show", "R-2026-000001", "--json").stdout)
    assert (shown["state"], shown["decided_not_told"]) == ("decided", True)
    assert {d["id"]: d["state"] for d in shown["duties"]}["decision"] == "overdue"

    told = case("review", "notify", "R-2026-000001", "--on", "2026-10-30", "--json")

    assert json.loads(told.stdout)["state"] == "maintained"
    assert json.loads(case("review", "list", "--decided-not-told", "--json").stdout) == []


def test_the_proof_of_a_deadline_is_short_enough_to_paste(case: Run) -> None:
    proof = case("why", "R-2026-000001", "decision").stdout
    assert "Fact: held = Mon 12 Oct 2026 (MeetingHeld #4, recorded" in proof
    assert "day 1 = Tue 13 Oct 2026, last day = Mon 9 Nov 2026 (SEND Regs 2014 r.20(10))" in proof
    assert "Definition annual_review.2015, sha256" in proof
    assert len(proof.splitlines()) <= 12


def test_the_proof_of_an_act_s_deadline_proves_each_duty_that_it_meets(case: Run) -> None:
    proof = case("why", "R-2026-000001", "decide").stdout
    assert proof.startswith(
        "R-2026-000001 · decide by Sat 31 Oct 2026: set by twelve_months; beside it decision by Mon 9 Nov 2026\n"
    )
    assert "last day = Sat 31 Oct 2026 (CFA 2014 s.44(1))" in proof
    assert "Other reading: last day = Sun 1 Nov 2026" in proof
    assert "last day = Mon 9 Nov 2026 (SEND Regs 2014 r.20(10))" in proof


def test_the_law_as_it_was_known_before_a_judgment(case: Run) -> None:
    assert case("review", "decide", "R-2026-000001", "--outcome", "amend", "--on", "2026-10-20").exit_code == 0
    assert "within 12 weeks of held" in case("why", "R-2026-000001", "final-plan").stdout
    assert (
        "within 12 weeks of held"
        not in case("why", "R-2026-000001", "final-plan", "--law-known-at", "2022-03-07").stdout
    )
    assert (
        "there is no duty amendment_notice"
        in case("why", "R-2026-000001", "amendment-notice", "--law-known-at", "2022-03-07").stderr
    )


def test_the_audit_trail_shows_late_entries_corrections_and_skipped_steps(run: Run) -> None:
    for words in (
        ["plan", "add", "P-1", "--first-made", "2025-11-01"],
        ["review", "open", "P-1", "--on", "2026-09-01"],
        [
            "review",
            "hold",
            "R-2026-000001",
            "--on",
            "2026-10-12",
            "--skip-reason",
            "Held at short notice",
            "--evidence",
            "DOC-77",
        ],
        ["review", "correct", "R-2026-000001", "hold", "--on", "2026-10-13", "--reason", "Misread"],
    ):
        assert run(*words).exit_code == 0
    told = run("audit", "R-2026-000001").stdout
    assert "expected steps passed over: Held at short notice" in told
    assert "corrected since" in told
    assert "Hold (event 2) corrected to 2026-10-13: Misread" in told
    assert "Evidence: DOC-77" in told
    assert "by A. Officer" in told
    assert told == run("review", "history", "R-2026-000001").stdout


def test_a_postponed_meeting_needs_notice_of_its_own(case: Run) -> None:
    for words in (
        "plan add P-2 --first-made 2025-12-01 --setting 123456",
        "review open P-2 --on 2026-09-01 --meeting-on 2026-12-10",
    ):
        assert case(*words.split()).exit_code == 0
    invite = ("review", "invite", "R-2026-000002", "--role", "parent", "--on")
    assert case(*invite, "2026-10-01").exit_code == 0

    assert (
        case("review", "postpone", "R-2026-000002", "--meeting-on", "2026-12-17", "--reason", "Illness").exit_code == 0
    )

    notice = {d["id"]: d for d in json.loads(case("review", "show", "R-2026-000002", "--json").stdout)["duties"]}[
        "notice"
    ]
    assert (notice["due"], notice["met_on"], notice["state"]) == ("2026-12-02", None, "due_soon")
    assert case(*invite, "2026-11-20").exit_code == 0
    notice = {d["id"]: d for d in json.loads(case("review", "show", "R-2026-000002", "--json").stdout)["duties"]}[
        "notice"
    ]
    assert (notice["met_on"], notice["state"]) == ("2026-11-20", "met")


def test_a_phase_transfer_review_takes_the_place_of_an_annual_one(run: Run) -> None:
    for words in (
        "plan add P-1 --first-made 2025-11-01 --transfer primary_to_secondary --transfer-on 2027-09-01",
        "review open P-1 --on 2026-09-01",
        "review open P-1 --kind phase_transfer --on 2026-10-01",
    ):
        result = run(*words.split())
        assert result.exit_code == 0, result.stderr
    listed = {row["id"]: row["state"] for row in json.loads(run("review", "list", "--json").stdout)}
    assert listed == {"R-2026-000001": "cancelled", "R-2026-000002": "scheduled"}
    assert "Gave way to review R-2026-000002" in run("audit", "P-1").stdout
    plan = json.loads(run("plan", "show", "P-1", "--json").stdout)
    assert plan["open_review"] == "R-2026-000002"


def test_reviews_are_opened_in_bulk_for_plans_that_fall_due(run: Run) -> None:
    for ref, made in (("A", "2025-12-01"), ("B", "2026-03-01"), ("C", "2026-11-01")):
        assert run("plan", "add", ref, "--first-made", made).exit_code == 0
    opened = json.loads(run("review", "open", "--due-within", "26w", "--json").stdout)
    assert [(row["id"], row["plan"]) for row in opened] == [("R-2026-000001", "A"), ("R-2026-000002", "B")]
    assert json.loads(run("review", "open", "--due-within", "26w", "--json").stdout) == []


def test_the_steps_of_the_day_are_those_of_the_operator_and_the_record_is_of_the_clock(run: Run) -> None:
    assert run("plan", "add", "P-1", "--first-made", "2024-01-01", today=date(2024, 3, 1)).exit_code == 0
    (part,) = json.loads(run("audit", "P-1", "--json").stdout)["parts"]
    (line,) = part["lines"]
    assert line["on"] == "2024-03-01"
    assert line["recorded_at"][:4] >= "2026"


def test_logs_are_json_on_stderr_and_hold_ids_only(run: Run) -> None:
    result = run("plan", "add", "P-1", "--first-made", "2024-01-01", "--coordinator", "Casey Morgan", ARFLOW_LOG="info")
    (line,) = result.stderr.splitlines()
    said = json.loads(line)
    assert (said["case"], said["event_name"]) == ("plan/P-1", "PlanAdded")
    assert "Casey" not in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("revew",), "No such command 'revew'; nearest: review"),
        (("review", "invit"), "No such command 'invit'; nearest: invite"),
        (("qqqq",), "No such command 'qqqq'."),
    ],
)
def test_a_misspelt_command_is_refused_with_the_nearest(run: Run, words: tuple[str, ...], said: str) -> None:
    refused = run(*words)
    assert (refused.exit_code, said in refused.stderr) == (2, True), refused.stderr
