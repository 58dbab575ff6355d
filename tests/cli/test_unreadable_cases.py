"""One case that arflow cannot read stops no other: every list, figure and run over all cases goes on, and names it."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec
import pytest
import sqlalchemy as sa
from click.testing import Result

from arflow import __version__
from arflow.application.arflow import Arflow
from arflow.cli import cli
from arflow.errors import CaseUnreadable
from arflow.events import codec
from arflow.lists.questions import Asking
from arflow.planning.term_dates import example
from arflow.store import make_engine
from tests.conftest import TODAY, command_line
from tests.support import unreadable
from tests.support.paths import ROOT
from tests.support.unreadable import SPOILT, Spoiling

SPOILT_REVIEW, SOUND_REVIEW = "R-2026-000001", "R-2026-000002"
Run = Callable[..., Result]
PLANNING = ROOT / "docs" / "examples" / "planning"

# Over all cases: what each command is given here. Every one of them names the case that it leaves out.
OF_ALL = {
    "info": (),
    "rebuild": (),
    "verify": ("--duties",),
    "evidence export": ("{out}.zip", "--plans", "P-2002"),
    "plan list": (),
    "find": ("kim",),
    "log": ("--since", "2026-01-01", "--until", "2035-12-31"),
    "plan reassign": ("--from", "A. Officer", "--to", "B. Officer", "--dry-run"),
    "review schedule-all": ("--setting", "123456", "--meeting-on", "2027-01-14", "--dry-run"),
    "people calendar": ("kim@example.org",),
    "review list": (),
    "review open": ("--due-within", "52w"),
    "retention list": (),
    "tick": (),
    "caseload show": (),
    "caseload balance": ("--to", "B. Officer", "--dry-run"),
    "year-plan cohort": ("--settings", str(PLANNING / "settings.csv")),
    "year-plan latest": (),
    "year-plan propose": ("--output", "{out}.json"),
    "due": (),
    "report amendments": (),
    "report backlog": (),
    "report breaches": (),
    "report burn-down": (),
    "report conduct": (),
    "report days": (),
    "report dfe": ("--year", "2026"),
    "report duties": (),
    "report foi": (),
    "report kpi": (),
    "report late-recording": (),
    "report participation": (),
    "report restate": ("--between", "2026-11-01", "2026-12-15"),
    "report timeliness": (),
    "report transfers": (),
    "report trend": (),
    "report week": (),
    "sen2 check": ("--year", "2027"),
    "sheet export": ("--output", "{out}.xlsx"),
    "sen2 export": ("{out}.xml", "--year", "2027", "--la", "301"),
    "inspection list1": ("{out}.xlsx",),
    "impact bank-holiday": ("2027-05-04",),
    "impact policy": ("due-soon-days=20",),
    "impact workflow": ("annual_review.2015",),
    "rules reading": ("notice_outer=clear_days", "--from", "2026-10-01", "--reason", "Decided"),
    "rules bank-holiday": ("2027-05-04", "--reason", "Proclaimed"),
    "rules terms": ("Autumn 2026=2026-09-02", "--reason", "Published"),
    "terms add": ("{terms}", "--reason", "Published"),
    "termly-list make": ("--term", "Spring 2027"),
    "rules service": ("post=3", "--citation", "Mail policy", "--reason", "Slower"),
    "rules withdraw": ("2", "--reason", "Mistyped"),
    "workflow publish": ("annual_review.2015", "--from", "2026-11-24", "--reason", "Panel left"),
    "workflow migrate": ("--all", "--to", "annual_review.2015", "--reason", "Panel left"),
    "workflow replay": (),
}
# Over everything kept, where no case is read and none is left out.
READS_NO_CASE = {
    "archive": ("{out}",),
    "backup": ("{out}",),
    "checkpoint make": ("{out}.json",),
    "document list": (),
    "document verify": (),
    "inbox list": (),
    "outbox list": (),
    "outbox send": (),
}
# Of one case, of papers, of files or of definitions; or of a mailbox or a file whose lines each have their own case.
OF_ONE = """
    amend accept, amend compare, amend from-word, amend keep, amend link, amend mark, amend propose, amend
    read, amend final, amend show, amend view,
    audit,
    checkpoint compare, checkpoint keygen, checkpoint show,
    demo, form make, form read, form reply,
    document fetch, document keep, document show,
    evidence verify,
    form make, form read, form reply,
    impact correct,
    import guess,
    inbox accept, inbox place, inbox refuse, inbox run, inbox set-aside, inbox show,
    init,
    lateness codes, lateness explain,
    letter approve, letter authority, letter check, letter list, letter make, letter send, letter template,
    outbox bounced, outbox cancel, outbox posted, outbox preview, outbox record, outbox resend, outbox show,
    people add, people change, people do-not-contact, people do-not-share, people end, people erase, people erase-officer,
    people import, people list, people show, people who,
    plan appeal, plan appeal-admitted, plan appeal-ended, plan consider-ceasing, plan did, plan direct-payments, plan excuse-limit,
    plan mediation, plan mediation-agreed, plan not-oppose, plan notify-ceasing, plan order, plan set-limit, plan withdraw,
    plan add, plan amend, plan correct, plan detain, plan end, plan import, plan monitoring-meeting, plan move,
    plan consult, plan consult-reply, plan consult-withdraw, plan hand-over, plan moving-away, plan request-institution, plan take-over,
    plan name-for-transfer, plan not-amend, plan notice, plan represent, plan reassess, plan
    release, plan show, plan termly-list, plan told-of-transfer, plan transfer, plan transfer-in, plan
    transfer-out, plan young-person, people agree, people met,
    restore,
    retention dispose, retention hold, retention release, retention rules,
    rules list,
    review agree-time, review change-decision, review light-route, review notice-again, review pause, review reissue,
    review resume, review withdraw-notice,
    review advice, review admit-appeal, review answer-invitation, review appeal, review cancel, review cease, review certify-mediation, review chase, review
    circulate, review conclude, review conduct, review correct, review decide, review determine-appeal, review
    history, review hold, review import, review invite, review issue, review not-amend, review notice, review
    notify, review postpone, review receive-advice, review record, review report, review represent, review
    request-advice, review schedule, review serve, review show, review void,
    sen2 explain, sen2 import, sen2 merge, sen2 rules,
    sheet import,
    store copy, store roles,
    terms check, terms example, terms show, termly-list read, termly-list reply,
    undo,
    why,
    caseload hand-over, year-plan accept, year-plan page, year-plan sheet, year-plan show,
    workflow check, workflow coverage, workflow diagram, workflow list, workflow lock, workflow show,
    workflow test,
"""


class Store(NamedTuple):
    """A store with two cases, one of which is to be spoilt: its review is under the definition in the folder `own`."""

    url: str
    own: Path
    run: Run


@pytest.fixture(scope="module")
def two_cases(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    folder = tmp_path_factory.mktemp("two-cases")
    (folder / "own").mkdir()
    shutil.copy(ROOT / "docs" / "examples" / "anyshire.2026.toml", folder / "own")
    shutil.copytree(ROOT / "docs" / "examples" / "examples", folder / "own" / "examples")
    shutil.copy(sqlite_template, folder / "arflow.db")
    run = command_line(f"sqlite:///{folder}/arflow.db")
    for ref in ("P-1001", "P-2002", "P-3003"):
        run(
            "plan",
            "add",
            ref,
            "--first-made",
            "2025-02-10",
            "--setting",
            "123456",
            "--nc-year",
            "5",
            "--on",
            "2025-03-01",
        )
    run("people", "add", "P-2002", "--role", "health", "--name", "Kim Example", "--email", "kim@example.org")
    run("terms", "add", str(example()), "--reason", "For the test")
    own = str(folder / "own" / "anyshire.2026.toml")
    run("workflow", "publish", own, "--from", "2026-10-01", "--reason", "For the test")
    run("workflow", "publish", "annual_review.2015", "--from", "2026-10-02", "--reason", "For the test")
    run("review", "open", "P-1001", "--on", "2026-10-01", "--meeting-on", "2026-12-10")
    run("review", "open", "P-2002", "--on", "2026-09-30", "--meeting-on", "2026-11-10")
    return folder


@pytest.fixture
def store(two_cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    shutil.copytree(two_cases, tmp_path / "store")
    own = tmp_path / "store" / "own"
    monkeypatch.setenv("ARFLOW_MAIL_FROM", "reviews@example.org")
    url = f"sqlite:///{tmp_path}/store/arflow.db"
    return Store(url, own, command_line(url))


def given(words: tuple[str, ...], folder: Path) -> list[str]:
    return [word.format(out=folder / "out", terms=example()) for word in words]


def leaves(group: click.Group, *path: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, *path, name)
        else:
            yield " ".join((*path, name))


def test_a_new_command_over_all_cases_cannot_forget_those_that_cannot_be_read() -> None:
    known = {*OF_ALL, *READS_NO_CASE, *(" ".join(name.split()) for name in OF_ONE.split(","))}
    assert set(leaves(cli)) - known == set(), "say in this file whether the new command is over all cases"


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_a_case_that_cannot_be_read_stays_on_the_lists_and_keeps_no_other_from_them(
    store: Store, spoil: Spoiling
) -> None:
    reason = spoil(store.url, SPOILT_REVIEW, store.own)

    listed = store.run("plan", "list", "--json")
    rows = {row["ref"]: row for row in json.loads(listed.stdout)}
    assert listed.stderr.startswith(f"Left out: P-1001 cannot be read: {reason}")
    assert listed.stderr.count("\n") == 1
    assert rows["P-1001"]["state"] == "unreadable"
    assert rows["P-1001"]["cannot_be_read"].startswith(f"cannot be read, because {reason}")
    assert (rows["P-2002"]["state"], rows["P-2002"]["cannot_be_read"]) == ("maintained", None)
    reviews = {row["id"]: row for row in json.loads(store.run("review", "list", "--json").stdout)}
    assert (reviews[SPOILT_REVIEW]["state"], reviews[SPOILT_REVIEW]["plan"]) == ("unreadable", "P-1001")
    assert reviews[SOUND_REVIEW]["state"] == "scheduled"
    first, *others = json.loads(store.run("due", "--json").stdout)
    assert (first["plan"], first["state"]) == ("P-1001", "unreadable")
    assert {item["plan"] for item in others} == {"P-2002", "P-3003"}
    facts = json.loads(store.run("info", "--json").stdout)
    assert (facts["plans"], facts["reviews"], facts["unreadable"]) == (3, 2, 1)


@pytest.mark.parametrize(
    "words",
    [
        "plan show P-1001",
        "plan move P-1001 --setting 111111",
        f"review show {SPOILT_REVIEW}",
        f"review hold {SPOILT_REVIEW} --skip-reason none",
        "audit P-1001",
        f"audit {SPOILT_REVIEW}",
        "why P-1001 twelve_months",
        f"why {SPOILT_REVIEW} decision",
        "evidence export {out}.zip --plans P-1001",
    ],
)
@pytest.mark.parametrize(
    "spoil", [unreadable.unknown_event, unreadable.no_definition], ids=lambda spoil: spoil.__name__
)
def test_a_command_on_a_case_that_cannot_be_read_is_refused_in_one_line_and_records_nothing(
    store: Store, spoil: Spoiling, words: str, tmp_path: Path
) -> None:
    reason = spoil(store.url, SPOILT_REVIEW, store.own)
    before = length(store.url)

    refused = store.run(*given(tuple(words.split()), tmp_path), "--json")
    error = json.loads(refused.stderr)["error"]
    assert (refused.exit_code, refused.stdout, error["kind"]) == (1, "", "case_unreadable")
    assert error["message"].startswith(f"P-1001 cannot be read: {reason}")
    assert length(store.url) == before
    assert not (tmp_path / "out.zip").exists()


def length(url: str) -> int:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sa.text("select count(*) from events")).scalar_one()
    engine.dispose()
    return int(found)


@pytest.mark.thorough
@pytest.mark.parametrize("command", [*OF_ALL, *READS_NO_CASE])
def test_no_command_over_all_cases_stops_at_those_that_cannot_be_read(
    store: Store, command: str, tmp_path: Path
) -> None:
    """One review whose definition is gone, and one plan with a row that is no event."""
    reasons = {
        "P-1001": unreadable.no_definition(store.url, SPOILT_REVIEW, store.own),
        "P-3003": unreadable.no_json_of_plan(store.url, "P-3003"),
    }

    done = store.run(*command.split(), *given((OF_ALL | READS_NO_CASE)[command], tmp_path))
    finds_faults = command.startswith("sen2") or command == "verify"
    assert done.exit_code == 0 or (finds_faults and done.exit_code == 1), done.output
    if command in OF_ALL:
        told = " ".join(done.stderr.split())
        for plan, reason in reasons.items():
            assert f"{plan} cannot be read: {reason}" in told
        assert done.stderr.count("Left out: ") == len(reasons)


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """An arflow that does not know an invitation yet, until it is updated."""
    known: Any = reduce(or_, (cls for cls in codec.EVENT_CLASSES if cls.__name__ != "InvitationsSent"))
    decoder = msgspec.json.Decoder(known)
    with monkeypatch.context() as patched:
        patched.setattr(codec, "_decoder", lambda: decoder)
        patched.setattr(codec, "EVENT_NAMES", codec.EVENT_NAMES - {"InvitationsSent"})
        yield patched.undo


def test_an_update_of_arflow_brings_a_case_back_without_a_rebuild(store: Store, older: Callable[[], None]) -> None:
    sound = [row for row in json.loads(store.run("due", "--json").stdout) if row["plan"] == "P-1001"]
    at = unreadable.appended(
        store.url,
        f"review/{SPOILT_REVIEW}",
        lambda said: json.dumps(
            said | {"event": "InvitationsSent", "roles": ["parent"], "on": "2026-11-01", "state": "invited"}
        ).encode(),
        "arflow:InvitationsSent",
    )
    assert f"event {at} is `InvitationsSent`" in store.run("due").stderr
    assert f"event {at} is `InvitationsSent`" in store.run("rebuild").stderr

    older()
    found = store.run("due", "--json")
    rows = [row for row in json.loads(found.stdout) if row["plan"] == "P-1001"]
    assert found.stderr == ""
    assert {row["review_state"] for row in rows} == {"invited"}
    assert len(rows) >= len(sound) - 1


@pytest.mark.thorough
def test_a_definition_published_again_brings_a_case_back_without_a_rebuild(store: Store) -> None:
    sound = store.run("rebuild", "--json")
    unreadable.no_definition(store.url, SPOILT_REVIEW, store.own)
    assert "P-1001 cannot be read" in store.run("rebuild").stderr

    store.run("workflow", "publish", str(store.own / "anyshire.2026.toml"), "--reason", "Put back")
    assert "cannot be read" not in store.run("due").output
    assert json.loads(store.run("rebuild", "--json").stdout) == json.loads(sound.stdout)


@pytest.mark.thorough
def test_a_review_whose_definition_is_gone_can_be_moved_to_another(store: Store) -> None:
    unreadable.no_definition(store.url, SPOILT_REVIEW, store.own)

    moved = store.run("workflow", "migrate", SPOILT_REVIEW, "--to", "annual_review.2015", "--reason", "File lost")
    assert moved.exit_code == 0, moved.output
    for words in ("due", "report duties", "verify --duties", f"review show {SPOILT_REVIEW}"):
        done = store.run(*words.split())
        assert (done.exit_code, "cannot be read" in done.output) == (0, False), done.output


@pytest.mark.thorough
def test_rows_made_where_the_definition_is_stay_and_the_case_is_named(store: Store) -> None:
    before = json.loads(store.run("due", "--json").stdout)
    unreadable.no_definition(store.url, SPOILT_REVIEW, store.own)

    found = store.run("due", "--json")
    first, *others = json.loads(found.stdout)
    assert (first["plan"], first["state"], others) == ("P-1001", "unreadable", before)
    assert store.run("tick").exit_code == 0


@pytest.mark.thorough
@pytest.mark.parametrize("form", ["table", "json", "html", "xlsx"])
def test_every_form_of_a_report_names_what_it_leaves_out(store: Store, form: str, tmp_path: Path) -> None:
    reason = unreadable.unknown_event(store.url, SPOILT_REVIEW, store.own)
    path = tmp_path / f"report.{form}"

    made = store.run("report", "duties", "--format", form, "--output", str(path))
    assert made.exit_code == 0
    assert f"P-1001 cannot be read: {reason}" in " ".join(words_of(path).split())


def words_of(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text("utf-8").replace("&#96;", "`")
    from openpyxl import load_workbook

    sheet = load_workbook(path)["Contents"]
    return " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.thorough
def test_an_archive_keeps_what_cannot_be_read_and_figures_over_it_leave_it_out(store: Store, tmp_path: Path) -> None:
    unreadable.no_json(store.url, SPOILT_REVIEW, store.own)
    reason = unreadable.unknown_event(store.url, SOUND_REVIEW, store.own)
    folder = str(tmp_path / "archive")

    assert store.run("archive", folder).exit_code == 0
    assert store.run("archive", folder, "--verify").exit_code == 0
    found = store.run("report", "duties", "--archive", folder, "--json")
    assert found.exit_code == 0
    left_out = json.loads(found.stdout)["left_out"]
    assert [line.split()[0] for line in left_out] == ["P-1001", "P-2002"]
    assert reason in left_out[1]


def test_verify_names_the_position_of_each_event_that_cannot_be_read_and_finds_the_chain_sound(store: Store) -> None:
    reason = unreadable.unknown_value(store.url, SPOILT_REVIEW, store.own)
    position = length(store.url)

    found = store.run("verify", "--json")
    document = json.loads(found.stdout)
    (one,) = document["unreadable"]
    assert document["findings"] == []
    assert (found.exit_code, document["sound"], one["position"], one["plan"]) == (0, True, position, "P-1001")
    assert one["why"].startswith(reason)


@pytest.mark.thorough
def test_events_that_do_not_follow_from_each_other_stop_no_list(store: Store) -> None:
    reason = unreadable.out_of_order(store.url, SPOILT_REVIEW, store.own)

    assert reason in store.run("rebuild").stderr
    assert {row["plan"] for row in json.loads(store.run("due", "--json").stdout)} >= {"P-1001", "P-2002"}
    assert reason in store.run("report", "days").stderr


@pytest.mark.thorough
def test_a_payload_that_is_text_stops_no_list(store: Store) -> None:
    at = unreadable.appended(store.url, f"review/{SPOILT_REVIEW}", json.dumps)

    reason = f"event {at} is no event that arflow wrote"
    for words in ("due", "rebuild", "report duties"):
        done = store.run(*words.split())
        assert (done.exit_code, reason in done.stderr) == (0, True), done.output


# --- a clock set back ---------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_clock_set_back_between_two_entries_breaks_nothing_known_at_any_moment(store: Store) -> None:
    late, early = datetime(2026, 11, 20, 12, tzinfo=UTC), datetime(2026, 11, 19, 12, tzinfo=UTC)
    with Arflow(store.url, by="A. Officer", today=TODAY, clock=lambda: late) as app:
        review = app.open_review("P-3003", on=TODAY).id
    store.run("due")
    unreadable.appended(
        store.url,
        f"review/{review}",
        lambda said: json.dumps(
            said
            | {"event": "InvitationsSent", "roles": ["parent"], "state": "invited", "recorded_at": early.isoformat()}
        ).encode(),
        "arflow:InvitationsSent",
    )
    for known_at in ("2026-11-19T13:00:00", "2026-11-20T13:00:00", "2026-12-20T12:00:00"):
        for words in ("report duties", "report days", "report timeliness", "audit P-2002"):
            done = store.run(*words.split(), "--known-at", known_at)
            assert done.exit_code == 0 or "recorded by" in done.stderr, done.output
    assert store.run("verify", "--duties").exit_code == 0
    assert "invited" in store.run("review", "list", "--json").stdout


# --- both databases, and programs ---------------------------------------------------------------------------------


@pytest.mark.thorough
def test_on_either_database_an_unknown_event_keeps_no_other_case_from_the_lists(
    app_on_each: Arflow, run_on_each: Run
) -> None:
    for ref in ("P-1001", "P-2002"):
        run_on_each("plan", "add", ref, "--first-made", "2025-02-10")
    reason = unreadable.unknown_plan_event(str(app_on_each.url), "", Path())
    asking = Asking(app_on_each)
    asking.catch_up()

    (case,) = asking.unreadable()
    assert (case.plan, case.reviews) == ("P-1001", ())
    assert case.why.startswith(reason)
    assert {item.plan for item in asking.due(TODAY)} == {"P-2002"}
    assert run_on_each("report", "duties").exit_code == 0
    with pytest.raises(CaseUnreadable):
        app_on_each.case_events("P-1001")
    with pytest.raises(CaseUnreadable):
        app_on_each.plan("P-1001")


def test_each_event_bears_the_version_that_wrote_it_and_the_chain_covers_it(app: Arflow, run: Run) -> None:
    run("plan", "add", "P-1001", "--first-made", "2025-02-10")

    (row,) = app.log_store.read_log()
    assert json.loads(row.payload)["arflow"] == __version__
    assert list(app.log_store.verify()) == []
