"""`arflow store`: the roles of its database."""

from importlib.resources import files

import click

from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import say


@click.group(cls=Group)
def store() -> None:
    """Copy a store to another database, and share it between roles."""


@store.command()
@click.pass_obj
def roles(session: Session, /) -> None:
    """Print the SQL that makes the three roles of a store on PostgreSQL: a reader, an officer and an owner.

    A reader only reads. An officer records, and can change or remove no event, no reason and no trigger. An owner also
    brings the tables up to date and erases.

    \b
    Example:
      arflow store roles | psql --set ON_ERROR_STOP=1 arflow
    """
    sql = files("arflow.store").joinpath("roles.sql").read_text("utf-8")
    if session.as_json:
        session.emit({"sql": sql}, lambda _: None)
    else:
        say(sql.rstrip())
