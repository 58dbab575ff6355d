"""One act on many cases: a leaver's cases to another officer, the meetings of a school. Shown first, then recorded."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.options import BY, DAY_AHEAD, ON, YES
from arflow.cli.output import progress, table
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.signals import Stopped
from arflow.cli.terminal import agreed, say
from arflow.errors import MissingValue, NotPossible
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.application.many_cases import Outcome, Wish
    from arflow.figures.rendering.console import Console
    from arflow.lists.case_names import CaseNames

_NOT_BOTH = "{0}, and --cases too: leave one of them out"
_HEADINGS = ("plan", "ref", "review", "case", "id", "reference")
_CASES = click.option(
    "--cases",
    "cases",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A list of cases, one a line, such as the first column of a CSV file.",
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be recorded, and record nothing.")


@click.command(cls=Command)
@click.option("--from", "leaver", metavar="NAME", help="The officer whose maintained plans are to go to another.")
@click.option("--setting", metavar="URN", help="With --from: only the plans of this setting.")
@_CASES
@click.option("--to", required=True, metavar="NAME", help="The officer who takes them on.")
@ON
@DRY_RUN
@YES
@BY
@click.pass_context
def reassign(
    context: click.Context,
    /,
    *,
    leaver: str | None,
    setting: str | None,
    cases: Path | None,
    to: str,
    on: date | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Give the cases of an officer, or of a list, to another officer.

    It shows them, asks, and records each case on its own. A run that is cut short can be run again: it goes on.

    \b
    Example:
      arflow plan reassign --from "Casey Morgan" --to "Devon Ash" --dry-run
      arflow plan reassign --cases leavers.csv --to "Devon Ash"
    """
    from arflow.application.many_cases import reassigned

    session: Session = context.obj
    if leaver is not None and cases is not None:
        raise NotPossible(_NOT_BOTH.format("--from"))
    if leaver is None and cases is None:
        raise MissingValue("--from or --cases", "say whose cases, or which")
    if cases:
        refs = [_plan_of(session, name) for name in _named(session, cases)]
    else:
        refs = [plan["ref"] for plan in _held(session, leaver, setting)]
    find = partial(reassigned, session.app, list(dict.fromkeys(refs)), to, on=on)
    run(context, find, dry_run=dry_run, yes=yes)


def _held(session: Session, leaver: str | None, setting: str | None) -> list[dict[str, Any]]:
    from arflow.errors import InvalidValue

    try:
        return session.asking.plans(coordinator=leaver, setting=setting, state="maintained")
    except InvalidValue as refusal:
        refusal.message = refusal.in_options().replace("--coordinator", "--from")
        raise


@click.command("schedule-all", cls=Command)
@click.option("--meeting-on", type=DAY_AHEAD, required=True, help="The day the meetings are planned for.")
@click.option("--setting", metavar="URN", help="The reviews of this setting for which no day is planned yet.")
@click.option("--coordinator", metavar="NAME", help="With --setting: only those of this officer.")
@_CASES
@DRY_RUN
@YES
@BY
@click.pass_context
def schedule_all(
    context: click.Context,
    /,
    *,
    meeting_on: date,
    setting: str | None,
    coordinator: str | None,
    cases: Path | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Plan the meetings of a school, or of a list of reviews, for one day.

    A day that does not fit a case is not recorded on it: one without time for the notice, after the twelve months, or outside
    term. It shows the cases, asks, and records each on its own. A run that is cut short can be run again: it goes on.

    \b
    Example:
      arflow review schedule-all --setting 123456 --meeting-on 2027-01-21 --dry-run
    """
    from arflow.application.many_cases import scheduled

    session: Session = context.obj
    if setting is not None and cases is not None:
        raise NotPossible(_NOT_BOTH.format("--setting"))
    if setting is None and cases is None:
        raise MissingValue("--setting or --cases", "say which school's meetings, or which reviews")
    reviews = (
        [_names(session).review(name) for name in _named(session, cases)]
        if cases
        else session.asking.to_schedule(setting=setting, coordinator=coordinator)
    )
    if not reviews:
        say("No review waits for the day of its meeting: to move one, list it with --cases", err=True)
    find = partial(scheduled, session.app, list(dict.fromkeys(reviews)), meeting_on)
    run(context, find, dry_run=dry_run, yes=yes)


def _named(session: Session, path: Path) -> list[str]:
    """The cases of a list, as the log has them; NotFound, with its line, for one that is not there."""
    import csv

    names, found = _names(session), list[str]()
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for number, row in enumerate(csv.reader(file), 1):
            said = row[0].strip() if row else ""
            if not said or (number == 1 and said.lower() in _HEADINGS):
                continue
            name = names.either(said)
            if not names.is_there(name):
                raise NotPossible(
                    f"{path.name}: line {number}: there is no case {said}: nothing was recorded; correct the list"
                )
            found.append(name)
    return found


def _names(session: Session) -> "CaseNames":
    from arflow.lists.case_names import CaseNames

    return CaseNames(session.app, lambda: session.asking)


def _plan_of(session: Session, name: str) -> str:
    return session.app.review(name).plan if session.app.is_review(name) else name


def run(
    context: click.Context,
    find: "Callable[[], list[Wish]]",
    *,
    dry_run: bool,
    yes: bool,
    beside: "Sequence[Outcome]" = (),
) -> None:
    """Show what would be recorded; record it where somebody agrees, and end with 1 where a case was refused.

    `beside` are cases that are shown as not possible, and that nothing is tried on.
    """
    from arflow.application.many_cases import rehearse

    session: Session = context.obj
    wishes = find()
    tried = [*beside, *rehearse(session.app, wishes)]
    possible = sum(one.done for one in tried)
    if dry_run or not possible:
        document = [_document(one, recorded=False) for one in tried]
        session.emit(document, lambda out: _page(out, tried, _would(tried) if dry_run else _summary(tried)))
    else:
        _agree(tried, possible, yes=yes)
        done = [*beside, *_carried_out(session, wishes)]
        session.emit([_document(one, recorded=True) for one in done], lambda out: _page(out, done, _summary(done)))
        tried = done
    if any(one.trouble for one in tried) and not dry_run:
        context.exit(1)


def _agree(tried: "Sequence[Outcome]", possible: int, *, yes: bool) -> None:
    """NotPossible unless somebody agrees, at the terminal or by --yes."""
    if yes:
        return
    _page_on_stderr(tried)
    if not agreed(f"Record this on {counted(possible, 'case')}?"):
        raise NotPossible(
            f"nothing was recorded: say --yes to record it on {counted(possible, 'case')}, or --dry-run to look only"
        )


def _page_on_stderr(tried: "Sequence[Outcome]") -> None:
    import sys

    from arflow.cli.terminal import console

    if sys.stdin.isatty() and sys.stderr.isatty():
        _page(console(sys.stderr), tried, _would(tried))


def _carried_out(session: Session, wishes: "Sequence[Wish]") -> "list[Outcome]":
    from arflow.application.many_cases import carry_out
    from arflow.lists.follower import Progress

    heard: list[Outcome] = []
    try:
        with progress("Recording") as report:

            def hear(one: "Outcome") -> None:
                heard.append(one)
                report(Progress(done=len(heard), of=len(wishes)))

            return carry_out(session.app, wishes, hear)
    except Stopped:
        say(f"Stopped: {_summary(heard)} Run the same command again for the rest.", err=True)
        raise


def _document(one: "Outcome", *, recorded: bool) -> dict[str, Any]:
    return {
        "case": one.case,
        "plan": one.plan,
        "was": one.was,
        "becomes": one.becomes,
        "done": one.done and recorded,
        "possible": not one.trouble,
        "trouble": one.trouble or None,
    }


def _page(out: "Console", tried: "Sequence[Outcome]", summary: str) -> None:
    rows = [
        (one.plan, one.case if one.case != one.plan else "", one.was or "none", one.becomes, one.trouble)
        for one in tried
    ]
    heads = ("Plan", "Review", "Was", "Becomes", "Not possible, because")
    kept = [at for at in range(len(heads)) if not rows or any(row[at] for row in rows)]
    if rows:
        table(out, [heads[at] for at in kept], [[row[at] for at in kept] for row in rows], empty="")
    out.print(summary)


def _would(tried: "Sequence[Outcome]") -> str:
    left = sum(bool(one.trouble) for one in tried)
    return f"Nothing was recorded: {counted(len(tried) - left, 'case')} would change{f', {left} not' if left else ''}."


def _summary(done: "Sequence[Outcome]") -> str:
    if not done:
        return "No case is to be changed."
    left = sum(bool(one.trouble) for one in done)
    return f"{counted(len(done) - left, 'case')} recorded{f', {left} not' if left else ''}."


COMMANDS_OF_PLAN = (reassign,)
COMMANDS_OF_REVIEW = (schedule_all,)
