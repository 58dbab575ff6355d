"""What is asked of any report: the day, what was known, the period, how figures are grouped, and of which log."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from arflow.cli.figures.report_output import Output, emit_report
from arflow.cli.options import DAY
from arflow.cli.session import Session
from arflow.figures.report import Asked

if TYPE_CHECKING:
    from arflow.figures.report import By, Report
    from arflow.figures.viewpoint import Looking


class Moment(click.ParamType[datetime]):
    """A moment: a day (its end) or an ISO time, in UTC unless it says otherwise."""

    name = "MOMENT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(value) if ":" in value else None
        except ValueError:
            self.fail(f"{value} is not a moment: write 31/3/2026, 2026-03-31 or 2026-03-31T17:00", param, ctx)
        if found is None:
            found = datetime.combine(DAY.convert(value, param, ctx), time.max)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


MOMENT = Moment()
ARCHIVE = click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Read the log from this archive, not from the store.",
)


def report_asked(
    groupings: "tuple[By, ...]", *, period: str, default: "By" = "all"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options that say what is asked; the command is given them as `asked` and `archive`.

    `period` says what --from and --to choose by, such as "Meetings held".
    """

    def taking(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def given(session: Session, /, as_at: date | None, **options: Any) -> Any:
            said = {name: options.pop(name, None) for name in ("known_at", "start", "end")}
            asked = Asked(as_at=as_at or session.app.today, by=cast("By", options.pop("by", default)), **said)
            return command(session, asked=asked, **options)

        taken: Callable[..., Any] = given
        for option in reversed(_options(groupings, period, default)):
            taken = option(taken)
        return taken

    return taking


def _options(
    groupings: "tuple[By, ...]", period: str, default: "By"
) -> tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...]:
    by = click.option("--by", type=click.Choice(groupings), default=default, show_default=True, help="Group figures.")
    return (
        click.option("--as-at", type=DAY, help="What had happened by this day (default: today)."),
        click.option("--known-at", type=MOMENT, help="What had been recorded by this moment (default: all)."),
        *_period(period),
        *((by,) if len(groupings) > 1 else ()),
        ARCHIVE,
    )


def _period(period: str) -> tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...]:
    if not period:
        return ()
    return (
        click.option("--from", "start", type=DAY, help=f"{period} from this day."),
        click.option("--to", "end", type=DAY, help=f"{period} up to this day."),
    )


def emit_made(
    session: Session, asked: Asked, archive: Path | None, output: Output, make: "Callable[[Looking], Report]"
) -> None:
    """Look at the log, make a report of it and write it out; its cases are read while the log is open."""
    from arflow.figures.viewpoint import naming_left_out

    with session.looking(asked, archive) as log:
        emit_report(naming_left_out(make(log), log), output)
