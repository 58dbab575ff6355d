"""`arflow demo`: a synthetic authority to try the system on."""

import click

from arflow.cli.base import BY, Command, Session, progress


@click.command(cls=Command)
@click.option("--plans", type=click.IntRange(1, 100_000), default=300, show_default=True, help="How many plans.")
@click.option("--years", type=click.IntRange(1, 10), default=4, show_default=True, help="Years of history.")
@click.option("--seed", type=int, default=2026, show_default=True, help="The same seed makes the same authority.")
@BY
@click.pass_obj
def demo(session: Session, /, plans: int, years: int, seed: int) -> None:
    """Make the store and fill it with an invented authority, as late as England's were in 2024.

    \b
    Example:
      arflow --store sqlite:///demo.db demo --plans 3267
    """
    from arflow import create_store
    from arflow.demo import Making, make, one_case
    from arflow.errors import AlreadyThere

    create_store(session.store)
    if session.app.log_store.head()[0]:
        raise AlreadyThere("the store holds events already: name a new one with --store")
    making = Making(plans=plans, years=years, seed=seed, today=session.app.today)
    with progress("Inventing an authority") as report:
        events = make(session.app, making, report)
    reviews = session.asking.count_reviews()
    document = {"plans": plans, "reviews": reviews, "events": events, "review_to_look_at": one_case(session.app)}
    said = f"{plans} plans, {reviews} reviews, {events} events. Look at {document['review_to_look_at']}."
    session.emit(document, lambda out: out.print(said))
