"""A store's log read from its columnar history, which is brought up to the log first."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from arflow import logs
from arflow.errors import CaseUnreadable, NotPossible
from arflow.events import TOPIC_PREFIX, read
from arflow.history.columnar.filling import EVENTS_A_SEGMENT, Filling, parquet
from arflow.history.columnar.lines import Doubts
from arflow.history.columnar.place import filled_alone, folder_of, kept_for_reading
from arflow.history.columnar.segments import History, sound_part
from arflow.history.columnar.settled import settled_rows
from arflow.history.columns import empty, whole
from arflow.history.log_source import LeftOut, LogRead, misnamed, readable
from arflow.lists.rules_stamp import standing
from arflow.lists.unreadable import listed_as_unreadable
from arflow.store import Recorder, Snapshot
from arflow.store.tables import events

if TYPE_CHECKING:
    import duckdb

_ROWS_A_QUERY = 500


@contextmanager
def store_log(
    opened: "duckdb.DuckDBPyConnection", engine: sa.Engine, events_a_segment: int = EVENTS_A_SEGMENT
) -> Iterator[LogRead]:
    """A store's log as it is at one moment, without the cases that cannot be read; its files stay until it was read.

    Where its history cannot be kept, one is made for this reading alone. LogBroken where the log's last event does not
    agree with the head of its chain, or an event is no text; NotPossible where the temporary folder takes no more.
    """
    import duckdb

    with ExitStack() as until_read:
        try:
            log = _from_history(opened, engine, events_a_segment, until_read)
        except (OSError, duckdb.IOException) as error:
            logs.warning(__name__, "history_not_kept", why=_why(error))
            log = None
        yield log or _from_temporary(opened, engine, events_a_segment)


def _from_history(
    opened: "duckdb.DuckDBPyConnection", engine: sa.Engine, most: int, until_read: ExitStack
) -> LogRead | None:
    folder = folder_of(engine)
    if folder is None:
        return None
    with filled_alone(folder):
        log = _up_to_now(opened, engine, folder, sound_part(folder), most)
        until_read.enter_context(kept_for_reading(folder))
    return log


def _from_temporary(opened: "duckdb.DuckDBPyConnection", engine: sa.Engine, most: int) -> LogRead:
    import duckdb

    (place,) = opened.execute("select current_setting('temp_directory')").fetchone() or ()
    try:
        folder = Path(tempfile.mkdtemp(prefix="history-", dir=place))
        return _up_to_now(opened, engine, folder, History(), most)._replace(settled=None)
    except (OSError, duckdb.IOException) as error:
        raise NotPossible(
            f"the log does not fit into the temporary folder {tempfile.gettempdir()} ({_why(error)}): "
            "free space there, or name another folder in TMPDIR"
        ) from error


def _why(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error).partition("\n")[0]


def _up_to_now(
    opened: "duckdb.DuckDBPyConnection", engine: sa.Engine, folder: Path, history: History, most: int
) -> LogRead:
    """Fill a history from where it agrees with the log, and say how it is read."""
    with Recorder(engine).frozen() as connection:
        log = Snapshot(connection)
        position, head = log.agreed_head()
        listed = listed_as_unreadable(connection)
        settled = settled_rows(folder, (position, head.hex()), partial(_hash_at, log))
        history = _agreeing(history, log)
        if history.last < position:
            doubts = Doubts([refusal.position or 0 for refusal in listed.values()], standing(connection).position)
            new = position - history.last
            history = Filling(opened, log, folder, doubts, most)(history, position)
            logs.info(__name__, "history_filled", events=new, segments=len(history.segments))
        left_out = {**_refused(connection, history), **listed}
    table = parquet(folder, history.segments) if history.segments else empty()
    return LogRead(whole(readable(table, left_out)), (position, head.hex()), left_out, settled)


def _agreeing(history: History, log: Snapshot) -> History:
    """The part of a history that is this log's, and whose unreadable events still are."""
    segments = history.segments
    while segments and _hash_at(log, segments[-1].last) != segments[-1].chain_at_end:
        segments = segments[:-1]
    sound_again = [row.position for row in _noted(log.connection, History(segments=segments)) if _refusal(row) is None]
    return History(
        segments=tuple(segment for segment in segments if segment.last < min(sound_again, default=segment.last + 1))
    )


def _hash_at(log: Snapshot, position: int) -> str:
    """The chain's hash (hex) at a position of the log; empty where it has no such event."""
    found = next(log.part(position, position), None)
    return bytes(found.hash).hex() if found else ""


def _refused(connection: sa.Connection, history: History) -> LeftOut:
    """The cases with an event that could not be read, each with the first of them."""
    left_out: LeftOut = {}
    for row in _noted(connection, history):
        left_out.setdefault(row.plan, _refusal(row) or misnamed(row))
    return left_out


def _noted(connection: sa.Connection, history: History) -> Iterator[Any]:
    """The log's rows of the events that could not be read."""
    columns = (events.c.position, events.c.stream, events.c.topic, events.c.payload, events.c.plan)
    noted = history.unreadable
    for start in range(0, len(noted), _ROWS_A_QUERY):
        part = noted[start : start + _ROWS_A_QUERY]
        yield from connection.execute(
            sa.select(*columns).where(events.c.position.in_(part)).order_by(events.c.position)
        )


def _refusal(row: Any) -> CaseUnreadable | None:
    """Why a row cannot be read; None where it can."""
    try:
        event = read(row)
    except CaseUnreadable as refusal:
        return refusal
    return None if row.topic == TOPIC_PREFIX + event.name else misnamed(row)
