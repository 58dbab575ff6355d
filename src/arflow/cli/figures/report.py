"""`arflow report …`: figures over the whole log."""

from pathlib import Path
from typing import Any

import click

from arflow.cli.figures import report_backlog, report_dfe
from arflow.cli.figures.report_options import emit_made, report_asked
from arflow.cli.figures.report_output import Output, emit_report, report_output
from arflow.cli.root import Group
from arflow.cli.session import Session
from arflow.figures.report import EVERY, TIMES, Asked


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
    from arflow.figures import timeliness as made

    emit_made(session, make=made.timeliness, **wanted)


@report.command()
@click.pass_obj
@report_output
@report_asked(EVERY, period="Last days")
def duties(session: Session, /, **wanted: Any) -> None:
    """Count every duty of every review and plan by its state.

    \b
    Example:
      arflow report duties --as-at 2026-03-31 --by coordinator
    """
    from arflow.figures import duties as made

    emit_made(session, make=made.duties, **wanted)


@report.command()
@click.pass_obj
@report_output
@report_asked(TIMES, period="Meetings held", default="month")
def trend(session: Session, /, **wanted: Any) -> None:
    """Show how the share of duties met moved from one month, quarter or academic year to the next.

    \b
    Example:
      arflow report trend --by quarter --from 2025-09-01
    """
    from arflow.figures import trend as made

    emit_made(session, make=made.trend, **wanted)


@report.command()
@click.pass_obj
@report_output
@report_asked(EVERY, period="Last days")
def breaches(session: Session, /, **wanted: Any) -> None:
    """List every duty that was not kept, the worst first: case, last day, days late, whose, and the law.

    \b
    Example:
      arflow report breaches --from 2025-09-01 --cases --format csv --output breaches.csv
    """
    from arflow.figures import breaches as made

    emit_made(session, make=made.breaches, **wanted)


@report.command()
@click.pass_obj
@report_output
@report_asked(tuple(by for by in EVERY if by != "kind"), period="Transfers", default="setting")
def transfers(session: Session, /, **wanted: Any) -> None:
    """Show how far each plan with a phase transfer has come before 15 February, 31 March or its own last day.

    \b
    Example:
      arflow report transfers --as-at 2026-12-01 --by setting
      arflow report transfers --where stage=not_started --section kinds --cases
    """
    from arflow.figures import transfers as made

    emit_made(session, make=made.transfers, **wanted)


@report.command("burn-down")
@click.pass_obj
@report_output
@report_asked(tuple(by for by in EVERY if by not in ("kind", *TIMES)), period="Transfers", default="setting")
def burn_down(session: Session, /, asked: Asked, output: Output, archive: Path | None) -> None:
    """Show how many plans with a phase transfer are not yet final, week by week, beside the same days last year.

    \b
    Example:
      arflow report burn-down --output burn-down.html
      arflow report burn-down --as-at 2027-02-01 --by phase
    """
    from arflow.figures import burn_down as made

    with made.burn_down(session.app, asked, archive) as report:
        emit_report(report, output)
        session.say_left_out(report.left_out)


@report.command()
@click.pass_obj
@report_output
@report_asked(EVERY, period="Meetings held, or last days,")
def kpi(session: Session, /, **wanted: Any) -> None:
    """Give the set of key figures that inspectors ask for, each with its definition; by default of the last 12 months.

    \b
    Example:
      arflow report kpi --as-at 2026-08-31 --from 2025-09-01 --by phase
    """
    from arflow.figures import kpi as made

    emit_made(session, make=made.kpi, **wanted)


for _command in (*report_backlog.COMMANDS, report_dfe.dfe):
    report.add_command(_command)
