"""Whether the events of each plan and each review are numbered from 1 without a gap."""

from arflow.evidence.checks.finding import Checked, Finding
from arflow.store import Snapshot
from arflow.words import counted

AREA = "numbers"


def check_numbers(snapshot: Snapshot) -> Checked:
    """Every stream with a gap, as an event leaves that was taken away before the log was numbered again."""
    found = tuple(
        Finding(area=AREA, place=stream, problem=f"has {counted(count, 'event')}, and its last event is number {last}")
        for stream, count, last in snapshot.streams_with_gaps()
    )
    return Checked(area=AREA, sound="The events of each plan and review are numbered without a gap", findings=found)
