"""`arflow workflow replay`: whether the rules of now make of a log what the rules of then made of it."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from arflow.cli.files import FORCE, new_file
from arflow.cli.output import progress
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.figures.impact.kept_cases import Counting, Replayed

_MOST_NAMED = 100
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command(cls=Command)
@click.argument("file", type=_FILE, required=False)
@click.option(
    "--keep",
    "into",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the cases of the store, with every duty as it is counted now, to this file.",
)
@FORCE
@click.pass_obj
@click.pass_context
def replay(context: click.Context, session: Session, /, file: Path | None, into: Path | None, *, force: bool) -> None:
    """Ask every recorded step of the machine again, and count every duty again; name each difference.

    Without FILE the log of the store is replayed. Before an update of arflow or of a definition, --keep writes what is
    counted now; after it, FILE is replayed, and each duty that is counted otherwise is named. A difference ends with 1.
    The file holds the cases' events: keep it as you keep the store.

    \b
    Example:
      arflow workflow replay
      arflow workflow replay --keep before.cases.gz
      arflow workflow replay before.cases.gz
    """
    from arflow.figures.impact import kept_cases

    if file and into:
        raise click.UsageError("FILE is replayed, and --keep writes the cases of the store: do one, then the other")
    if into:
        _keep(session, into, force=force)
        return
    if file:
        heading, cases = kept_cases.read_kept(file)
        counting, of = _counting(session, heading.today), f"kept on {heading.today} by arflow {heading.arflow}"
    else:
        cases, of = kept_cases.cases_of(session.app.log_store.read_by_case()), "of the store"
        counting = _counting(session, session.app.today)
    with progress("Replaying") as telling:
        found = kept_cases.replay(cases, counting, telling)
    session.say_left_out(found.left_out)
    session.emit(found, lambda out: out.print("\n".join(_lines(found, of, kept=bool(file))), soft_wrap=True))
    if found.steps or found.counts:
        context.exit(1)


def _counting(session: Session, today: date) -> "Counting":
    from arflow.figures.impact.kept_cases import Counting
    from arflow.figures.impact.ruleset import Rules

    app = session.app
    rules = Rules(workflow_of=app.workflow, current=app.current_workflow())
    return Counting(rules=rules, machine_of=app.machine, today=today)


def _keep(session: Session, into: Path, *, force: bool) -> None:
    from arflow.figures.impact import kept_cases

    left_out: list[object] = []
    with new_file(into, force=force) as out:
        cases = kept_cases.cases_of(session.app.log_store.read_by_case())
        written = kept_cases.keep(out, cases, _counting(session, session.app.today), left_out.append)
    session.say_left_out(left_out)
    document = {"file": str(into), "cases": written}
    session.emit(document, lambda out: out.print(f"{counted(written, 'case')} kept in {into}.", soft_wrap=True))


def _lines(found: "Replayed", of: str, *, kept: bool) -> list[str]:
    """What was replayed, then each difference; past a hundred only their number."""
    seen = f"{counted(found.cases, 'case')} {of} replayed: {counted(found.events, 'event')}"
    lines = [f"{seen}, {counted(found.duties, 'duty', 'duties')}."]
    differing = [*map(str, found.steps), *map(str, found.counts)]
    if not differing:
        same = "Each step leads where it led" + (", and each duty is counted as it was." if kept else ".")
        return [*lines, same]
    more = len(differing) - _MOST_NAMED
    return [*lines, *differing[:_MOST_NAMED], *([f"{more:,} more differences: --json names all"] if more > 0 else [])]
