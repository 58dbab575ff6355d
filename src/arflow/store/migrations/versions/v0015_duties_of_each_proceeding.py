"""Which proceeding on the plan asks for each outstanding duty: several orders or mediations may run at once."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
_KEY = ("plan", "review", "duty", "proceeding")


def upgrade() -> None:
    """Add the number to the key; the lists are made again when they are next read, since their form is another."""
    number = sa.Column("proceeding", sa.Integer(), nullable=False, server_default="0")
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("due", number)
        op.drop_constraint("due_pkey", "due", type_="primary")
        op.create_primary_key("due_pkey", "due", list(_KEY))
        return
    # SQLite changes no key: another table takes the place of this one, with its rows.
    was = sa.Table("due", sa.MetaData(), autoload_with=op.get_bind())
    names = [column.name for column in was.columns]
    columns = [
        sa.Column(one.name, one.type, nullable=one.nullable, server_default=one.server_default) for one in was.columns
    ]
    op.drop_index("due_by_day", "due")
    op.rename_table("due", "due_before")
    op.create_table("due", *columns, number, sa.PrimaryKeyConstraint(*_KEY))
    listed = ", ".join(f'"{name}"' for name in names)
    op.execute(f"insert into due ({listed}) select {listed} from due_before")
    op.drop_table("due_before")
    op.create_index("due_by_day", "due", ["due"], unique=False)
