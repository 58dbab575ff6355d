"""One case that arflow cannot read stops no other: every list, figure and run over all cases goes on, and names it."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest
import sqlalchemy as sa
from click.testing import Result

from arflow.cli import cli
from arflow.store import make_engine
from tests.conftest import command_line
from tests.support import unreadable
from tests.support.paths import ROOT
from tests.support.unreadable import SPOILT, Spoiling

SPOILT_REVIEW, SOUND_REVIEW = "R-2026-000001", "R-2026-000002"
Run = Callable[..., Result]

# Over all cases: what each command is given here. Every one of them names the case that it leaves out.
OF_ALL = {
    "info": (),
    "rebuild": (),
    "verify": ("--duties",),
    "evidence export": ("{out}.zip", "--plans", "P-2002"),
    "plan list": (),
    "people calendar": ("kim@example.org",),
    "review list": (),
    "review open": ("--due-within", "52w"),
    "retention list": (),
    "tick": (),
    "due": (),
    "report amendments": (),
    "report backlog": (),
    "report breaches": (),
    "report conduct": (),
    "report days": (),
    "report dfe": ("--year", "2026"),
    "report duties": (),
    "report kpi": (),
    "report late-recording": (),
    "report participation": (),
    "report restate": ("--between", "2026-11-01", "2026-12-15"),
    "report timeliness": (),
    "report transfers": (),
    "report trend": (),
    "sen2 check": ("--year", "2027"),
    "sen2 export": ("{out}.xml", "--year", "2027", "--la", "301"),
    "inspection list1": ("{out}.xlsx",),
    "impact bank-holiday": ("2027-05-04",),
    "impact policy": ("due-soon-days=20",),
    "impact workflow": ("annual_review.2015",),
}
# Over everything kept, where no case is read and none is left out.
READS_NO_CASE = {
    "archive": ("{out}",),
    "checkpoint make": ("{out}.json",),
    "document list": (),
    "document verify": (),
    "inbox list": (),
    "outbox list": (),
    "outbox send": ("--dry-run",),
}
# Of one case, of papers, of files or of definitions; or of a mailbox or a file whose lines each have their own case.
OF_ONE = """
    amend accept, amend compare, amend from-word, amend keep, amend link, amend mark, amend propose, amend
    read, amend show, amend view,
    audit,
    checkpoint compare, checkpoint keygen, checkpoint show,
    demo,
    document fetch, document keep, document show,
    evidence verify,
    impact correct,
    inbox accept, inbox place, inbox refuse, inbox run, inbox set-aside, inbox show,
    init,
    letter authority, letter check, letter list, letter make, letter send, letter template,
    outbox cancel, outbox posted, outbox preview, outbox record, outbox resend, outbox show,
    people add, people change, people do-not-contact, people end, people erase, people import, people list,
    people show, people who,
    plan add, plan amend, plan correct, plan detain, plan end, plan import, plan move, plan reassess, plan
    release, plan show, plan termly-list, plan told-of-transfer, plan transfer, plan transfer-in, plan
    transfer-out, plan young-person,
    retention dispose, retention hold, retention release, retention rules,
    review advice, review appeal, review cancel, review cease, review certify-mediation, review chase, review
    circulate, review conclude, review conduct, review correct, review decide, review determine-appeal, review
    history, review hold, review import, review invite, review issue, review not-amend, review notice, review
    notify, review postpone, review receive-advice, review record, review report, review represent, review
    request-advice, review schedule, review serve, review show, review void,
    sen2 import, sen2 merge, sen2 rules,
    why,
    workflow check, workflow coverage, workflow diagram, workflow list, workflow migrate, workflow publish,
    workflow show,
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
    shutil.copy(sqlite_template, folder / "arflow.db")
    run = command_line(f"sqlite:///{folder}/arflow.db")
    local = {"ARFLOW_WORKFLOWS": str(folder / "own"), "ARFLOW_WORKFLOW": "anyshire.2026"}
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
    run("review", "open", "P-1001", "--on", "2026-10-01", "--meeting-on", "2026-12-10", **local)
    run("review", "open", "P-2002", "--on", "2026-10-01", "--meeting-on", "2026-11-10")
    return folder


@pytest.fixture
def store(two_cases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    shutil.copytree(two_cases, tmp_path / "store")
    own = tmp_path / "store" / "own"
    monkeypatch.setenv("ARFLOW_WORKFLOWS", str(own))
    url = f"sqlite:///{tmp_path}/store/arflow.db"
    return Store(url, own, command_line(url))


def given(words: tuple[str, ...], folder: Path) -> list[str]:
    return [word.format(out=folder / "out") for word in words]


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
@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_no_command_over_all_cases_stops_at_one_that_cannot_be_read(
    store: Store, spoil: Spoiling, command: str, tmp_path: Path
) -> None:
    words = given((OF_ALL | READS_NO_CASE)[command], tmp_path)
    sound = store.run(*command.split(), *given((OF_ALL | READS_NO_CASE)[command], sub(tmp_path, "sound")))
    assert sound.exit_code in (0, 1), sound.output
    assert "cannot be read" not in sound.output
    reason = spoil(store.url, SPOILT_REVIEW, store.own)

    done = store.run(*command.split(), *words)
    assert done.exit_code == sound.exit_code, done.output
    assert "Traceback" not in done.output
    if command in OF_ALL:
        assert f"P-1001 cannot be read: {reason}" in " ".join(done.stderr.split())
        assert done.stderr.count("Left out: ") == 1
    else:
        assert "refused" not in done.stderr


def sub(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name
