"""What was recorded over all cases since a day, told as the audit trail tells it."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import msgspec

from arflow.application.stories import teller
from arflow.errors import CaseUnreadable
from arflow.events import DutySeen, PlanDutySeen
from arflow.law.london import LONDON
from arflow.telling.story import Line, tell

if TYPE_CHECKING:
    from arflow.application.reading import ReadSide


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """Lines in the order of the log, and the cases that cannot be read."""

    lines: tuple[Line, ...]
    left_out: tuple[str, ...]


def recorded_since(
    app: "ReadSide", since: date, until: date, *, officers: Collection[str] | None = None, plan: str | None = None
) -> Recorded:
    """What was recorded from one day to another, both in London and included; by some officers or on a plan alone.

    What the day's run noticed of duties is left out.
    """
    start, end = _midnight(since), _midnight(until + timedelta(days=1))
    words, found, left_out = teller(app), list[Line](), list[str]()
    refs = list(app.log_store.plans_recorded(_stored(start), _stored(end)))
    for ref in (one for one in refs if plan in (None, one)):
        try:
            events = app.case_events(ref)
            app.check_defined(event for _, event in events)
        except CaseUnreadable as refusal:
            left_out.append(str(refusal))
            continue
        for (_, event), line in zip(events, tell(events, words), strict=True):
            wanted = officers is None or event.recorded_by in officers
            if wanted and start <= event.recorded_at < end and not isinstance(event, DutySeen | PlanDutySeen):
                found.append(line)
    return Recorded(lines=tuple(sorted(found, key=lambda line: line.position)), left_out=tuple(left_out))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _stored(moment: datetime) -> str:
    """A moment as the log's column has it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
