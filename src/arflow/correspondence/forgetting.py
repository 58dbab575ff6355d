"""Forget a family: what came by mail first, then its people, so that a run that was stopped can be run again."""

from datetime import date
from typing import TYPE_CHECKING

from arflow.case_people import erase_people
from arflow.correspondence import papers
from arflow.documents.holds import check_free

if TYPE_CHECKING:
    from arflow.app import Arflow


def forget_family(
    app: "Arflow", ref: str, reason: str, *, rule: str | None = None, on: date | None = None
) -> tuple[str, ...]:
    """Erase a plan's people with all that was written to them and came from them; record that, and why. Their ids.

    NotPossible where nobody is kept, or the case is on hold: nothing is erased then.
    """
    if app.people.of(ref):
        with app.log_store.engine.connect() as connection:
            check_free(connection, ref)
        papers.forget(app, ref)
    return erase_people(app, ref, reason, rule=rule, on=on)
