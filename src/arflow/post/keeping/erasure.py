"""Forget a family: what came by mail first, then its people, so that a run that was stopped can be run again."""

from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from arflow.case.plan import stream
from arflow.case.plan_commands import ErasePeople
from arflow.errors import NotPossible
from arflow.papers.documents.holds import check_free
from arflow.people.people import forget
from arflow.post.incoming import officer_decisions
from arflow.post.mail.outbox import Outbox
from arflow.store.engine import writing

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def forget_family(
    app: "Arflow", ref: str, reason: str, *, rule: str | None = None, on: date | None = None
) -> tuple[str, ...]:
    """Erase a plan's people with all that was written to them and came from them; record that, and why. Their ids.

    NotPossible where nobody is kept, or the case is on hold: nothing is erased then.
    """
    if app.people.of(ref):
        with app.engine.connect() as connection:
            check_free(connection, ref)
        officer_decisions.forget(app, ref)
    return erase_people(app, ref, reason, rule=rule, on=on)


def erase_people(
    app: "Arflow", ref: str, reason: str, *, rule: str | None = None, on: date | None = None
) -> tuple[str, ...]:
    """Forget a plan's people, what returns said about them and what was written to them; record that, and why. Their ids.

    NotPossible where nobody is kept, or the case is on hold. Somebody in a return without a plan leaves no record.
    """
    people = tuple(person.id for person in app.people.of(ref))
    if not people:
        app.plan(ref)
        raise NotPossible(f"nobody is kept for plan {ref}: there is nothing to erase")

    def forgetting(connection: sa.Connection) -> None:
        check_free(connection, ref)
        forget(connection, ref)
        Outbox(app.engine).erase(connection, ref)

    if app.log_store.existing_streams([stream(ref)]):
        app.change_plan(ref, ErasePeople(people=people, rule=rule, reason=reason, on=on), beside=forgetting)
    else:
        with writing(app.engine) as connection:
            forgetting(connection)
    return people
