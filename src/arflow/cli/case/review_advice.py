"""`arflow review …`, the advice: what came in, who has not answered, and who is reminded."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.case import review_commands
from arflow.cli.case_names import A_REVIEW, AN_ID, REVIEW
from arflow.cli.options import BY, DAY, recorded
from arflow.cli.output import table
from arflow.cli.post.sent_lines import desk, sent_document, who
from arflow.cli.root import Command
from arflow.cli.session import Session, emit_done
from arflow.errors import MissingValue, NotFound
from arflow.events import ADVICE_ANSWERS, ROLES, Role
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.post.advice.advice_progress import Followed, Following
    from arflow.post.advice.reminders_due import Reminding
    from arflow.post.outgoing.send_now import Sent

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("receive-advice", cls=Command)
@REVIEW
@click.option("--role", type=click.Choice(ROLES), help="Who answered; not needed with --person.")
@click.option("--person", metavar="N-…", type=AN_ID, help="Which of those asked: see `arflow review advice`.")
@click.option(
    "--answer",
    type=click.Choice(ADVICE_ANSWERS),
    default="advice",
    show_default=True,
    help="no_change: nothing has changed since the last report; not_involved: they do not work with the child.",
)
@click.option("--nothing-to-add", is_flag=True, help="The same as --answer nothing_to_add.")
@click.option("--file", "files", type=FILE, multiple=True, help="What came: it is kept as advice. Repeatable.")
@click.option("--document", "documents", metavar="SHA256", multiple=True, help="A document that is kept already.")
@click.option("--written-on", type=DAY, help="The day the files were written: how old evidence is stays known.")
@recorded
@click.pass_obj
def receive_advice(
    session: Session,
    /,
    *,
    review_id: str,
    role: Role | None,
    person: str | None,
    files: tuple[Path, ...],
    written_on: date | None,
    **facts: Any,
) -> None:
    """Record that advice arrived, or an answer that there is none, and keep what came.

    \b
    Example:
      arflow review receive-advice R-2026-000001 --role health --on 2026-05-20
      arflow review receive-advice R-2026-000001 --role health --file speech.pdf --written-on 2026-05-12
      arflow review receive-advice R-2026-000001 --role la_social_care --answer not_involved
    """
    from arflow.post.advice.advice_sender import role_of
    from arflow.post.keeping.files_of_acts import act_with_files

    if person is not None:
        role = role_of(session.app, review_id, person, role)
    if role is None:
        raise MissingValue("--role or --person", "say who answered", ROLES)
    if facts["nothing_to_add"] and facts["answer"] not in ("advice", "nothing_to_add"):
        raise click.UsageError(f"--nothing-to-add and --answer {facts['answer']} contradict each other")
    if written_on and not files:
        raise MissingValue("--file", "say which file was written then")
    command = review_commands.ReceiveAdvice(role=role, person=person, **facts)
    if not files and not facts["documents"]:
        emit_done(session, session.app.act(review_id, command))
        return
    documents = session.documents
    done = act_with_files(session.app, review_id, command, documents, kind="advice", files=files, written_on=written_on)
    emit_done(session, done)


@click.command(cls=Command)
@REVIEW
@click.option("--person", metavar="N-…", type=AN_ID, help="Only this one, with every reminder and the rule behind it.")
@click.pass_obj
def advice(session: Session, /, review_id: str, person: str | None) -> None:
    """Show who was asked for advice: by when, how often they were reminded, what they answered, and how late.

    \b
    Example:
      arflow review advice R-2026-000001
      arflow review advice R-2026-000001 --person N-1a2b3c4d
    """
    from arflow.post.advice.advice_progress import following

    found = following(session.app, review_id)
    if person is not None:
        one = next((one for one in found.asked if one.person == person), None)
        if one is None:
            raise NotFound("advice asked of", person, f"see `arflow review advice {review_id}`")
        session.emit(one, lambda out: _one(out, one))
        return
    session.emit(found, lambda out: _everybody(out, found))


def _everybody(out: "Console", found: "Following") -> None:
    heads = ("Role", "Person", "Asked", "Wanted by", "Reminded", "Answer", "Received", "Late")
    rows = [
        (
            in_words(one.role),
            one.person,
            one.requested_on,
            one.wanted_by,
            ", ".join(str(chase.on) for chase in one.chased),
            in_words(one.answer or "none yet"),
            one.received_on,
            counted(one.days_late, "day") if one.days_late else "",
        )
        for one in found.asked
    ]
    table(out, heads, rows, empty="Nobody was asked for advice: see `arflow review request-advice`.")
    for came in found.unasked:
        out.print(f"Came without being asked for: {who(came)}, on {came.received_on}", soft_wrap=True)
    if found.waiting:
        out.print(f"Requests that have not left: {', '.join(found.waiting)} (see `arflow outbox list`)", soft_wrap=True)
    if found.chain:
        out.print(found.chain, soft_wrap=True)


def _one(out: "Console", one: "Followed") -> None:
    out.print(f"{one.person} ({in_words(one.role)}), asked on {one.requested_on}", soft_wrap=True)
    if one.chain:
        out.print(one.chain, soft_wrap=True)
    for chase in one.chased:
        why = f"{chase.rule}: {chase.text} ({chase.citation})" if chase.rule else "an officer chose to"
        out.print(f"Reminded on {chase.on} by {chase.channel}: {why}", soft_wrap=True)
    answer = f"{in_words(one.answer or '')} on {one.received_on}" if one.received_on else "none yet"
    late = f", {counted(one.days_late, 'day')} late" if one.days_late else ""
    out.print(f"Answer: {answer}{late}", soft_wrap=True)


@click.command(cls=Command)
@click.argument("reviews", metavar="[REVIEW]…", type=A_REVIEW, nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every review whose meeting is near.")
@click.option("--send", "sending", is_flag=True, help="Send the reminders that are due, each once.")
@click.option("--preview", is_flag=True, help="Only list them (this is what happens without --send).")
@click.option(
    "--to", metavar="ROLE|PERSON", type=AN_ID, help="Remind this one now, whatever the rules say; once a day."
)
@BY
@click.pass_obj
def chase(
    session: Session, /, *, reviews: tuple[str, ...], every: bool, sending: bool, preview: bool, to: str | None
) -> None:
    """List the reminders that are due for advice that has not come, by the papers' reminder rules, or send them.

    \b
    Example:
      arflow review chase --all
      arflow review chase R-2026-000001 --send
      arflow review chase R-2026-000001 --to health --send
    """
    from arflow.post.advice.reminders_sent import Escalation, obstacle, remind

    if bool(reviews) == every:
        raise click.UsageError("name reviews, or say --all")
    if to is not None and len(reviews) != 1:
        raise click.UsageError("--to reminds somebody of one review: name that review")
    escalation = Escalation.from_environment()
    found = _due(session, reviews, every=every) if to is None else [_chosen(session, reviews[0], to)]
    to_send = [one for one in found if not obstacle(one, escalation)] if sending and not preview else []
    with_desk = desk(session) if to_send else None
    sent = {one.key: remind(session.app, one, with_desk, escalation) for one in to_send if with_desk}
    document = [_reminder_document(one, obstacle(one, escalation), sent.get(one.key)) for one in found]
    session.emit(document, lambda out: _show_reminders(out, document))


def _due(session: Session, reviews: Sequence[str], *, every: bool) -> "list[Reminding]":
    from arflow.papers.letters.papers_files import PapersFiles
    from arflow.post.advice.reminders_due import remindings, reviews_to_chase

    papers = PapersFiles.of(session.app.catalogue, session.app.rules.read()).current()
    names = reviews_to_chase(session.app, session.asking, papers) if every else reviews
    for name in reviews:
        session.app.review(name)  # refused where there is no such review
    return remindings(session.app, names, papers)


def _chosen(session: Session, review_id: str, to: str) -> "Reminding":
    from arflow.post.advice.reminder_by_hand import chosen

    return chosen(session.app, review_id, to)


def _reminder_document(found: "Reminding", why_not: str, sent: "Sent | None") -> dict[str, Any]:
    return {
        "review": found.review,
        "role": found.asked.role,
        "person": found.asked.person,
        "rule": found.rule,
        "to": found.told,
        "day": found.day,
        "wanted_by": found.wanted_by,
        "citation": found.citation,
        "obstacle": why_not or None,
        "sent": sent_document(sent) if sent else None,
    }


def _show_reminders(out: "Console", found: list[dict[str, Any]]) -> None:
    heads = ("Review", "Who", "Wanted by", "Rule", "Since", "Told", "State")
    rows = [
        (
            one["review"],
            " ".join(filter(None, (in_words(one["role"]), one["person"]))),
            one["wanted_by"],
            in_words(one["rule"] or "an officer chose to"),
            one["day"],
            one["to"],
            one["obstacle"] or (one["sent"]["messages"][0]["state"] if one["sent"] else "due"),
        )
        for one in found
    ]
    table(out, heads, rows, empty="No reminder is due.")
    if any(one["sent"] is None and one["obstacle"] is None for one in found):
        out.print("Nothing was sent: give --send, without --preview, to send what is due.")
    for why in dict.fromkeys(one["sent"]["waits"] for one in found if one["sent"]):
        if why:
            out.print(why, soft_wrap=True)


COMMANDS = (receive_advice, advice, chase)
