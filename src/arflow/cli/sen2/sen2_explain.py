"""`arflow sen2 explain`: where each item of a plan's part of the return comes from."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from arflow.cli.case_names import A_CASE
from arflow.cli.output import table
from arflow.cli.root import Command
from arflow.cli.sen2.sen2_export import KNOWN_AT, YEAR
from arflow.cli.session import Session

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console
    from arflow.sen2.returned.explanation import Behind, Explanation


@click.command(cls=Command)
@click.argument("case", metavar="REVIEW|PLAN", type=A_CASE)
@YEAR
@KNOWN_AT
@click.pass_obj
def explain(session: Session, /, *, case: str, year: int, known_at: datetime | None) -> None:
    """Show each item of a plan in the return of a year, with the events or the imported return behind it.

    The items are those that `arflow sen2 export` writes. A blank item says why it is blank.

    \b
    Example:
      arflow sen2 explain P-1001 --year 2027
    """
    from arflow.figures.report import Asked as AskedOf
    from arflow.sen2.form.layout_files import Layouts
    from arflow.sen2.returned import told_facts
    from arflow.sen2.returned.explanation import Asked, explain
    from arflow.sen2.returned.review_items import review_items

    app = session.app
    ref = case if app.is_plan(case) else app.review(case).plan
    events = [event for _, event in app.case_events(ref)]
    census = Layouts.of(app.catalogue).load(year).census_day
    with session.looking(AskedOf(as_at=census, known_at=known_at)) as log:
        items = next((one for one in review_items(log, year) if one.plan == ref), None)
    told = next((one for one in told_facts.latest(app.engine, known_at) if one.plan == ref), None)
    names = app.directory.officer_names()
    asked = Asked(year=year, census_day=census, known_at=known_at)
    found = explain(events, items, told, asked, lambda id_: names.get(id_, id_))
    session.emit(found, lambda out: _show(out, found))


def _show(out: "Console", found: "Explanation") -> None:
    out.print(f"{found.plan} in the return of {found.year}, census day {found.census_day}", soft_wrap=True)
    if found.why_not:
        out.print(f"{found.why_not[0].upper()}{found.why_not[1:]}.", soft_wrap=True)
    rows = [(one.item, one.value or "blank", one.why, "; ".join(map(_event, one.events))) for one in found.items]
    if rows:
        table(out, ("Item", "Value", "Why", "Events"), rows, empty="")


def _event(one: "Behind") -> str:
    return f"{one.case} #{one.number} {one.event} of {one.on}, recorded {one.recorded_on} by {one.recorded_by}"
