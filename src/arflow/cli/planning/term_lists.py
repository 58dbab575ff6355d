"""`arflow termly-list …`: the plans due for review in a term, for each setting, health and social care (Code 9.172)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.case.urn import is_urn
from arflow.cli.options import BY
from arflow.cli.output import table
from arflow.cli.planning.list_replies import read, reply
from arflow.cli.post.sent_lines import sent_document
from arflow.cli.root import Command, Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import AlreadyThere
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.planning.list_making import TermLists
    from arflow.planning.list_sending import Outgoing
    from arflow.post.outgoing.send_now import Sent

_MOST_NAMED = 10
_SAID = {
    "first": "the whole list",
    "changes": "what changed",
    "nothing_new": "nothing changed",
    "no_address": "not sent",
}


class _Whose(click.ParamType[str]):
    """Whose list: a setting by its URN, health or social-care."""

    name = "URN|health|social-care"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        role = {"health": "health", "social-care": "la_social_care", "social_care": "la_social_care"}.get(str(value))
        if role is None and not is_urn(str(value)):
            self.fail(f"{value} is neither a URN of six digits nor health or social-care", param, ctx)
        return role or str(value)


@click.command("make", cls=Command)
@click.option("--term", required=True, metavar="NAME", help="The term, such as “Spring 2027”: see `arflow terms show`.")
@click.option(
    "--to", "only", type=_Whose(), multiple=True, help="Only this list: a URN, health or social-care. Repeatable."
)
@click.option(
    "--send", "sending", is_flag=True, help="Send the lists, and keep them as evidence (default: only show them)."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write the workbook and the PDF of each list to this folder too.",
)
@BY
@click.pass_obj
def make(session: Session, /, *, term: str, only: tuple[str, ...], sending: bool, output: Path | None) -> None:
    """List the plans due for review in a term for each setting, health and social care; with --send they go out.

    Each is a workbook, in which the setting chooses the days of its meetings, and a PDF. What is sent is kept as it left, and
    recorded on each plan on it. A second run sends only what changed since. Addresses come from the sheet that
    ARFLOW_LIST_ADDRESSES names (urn, name, email), or from the cases where all name one.

    \b
    Example:
      arflow termly-list make --term "Spring 2027"
      arflow termly-list --term "Spring 2027" --to 123456 --output lists
      arflow termly-list --term "Spring 2027" --send
    """
    from arflow.planning.list_making import make_lists
    from arflow.planning.list_sending import send_list, to_send
    from arflow.planning.term_dates import named

    app = session.app
    found = make_lists(app, session.asking, named(app.current_workflow().terms, term), only=only)
    going = to_send(app, session.documents, found)
    if output:
        _write(session, going, output)
    sent: dict[str, Sent] = {}
    if sending:
        for one in going:
            if one.goes and one.list and one.made.to.email:
                sent[one.made.to.key] = send_list(app, session.documents, one.list, one.made.to.email, session.post)
    document = _document(found, going, sent, sending=sending)
    session.emit(document, lambda out: _show(out, found, going, sent, sending=sending))
    _say_what_is_left(found, going)


def _write(session: Session, going: "Sequence[Outgoing]", folder: Path) -> None:
    from arflow.cli.files import write_file
    from arflow.planning.list_page import as_page
    from arflow.planning.list_workbook import as_workbook

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = [(one.list, folder / one.list.file_name) for one in going if one.list]
    for _, path in wanted:
        for file in (path.with_name(f"{path.name}.xlsx"), path.with_name(f"{path.name}.pdf")):
            if file.exists():
                raise AlreadyThere(f"--output: {file} exists already: name another folder")
    for found, path in wanted:
        write_file(path.with_name(f"{path.name}.xlsx"), as_workbook(found), force=False)
        write_file(path.with_name(f"{path.name}.pdf"), as_page(found, session.app.now), force=False)


def _document(
    found: "TermLists", going: "Sequence[Outgoing]", sent: "dict[str, Sent]", *, sending: bool
) -> dict[str, Any]:
    return {
        "term": found.term.name,
        "starts": found.term.starts,
        "by": found.by,
        "late": found.late,
        "sending": sending,
        "lists": [_list_document(one, sent.get(one.made.to.key)) for one in going],
        "without_setting": found.without_setting,
        "unknown": found.unknown,
    }


def _list_document(one: "Outgoing", sent: "Sent | None") -> dict[str, Any]:
    told = one.list or one.made.list
    return {
        "to": one.made.list.whose,
        "called": one.made.list.called,
        "has_address": one.made.to.email is not None,
        "what": one.what,
        "why": one.why or None,
        "list": one.list.id if one.list and sent else None,
        "plans": [
            {
                "plan": plan.plan,
                "due": plan.due,
                "meet_by": plan.meet_by,
                "planned": plan.planned,
                "first_day": plan.first_day,
                "last_day": plan.last_day,
                "know": plan.know,
            }
            for plan in (told.plans if one.list else one.made.list.plans)
        ],
        "gone": told.gone,
        "sent": sent_document(sent) if sent else None,
    }


def _show(
    out: "Console", found: "TermLists", going: "Sequence[Outgoing]", sent: "dict[str, Sent]", *, sending: bool
) -> None:
    if not going:
        out.print(f"No plan is due for review in {found.term.name}.")
        return
    rows = [
        (
            one.made.list.whose,
            one.made.list.called,
            len(one.made.list.plans),
            _flagged(one),
            _what(one),
            _became(one, sent.get(one.made.to.key), sending=sending),
        )
        for one in going
    ]
    heads = ("List", "For", "Plans", "Marked", "What goes", "Sent" if sending else "Would be sent")
    table(out, heads, rows, empty="", title=f"Reviews due in {found.term.name}")
    if not sending:
        out.print("Nothing was sent: say --send to send it.")


def _what(one: "Outgoing") -> str:
    if one.list is None or not one.list.changes:
        return _SAID[one.what]
    return f"{_SAID[one.what]}: {counted(len(one.list.plans), 'plan')}"


def _flagged(one: "Outgoing") -> int:
    return sum(bool(plan.know) for plan in one.made.list.plans)


def _became(one: "Outgoing", sent: "Sent | None", *, sending: bool) -> str:
    if one.why:
        return f"no: {one.why}"
    if one.list is None:
        return "no"
    if not sending:
        return "yes"
    assert sent is not None
    return ", ".join(f"{message.state} ({sent.dispatch})" for message in sent.messages)


def _say_what_is_left(found: "TermLists", going: "Sequence[Outgoing]") -> None:
    if found.late and any(one.list for one in going):
        say(f"It is late: the list is due by {found.by}, two weeks before the term starts (Code 9.172).", err=True)
    for one in going:
        if one.what == "no_address":
            say(f"{one.made.list.called} ({one.made.list.whose}): {one.why}.", err=True)
    if found.without_setting:
        said = f"{counted(len(found.without_setting), 'plan')} at no setting, so on no setting's list"
        say(f"{said} ({_named(found.without_setting)}).", err=True)
    if found.unknown:
        said = f"{counted(len(found.unknown), 'plan')} on no list, since nobody knows when the 12 months began"
        say(f"{said} ({_named(found.unknown)}).", err=True)


def _named(plans: Sequence[str]) -> str:
    """Some plans by their references; --json has them all."""
    return f"{', '.join(plans[:_MOST_NAMED])}{', …' if len(plans) > _MOST_NAMED else ''}"


class _TermlyList(Group):
    """`termly-list` alone makes the lists: its options need no name of a command before them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0].startswith("-") and args[0] not in ctx.help_option_names:
            args = [make.name or "", *args]
        return super().parse_args(ctx, args)


@click.group("termly-list", cls=_TermlyList)
def termly_list() -> None:
    """The plans due for review in a term: lists for settings, health and social care, and the days that settings propose.

    Without the name of a command it makes the lists.

    \b
    Example:
      arflow termly-list --term "Spring 2027"
    """


for _command in (make, read, reply):
    termly_list.add_command(_command)
