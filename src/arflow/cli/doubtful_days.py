"""A day that looks like a slip is asked about before anything is recorded."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from arflow.case.plausible_days import doubt
from arflow.cli.terminal import agreed
from arflow.errors import ArflowError, DateRefused, field_name

if TYPE_CHECKING:
    from arflow.cli.session import Session


def _review(session: "Session", params: dict[str, Any]) -> str | None:
    """The review that an act is on: the one named, or that of the papers which are accepted as the act."""
    named: str | None = params.get("review_id") or params.get("review")
    if named or "papers" not in params:
        return named
    from arflow.post.incoming.officer_decisions import papers_waiting

    found = {paper.review for paper in papers_waiting(session.app, params["papers"])}
    return found.pop() if len(found) == 1 else None


def ask_about_day(context: click.Context) -> None:
    """DateRefused where the day of an act looks wrong, and nobody at a terminal says that it is right."""
    session: Session = context.obj
    on, opened_on = context.params["on"], None
    with suppress(ArflowError):  # what else is wrong, the command itself says
        if review := _review(session, context.params):
            opened_on = session.app.review(review).opened_on
    if wrong := doubt(on, session.app.today, opened_on):
        if agreed(f"{on} {wrong}. Record it all the same?"):
            return
        raise DateRefused(f"{field_name('on')} {on} {wrong}: nothing was recorded; say --yes if it is right")
