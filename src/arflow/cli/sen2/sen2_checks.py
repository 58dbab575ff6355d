"""`arflow sen2 check` and `arflow sen2 rules`: the errors and queries of a return, or of the one the log would make."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import msgspec

from arflow.cli.figures.report_options import MOMENT
from arflow.cli.figures.report_output import Output, emit_report, report_output
from arflow.cli.options import DAY
from arflow.cli.output import table
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import hand_over
from arflow.errors import InvalidValue
from arflow.figures.report import Asked

if TYPE_CHECKING:
    from arflow.figures.report import By
    from arflow.sen2.checks.report import Checked
    from arflow.sen2.checks.rule import Against, Settings
    from arflow.sen2.form.layout import Layout
    from arflow.sen2.form.layout_files import Layouts

_YEAR = click.IntRange(2024, 2100)
_LISTED = 100  # findings on a page; all with --section findings, as CSV or as JSON
_FILE = click.argument("file", required=False, type=click.Path(path_type=Path, exists=True))


@click.command(cls=Command)
@_FILE
@click.option("--year", type=_YEAR, help="The return's year (default: the file's own, or the next one due).")
@click.option("--as-at", type=DAY, help="As if this were the census day (default: it, or today where it lies ahead).")
@click.option("--known-at", type=MOMENT, help="Of the log: what had been recorded by this moment (default: all).")
@click.option(
    "--by", type=click.Choice(("all", "coordinator")), default="all", show_default=True, help="Group findings."
)
@click.option("--decisions-until", type=DAY, help="Take decisions up to this day (default: the census day).")
@click.option("--cease-weeks", type=click.IntRange(1, 520), help="Ask of plans active so long after C (default: 12).")
@click.option("--many", type=click.IntRange(1, 100), metavar="PERCENT", help="Too many 'other' codes (default: 5).")
@click.pass_obj
@report_output
def check(
    session: Session,
    /,
    *,
    file: Path | None,
    year: int | None,
    as_at: date | None,
    known_at: datetime | None,
    by: "By",
    output: Output,
    **limits: Any,
) -> None:
    """Check a return, or what the log would return: every error and query, with its case and how to fix it.

    The file is XML, or in the CSV form (a zip file or a folder). Without a file the log is checked, in any week
    of the year; plans without imported facts on what the log knows.
    Ends with 1 where there is an error, and with 0 where there are only queries or nothing.

    \b
    Example:
      arflow sen2 check --year 2027 --by coordinator
      arflow sen2 check return.xml --section findings --format csv --output findings.csv
    """
    if file is not None and (known_at or by != "all"):
        raise click.UsageError("--known-at and --by are for the log: a file has neither moments nor coordinators")
    asking = _Asking(year=year, as_at=as_at, known_at=known_at, by=by, settings=_settings(limits))
    listed = _LISTED if output.form == "table" and output.section is None else None
    checked = _of_log(session, asking, listed) if file is None else _of_file(file, asking, listed)
    emit_report(checked.report, output)
    if checked.errors:
        click.get_current_context().exit(1)


class _Asking(NamedTuple):
    year: int | None
    as_at: date | None
    known_at: datetime | None
    by: "By"
    settings: "Settings"


def _settings(limits: dict[str, Any]) -> "Settings":
    """What was asked for instead of the usual limits."""
    from arflow.sen2.checks.rule import Settings

    names = {"decisions_until": "accepted_until", "cease_weeks": "cease_weeks", "many": "many_percent"}
    return Settings(**{names[name]: value for name, value in limits.items() if value is not None})


def _of_file(file: Path, asking: _Asking, listed: int | None) -> "Checked":
    from arflow.sen2.checks import of_file
    from arflow.sen2.checks.report import Source, report
    from arflow.sen2.checks.run import Checking
    from arflow.sen2.form.csv_form import CsvReading, open_any

    layouts = _layouts()
    with open_any(file, layouts) as reading:
        layout = reading.layout if asking.year is None else layouts.load(asking.year)
        day = asking.as_at or of_file.reference_date(reading) or layout.census_day
        against = _against(layout, day, asking)
        found = list(of_file.findings(reading, Checking(against)))
        asked = Asked(as_at=day, known_at=of_file.made_at(reading))
    source = Source(said=f"the file {file.name}", sheets=isinstance(reading, CsvReading))
    return report(found, against, asked, source, listed)


def _of_log(session: Session, asking: _Asking, listed: int | None) -> "Checked":
    from arflow.figures.viewpoint import naming_left_out
    from arflow.sen2.checks import of_log
    from arflow.sen2.checks.report import Source, report
    from arflow.sen2.checks.run import Checking
    from arflow.sen2.form.layout_files import Layouts

    layouts, today = Layouts.of(session.app.catalogue), session.app.today
    layout = layouts.load(asking.year or _next_due(layouts, today))
    asked = Asked(as_at=asking.as_at or min(today, layout.census_day), known_at=asking.known_at, by=asking.by)
    against = _against(layout, asked.as_at, asking)
    with session.looking(asked) as log:
        persons = of_log.persons(log, session.app.engine, layout)
        found = list(Checking(against).findings(None, persons))
        source = Source(said="the log", log=log.log, coordinators=of_log.coordinators(log))
        checked = report(found, against, asked, source, listed)
        return msgspec.structs.replace(checked, report=naming_left_out(checked.report, log))


def _against(layout: "Layout", day: date, asking: _Asking) -> "Against":
    from arflow.sen2.checks.rule import Against
    from arflow.sen2.checks.tally import Tally

    until = asking.settings.accepted_until
    if until and until < day:
        raise InvalidValue("--decisions-until", until, f"on or after {day}, the day checked for: give a later day")
    return Against(layout=layout, census=day, settings=asking.settings, tally=Tally())


def _layouts() -> "Layouts":
    """The layouts of the years, without a store."""
    from arflow.law.catalogue import catalogue_of
    from arflow.sen2.form.layout_files import Layouts

    return Layouts.of(catalogue_of(os.environ))


def _next_due(layouts: "Layouts", today: date) -> int:
    """The year of the next return whose deadline has not passed; the latest year if all have."""
    years = list(layouts.years())
    return next((year for year in years if layouts.load(year).heading.deadline >= today), years[-1])


@click.command("rules", cls=Command)
@click.option(
    "--year", type=_YEAR, help="Only the rules of one year, with its item numbers (default: all, latest numbers)."
)
@click.option("--markdown", is_flag=True, help="Print a Markdown table, for a handbook.")
@click.pass_obj
def rules(session: Session, /, year: int | None, *, markdown: bool) -> None:
    """List every rule of the checks: its severity, the DfE's items it looks at, and the first return it applies to.

    The ids are arflow's own: the DfE's rule numbers are not public. A URN has no check digit; UPN and ULN have.

    \b
    Example:
      arflow sen2 rules --year 2026
    """
    from arflow.sen2.checks import rule_list

    if markdown and session.as_json:
        raise click.UsageError("--json and --markdown contradict each other: give one of them")
    found = rule_list.listing(_layouts(), year)
    if markdown:
        hand_over(rule_list.markdown(found).encode())
        return
    heads = ("Rule", "Severity", "Since", "Items", "What a sound return has", "How to fix it")
    rows = [(one.id, one.severity, one.since, ", ".join(one.items), one.says, one.fix) for one in found]
    session.emit(found, lambda out: table(out, heads, rows, empty="No rule applies to that year."))


COMMANDS = (check, rules)
