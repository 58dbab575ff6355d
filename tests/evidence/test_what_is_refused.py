"""What `arflow verify` would reject is neither signed nor told, and what is damaged is never called ready."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from arflow.errors import AlreadyThere
from arflow.evidence import signatures
from arflow.store import make_engine
from arflow.store.schema import FOLDER, differences, lines
from tests.conftest import command_line
from tests.support.tampered import REASON, Files, make
from tests.support.tamperings import TAMPERINGS

thorough = pytest.mark.thorough
OF_THE_CASE = [
    one
    for one in TAMPERINGS
    if one.of in ("words of reasons", "files of documents", "what is known of documents", "columns of an event")
]
# Of these nothing can be said by looking at one case, or they are no more than a doubt.
ELSEWHERE = {"A reason added", "A document's row deleted with its file", "The digest of a reason changed"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Files:
    return make(tmp_path_factory.mktemp("whole"), sqlite_template)


@pytest.fixture
def files(whole: Files, tmp_path: Path) -> Files:
    import shutil

    shutil.copytree(whole.folder, tmp_path / "own")
    return Files(tmp_path / "own")


@thorough
@pytest.mark.parametrize(
    "tampering", [one for one in OF_THE_CASE if one.what not in ELSEWHERE], ids=lambda one: one.what
)
def test_a_case_that_verify_rejects_is_never_signed(files: Files, tampering: "object") -> None:
    tampering.do(files)  # type: ignore[attr-defined]
    out = files.folder / "new.zip"
    done = command_line(files.url)(
        "evidence", "export", str(out), "--plans", "P-0001", "--key", str(files.folder / "arflow.key")
    )
    assert (done.exit_code, out.exists()) == (1, False), done.output
    assert "nothing was signed" in done.stderr
    assert done.stderr.count("\n") == 1


@thorough
def test_a_sound_case_beside_an_unsound_one_is_signed(files: Files) -> None:
    files.sql("update notes set body = 'Another reason' where body like 'The family%'")
    out = files.folder / "new.zip"
    done = command_line(files.url)(
        "evidence", "export", str(out), "--plans", "P-0002", "--key", str(files.folder / "arflow.key")
    )
    assert (done.exit_code, out.exists()) == (0, True), done.output


@thorough
def test_words_that_were_changed_are_never_told(files: Files) -> None:
    assert REASON in command_line(files.url)("audit", "P-0001").stdout
    files.sql("update notes set body = 'Another reason' where body like 'The family%'")
    told = command_line(files.url)("audit", "P-0001").stdout
    assert "Another reason" not in told
    assert "(not the words that were recorded: see `arflow verify`)" in told


# --- init --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (("drop trigger events_no_delete",), "trigger events.events_no_delete was removed"),
        (("drop table tracking",), "table tracking"),
        (("delete from chain_head",), "lacks a row that every store has"),
    ],
)
def test_a_store_that_lacks_what_arflow_made_is_never_called_ready(
    run: Callable[..., Result], sqlite_url: str, statements: tuple[str, ...], said: str
) -> None:
    assert run("init").exit_code == 0
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as own:
        for statement in statements:
            own.execute(statement)
    own.close()
    done = run("init")
    assert (done.exit_code, "is ready" in done.output, done.stderr.count("\n")) == (1, False, 1)
    assert said in done.stderr


@thorough
@pytest.mark.parametrize("table", ["events", "people", "notes"])
def test_a_damaged_store_is_never_called_ready(files: Files, table: str) -> None:
    own = files.opened()
    (root,) = own.execute("select rootpage from sqlite_master where name = ?", (table,)).fetchone()
    own.close()
    content = bytearray(files.store.read_bytes())
    content[4096 * (root - 1) : 4096 * root - 500] = b"\xff" * 3596
    files.store.write_bytes(content)
    done = command_line(files.url)("init")
    assert (done.exit_code, "is ready" in done.output, done.stderr.count("\n")) == (1, False, 1)
    assert f"table {table} cannot be read to its end" in done.stderr


# --- keys --------------------------------------------------------------------------------------------------------


def test_a_key_whose_public_key_a_kill_left_out_gets_it_when_it_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "arflow.key"
    made = signatures.make_key(path)
    path.with_name("arflow.key.pub").unlink()
    private = path.read_bytes()
    assert signatures.fingerprint(signatures.make_key(path)) == signatures.fingerprint(made)
    assert path.read_bytes() == private
    assert signatures.read_public_key(path.with_name("arflow.key.pub")).public_bytes_raw() == made.public_bytes_raw()


def test_half_a_key_that_a_kill_left_stands_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "arflow.key.part").write_text("-----BEGIN")
    signatures.make_key(tmp_path / "arflow.key")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["arflow.key", "arflow.key.pub"]


def test_a_file_that_is_no_key_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "arflow.key").write_text("a diary")
    (tmp_path / "arflow.key").chmod(0o600)
    with pytest.raises(AlreadyThere, match="its public key cannot be made from it"):
        signatures.make_key(tmp_path / "arflow.key")
    assert (tmp_path / "arflow.key").read_text() == "a diary"


# --- the objects of a store --------------------------------------------------------------------------------------


@thorough
def test_a_new_store_is_what_the_lines_say(store_url: str) -> None:
    engine = make_engine(store_url)
    with engine.connect() as connection:
        assert lines(connection) == (FOLDER / f"{engine.dialect.name}.txt").read_text("utf-8").splitlines(), (
            "run .venv/bin/python scripts/make-schema"
        )
        assert differences(connection) == []
    engine.dispose()


@thorough
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("alter table events disable trigger all", "trigger events.events_no_change"),
        ("drop trigger events_no_truncate on events", "trigger events.events_no_truncate: was removed"),
        ("create or replace function events_refuse() returns trigger language plpgsql as 'begin return new; end'",
         "trigger events.events_no_change: was changed"),
        ("create rule quiet as on update to notes do instead nothing", "rule notes.quiet: was added"),
        ("alter table events add column more text", "column events.more: was added"),
        ("drop index events_plan", "index events.events_plan: was removed"),
        ("delete from chain_head", "the head of the chain cannot be read"),
        ("update projection_position set position = 99", "the lists: stand for event 99"),
        ("drop table notes", "table notes: was removed"),
    ],
)  # fmt: skip
def test_what_was_done_to_a_postgresql_store_is_named(
    postgres: "object", postgres_ready: str, statement: str, said: str
) -> None:
    url = postgres.database(template=postgres_ready)  # type: ignore[attr-defined]
    assert command_line(url)("plan", "add", "P-1", "--first-made", "2025-09-01").exit_code == 0
    assert command_line(url)("verify").exit_code == 0
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    done = command_line(url)("verify")
    assert (done.exit_code, done.stderr) == (1, "")
    assert said in done.stdout
