"""Say on stderr what a decision to cease should rest on and is not recorded."""

from datetime import date

from arflow.cli.session import Session
from arflow.cli.terminal import say


def say_what_lacks(session: Session, ref: str, on: date | None) -> None:
    """Say what is not recorded before a decision of a day (default: today) to cease, one line each."""
    from arflow.case.ceasing import lacking

    for one in lacking(session.app.plan(ref), on or session.app.today):
        say(one, err=True)
