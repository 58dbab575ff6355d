"""`arflow report …`: figures over the whole log."""

from typing import Any

import click

from arflow.cli.base import Group, Session
from arflow.cli.report_asked import emit_made, report_asked
from arflow.cli.report_output import report_output
from arflow.reports.report import EVERY


@click.group(cls=Group)
def report() -> None:
    """Figures over the whole log, at any day and as known at any past moment; each opens to its cases.

    \b
    Example:
      arflow report timeliness --by academic_year
      arflow report timeliness --section local_authority --where duty=decision --cases
    """


@report.command()
@click.pass_obj
@report_output
@report_asked(EVERY, period="Meetings held")
def timeliness(session: Session, /, **wanted: Any) -> None:
    """Show how each duty was kept in the reviews held: met, contested, late, running, and how many days it took.

    \b
    Example:
      arflow report timeliness --as-at 2026-03-31 --known-at 2026-04-02 --by setting
    """
    from arflow.reports import timeliness as made

    emit_made(session, make=made.timeliness, **wanted)
