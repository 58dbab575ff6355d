"""A checkpoint that was given away shows every change of the log up to it, even where the whole chain was made again."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.errors import AlreadyThere, LogBroken, NotFound, NotPossible
from arflow.evidence import checkpoints, signatures
from arflow.evidence.checkpoints import Checkpoint
from arflow.evidence.log_check import verify
from arflow.evidence.signatures import KeyRefused, SignatureRefused
from arflow.store import Recorder, make_engine
from arflow.store.chain import GENESIS, link
from tests.store.test_chain import tamper
from tests.support.cases import Cases

pytestmark = pytest.mark.thorough

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
REWRITTEN = "the log was rewritten with its chain"


@pytest.fixture
def log(app_on_each: Arflow) -> Recorder:
    """A log of nine events on two plans."""
    tell(app_on_each)
    return app_on_each.log_store


def tell(app: Arflow) -> None:
    cases = Cases(app)
    cases.opened("1 Aug 2024", "1 May 2025").invited("20 May 2025").circulated("20 May 2025").held("10 Jun 2025")
    cases.opened("1 Aug 2024", "1 May 2025")


def recompute(log: Recorder, position: int, **changed: object) -> None:
    """Change an event and make the whole chain after it again, as somebody with the code and the database could."""
    tamper(log, "delete from events where false")  # takes the triggers away
    previous = GENESIS
    mark = log._mark
    for row in list(log.read_log()):
        new = row._replace(**changed) if row.position == position else row  # type: ignore[arg-type]
        previous = link(previous, new)
        with log.engine.begin() as connection:
            connection.exec_driver_sql(
                f"update events set happened_on = {mark}, hash = {mark} where position = {mark}",
                (new.happened_on, previous, row.position),
            )
    with log.engine.begin() as connection:
        connection.exec_driver_sql(f"update chain_head set hash = {mark}", (previous,))


def found(log: Recorder, *given: Checkpoint) -> list[tuple[int, str]]:
    return [(fault.position, fault.problem) for fault in verify(log, given).faults]


def test_a_sound_log_agrees_with_its_checkpoint_and_goes_on_agreeing_as_it_grows(
    app_on_each: Arflow, log: Recorder
) -> None:
    made = checkpoints.make(log, AT)
    assert (made.size, made.streams, made.made_at) == (9, 4, "2026-11-24T09:30:00Z")
    assert found(log, made) == []

    tell_more(app_on_each)

    assert log.head()[0] > made.size
    assert found(log, made, checkpoints.make(log, AT)) == []


def tell_more(app: Arflow) -> None:
    from datetime import date

    from arflow.case.plan_commands import AddPlan

    app.add_plan(AddPlan(ref="P-0100", first_made=date(2025, 1, 1)))


def test_both_stores_have_the_same_roots_for_the_same_events(
    sqlite_url: str, app_on_each: Arflow, log: Recorder
) -> None:
    from arflow.evidence.merkle import Tree
    from arflow.evidence.survey import event_leaf, stream_leaf

    made = checkpoints.make(log, AT)
    events, streams = Tree(), Tree()
    last: dict[str, int] = {}
    for row in log.read_log():
        events.append(event_leaf(row))
        last[row.stream] = row.version
    for name in sorted(last, key=str.encode):
        streams.append(stream_leaf(name, last[name]))
    assert (made.root, made.streams_root) == (events.root().hex(), streams.root().hex())


def test_a_chain_that_was_wholly_made_again_is_caught_by_the_checkpoint_alone(log: Recorder) -> None:
    made = checkpoints.make(log, AT)
    recompute(log, 3, happened_on="2025-05-02")
    assert found(log) == []
    assert [(position, REWRITTEN in problem) for position, problem in found(log, made)] == [(1, True)]


def test_checkpoints_that_hold_narrow_down_where_the_log_was_rewritten(app_on_each: Arflow, log: Recorder) -> None:
    first = checkpoints.make(log, AT)
    tell_more(app_on_each)
    second = checkpoints.make(log, AT, after=first)
    recompute(log, 10, happened_on="2025-05-02")
    assert [(position, REWRITTEN in problem) for position, problem in found(log, second, first)] == [(10, True)]
    assert "from here up to 10" in found(log, second, first)[0][1]


def test_a_shorter_log_with_a_chain_of_its_own_is_caught(log: Recorder) -> None:
    made = checkpoints.make(log, AT)
    row = list(log.read_log())[6]
    hexed = f"x'{row.hash.hex()}'" if log.engine.dialect.name == "sqlite" else f"'\\x{row.hash.hex()}'::bytea"
    tamper(log, "delete from events where position > 7", f"update chain_head set position = 7, hash = {hexed}")
    assert found(log) == []
    assert found(log, made) == [(1, "the log has 7 events and the checkpoint 9: events were removed from its end")]


@pytest.mark.parametrize(
    ("statements", "position", "problem"),
    [
        (("update events set state = 'x' where position = 3",), 3, "the event was changed, inserted or moved"),
        (("delete from events where position = 3",), 3, "the event was removed"),
        (
            (
                "update events set position = 103 where position = 3",
                "update events set position = 3 where position = 4",
                "update events set position = 4 where position = 103",
            ),
            3,
            "the event was changed, inserted or moved",
        ),
        (
            (
                "insert into events (position, stream, version, topic, payload, plan, happened_on, recorded_at, state, hash) "
                "select 0, stream, 77, topic, payload, plan, happened_on, recorded_at, state, hash from events where position = 3",
            ),
            0,
            "the event was inserted",
        ),
    ],
    ids=["changed", "deleted", "reordered", "inserted"],
)
def test_what_was_done_to_the_rows_is_located(
    log: Recorder, statements: tuple[str, ...], position: int, problem: str
) -> None:
    made = checkpoints.make(log, AT)
    tamper(log, *statements)
    assert found(log, made)[0] == (position, problem)
    with pytest.raises(LogBroken, match=f"position {position}: {problem}.*nothing was signed"):
        checkpoints.make(log, AT)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"root": "00" * 32}, REWRITTEN),
        ({"head": "00" * 32}, REWRITTEN),
        ({"log": "00" * 32}, "it is another log"),
        ({"streams": 5}, "lists other streams than the log has"),
        ({"streams_root": "00" * 32}, "lists other streams than the log has"),
    ],
)
def test_each_thing_that_a_checkpoint_says_is_checked(app: Arflow, changed: dict[str, object], problem: str) -> None:
    tell(app)
    made = msgspec.structs.replace(checkpoints.make(app.log_store, AT), **changed)
    assert [problem in said for _, said in found(app.log_store, made)] == [True]


def test_no_checkpoint_follows_one_of_a_longer_log_or_of_another(app: Arflow) -> None:
    tell(app)
    made = checkpoints.make(app.log_store, AT)
    with pytest.raises(LogBroken, match="the log has 9 events and the earlier checkpoint 10: events were removed"):
        checkpoints.make(app.log_store, AT, after=msgspec.structs.replace(made, size=10))
    with pytest.raises(LogBroken, match="checkpoints of two logs"):
        checkpoints.refuse_if_not_after(msgspec.structs.replace(made, log="00" * 32), made)
    with pytest.raises(LogBroken, match="the proof fails"):
        checkpoints.refuse_if_not_after(msgspec.structs.replace(made, root="00" * 32), made)
    with pytest.raises(LogBroken, match="not written in hex"):
        checkpoints.refuse_if_not_after(msgspec.structs.replace(made, root="root"), made)


def test_an_empty_log_has_no_checkpoint(app_on_each: Arflow) -> None:
    with pytest.raises(NotPossible, match="the log is empty"):
        checkpoints.make(app_on_each.log_store, AT)


def test_a_checkpoint_of_another_log_is_told_apart(log: Recorder, sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "other.db")
    with Arflow(f"sqlite:///{tmp_path}/other.db", by="B. Officer", today=AT.date()) as other:
        tell(other)
        made = checkpoints.make(other.log_store, AT)
    assert found(log, made) == [
        (1, "the log begins with another event than that of the checkpoint of 9 events: it is another log")
    ]


# --- the file itself ---------------------------------------------------------------------------------------------


@pytest.fixture
def database(app: Arflow) -> Path:
    """An SQLite file with a log of nine events, closed, everything in the file itself."""
    tell(app)
    path = Path(str(app.log_store.engine.url.database))
    app.close()
    with sqlite3.connect(path) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    return path


def test_one_flipped_byte_in_the_database_file_is_located(database: Path) -> None:
    log = Recorder(make_engine(f"sqlite:///{database}"))
    made = checkpoints.make(log, AT)
    payload = list(log.read_log())[4].payload
    log.engine.dispose()
    content = bytearray(database.read_bytes())
    at = content.index(payload) + payload.index(b"circulate" if b"circulate" in payload else b"2025")
    content[at] ^= 1
    database.write_bytes(content)

    log = Recorder(make_engine(f"sqlite:///{database}"))
    assert found(log, made)[0] == (5, "the event was changed, inserted or moved")
    log.engine.dispose()


# --- signatures, keys and files ----------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path) -> Path:
    signatures.make_key(tmp_path / "arflow.key")
    return tmp_path / "arflow.key"


@pytest.fixture
def told(app: Arflow, run: Callable[..., Result], tmp_path: Path, key: Path) -> Callable[..., Result]:
    """The command line on nine events, with a signed checkpoint of them in c1.json."""
    tell(app)

    def running(*words: str, **how: str) -> Result:
        return run(*(word.replace("DIR", str(tmp_path)) for word in words), **how)

    assert running("checkpoint", "make", "DIR/c1.json", "--key", str(key)).exit_code == 0
    return running


def test_the_log_is_verified_against_a_signed_checkpoint(told: Callable[..., Result]) -> None:
    result = told("verify", "--checkpoint", "DIR/c1.json", "--public-key", "DIR/arflow.key.pub")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "9 events agree with the chain" in result.stdout
    assert "Events 1 to 9 are those of the checkpoint made on" in result.stdout
    assert "NOT checked" not in result.stdout
    assert "NOT checked" in told("verify", "--checkpoint", "DIR/c1.json").stdout


def test_what_a_verified_log_says_as_json(told: Callable[..., Result]) -> None:
    answer = json.loads(told("verify", "--checkpoint", "DIR/c1.json", "--json").stdout)
    assert (answer["sound"], answer["checkpoints"], answer["signatures_checked"]) == (True, [9], False)


def test_a_log_that_was_rewritten_ends_in_exit_1(told: Callable[..., Result], app: Arflow) -> None:
    recompute(app.log_store, 3, happened_on="2025-05-02")
    assert told("verify", "--log-only").exit_code == 0
    result = told("verify", "--checkpoint", "DIR/c1.json", "--public-key", "DIR/arflow.key.pub")
    assert result.exit_code == 1
    assert result.stdout.startswith("position 1: from here up to 9 the log was rewritten")


def test_an_edited_checkpoint_is_refused(told: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "c1.json"
    path.write_text(path.read_text().replace('"size": 9', '"size": 8'))
    result = told("verify", "--checkpoint", "DIR/c1.json", "--public-key", "DIR/arflow.key.pub")
    assert result.exit_code == 1
    assert "c1.json was changed after it was signed, or was signed with another key than" in result.stderr


def test_another_key_is_refused(told: Callable[..., Result], tmp_path: Path) -> None:
    signatures.make_key(tmp_path / "other.key")
    result = told("verify", "--checkpoint", "DIR/c1.json", "--public-key", "DIR/other.key.pub")
    assert result.exit_code == 1
    assert "signed with another key" in result.stderr


def test_an_unsigned_checkpoint_is_refused_where_a_key_is_given(told: Callable[..., Result]) -> None:
    made = told("checkpoint", "make", "DIR/c2.json")
    assert "NOT signed" in made.stdout
    result = told("verify", "--checkpoint", "DIR/c2.json", "--public-key", "DIR/arflow.key.pub")
    assert (result.exit_code, "c2.json is not signed" in result.stderr) == (1, True)
    assert told("verify", "--checkpoint", "DIR/c2.json").exit_code == 0


def test_a_later_checkpoint_proves_by_itself_that_it_extends_an_earlier_one(
    told: Callable[..., Result], app: Arflow
) -> None:
    tell_more(app)
    key = ("--key", "DIR/arflow.key")
    assert told("checkpoint", "make", "DIR/c2.json", *key, "--after", "DIR/c1.json").exit_code == 0
    assert told("checkpoint", "make", "DIR/c3.json", *key).exit_code == 0
    shown = told("checkpoint", "compare", "DIR/c1.json", "DIR/c2.json", "--public-key", "DIR/arflow.key.pub")
    assert (shown.exit_code, "9 events at its beginning are the same, 1 came after" in shown.stdout) == (0, True)
    without = told("checkpoint", "compare", "DIR/c1.json", "DIR/c3.json", "--public-key", "DIR/arflow.key.pub")
    assert (without.exit_code, "carries no proof about the earlier one" in without.stderr) == (1, True)
    back = told("checkpoint", "compare", "DIR/c2.json", "DIR/c1.json", "--public-key", "DIR/arflow.key.pub")
    assert (back.exit_code, "events were removed" in back.stderr) == (1, True)


def test_a_rewritten_log_cannot_be_made_to_extend_an_earlier_checkpoint(
    told: Callable[..., Result], app: Arflow, tmp_path: Path
) -> None:
    recompute(app.log_store, 3, happened_on="2025-05-02")
    tell_more(app)
    words = ("--key", "DIR/arflow.key", "--after", "DIR/c1.json")
    result = told("checkpoint", "make", "DIR/c2.json", *words)
    assert (result.exit_code, "does not extend the earlier checkpoint" in result.stderr) == (1, True)
    assert not (tmp_path / "c2.json").exists()

    first = checkpoints.read(tmp_path / "c1.json")
    forged = checkpoints.make(app.log_store, AT)
    claimed = checkpoints.Earlier(size=first.size, root=first.root, proof=("00" * 32,) * 3)
    with pytest.raises(LogBroken, match="the proof fails"):
        checkpoints.refuse_if_not_after(first, msgspec.structs.replace(forged, after=claimed))


def test_a_checkpoint_is_shown(told: Callable[..., Result]) -> None:
    assert "there, NOT checked" in told("checkpoint", "show", "DIR/c1.json").stdout
    answer = json.loads(
        told("checkpoint", "show", "DIR/c1.json", "--public-key", "DIR/arflow.key.pub", "--json").stdout
    )
    assert (answer["size"], answer["signed"], answer["signature_checked"]) == (9, True, True)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "nonsense", '{"document": {"form": "another"}}', '{"document": []}']
)
def test_what_is_no_checkpoint_is_refused_in_one_line(
    told: Callable[..., Result], tmp_path: Path, content: str
) -> None:
    (tmp_path / "c1.json").write_text(content)
    for words in (("verify", "--checkpoint", "DIR/c1.json"), ("checkpoint", "show", "DIR/c1.json")):
        result = told(*words)
        assert result.exit_code == 1
        assert result.stderr.count("\n") == 1
        assert "arflow-checkpoint-2" in result.stderr


def test_fields_that_are_missing_or_unknown_are_named(told: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "c1.json"
    path.write_text(path.read_text().replace('"size": 9', '"sise": 9'))
    assert "is not a checkpoint: Object" in told("checkpoint", "show", "DIR/c1.json").stderr


def test_neither_keys_nor_checkpoints_are_written_over(told: Callable[..., Result], key: Path, tmp_path: Path) -> None:
    before = key.read_bytes(), (tmp_path / "c1.json").read_bytes()
    for words in (("keygen", "DIR/arflow.key"), ("make", "DIR/c1.json"), ("make", "DIR/c1.json", "--key", str(key))):
        result = told("checkpoint", *words)
        assert (result.exit_code, "already exists" in result.stderr) == (1, True)
    assert (key.read_bytes(), (tmp_path / "c1.json").read_bytes()) == before
    (tmp_path / "half.key.pub").write_text("mine")
    with pytest.raises(AlreadyThere, match=r"half\.key\.pub already exists"):
        signatures.make_key(tmp_path / "half.key")
    assert not (tmp_path / "half.key").exists()


def test_a_private_key_is_for_its_owner_alone(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    with pytest.raises(KeyRefused, match="can be read by others and is not locked: run `chmod 600`"):
        signatures.read_private_key(key)


def test_a_locked_key_needs_its_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.key"
    monkeypatch.setenv(signatures.PASSPHRASE, "correct horse")
    signatures.make_key(path)
    assert b"ENCRYPTED" in path.read_bytes()
    signatures.read_private_key(path)
    monkeypatch.setenv(signatures.PASSPHRASE, "wrong horse")
    with pytest.raises(KeyRefused, match="does not open with the passphrase"):
        signatures.read_private_key(path)
    monkeypatch.delenv(signatures.PASSPHRASE)
    with pytest.raises(KeyRefused, match="is locked: put its passphrase into ARFLOW_KEY_PASSPHRASE"):
        signatures.read_private_key(path)


def test_what_is_no_key_is_refused_in_one_line(tmp_path: Path, key: Path) -> None:
    public = key.with_name("arflow.key.pub")
    public.chmod(0o600)
    with pytest.raises(KeyRefused, match="is not a private key in PEM"):
        signatures.read_private_key(public)
    with pytest.raises(KeyRefused, match="is not an Ed25519 public key in PEM"):
        signatures.read_public_key(key)
    with pytest.raises(NotFound, match="there is no file"):
        signatures.read_public_key(tmp_path / "nothing")
    with pytest.raises(NotPossible, match="cannot be read"):
        signatures.read_public_key(tmp_path)
    with pytest.raises(NotPossible, match=r"cannot write .*missing.*: name another file"):
        signatures.make_key(tmp_path / "missing" / "a.key")


def test_the_signature_covers_the_document_and_nothing_but_the_document(key: Path) -> None:
    private = signatures.read_private_key(key)
    content = signatures.sign({"form": "x", "word": "Évidence", "n": 1}, private)
    signatures.check_signature(content, private.public_key(), "it")
    held = json.loads(content)
    signatures.check_signature(json.dumps(held, ensure_ascii=False).encode(), private.public_key(), "it")
    for change in ({"n": 2}, {"more": True}):
        forged = json.dumps({**held, "document": {**held["document"], **change}}).encode()
        with pytest.raises(SignatureRefused, match="was changed after it was signed"):
            signatures.check_signature(forged, private.public_key(), "it")
    unsigned = json.dumps({**held, "signature": None}).encode()
    with pytest.raises(SignatureRefused, match="is not signed"):
        signatures.check_signature(unsigned, private.public_key(), "it")


def test_events_appended_while_the_log_is_walked_are_no_fault(app_on_each: Arflow, log: Recorder) -> None:
    with log.snapshot() as snapshot:
        tell_more(app_on_each)
        assert sum(1 for _ in snapshot.rows()) == snapshot.head[0] == 9
    assert log.head()[0] == 10


def test_help_and_verify_start_without_cryptography_or_duckdb() -> None:
    asked = "import sys; import arflow.cli.proof.checkpoint, arflow.cli.store.store; print(sorted({'cryptography', 'duckdb'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout.strip() == "[]"
