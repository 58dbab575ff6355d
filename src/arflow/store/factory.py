"""What `eventsourcing` asks of a persistence module: recorders and the mapper, made from ARFLOW_STORE."""

import re
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    InfrastructureFactory,
    Mapper,
    ProcessRecorder,
    StoredEvent,
)
from msgspec import DecodeError, ValidationError

from arflow.errors import InvalidValue, StoreNotReady
from arflow.events import Event, decode, stored
from arflow.store.engine import check_ready, make_engine
from arflow.store.given_engine import given_engine
from arflow.store.recorder import LogRecord, Recorder, StreamRecorder, TrackingRecorder


class EventMapper(Mapper[str]):
    """Events to stored rows and back; only arflow's own events are ever made from what a row holds."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> LogRecord:
        """The row of an event, its columns taken from it. InvalidValue for one that could not be read back."""
        assert isinstance(domain_event, Event)
        moment = domain_event.recorded_at.astimezone(UTC)
        return LogRecord(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=domain_event.topic,
            state=_readable(domain_event),
            plan=domain_event.plan,
            happened_on=domain_event.on.isoformat(),
            recorded_at=f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z",
            state_after=getattr(domain_event, "state", ""),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The event a row holds; StoreNotReady if arflow knows no such event."""
        try:
            return decode(stored_event.state)
        except DecodeError as error:
            place = f"{stored_event.originator_id} #{stored_event.originator_version}"
            raise StoreNotReady(
                f"{place} holds no event that this arflow knows: use the newest arflow that wrote to it"
            ) from error


def _readable(event: Event) -> bytes:
    """The payload of an event; what another program gives may be of a kind that no event holds."""
    payload = stored(event)
    try:
        decode(payload)
    except ValidationError as error:
        wrong, _, place = str(error).partition(" - at `$.")
        field = re.split(r"\W", place)[0]
        raise InvalidValue(
            field or event.name, getattr(event, field, ""), f"what {event.name} holds: {wrong}"
        ) from error
    return payload


class Factory(InfrastructureFactory[TrackingRecorder]):
    """Recorders over the store that ARFLOW_STORE names, or that an engine was `given` for."""

    def __init__(self, env: Any, given: sa.Engine | None = None) -> None:
        super().__init__(env)
        self._given = given is not None
        self.engine = (
            given_engine(given) if given else make_engine(self.env.get("ARFLOW_STORE") or "sqlite:///arflow.db")
        )

    def mapper(self, transcoder: Any = None, mapper_class: Any = None) -> Any:
        """Arflow's own mapper, unless another is asked for."""
        return super().mapper(transcoder, mapper_class or EventMapper)

    def application_recorder(self) -> Recorder:
        """The log; StoreNotReady where its tables are not there."""
        self._check_ready()
        return Recorder(self.engine)

    def aggregate_recorder(self, purpose: str = "events") -> StreamRecorder:
        """The log seen as streams only."""
        self._check_ready()
        return StreamRecorder(self.engine)

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> TrackingRecorder:
        """Where followers say how far they have come."""
        self._check_ready()
        chosen: TrackingRecorder = (tracking_recorder_class or TrackingRecorder)(self.engine)
        return chosen

    def process_recorder(self) -> ProcessRecorder:
        """Not part of arflow: its projections keep their position with their rows."""
        raise TypeError("arflow's store has no process recorder: follow the log with a projection")

    def close(self) -> None:
        """Close every connection, unless the engine was given: then whoever made it closes them."""
        if not self._given:
            self.engine.dispose()

    def _check_ready(self) -> None:
        try:
            check_ready(self.engine)
        except StoreNotReady:
            self.close()
            raise
