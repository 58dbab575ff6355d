"""`arflow inbox accept …`: what an officer decides on what arrived: accepted as an act, refused, placed or set aside."""

from datetime import date
from typing import Any

import click

from arflow.cli.case_names import A_PLAN, A_REVIEW, AN_ID
from arflow.cli.options import BY, DAY, REASON, SURE
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import NotPossible, option_name
from arflow.events import ADVICE_ANSWERS, OUTCOMES, ROLES
from arflow.words import counted

ACCEPTED_AS = ("form", "termly-list", "advice", "report", "representations", "views", "nothing")
PAPERS = click.argument("papers", nargs=-1, required=True, metavar="PAPER...", type=AN_ID)
MESSAGE = click.argument("message", metavar="MESSAGE", type=AN_ID)


@click.command(cls=Command)
@PAPERS
@click.option("--as", "accepted_as", type=click.Choice(ACCEPTED_AS), required=True, help="What they are.")
@click.option(
    "--review", metavar="ID", type=A_REVIEW, help="The review they are for (default: the one they were filed on)."
)
@click.option("--role", type=click.Choice(ROLES), help="Who wrote them (default: the sender's role).")
@click.option("--answer", type=click.Choice(ADVICE_ANSWERS), default="advice", help="What the advice answers.")
@click.option("--recommendation", type=click.Choice(OUTCOMES), help="What a report recommends.")
@click.option("--differing", type=click.Choice(ROLES), multiple=True, help="Whose recommendations differ in a report.")
@click.option(
    "--to-us-alone", is_flag=True, help="Of a report: nobody else has it, so that it counts as sent once it is sent on."
)
@click.option("--skip-reason", metavar="TEXT", help="Why expected steps are passed over. Kept outside the log.")
@click.option("--on", type=DAY, help="The day it happened (default: the day that the message arrived).")
@click.option("--only-sound", is_flag=True, help="Of a term list: plan the rows without a fault, and leave the others.")
@click.option("--sender-checked", is_flag=True, help="Of a term list: you know who sent it from another address.")
@BY
@SURE
@click.pass_obj
def accept(
    session: Session,
    /,
    papers: tuple[str, ...],
    on: date | None,
    *,
    only_sound: bool,
    sender_checked: bool,
    **how: Any,
) -> None:
    """Accept papers as an act on the review; PAPER may be a message, for all of its papers.

    The act is dated the day the message arrived, by our server's clock in London, unless --on says otherwise.
    A form of ours records everything that it says, on the days that it gives: see `arflow form read`. A term list plans every
    meeting that the setting proposes a day for: see `arflow termly-list read`.

    \b
    Example:
      arflow inbox accept IN-1a2b3c4d.1 --as advice --role health
      arflow inbox accept IN-5e6f7a8b --as report --recommendation amend
      arflow inbox accept IN-5e6f7a8b --as report --to-us-alone
      arflow inbox accept IN-9c8d7e6f --as form
      arflow inbox accept IN-0a1b2c3d --as termly-list
    """
    if how["accepted_as"] == "termly-list":
        from arflow.cli.planning.list_replies import accept_list

        given = _given(on=on, **how)
        accept_list(session, papers, only_sound=only_sound, sender_checked=sender_checked, given=given)
        return
    if only_sound or sender_checked:
        raise NotPossible("--only-sound and --sender-checked go with --as termly-list: leave them out")
    if how["accepted_as"] == "form":
        _accept_form(session, papers, on=on, **how)
        return
    from arflow.post.incoming.officer_decisions import Acceptance
    from arflow.post.incoming.officer_decisions import accept as accepting

    accepted = accepting(session.app, papers, Acceptance(on=on, **how))
    done = accepted.done
    document = {
        "papers": accepted.papers,
        "accepted_as": how["accepted_as"],
        "id": done.id if done else None,
        "state": done.state if done else None,
        "event": done.event if done else None,
        "on": done.on if done else None,
        "notes": accepted.notes,
        "not_opened": accepted.not_opened,
    }
    act = f"{done.id}: {done.event} on {done.on} → {done.state}" if done else "filed on the case, no act recorded"
    session.emit(document, lambda out: out.print(f"{', '.join(accepted.papers)}: {act}", soft_wrap=True))
    for note in accepted.notes:
        say(f"A covering note, kept and not sent on: {note}. To send it on, name it when you accept.", err=True)
    for closed in accepted.not_opened:
        say(f"Not opened: {closed}", err=True)
    if done and how["accepted_as"] == "report":
        again = f"arflow review void {done.id} report --reason …, and arflow letter send {done.id} report_cover"
        say(f"Recorded as sent to everybody invited (r.20(9), r.21(8)). If it came to you alone: {again}", err=True)
    if how["to_us_alone"]:
        kept = " ".join(f"--document {digest[:12]}" for digest in accepted.documents)
        send = f"arflow letter send {accepted.review or 'REVIEW'} report_cover {kept}"
        say(f"It counts as sent once everybody invited has it (r.20(9), r.21(8)): {send}", err=True)


def _accept_form(session: Session, names: tuple[str, ...], *, skip_reason: str | None, **how: Any) -> None:
    from arflow.cli.papers.form import document_of, say_what_is_left
    from arflow.post.incoming.returned_forms import accept_form

    if given := _given(**how):
        raise NotPossible(f"the form itself says that: leave out {', '.join(map(option_name, given))}")
    accepted = accept_form(session.app, names, skip_reason=skip_reason)
    read, done = accepted.read, accepted.done
    document = document_of(read) | {"accepted_as": "form", "state": done.state, "events": [e.name for e in done.events]}

    def show(out: Any) -> None:
        for act in read.proposal.acts:
            out.print(act, soft_wrap=True)
        out.print(f"{done.id}: {counted(len(read.proposal.acts), 'act')} recorded → {done.state}", soft_wrap=True)

    session.emit(document, show)
    say_what_is_left(read)


def _given(**how: Any) -> list[str]:
    """The options that say what a form or a sheet itself says."""
    given = [name for name in ("on", "review", "role", "recommendation", "differing", "to_us_alone") if how[name]]
    return given + (["answer"] if how["answer"] != "advice" else [])


@click.command(cls=Command)
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
    from arflow.post.incoming.officer_decisions import refuse as refusing

    found = refusing(session.app, papers, reason)
    session.emit({"papers": found, "state": "refused"}, lambda out: out.print(f"{', '.join(found)}: refused"))


@click.command(cls=Command)
@MESSAGE
@click.option("--review", metavar="ID", type=A_REVIEW, help="The review it is about.")
@click.option("--plan", metavar="REF", type=A_PLAN, help="The plan it is about, where no review is meant.")
@click.option("--shared", is_flag=True, help="Files in it that another case has too are blank forms or leaflets.")
@click.option("--on", type=DAY, help="The day it came, where its server's clock was wrong.")
@BY
@SURE
@click.pass_obj
def place(session: Session, /, message: str, review: str | None, plan: str | None, **how: Any) -> None:
    """Place a message on a case; its papers then wait to be accepted.

    \b
    Example:
      arflow inbox place IN-1a2b3c4d --review R-2026-000001
      arflow inbox place IN-1a2b3c4d --plan P-1001 --on 2026-11-24
    """
    from arflow.post.incoming.officer_decisions import place as placing

    arrival = placing(session.app, message, plan=plan, review=review, **how)
    document = {"id": arrival.id, "state": arrival.state, "plan": arrival.plan, "review": arrival.review}
    said = f"{arrival.id}: placed on {arrival.review or arrival.plan}"
    session.emit(document, lambda out: out.print(said, soft_wrap=True))


@click.command("set-aside", cls=Command)
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
    from arflow.post.incoming.officer_decisions import set_aside as setting_aside

    setting_aside(session.app, message, reason)
    session.emit({"id": message, "state": "set_aside"}, lambda out: out.print(f"{message}: set aside"))


COMMANDS: tuple[click.Command, ...] = (accept, refuse, place, set_aside)
