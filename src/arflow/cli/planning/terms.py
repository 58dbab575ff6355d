"""`arflow terms …`: the school terms of the area, by which term lists are made and meetings fall in term."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arflow.cli.files import to_file
from arflow.cli.law.rules_told import DRY_RUN, rules_act
from arflow.cli.options import BY, REASON
from arflow.cli.output import table
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.cli.terminal import say

if TYPE_CHECKING:
    from arflow.law.workflow import Term

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group(cls=Group)
def terms() -> None:
    """School terms: a file for each school year, entered with who and why.

    \b
    Example:
      arflow terms show
    """


@terms.command()
@click.pass_obj
def show(session: Session, /) -> None:
    """Show the terms that are known, with their school days.

    \b
    Example:
      arflow terms show
    """
    from arflow.planning.term_dates import in_order

    workflow = session.app.current_workflow()
    rows = [_row(term, workflow.policy.bank_holidays) for term in in_order(workflow.terms)]
    heads = ("Term", "School year", "Starts", "Ends", "Breaks", "School days")
    lines = [(*list(row.values())[:4], _breaks(row["breaks"]), row["school_days"]) for row in rows]
    empty = "No terms are known: enter them with `arflow terms add FILE`."
    session.emit(rows, lambda out: table(out, heads, lines, empty=empty))


def _row(term: "Term", bank_holidays: tuple[Any, ...]) -> dict[str, Any]:
    from arflow.planning.school_year import school_year_of
    from arflow.planning.term_dates import school_days

    return {
        "name": term.name,
        "school_year": str(school_year_of(term.starts)),
        "starts": term.starts,
        "ends": term.ends,
        "breaks": [{"starts": one.starts, "ends": one.ends} for one in term.breaks],
        "school_days": len(school_days(term, bank_holidays)) if term.ends else None,
    }


def _breaks(found: list[dict[str, Any]]) -> str:
    return ", ".join(f"{one['starts']} to {one['ends']}" for one in found)


@terms.command()
@click.argument("file", type=_FILE)
@DRY_RUN
@REASON
@BY
@click.pass_obj
def add(session: Session, /, file: Path, **how: Any) -> None:
    """Enter the terms of a school year from a file; one that is known by its name is entered again.

    \b
    Example:
      arflow terms add terms-2026-27.toml --reason "Term dates published" --dry-run
    """
    from arflow.application import rules_acts
    from arflow.planning.term_dates import read_terms

    found = read_terms(file)
    rules_act(session, lambda app: rules_acts.terms(app, found.term), **how)
    if found.example:
        say("These are the terms of the example: put in those of your own area.", err=True)
    for line in _faults(session):
        say(f"arflow: {line}", err=True)


@terms.command()
@click.pass_context
def check(context: click.Context, /) -> None:
    """Check the terms of this school year and the next: overlaps, gaps, a year without terms. Ends with 1 where it finds any.

    \b
    Example:
      arflow terms check
    """
    session: Session = context.obj
    found = _faults(session)
    session.emit({"faults": found}, lambda out: out.print("\n".join(found) or "The terms are sound.", soft_wrap=True))
    if found:
        context.exit(1)


def _faults(session: Session) -> list[str]:
    from arflow.planning.term_dates import faults

    return faults(session.app_to_change.current_workflow().terms, session.app_to_change.today)


@terms.command()
@to_file
@click.pass_obj
def example(session: Session, /, output: Path | None, force: bool) -> None:
    """Print an example of a file of terms: copy it, and put in the dates of your own area.

    \b
    Example:
      arflow terms example --output terms-2026-27.toml
    """
    from arflow.cli.files import write_file
    from arflow.planning.term_dates import example as shipped

    content = shipped().read_bytes()
    if output:
        write_file(output, content, force=force)
        session.emit({"output": str(output)}, lambda out: out.print(f"Written: {output}", soft_wrap=True))
        return
    document = {"example": content.decode()}
    session.emit(document, lambda out: out.print(content.decode(), end="", soft_wrap=True))
