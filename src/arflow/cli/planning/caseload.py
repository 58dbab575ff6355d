"""`arflow caseload …`: what each officer carries, and hand-overs that make it even."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.case.many_cases import DRY_RUN, run
from arflow.cli.case_names import PLAN
from arflow.cli.files import check_new, to_file, write_file
from arflow.cli.options import BY, YES
from arflow.cli.output import table
from arflow.cli.root import Command, Group
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arflow.figures.rendering.console import Console
    from arflow.planning.balance import HandOver
    from arflow.planning.caseload import Carried, Caseload


@click.group(cls=Group)
def caseload() -> None:
    """See what each officer carries, and make it even.

    \b
    Example:
      arflow caseload show
    """


@caseload.command(cls=Command)
@click.pass_obj
def show(session: Session, /) -> None:
    """List the caseload of each officer with its weight, the heaviest first.

    A plan weighs 1; more with a review before its meeting (0.5), to decide (1.5) or to amend (2), with a transfer between phases
    to deal with (1), and with something overdue that the authority owes (1).

    \b
    Example:
      arflow caseload show
    """
    from arflow.planning.caseload import caseloads

    found = caseloads(_carried(session))
    session.emit(found, lambda out: _show(out, found))


def _carried(session: Session) -> "list[Carried]":
    from arflow.planning.caseload import carried
    from arflow.planning.families import families

    asking = session.asking
    refs = [plan["ref"] for plan in asking.plans(state="maintained")]
    return carried(asking, families(session.app, refs), session.app.today)


def _show(out: "Console", found: "Sequence[Caseload]") -> None:
    rows = [
        (
            one.officer or "nobody",
            one.plans,
            one.open_reviews,
            one.to_decide,
            one.to_amend,
            one.transfers,
            one.overdue,
            f"{one.weight:g}",
        )
        for one in found
    ]
    heads = ("Officer", "Plans", "Open reviews", "To decide", "To amend", "Transfers", "Overdue", "Weight")
    table(out, heads, rows, empty="There is no maintained plan.")


@caseload.command(cls=Command)
@click.option(
    "--leaver", "leavers", multiple=True, metavar="NAME", help="Hands over everything. May be given several times."
)
@click.option(
    "--to",
    multiple=True,
    metavar="NAME",
    help="Who may take on plans, a new officer among them (default: everybody who stays). May be given several times.",
)
@DRY_RUN
@YES
@BY
@click.pass_context
def balance(
    context: click.Context, /, *, leavers: tuple[str, ...], to: tuple[str, ...], dry_run: bool, yes: bool
) -> None:
    """Make caseloads even with as few hand-overs as possible.

    Children of one parent stay together, and an officer takes plans of settings that they know where that can be. Where nobody
    leaves, the worst load never becomes worse. It shows the hand-overs, asks, and records each on its own.

    \b
    Example:
      arflow caseload balance --dry-run
      arflow caseload balance --leaver "Casey Morgan" --to "Devon Ash" --to "Ellis Ward"
    """
    from arflow.planning.balance import as_wishes
    from arflow.planning.balance import balance as balanced

    session: Session = context.obj
    plans = _carried(session)
    names = {one.officer.casefold(): one.officer for one in plans if one.officer}
    found = balanced(
        plans, leavers=[_as_known(one, names) for one in leavers], to=[_as_known(one, names) for one in to]
    )
    _say_loads(plans, found)
    run(context, partial(as_wishes, found), dry_run=dry_run, yes=yes)


def _as_known(said: str, names: dict[str, str]) -> str:
    return names.get(" ".join(said.split()).casefold(), said)


def _say_loads(plans: "Sequence[Carried]", found: "Sequence[HandOver]") -> None:
    """Say on stderr how the loads change."""
    from arflow.planning.balance import after
    from arflow.planning.caseload import caseloads

    before = {one.officer: one.weight for one in caseloads(plans) if one.officer}
    then = {one.officer: one.weight for one in caseloads(after(plans, found)) if one.officer}
    if found:
        say(
            f"{counted(len(found), 'hand-over')}: the heaviest caseload weighs {max(then.values()):g} "
            f"instead of {max(before.values(), default=0):g}.",
            err=True,
        )


@caseload.command("hand-over", cls=Command)
@PLAN
@to_file
@click.pass_obj
def hand_over(session: Session, /, ref: str, output: Path | None, force: bool) -> None:
    """Write a hand-over note of a case, from its history: how it stands, what is next, who is in it, and what was done lately.

    The officer who takes it on is recorded with `arflow caseload balance`, or `arflow plan reassign`.

    \b
    Example:
      arflow caseload hand-over P-1001 --output note.txt
    """
    from arflow.planning.hand_over_note import hand_over_note, lines

    if output:
        check_new(output, force=force)
    note = hand_over_note(session.app, session.asking, ref)
    if output:
        write_file(output, ("\n".join(lines(note)) + "\n").encode(), force=force)
    else:
        session.emit(note, lambda out: out.print("\n".join(lines(note)), soft_wrap=True))
