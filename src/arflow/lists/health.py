"""Whether a store is ready, and how far its log and its lists have come."""

import msgspec
import sqlalchemy as sa

from arflow.application.reading import ReadSide
from arflow.errors import StoreNotReady
from arflow.lists.rules_stamp import standing
from arflow.store import Snapshot, check_ready, given_engine, make_engine, schema_of, shown


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe asks of a store: `trouble` is empty, or says why the store is not ready.

    `schema` is the version of the tables, `position` the number of events in the log, `head` the hash of the last one
    in hex, and `lists` the position that the working lists have come to.
    """

    store: str
    trouble: str = ""
    schema: str | None = None
    position: int | None = None
    head: str | None = None
    lists: int | None = None

    @property
    def ready(self) -> bool:
        """Whether the store can be read."""
        return not self.trouble


def health(store: str | sa.Engine | ReadSide) -> Health:
    """The health of a store by its URL, an engine on it, or an application; a store that is not ready is reported."""
    if isinstance(store, ReadSide):
        return _looked(store.engine)
    if isinstance(store, sa.Engine):
        return _looked(given_engine(store))
    engine = make_engine(store)
    try:
        return _looked(engine)
    finally:
        engine.dispose()


def _looked(engine: sa.Engine) -> Health:
    found = Health(store=shown(engine))
    try:
        found = msgspec.structs.replace(found, schema=schema_of(engine))
        check_ready(engine)
        with engine.connect() as connection, connection.begin():
            lists = standing(connection).position  # before the head, which the lists never overtake
            position, digest = Snapshot(connection).head
    except StoreNotReady as refusal:
        return msgspec.structs.replace(found, trouble=refusal.message)
    return msgspec.structs.replace(found, position=position, head=digest.hex(), lists=lists)
