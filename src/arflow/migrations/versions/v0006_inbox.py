"""What arrived, what it was matched to, and what became of it."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables; what is in the store stays as it is."""
