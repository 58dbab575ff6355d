"""Documents kept by digest: what is known of each, and its disposal."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables; what is in the store stays as it is."""
