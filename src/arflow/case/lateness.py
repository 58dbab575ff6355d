"""Why a duty was late: what was recorded of it. The breach itself is derived. Pure."""

from arflow.case.duties import Duty
from arflow.case.plan import Plan
from arflow.case.plan_records import Explained, late


def explained_of(plan: Plan, review: str | None, duty: Duty) -> Explained | None:
    """What was recorded of why a duty of a review, or of its plan, was late; None where nothing was."""
    return plan.explained.get(late(review or "", duty.id, duty.proceeding, duty.due))
