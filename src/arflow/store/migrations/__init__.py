"""The store's tables, one version after another (Alembic), and the one command that makes them."""
