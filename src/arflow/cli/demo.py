"""`arflow demo`: a synthetic authority to try the system on."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.options import BY
from arflow.cli.output import progress
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.words import counted

if TYPE_CHECKING:
    from collections import Counter

    from arflow.sen2.dfe.place_in_table import Standing


@click.command(cls=Command)
@click.option("--plans", type=click.IntRange(1, 100_000), default=300, show_default=True, help="How many plans.")
@click.option("--years", type=click.IntRange(1, 10), default=4, show_default=True, help="Years of history.")
@click.option("--seed", type=int, default=2026, show_default=True, help="The same seed makes the same authority.")
@click.option(
    "--like",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Instead: an authority whose `report dfe --year 2024` equals a row of the DfE's published table.",
)
@click.option(
    "--row", metavar="NAME", help="With --like: which authority's row, by name or code, if there are several."
)
@BY
@click.pass_obj
def demo(session: Session, /, *, plans: int, years: int, seed: int, like: Path | None, row: str | None) -> None:
    """Make the store and fill it with an invented authority, as late as England's were in 2024.

    \b
    Example:
      arflow --store sqlite:///demo.db demo --plans 3267
      arflow --store sqlite:///kent.db demo --like dfe_annual_reviews_2024.csv --row Kent
    """
    from arflow import create_store
    from arflow.errors import AlreadyThere, MissingValue

    if row and not like:
        raise MissingValue("--like", "--row names a row of the table that --like gives")
    standings = _standings(like, row) if like else None
    create_store(session.store)
    if session.app.log_store.head()[0]:
        raise AlreadyThere("the store holds events already: name a new one with --store")
    task = f"Inventing an authority: {counted(standings.total() if standings else plans, 'plan')} and their reviews"
    if not sys.stderr.isatty():
        say(f"{task}.", err=True)
    with progress(task) as report:
        if standings is None:
            from arflow.demo import Making, make

            events = make(session.app, Making(plans=plans, years=years, seed=seed, today=session.app.today), report)
        else:
            from arflow.sen2.invented.like_published import make_like

            plans = standings.total()
            events = make_like(session.app, standings, seed=seed, progress=report)
    _say(session, plans, events)


def _standings(like: Path, row: str | None) -> "Counter[Standing]":
    """Which plans make the row; refused before there is a store."""
    from arflow.sen2.dfe.published_table import authority, only_authority, read_published
    from arflow.sen2.invented.like_plan import COLUMNS, plans_of

    rows = read_published(like, COLUMNS, "--like")
    return plans_of(authority(rows, row, "--row") if row else only_authority(rows, "--row"))


def _say(session: Session, plans: int, events: int) -> None:
    from arflow.demo import one_case

    reviews = session.asking.count_reviews()
    document = {"plans": plans, "reviews": reviews, "events": events, "review_to_look_at": one_case(session.app)}
    look = f" Look at {document['review_to_look_at']}." if document["review_to_look_at"] else ""
    made = f"{counted(plans, 'plan')}, {counted(reviews, 'review')}, {counted(events, 'event')}"
    session.emit(document, lambda out: out.print(f"{made}.{look}"))
