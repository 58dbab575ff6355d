"""`arflow sen2 export` and `merge`: the return of a year, made or put into another system's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from arflow.cli.figures.report_options import MOMENT
from arflow.cli.files import FORCE, check_new, new_file
from arflow.cli.output import progress, table
from arflow.cli.root import Command
from arflow.cli.session import Session
from arflow.cli.terminal import say
from arflow.errors import InvalidValue, NotPossible, ReturnRefused
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.figures.viewpoint import Looking
    from arflow.sen2.form.layout import Layout
    from arflow.sen2.returned.export import Exporting, Sender
    from arflow.sen2.returned.merge import Merged

_SHOWN = 100
_OUT = click.Path(path_type=Path, dir_okay=False)
_DESIGNATED = click.Choice(("Y", "N", "R"))
YEAR = click.option("--year", type=int, required=True, metavar="YYYY", help="The year of the return.")
KNOWN_AT = click.option("--known-at", type=MOMENT, help="What had been recorded by this moment (default: all).")


@click.command(cls=Command)
@click.argument("out", type=_OUT)
@YEAR
@click.option("--la", required=True, metavar="NNN", help="Your authority's number, such as 205.")
@click.option(
    "--module",
    type=click.Choice(("all", "active-plans")),
    default="all",
    show_default=True,
    help="The whole return, or only who it is and the review of each active plan.",
)
@click.option(
    "--format", "form", type=click.Choice(("xml", "csv")), default="xml", show_default=True, help="csv: a zip."
)
@KNOWN_AT
@click.option("--strict", is_flag=True, help="Write nothing if an active plan cannot be in the return.")
@click.option(
    "--accept-numbers", is_flag=True, help="Write a UPN, ULN, URN or UKPRN whose form is wrong; each is listed."
)
@click.option("--serial", default="001", show_default=True, metavar="NNN", help="SerialNo: which sending this is.")
@click.option("--software", default="arflow", show_default=True, help="SoftwareCode of the header.")
@click.option("--dmo", type=_DESIGNATED, default="Y", show_default=True, help="Designated medical officer in post.")
@click.option("--dco", type=_DESIGNATED, default="Y", show_default=True, help="Designated clinical officer in post.")
@click.option(
    "--dsco", type=_DESIGNATED, default="Y", show_default=True, help="Designated social care officer in post."
)
@FORCE
@click.pass_obj
def export(
    session: Session,
    /,
    *,
    out: Path,
    year: int,
    la: str,
    module: Literal["all", "active-plans"],
    form: Literal["xml", "csv"],
    known_at: datetime | None,
    strict: bool,
    accept_numbers: bool,
    serial: str,
    software: str,
    dmo: str,
    dco: str,
    dsco: str,
    force: bool,
) -> None:
    """Write the SEN2 return of a year: the people that were imported, with the reviews in the log on census day.

    Where arflow has a meeting as late as the imported one, its review takes the place of what was imported. Plans that
    ended are written as ended. Active plans that are in no imported return cannot be in it: they are listed on stderr, and with
    --strict nothing is written. The file is validated against the layout of the year before it takes its name.

    \b
    Example:
      arflow sen2 export --year 2027 --la 205 return-2027.xml
      arflow sen2 export --year 2027 --la 205 --module active-plans ours.xml
    """
    from arflow import __version__
    from arflow.law.london import LONDON
    from arflow.sen2.form.layout import with_any_numbers
    from arflow.sen2.returned.export import Exporting, Sender, header

    check_new(out, force=force)
    at = session.app.now.astimezone(LONDON)
    sender = Sender(la=la, at=at, software=software, release=__version__, serial=serial, dmo=dmo, dco=dco, dsco=dsco)
    with _looking(session, year, known_at) as (log, as_it_is):
        layout = with_any_numbers(as_it_is) if accept_numbers else as_it_is
        _check_header(layout, sender)
        engine = session.app.engine
        exporting = Exporting(
            log, engine, layout, active_only=module == "active-plans", strict=as_it_is if accept_numbers else None
        )
        if strict and exporting.missing:
            _tell(_missing(exporting), all_of_them=True)
            raise NotPossible(
                f"{out} was not written: {counted(len(exporting.missing), 'active plan')} cannot be in the return"
            )
        _write(out, layout, header(layout, sender), exporting, form=form, force=force)
    officers = f"the header says DMO {dmo}, DCO {dco}, DSCO {dsco}: see that this is so, or use --dmo, --dco and --dsco"
    _tell(
        [officers, *_missing(exporting), *exporting.notes, *_left_out(exporting, layout)], all_of_them=session.as_json
    )
    document = {
        "file": out,
        "year": year,
        "census_day": layout.census_day,
        "people": exporting.people,
        "active_plans": exporting.active_plans,
        "missing": exporting.missing,
        "notes": exporting.notes,
        "left_out": dict(exporting.left_out),
    }
    said = (
        f"{out}: {_people(exporting.people)}, {counted(exporting.active_plans, 'active plan')} on {layout.census_day}"
    )
    missing = f"; not in it: {counted(len(exporting.missing), 'active plan')}" if exporting.missing else ""
    session.emit(document, lambda shown: shown.print(said + missing + _unseen(layout), soft_wrap=True))


def _write(
    out: Path, layout: "Layout", header: Any, exporting: "Exporting", *, form: Literal["xml", "csv"], force: bool
) -> None:
    from arflow.sen2.form.csv_form import write_csv
    from arflow.sen2.form.writer import write_valid

    writing: Callable[..., int] = write_valid if form == "xml" else write_csv
    with new_file(out, force=force) as file:
        try:
            writing(file, layout, header, exporting.persons())
        except ReturnRefused:
            # What the schema finds was found before, by plan and item.
            if exporting.people and not exporting.faults:
                raise
        if exporting.faults:
            _tell(exporting.faults, all_of_them=True)
            raise ReturnRefused(str(out), exporting.faults)
        if not exporting.people:
            raise NotPossible(
                f"{out} was not written: nobody would be in it; import a return that tells whose the plans are first"
            )


def _check_header(layout: "Layout", sender: "Sender") -> None:
    """Refuse options that the header cannot hold, by their own names."""
    for option, item_name, value in (
        ("--la", "LEA", sender.la),
        ("--serial", "SerialNo", sender.serial),
        ("--software", "SoftwareCode", sender.software),
    ):
        item = layout.item("Source", item_name)
        if item and (wrong := layout.wrong(item, value)):
            raise InvalidValue(option, value, wrong.removeprefix("is not "))


def _people(number: int) -> str:
    return counted(number, "person", "people")


def _missing(exporting: "Exporting") -> Iterator[str]:
    for plan in exporting.missing:
        why = "is active on the census day, but no imported return says who it is for: import one that does, with --mapping"
        yield f"{plan}: {why}"


def _left_out(exporting: "Exporting", layout: "Layout") -> Iterator[str]:
    for name, count in sorted(exporting.left_out.items()):
        if count:
            yield f"{name}: left out {counted(count, 'time')}, as the return of {layout.year} has no place for it"


def _unseen(layout: "Layout") -> str:
    if layout.heading.seen:
        return ""
    return f". The DfE's specification of {layout.year} was not seen: compare before you send it"


def _tell(lines: Any, *, all_of_them: bool) -> None:
    lines = list(lines)
    shown = lines if all_of_them else lines[:_SHOWN]
    for line in shown:
        say(line, err=True)
    if len(lines) > len(shown):
        say(f"… and {len(lines) - len(shown)} more; --json lists them all", err=True)


@contextmanager
def _looking(session: Session, year: int, known_at: datetime | None) -> "Iterator[tuple[Looking, Layout]]":
    """The log as it stood on the census day of a year."""
    from arflow.figures.report import Asked
    from arflow.sen2.form.layout_files import Layouts

    layout = Layouts.of(session.app.catalogue).load(year)
    with session.looking(Asked(as_at=layout.census_day, known_at=known_at)) as log:
        yield log, layout


@click.command(cls=Command)
@click.argument("base", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("out", type=_OUT)
@YEAR
@KNOWN_AT
@FORCE
@click.pass_obj
def merge(session: Session, /, *, base: Path, out: Path, year: int, known_at: datetime | None, force: bool) -> None:
    """Put our reviews into a return that another system made, each on its own person or on nobody.

    A person is matched who has the same UPN (or ULN, or the code for its absence with the names), day of birth and start
    of the plan as the imported facts of ours. Everybody on either side who was not matched is listed, by their place in
    the file or the plan's reference.

    \b
    Example:
      arflow sen2 merge theirs.xml return-2027.xml --year 2027
    """
    from arflow.sen2.form.layout_files import Layouts
    from arflow.sen2.form.reader import open_return
    from arflow.sen2.form.writer import write_valid
    from arflow.sen2.returned import told_facts
    from arflow.sen2.returned.merge import Merged, match, merged, ours_to_match, theirs_to_match
    from arflow.sen2.returned.review_items import review_items

    check_new(out, force=force)
    layouts = Layouts.of(session.app.catalogue)
    with _looking(session, year, known_at) as (log, layout):
        items = {one.plan: one for one in review_items(log)}
    with open_return(base, layouts) as reading, progress(f"Reading {base.name}"):
        if reading.layout.year != year:
            raise InvalidValue("--year", year, f"the year of {base.name}, which is {reading.layout.year}")
        file = list(theirs_to_match(reading.persons()))
        if reading.faults:
            _tell((f"{base.name}: {fault}" for fault in reading.faults), all_of_them=True)
            raise ReturnRefused(str(out), reading.faults)
    ours = ours_to_match(told_facts.latest(session.app.engine, known_at), items)
    result = Merged(matching=match(file, ours, items))
    with open_return(base, layouts) as reading, new_file(out, force=force) as to:
        write_valid(to, layout, reading.header, merged(reading.persons(), layout, items, result))
    _emit_merged(session, out, result)


def _emit_merged(session: Session, out: Path, result: "Merged") -> None:
    matching = result.matching
    document = {
        "file": out,
        "people": result.people,
        "matched": len(matching.plan_of),
        "replaced": result.replaced,
        "left_as_they_stood": result.left_as_they_stood,
        "unmatched_in_file": matching.in_file,
        "unmatched_in_log": matching.in_log,
    }
    rows = [("file", one.place, one.why) for one in matching.in_file]
    rows += [("log", one.place, one.why) for one in matching.in_log]
    said = (
        f"{out}: {_people(result.people)}; {len(matching.plan_of)} matched, {result.replaced} with our review, "
        f"{result.left_as_they_stood} left as they stood; not matched: {len(matching.in_file)} in the file, "
        f"{len(matching.in_log)} in the log"
    )

    def show(shown: Any) -> None:
        table(shown, ("In the", "Who", "Why not matched"), rows, empty="Everybody was matched.")
        shown.print(said, soft_wrap=True)

    session.emit(document, show)
