"""One URL, one store: the event log on SQLite or PostgreSQL, in a single persistence module for `eventsourcing`."""

from arflow.store.engine import SCHEMA, check_ready, make_engine, shown
from arflow.store.factory import EventMapper, Factory
from arflow.store.recorder import LogRecord, LogRow, Recorder, TrackingRecorder

__all__ = [
    "SCHEMA",
    "EventMapper",
    "Factory",
    "LogRecord",
    "LogRow",
    "Recorder",
    "TrackingRecorder",
    "check_ready",
    "make_engine",
    "shown",
]
