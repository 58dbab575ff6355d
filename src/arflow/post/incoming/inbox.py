"""The annual review inbox: every message is kept whole, understood, and filed on its case or queued for an officer.

Each step can be done again after a crash: bytes are kept under their digest, a message is recorded once for its bytes
and its place in the mailbox, and what is filed, recorded and answered is one transaction.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Literal, assert_never

import msgspec
import sqlalchemy as sa
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import SQLAlchemyError

from arflow import logs
from arflow.case.review_commands import AnswerInvitation
from arflow.errors import ArflowError, CaseMoved, CaseUnreadable, DateRefused, MessageNotReadable, NotFound, NotPossible
from arflow.papers.documents import documents_of
from arflow.papers.documents.place import Place, check_keeps
from arflow.post.calendars import Reply
from arflow.post.incoming.answers import Answering
from arflow.post.incoming.clues import find_case
from arflow.post.incoming.filing import file_message
from arflow.post.incoming.isolated_reader import SECONDS, Reader, Unread
from arflow.post.incoming.message_summary import Understood
from arflow.post.mail.arrivals import Arrival, Arrivals, ArrivalState, arrivals
from arflow.post.mail.bounces import Report
from arflow.post.mail.case_match import Match
from arflow.post.mail.list_tokens import names_a_list
from arflow.post.mail.mailbox import Delivered, Mailbox, received_at
from arflow.post.mail.message_kinds import is_forged, is_proven
from arflow.post.mail.outbox_rows import Outgoing, messages
from arflow.post.mail.safe_names import plain_line
from arflow.post.outgoing.failures import bounced
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.term_lists import TERM_LIST
from arflow.store.engine import writing

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


_EARLIEST = datetime(2014, 9, 1, tzinfo=UTC)  # before it there were no EHC plans (CFA 2014 s.37)
# What a message may be while a run sorts it.
_NEW: tuple[ArrivalState, ...] = ("new",)


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did: messages taken from the mailbox, where they went, and how many wait for the next run.

    `unread` lists the messages that could not be read, with their place and the reason; the next run tries them again.
    """

    taken: int
    unread: tuple[str, ...] = ()
    placed: int = 0
    unplaced: int = 0
    noted: int = 0
    repeat: int = 0
    left: int = 0


def whole_messages(engine: sa.Engine, environment: Mapping[str, str] = os.environ) -> Place:
    """Where messages are kept whole: apart from documents, since they are of no case yet, unchecked, and never sent on."""
    given = environment.get("ARFLOW_INBOX_MESSAGES")
    if given:
        check_keeps(given, "ARFLOW_INBOX_MESSAGES")
    return Place(given or f"{documents_of(engine).place.url.rstrip('/')}-mail")


def run(
    app: "Arflow",
    mailbox: Mailbox,
    answering: Answering,
    *,
    since: date | None = None,
    telling: Callable[[int], None] = lambda _: None,
    seconds: float = SECONDS,
) -> Ran:
    """Take what is new in a mailbox, and sort it with all that an earlier run has left.

    `seconds` of the processor's time is what the reading of one message may take.
    """
    unread: list[str] = []
    taken = take(app, mailbox, since, telling, unread)
    counts: dict[str, int] = {}
    with Reader(seconds) as reader:
        for arrival in Arrivals(app.engine).find(arrivals.c.state == "new"):
            state = sort(app, arrival, answering, reader)
            counts[state] = counts.get(state, 0) + 1
    ran = Ran(taken=taken, unread=tuple(unread), **counts)
    logs.info(__name__, "mailbox_read", **msgspec.structs.asdict(ran) | {"unread": len(unread)})
    return ran


def take(app: "Arflow", mailbox: Mailbox, since: date | None, telling: Callable[[int], None], unread: list[str]) -> int:
    """Keep and record each message that is not recorded yet; how many there were. What cannot be read is added to `unread`."""
    recorded, kept = Arrivals(app.engine), whole_messages(app.engine)
    taken = 0
    for spot in recorded.unrecorded(mailbox.spots(since)):
        try:
            delivered = mailbox.fetch(spot)
        except MessageNotReadable as refusal:
            unread.append(refusal.message)
            continue
        if delivered is None:
            continue
        digest = hashlib.sha256(delivered.raw).hexdigest()
        kept.put(BytesIO(delivered.raw), digest)
        now = app.now
        with writing(app.engine) as connection:
            taken += recorded.keep(connection, spot, digest, when_taken(delivered, app.today, now), now)
        telling(taken)
    return taken


def when_taken(delivered: Delivered, today: date, now: datetime) -> datetime:
    """When our server took a message: the surest moment that can be, or else this one."""
    return next((at for at in delivered.moments if _can_be(at, today, now)), now)


def _can_be(at: datetime, today: date, now: datetime) -> bool:
    """Whether a message can have come then; a server's clock may be a little ahead."""
    return _EARLIEST <= at <= max(datetime.combine(today, time.max, UTC), now) + timedelta(days=1)


def sort(app: "Arflow", arrival: Arrival, answering: Answering, reader: Reader) -> str:
    """Say what a message is and where it belongs; the state it went to, or `left` where somebody moved its case meanwhile.

    What cannot be read or filed waits for an officer with the reason. A store that is out of reach stops it.
    """
    try:
        raw = whole_messages(app.engine).read(arrival.digest)
        found = reader.read(raw)
        if isinstance(found, Unread):
            return _leave(app, arrival, found.why)
        sorting = _Sorting(app, arrival, found, answering, doubt=_doubt(app, arrival, raw))
        return sorting.repeat() or sorting.by_nature()
    except CaseMoved:
        logs.warning(__name__, "case_moved", message=arrival.id)
        return "left"
    except CaseUnreadable as refusal:
        return _leave(app, arrival, refusal.message)
    except (ArflowError, SQLAlchemyError, PersistenceError, OSError):
        raise  # the store's trouble, or a setting: it is no fault of the message
    except Exception as error:  # noqa: BLE001  whatever one message brings about, the next are not to wait for it
        return _leave(app, arrival, f"it cannot be filed ({type(error).__name__})")


def _leave(app: "Arflow", arrival: Arrival, why: str) -> str:
    """Leave a message to an officer, who can open what arflow cannot."""
    with writing(app.engine) as connection:
        Arrivals(app.engine).settle(
            connection, arrival.id, _NEW, "unplaced", why=f"{why}: open it in your mail program"
        )
    return "unplaced"


def _doubt(app: "Arflow", arrival: Arrival, raw: bytes) -> str | None:
    """What an officer has to know of the day of a message whose server says one that cannot be."""
    at = received_at(raw)
    if at is None or _can_be(at, app.today, app.now):
        return None
    return f"its server says that it came on {at:%Y-%m-%d}, which cannot be: dated {arrival.arrived_on}, unless you give --on"


class _Sorting:
    """One message on its way to its place; `doubt` says what is wrong with its day."""

    def __init__(
        self, app: "Arflow", arrival: Arrival, found: Understood, answering: Answering, *, doubt: str | None
    ) -> None:
        self._app, self._arrival, self._found, self._answering = app, arrival, found, answering
        self._doubt = doubt
        self._incoming, self._kind = found.incoming, found.nature
        self._facts = {
            "message_id": found.incoming.message_id,
            "content": found.content,
            "sender": found.incoming.sender,
            "subject": found.incoming.subject,
            "nature": found.nature,
            "proven": is_proven(found.incoming, answering.servers),
        }

    def repeat(self) -> str | None:
        """Mark it where the same message came before, by another way; None where it did not."""
        content = self._found.content
        first = Arrivals(self._app.engine).first_copy(self._arrival.id, content) if content else None
        return self.settle("repeat", repeats=first, why=f"the same message as {first}") if first else None

    def by_nature(self) -> str:
        """Send it where messages of its kind go."""
        match self._kind:
            case "own":
                return self.settle("noted", why="a message of ours that came back")
            case "bounce":
                assert self._found.report is not None
                return self.bounce(self._found.report)
            case "calendar_reply":
                return self.calendar_reply()
            case "auto_reply":
                return self.note("an automatic reply")
            case "likely_absence":
                return self.queue("it reads like an absence note: place it if it says more", self._find())
            case "list":
                return self.note("a message to a list")
            case "paper":
                return self.paper()
            case _:
                assert_never(self._kind)

    def settle(self, state: Literal["noted", "repeat"], **more: str | tuple[str, ...] | None) -> str:
        """Say where it went, where nothing is filed or answered."""
        with writing(self._app.engine) as connection:
            Arrivals(self._app.engine).settle(connection, self._arrival.id, _NEW, state, **self._facts, **more)
        return state

    def queue(self, why: str, found: Match) -> str:
        """Leave it to an officer, with what speaks for which case, and acknowledge it without a word about any."""
        nobody = Match(why_not=why)
        draft = self._answering.draft(self._arrival, self._incoming, self._kind, nobody)
        with writing(self._app.engine) as connection:
            answered = self._answering.queue(connection, self._arrival, draft)
            Arrivals(self._app.engine).settle(
                connection,
                self._arrival.id,
                _NEW,
                "unplaced",
                why=self._told(why),
                matched_by=found.matched_by,
                candidates=found.candidates,
                closed=self._incoming.closed,
                **self._facts,
                **answered,
            )
        return "unplaced"

    def paper(self) -> str:
        """File it on the case that it is surely about, or queue it."""
        found, incoming = self._find(), self._incoming
        if incoming.damaged:
            return self.queue("it is damaged, and parts may be missing", found)
        if why := self._of_term_list():
            return self.queue(why, Match())
        if not (incoming.text.strip() or incoming.files or incoming.closed):
            return self.queue("it is empty", found)
        if found.plan is None:
            return self.queue(found.why_not or "", found)
        return self.file(found, why=None, answering=self._answering)

    def _of_term_list(self) -> str:
        """What an officer reads of a reply to a term list: it names several children, and is filed on none of them."""
        read = f"see `arflow termly-list read {self._arrival.id}`"
        if self._found.lists:
            named = " and ".join(dict.fromkeys(name for file in self._found.lists for name in file.lists))
            return f"it brings back the term list {named}: {read}"
        box, answered = outbox(self._app), self._found.named.answered
        sent = box.find(messages.c.id.in_(answered))
        if names_a_list(self._incoming.subject) or any(box.dispatch(m.dispatch).kind == TERM_LIST for m in sent):
            return "it answers a term list, and brings none back: read it, and set it aside or place it"
        return ""

    def _told(self, why: str | None) -> str | None:
        return "; ".join(filter(None, (why, self._doubt))) or None

    def file(self, found: Match, *, why: str | None, answering: Answering | None) -> str:
        """File it on its case, or queue it where it is refused; with `why`, nothing is guessed of its papers."""
        try:
            file_message(
                self._app,
                self._arrival,
                self._incoming,
                found,
                before=_NEW,
                answering=answering,
                facts=self._facts,
                why=self._told(why),
                guess=why is None,
                forms=self._found.forms,
            )
        except (NotPossible, DateRefused) as refusal:
            return self.queue(refusal.in_options(), found)
        return "placed"

    def note(self, why: str) -> str:
        """Keep it in sight on its case, if that is sure; it is no paper."""
        found = self._find()
        return self.settle(
            "noted", why=why, plan=found.plan, review=found.review, person=found.person, matched_by=found.matched_by
        )

    def calendar_reply(self) -> str:
        """Keep what a calendar answered on the case of its meeting; another time, or words beside it, wait for an officer."""
        reply = self._found.reply
        if not isinstance(reply, Reply):
            return self.queue(reply or "", self._find())
        found = self._find(reply.review)
        if found.plan is None:
            return self.queue(f"{reply.said}; {found.why_not}", found)
        if not reply.counters:
            self._answer_invitation(reply, found)
        if reply.counters or reply.comments or self._incoming.files:
            return self.file(found, why=reply.said, answering=None)
        return self.settle(
            "noted",
            why=reply.said,
            plan=found.plan,
            review=found.review,
            person=found.person,
            role=found.role,
            matched_by=found.matched_by,
        )

    def _answer_invitation(self, reply: Reply, found: Match) -> None:
        """Record whether somebody comes, where it is sure who; an answer that is past its day, or recorded already, is not.

        It is recorded before the message is settled, so that a stop between the two loses nothing.
        """
        if found.review is None or found.role is None or reply.partstat == "needs_action":
            return
        command = AnswerInvitation(
            role=found.role,
            person=found.person,
            replied=reply.partstat,
            to=reply.sequence,
            on=min(self._arrival.arrived_on, self._app.today),
            evidence=self._arrival.id,
        )
        with suppress(NotPossible, DateRefused):
            self._app.act(found.review, command)

    def bounce(self, report: Report) -> str:
        """Record what became of a message of ours."""
        if report.message is None:
            return self.queue("it reports on a message, but not on which", Match())
        if report.outcome == "unclear":
            return self.queue(f"it reports on {report.message}, but not in words that are understood", Match())
        box = outbox(self._app)
        try:
            message = box.message(report.message)
            if report.outcome in ("failed", "delivered") and not report.proves(message):
                return self.queue(_unproven(report, message), Match())
            if report.outcome == "failed":
                bounced(self._app, message.id, f"bounced ({report.status or 'no code given'})")
            elif report.outcome == "delivered":
                box.note_delivery(message.id, self._arrival.arrived_at)
        except (NotFound, NotPossible) as refusal:
            return self.queue(refusal.in_options(), Match())
        dispatch = box.dispatch(message.dispatch)
        return self.settle(
            "noted",
            why=f"{message.id} was reported {report.outcome}",
            plan=dispatch.plan,
            review=dispatch.review,
            person=message.person,
            matched_by=(f"reply {message.id}",),
        )

    def _find(self, meeting: str | None = None) -> Match:
        """Its case; one whose sender may be forged, or says to be ourselves, speaks for nobody."""
        sender = self._incoming.sender
        if sender and (is_forged(self._incoming) or self._answering.ours.has(sender)):
            sender = None
        named = self._found.named
        if meeting is not None:
            named = msgspec.structs.replace(named, reviews=tuple(dict.fromkeys((*named.reviews, plain_line(meeting)))))
        return find_case(self._app, named, sender, self._arrival.arrived_on)


def _unproven(report: Report, message: Outgoing) -> str:
    """What an officer reads of a report that anybody who knows the message's id could have written."""
    way_on = f"; if it is true, use `arflow outbox bounced {message.id}`" if report.outcome == "failed" else ""
    said = f"it reports {message.id} {report.outcome}, without the token that only the message had: nothing was changed"
    return f"{said}{way_on}"
