"""The library's application over one store: it loads a case from the log and appends events to it."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import Environment

from arflow.errors import CaseMoved
from arflow.events import AnyEvent, Event, read
from arflow.store import Factory, Recorder


class _Library(Application[str]):
    """The library's own application, on a URL or a given engine."""

    def __init__(self, store: str | sa.Engine) -> None:
        self._given = store if isinstance(store, sa.Engine) else None
        super().__init__({"ARFLOW_STORE": str(store)})

    def construct_factory(self, env: Environment) -> Any:
        return Factory(env, self._given)


class Log:
    """The event log of one store, as streams of one aggregate each, and cases of several streams."""

    def __init__(self, store: str | sa.Engine) -> None:
        self._library = _Library(store)
        assert isinstance(self._library.recorder, Recorder)
        self.recorder: Recorder = self._library.recorder

    def case(self, stream: str) -> list[AnyEvent]:
        """Every event of the case that a stream belongs to, in the order of the log; none where there is no such stream.

        CaseUnreadable if this arflow cannot read one of them, in whichever stream of the case it is.
        """
        return [read(row) for row in self.recorder.read_case_of(stream)]

    def append(self, case: str, events: Sequence[Event], beside: Callable[[sa.Connection], None]) -> None:
        """Append events and what goes `beside` them in one transaction; CaseMoved if the case has moved on."""
        try:
            self._library.save(*events, beside=beside)
        except IntegrityError as error:
            raise CaseMoved(case) from error

    def append_drawn(
        self,
        case: str,
        draw: Callable[[sa.Connection], Sequence[Event]],
        beside: Callable[[sa.Connection], None],
    ) -> None:
        """Append events that are drawn up while nobody else can append; CaseMoved if the case has moved on."""
        mapper = self._library.mapper
        try:
            self.recorder.insert_drawn(lambda connection: list(map(mapper.to_stored_event, draw(connection))), beside)
        except IntegrityError as error:
            raise CaseMoved(case) from error

    def holds(self, stream: str) -> bool:
        """Whether a stream has events."""
        return bool(self.recorder.existing_streams([stream]))

    def close(self) -> None:
        """Close every connection to the store."""
        self._library.close()
