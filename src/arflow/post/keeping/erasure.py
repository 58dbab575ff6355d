"""Forget a family: what came by mail first, then its people, so that a run that was stopped can be run again."""

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.case.plan import stream
from arflow.case.plan_commands import ErasePeople
from arflow.errors import NotPossible
from arflow.events import AnyEvent, PeopleErased, decode
from arflow.papers.documents.holds import check_free
from arflow.people.people import forget
from arflow.people.tables import imported_facts
from arflow.post.incoming import officer_decisions
from arflow.post.mail.outbox import Outbox
from arflow.store.directory import erase_notes
from arflow.store.engine import writing
from arflow.store.erased_pages import note_erasure, sweep
from arflow.store.tables import events

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """What an erasure takes of a plan: its people's ids, and how many reasons, messages, letters in and returns' facts."""

    plan: str
    is_maintained: bool
    people: tuple[str, ...]
    reasons: int
    messages_out: int
    messages_in: int
    returns: int

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to erase."""
        return not (self.people or self.reasons or self.messages_out or self.messages_in or self.returns)


def going(app: "Arflow", ref: str) -> Going:
    """What `forget_family` would take; NotFound where there is neither such a plan nor anybody kept for it."""
    people = tuple(person.id for person in app.people.of(ref))
    there = bool(app.log_store.existing_streams([stream(ref)]))
    if not people and not there:
        app.plan(ref)
    with app.engine.connect() as connection:
        digests = _words_of(connection, ref)
        returns = connection.execute(sa.select(sa.func.count()).where(imported_facts.c.plan == ref)).scalar_one()
    return Going(
        plan=ref,
        is_maintained=there and app.plan(ref).is_maintained,
        people=people,
        reasons=len(app.directory.kept_notes(digests)),
        messages_out=Outbox(app.engine).words_kept(ref),
        messages_in=officer_decisions.kept_on(app, ref),
        returns=returns,
    )


def check_may_go(app: "Arflow", ref: str) -> Going:
    """What would go; NotPossible where nothing is kept, or the case is on hold."""
    found = going(app, ref)
    if found.is_nothing:
        raise NotPossible(f"nobody is kept for plan {ref}, and no words about them: there is nothing to erase")
    with app.engine.connect() as connection:
        check_free(connection, ref)
    return found


def forget_family(
    app: "Arflow", ref: str, reason: str, *, rule: str | None = None, on: date | None = None
) -> tuple[str, ...]:
    """Erase a plan's people, all that was written to them and came from them, and the reasons of the case's acts.

    The log keeps the ids of the people, and that they were erased, when and why. Their ids. NotPossible where nothing is
    kept, or the case is on hold: nothing is erased then.
    """
    people = forget_unswept(app, ref, reason, rule=rule, on=on)
    sweep(app.engine)
    return people


def forget_unswept(
    app: "Arflow", ref: str, reason: str, *, rule: str | None = None, on: date | None = None
) -> tuple[str, ...]:
    """The same, for one of many: the store's files are swept when all are erased."""
    check_may_go(app, ref)
    officer_decisions.forget(app, ref)
    return erase_people(app, ref, reason, rule=rule, on=on)


def erase_people(
    app: "Arflow", ref: str, reason: str, *, rule: str | None = None, on: date | None = None
) -> tuple[str, ...]:
    """Forget a plan's people, what returns said about them, what was written to them and the reasons of the case's acts.

    That is recorded, with why; the reasons of earlier erasures stay. NotPossible where nothing is kept, or the case is on
    hold. Somebody in a return without a plan leaves no record.
    """
    people = tuple(person.id for person in app.people.of(ref))
    there = bool(app.log_store.existing_streams([stream(ref)]))
    if not people:
        check_may_go(app, ref)

    def forgetting(connection: sa.Connection) -> None:
        check_free(connection, ref)
        forget(connection, ref)
        Outbox(app.engine).erase(connection, ref)
        erase_notes(connection, _words_of(connection, ref))
        note_erasure(connection)

    if there:
        app.change_plan(ref, ErasePeople(people=people, rule=rule, reason=reason, on=on), beside=forgetting)
    else:
        with writing(app.engine) as connection:
            forgetting(connection)
    return people


def _words_of(connection: sa.Connection, ref: str) -> frozenset[str]:
    """The digests of the words of a case's acts, but for those that say why its people were erased."""
    payloads = connection.execute(sa.select(events.c.payload).where(events.c.plan == ref)).scalars()
    told: list[AnyEvent] = [decode(bytes(payload)) for payload in payloads]
    return frozenset(digest for event in told if not isinstance(event, PeopleErased) for digest in event.words)
