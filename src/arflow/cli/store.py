"""`arflow init`, `info`, `rebuild` and `verify`: the store itself."""

import click

from arflow.cli.base import Command, Session, progress, table


@click.command(cls=Command)
@click.pass_obj
def init(session: Session, /) -> None:
    """Make the store's tables, or bring them up to date; safe to run again.

    \b
    Example:
      arflow --store sqlite:///reviews.db init
    """
    from arflow import create_store
    from arflow.store import make_engine, shown

    create_store(session.store)
    where = shown(make_engine(session.store))
    session.emit({"store": where, "ready": True}, lambda out: out.print(f"The store at {where} is ready."))


@click.command(cls=Command)
@click.pass_obj
def info(session: Session, /) -> None:
    """Show the store: how long its log is, its head, and the workflow that reviews are opened under.

    \b
    Example:
      arflow info
    """
    from arflow import __version__
    from arflow.store import SCHEMA, shown

    app = session.app
    position, digest = app.log_store.head()
    facts = {
        "arflow": __version__,
        "store": shown(app.log_store.engine),
        "schema": SCHEMA,
        "events": position,
        "head": digest.hex(),
        "followed": session.asking.position(),
        "plans": session.asking.count_plans(),
        "reviews": session.asking.count_reviews(),
        "workflow": app.current_workflow().id,
        "today": app.today,
    }
    session.emit(facts, lambda out: table(out, ("", ""), facts.items(), empty=""))


@click.command(cls=Command)
@click.pass_obj
def rebuild(session: Session, /) -> None:
    """Empty the read models and fill them again from the log, giving exactly the same rows.

    \b
    Example:
      arflow rebuild
    """
    from arflow.projections.asking import Asking

    asking = Asking(session.app)
    with progress("Rebuilding") as report:
        cases = asking.rebuild(report)
    document = {"cases": cases, "position": asking.position(), "digest": asking.digest()}
    session.emit(document, lambda out: out.print(f"{cases} cases rebuilt up to event {document['position']}."))


@click.command(cls=Command)
@click.pass_obj
@click.pass_context
def verify(context: click.Context, session: Session) -> None:
    """Walk the log along its hash chain and name every event that was changed, removed, inserted or moved.

    It shows that the log is unchanged since its head was last noted outside the store (`arflow info`), not that
    what people recorded was true.

    \b
    Example:
      arflow verify
    """
    faults = list(session.app.log_store.verify())
    position, digest = session.app.log_store.head()
    document = {"events": position, "head": digest.hex(), "sound": not faults, "faults": faults}
    sound = f"{position} events agree with the chain; head {digest.hex()}"
    session.emit(document, lambda out: out.print("\n".join(map(str, faults)) or sound, soft_wrap=True))
    if faults:
        context.exit(1)
