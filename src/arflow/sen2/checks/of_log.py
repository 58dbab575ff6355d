"""Checking the log: the persons that a return made on a day would have, as far as the log and the imported facts know them."""

from collections.abc import Iterator

import sqlalchemy as sa

from arflow.figures.cases import OFFICER
from arflow.figures.viewpoint import Looking
from arflow.sen2.checks.run import Placed
from arflow.sen2.form.layout import Layout
from arflow.sen2.form.record import Record
from arflow.sen2.returned.carried_forward import review_values
from arflow.sen2.returned.export import Exporting
from arflow.sen2.returned.review_items import ReviewItems


def known_to_the_log(items: ReviewItems) -> Placed:
    """A plan as the log alone knows it: its first day and its latest review."""
    start = {"StartDate": items.plan_start.isoformat()} if items.plan_start else {}
    assessment = Record(block="Assessment", children=(Record(block="NamedPlan", values=start),))
    request = Record(block="Requests", children=(assessment, Record(block="ActivePlans", values=review_values(items))))
    return Placed(person=Record(block="Person", children=(request,)), place=items.plan, whole=False)


def persons(looking: Looking, engine: sa.Engine, layout: Layout) -> Iterator[Placed]:
    """Everybody whom the export would return, and then the active plans of which no return was imported."""
    exporting = Exporting(looking, engine, layout, active_only=False)
    for plan, person in exporting.entries():
        yield Placed(person=person, place=plan)
    yield from map(known_to_the_log, exporting.unreturned)


def coordinators(looking: Looking) -> dict[str, str]:
    """The coordinator of each plan that has one, by name where the name is not erased."""
    name = OFFICER.format(id="coordinator")
    return dict(looking.rows(f"select plan, {name} from review_items where coordinator is not null"))
