"""`arflow lateness …`: why a duty was late, in the authority's own codes."""

from typing import Any

import click

from arflow.cli.case.proceedings import OF
from arflow.cli.case_names import A_CASE
from arflow.cli.options import recorded
from arflow.cli.output import table
from arflow.cli.root import Command, Group
from arflow.cli.session import Session, emit_changed
from arflow.cli.terminal import say


@click.group(cls=Group)
def lateness() -> None:
    """Say why a duty was late: reason, cause and remedy, in your own codes. The breach itself is derived."""


@lateness.command(cls=Command)
@click.argument("case", metavar="REVIEW|PLAN", type=A_CASE)
@click.argument("duty")
@click.option("--reason", "because", required=True, metavar="CODE", help="Why: a code of `arflow lateness codes`.")
@click.option("--remedy", metavar="CODE", help="What was done about it.")
@click.option("--note", metavar="TEXT", help="What else is to be said. Kept outside the log.")
@OF
@recorded
@click.pass_obj
def explain(
    session: Session,
    /,
    *,
    case: str,
    duty: str,
    because: str,
    remedy: str | None,
    note: str | None,
    proceeding: int | None,
    **when: Any,
) -> None:
    """Record why a duty of a review, or of a plan, was late. Recorded again, the later record counts.

    `arflow report breaches` counts by reason. A duty that is not late, or no longer once a day is corrected, counts nowhere.

    \b
    Example:
      arflow lateness explain R-2026-000001 decision --reason panel --remedy apology
      arflow lateness explain P-1001 twelve-months --reason no-officer
    """
    from msgspec.structs import replace

    from arflow.application.lateness import Because, explanation
    from arflow.law.late_reasons import code_list

    codes = code_list()
    found = Because(because, remedy, note)
    ref, command = explanation(session.app, case, duty.replace("-", "_"), found, codes, proceeding=proceeding)
    emit_changed(session, ref, replace(command, **when))
    _say_if_example(codes)


@lateness.command(cls=Command)
@click.pass_obj
def codes(session: Session, /) -> None:
    """List the causes, reasons and remedies of the list that ARFLOW_LATENESS names, or of the example that comes with arflow.

    \b
    Example:
      arflow lateness codes
    """
    from arflow.law.late_reasons import code_list

    found = code_list()
    causes = {one.id: one.text for one in found.cause}
    rows = [("reason", one.id, one.text, causes[one.cause]) for one in found.reason]
    rows += [("remedy", one.id, one.text, "") for one in found.remedy]
    session.emit(found, lambda out: table(out, ("Kind", "Code", "Means", "Cause"), rows, empty="The list is empty."))
    _say_if_example(found)


def _say_if_example(codes: Any) -> None:
    if codes.example:
        say("These codes are arflow's example, and no authority's list: name your own in ARFLOW_LATENESS.", err=True)
