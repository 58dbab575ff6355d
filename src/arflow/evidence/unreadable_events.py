"""The events of a log that this arflow cannot read, each with its position: the chain may be sound all the same."""

from collections.abc import Iterator

from arflow.errors import CaseUnreadable
from arflow.events import read
from arflow.store import Recorder


def unreadable_events(log: Recorder) -> Iterator[CaseUnreadable]:
    """Walk the log: each event that this arflow does not know, or whose payload it cannot read."""
    for row in log.read_log():
        try:
            if row.plan:
                read(row)
        except CaseUnreadable as refusal:
            yield refusal
