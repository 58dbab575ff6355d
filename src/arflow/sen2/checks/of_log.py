"""Checking the log: the persons that a return made on a day would have, as far as the log and the imported facts know them."""

from collections.abc import Iterator

from arflow.reports.cases import OFFICER
from arflow.reports.looking import Looking
from arflow.sen2.checks.running import Placed
from arflow.sen2.items import ReviewItems, review_items
from arflow.sen2.record import Record

_ELEMENTS = {
    "review_meeting": "ReviewMeeting",
    "last_review": "LastReview",
    "review_outcome": "ReviewOutcome",
    "review_draft": "ReviewDraft",
    "phase_transfer_due_date": "PhaseTransferDueDate",
    "phase_transfer_final_date": "PhaseTransferFinalDate",
}


def known_to_the_log(items: ReviewItems) -> Placed:
    """A plan as the log alone knows it: its first day and its latest review."""
    values = {
        element: str(getattr(items, name)) for name, element in _ELEMENTS.items() if getattr(items, name) is not None
    }
    start = {"StartDate": items.plan_start.isoformat()} if items.plan_start else {}
    assessment = Record(block="Assessment", children=(Record(block="NamedPlan", values=start),))
    request = Record(block="Requests", children=(assessment, Record(block="ActivePlans", values=values)))
    return Placed(person=Record(block="Person", children=(request,)), place=items.plan, whole=False)


def persons(looking: Looking, year: int) -> Iterator[Placed]:
    """Every plan that is active on the day, in the order of the plans; `year` is the return's."""
    return map(known_to_the_log, review_items(looking, year))


def coordinators(looking: Looking) -> dict[str, str]:
    """The coordinator of each plan that has one, by name where the name is not erased."""
    name = OFFICER.format(id="coordinator")
    return dict(looking.rows(f"select plan, {name} from review_items where coordinator is not null"))
