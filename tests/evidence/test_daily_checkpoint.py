"""A checkpoint of each day is made from the one before it, reads what is new only, and is put where others own it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.errors import InvalidValue, LogBroken
from arflow.evidence import checkpoint_folder, checkpoints, signatures
from arflow.evidence.checkpoint_folder import newest, said, take
from arflow.evidence.daily_checkpoint import make_next
from arflow.evidence.log_check import verify
from arflow.evidence.merkle import Tree, leaf_hash
from arflow.store import Recorder
from tests.store.test_chain import tamper
from tests.support.cases import Cases

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NEXT = AT + timedelta(days=1)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    signatures.make_key(tmp_path / "arflow.key")
    return tmp_path / "arflow.key"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What somebody outside owns."""
    (tmp_path / "outside").mkdir()
    return tmp_path / "outside"


def grow(app: Arflow, start: int = 0) -> Recorder:
    cases = Cases(app, start=start)
    cases.opened("1 Aug 2024", "1 May 2025").invited("20 May 2025")
    return app.log_store


def test_a_tree_goes_on_from_its_peaks_to_the_same_root() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(40)]
    for size in range(1, 40):
        whole = Tree()
        for leaf in leaves[:size]:
            whole.append(leaf)
        resumed = Tree.resumed(size, whole.peaks)
        for leaf in leaves[size:]:
            whole.append(leaf)
            resumed.append(leaf)
        assert resumed.root() == whole.root()
    with pytest.raises(ValueError, match="peaks"):
        Tree.resumed(3, [leaves[0]])


def test_the_checkpoint_of_the_next_day_is_that_of_the_whole_log_and_extends_the_one_before(app: Arflow) -> None:
    first = checkpoints.make(grow(app), AT)
    for start in (10, 20, 30):
        log = grow(app, start)
        whole, grown = checkpoints.make(log, NEXT), make_next(log, NEXT, first)
        assert (grown.size, grown.root, grown.head, grown.log) == (whole.size, whole.root, whole.head, whole.log)
        checkpoints.refuse_if_not_after(first, grown)
        assert verify(log, [first, grown]).faults == ()
        first = grown


def test_a_day_without_events_has_a_checkpoint_of_its_own(app: Arflow) -> None:
    first = make_next(grow(app), AT, None)
    again = make_next(app.log_store, NEXT, first)
    assert (again.size, again.root, again.made_at) == (first.size, first.root, "2026-11-25T09:30:00Z")


def test_only_what_is_new_is_read(app: Arflow, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make_next(grow(app), AT, None)
    grow(app, 10)
    statements: list[str] = []
    read = type(app.log_store).snapshot

    def watched(log: Recorder) -> object:
        import sqlalchemy as sa

        @sa.event.listens_for(log.engine, "before_cursor_execute")
        def hear(_c: object, _cursor: object, statement: str, *_: object) -> None:
            statements.append(statement)

        return read(log)

    monkeypatch.setattr(type(app.log_store), "snapshot", watched)
    make_next(app.log_store, NEXT, first)
    assert [one for one in statements if "from events" in one] == [
        statement for statement in statements if f"where position >= {first.size} " in statement
    ]
    assert len([one for one in statements if "from events" in one]) == 1


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        (("delete from events where position > 2", "update chain_head set position = 2"), "were removed from its end"),
        (("update events set hash = zeroblob(32) where position = 4",), "event 4 of the log is not that of the newest"),
        (("update events set happened_on = '2025-01-01' where position = 5",), "position 5: the event was changed"),
        (("update events set payload = 'text' where position = 5",), "position 5: the event cannot be checked"),
    ],
    ids=["a tail that was cut", "another last event", "a changed event", "a payload stored as text"],
)
def test_a_log_that_does_not_follow_the_newest_checkpoint_is_not_signed(
    app: Arflow, statements: tuple[str, ...], why: str
) -> None:
    first = make_next(grow(app), AT, None)
    grow(app, 10)
    tamper(app.log_store, *statements)
    with pytest.raises(LogBroken, match=why):
        make_next(app.log_store, NEXT, first)


def test_a_checkpoint_with_forged_peaks_is_not_built_on(app: Arflow) -> None:
    first = make_next(grow(app), AT, None)
    forged = msgspec.structs.replace(first, peaks=("00" * 32,) * len(first.peaks))
    with pytest.raises(LogBroken, match="does not agree with itself"):
        make_next(app.log_store, NEXT, forged)


def test_one_checkpoint_is_put_into_the_folder_each_day(app: Arflow, folder: Path, key: Path) -> None:
    log, private = grow(app), signatures.read_private_key(key)
    first, again = take(log, folder, AT, private), take(log, folder, AT + timedelta(hours=3), private)
    grow(app, 10)
    second = take(log, folder, NEXT, private)
    assert [one.new for one in (first, again, second)] == [True, False, True]
    assert [path.name for path in sorted(folder.iterdir())] == [
        "checkpoint-2026-11-24-000000000004.json", "checkpoint-2026-11-25-000000000008.json",
    ]  # fmt: skip
    assert second.checkpoint.after is not None
    assert second.checkpoint.streams == 0
    checkpoints.refuse_if_not_after(first.checkpoint, checkpoints.read(second.file, private.public_key()))


def test_after_a_new_key_the_whole_log_is_walked(app: Arflow, folder: Path, key: Path, tmp_path: Path) -> None:
    take(grow(app), folder, AT, signatures.read_private_key(key))
    signatures.make_key(tmp_path / "new.key")
    second = take(app.log_store, folder, NEXT, signatures.read_private_key(tmp_path / "new.key")).checkpoint
    assert (second.after is not None, second.streams) == (True, 2)


def test_a_folder_that_is_not_there_is_refused(app: Arflow, tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="a folder that is there"):
        take(grow(app), tmp_path / "nowhere", AT)


def test_when_the_newest_was_taken_is_said_in_one_line(app: Arflow, folder: Path) -> None:
    where = {checkpoint_folder.FOLDER: str(folder)}
    assert said(newest({})) == said(newest(where)) == "Newest checkpoint outside the store: none was taken"
    take(grow(app), folder, AT)
    (folder / "checkpoint-2026-12-01-000000000009.json").write_text("nonsense")
    assert said(newest(where)) == "Newest checkpoint outside the store: 24 Nov 2026, event 4"
    assert newest({checkpoint_folder.FOLDER: str(folder / "nowhere")}) is None


@pytest.mark.thorough
def test_tick_takes_one_a_day_and_exits_with_1_where_the_log_was_cut(
    app: Arflow, run: Callable[..., Result], folder: Path, key: Path
) -> None:
    grow(app)
    how = {"ARFLOW_CHECKPOINT_TO": str(folder), "ARFLOW_CHECKPOINT_KEY": str(key)}
    assert run("tick", "--dry-run", **how).exit_code == 0
    assert list(folder.iterdir()) == []
    done = run("tick", **how)
    assert (done.exit_code, "Newest checkpoint outside the store: " in done.stderr) == (0, True)
    (path,) = folder.iterdir()
    assert json.loads(run("tick", "--json", **how).stdout)["checkpoint"]["new"] is False

    path.rename(folder / "checkpoint-2020-01-01-000000000004.json")  # as if it were of an earlier day
    path = folder / "checkpoint-2020-01-01-000000000004.json"
    document = json.loads(path.read_text())["document"] | {"made_at": "2020-01-01T00:00:00Z"}
    path.write_bytes(signatures.sign(document, signatures.read_private_key(key)))
    tamper(app.log_store, "delete from events where position > 2", "update chain_head set position = 2")
    refused = run("tick", **how)
    assert (refused.exit_code, "Checkpoint: NOT taken: " in refused.stderr) == (1, True)


@pytest.mark.thorough
def test_every_report_says_when_the_newest_was_taken(app: Arflow, run: Callable[..., Result], folder: Path) -> None:
    take(grow(app), folder, AT)
    how = {"ARFLOW_CHECKPOINT_TO": str(folder)}
    line = "Newest checkpoint outside the store: 24 Nov 2026, event 4"
    assert run("verify", **how).stdout.splitlines()[-1] == line
    assert run("report", "duties", **how).stderr == f"{line}\n"
    assert "none was taken" in run("report", "duties").stderr
    document = json.loads(run("report", "duties", "--json", **how).stdout)
    assert document["newest_checkpoint"] == {"made_at": "2026-11-24T09:30:00Z", "events": 4}
