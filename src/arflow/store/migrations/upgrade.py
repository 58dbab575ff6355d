"""Make the tables of a store, or bring them up to date."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from arflow.store.engine import WRITING, made_elsewhere
from arflow.store.trouble import check_encoding

# Any fixed number: processes that start at once on PostgreSQL take their turn on it.
_ADVISORY_LOCK = 1_702_714_800


def upgrade(engine: sa.Engine) -> None:
    """Run every migration that has not run yet, in one transaction; safe to run twice and in two places.

    StoreNotReady where the tables are not this arflow's to bring up to date.
    """
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        migrate(connection)


def migrate(connection: sa.Connection) -> None:
    """The same within a transaction that may write."""
    if connection.dialect.name == "postgresql":
        if not sa.inspect(connection).has_table("alembic_version"):
            check_encoding(connection)
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({_ADVISORY_LOCK})")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise made_elsewhere(connection.engine) from error
