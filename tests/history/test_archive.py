"""The archive holds every event of the log, is never changed, and says where it was tampered with."""

import fcntl
import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import duckdb
import msgspec
import pytest
from click.testing import Result
from eventsourcing.persistence import JSONTranscoder, StoredEvent

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import MoveSetting
from arflow.cli.proof import archive as command
from arflow.demo import Making, make
from arflow.errors import ArchiveRefused, ArflowError, InvalidValue, NotFound
from arflow.events import EVENT_CLASSES, Event
from arflow.history import Replay
from arflow.history.archive import EVENTS_A_SEGMENT, Archived, archive, verify
from arflow.history.columns import AS_STORED, COLUMNS, as_logged, said_by
from arflow.history.manifest import MANIFEST, digest, encoded, read_manifest
from arflow.store import EventMapper, LogRecord
from tests.conftest import TODAY
from tests.support.cases import Cases
from tests.support.paths import ROOT

pytestmark = pytest.mark.thorough

DOCS = ROOT / "docs" / "archive.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, apart from the store's."""
    path = tmp_path / "archive"
    path.mkdir()
    return path


def filled(app: Arflow, plans: int = 18) -> Arflow:
    make(app, Making(plans=plans, years=3, seed=5, today=TODAY))
    return app


def archived(app: Arflow, folder: Path, events_a_segment: int = 100) -> Archived:
    return archive(app.log_store, folder, events_a_segment=events_a_segment)


def segments(folder: Path) -> list[Path]:
    return [folder / segment.file for segment in read_manifest(folder).segments]


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query over `archive`, in the order of the files."""
    with duckdb.connect() as opened:
        files = ", ".join(f"'{path}'" for path in segments(folder))
        return opened.execute(sql.replace("archive", f"read_parquet([{files}])")).fetchall()


def faults(folder: Path) -> list[str]:
    return [str(fault) for fault in verify(folder).faults]


# --- what it holds ------------------------------------------------------------------------------------------------


def test_every_row_of_the_log_is_archived_to_the_letter_and_in_its_order(app_on_each: Arflow, folder: Path) -> None:
    log = filled(app_on_each).log_store
    done = archived(app_on_each, folder / "a")

    rows = [(*row[:4], bytes(row[4]), *row[5:9], bytes(row[9])) for row in log.read_log()]
    assert query(folder / "a", as_logged("archive")) == rows
    assert done.events == done.events_written == len(rows) > 200
    assert done.segments == done.segments_written == -(-len(rows) // 100)
    assert done.head == log.head()[1].hex()
    found = verify(folder / "a")
    assert (found.sound, found.events, found.head) == (True, len(rows), done.head)


def test_a_later_run_writes_what_is_new_and_leaves_the_rest_alone(app_on_each: Arflow, folder: Path) -> None:
    archived(filled(app_on_each), folder)
    before = {path: path.read_bytes() for path in segments(folder)}
    Cases(app_on_each).opened("1 Aug 2024", "1 May 2025")

    done = archived(app_on_each, folder)
    assert (done.segments_written, done.events_written) == (1, 3)
    assert {path: path.read_bytes() for path in segments(folder) if path in before} == before
    assert verify(folder).sound

    manifest = (folder / MANIFEST).read_bytes()
    assert archived(app_on_each, folder).events_written == 0
    assert (folder / MANIFEST).read_bytes() == manifest


def test_an_event_that_is_not_arflows_own_is_kept_and_says_nothing(app_on_each: Arflow, folder: Path) -> None:
    Cases(app_on_each).opened("1 Aug 2024", "1 May 2025")
    app_on_each.log_store.insert_events([StoredEvent("other/1", 1, "other:Thing", b"\xff\x00{")])
    odd: dict[str, Any] = {"topic": "arflow:MeetingHeld", "state": b"{}", "plan": "P-9", "happened_on": "2026-02-30"}
    app_on_each.log_store.insert_events(
        [LogRecord(originator_id="other/2", originator_version=1, recorded_at="2026-11-24 9:30", **odd)]
    )
    archived(app_on_each, folder)

    assert verify(folder).sound
    assert query(folder, "select event, topic, payload, happened_on from archive where stream = 'other/1'") == [
        (None, "other:Thing", b"\xff\x00{", None)
    ]
    assert query(folder, "select happened_on, happened_on_text, recorded_at_text from archive where plan = 'P-9'") == [
        (None, "2026-02-30", "2026-11-24 9:30")
    ]
    assert query(folder, as_logged("archive"))[-2][1:9] == ("other/1", 1, "other:Thing", b"\xff\x00{", "", "", "", "")


def _example(type_: Any, name: str) -> Any:
    """A value of a field's type that is not what the field would say if it were left out."""
    choices = get_args(type_)
    if get_origin(type_) is Literal:
        return choices[-1]
    if get_origin(type_) is tuple:
        return (_example(choices[0], name),)
    if choices:
        return _example(next(choice for choice in choices if choice is not type(None)), name)
    return {str: f"some {name}", int: 7, bool: name != "resets_clock", date: date(2026, 3, 29)}[type_]


def _events(cls: type[Event], number: int) -> list[Event]:
    """An event with all its fields said, and one with only those that must be."""
    envelope: dict[str, Any] = {
        "plan": f"P-{number}",
        "on": date(2026, 2, 28),
        "recorded_at": datetime(2026, 3, 1, 9, 30, 0, 1, tzinfo=UTC),
        "recorded_by": "S-1",
    }
    said = {
        field.name: _example(field.type, field.name)
        for field in msgspec.structs.fields(cls)
        if field.name not in envelope and not field.name.startswith("originator")
    }
    needed = {field.name for field in msgspec.structs.fields(cls) if field.required}
    least = {name: value for name, value in said.items() if name in needed}
    return [
        cls(originator_id=f"any/{number}", originator_version=version, **envelope, **fields)
        for version, fields in ((1, said), (2, least))
    ]


def test_every_event_can_be_read_back_from_its_columns_alone(app: Arflow, folder: Path) -> None:
    events = [event for number, cls in enumerate(EVENT_CLASSES) for event in _events(cls, number)]
    mapper = EventMapper(JSONTranscoder())
    app.log_store.insert_events([mapper.to_stored_event(event) for event in events])
    archived(app, folder, 40)

    names = ", ".join(f'"{name}"' for name in COLUMNS)
    for event, row in zip(events, query(folder, f"select {names} from archive"), strict=True):
        columns = dict(zip(COLUMNS, row, strict=True))
        stored = {
            "originator_id": columns["stream"],
            "originator_version": columns["version"],
            "on": columns["happened_on"],
        }
        fields: dict[str, Any] = {name: columns.get(name, stored.get(name)) for name in event.__struct_fields__}
        fields["recorded_at"] = fields["recorded_at"].replace(tzinfo=UTC)
        assert columns["event"] == event.name
        assert msgspec.convert({"event": event.name, **fields}, type(event)) == event
        others = set(columns) - set(fields) - {"position", "stream", "version", "event", "happened_on", "state"}
        assert [name for name in others if columns[name] is not None] == []


# --- replay from it -----------------------------------------------------------------------------------------------


def test_replay_gives_the_same_duties_from_the_archive_as_from_the_store(app_on_each: Arflow, folder: Path) -> None:
    archived(filled(app_on_each), folder)
    rows = 'select * from duties order by plan, review, duty, owner, due, "outer"'
    how = (app_on_each.workflow, app_on_each.current_workflow())
    for on, known in ((TODAY, None), (date(2025, 9, 1), datetime(2025, 10, 1, tzinfo=UTC))):
        with Replay.of_store(app_on_each.log_store.engine, *how) as store, Replay.of_archive(folder, *how) as kept:
            found = kept.at(on, known).rows(rows)
            assert len(found) > 50
            assert found == store.at(on, known).rows(rows)


def test_replay_refuses_an_archive_that_is_not_as_it_was_written(app: Arflow, folder: Path) -> None:
    archived(filled(app), folder)
    _flip(segments(folder)[1])
    with (
        pytest.raises(ArchiveRefused, match=r"is not as it was written: events-000000000101-.*SHA-256"),
        _replay(app, folder),
    ):
        pass
    with pytest.raises(NotFound, match="make one with `arflow archive DIR`"), _replay(app, folder / "none"):
        pass


def test_replay_refuses_an_archive_of_nothing(app: Arflow, folder: Path) -> None:
    assert archived(app, folder).events == 0
    assert verify(folder).sound
    with pytest.raises(ArchiveRefused, match="holds no events yet"), _replay(app, folder):
        pass


@pytest.mark.parametrize("how_many", [1, None], ids=["the first file", "every file"])
def test_files_of_an_earlier_arflow_lack_the_columns_added_since(
    app: Arflow, folder: Path, how_many: int | None
) -> None:
    """`resets_clock` and `quality` say something where an event leaves them out; `because` says nothing then."""
    archived(filled(app), folder, 200)
    rows = 'select * from duties order by plan, review, duty, owner, due, "outer"'
    with _replay(app, folder) as whole:
        before = whole.at(TODAY).rows(rows)
    _rewritten(folder, "* exclude (resets_clock, quality, because)", how_many)

    assert verify(folder).sound
    with _replay(app, folder) as older:
        assert older.at(TODAY).rows(rows) == before


@pytest.mark.parametrize("how_many", [1, None], ids=["the first file", "every file"])
def test_files_of_an_earlier_arflow_have_nothing_where_an_event_says_more_since(
    app: Arflow, folder: Path, how_many: int | None
) -> None:
    """Only invitations had a channel, and only advice circulated had documents."""
    archived(filled(app), folder, 200)
    asked = "select event, channel, documents, people, count(*) from known group by all order by all"
    with _replay(app, folder) as whole:
        before = whole.at(TODAY).rows(asked)
    channel = "case when event = 'InvitationsSent' then channel end as channel"
    documents = "case when event = 'AdviceCirculated' then documents end as documents"
    _rewritten(folder, f"* replace ({channel}, {documents})", how_many)

    assert verify(folder).sound
    with _replay(app, folder) as older:
        assert older.at(TODAY).rows(asked) == before
    assert ("ReportSent", "email", [], []) in [row[:4] for row in before]


def _rewritten(folder: Path, columns: str, how_many: int | None) -> None:
    """Write files again with other columns, and give the manifest the files as they then are."""
    manifest = read_manifest(folder)
    changed = []
    for segment in manifest.segments[:how_many]:
        path, other = folder / segment.file, folder / "other"
        duckdb.execute(f"copy (select {columns} from '{path}' order by position) to '{other}' (format parquet)")
        other.replace(path)
        changed.append(msgspec.structs.replace(segment, bytes=path.stat().st_size, sha256=digest(path)))
    kept = (*changed, *manifest.segments[len(changed) :])
    (folder / MANIFEST).write_bytes(encoded(msgspec.structs.replace(manifest, segments=kept)))


def _replay(app: Arflow, folder: Path) -> Any:
    return Replay.of_archive(folder, app.workflow, app.current_workflow())


# --- killed and resumed -------------------------------------------------------------------------------------------

RUN = """
import os, signal, sys, threading
from pathlib import Path
url, folder, moment = sys.argv[1], sys.argv[2], int(sys.argv[3])
import duckdb, arflow.history.archive
from arflow.store import Recorder, make_engine
seen = 0
def count(event, arguments):
    global seen
    if event in ("open", "os.rename", "os.remove") and str(arguments[0]).startswith(folder):
        seen += 1
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)
def watch():
    while not any(path.stat().st_size for path in Path(folder).glob("events-000000000101*.part")):
        pass
    os.kill(os.getpid(), signal.SIGKILL)
if moment:
    sys.addaudithook(count)
else:
    threading.Thread(target=watch, daemon=True).start()
arflow.history.archive.archive(Recorder(make_engine(url)), Path(folder), events_a_segment=100)
"""


@pytest.mark.parametrize("moment", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15])
def test_a_run_that_is_killed_is_gone_on_with_as_if_nothing_had_been(app: Arflow, folder: Path, moment: int) -> None:
    """Killed before the Nth file is opened, renamed or removed; at 0, while DuckDB writes the second segment."""
    archived(filled(app), folder / "whole")
    killed = folder / "killed"
    ended = subprocess.run([sys.executable, "-c", RUN, app.url, str(killed), str(moment)], check=False)
    assert ended.returncode == -signal.SIGKILL
    if (killed / MANIFEST).exists():
        assert verify(killed).sound

    archived(app, killed)
    assert sorted(path.name for path in killed.iterdir()) == sorted(path.name for path in (folder / "whole").iterdir())
    assert (killed / MANIFEST).read_bytes() == (folder / "whole" / MANIFEST).read_bytes()
    assert verify(killed).sound


def test_a_segment_that_a_killed_run_finished_but_did_not_name_is_taken_away(app: Arflow, folder: Path) -> None:
    """The next run finds a longer log, and so writes a segment of another name."""
    cases = Cases(app)
    cases.plan("1 Aug 2024")
    archived(app, folder)
    (folder / "events-000000000002-000000000002.parquet").touch()
    (folder / "events-000000000002-000000000002.parquet.part").touch()
    cases.opened("1 Aug 2024", "1 May 2025")
    archived(app, folder)
    assert sorted(folder.glob("events-*")) == segments(folder)
    assert verify(folder).sound


FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)); import signal; " \
    "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from arflow.cli import main; main()"  # fmt: skip


def test_a_disk_that_takes_no_more_is_one_line_and_what_was_archived_stands(app: Arflow, folder: Path) -> None:
    archived(Cases(app).app, folder / "a")
    filled(app, 60)
    before = (folder / "a" / MANIFEST).read_bytes()
    ended = subprocess.run(
        [sys.executable, "-c", FULL, "--store", app.url, "archive", str(folder / "a")],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(
        r"arflow: the archive \S+ cannot be written \(.*\): fix the cause and run it again to resume\n", ended.stderr
    )
    assert (folder / "a" / MANIFEST).read_bytes() == before
    assert sorted(path.name for path in (folder / "a").iterdir()) == [".lock", MANIFEST]


# --- refused ------------------------------------------------------------------------------------------------------


def test_of_two_runs_at_once_the_second_is_refused(app: Arflow, folder: Path) -> None:
    with (folder / ".lock").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(ArchiveRefused, match="another `arflow archive` is writing to"):
            archived(app, folder)
    assert [path.name for path in folder.iterdir()] == [".lock"]
    archived(app, folder)


@pytest.mark.parametrize("place", ["file", "missing/folder", "letters"])
def test_only_a_folder_of_its_own_is_taken(app: Arflow, folder: Path, place: str) -> None:
    (folder / "file").touch()
    (folder / "letters").mkdir()
    (folder / "letters" / "letter.txt").touch()
    before = sorted(folder.rglob("*"))
    with pytest.raises(ArflowError, match=r"DIR: .* is not a|cannot be written \(No such file") as refused:
        archived(app, folder / place)
    assert "\n" not in refused.value.message
    assert sorted(folder.rglob("*")) == before


def test_another_stores_log_is_refused(app: Arflow, open_app: Callable[..., Arflow], folder: Path) -> None:
    """A store made anew, a shorter one, and one whose log was written again with a chain of its own."""
    archived(filled(app), folder / "a")
    before = (folder / "a" / MANIFEST).read_bytes()
    from arflow import create_store

    create_store(f"sqlite:///{folder / 'other.db'}")
    other = open_app(f"sqlite:///{folder / 'other.db'}")
    with pytest.raises(
        ArchiveRefused, match=r"is not this store's: it was made up to position \d+, and its log ends at 0"
    ):
        archived(other, folder / "a")
    make(other, Making(plans=60, years=3, seed=6, today=TODAY))
    with pytest.raises(ArchiveRefused, match=r"is not this store's: .*the log has another hash there"):
        archived(other, folder / "a")
    assert (folder / "a" / MANIFEST).read_bytes() == before


def test_a_log_that_was_tampered_with_is_not_archived_from_there_on(app: Arflow, folder: Path) -> None:
    filled(app)
    with app.log_store.engine.begin() as connection:
        connection.exec_driver_sql("drop trigger events_no_update")
        connection.exec_driver_sql("update events set happened_on = '2020-01-01' where position = 150")
    with pytest.raises(ArchiveRefused, match="from position 101 on: position 150: the event was changed"):
        archived(app, folder)
    assert verify(folder).events == 100
    with app.log_store.engine.begin() as connection:
        connection.exec_driver_sql("update events set payload = '{' where position = 150")
    with pytest.raises(ArchiveRefused, match="from position 101 on: an event cannot be read"):
        archived(app, folder)
    assert sorted(path.name for path in folder.iterdir() if path.suffix == ".part") == []


def test_a_segment_that_no_manifest_names_is_never_taken_away(app: Arflow, folder: Path) -> None:
    archived(filled(app), folder)
    manifest = read_manifest(folder)
    (folder / MANIFEST).write_bytes(encoded(msgspec.structs.replace(manifest, segments=manifest.segments[:1])))
    with pytest.raises(ArchiveRefused, match="is not in the manifest of the archive"):
        archived(app, folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(InvalidValue, match="an archive or an empty folder"):
        archived(app, folder)
    assert len(list(folder.glob("*.parquet"))) >= 2


# --- tampering ----------------------------------------------------------------------------------------------------


def _flip(path: Path, place: int = 2_000) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_any_flipped_byte_is_found_and_its_segment_named(app: Arflow, folder: Path) -> None:
    archived(filled(app), folder)
    path = segments(folder)[1]
    for place in (0, 500, path.stat().st_size // 2, path.stat().st_size - 1):
        _flip(path, place)
        assert f"{path.name}, position 101: the file was changed: its SHA-256 is not the manifest's" in faults(folder)
        _flip(path, place)
    assert faults(folder) == []


def test_a_removed_segment_is_found_and_named_and_nothing_is_added_to_the_rest(app: Arflow, folder: Path) -> None:
    archived(filled(app), folder)
    segments(folder)[1].unlink()
    assert faults(folder) == ["events-000000000101-000000000200.parquet, position 101: the file is missing"]
    Cases(app).plan("1 Aug 2024")
    with pytest.raises(ArchiveRefused, match="position 101: the file is missing"):
        archived(app, folder)


def _edit(folder: Path, change: Callable[[list[Any]], object]) -> None:
    document = json.loads((folder / MANIFEST).read_bytes())
    change(document["segments"])
    (folder / MANIFEST).write_text(json.dumps(document))


def test_entries_of_the_manifest_that_were_swapped_removed_or_edited_are_found(app: Arflow, folder: Path) -> None:
    archived(filled(app), folder)
    whole = (folder / MANIFEST).read_bytes()
    second = "events-000000000101-000000000200.parquet, position 101: "

    _edit(folder, lambda entries: entries.insert(0, entries.pop(1)))
    assert second + "follows position 0 in the manifest" in faults(folder)

    (folder / MANIFEST).write_bytes(whole)
    _edit(folder, lambda entries: [entries[0].update(sha256=entries[1]["sha256"])])
    assert any("position 1: the file was changed" in fault for fault in faults(folder))

    (folder / MANIFEST).write_bytes(whole)
    _edit(folder, lambda entries: entries.pop(0))
    assert second + "the chain of hashes does not continue from the segment before it" in faults(folder)

    (folder / MANIFEST).write_bytes(whole)
    _edit(folder, lambda entries: entries[0].update(columns="arflow-archive-2"))
    assert any(
        "has the columns of arflow-archive-2, which this arflow does not know" in fault for fault in faults(folder)
    )

    (folder / MANIFEST).write_text("{")
    with pytest.raises(ArchiveRefused, match="is not a manifest that this arflow knows"):
        verify(folder)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("* replace ('decided' as state)", "the event was changed, inserted or moved"),
        ("* replace ('2026-01-01' as happened_on_text)", "the event was changed, inserted or moved"),
        ("* replace (DATE '2026-01-01' as meeting_on)", "a column does not say what the event's payload says"),
        ("* replace ('somebody' as recorded_by)", "a column does not say what the event's payload says"),
    ],
)
def test_a_segment_made_again_with_its_digest_is_found_and_the_event_named(
    app: Arflow, folder: Path, change: str, problem: str
) -> None:
    archived(filled(app), folder)
    path = segments(folder)[1]
    with duckdb.connect() as opened:
        opened.execute(
            f"copy (from (select * from '{path}' where position <> 150 union all "
            f"select {change} from '{path}' where position = 150) order by position) to '{path}.new' (format parquet)"
        )
    Path(f"{path}.new").replace(path)
    _edit(folder, lambda entries: [entries[1].update(sha256=digest(path), bytes=path.stat().st_size)])
    assert f"{path.name}, position 150: {problem}" in faults(folder)
    assert not any("SHA-256" in fault for fault in faults(folder))


def test_a_manifest_that_lost_its_last_segments_is_found_by_the_store_and_by_a_checkpoint(
    app: Arflow, run: Callable[..., Result], folder: Path, tmp_path: Path
) -> None:
    from arflow.evidence import checkpoints, signatures

    archived(filled(app), folder)
    made = checkpoints.make(app.log_store, datetime.now(UTC))
    (tmp_path / "made.json").write_bytes(signatures.sign(made.document, None))
    anchors = (("--with-store",), ("--checkpoint", str(tmp_path / "made.json")))
    for anchor in anchors:
        assert run("archive", str(folder), "--verify", *anchor).exit_code == 0

    last = segments(folder)[-1]
    _edit(folder, lambda entries: entries.pop())
    left = run("archive", str(folder), "--verify")
    assert (left.exit_code, f"In doubt: {last.name}" in left.stdout) == (0, True)
    assert "How far it should reach was NOT checked" in left.stderr
    last.unlink()
    assert run("archive", str(folder), "--verify").exit_code == 0
    for anchor in anchors:
        found = run("archive", str(folder), "--verify", *anchor)
        assert (found.exit_code, "the archive ends before here" in found.stdout) == (1, True)


def test_the_archive_of_another_log_is_found_by_the_store(
    app: Arflow, run: Callable[..., Result], open_app: Callable[..., Arflow], sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "other.db")
    Cases(other := open_app(f"sqlite:///{tmp_path}/other.db")).plan("1 Aug 2023")
    Cases(app).plan("1 Aug 2024")
    archive(other.log_store, tmp_path / "archive")
    found = run("archive", str(tmp_path / "archive"), "--verify", "--with-store")
    assert (found.exit_code, "the event is not the one that the store has there" in found.stdout) == (1, True)
    assert "--verify" in run("archive", str(tmp_path / "archive"), "--with-store").stderr


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_wrote_and_what_is_there(
    run: Callable[..., Result], app: Arflow, folder: Path
) -> None:
    ref = Cases(app).plan("1 Aug 2024")
    app.change_plan(ref, MoveSetting(on=date(2025, 9, 1), setting=None))
    where, head = str(folder / "a"), app.log_store.head()[1].hex()

    assert run("archive", where, "--segment", "1").stdout == (
        f"2 events written in 2 files; {where} holds 2 events in 2 files, head {head}\n"
    )
    assert run("archive", where).stdout == f"Nothing is new; {where} holds 2 events in 2 files, head {head}\n"
    assert json.loads(run("archive", where, "--json").stdout) == {
        "events_written": 0, "segments_written": 0, "events": 2, "segments": 2, "head": head,
    }  # fmt: skip
    verified = run("archive", where, "--verify", ARFLOW_STORE="sqlite:///nowhere.db")
    assert (verified.exit_code, verified.stdout) == (
        0, f"2 events in 2 files: as the manifest and the chain say; head {head}\n",
    )  # fmt: skip

    segments(folder / "a")[0].unlink()
    found = run("archive", where, "--verify", "--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["faults"] == [
        {"segment": "events-000000000001-000000000001.parquet", "position": 1, "problem": "the file is missing"}
    ]
    assert run("archive", where, "--segment", "0").exit_code == 2
    assert command.EVENTS_A_SEGMENT == EVENTS_A_SEGMENT
    assert run("archive", str(folder / "b"), "--verify").exit_code == 1


# --- the document -------------------------------------------------------------------------------------------------


def filled_by(column: str) -> str:
    """The events that fill a column, in words."""
    events = said_by(column)
    return "every event" if len(events) in (0, len(EVENT_CLASSES)) else ", ".join(events)


def test_the_document_lists_every_column_with_its_type_and_its_events(app: Arflow, folder: Path) -> None:
    Cases(app).plan("1 Aug 2024")
    archived(app, folder)
    described = {row[0]: row[1] for row in query(folder, "describe select * from archive")}
    assert tuple(described) == (*COLUMNS, *AS_STORED)

    table = re.findall(r"^\| `(\w+)` \| (\S+) \| (.+) \| (.+) \|$", DOCS.read_text(), re.MULTILINE)
    listed = {name: (type_, events.replace("`", "")) for name, type_, events, _meaning in table}
    assert listed == {
        name: (type_, filled_by(name) if name != "state" else "every event of a review")
        for name, type_ in described.items()
    }
    assert all(len(meaning) > 10 for *_, meaning in table)


def test_the_documents_query_runs(app: Arflow, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archived(filled(app), folder / "reviews-archive")
    monkeypatch.chdir(folder)
    (example,) = re.findall(r"```sql\n(.+?)```", DOCS.read_text(), re.DOTALL)
    with duckdb.connect() as opened:
        rows = opened.execute(example).fetchall()
    assert rows
    assert (
        sum(row[1] for row in rows)
        == query(folder / "reviews-archive", "select count(*) from archive where event = 'MeetingHeld'")[0][0]
    )
