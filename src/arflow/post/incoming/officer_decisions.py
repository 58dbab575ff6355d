"""What an officer does with what arrived: accept papers as an act, refuse them, place a message, set it aside, forget it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Literal, assert_never, get_args

import msgspec
import sqlalchemy as sa

from arflow.application.recording import Done
from arflow.case.acts import refuse_future
from arflow.case.review_commands import AnyReviewCommand, ReceiveAdvice, ReceiveRepresentations, SendReport
from arflow.errors import InvalidValue, MissingValue, NotFound, NotPossible, StepNotAllowed, field_name
from arflow.events import FAMILY, AdviceAnswer, Outcome, Role
from arflow.law.london import LONDON
from arflow.papers.documents import DocumentKind, documents_of
from arflow.post.incoming.clues import members_of
from arflow.post.incoming.filing import file_message
from arflow.post.incoming.inbox import whole_messages
from arflow.post.incoming.isolated_reader import Reader, Unread
from arflow.post.incoming.message_summary import FormFile
from arflow.post.mail.arrivals import Arrival, Arrivals, ArrivalState, Paper, arrivals, moment, papers
from arflow.post.mail.case_match import Match, only
from arflow.post.mail.received import Incoming, unopened
from arflow.post.mail.safe_names import TEXT_NAME, without_hidden
from arflow.post.outgoing.queue import outbox
from arflow.store.engine import writing
from arflow.store.erased_pages import note_erasure
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

AcceptedAs = Literal["advice", "report", "representations", "views", "nothing"]
ACCEPTED_AS: tuple[AcceptedAs, ...] = get_args(AcceptedAs)
# What documents turn out to be; the words of the family are evidence.
_KINDS: dict[AcceptedAs, DocumentKind] = {
    "advice": "advice",
    "report": "report",
    "representations": "evidence",
    "views": "evidence",
    "nothing": "other",
}
_NOON = time(12)  # the day alone is known
# Messages that an officer may still place: no paper of theirs waits or was accepted.
_PLACEABLE: tuple[ArrivalState, ...] = ("unplaced", "set_aside", "noted", "repeat", "placed")


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """What papers are accepted as; what is not given is taken from the papers: the day they came, who sent them, the review.

    `to_us_alone` says that nobody else has the report: the act waits until it is sent on (SEND Regs 2014 r.20(9)).
    """

    accepted_as: AcceptedAs
    review: str | None = None
    role: Role | None = None
    on: date | None = None
    answer: AdviceAnswer = "advice"
    recommendation: Outcome | None = None
    differing: tuple[Role, ...] = ()
    to_us_alone: bool = False
    skip_reason: str | None = None


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The papers that were accepted, their documents and review, and the act that was recorded, if it was one.

    `notes` are the covering notes among the papers; `not_opened` the files that came with them and could not be opened.
    """

    papers: tuple[str, ...]
    documents: tuple[str, ...]
    review: str | None
    done: Done | None
    notes: tuple[str, ...] = ()
    not_opened: tuple[str, ...] = ()


def arrivals_of(app: "Arflow") -> Arrivals:
    """The arrivals in the application's store."""
    return Arrivals(app.engine)


# --- papers -----------------------------------------------------------------------------------------------------


def accept(app: "Arflow", names: Sequence[str], how: Acceptance) -> Accepted:
    """Record papers, by their ids or that of their message, as an act on the review, in one transaction with their state.

    The words of a message that brings files are a covering note: kept with the case, and no part of the act unless named.

    NotPossible where one was decided on before, or they are of several cases.
    """
    found = papers_waiting(app, names)
    meant = _without_notes(found, names)
    plan, review = _case_of(app, found, how)
    store, by, kind = documents_of(app.engine), app.officer_id, _KINDS[how.accepted_as]

    def beside(connection: sa.Connection) -> None:
        facts = {"accepted_as": how.accepted_as, "decided_by": by, "review": review}
        arrivals_of(app).decide(connection, found, "accepted", app.now, **facts)
        for digest in dict.fromkeys(paper.document for paper in found):
            store.file_under(connection, digest, plan, kind=kind, review=review)

    command = _command(app, meant, how)
    done = None
    if command is None:
        with writing(app.engine) as connection:
            beside(connection)
    elif review is None:
        raise MissingValue(
            field_name("review"), f"say which review of {plan} it is for: see `arflow review list --plan {plan}`"
        )
    else:
        try:
            done = app.act(review, command, beside=beside)
        except StepNotAllowed as refusal:
            raise _second_report(app, review, how) or refusal from None
    documents = tuple(dict.fromkeys(paper.document for paper in meant))
    named = tuple(paper.id for paper in found)
    notes = tuple(paper.id for paper in found if paper not in meant)
    not_opened = _not_opened(app, found)
    return Accepted(papers=named, documents=documents, review=review, done=done, notes=notes, not_opened=not_opened)


def _second_report(app: "Arflow", review: str, how: Acceptance) -> NotPossible | None:
    """The refusal of another report of a review, with what to do with it: the first one counts, and no day moves."""
    first = app.review(review).last("report")
    if how.accepted_as != "report" or first is None:
        return None
    return NotPossible(
        f"the report of {review} is recorded for {first.on}, and another moves no day: accept this one as nothing, and it is "
        f"filed beside it; if the first one was none, `arflow review void {review} report --reason …`"
    )


def _without_notes(found: Sequence[Paper], names: Sequence[str]) -> list[Paper]:
    """Papers without the words of those messages that bring files too, unless such words are named themselves."""
    with_files = {paper.arrival for paper in found if paper.name != TEXT_NAME}
    return [p for p in found if p.name != TEXT_NAME or p.arrival not in with_files or p.id in names]


def _not_opened(app: "Arflow", found: Sequence[Paper]) -> tuple[str, ...]:
    messages = dict.fromkeys(paper.arrival for paper in found)
    return tuple(f"{one.name} {one.why}" for name in messages for one in arrivals_of(app).arrival(name).closed)


def refuse(app: "Arflow", names: Sequence[str], reason: str) -> tuple[str, ...]:
    """Say that papers are none of the case's, or of no use, and why; the message stays whole. Which papers they were."""
    found = papers_waiting(app, names)
    with writing(app.engine) as connection:
        arrivals_of(app).decide(connection, found, "refused", app.now, decided_by=app.officer_id, why=_said(reason))
    return tuple(paper.id for paper in found)


def papers_waiting(app: "Arflow", names: Sequence[str]) -> list[Paper]:
    """The papers that are named, each of which waits; those of a message that were decided on before are passed over."""
    found: dict[str, Paper] = {}
    for name in names:
        own = arrivals_of(app).papers_of(name)
        waiting = [paper for paper in own if paper.state == "waiting"]
        if not waiting:
            last = own[-1]
            as_what = f" as {last.accepted_as}" if last.accepted_as else ""
            raise NotPossible(f"{name} was {last.state}{as_what} before: see `arflow inbox show {last.arrival}`")
        found |= {paper.id: paper for paper in waiting}
    return list(found.values())


def _case_of(app: "Arflow", found: Sequence[Paper], how: Acceptance) -> tuple[str, str | None]:
    """The one plan of papers, and the review that they are for; refused where it is another plan's."""
    plans = {paper.plan for paper in found}
    if len(plans) > 1:
        raise NotPossible(f"these papers are of {len(plans)} cases: accept those of each case on their own")
    reviews = {paper.review for paper in found if paper.review}
    review = how.review or (next(iter(reviews)) if len(reviews) == 1 else None)
    plan = plans.pop()
    if review and app.review(review).plan != plan:
        raise NotPossible(f"{review} is not a review of {plan}, whose papers these are")
    return plan, review


def _command(app: "Arflow", found: Sequence[Paper], how: Acceptance) -> AnyReviewCommand | None:
    """The act that papers are accepted as; none where they are only filed."""
    act: dict[str, Any] = {
        "on": how.on or min(max(arrivals_of(app).arrival(paper.arrival).arrived_on for paper in found), app.today),
        "evidence": found[0].id,
        "skip_reason": how.skip_reason,
    }
    documents = tuple(dict.fromkeys(paper.document for paper in found))
    if how.to_us_alone:
        _check_waits(how)
        return None
    match how.accepted_as:
        case "advice" | "views":
            role, person = _whose(found, how)
            return ReceiveAdvice(role=role, person=person, answer=how.answer, documents=documents, **act)
        case "report":
            act |= {"recommendation": how.recommendation, "differing": how.differing}
            return SendReport(documents=documents, **act)
        case "representations":
            return ReceiveRepresentations(**act)
        case "nothing":
            return None
        case _:
            assert_never(how.accepted_as)


def _check_waits(how: Acceptance) -> None:
    """Refuse what arflow records only when a report goes to everybody, and options for reports on anything else."""
    if how.accepted_as != "report":
        raise NotPossible(f"{field_name('to_us_alone')} goes with a report, not with {how.accepted_as}: leave it out")
    if how.recommendation or how.differing:
        raise NotPossible(
            "arflow records what a report recommends when you send it on: give it then, and leave it out here"
        )
    if how.on or how.skip_reason:
        raise NotPossible("arflow records a report only when you send it on: leave out --on and --skip-reason")


def _whose(found: Sequence[Paper], how: Acceptance) -> tuple[Role, str | None]:
    """Who gave the advice or views: the role in `how`, else that of the papers; the person where the roles agree."""
    own = only({paper.role for paper in found})
    role = how.role or own
    if role is None:
        raise MissingValue(field_name("role"), "say who wrote it")
    if how.accepted_as == "views" and role not in FAMILY:
        raise InvalidValue(
            field_name("role"), role, f"somebody of the family ({', '.join(FAMILY)}): accept it as advice"
        )
    return role, only({paper.person for paper in found}) if role == own else None


# --- messages ---------------------------------------------------------------------------------------------------


def waiting_list(app: "Arflow", which: Literal["unplaced", "waiting", "all"]) -> list[Arrival]:
    """Messages that nobody has placed, messages with papers that wait, or every message; the longest here first."""
    match which:
        case "unplaced":
            return arrivals_of(app).find(arrivals.c.state.in_(("unplaced", "new")))
        case "waiting":
            own = sa.select(papers.c.arrival).where(papers.c.state == "waiting")
            return arrivals_of(app).find(arrivals.c.id.in_(own))
        case "all":
            return arrivals_of(app).find()
        case _:
            assert_never(which)


def place(
    app: "Arflow", name: str, *, plan: str | None, review: str | None, shared: bool = False, on: date | None = None
) -> Arrival:
    """File a message on the case that an officer names; its acknowledgement, if there was one, has gone already.

    `on` is the day it came, where its server's cannot be; from then on it is the message's day.
    `shared` says that files which another case has too hold nobody's data. NotPossible where papers of it wait or were accepted.
    """
    arrival = arrivals_of(app).arrival(name)
    if review:
        plan_of_review = app.review(review).plan
        if plan and plan != plan_of_review:
            raise NotPossible(f"{review} is a review of {plan_of_review}, not of {plan}")
        plan = plan_of_review
    if plan is None:
        raise MissingValue(f"{field_name('review')} or {field_name('plan')}", "say where it belongs")
    case = app.plan(plan)
    _refuse_decided(app, arrival)
    by: dict[str, object] = {"decided_by": app.officer_id}
    if on:
        refuse_future(on, app.today)
        arrival = msgspec.structs.replace(arrival, arrived_at=datetime.combine(on, _NOON, LONDON))
        by["arrived_at"] = moment(arrival.arrived_at)
    incoming, forms = _read(app, arrival)
    members = members_of(app, incoming.sender, arrival.arrived_on) if incoming.sender else []
    own = [member for member in members if member.plan == plan]
    found = Match(
        plan=plan,
        review=review or (case.open_review() if len(case.open_reviews) == 1 else None),
        person=only({member.person for member in own}),
        role=only({member.role for member in own}),
        matched_by=("officer",),
        candidates=(plan,),
    )
    file_message(
        app,
        arrival,
        incoming,
        found,
        before=(arrival.state,),
        answering=None,
        facts=by,
        shared=shared,
        leaving=_leaving(app, arrival, plan),
        forms=forms,
    )
    return arrivals_of(app).arrival(name)


def _read(app: "Arflow", arrival: Arrival) -> tuple[Incoming, tuple[FormFile, ...]]:
    """What a message carries, and the forms in it; one that cannot be read is one file, to be opened."""
    raw = whole_messages(app.engine).read(arrival.digest)
    with Reader() as reader:
        found = reader.read(raw)
    if isinstance(found, Unread):
        return unopened(raw), ()
    return found.incoming, found.forms


def _refuse_decided(app: "Arflow", arrival: Arrival) -> None:
    if arrival.state == "disposed":
        raise NotPossible(f"{arrival.id} was disposed of under the rule {arrival.rule}: it is gone")
    if arrival.state not in _PLACEABLE:
        raise NotPossible(f"{arrival.id} is {arrival.state}: run `arflow inbox run` first")
    kept = [paper.id for paper in arrivals_of(app).papers_from(arrival.id) if paper.state != "refused"]
    if kept:
        raise NotPossible(
            f"{arrival.id} is placed on {arrival.plan}: refuse its papers with a reason first ({', '.join(kept)})"
        )


def _leaving(app: "Arflow", arrival: Arrival, plan: str) -> list[tuple[str, str]]:
    """The files of a message, whose papers were refused, on the other case that it was placed on."""
    refused = {(one.document, one.plan) for one in arrivals_of(app).papers_from(arrival.id)}
    others = {(one.document, one.plan) for one in arrivals_of(app).papers(papers.c.arrival != arrival.id)}
    store = documents_of(app.engine)
    return [
        (digest, before)
        for digest, before in sorted(refused - others)
        if before != plan and any(one.digest == digest and not one.disposed_at for one in store.of(plan=before))
    ]


def set_aside(app: "Arflow", name: str, reason: str) -> None:
    """Say why a message that was not placed needs nothing more; it stays whole, and can still be placed."""
    arrival = arrivals_of(app).arrival(name)
    if arrival.state != "unplaced":
        state = in_words(arrival.state)
        raise NotPossible(f"{name} is {state}: only a message that is not placed can be set aside")
    with writing(app.engine) as connection:
        arrivals_of(app).settle(
            connection, name, (arrival.state,), "set_aside", why=_said(reason), decided_by=app.officer_id
        )


def forget(app: "Arflow", plan: str) -> int:
    """Erase what came by mail on a plan: the whole messages, and who sent them under which words; how many there were.

    What was filed as documents goes by their own retention; the mailbox itself is the authority's to clear.
    StoreNotReady, and nothing erased, where the folder of whole messages is not there.
    """
    with writing(app.engine) as connection:
        own = arrivals_of(app).erase(connection, plan)
        if not own:
            return 0
        kept = whole_messages(app.engine)
        kept.check_there()
        note_erasure(connection)
        outbox(app).erase_answers(connection, [one.answer for one in own if one.answer])
    for arrival in own:
        kept.remove(arrival.digest)
    kept.clear_half_written(app.now)
    return len(own)


def kept_on(app: "Arflow", plan: str) -> int:
    """How many messages that came by mail on a plan, copies of them too, `forget` would erase."""
    return sum(one.sender is not None for one in arrivals_of(app).on_plan(plan))


def whole(app: "Arflow", name: str) -> bytes:
    """A message as it arrived; NotFound where it was erased."""
    arrival, kept = arrivals_of(app).arrival(name), whole_messages(app.engine)
    if not kept.has(arrival.digest):
        raise NotFound("whole message", name, "it was erased")
    return kept.read(arrival.digest)


def words(app: "Arflow", name: str) -> str:
    """What a message says, with what it answers, without signs that cannot be seen.

    NotFound where it was erased, NotPossible where it cannot be read.
    """
    with Reader() as reader:
        found = reader.read(whole(app, name))
    if isinstance(found, Unread):
        way_on = f"take it out with `arflow inbox show {name} --output message.eml` and open it in your mail program"
        raise NotPossible(f"{name} cannot be read ({found.why}): {way_on}")
    return without_hidden(found.incoming.text).strip()


def _said(reason: str) -> str:
    if not reason.strip():
        raise MissingValue(field_name("reason"), "say why")
    return reason
