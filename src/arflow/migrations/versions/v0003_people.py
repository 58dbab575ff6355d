"""People of a case: how each is reached, and when they are part of it."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables; what is in the store stays as it is."""
