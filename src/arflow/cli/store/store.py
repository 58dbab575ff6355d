"""`arflow init`, `info` and `rebuild`: the store itself."""

import os

import click

from arflow.cli.output import progress, table
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.words import counted


@click.command(cls=Command)
@click.pass_obj
def init(session: Session, /) -> None:
    """Make the store's tables, or bring them up to date; safe to run again.

    A store that is damaged, or that lacks something arflow made, is refused.

    \b
    Example:
      arflow --store sqlite:///reviews.db init
    """
    from arflow import create_store
    from arflow.store import files, make_engine, shown

    first = create_store(session.store)
    engine = make_engine(session.store)
    where, closed = shown(engine), files.close(engine)
    session.emit({"store": where, "ready": True}, lambda out: out.print(f"The store at {where} is ready."))
    if first.taken_over and first.published:
        names = ", ".join(dict.fromkeys(act.definition for act in first.published))
        say(f"The store holds its rules itself: {names} published; see `arflow rules list`", err=True)
    for name in first.missing:
        say(f"Reviews are under {name}, which is not here: `arflow workflow publish FILE --reason …`", err=True)
    if closed:
        say("Anybody on this machine could read its file: now only its owner can (mode 600).", err=True)


@click.command(cls=Command)
@click.pass_obj
def info(session: Session, /) -> None:
    """Show the store: how long its log is, its head, and the workflow that reviews are opened under.

    `checkpoint` is the newest in the folder that ARFLOW_CHECKPOINT_TO names. `lists` names the definitions that the lists
    were made under, each with the first digits of its SHA-256.

    \b
    Example:
      arflow info
    """
    from arflow import __version__
    from arflow.evidence.checkpoint_folder import newest, said
    from arflow.store import SCHEMA, shown

    app = session.app
    position, digest = app.log_store.head()
    asking = session.asking
    facts = {
        "arflow": __version__,
        "store": shown(app.engine),
        "schema": SCHEMA,
        "events": position,
        "head": digest.hex(),
        "followed": asking.position(),
        "plans": asking.count_plans(),
        "reviews": asking.count_reviews(),
        "unreadable": len(asking.unreadable()),
        "lists": str(asking.stamp() or "none made yet"),
        "workflow": app.current_workflow().id,
        "today": app.today,
        "checkpoint": said(newest(os.environ)).partition(": ")[2],
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
    from arflow.lists.questions import Asking

    asking = Asking(session.app)
    with progress("Rebuilding") as report:
        cases = asking.rebuild(report)
    unreadable = asking.unreadable()
    session.say_left_out(unreadable)
    document = {
        "cases": cases,
        "unreadable": len(unreadable),
        "position": asking.position(),
        "digest": asking.digest(),
    }
    session.emit(
        document, lambda out: out.print(f"{counted(cases, 'case')} rebuilt up to event {document['position']}.")
    )
