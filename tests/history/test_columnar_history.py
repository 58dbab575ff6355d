"""The columnar history gives what the log holds, whatever was done to it, and is made again where it does not."""

import hashlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from eventsourcing.persistence import JSONTranscoder

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.demo import Making, make
from arflow.events import EVENT_CLASSES
from arflow.history.archive import archive
from arflow.history.columnar import store_log
from arflow.history.columnar.place import filled_alone, folder_of
from arflow.history.columnar.segments import MANIFEST, History
from arflow.history.columns import COLUMNS
from arflow.history.log_source import LogRead, connection, read_archive
from arflow.store import EventMapper
from tests.conftest import TODAY, command_line
from tests.history.test_archive import _events
from tests.store.test_chain import tamper
from tests.support.cases import Cases

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.thorough

Rows = list[tuple[Any, ...]]


def filled(app: Arflow, plans: int = 12) -> Arflow:
    make(app, Making(plans=plans, years=2, seed=5, today=TODAY))
    return app


def folder(app: Arflow) -> Path:
    found = folder_of(app.log_store.engine)
    assert found is not None
    return found


@contextmanager
def reading(app: Arflow, events_a_segment: int = 100) -> "Iterator[tuple[LogRead, Callable[[], Rows]]]":
    with connection() as opened, store_log(opened, app.log_store.engine, events_a_segment) as log:
        yield log, lambda: opened.execute(f"from ({log.query}) order by position").fetchall()


def rows(app: Arflow, events_a_segment: int = 100) -> Rows:
    with reading(app, events_a_segment) as (_, read):
        return read()


def history(app: Arflow) -> History:
    return msgspec.json.decode((folder(app) / MANIFEST).read_bytes(), type=History)


def files(app: Arflow) -> list[str]:
    return sorted(path.name for path in folder(app).glob("*.parquet"))


def named(app: Arflow) -> list[str]:
    return sorted(segment.file for segment in history(app).segments)


def of_archive(app: Arflow, place: Path) -> Rows:
    """The rows of an archive of the log: what a history must give."""
    archive(app.log_store, place)
    with connection() as opened:
        return opened.execute(f"from ({read_archive(opened, place, {}).query}) order by position").fetchall()


# --- what it gives --------------------------------------------------------------------------------------------------


def test_it_gives_every_column_of_every_event_as_the_archive_does(app_on_each: Arflow, tmp_path: Path) -> None:
    events = [event for number, cls in enumerate(EVENT_CLASSES) for event in _events(cls, number)]
    mapper = EventMapper(JSONTranscoder())
    app_on_each.log_store.insert_events([mapper.to_stored_event(event) for event in events])

    found = rows(app_on_each)
    assert len(found) == len(events)
    assert len(found[0]) == len(COLUMNS)
    assert found == of_archive(app_on_each, tmp_path / "archive")


def test_filled_act_by_act_it_gives_what_it_gives_filled_at_once(app: Arflow, tmp_path: Path) -> None:
    for number in range(16):
        app.add_plan(AddPlan(ref=f"P-{number}", first_made=TODAY))
        assert len(rows(app, 10)) == number + 1
    assert len(history(app).segments) <= 5
    assert files(app) == named(app)
    found = rows(app, 10)
    assert found == of_archive(app, tmp_path / "archive")
    shutil.rmtree(folder(app))
    assert rows(app) == found


def test_a_later_fill_reads_what_is_new_and_leaves_the_other_files_alone(app_on_each: Arflow) -> None:
    rows(filled(app_on_each))
    before = {name: (folder(app_on_each) / name).read_bytes() for name in files(app_on_each)}
    full = [segment.file for segment in history(app_on_each).segments if segment.length == 100]
    assert len(full) >= 2
    Cases(app_on_each).opened("1 Aug 2024", "1 May 2025")

    assert rows(app_on_each)[-1][0] == app_on_each.log_store.head()[0]
    assert {name: (folder(app_on_each) / name).read_bytes() for name in full} == {name: before[name] for name in full}
    manifest = (folder(app_on_each) / MANIFEST).read_bytes()
    rows(app_on_each)
    assert (folder(app_on_each) / MANIFEST).read_bytes() == manifest


def test_made_again_it_is_the_same_to_the_byte(app: Arflow) -> None:
    def digests() -> list[str]:
        rows(app)
        return [hashlib.sha256((folder(app) / name).read_bytes()).hexdigest() for name in named(app)]

    filled(app)
    before = digests()
    shutil.rmtree(folder(app))
    assert digests() == before


def test_only_its_owner_may_read_it(app: Arflow) -> None:
    before = os.umask(0)
    try:
        rows(filled(app))
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder(app).iterdir()}
    assert (stat.S_IMODE(folder(app).stat().st_mode), modes) == (0o700, {0o600})
    assert folder(app).name == "arflow-db-history"


def test_a_log_without_events_has_every_column(app_on_each: Arflow) -> None:
    with reading(app_on_each) as (log, read):
        assert (read(), log.head[0]) == ([], 0)


# --- never stale ----------------------------------------------------------------------------------------------------


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [_cut, _flip, Path.unlink], ids=["cut short", "a flipped bit", "taken away"])
def test_a_file_that_is_not_as_it_was_written_is_made_again(app: Arflow, harm: Callable[[Path], None]) -> None:
    before = rows(filled(app))
    segment = history(app).segments[1]
    harm(folder(app) / segment.file)
    assert rows(app) == before
    assert hashlib.sha256((folder(app) / segment.file).read_bytes()).hexdigest() == segment.sha256


@pytest.mark.parametrize(
    "manifest", [b"", b"{", b"\xff", b'{"format": "arflow-history-2"}', b"[" * 100_000], ids=range(5)
)
def test_a_manifest_that_cannot_be_read_is_made_again(app: Arflow, manifest: bytes) -> None:
    before = rows(filled(app))
    (folder(app) / MANIFEST).write_bytes(manifest)
    assert rows(app) == before
    assert history(app).last == before[-1][0]


@pytest.mark.parametrize("change", ["columns", "order", "a segment twice"])
def test_a_history_of_another_arflow_or_out_of_order_is_made_again(app: Arflow, change: str) -> None:
    before = rows(filled(app))
    found = history(app)
    changes: dict[str, dict[str, Any]] = {
        "columns": {"columns": "0" * 64},
        "order": {"segments": found.segments[1::-1]},
        "a segment twice": {"segments": (found.segments[0], found.segments[0], *found.segments[1:])},
    }
    (folder(app) / MANIFEST).write_bytes(msgspec.json.encode(msgspec.structs.replace(found, **changes[change])))
    assert rows(app) == before
    assert history(app) == found


def test_another_log_in_the_place_of_the_store_is_read_and_not_the_one_before(
    app: Arflow, open_app: Callable[..., Arflow], tmp_path: Path
) -> None:
    """A shorter one, one that went on otherwise from the middle, and a longer one."""
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    store = Path(app.log_store.engine.url.database or "")
    app.close()
    shutil.copy(store, tmp_path / "early.db")
    app = open_app(app.url)
    long = rows(filled(app, 3))
    app.close()
    store.rename(tmp_path / "long.db")
    shutil.copy(tmp_path / "early.db", store)
    early = open_app(app.url)
    assert rows(early) == long[:3]
    filled(early, 2)
    otherwise = rows(early)
    assert otherwise[:3] == long[:3]
    assert otherwise[-1][0] == early.log_store.head()[0]
    early.close()
    store.unlink()
    for end in ("-wal", "-shm"):
        store.with_name(store.name + end).unlink(missing_ok=True)
    shutil.copy(tmp_path / "long.db", store)
    assert rows(open_app(app.url)) == long


def test_an_event_that_can_be_read_again_is_read_again(app: Arflow) -> None:
    """A row that was damaged and whose case was left out, and that came back from a backup."""
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    before = rows(app)
    shutil.rmtree(folder(app))
    ((payload,),) = _query(app, "select payload from events where position = 2")
    tamper(app.log_store, "update events set payload = x'7b' where position = 2")
    with reading(app) as (log, read):
        assert (read(), list(log.left_out)) == ([], [before[0][1]])
    assert history(app).unreadable == [2]
    with app.log_store.engine.begin() as connection_:
        connection_.exec_driver_sql("update events set payload = ? where position = 2", (payload,))
    with reading(app) as (log, read):
        assert (read(), log.left_out) == (before, {})


def test_a_listed_event_that_is_no_json_any_more_is_left_out_with_its_case(app: Arflow) -> None:
    """The lists came past it while it was sound, so that it is not looked at by itself."""
    cases = Cases(app)
    harmed, other = cases.plan("1 Aug 2024"), cases.plan("1 Sep 2024")
    assert command_line(app.url)("due").exit_code == 0
    for payload in ("x'7b'", "'text'", "7", "x'5b5d'", "x'ff'"):
        shutil.rmtree(folder(app), ignore_errors=True)
        app.log_store.engine.dispose()
        with app.log_store.engine.begin() as connection_:
            connection_.exec_driver_sql("drop trigger if exists events_no_update")
            connection_.exec_driver_sql(f"update events set payload = {payload} where position = 1")
        with reading(app) as (log, read):
            assert [row[1] for row in read()] == [other]
            assert list(log.left_out) == [harmed]


def _query(app: Arflow, query: str) -> Any:
    with app.log_store.engine.connect() as opened:
        return opened.exec_driver_sql(query).fetchall()


# --- never in the way -----------------------------------------------------------------------------------------------


def test_a_report_is_made_where_no_history_can_be_kept(app: Arflow, caplog: pytest.LogCaptureFixture) -> None:
    before = rows(filled(app))
    shutil.rmtree(folder(app))
    folder(app).write_text("a file in its place")
    with caplog.at_level("WARNING", "arflow.history"):
        assert rows(app) == before
    assert [record.name for record in caplog.records] == ["arflow.history.columnar.reading"]
    assert command_line(app.url)("report", "duties").exit_code == 0


def test_files_that_somebody_reads_stay_until_they_were_read(app: Arflow) -> None:
    filled(app)
    with reading(app) as (_, read):
        before, there = read(), named(app)
        for number in range(8):
            app.add_plan(AddPlan(ref=f"P-{number}", first_made=TODAY))
            rows(app)
        assert set(there) - set(named(app))
        assert set(there) <= set(files(app))
        assert read() == before
    (folder(app) / "7.part").touch()
    app.add_plan(AddPlan(ref="P-LAST", first_made=TODAY))
    rows(app)
    assert files(app) == named(app)
    assert list(folder(app).glob("*.part")) == []


def test_two_stores_in_one_database_have_a_history_each(postgres: Any, open_app: Callable[..., Arflow]) -> None:
    apps = []
    for number in range(2):
        url = postgres.database()
        create_store(url)
        apps.append(open_app(url))
        apps[-1].add_plan(AddPlan(ref=f"P-{number}", first_made=TODAY))
    assert [row[1] for app in apps for row in rows(app)] == ["P-0", "P-1"]
    assert folder(apps[0]) != folder(apps[1])
    assert folder(apps[0]).parent == Path(os.environ["XDG_CACHE_HOME"], "arflow", "history")


def test_arflow_history_says_where_histories_are_kept(
    app: Arflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARFLOW_HISTORY", str(tmp_path / "elsewhere"))
    rows(filled(app, 2))
    assert folder(app).parent == tmp_path / "elsewhere"
    assert files(app) == named(app) != []


# --- several at once, and killed --------------------------------------------------------------------------------------

FILL = """
import os, shutil, signal, sys
from pathlib import Path
url, folder, start = sys.argv[1], sys.argv[2], sys.argv[3]
import duckdb
from arflow.history.columnar import store_log
from arflow.history.log_source import connection
from arflow.store import make_engine

def fill(moment=0):
    seen = 0
    def count(event, arguments):
        nonlocal seen
        writes = event in ("os.rename", "os.remove") or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR))
        if writes and str(arguments[0]).startswith(folder):
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)
    if moment:
        sys.addaudithook(count)
    with connection() as opened, store_log(opened, make_engine(url), 100) as log:
        query = f"select count(*), md5(string_agg(one::varchar, '' order by one.position)) from ({log.query}) one"
        return opened.execute(query).fetchone()

def apart(moment):
    child = os.fork()
    if not child:
        fill(moment)
        os._exit(0)
    return os.waitpid(child, 0)[1]

if start == "now":
    print(fill())
else:
    moment = killed = 1
    while killed:
        shutil.rmtree(folder, ignore_errors=True)
        if os.path.exists(start):
            shutil.copytree(start, folder)
        killed = apart(moment)
        assert killed in (0, signal.SIGKILL)
        child = os.fork()
        if not child:
            print(moment, *fill(), *Path(folder).glob("*.part"), flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        moment += 1
"""


def _fill(app: Arflow, start: str) -> "subprocess.Popen[str]":
    words = [sys.executable, "-c", FILL, app.url, str(folder(app)), start]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("begun", [False, True], ids=["the first fill", "a later one"])
def test_a_fill_that_is_killed_at_any_point_is_gone_on_with(app: Arflow, tmp_path: Path, *, begun: bool) -> None:
    """Killed before the Nth file of the folder is opened to write, renamed or removed, until there is no Nth."""
    filled(app, 6 if begun else 4)
    start = tmp_path / "start"
    if begun:
        rows(app)
        Cases(app).opened("1 Aug 2024", "1 May 2025")
        folder(app).rename(start)
    with _fill(app, "now") as whole:
        found = str(whole.communicate()[0])
    number, digest = found.strip("()\n").replace("'", "").split(", ")
    assert int(number) == app.log_store.head()[0]

    with _fill(app, str(start)) as killing:
        said = killing.communicate()[0].splitlines()
    assert said == [f"{moment} {number} {digest}" for moment in range(1, len(said) + 1)]
    assert len(said) > 8
    assert files(app) == named(app)


def test_two_processes_that_fill_at_once_give_the_same(app: Arflow) -> None:
    filled(app)
    with _fill(app, "now") as one, _fill(app, "now") as other:
        said = [one.communicate()[0], other.communicate()[0]]
    assert said[0] == said[1]
    assert said[0].startswith(f"({app.log_store.head()[0]}, ")
    assert files(app) == named(app)
    assert len(rows(app)) == app.log_store.head()[0]


def test_a_fill_waits_for_the_one_before_it(app: Arflow) -> None:
    filled(app, 2)
    with filled_alone(folder(app)):
        other = Thread(target=rows, args=(app,))
        other.start()
        other.join(timeout=2)
        assert other.is_alive()
        assert files(app) == []
    other.join()
    assert files(app) == named(app) != []
