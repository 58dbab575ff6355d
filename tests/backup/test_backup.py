"""Backups: taken while others write, refused where they are not whole, and restored after the store is gone."""

import json
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from click.testing import Result

import arflow.backup.taking as taking
from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.papers.documents import Documents
from tests.conftest import TODAY, command_line
from tests.support import awkward_mail as mail
from tests.support.cases import Cases
from tests.support.dovecot import deliver, make_maildir
from tests.support.postgres import Cluster

pytestmark = pytest.mark.thorough

FIGURES = (
    ("report", "timeliness", "--json"),
    ("plan", "list", "--json"),
    ("document", "list", "--json"),
    ("inbox", "list", "--json"),
)
KEPT = 3  # the advice, and two that came with the message
WRITE = """
import sys, itertools
from datetime import date
from arflow import Arflow
from arflow.case.plan_commands import AddPlan
with Arflow(sys.argv[1], by="Another") as app:
    for number in itertools.count():
        app.add_plan(AddPlan(ref=f"P-LOAD-{number:06}", first_made=date(2025, 1, 1)))
        print(number, flush=True)
"""


class Authority:
    """A store with a case, a document and a message that arrived; where its files are; and the command line on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.documents = folder / "documents"
        self.settings = {"ARFLOW_DOCUMENTS": str(self.documents)}
        with Arflow(url, by="A. Officer", today=TODAY) as app:
            Cases(app).opened("12 Jan 2026", "1 Sep 2026").held("1 Oct 2026")
        (folder / "advice.txt").write_text("Advice.\n")
        self.run("people", "add", "P-0001", "--role", "parent", "--name", "Łucja 王", "--email", "robin@example.org")
        self.run("document", "keep", str(folder / "advice.txt"), "--plan", "P-0001", "--kind", "advice")
        box = make_maildir(folder / "box")
        came = mail.attached(mail.email("robin@example.org", "R-2026-000001"), "views.txt").as_bytes()
        deliver(box, came, datetime(2026, 11, 20, 9, tzinfo=UTC), 1)
        self.run("inbox", "run", "--mailbox", f"maildir://{box}")

    def run(self, *words: str, **how: str) -> Result:
        result = command_line(self.url)(*words, **(self.settings | how))
        assert result.exit_code == 0, (words, result.output)
        return result

    def refused(self, *words: str) -> str:
        result = command_line(self.url)(*words, **self.settings)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1), result.output
        return result.stderr

    def figures(self) -> list[str]:
        return [self.run(*words).stdout for words in FIGURES]

    @property
    def backup(self) -> Path:
        return self.folder / "backup"


@pytest.fixture
def authority(store_url: str, tmp_path: Path) -> Authority:
    return Authority(store_url, tmp_path)


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Authority:
    return Authority(sqlite_url, tmp_path)


@contextmanager
def load(url: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process records, one plan after the other."""
    with subprocess.Popen([sys.executable, "-c", WRITE, url], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        writer.stdout.readline()
        try:
            yield writer
        finally:
            writer.kill()


def destroyed(authority: Authority, request: pytest.FixtureRequest) -> None:
    """The store and its files are gone; where it was, there is room for another."""
    shutil.rmtree(authority.documents)
    shutil.rmtree(f"{authority.documents}-mail")
    if authority.url.startswith("sqlite"):
        for path in authority.folder.glob("arflow.db*"):
            path.unlink()
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        authority.url = cluster.database()


def test_a_drill_gives_back_the_figures_of_the_backup_taken_under_load(
    authority: Authority, request: pytest.FixtureRequest
) -> None:
    with load(authority.url) as writer:
        taken = json.loads(authority.run("backup", str(authority.backup), "--json").stdout)
        assert writer.poll() is None
    after = json.loads(authority.run("info", "--json").stdout)
    assert taken["events"] < after["events"]
    before = authority.figures()
    destroyed(authority, request)

    restored = json.loads(authority.run("restore", str(authority.backup), "--json").stdout)

    assert restored == taken
    assert (len(taken["documents"]["digests"]), len(taken["mail"]["digests"])) == (KEPT, 1)
    said = authority.run("verify").stdout
    assert said.startswith(f"{taken['events']} events agree with the chain; head {taken['head']}\n")
    assert "no difference" in authority.run("verify", "--duties").stdout
    authority.run("document", "verify")
    timely, plans, documents, inbox = authority.figures()
    assert json.loads(timely)["sections"] == json.loads(before[0])["sections"]
    assert (documents, inbox) == (before[2], before[3])
    listed = [row["ref"] for row in json.loads(plans)]
    assert listed == [row["ref"] for row in json.loads(before[1])][: len(listed)]
    authority.run("plan", "add", "P-AFTER", "--first-made", "2026-01-01")


def test_a_document_that_a_row_of_the_backup_names_is_in_it_whatever_is_kept_meanwhile(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that is kept once the store was copied is of no row there, and of no concern."""
    copy = taking._copy_store

    def copied_then_kept(*arguments: object) -> None:
        copy(*arguments)  # type: ignore[arg-type]
        (authority.folder / "later.txt").write_text("Later.\n")
        authority.run("document", "keep", str(authority.folder / "later.txt"), "--plan", "P-0001", "--kind", "advice")

    monkeypatch.setattr(taking, "_copy_store", copied_then_kept)
    taken = json.loads(authority.run("backup", str(authority.backup), "--json").stdout)
    assert len(taken["documents"]["digests"]) == KEPT
    assert taken["documents"]["missing"] == []


def test_a_backup_is_its_owners_alone_and_says_what_it_does_not_hold(small: Authority) -> None:
    said = small.run("backup", str(small.backup)).stdout
    assert "Not in it: signing keys and checkpoints; the authority's own definitions" in said
    modes = {stat.S_IMODE(path.stat().st_mode) for path in small.backup.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (small.backup, *small.backup.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


def test_a_backup_or_a_restore_never_writes_over_what_is_there(small: Authority) -> None:
    small.run("backup", str(small.backup))
    assert "exists already: name a folder that is not there" in small.refused("backup", str(small.backup))
    before = Path(small.url.removeprefix("sqlite:///")).read_bytes()
    assert "is not empty: name a file that is not there" in small.refused("restore", str(small.backup))
    assert Path(small.url.removeprefix("sqlite:///")).read_bytes() == before


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _document(folder: Path) -> Path:
    return next(path for path in (folder / "documents").rglob("*") if len(path.name) == 64)


def _claims(folder: Path, **more: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | more))


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda folder: (folder / "manifest.json").unlink(), "holds no backup: it has no manifest.json"),
    "half a manifest": (lambda folder: (folder / "manifest.json").write_text('{"form": '), "cannot be read"),
    "another form": (lambda folder: _claims(folder, form="arflow-backup-9"), "was made by another arflow"),
    "a changed store": (lambda folder: spoil(folder / "store.db"), "is not what the manifest says"),
    "no store": (lambda folder: (folder / "store.db").unlink(), "is missing, or is not what the manifest says"),
    "a changed document": (lambda folder: spoil(_document(folder)), "is altered: restore another backup"),
    "a document less": (lambda folder: _document(folder).unlink(), "is missing: restore another backup"),
    "a document less, and unnamed": (
        lambda folder: _claims(folder, documents={"digests": [], "missing": []}),
        f"lacks {KEPT} of the files that its store names",
    ),
    "another end": (lambda folder: _claims(folder, events=2), "does not end where the manifest says"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_backup_that_is_not_whole_is_never_restored(small: Authority, how: str) -> None:
    small.run("backup", str(small.backup))
    spoiling, said = SPOILT[how]
    spoiling(small.backup)
    small.url = f"sqlite:///{small.folder}/restored.db"
    assert said in small.refused("restore", str(small.backup))
    assert not list(small.folder.glob("restored*"))


def test_a_log_that_is_not_that_of_the_newest_checkpoint_is_neither_backed_up_nor_restored(small: Authority) -> None:
    run, key, checkpoint = small.run, small.folder / "arflow.key", small.folder / "checkpoint.json"
    run("checkpoint", "keygen", str(key))
    run("checkpoint", "make", str(checkpoint), "--key", str(key))
    against = ("--checkpoint", str(checkpoint), "--public-key", f"{key}.pub")
    run("backup", str(small.backup), *against)

    small.url = f"sqlite:///{small.folder}/other/arflow.db"
    (small.folder / "other").mkdir()
    other = Authority.__new__(Authority)
    other.url, other.folder, other.settings = small.url, small.folder / "other", small.settings
    other.run("init")
    with Arflow(other.url, by="A. Officer") as app:
        app.add_plan(AddPlan(ref="P-1", first_made=TODAY))
    assert "it is another log" in other.refused("backup", str(other.folder / "backup"), *against)
    assert not (other.folder / "backup").exists()
    other.run("backup", str(other.folder / "backup"))
    other.url = f"sqlite:///{other.folder}/restored.db"
    assert "it is another log" in other.refused("restore", str(other.folder / "backup"), *against)
    other.run("restore", str(small.backup), *against)


def test_a_log_that_was_tampered_with_is_not_backed_up(authority: Authority) -> None:
    from tests.store.test_chain import tamper

    with Arflow(authority.url) as app:
        tamper(app.log_store, "update events set state = 'held' where position = 2")
    assert "is not sound (position 2: the event was changed" in authority.refused("backup", str(authority.backup))
    assert not authority.backup.exists()


def test_a_document_that_is_gone_is_named_and_the_rest_is_backed_up(small: Authority) -> None:
    row = json.loads(small.run("document", "list", "--json").stdout)[0]
    path = next(small.documents.rglob(row["digest"]))
    path.unlink()
    result = command_line(small.url)("backup", str(small.backup), **small.settings)
    assert result.exit_code == 1
    assert f"document {row['digest']} is missing or altered: it is not in {small.backup}" in result.stdout
    small.url = f"sqlite:///{small.folder}/restored.db"
    small.run("restore", str(small.backup), ARFLOW_DOCUMENTS=str(small.folder / "again"))


def test_a_backup_of_one_database_is_not_restored_to_the_other(small: Authority, postgres: Cluster) -> None:
    small.run("backup", str(small.backup))
    small.url = postgres.database()
    assert "is a backup of a store on SQLite: restore it to one" in small.refused("restore", str(small.backup))


def test_a_backup_takes_the_store_of_its_own_schema_alone(postgres: Cluster, tmp_path: Path) -> None:
    urls, there = [], [postgres.database(), postgres.database()]
    for database in there:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute('create schema "One"')
            connection.execute("create schema two")
    for number, schema in enumerate(("One", "two"), 1):
        url = f"{there[0]}&options=-c%20search_path%3D%22{schema}%22"
        create_store(url)
        with Arflow(url, by="A. Officer") as app:
            app.add_plan(AddPlan(ref=f"P-{number}", first_made=TODAY))
        urls.append(url)
    run = command_line(urls[0])
    assert run("backup", str(tmp_path / "backup")).exit_code == 0
    back = command_line(urls[0].replace(there[0], there[1]))
    assert back("restore", str(tmp_path / "backup")).exit_code == 0
    assert [row["ref"] for row in json.loads(back("plan", "list", "--json").stdout)] == ["P-1"]


def test_a_password_of_the_database_is_on_no_command_line(
    postgres: Cluster, postgres_ready: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    run = subprocess.run

    def watched(command: list[str], **how: object) -> object:
        seen.append(command)
        return run(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr("arflow.backup.postgresql.subprocess.run", watched)
    url = postgres.database(template=postgres_ready).replace("arflow@", "arflow:s3cret@")
    assert command_line(url)("backup", str(tmp_path / "backup")).exit_code == 0
    assert seen
    assert "s3cret" not in str(seen)


def test_a_machine_without_pg_dump_says_what_to_install(
    postgres: Cluster, postgres_ready: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = command_line(postgres.database(template=postgres_ready))("backup", str(tmp_path / "backup"))
    assert (result.exit_code, result.stderr) == (
        1,
        "arflow: pg_dump is not installed: install the client programs of PostgreSQL, as new as the server\n",
    )


def test_a_killed_backup_leaves_nothing_that_the_next_does_not_remove(small: Authority) -> None:
    for number in range(200):
        content = f"{number}\n" * 50_000
        (small.folder / f"{number}.txt").write_text(content)
    with Arflow(small.url, by="A. Officer") as app:
        documents = Documents(app.engine, str(small.documents))
        for number in range(200):
            documents.keep(small.folder / f"{number}.txt", plan="P-0001", kind="advice", by="S-1", at=app.now)
    words = [
        sys.executable,
        "-c",
        "from arflow.cli import main; main()",
        "--store",
        small.url,
        "backup",
        str(small.backup),
    ]
    with subprocess.Popen(
        words, env={"ARFLOW_DOCUMENTS": str(small.documents), "PATH": "", "PYTHONPATH": ":".join(sys.path)}
    ) as child:
        while not list(small.folder.glob(".arflow-*.part/documents/*")) and child.poll() is None:
            time.sleep(0.005)
        child.send_signal(signal.SIGKILL)
    assert not small.backup.exists()
    assert "holds no backup" in Authority.refused(small, "restore", str(next(small.folder.glob(".arflow-*.part"))))
    small.run("backup", str(small.backup))
    assert not list(small.folder.glob(".arflow-*"))


def test_a_reader_of_postgresql_may_take_a_backup(postgres: Cluster, postgres_ready: str, tmp_path: Path) -> None:
    authority = Authority(postgres.database(template=postgres_ready), tmp_path)
    with psycopg.connect(authority.url, autocommit=True) as connection:
        connection.execute(authority.run("store", "roles").stdout)
        connection.execute("create role a_backup login in role arflow_reader")
    authority.url = authority.url.replace("arflow@", "a_backup@")
    authority.run("backup", str(authority.backup))
