"""`arflow review …`, the part before the meeting: ask people for advice, and circulate what they wrote."""

from typing import TYPE_CHECKING, Any

import click

from arflow.case import review_commands
from arflow.cli.case.without import say_without
from arflow.cli.case_names import AN_ID, REVIEW
from arflow.cli.options import SKIP, recorded
from arflow.cli.post.sent_lines import desk, papers_of_case, sent_document, show_sent
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_done
from arflow.cli.terminal import say
from arflow.errors import MissingValue
from arflow.events import ROLES, Role
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.post.advice.advice_request import Requesting
    from arflow.post.advice.circulation import Circulating
    from arflow.post.outgoing.send_now import Sent

PREVIEW = click.option("--preview", is_flag=True, help="Say what --send would do; nothing is sent.")
ALSO = click.option("--also", metavar="N-…", type=AN_ID, multiple=True, help="This person of the case too.")
WITHOUT = click.option("--without", metavar="N-…", type=AN_ID, multiple=True, help="Leave this person out.")


@click.command("request-advice", cls=Command)
@REVIEW
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, help="Who is asked. Repeatable.")
@click.option("--send", "sending", is_flag=True, help="Ask everybody who is to be invited (or only --role) by letter.")
@PREVIEW
@ALSO
@WITHOUT
@recorded
@click.pass_obj
def request_advice(
    session: Session,
    /,
    *,
    review_id: str,
    roles: tuple[Role, ...],
    sending: bool,
    preview: bool,
    also: tuple[str, ...],
    without: tuple[str, ...],
    **facts: Any,
) -> None:
    """Ask people for advice and information, each by the day it is wanted; or record who was asked otherwise.

    \b
    Example:
      arflow review request-advice R-2026-000001 --send
      arflow review request-advice R-2026-000001 --role health --role la_social_care --on 2026-05-01
    """
    if not (sending or preview):
        if not roles:
            raise MissingValue("--send or --role", "ask with --send, or say with --role who was asked", ROLES)
        if also or without:
            raise click.UsageError("--also and --without choose whom to ask: add --send")
        emit_done(session, session.app.act(review_id, review_commands.RequestAdvice(roles=roles, **facts)))
        return
    _refuse_by_hand(facts, "--on", "--evidence")
    from arflow.post.advice.advice_request import request, requesting

    found = requesting(session.app, review_id, roles=roles, also=also, without=without)
    sent = request(session.app, found, desk(session)) if found.to_ask and not preview else None
    document = {
        "review": found.review,
        "advice_by": found.advice_by,
        "chain": found.chain,
        "to_ask": [{"person": one.person.id, "role": one.role, "channel": one.channel} for one in found.to_ask],
        "asked_before": found.asked,
        "unreached": [{"person": one.person.id, "role": one.role, "why": one.why} for one in found.unreached],
        "not_asked": [{"person": one.person.id, "role": one.role} for one in found.own],
        "sent": sent_document(sent) if sent else None,
    }
    session.emit(document, lambda out: _show_requested(out, found, sent))


def _show_requested(out: "Console", found: "Requesting", sent: "Sent | None") -> None:
    if sent is not None:
        show_sent(out, sent)
    for one in found.to_ask if sent is None else ():
        out.print(f"To ask by {one.channel}: {in_words(one.role)} ({one.person.id})", soft_wrap=True)
    if not found.to_ask:
        nobody = (
            "Nobody is left to ask."
            if found.asked
            else f"Nobody is known to ask: see `arflow people list {found.plan}`."
        )
        out.print(nobody)
    for one in found.unreached:
        out.print(f"Not reached: {in_words(one.role)} ({one.person.id}): {one.why}", soft_wrap=True)
    for one in found.own:
        out.print(f"Not asked: {in_words(one.role)} ({one.person.id}): coordinates this case", soft_wrap=True)
    out.print(found.chain, soft_wrap=True)


@click.command(cls=Command)
@REVIEW
@click.option("--document", "documents", metavar="SHA256", multiple=True, help="The digest of each paper circulated.")
@click.option(
    "--role", "roles", type=click.Choice(ROLES), multiple=True, help="To whom, if not everyone invited. Repeatable."
)
@click.option(
    "--person",
    "people",
    metavar="N-…",
    type=AN_ID,
    multiple=True,
    help="With --role: who of them, if not all. Repeatable.",
)
@click.option("--send", "sending", is_flag=True, help="Make the bundle, and send each what they have not had.")
@PREVIEW
@SKIP
@recorded
@click.pass_obj
def circulate(
    session: Session,
    /,
    *,
    review_id: str,
    documents: tuple[str, ...],
    sending: bool,
    preview: bool,
    skip_reason: str | None,
    **facts: Any,
) -> None:
    """Send the advice to everyone invited, as one bundle with contents; or record that it was sent otherwise.

    \b
    Example:
      arflow review circulate R-2026-000001 --send
      arflow review circulate R-2026-000001 --on 2026-06-02
    """
    if not (sending or preview):
        from arflow.post.outgoing.ways_to_reach import of_case

        plan = session.app.review(review_id).plan
        for person in facts["people"]:
            of_case(session.app, plan, person)
        papers = papers_of_case(session, documents, plan)
        command = review_commands.CirculateAdvice(documents=papers, skip_reason=skip_reason, **facts)
        emit_done(session, session.app.act(review_id, command))
        if facts["on"] is None:  # as where --send was forgotten
            say("Recorded as circulated by other means: nothing was sent.", err=True)
        say_without(session, review_id, "circulate")
        return
    _refuse_by_hand({**facts, "skip_reason": skip_reason}, "--role", "--person", "--on", "--evidence", "--skip-reason")
    from arflow.post.advice.circulation import circulate as send_round
    from arflow.post.advice.circulation import circulating

    found = circulating(session.app, review_id, documents)
    sent = send_round(session.app, found, desk(session)) if not preview else []
    document = {
        "review": found.review,
        "shares": [
            {
                "to": [{"person": one.person.id, "role": one.role, "channel": one.channel} for one in share.to],
                "documents": [paper.digest for paper in share.papers],
            }
            for share in found.shares
        ],
        "left_out": found.left_out,
        "unreached": [{"person": one.person.id, "role": one.role, "why": one.why} for one in found.unreached],
        "sent": [sent_document(one) for one in sent],
    }
    session.emit(document, lambda out: _show_circulated(out, found, sent))


def _show_circulated(out: "Console", found: "Circulating", sent: "list[Sent]") -> None:
    if not found.shares:
        out.print("Everybody invited has had these papers.")
    for share in found.shares:
        who = ", ".join(f"{in_words(one.role)} ({one.person.id})" for one in share.to)
        out.print(f"{counted(len(share.papers), 'paper')} to {who}", soft_wrap=True)
    for one in sent:
        show_sent(out, one)
    for unreached in found.unreached:
        role = in_words(unreached.role)
        out.print(f"Not reached: {role} ({unreached.person.id}): {unreached.why}", soft_wrap=True)
    for paper in found.left_out:
        role = in_words(paper.role)
        out.print(f"Not included: {paper.digest[:12]} from {role}, received on {paper.received_on}", soft_wrap=True)


def _refuse_by_hand(facts: dict[str, Any], *options: str) -> None:
    """What only a record of another's sending has: what arflow sends is sent today."""
    if any(facts.values()):
        raise click.UsageError(f"--send sends today: leave out {', '.join(options)}")


COMMANDS = (request_advice, circulate)
