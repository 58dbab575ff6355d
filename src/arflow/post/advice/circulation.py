"""Send the advice round: one bundle to everybody invited, and to each only what they have not had (SEND Regs 2014 r.20(4))."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, cast

import msgspec

from arflow.case.review import AnnualReview
from arflow.case.review_commands import CirculateAdvice
from arflow.errors import MissingValue, NotPossible
from arflow.events import AdviceCirculated, InvitationsSent
from arflow.papers.documents import bundle as bundles
from arflow.papers.documents.bundle import Bundle, make_bundle
from arflow.papers.documents.file_types import ending_of
from arflow.papers.letters.contents import Enclosure
from arflow.papers.plan_text.change_labels import ROLES
from arflow.people.agreement import not_agreed
from arflow.post.advice.advice_record import Paper, papers
from arflow.post.mail import outbox as tables
from arflow.post.mail.dispatch import Dispatch, Message
from arflow.post.mail.safe_names import TEXT_NAME
from arflow.post.meeting.time_and_place import check_ahead, meeting_of
from arflow.post.outgoing.composition import Desk, attachment, draft, message
from arflow.post.outgoing.letter_facts import ReviewLetterCase, case_of, facts
from arflow.post.outgoing.queue import fresh, outbox
from arflow.post.outgoing.send_now import Sent, send
from arflow.post.outgoing.ways_to_reach import Addressed, addressed, people_of
from arflow.words import in_words

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

LETTER = "circulation"


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """People who have had the same, and the papers that they are to have now."""

    to: tuple[Addressed, ...]
    papers: tuple[Paper, ...]


class Circulating(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be circulated to whom; `left_out` is advice that came and is not part of it."""

    review: str
    plan: str
    shares: tuple[Share, ...]
    left_out: tuple[Paper, ...]
    unreached: tuple[Addressed, ...]


def circulating(app: "Arflow", review_id: str, documents: Sequence[str] = ()) -> Circulating:
    """Work out who is to have which papers: all of the advice received, or only `documents`.

    NotPossible while nobody's invitation has left, after the meeting, or for a paper that did not come as advice;
    MissingValue without any.
    """
    review = app.review(review_id)
    _check_before_the_meeting(review)
    if review.planned_meeting:
        check_ahead(app, review_id, review.planned_meeting)
    received = papers(review)
    chosen = _chosen(review, received, documents)
    invited = everybody_invited(app, review)
    had = _had(app, review)
    shares: dict[tuple[Paper, ...], list[Addressed]] = {}
    for one in invited:
        if one.channel:
            needed = tuple(paper for paper in chosen if paper.digest not in had.get(one.person.id, set()))
            shares.setdefault(needed, []).append(one)
    shares.pop((), None)
    return Circulating(
        review=review_id,
        plan=review.plan,
        shares=tuple(Share(to=tuple(to), papers=needed) for needed, to in shares.items()),
        left_out=tuple(paper for paper in received if paper not in chosen),
        unreached=tuple(one for one in invited if one.channel is None),
    )


def circulate(app: "Arflow", found: Circulating, desk: Desk) -> list[Sent]:
    """Make and keep a bundle for each share, queue it, and try to send it at once."""
    case = case_of(app, found.review)
    return [_circulate(app, case, share, desk) for share in found.shares]


def uncirculated(review: AnnualReview) -> tuple[Paper, ...]:
    """Advice that came and has not been circulated to anybody: late for the bundle, or left out of it."""
    sent = {digest for act in review.all("circulate") for digest in cast("AdviceCirculated", act.event).documents}
    return tuple(paper for paper in papers(review) if paper.digest not in sent)


def _check_before_the_meeting(review: AnnualReview) -> None:
    if review.last("hold") is not None or review.is_finished:
        state = in_words(review.state)
        way_on = "" if review.is_finished else f"; enclose it with `arflow letter send {review.id} report_cover`"
        raise NotPossible(f"{review.id} is {state}: arflow circulates advice only before the meeting{way_on}")


def _chosen(review: AnnualReview, received: Sequence[Paper], documents: Sequence[str]) -> tuple[Paper, ...]:
    if not received:
        raise MissingValue(
            "advice", f"nothing was kept: arflow review receive-advice {review.id} --role ROLE --file FILE"
        )
    if not documents:
        return tuple(received)
    return tuple(dict.fromkeys(_received(review, received, digest) for digest in documents))


def _received(review: AnnualReview, received: Sequence[Paper], beginning: str) -> Paper:
    found = [paper for paper in received if paper.digest.startswith(beginning)] if beginning else []
    if not found:
        raise NotPossible(
            f"{beginning[:12]} is not advice received for {review.id}: "
            f"see `arflow document list --kind advice --review {review.id}`"
        )
    if len(found) > 1:
        raise NotPossible(f"several papers begin with {beginning}: give more of the digest")
    return found[0]


def everybody_invited(app: "Arflow", review: AnnualReview) -> list[Addressed]:
    """Everybody who was invited to the meeting as it is now planned; where only roles were recorded, all of that role.

    Once it was held, whoever was ever invited to it: they came, or had word of it, though the last move has no invitation.
    """
    held = review.last("hold") is not None
    invitations = review.invitations or (review.all("invite") if held else [])
    if not invitations:
        way_on = f"record what was sent with `arflow review report {review.id}`"
        raise NotPossible(
            f"no invitation to {review.id} has left: "
            f"{way_on if held else f'send them with `arflow review invite {review.id} --send`'}"
        )
    events = [cast("InvitationsSent", act.event) for act in invitations]
    named = {name for event in events for name in event.people}
    roles = {role for event in events if not event.people for role in event.roles}
    plan, case = app.plan(review.plan), people_of(app, review.plan)
    known = [(person, case.role_of(person)) for person in case.people]
    return [
        addressed(person, role, not_agreed(person, plan, app.today))
        for person, role in known
        if person.id in named or role in roles
    ]


def _had(app: "Arflow", review: AnnualReview) -> dict[str, set[str]]:
    """What each person has been sent, or what is queued for them: digests by the person's id."""
    had: dict[str, set[str]] = {}
    for act in review.all("circulate"):
        event = cast("AdviceCirculated", act.event)
        for person in event.people:
            had.setdefault(person, set()).update(event.documents)
    box = outbox(app)
    queued = box.find(
        tables.dispatches.c.review == review.id,
        tables.dispatches.c.kind == LETTER,
        tables.messages.c.state != "cancelled",
    )
    for row in queued:
        act_of = box.dispatch(row.dispatch).act
        if row.person and isinstance(act_of, CirculateAdvice):
            had.setdefault(row.person, set()).update(act_of.documents)
    return had


def _circulate(app: "Arflow", case: ReviewLetterCase, share: Share, desk: Desk) -> Sent:
    plan, review = case.review.plan, case.review.id
    made = make_bundle(
        desk.documents,
        plan,
        list(_listed(app, share.papers, plan, desk)),
        title=f"Advice for the review {review}",
        at=app.now,
    )
    messages, digest = _messages(app, case, share, made, desk)
    dispatch = Dispatch(
        key=fresh(app, _key(review, share)),
        kind=LETTER,
        plan=plan,
        review=review,
        messages=messages,
        act=CirculateAdvice(documents=made.manifest, bundle=digest),
    )
    return send(app, dispatch, desk.post)


def _messages(
    app: "Arflow", case: ReviewLetterCase, share: Share, made: Bundle, desk: Desk
) -> tuple[tuple[Message, ...], str]:
    """A letter to each with the bundle, and beside it what could not be made pages of; the digest of the bundle."""
    meeting = meeting_of(app, case.review.id)
    enclosed = (Enclosure(kind="advice", title="Advice and information", plan=case.review.plan),)
    said = [facts(case, one, desk.papers, meeting, enclosures=enclosed) for one in share.to]
    bundle = draft(app, desk.documents, made.content, said[0], kind="bundle", name="advice.pdf")
    beside = [desk.documents.document(digest, case.review.plan) for digest in made.beside]
    files = (attachment(bundle), *(attachment(one, _name(one.media_type, n)) for n, one in enumerate(beside, 1)))
    messages = (
        message(app, desk, LETTER, fact, one, attachments=files) for fact, one in zip(said, share.to, strict=True)
    )
    return tuple(messages), bundle.digest


def _listed(app: "Arflow", found: Sequence[Paper], plan: str, desk: Desk) -> Iterator[bundles.Paper]:
    """Each paper with its title, its author by name and part, and the day it was written, or came where that is not known."""
    people = {person.id: person for person in app.people.of(plan)}
    for paper in found:
        document, part = desk.documents.document(paper.digest, plan), ROLES[paper.role]
        author = people.get(paper.person or "")
        yield bundles.Paper(
            digest=paper.digest,
            title=_title(document.name),
            by=f"{author.name}, {part}" if author else part,
            on=document.written_on,
            received=paper.received_on,
        )


def _title(name: str | None) -> str:
    """What a file is called, as its title; a message has none of its own."""
    title = PurePath(name or "").stem.replace("_", " ").strip()
    return "A message" if name == TEXT_NAME else title or "A paper"


def _name(media_type: str, number: int) -> str:
    """A file name that tells nothing of the child."""
    return f"advice-{number}{ending_of(media_type)}"


def _key(review: str, share: Share) -> str:
    """The natural key of a circulation: the review, the papers, and whom they go to."""
    digest = hashlib.sha256("".join(paper.digest for paper in share.papers).encode()).hexdigest()
    return f"circulate/{review}/{digest[:16]}/{'+'.join(sorted(one.person.id for one in share.to))}"
