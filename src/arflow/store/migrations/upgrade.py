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
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            if not sa.inspect(connection).has_table("alembic_version"):
                check_encoding(connection)
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({_ADVISORY_LOCK})")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise made_elsewhere(engine) from error
