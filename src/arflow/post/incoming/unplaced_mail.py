"""Mail on no case: what has been kept long enough, and its disposal; the mailbox itself is never touched."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.errors import CaseMoved, NotPossible
from arflow.papers.documents.holds import holds
from arflow.papers.documents.retention_schedule import Rule, mail_due_from
from arflow.post.incoming.inbox import whole_messages
from arflow.post.mail.arrivals import ON_NO_CASE, Arrival, Arrivals, arrivals
from arflow.post.mail.outbox import messages
from arflow.post.outgoing.queue import outbox
from arflow.store.engine import writing
from arflow.store.erased_pages import note_erasure, sweep
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


class Letting(msgspec.Struct, frozen=True, kw_only=True):
    """A message on no case, and the day from which a rule lets it go; `hold` is that of a case it may be about."""

    message: str
    kind: str = "mail"
    rule: str
    due: date | None
    why: str
    hold: str | None = None

    def is_due(self, on: date) -> bool:
        """Whether the rule lets it go on a day; a hold keeps it all the same."""
        return self.due is not None and self.due <= on


class MailDisposed(msgspec.Struct, frozen=True, kw_only=True):
    """The messages that were disposed of, and how many files went, those left over from earlier runs too."""

    rule: str
    messages: tuple[str, ...]
    files_removed: int


def letting(app: "Arflow", rule: Rule) -> list[Letting]:
    """Every message on no case by a rule with a period, due or not yet, the longest here first."""
    found = Arrivals(app.engine).find(ON_NO_CASE)
    return _counted(app.engine, rule, [(one, mail_due_from(rule, one.arrived_on)) for one in found])


def named(app: "Arflow", rule: Rule, name: str) -> Letting:
    """One message on no case by a rule: due today where the rule has no period. NotPossible where it is on a case."""
    if "mail" not in rule.covers:
        raise NotPossible(f"{rule.id} does not cover mail: see `arflow retention rules`")
    arrival = Arrivals(app.engine).arrival(name)
    if not Arrivals(app.engine).find(arrivals.c.id == name, ON_NO_CASE):
        raise NotPossible(_why_not(arrival))
    due = app.today if rule.by_hand else mail_due_from(rule, arrival.arrived_on)
    [found] = _counted(app.engine, rule, [(arrival, due)])
    return found


def check_may_go(app: "Arflow", found: Sequence[Letting], rule: str) -> None:
    """NotPossible for a message that is not due, or may be about a case on hold."""
    for one in found:
        if not one.is_due(app.today):
            raise NotPossible(f"{one.message} cannot be disposed of under {rule} before {one.due}")
        if one.hold:
            raise NotPossible(f"{one.message} may be about a case on hold ({one.hold}): nothing was disposed of")


def finish(app: "Arflow") -> int:
    """Remove the messages that were disposed of and that a stopped run left; how many."""
    recorded, kept = Arrivals(app.engine), whole_messages(app.engine)
    waiting = recorded.find(arrivals.c.state == "disposed", arrivals.c.removed_at.is_(None))
    if waiting:
        kept.check_there()
    for arrival in waiting:  # one by one: a crash leaves the rest for the next run
        kept.remove(arrival.digest)
        with writing(app.engine) as connection:
            recorded.note_removed(connection, arrival, app.now)
    return len(waiting)


def dispose(app: "Arflow", found: Sequence[Letting], rule: str, reason: str) -> MailDisposed:
    """Dispose of messages that are due: each recorded with its digest, the rule and the reason, then removed.

    A run that was stopped is finished by the next. NotPossible for one that is not due, or on a case on hold.
    """
    check_may_go(app, found, rule)
    if found:
        whole_messages(app.engine).check_there()
        whole_messages(app.engine).clear_half_written(app.now)
    removed = finish(app)
    for one in found:
        _record(app, one.message, rule, reason)
    removed += finish(app)
    sweep(app.engine)
    return MailDisposed(rule=rule, messages=tuple(one.message for one in found), files_removed=removed)


def _counted(engine: sa.Engine, rule: Rule, found: Sequence[tuple[Arrival, date | None]]) -> list[Letting]:
    with engine.connect() as connection:
        standing = holds(connection)
    return [
        Letting(
            message=arrival.id,
            rule=rule.id,
            due=due,
            why=f"{in_words(arrival.state)}, arrived {arrival.arrived_on}: {_kept_for(rule)}",
            hold=next((standing[plan].reason for plan in arrival.candidates if plan in standing), None),
        )
        for arrival, due in found
    ]


def _kept_for(rule: Rule) -> str:
    return rule.why if rule.by_hand else f"kept for {' and '.join(rule.keep)}"


def _why_not(arrival: Arrival) -> str:
    if arrival.state == "disposed":
        return f"{arrival.id} was disposed of under the rule {arrival.rule}: it is gone"
    if arrival.state == "new":
        return f"{arrival.id} is new: run `arflow inbox run` first"
    on = arrival.plan or f"that of {arrival.repeats}, which it repeats"
    return f"{arrival.id} is on a case ({on}): it goes with the people of that case"


def _record(app: "Arflow", name: str, rule: str, reason: str) -> None:
    """Record the disposal of one message, and forget its acknowledgement, in one transaction."""
    recorded, box = Arrivals(app.engine), outbox(app)
    arrival = next(iter(recorded.find(arrivals.c.id == name, ON_NO_CASE)), None)
    if arrival is None:
        raise CaseMoved(name)  # somebody has placed it since
    with writing(app.engine) as connection:
        recorded.dispose(connection, arrival, rule=rule, reason=reason, by=app.officer_id, at=app.now)
        note_erasure(connection)
        if arrival.answer:
            box.erase_answers(connection, [arrival.answer])
            left = sa.select(messages.c.id).where(messages.c.dispatch == arrival.answer, messages.c.body.is_not(None))
            if connection.execute(left).first():
                raise CaseMoved(name)  # its acknowledgement is being sent at this moment
