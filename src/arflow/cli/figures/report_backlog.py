"""`arflow report backlog …`: what waits, how meetings went, who took part, what came of them, and how it was recorded."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from arflow.cli.figures.report_options import MOMENT, emit_made, report_asked
from arflow.cli.figures.report_output import Output, emit_report, one_page_output, report_output
from arflow.cli.output import progress
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.errors import NotPossible
from arflow.figures.report import EVERY, Asked


@click.command(cls=Command)
@click.pass_obj
@report_output
@report_asked(EVERY, period="")
def backlog(session: Session, /, **wanted: Any) -> None:
    """Show what waits: reviews after their meeting, reviews not held, plans never reviewed or long not amended.

    \b
    Example:
      arflow report backlog --as-at 2026-03-31 --by coordinator
    """
    from arflow.figures import backlog as made

    emit_made(session, make=made.backlog, **wanted)


@click.command(cls=Command)
@click.pass_obj
@report_output
@report_asked(EVERY, period="Decisions made")
def amendments(session: Session, /, **wanted: Any) -> None:
    """Show what reviews led to: outcomes, notices, final plans, and plans amended often or outside a review.

    \b
    Example:
      arflow report amendments --from 2025-09-01 --to 2026-08-31 --by setting
    """
    from arflow.figures import amendments as made

    emit_made(session, make=made.amendments, **wanted)


@click.command(cls=Command)
@click.pass_obj
@report_output
@report_asked(EVERY, period="Meetings held")
def conduct(session: Session, /, **wanted: Any) -> None:
    """Show what the records of meetings address: outcomes, views, preparing for adulthood, personal budgets; and progress.

    \b
    Example:
      arflow report conduct --from 2025-09-01 --by setting
      arflow report conduct --section addressed --where answer=left_out --cases
    """
    from arflow.figures import conduct as made

    emit_made(session, make=made.conduct, **wanted)


@click.command(cls=Command)
@click.pass_obj
@report_output
@report_asked(EVERY, period="Meetings held")
def participation(session: Session, /, **wanted: Any) -> None:
    """Show who was invited and came or sent advice, and how those asked for advice answered: by role.

    \b
    Example:
      arflow report participation --from 2025-09-01 --by academic_year
      arflow report participation --section advice --where role=health --where answer=late --cases
    """
    from arflow.figures import participation as made

    emit_made(session, make=made.participation, **wanted)


@click.command(cls=Command)
@click.option(
    "--threshold",
    type=click.IntRange(min=2),
    default=5,
    show_default=True,
    metavar="N",
    help="Numbers from 1 to below this are not shown.",
)
@click.pass_obj
@report_output
@report_asked(("all",), period="")
def foi(session: Session, /, asked: Asked, output: Output, archive: Path | None, threshold: int) -> None:
    """Answer the questions of a request for information: incomplete over 6, 12 and 24 months, never reviewed, by year.

    Small numbers, and those that they could be worked out from, are not shown. The page names the rule, and no case.

    \b
    Example:
      arflow report foi --output foi.html
      arflow report foi --as-at 2026-08-31 --threshold 10
    """
    from arflow.figures import foi as made

    with session.looking(asked, archive) as log:
        emit_report(made.foi(log, threshold), output)
        session.say_left_out(log.left_out)


@click.command("late-recording", cls=Command)
@click.pass_obj
@report_output
@report_asked(("all",), period="Recorded")
def late_recording(session: Session, /, **wanted: Any) -> None:
    """Show how many days after it happened each act was recorded, and what was corrected: a list for training.

    \b
    Example:
      arflow report late-recording --from 2026-01-01 --section officers
    """
    from arflow.figures import late_recording as made

    emit_made(session, make=made.late_recording, **wanted)


@click.command(cls=Command)
@click.pass_obj
@report_output
@report_asked(EVERY, period="Reviews opened")
def days(session: Session, /, archive: Path | None, **wanted: Any) -> None:
    """Show who held the reviews, day by day: each clock's days booked to school, authority, family, health or nobody.

    \b
    Example:
      arflow report days --from 2025-09-01 --by phase
    """
    from arflow.figures import days as made

    if archive is not None:
        raise NotPossible("--archive: the days by holder are counted from the store's own log: leave --archive out")
    with progress("Booking days") as watching:
        emit_made(session, make=lambda log: made.days(log, session.app, watching), archive=None, **wanted)


@click.command(cls=Command)
@click.option("--between", type=MOMENT, nargs=2, required=True, help="Two moments, the earlier first.")
@click.pass_obj
@report_output
@report_asked(EVERY, period="Meetings held")
def restate(
    session: Session, /, between: tuple[datetime, datetime], asked: Asked, output: Output, archive: Path | None
) -> None:
    """Say why figures of timeliness changed between two moments, with the events recorded between them.

    \b
    Example:
      arflow report restate --between 2026-04-02 2026-06-30 --as-at 2026-03-31
    """
    from arflow.figures import restate as made

    if asked.known_at is not None:
        raise click.UsageError("--known-at has no place beside --between, which names both moments")
    with made.restate(session.app, asked, between, archive) as report:
        emit_report(report, output)
        session.say_left_out(report.left_out)


@click.command(cls=Command)
@click.pass_obj
@one_page_output
@report_asked(("all",), period="")
def week(session: Session, /, asked: Asked, output: Output, archive: Path | None) -> None:
    """Give the head of service one page: what is late, how fast it moves, ten cases to act on, what comes due.

    \b
    Example:
      arflow report week --output week.pdf
      arflow report week --as-at 2026-11-27 --section first
    """
    from arflow.figures import week as made

    with ExitStack() as until_written:
        with progress("Looking back") as watching:
            report = until_written.enter_context(made.week(session.app, asked, archive, watching))
        emit_report(report, output)
        session.say_left_out(report.left_out)


COMMANDS: tuple[click.Command, ...] = (
    backlog,
    foi,
    conduct,
    participation,
    amendments,
    late_recording,
    days,
    restate,
    week,
)
