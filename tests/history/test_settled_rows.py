"""Settled rows of reviews say what their events say, on every day and at every moment, and go where they do not."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.demo import Making, make
from arflow.history import Replay, View
from arflow.history.agreement import settled_differences
from arflow.history.columnar import settled
from arflow.history.columnar.place import filled_alone
from arflow.history.columnar.settled import Settled, SettledRows
from arflow.history.manifest import digest
from tests.conftest import TODAY
from tests.history.test_columnar_history import folder
from tests.history.test_replay import differences, replay
from tests.support.cases import Cases, Told, day

Rows = list[tuple[Any, ...]]
_ROWS = "from reviews order by review"


@pytest.fixture(autouse=True)
def small_logs_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "EVENTS_BEFORE_SETTLING", 1)


@contextmanager
def none_settled(app: Arflow) -> Iterator[Replay]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settled, "EVENTS_BEFORE_SETTLING", 1_000_000)
        patch.setattr(SettledRows, "path", lambda *_: None)
        with replay(app) as opened:
            yield opened


def settle(app: Arflow) -> Settled:
    with replay(app) as opened:
        opened.folded_at(TODAY)
    return msgspec.json.decode((folder(app) / settled.MANIFEST).read_bytes(), type=Settled)


def standing(view: View) -> int:
    [(number,)] = view.rows("select count(*) from still_standing")
    return int(number)


def folded(app: Arflow, on: Any = TODAY) -> Rows:
    with none_settled(app) as opened:
        return opened.folded_at(on).rows(_ROWS)


def held(app: Arflow, number: int = 0) -> Told:
    return Cases(app, start=number).opened("1 Aug 2024", "1 May 2025").invited("20 May 2025").held("10 Jun 2025")


@pytest.mark.thorough
def test_at_ten_days_and_moments_they_are_as_all_events_folded(app_on_each: Arflow) -> None:
    app = app_on_each
    make(app, Making(plans=25, years=4, seed=7, today=TODAY))
    settle(app)
    held(app).do(c.CorrectStep(corrected_step="hold", on=day("17 Jun 2025"), reason="Misread"))
    days = [TODAY - timedelta(days=140 * n) for n in range(10)]
    points = [(on, datetime(on.year, on.month, on.day, 12, tzinfo=UTC) if n % 2 else None) for n, on in enumerate(days)]
    with none_settled(app) as opened:
        expected = [opened.folded_at(*point).rows(_ROWS) for point in points]
    with replay(app) as opened:
        for point, rows in zip(points, expected, strict=True):
            view = opened.at(*point)
            assert view.rows(_ROWS) == rows
            assert differences(app, view) == []
        assert standing(opened.folded_at(TODAY)) > 0


def test_a_review_with_an_act_since_is_folded_from_its_events(app: Arflow) -> None:
    told, other = held(app), held(app, 1)
    before = datetime.now(UTC)
    other.reported("20 Jun 2025")
    assert settle(app).upto == app.log_store.head()[0]
    told.do(c.CorrectStep(corrected_step="hold", on=day("17 Jun 2025"), reason="Misread"))
    with pytest.MonkeyPatch.context() as patch, replay(app) as opened:
        patch.setattr(settled, "EVENTS_BEFORE_SETTLING", 1_000)
        view = opened.folded_at(TODAY)
        assert view.rows("from still_standing") == [(other.id,)]
        assert view.rows(_ROWS) == folded(app)
        earlier = opened.folded_at(TODAY, before)
        assert earlier.rows("from still_standing") == [(told.id,)]
        assert earlier.rows("select distinct on_hold, state from reviews") == [(day("10 Jun 2025"), "meeting_held")]
        past = opened.folded_at(day("9 Jun 2025"))
        assert standing(past) == 0
        assert past.rows("select distinct on_hold, state from reviews") == [(None, "invited")]


@pytest.mark.thorough
def test_they_are_settled_again_from_those_before(app: Arflow) -> None:
    told = held(app)
    first = settle(app)
    told.reported("20 Jun 2025")
    held(app, 1)
    second = settle(app)
    assert first.upto < second.upto
    settle(app)
    assert [path.name for path in folder(app).glob("settled-*")] == [second.file]
    with replay(app) as opened:
        view = opened.folded_at(TODAY)
        assert standing(view) == 2
        assert view.rows(_ROWS) == folded(app)


def test_they_are_their_owners_alone(app: Arflow) -> None:
    held(app)
    found = settle(app)
    for name in (found.file, settled.MANIFEST):
        assert stat.S_IMODE((folder(app) / name).stat().st_mode) == 0o600


def _cut_short(path: Path, _: Settled) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _gone(path: Path, _: Settled) -> None:
    path.unlink()


def _of_another_law(path: Path, found: Settled) -> None:
    _say(path, msgspec.structs.replace(found, made_by="0" * 64))


def _of_another_log(path: Path, found: Settled) -> None:
    _say(path, msgspec.structs.replace(found, chain_at_end="0" * 64))


def _with_a_case_unread(path: Path, found: Settled) -> None:
    _say(path, msgspec.structs.replace(found, left_out=("P-1",)))


def _with_fewer_steps(path: Path, found: Settled) -> None:
    steps = found.steps[:-1]
    _say(path, msgspec.structs.replace(found, steps=steps, made_by=settled._query_of(steps)))


def _say(path: Path, said: Settled) -> None:
    (path.parent / settled.MANIFEST).write_bytes(msgspec.json.encode(said))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "spoil", [_cut_short, _gone, _of_another_law, _of_another_log, _with_a_case_unread, _with_fewer_steps]
)
def test_rows_that_are_not_sure_are_not_read(app: Arflow, monkeypatch: pytest.MonkeyPatch, spoil: Any) -> None:
    held(app)
    found = settle(app)
    spoil(folder(app) / found.file, found)
    monkeypatch.setattr(SettledRows, "is_due", lambda _: False)
    with replay(app) as opened:
        view = opened.folded_at(TODAY)
        assert not view.rows("select 1 from duckdb_tables() where table_name = 'still_standing'")
        assert view.rows(_ROWS) == folded(app)


def test_while_another_process_works_there_a_report_does_without(app: Arflow) -> None:
    held(app)
    with replay(app) as opened:
        with filled_alone(folder(app)):
            view = opened.folded_at(TODAY)
        assert view.rows(_ROWS) == folded(app)
    assert not (folder(app) / settled.MANIFEST).exists()


@pytest.mark.thorough
def test_verify_finds_a_settled_row_that_its_events_do_not_give(app: Arflow) -> None:
    """Somebody rewrites the rows, and their digest in the manifest."""
    import duckdb

    told = held(app)
    found = settle(app)
    path = folder(app) / found.file
    with replay(app) as opened:
        assert list(settled_differences(opened)) == []
    moved = path.with_name("moved.parquet")
    with duckdb.connect() as by_hand:
        changed = f"(select * replace (on_hold + 1 as on_hold) from read_parquet('{path}'))"
        by_hand.execute(f"copy {changed} to '{moved}' (format parquet)")
    moved.replace(path)
    _say(path, msgspec.structs.replace(found, bytes=path.stat().st_size, sha256=digest(path)))
    with replay(app) as opened:
        [difference] = settled_differences(opened)
    assert (difference.review, difference.duty) == (told.id, "settled row")
    assert difference.python == {"on_hold": day("10 Jun 2025")}
    assert difference.sql == {"on_hold": day("11 Jun 2025")}
