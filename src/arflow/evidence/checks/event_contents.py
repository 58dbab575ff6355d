"""What each event says beside its hash: readable JSON, the columns that repeat it, and moments that run on."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec

from arflow.errors import CaseUnreadable
from arflow.events import read
from arflow.events.base import TOPIC_PREFIX
from arflow.evidence.checks.finding import Checked, Finding, at
from arflow.store import LogRow

AREA = "events"
_DIGEST = re.compile("[0-9a-f]{64}")
# Who writes at the same time takes the moment before taking the end of the log: that much later is no step back.
_IN_FLIGHT = timedelta(minutes=5)
_MOST_NAMED = 100


class Said(msgspec.Struct, frozen=True):
    """What any event says, known to this arflow or not."""

    event: str
    originator_id: str
    originator_version: int
    plan: str
    on: str
    recorded_at: datetime
    state: Any = ""
    reason: Any = None
    skip_reason: Any = None
    digest: Any = None
    review: Any = None
    documents: Any = ()
    bundle: Any = None
    document: Any = None
    base: Any = None
    amendments: Any = None

    @property
    def words(self) -> list[str]:
        """The digests of the words that it names."""
        return _digests((self.reason, self.skip_reason, self.digest))

    @property
    def files(self) -> list[str]:
        """The digests of the documents that it names."""
        several = self.documents if isinstance(self.documents, list) else ()
        return _digests((self.document, self.bundle, self.base, self.amendments, *several))


def _digests(values: Iterable[Any]) -> list[str]:
    return [value for value in values if isinstance(value, str) and _DIGEST.fullmatch(value)]


class Listener(Protocol):
    """A check that hears what each event says, in the order of the log."""

    def see(self, position: int, said: Said) -> None:
        """Take in one event."""


_decoder = msgspec.json.Decoder(Said)


class EventContents:
    """Reads every event on the walk along the log, and hands what it says to the checks that need it."""

    def __init__(self, listeners: Iterable[Listener] = ()) -> None:
        self._listeners = tuple(listeners)
        self._found: list[Finding] = []
        self.unreadable: list[CaseUnreadable] = []
        self._before = ""
        self._read = self._unnamed = 0

    def see(self, row: LogRow) -> None:
        """Take in one row of the log, which is well typed."""
        self._see_moment(row)
        self._before = row.recorded_at
        if not row.plan and not row.topic.startswith(TOPIC_PREFIX):
            return  # another program's event on the same recorder
        said = self._said(row)
        if said is None:
            return
        self._read += 1
        for name in _differing(row, said):
            self._add(row.position, f"its column {name} says something else than the event")
        self._see_readable(row)
        for listener in self._listeners:
            listener.see(row.position, said)

    def checked(self) -> Checked:
        """All that was found."""
        sound = f"{self._read:,} events say what their columns say"
        if self._unnamed:
            more = Finding(area=AREA, place="the log", problem=f"{self._unnamed} more such places", doubt=True)
            return Checked(area=AREA, sound=sound, findings=(*self._found, more))
        return Checked(area=AREA, sound=sound, findings=tuple(self._found))

    def _said(self, row: LogRow) -> Said | None:
        try:
            return _decoder.decode(row.payload)
        except msgspec.ValidationError:
            self._add(row.position, "its payload is not laid out as an event")
        except (msgspec.DecodeError, UnicodeDecodeError):
            text = _is_text(row.payload)
            self._add(row.position, "its payload is not JSON" if text else "its payload is not text in UTF-8")
        return None

    def _see_readable(self, row: LogRow) -> None:
        """An event of a newer arflow, say: the log is sound, and its case cannot be read."""
        try:
            read(row)
        except CaseUnreadable as refusal:
            self.unreadable.append(refusal)
            self._add(row.position, refusal.message, doubt=True)

    def _see_moment(self, row: LogRow) -> None:
        if row.recorded_at >= self._before:
            return
        earlier, later = _moment(row.recorded_at), _moment(self._before)
        if earlier and later and later - earlier > _IN_FLIGHT:
            problem = (
                f"was recorded at {row.recorded_at}, before the event ahead of it ({self._before}): a clock was set "
            )
            self._add(row.position, problem + "back, or the event was put there later", doubt=True)

    def _add(self, position: int, problem: str, *, doubt: bool = False) -> None:
        if doubt and len(self._found) >= _MOST_NAMED:
            self._unnamed += 1
            return
        self._found.append(Finding(area=AREA, place=at(position), problem=problem, position=position, doubt=doubt))


def _differing(row: LogRow, said: Said) -> Iterator[str]:
    """The columns of a row that do not repeat what its payload says."""
    for name, column, own in (
        ("stream", row.stream, said.originator_id),
        ("version", row.version, said.originator_version),
        ("topic", row.topic, TOPIC_PREFIX + said.event),
        ("plan", row.plan, said.plan),
        ("happened_on", row.happened_on, said.on),
        ("recorded_at", row.recorded_at, _column(said.recorded_at)),
        ("state", row.state, said.state),
    ):
        if column != own:
            yield name


def _column(moment: datetime) -> str:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(column: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(column)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
