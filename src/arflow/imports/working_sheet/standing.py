"""What stands of a plan and its open review, by the columns of the workbook."""

from collections.abc import Mapping
from datetime import date

from arflow.case.case import Case
from arflow.case.plan import Plan
from arflow.case.review import AnnualReview

Value = str | int | date | None
# Columns that say which case a row is of, and how it stands; those that may be edited; and why, where a reason is needed.
LOCKED = ("plan", "review", "state", "review_due")
OF_PLAN = ("setting", "nc_year", "coordinator")
OF_REVIEW = ("meeting_on", "held_on", "report_sent_on", "outcome", "decided_on", "notified_on")
REASON = "reason"
EDITABLE = (*OF_PLAN, *OF_REVIEW, REASON)
COLUMNS = (*LOCKED, *EDITABLE)
DAYS = ("review_due", "meeting_on", "held_on", "report_sent_on", "decided_on", "notified_on")
CASELOAD, AS_EXPORTED = "Caseload", "arflow"  # the sheets: the one to edit, and what it said when it was made


def standing(case: Case, names: Mapping[str, str], review: str | None) -> dict[str, Value]:
    """A case as a row shows it; `names` are the officers' by their ids, `review` the id of the row's review."""
    plan, found = case.plan, case.reviews.get(review) if review else None
    return {
        "plan": plan.ref,
        "review": review,
        "state": found.state if found else _of_plan(plan),
        "setting": plan.setting,
        "nc_year": plan.nc_year,
        "coordinator": names.get(plan.coordinator or "", plan.coordinator),
        "meeting_on": found.planned_meeting if found else None,
        "held_on": _day(found, "hold"),
        "report_sent_on": _day(found, "report"),
        "outcome": found.outcome if found else None,
        "decided_on": _day(found, "decide"),
        "notified_on": _day(found, "notify"),
    }


def _of_plan(plan: Plan) -> str:
    return "no open review" if plan.is_maintained else "ended"


def _day(review: AnnualReview | None, step: str) -> date | None:
    return review.day(step) if review else None
