"""`arflow store`: a copy in another database, and the roles of a database."""

from importlib.resources import files

import click

from arflow.cli.output import progress, table
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.words import counted


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


@store.command(name="copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.pass_obj
def copy_store(session: Session, /, source: str, target: str) -> None:
    """Copy a store to a new SQLite file or an empty PostgreSQL database, every row as it is; FROM and TO are URLs.

    The copy is read again before it is kept: the same log with the same hashes, and the same rows in every table. Nothing
    is kept where something differs. The documents and the mail that arrived stay where they are: name their places with
    ARFLOW_DOCUMENTS and ARFLOW_INBOX_MESSAGES when you use the copy.

    \b
    Example:
      arflow store copy sqlite:///arflow.db postgresql://db.example.org/arflow
    """
    from arflow.store import make_engine
    from arflow.store.copying import copy

    engines = make_engine(source), make_engine(target)
    try:
        with progress("Copying") as report:
            copied = copy(*engines, report)
    finally:
        for engine in engines:
            engine.dispose()
    rows = ((one.name, one.rows, one.digest[:12]) for one in copied.tables)
    session.emit(copied, lambda out: table(out, ("Table", "Rows", "Digest"), rows, empty=""))
    if not session.as_json:
        say(f"{counted(copied.events, 'event')} copied and compared; head {copied.head}")
