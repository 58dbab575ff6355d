"""The archive: the log as Parquet files that are never changed, for replay and for others to query (docs/archive.md)."""

from arflow.history.archive.archive_check import Anchor, Verified, verify
from arflow.history.archive.archive_writer import EVENTS_A_SEGMENT, Archived, archive

__all__ = ["EVENTS_A_SEGMENT", "Anchor", "Archived", "Verified", "archive", "verify"]
