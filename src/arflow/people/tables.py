"""The tables of people: how to reach each, and what returns said about them. Erasure is by plan."""

import sqlalchemy as sa

metadata = sa.MetaData()

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("plan", sa.Text, nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("email_folded", sa.Text, index=True),
    sa.Column("phone", sa.Text),
    sa.Column("postal_address", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("channel", sa.Text),
    sa.Column("interpreter", sa.Text),
    sa.Column("advocate", sa.Text),
    sa.Column("represents", sa.Text),
    sa.Column("do_not_contact_because", sa.Text),
    sa.Column("date_of_birth", sa.String(10)),
    sa.Column("from_on", sa.String(10)),
    sa.Column("until_on", sa.String(10)),
    sa.Column("do_not_share_because", sa.Text),
    sa.Column("access", sa.Text),
    sa.Column("needs_met", sa.Text),
    sa.Column("looked_after_by", sa.Text),
    sa.UniqueConstraint("plan", "role", "name", name="people_once"),
)
# What a SEN2 return says about a person, one row a version: only ever added to, and erased by plan.
imported_facts = sa.Table(
    "imported_facts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("plan", sa.Text, nullable=False, index=True),
    sa.Column("recorded_at", sa.String(27), nullable=False),
    sa.Column("recorded_by", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
