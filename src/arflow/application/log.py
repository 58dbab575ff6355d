"""The library's application over one store: it loads an aggregate from the log and appends events to it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import IntegrityError
from eventsourcing.utils import Environment

from arflow.errors import CaseMoved
from arflow.events import Event
from arflow.store import Factory, Recorder

_Aggregate = TypeVar("_Aggregate")


class _Library(Application[str]):
    """The library's own application, on a URL or a given engine."""

    def __init__(self, store: str | sa.Engine) -> None:
        self._given = store if isinstance(store, sa.Engine) else None
        super().__init__({"ARFLOW_STORE": str(store)})

    def construct_factory(self, env: Environment) -> Any:
        return Factory(env, self._given)


class Log:
    """The event log of one store, as streams of one aggregate each."""

    def __init__(self, store: str | sa.Engine) -> None:
        self._library = _Library(store)
        assert isinstance(self._library.recorder, Recorder)
        self.recorder: Recorder = self._library.recorder

    def load(self, stream: str, evolve: Callable[[_Aggregate | None, Any], _Aggregate]) -> _Aggregate | None:
        """The aggregate that a stream's events add up to, or None where there is no such stream."""
        try:
            return self._library.repository.get(stream, projector_func=_folding(evolve))  # type: ignore[no-any-return]
        except AggregateNotFoundError:
            return None

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


def _folding(evolve: Callable[[Any, Any], Any]) -> Callable[[Any, Iterable[Any]], Any]:
    """A projector for the library's repository: a plain fold, without its per-event protocol checks."""

    def fold(aggregate: Any, events: Iterable[Any]) -> Any:
        for event in events:
            aggregate = evolve(aggregate, event)
        return aggregate

    return fold
