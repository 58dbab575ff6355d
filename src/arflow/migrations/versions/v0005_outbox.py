"""What is to be sent, to whom, and what became of it."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables; what is in the store stays as it is."""
