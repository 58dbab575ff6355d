"""One URL, one store: the event log on SQLite or PostgreSQL, in a single persistence module for `eventsourcing`."""

from arflow.store.engine import SCHEMA, check_ready, make_engine, schema_of, shown
from arflow.store.factory import EventMapper, Factory
from arflow.store.given_engine import given_engine
from arflow.store.recorder import LogRecord, Recorder, TrackingRecorder
from arflow.store.snapshot import CaseRow, LogRow, Snapshot

__all__ = [
    "SCHEMA",
    "CaseRow",
    "EventMapper",
    "Factory",
    "LogRecord",
    "LogRow",
    "Recorder",
    "Snapshot",
    "TrackingRecorder",
    "check_ready",
    "given_engine",
    "make_engine",
    "schema_of",
    "shown",
]
