"""`arflow report dfe`: the DfE's own measure of annual reviews, beside the law and beside other authorities."""

from datetime import date, datetime
from pathlib import Path

import click

from arflow.cli.figures.report_options import ARCHIVE, MOMENT
from arflow.cli.figures.report_output import Output, emit_report, report_output
from arflow.cli.options import DAY
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.errors import MissingValue
from arflow.figures.report import Asked

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(cls=Command)
@click.option(
    "--year", type=click.IntRange(2015, 2100), help="The calendar year (default: the last with its census day)."
)
@click.option("--as-at", type=DAY, help="Another day than the census day in the January after the year.")
@click.option("--known-at", type=MOMENT, help="What had been recorded by this moment (default: all).")
@click.option("--compare", type=FILE, metavar="CSV", help="The DfE's published table, to stand beside its areas.")
@click.option("--la", metavar="NAME", help="With --compare: which authority this is, by name or code, for its region.")
@click.option("--neighbours", type=FILE, metavar="FILE", help="With --compare: statistical neighbours, one a line.")
@ARCHIVE
@click.pass_obj
@report_output
def dfe(
    session: Session,
    /,
    *,
    year: int | None,
    as_at: date | None,
    known_at: datetime | None,
    compare: Path | None,
    la: str | None,
    neighbours: Path | None,
    archive: Path | None,
    output: Output,
) -> None:
    """Count annual reviews by the columns of the DfE's published table, beside the same reviews by the law.

    Up to 2024 the table has the columns published for 2024, from 2025 on the twelve it was re-cut to.

    \b
    Example:
      arflow report dfe --year 2024
      arflow report dfe --year 2024 --section authority --where decision=outstanding --cases
      arflow report dfe --year 2024 --compare national.csv --la Rutland --neighbours neighbours.txt --section compare
    """
    from arflow.figures.viewpoint import naming_left_out
    from arflow.sen2.dfe import comparison as comparing
    from arflow.sen2.dfe import measure as made
    from arflow.sen2.dfe.census import census_day, latest_year
    from arflow.sen2.returned.person_groups import known

    year = latest_year(session.app.catalogue, session.app.today) if year is None else year
    if compare is None and (la or neighbours):
        raise MissingValue("--compare", "--la and --neighbours are for comparing: give the DfE's published table")
    beside = comparing.areas(compare, year, la, neighbours) if compare else None
    asked = Asked(as_at=as_at or census_day(session.app.catalogue, year + 1), known_at=known_at)
    with session.looking(asked, archive) as log:
        report = naming_left_out(made.dfe(log, year, known(session.app.engine)), log)
        emit_report(comparing.compared(report, year, beside) if beside else report, output)
