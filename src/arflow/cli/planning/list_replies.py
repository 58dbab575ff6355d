"""`arflow termly-list read|reply …`: the days that a setting proposes on its list, and what to ask about them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.case_names import AN_ID
from arflow.cli.options import BY
from arflow.cli.output import table
from arflow.cli.post.sent_lines import sent_document, show_sent
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import NotPossible, option_name
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.planning.list_reply import Reply

_DOES = {"opens": "open a review", "schedules": "plan", "moves": "move", "nothing": ""}
_IT = click.argument("it", metavar="MESSAGE|FILE")


def _reply(session: Session, it: str) -> "Reply":
    from arflow.planning.list_reply import read_reply, read_reply_file

    path = Path(it)
    if not it.startswith("IN-") and path.is_file():
        return read_reply_file(session.app, session.asking, session.documents, path)
    return read_reply(session.app, session.asking, session.documents, it)


@click.command(cls=Command)
@_IT
@click.pass_obj
def read(session: Session, /, it: str) -> None:
    """Read the sheet that a setting sent back, a message of the inbox or a file, and check each day; nothing is recorded.

    \b
    Example:
      arflow termly-list read IN-1a2b3c4d
    """
    found = _reply(session, it)
    session.emit(reply_document(found), lambda out: _show(out, found))
    _say_way_on(found)


def reply_document(found: "Reply") -> dict[str, Any]:
    """A reply as other tools read it."""
    return {
        "list": found.list.id,
        "term": found.list.term,
        "setting": found.list.setting,
        "message": found.arrival.id if found.arrival else None,
        "doubt": found.doubt or None,
        "rows": [
            {
                "row": one.row or None,
                "plan": one.plan,
                "review": one.wanted.review or None if one.wanted else None,
                "day": one.day,
                "does": one.does if not one.faults else "nothing",
                "faults": one.faults,
                "notes": one.notes,
            }
            for one in found.rows
        ],
        "faults": found.asked,
    }


def _show(out: "Console", found: "Reply") -> None:
    rows = [
        (
            one.row or "",
            one.plan,
            one.day or "",
            "" if one.faults else _DOES[one.does],
            "; ".join(one.faults),
            "; ".join(one.notes),
        )
        for one in found.rows
    ]
    heads = ("Row", "Plan", "Day", "Would", "Fault", "Note")
    title = f"Reply to {found.list.id}, {found.list.term}, setting {found.list.setting}"
    table(out, heads, rows, empty="It has no rows.", title=title)


def _say_way_on(found: "Reply") -> None:
    if found.doubt:
        say(f"Check the sender: {found.doubt}.", err=True)
    if found.arrival is None:
        return
    name = found.arrival.id
    if found.asked:
        say(f"{counted(len(found.asked), 'fault')}: ask with `arflow termly-list reply {name}`.", err=True)
    if found.sound:
        only = " --only-sound" if found.asked else ""
        meetings = counted(len(found.sound), "meeting")
        say(f"Plan {meetings}: arflow inbox accept {name} --as termly-list{only}", err=True)


@click.command(cls=Command)
@click.argument("message", metavar="MESSAGE", type=AN_ID)
@click.option("--preview", is_flag=True, help="Show what would be asked; nothing is sent.")
@BY
@click.pass_obj
def reply(session: Session, /, message: str, preview: bool) -> None:
    """Ask the sender of a sheet about every fault of it, in one message.

    \b
    Example:
      arflow termly-list reply IN-1a2b3c4d --preview
    """
    from arflow.planning.list_question import question, send_question

    found = _reply(session, message)
    said = question(session.app, found)
    if preview:
        document = {"subject": said.subject, "text": said.text, "asked": said.asked, "sent": None}
        session.emit(document, lambda out: out.print(f"{said.subject}\n\n{said.text}", soft_wrap=True))
        return
    sent = send_question(session.app, found, session.post)
    told = {"subject": said.subject, "text": said.text, "asked": said.asked, "sent": sent_document(sent)}
    session.emit(told, lambda out: show_sent(out, sent))


def accept_list(
    session: Session, names: tuple[str, ...], *, only_sound: bool, sender_checked: bool, given: Any
) -> None:
    """Accept the sheet that a message brought: what `arflow inbox accept --as termly-list` does."""
    from arflow.planning.list_reply import accept_reply, read_reply

    if given:
        raise NotPossible(f"the sheet itself says that: leave out {', '.join(map(option_name, given))}")
    if len(names) > 1:
        raise NotPossible("accept one reply to a term list at a time")
    found = read_reply(session.app, session.asking, session.documents, names[0])
    accepted = accept_reply(session.app, found, only_sound=only_sound, sender_checked=sender_checked)
    document = reply_document(found) | {
        "accepted_as": "termly-list",
        "done": [{"id": one.id, "event": one.event, "state": one.state} for one in accepted.done],
        "withdrawn": accepted.withdrawn,
    }

    def show(out: "Console") -> None:
        for row, one in zip(found.sound, accepted.done, strict=True):
            out.print(f"{one.id} ({row.plan}): meeting on {row.day} → {one.state}", soft_wrap=True)
        out.print(f"{counted(len(accepted.done), 'meeting')} planned.", soft_wrap=True)

    session.emit(document, show)
    if accepted.withdrawn:
        say(f"Invitations to the old days taken back: {counted(len(accepted.withdrawn), 'message')}.", err=True)
