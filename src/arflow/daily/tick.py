"""One run of what is due without anybody asking: send, remind, re-date, see, list. Safe to run twice or in two places."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from arflow import logs
from arflow.daily.service_days import Redating, redate, redatings
from arflow.daily.sightings import Sighting, record, sightings, unseen
from arflow.daily.situation import look
from arflow.daily.worklist import Worklist
from arflow.errors import ArflowError, MissingValue, StoreNotReady
from arflow.papers.letters.papers import Papers
from arflow.post.advice.reminders_due import Reminding, remindings, reviews_to_chase
from arflow.post.advice.reminders_sent import Escalation, obstacle, reminder
from arflow.post.outgoing.composition import Desk
from arflow.post.outgoing.delivery import Come, Delivered, deliver
from arflow.post.outgoing.queue import outbox, queue
from arflow.post.outgoing.send_now import Post
from arflow.store.erased_pages import sweep

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.lists.questions import Asking


class Reminded(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder that was due, and why it was not sent; nothing where it was queued."""

    reminding: Reminding
    obstacle: str


class Ticked(msgspec.Struct, frozen=True, kw_only=True):
    """What one run did, or with `dry_run` would do; `waits` says what keeps mail that is due from leaving.

    `erased_waits` says why pages of the store still hold what was erased.
    """

    on: date
    dry_run: bool
    due_to_send: int
    delivered: Delivered
    waits: str
    reminders: tuple[Reminded, ...]
    redated: tuple[Redating, ...]
    seen: tuple[Sighting, ...]
    worklist: Worklist
    erased_waits: str = ""


class Office(msgspec.Struct, frozen=True, kw_only=True):
    """What a run works with; the desk, which needs the authority's letters, is asked for only where one is written."""

    papers: Papers
    post: Post
    desk: Callable[[], Desk]
    escalation: Escalation


def tick(
    app: "Arflow",
    asking: "Asking",
    office: Office,
    *,
    dry_run: bool = False,
    report: Callable[[Come], None] = lambda _: None,
) -> Ticked:
    """Do what is due; with `dry_run` only find out what it is. `report` hears how far reminding, then sending, has come."""
    reminders = tuple(_remind(app, asking, office, dry_run=dry_run, report=report))
    due_to_send = len(outbox(app).due(app.now, "email", "post"))
    delivered, waits = (Delivered(), "") if dry_run else _deliver(app, office.post, report)
    asking.catch_up()
    found = redatings(app, asking, office.post.serving)
    redated = found if dry_run else [one for one in found if redate(app, one, office.post.serving)]
    asking.catch_up()
    unreadable, within = {one.plan for one in asking.unreadable()}, asking.soon_days()
    seen = unseen(app, sightings(one for one in asking.duties(app.today, within=within) if one.plan not in unreadable))
    if not dry_run:
        record(app, seen)
        asking.catch_up()
    acts = [item for item in asking.due(app.today, within=within) if item.plan not in unreadable]
    done = Ticked(
        on=app.today,
        dry_run=dry_run,
        due_to_send=due_to_send,
        delivered=delivered,
        waits=waits,
        reminders=reminders,
        redated=tuple(redated),
        seen=tuple(seen),
        worklist=look(app, asking, app.today, acts),
        erased_waits="" if dry_run else sweep(app.engine),
    )
    _log(done)
    return done


def _log(done: Ticked) -> None:
    """How many of each, and which carrier took nothing; why a message or a reminder waits may name somebody."""
    delivered = done.delivered
    logs.info(
        __name__,
        "tick",
        on=done.on.isoformat(),
        dry_run=done.dry_run,
        due_to_send=done.due_to_send,
        sent=len(delivered.sent),
        failed=len(delivered.failed),
        refused=len(delivered.refused),
        arrived=len(delivered.arrived),
        bounced=len(delivered.bounced),
        recorded=sum(len(one.events) for one in delivered.recorded),
        away=sorted(delivered.away),
        reminders=sum(not one.obstacle for one in done.reminders),
        not_reminded=sum(bool(one.obstacle) for one in done.reminders),
        redated=len(done.redated),
        seen=len(done.seen),
        erased_waits=bool(done.erased_waits),
    )


def _remind(
    app: "Arflow", asking: "Asking", office: Office, *, dry_run: bool, report: Callable[[Come], None]
) -> Iterator[Reminded]:
    """Queue what is due; a case whose letter cannot be written keeps no other waiting."""
    found = remindings(app, reviews_to_chase(app, asking, office.papers), office.papers)
    for number, one in enumerate(found):
        report(Come(done=number, of=len(found)))
        why_not = obstacle(one, office.escalation)
        if not why_not and not dry_run:
            try:
                draft = reminder(app, one, office.desk(), office.escalation)
                queue(app, draft, office.post.settings, office.post.keep)
            except StoreNotReady:
                raise
            except ArflowError as refusal:
                why_not = refusal.in_options()
        yield Reminded(reminding=one, obstacle=why_not)


def _deliver(app: "Arflow", post: Post, report: Callable[[Come], None]) -> tuple[Delivered, str]:
    """Send what is due and record what has left; without a mail server the mail waits."""
    try:
        delivered = deliver(app, post.settings, post.read, post.serving, report)
    except MissingValue as missing:
        return Delivered(), missing.message
    return delivered, "; ".join(delivered.away.values())
