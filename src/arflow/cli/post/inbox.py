"""`arflow inbox …`: read the mailbox, see what nobody has placed, and accept what came as acts."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.files import to_file
from arflow.cli.options import BY, DAY, listed
from arflow.cli.output import table
from arflow.cli.post import inbox_decisions
from arflow.cli.post.inbox_decisions import MESSAGE
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import InvalidValue
from arflow.words import counted, in_words

if TYPE_CHECKING:
    from arflow.post.mail.arrivals import Arrival, Paper

MAILBOX = click.option(
    "--mailbox",
    metavar="URL",
    help="imaps://user@host/INBOX or maildir:///path.  [env: ARFLOW_INBOX; password: ARFLOW_INBOX_PASSWORD]",
)


@click.group(cls=Group)
def inbox() -> None:
    """Read the annual review mailbox, and deal with what arrived.

    \b
    Example:
      arflow inbox run --mailbox imaps://reviews@mail.example.org/INBOX
      arflow inbox list --unplaced
      arflow inbox accept IN-1a2b3c4d --as advice --role health
    """


@inbox.command()
@MAILBOX
@click.option("--since", type=DAY, help="Leave messages alone that arrived before this day.")
@BY
@click.pass_context
def run(context: click.Context, /, mailbox: str | None, since: date | None) -> None:
    """Take what is new in the mailbox, file what is surely about one case, and queue the rest for an officer.

    Nothing in the mailbox is changed. It can be run again at any time, and after a crash goes on where it was.
    A message that arflow cannot read waits for an officer too, with the reason: see `arflow inbox list --unplaced`.
    One that the mailbox does not let it open is named, and the exit code is 1; all others are taken.

    \b
    Example:
      arflow inbox run --mailbox maildir:///var/mail/reviews --since 2026-01-01
    """
    import msgspec

    from arflow.post.incoming import inbox as inboxes
    from arflow.post.incoming.answers import answering
    from arflow.post.mail.mailbox import opened
    from arflow.post.mail.settings import Settings

    session: Session = context.obj
    if since and since > session.app.today:
        raise InvalidValue("--since", since, f"a day that has been: today is {session.app.today}")
    how = answering(session.app, Settings.from_environment())
    with opened(mailbox) as found:
        ran = inboxes.run(session.app, found, how, since=since)
    session.emit(msgspec.to_builtins(ran), lambda out: out.print(_said(ran), soft_wrap=True))
    for message in ran.unread:
        say(f"arflow: a message cannot be read ({message}): fix the cause and run it again", err=True)
    if ran.unread:
        context.exit(1)


def _said(ran: Any) -> str:
    parts = (
        f"{ran.taken} new",
        f"{ran.placed} placed",
        f"{ran.unplaced} for an officer to place",
        f"{ran.noted} noted",
        f"{ran.repeat} repeated",
    )
    left = f"; {ran.left} left for the next run" if ran.left else ""
    return ", ".join(parts) + left


@inbox.command("list")
@click.option("--unplaced", "which", flag_value="unplaced", help="Messages that are on no case yet: each is a risk.")
@click.option("--waiting", "which", flag_value="waiting", help="Messages with papers to accept or refuse.")
@click.option("--all", "which", flag_value="all", default=True, help="Every message (the default).")
@listed
@click.pass_obj
def list_(session: Session, /, which: str) -> None:
    """List messages, the longest here first, with their age in days.

    A sender is unproven unless the mail server that ARFLOW_INBOX_CHECKED_BY names found that they are who they say (DMARC).

    \b
    Example:
      arflow inbox list --unplaced
    """
    from arflow.post.incoming import officer_decisions

    found = officer_decisions.waiting_list(session.app, which)  # type: ignore[arg-type]
    today = session.app.today
    rows = [_row(arrival, today) for arrival in found]
    columns = ("id", "arrived_on", "age", "state", "plan", "review", "sender", "subject", "why")
    heads = ("Message", "Day", "Days", "State", "Plan", "Review", "From", "Subject", "Why")
    empty = {"unplaced": "Every message is placed.", "waiting": "No papers wait."}.get(which, "No messages yet.")
    session.emit_list(rows, lambda: (heads, [_listed(row, columns) for row in rows]), empty=empty)
    if which != "unplaced" and not session.as_json:
        risk = len(officer_decisions.waiting_list(session.app, "unplaced"))
        if risk:
            say(f"{risk} not placed: see `arflow inbox list --unplaced`.", err=True)


def _listed(row: dict[str, Any], columns: tuple[str, ...]) -> list[Any]:
    return [_sender(row) if name == "sender" else row[name] for name in columns]


def _sender(row: dict[str, Any]) -> str | None:
    """The sender as an officer reads it: anybody can write under an address that our server does not vouch for."""
    return row["sender"] if row["sender_proven"] or not row["sender"] else f"{row['sender']} (unproven)"


def _row(arrival: "Arrival", today: date) -> dict[str, Any]:
    return {
        "id": arrival.id,
        "arrived_on": arrival.arrived_on,
        "age": (today - arrival.arrived_on).days,
        "state": arrival.state,
        "nature": arrival.nature,
        "plan": arrival.plan,
        "review": arrival.review,
        "person": arrival.person,
        "role": arrival.role,
        "sender": arrival.sender,
        "sender_proven": arrival.proven,
        "subject": arrival.subject,
        "why": arrival.why,
        "matched_by": arrival.matched_by,
        "candidates": arrival.candidates,
    }


@inbox.command()
@MESSAGE
@click.option("--words", is_flag=True, help="Show what it says too.")
@to_file
@click.pass_obj
def show(session: Session, /, message: str, words: bool, output: Any, force: bool) -> None:
    """Show a message: where it is and why, its papers and what they may be; with --output, the whole message as it came.

    \b
    Example:
      arflow inbox show IN-1a2b3c4d --words
      arflow inbox show IN-1a2b3c4d --output message.eml
    """
    import msgspec

    from arflow.cli.files import write_file
    from arflow.post.incoming import officer_decisions

    store = officer_decisions.arrivals_of(session.app)
    arrival = store.arrival(message)
    own = store.papers_from(arrival.id)
    if output:
        write_file(output, officer_decisions.whole(session.app, message), force=force)
    officers = session.app.directory.officer_names()
    document = {
        **_row(arrival, session.app.today),
        "arrived_at": arrival.arrived_at.isoformat(),
        "is_dated_by_reading": arrival.is_dated_by_reading,
        "message_sha256": arrival.digest,
        "not_opened": [msgspec.to_builtins(closed) for closed in arrival.closed],
        "repeats": arrival.repeats,
        "answer": arrival.answer,
        "no_answer": arrival.no_answer,
        "decided_by": officers.get(arrival.decided_by or ""),
        "rule": arrival.rule,
        "disposed_on": arrival.disposed_at.date() if arrival.disposed_at else None,
        "papers": [msgspec.to_builtins(paper) for paper in own],
        **({"words": officer_decisions.words(session.app, message)} if words else {}),
    }
    session.emit(document, lambda out: _shown(out, document, own))
    for paper in own:
        if paper.suggestion and paper.state == "waiting":
            say(_what_to_do(paper), err=True)


def _what_to_do(paper: "Paper") -> str:
    """What an officer does next with a paper that may be something."""
    if paper.suggestion == "form":
        return f"{paper.id} is a form of ours: arflow form read {paper.id}"
    return (
        f"{paper.id} may be {in_words(paper.suggestion or '')}, to be read by hand: arflow document fetch {paper.document[:12]} "
        f"--output FILE; then arflow inbox accept {paper.id} --as {paper.suggestion}"
    )


def _shown(out: Any, document: dict[str, Any], own: "list[Paper]") -> None:
    dated = "; the day it was read, since it gives none that can be" if document["is_dated_by_reading"] else ""
    unread = "not read yet" if document["state"] == "new" else "not read"
    rows = [
        ("Message", document["id"]),
        ("Arrived", f"{document['arrived_on']} ({counted(document['age'], 'day')} ago){dated}"),
        ("From", _sender(document)),
        ("Subject", document["subject"]),
        ("It is", in_words(document["nature"] or unread)),
        ("State", in_words(document["state"])),
        ("Why", document["why"]),
        ("Case", " ".join(filter(None, (document["plan"], document["review"])))),
        ("Matched by", ", ".join(document["matched_by"])),
        ("May be about", ", ".join(document["candidates"])),
        ("Not opened", "; ".join(f"{one['name']} {one['why']}" for one in document["not_opened"])),
        ("Acknowledged", document["answer"] or f"no: {document['no_answer'] or 'it needs none'}"),
        ("Decided by", document["decided_by"]),
        ("Disposed of", document["rule"] and f"{document['disposed_on']}, under the rule {document['rule']}"),
        ("SHA-256", document["rule"] and document["message_sha256"]),
    ]
    table(out, ("", ""), [row for row in rows if row[1]], empty="")
    heads = ("Paper", "Name", "Size", "State", "May be", "From role", "Document", "Why")
    lines = [
        (
            paper.id,
            paper.name or "(erased)",
            paper.size,
            paper.accepted_as or paper.state,
            paper.suggestion,
            paper.role,
            paper.document[:12],
            paper.why,
        )
        for paper in own
    ]
    table(out, heads, lines, empty="No papers were filed from it.")
    if "words" in document:
        out.print(document["words"] or "It says nothing.", soft_wrap=True)


for _command in inbox_decisions.COMMANDS:
    inbox.add_command(_command)
