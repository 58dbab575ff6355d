"""`arflow inbox …`: read the mailbox, see what nobody has placed, and accept what came as acts."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.base import BY, DAY, ON, REASON, Group, Session, table
from arflow.cli.files import to_file
from arflow.errors import InvalidValue
from arflow.events import ADVICE_ANSWERS, OUTCOMES, ROLES
from arflow.plurals import counted

if TYPE_CHECKING:
    from arflow.mail.arrivals import Arrival, Paper

ACCEPTED_AS = ("advice", "report", "representations", "views", "nothing")
PAPERS = click.argument("papers", nargs=-1, required=True, metavar="PAPER...")
MESSAGE = click.argument("message", metavar="MESSAGE")
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
    A message that cannot be read is named, and the exit code is 1; all others are taken.

    \b
    Example:
      arflow inbox run --mailbox maildir:///var/mail/reviews --since 2026-01-01
    """
    import msgspec

    from arflow.correspondence import inbox as inboxes
    from arflow.correspondence.answering import answering
    from arflow.mail.mailbox import opened
    from arflow.mail.settings import Settings

    session: Session = context.obj
    if since and since > session.app.today:
        raise InvalidValue("--since", since, f"a day that has been: today is {session.app.today}")
    how = answering(session.app, Settings.from_environment())
    with opened(mailbox) as found:
        ran = inboxes.run(session.app, found, how, since=since)
    session.emit(msgspec.to_builtins(ran), lambda out: out.print(_said(ran), soft_wrap=True))
    for message in ran.unread:
        click.echo(f"arflow: a message cannot be read ({message}): mend that and run it again", err=True)
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
@click.pass_obj
def list_(session: Session, /, which: str) -> None:
    """List messages, the longest here first, with their age in days.

    \b
    Example:
      arflow inbox list --unplaced
    """
    from arflow.correspondence import papers

    found = papers.waiting_list(session.app, which)  # type: ignore[arg-type]
    today = session.app.today
    rows = [_row(arrival, today) for arrival in found]
    columns = ("id", "arrived_on", "age", "state", "plan", "review", "sender", "subject", "why")
    heads = ("Message", "Day", "Days", "State", "Plan", "Review", "From", "Subject", "Why")
    empty = {"unplaced": "Every message is placed.", "waiting": "No papers wait."}.get(which, "No messages yet.")
    session.emit(rows, lambda out: table(out, heads, [[row[name] for name in columns] for row in rows], empty=empty))
    if which != "unplaced" and not session.as_json:
        risk = len(papers.waiting_list(session.app, "unplaced"))
        if risk:
            click.echo(f"{risk} not placed: see `arflow inbox list --unplaced`.", err=True)


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
    from arflow.correspondence import papers
    from arflow.mail import arrivals as tables

    store = papers.arrivals_of(session.app)
    arrival = store.arrival(message)
    own = store.papers(tables.papers.c.arrival == arrival.id)
    if output:
        write_file(output, papers.whole(session.app, message), force=force)
    officers = session.app.directory.officer_names()
    document = {
        **_row(arrival, session.app.today),
        "arrived_at": arrival.arrived_at.isoformat(),
        "message_sha256": arrival.digest,
        "not_opened": [msgspec.to_builtins(closed) for closed in arrival.closed],
        "repeats": arrival.repeats,
        "answer": arrival.answer,
        "no_answer": arrival.no_answer,
        "decided_by": officers.get(arrival.decided_by or ""),
        "rule": arrival.rule,
        "disposed_on": arrival.disposed_at.date() if arrival.disposed_at else None,
        "papers": [msgspec.to_builtins(paper) for paper in own],
        **({"words": papers.words(session.app, message)} if words else {}),
    }
    session.emit(document, lambda out: _shown(out, document, own))


def _shown(out: Any, document: dict[str, Any], own: "list[Paper]") -> None:
    rows = [
        ("Message", document["id"]),
        ("Arrived", f"{document['arrived_on']} ({counted(document['age'], 'day')} ago)"),
        ("From", document["sender"]),
        ("Subject", document["subject"]),
        ("It is", (document["nature"] or "not read yet").replace("_", " ")),
        ("State", document["state"].replace("_", " ")),
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
        out.print(document["words"] or "It says nothing.", soft_wrap=True, markup=False)


@inbox.command()
@PAPERS
@click.option("--as", "accepted_as", type=click.Choice(ACCEPTED_AS), required=True, help="What they are.")
@click.option("--review", metavar="ID", help="The review they are for (default: the one they were filed on).")
@click.option("--role", type=click.Choice(ROLES), help="Whose they are (default: the sender's role).")
@click.option("--answer", type=click.Choice(ADVICE_ANSWERS), default="advice", help="What the advice answers.")
@click.option("--recommendation", type=click.Choice(OUTCOMES), help="What a report recommends.")
@click.option("--differing", type=click.Choice(ROLES), multiple=True, help="Whose recommendations differ in a report.")
@click.option("--skip-reason", metavar="TEXT", help="Why expected steps are passed over. Kept outside the log.")
@ON
@BY
@click.pass_obj
def accept(session: Session, /, papers: tuple[str, ...], on: date | None, **how: Any) -> None:
    """Accept papers as an act on the review; PAPER may be a message, for all of its papers.

    The act is dated the day the message arrived, by our server's clock in London, unless --on says otherwise.

    \b
    Example:
      arflow inbox accept IN-1a2b3c4d.1 --as advice --role health
      arflow inbox accept IN-5e6f7a8b --as report --recommendation amend
    """
    from arflow.correspondence.papers import Acceptance
    from arflow.correspondence.papers import accept as accepting

    accepted = accepting(session.app, papers, Acceptance(on=on, **how))
    done = accepted.done
    document = {
        "papers": accepted.papers,
        "accepted_as": how["accepted_as"],
        "id": done.id if done else None,
        "state": done.state if done else None,
        "event": done.event if done else None,
        "on": done.on if done else None,
    }
    act = f"{done.id}: {done.event} on {done.on} → {done.state}" if done else "filed on the case, no act recorded"
    session.emit(document, lambda out: out.print(f"{', '.join(accepted.papers)}: {act}", soft_wrap=True))
    if done and how["accepted_as"] == "report":
        send = f"arflow review void {done.id} report --reason …, and arflow letter send {done.id} report_cover"
        click.echo(
            f"Recorded as sent to everybody invited (r.20(9), r.21(8)). If it came to you alone: {send}", err=True
        )


@inbox.command()
@PAPERS
@REASON
@BY
@click.pass_obj
def refuse(session: Session, /, papers: tuple[str, ...], reason: str) -> None:
    """Refuse papers that are not the case's or of no use; the message stays whole, and can be placed elsewhere.

    \b
    Example:
      arflow inbox refuse IN-1a2b3c4d.2 --reason "A leaflet"
    """
    from arflow.correspondence.papers import refuse as refusing

    found = refusing(session.app, papers, reason)
    session.emit({"papers": found, "state": "refused"}, lambda out: out.print(f"{', '.join(found)}: refused"))


@inbox.command()
@MESSAGE
@click.option("--review", metavar="ID", help="The review it is about.")
@click.option("--plan", metavar="REF", help="The plan it is about, where no review is meant.")
@click.option("--shared", is_flag=True, help="Files in it that another case has too are blank forms or leaflets.")
@BY
@click.pass_obj
def place(session: Session, /, message: str, review: str | None, plan: str | None, shared: bool) -> None:
    """Place a message on a case; its papers then wait to be accepted.

    \b
    Example:
      arflow inbox place IN-1a2b3c4d --review R-2026-000001
    """
    from arflow.correspondence.papers import place as placing

    arrival = placing(session.app, message, plan=plan, review=review, shared=shared)
    document = {"id": arrival.id, "state": arrival.state, "plan": arrival.plan, "review": arrival.review}
    said = f"{arrival.id}: placed on {arrival.review or arrival.plan}"
    session.emit(document, lambda out: out.print(said, soft_wrap=True))


@inbox.command("set-aside")
@MESSAGE
@REASON
@BY
@click.pass_obj
def set_aside(session: Session, /, message: str, reason: str) -> None:
    """Say why a message that is on no case needs nothing more; it stays whole, and can still be placed.

    \b
    Example:
      arflow inbox set-aside IN-1a2b3c4d --reason "An advertisement"
    """
    from arflow.correspondence.papers import set_aside as setting_aside

    setting_aside(session.app, message, reason)
    session.emit({"id": message, "state": "set_aside"}, lambda out: out.print(f"{message}: set aside"))
