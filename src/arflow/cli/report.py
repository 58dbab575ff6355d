"""`arflow report …`: figures over the whole log."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import click

from arflow.cli.base import DAY, Group, Session, as_json, table

_HEADS = (
    "Group",
    "Duty",
    "Whose",
    "Reviews",
    "Met",
    "Contested",
    "Late",
    "Running",
    "Met %",
    "Median days",
    "p90 days",
)
_COLUMNS = (
    "group", "duty", "owner", "reviews", "met", "contested", "late", "running", "met_percent", "median_days", "p90_days",
)  # fmt: skip


class Moment(click.ParamType[datetime]):
    """A moment: a day (its end) or an ISO time, in UTC unless it says otherwise."""

    name = "MOMENT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(f"{value}T23:59:59.999999" if len(value) == len("2026-03-31") else value)
        except ValueError:
            self.fail(f"{value} is not a moment: write 2026-03-31 or 2026-03-31T17:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


@click.group(cls=Group)
def report() -> None:
    """Figures over the whole log, at any past day and as known at any past moment.

    \b
    Example:
      arflow report timeliness --by academic_year
    """


@report.command()
@click.option("--as-at", type=DAY, help="What had happened by this day (default: today).")
@click.option("--known-at", type=Moment(), help="What had been recorded by this moment (default: all).")
@click.option("--from", "start", type=DAY, help="Meetings held from this day.")
@click.option("--to", "end", type=DAY, help="Meetings held up to this day.")
@click.option(
    "--by",
    type=click.Choice(("all", "setting", "coordinator", "kind", "month", "academic_year")),
    default="all",
    show_default=True,
)
@click.option("--format", "form", type=click.Choice(("table", "csv", "json")), default="table", show_default=True)
@click.pass_obj
def timeliness(session: Session, /, as_at: date | None, form: str, **asked: Any) -> None:
    """Show how each duty was kept in the reviews held: met, contested, late, running, and how many days it took.

    \b
    Example:
      arflow report timeliness --as-at 2026-03-31 --known-at 2026-04-02 --by setting
    """
    from arflow.reports import timeliness as measure

    day = as_at or session.app.today
    figures = measure.timeliness(session.app, measure.Asked(as_at=day, **asked))
    rows = [[getattr(figure, column) for column in _COLUMNS] for figure in figures]
    if form == "csv":
        click.echo(_csv(rows), nl=False)
        return
    document = {"as_at": day, "known_at": asked["known_at"], "definitions": measure.DEFINITIONS, "figures": figures}
    if form == "json":
        click.echo(as_json(document))
        return
    session.emit(document, lambda out: _page(out, rows, day))


def _csv(rows: list[list[Any]]) -> str:
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(_COLUMNS)
    lines.writerows(rows)
    return written.getvalue()


def _page(out: Any, rows: list[list[Any]], day: date) -> None:
    from arflow.reports.timeliness import DEFINITIONS

    shown = [["" if cell is None else str(cell).replace("_", " ") for cell in row] for row in rows]
    table(out, _HEADS, shown, empty="No review has been held in the period.", title=f"Reviews held, as at {day}")
    for name, definition in DEFINITIONS.items():
        out.print(f"{name.replace('_', ' ')}: {definition}", soft_wrap=True, style="dim")
