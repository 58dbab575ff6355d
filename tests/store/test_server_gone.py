"""A server that ends while the log is walked is told as that, and never taken for damage of the log."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.errors import StoreDamaged, StoreNotReady
from arflow.store.damage import damage
from arflow.store.snapshot import Snapshot
from tests.support.postgres import Cluster, cluster

pytestmark = pytest.mark.thorough


def look_while_it_ends(app: Arflow, server: Cluster, look: Callable[[sa.Connection], object]) -> None:
    """Kill the server between two statements of one transaction."""
    with app.engine.connect() as connection, connection.begin():
        connection.execute(sa.text("select 1"))
        server.stop()
        server.start()
        look(connection)


def test_a_server_that_ends_is_no_damage() -> None:
    with cluster() as server:
        url = server.database()
        create_store(url)
        for look in (Snapshot.as_far_as_it_goes, lambda connection: list(damage(connection))):
            with Arflow(url) as app, pytest.raises(StoreNotReady, match="closed the connection") as told:
                look_while_it_ends(app, server, look)
            assert not isinstance(told.value, StoreDamaged)
