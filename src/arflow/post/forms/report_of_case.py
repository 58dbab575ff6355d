"""The form for the report of a review, filled in with what the case knows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from arflow.case.conduct import ADULTHOOD_FROM_YEAR
from arflow.case.plan import Plan
from arflow.case.review import AnnualReview
from arflow.errors import NotPossible
from arflow.events import MeetingHeld, Role
from arflow.papers.documents import Documents
from arflow.papers.forms.questions import Form
from arflow.papers.forms.report_questions import ROLE_TITLES, ReportFacts, report_form
from arflow.people import InCase
from arflow.post.meeting.plan_reviewed import Found, found_by_the_meeting
from arflow.post.outgoing.letter_facts import report_by
from arflow.post.outgoing.ways_to_reach import people_of

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def report_form_of(app: "Arflow", documents: Callable[[], Documents], review_id: str) -> Form:
    """The form for the report of a review; NotPossible once nothing more can be recorded of it."""
    review = app.review(review_id)
    if review.is_finished:
        raise NotPossible(f"{review_id} is {review.state}: no report is asked of it any more")
    return form_for(app, review, found_by_the_meeting(app, documents, review))


def form_for(app: "Arflow", review: AnnualReview, found: Found) -> Form:
    """The same, for the plan and its outcomes as the meeting found them."""
    case, plan = people_of(app, review.plan), found.plan
    duties = {duty.id: duty for duty in app.duties(review.id)}
    setting = next((person for person in case.people if person.role == "setting"), None)
    held = review.last("hold")
    attended = held.event.attended if held and isinstance(held.event, MeetingHeld) else ()
    return report_form(
        ReportFacts(
            review=review.id,
            plan=review.plan,
            child=case.child.name if case.child else "",
            setting=(setting.organisation or setting.name) if setting else None,
            year=plan.nc_year,
            young_person=case.rights == "young_person",
            adulthood=asks_adulthood(plan, case.rights) is not False,
            meeting_on=review.day("hold") or review.planned_meeting,
            report_by=report_by(review, duties),
            outcomes=tuple((item.id, " ".join(item.text.split())) for item in found.items or ()),
            people=_people(app, review, case),
            attended=attended,
        )
    )


def asks_adulthood(plan: Plan, rights: Role) -> bool | None:
    """Whether preparing for adulthood must be reviewed; None where the year of the class is not known (r.20(6))."""
    if rights == "young_person":
        return True
    return None if plan.nc_year is None else plan.nc_year >= ADULTHOOD_FROM_YEAR


def _people(app: "Arflow", review: AnnualReview, case: InCase) -> tuple[tuple[Role, tuple[str, ...]], ...]:
    """Everybody of the case but the child, by role, and each class that must be invited, known or not."""
    must = (one for one in app.workflow(review.workflow).invitees_of(review.kind) if one.word == "must")
    family = {"parent", "young_person"} - {case.rights}
    names: dict[Role, list[str]] = {role: [] for one in must for role in one.roles if role not in family}
    for person in case.people:
        if person.role != "child":
            names.setdefault(case.role_of(person), []).append(person.name)
    return tuple((role, tuple(names[role])) for role in ROLE_TITLES if role in names)
