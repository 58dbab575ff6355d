"""The people of a plan in the log: the day on which the rights pass, that they were erased, and whom a review invites."""

from datetime import date
from typing import TYPE_CHECKING

from arflow.case.plan import Plan, stream
from arflow.case.plan_commands import SetYoungPersonFrom
from arflow.case.review import stream as review_stream
from arflow.errors import NotFound
from arflow.law.periods import young_person_from
from arflow.people import InvitationList, Person, invitation_list
from arflow.people.acceptance import check_in_case, last_day
from arflow.people.people import change, keep

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def rights_pass(person: Person) -> date | None:
    """The first day over compulsory school age of a child or young person whose date of birth is known."""
    return young_person_from(person.date_of_birth) if person.date_of_birth else None


def untold(plan: Plan, person: Person) -> date | None:
    """That day, where the plan has none yet; nothing more is recorded of one that has ended."""
    if not plan.is_maintained:
        return None
    known = plan.young_person_from and plan.young_person_from.day
    return None if known else rights_pass(person)


def add_person(app: "Arflow", person: Person) -> Person:
    """Keep somebody of a plan, and record the day on which the rights pass if their date of birth is the first to tell."""
    kept: list[Person] = []
    plan = app.plan(person.plan)
    check_in_case(person, app.people.of(person.plan), last_day(plan, app.today))
    day = untold(plan, person)
    if day is None:
        return app.people.add(person)
    app.change_plan(
        person.plan,
        SetYoungPersonFrom(young_person_from=day),
        beside=lambda connection: kept.append(keep(connection, person)),
    )
    return kept[0]


def change_person(app: "Arflow", person: Person) -> None:
    """Keep what is now known of somebody, and record the day on which the rights pass as `add_person` does."""
    plan = app.plan(person.plan)
    check_in_case(person, app.people.of(person.plan), last_day(plan, app.today))
    day = untold(plan, person) if person.date_of_birth else None
    if day is None:
        app.people.change(person)
        return
    app.change_plan(
        person.plan, SetYoungPersonFrom(young_person_from=day), beside=lambda connection: change(connection, person)
    )


def invited_to(app: "Arflow", case: str, on: date | None = None) -> InvitationList:
    """Who is to be invited to a review by its id, or to an annual review of a plan by its reference, as of a day.

    The day is, unless given, that of the planned meeting, or today.
    """
    there = app.log_store.existing_streams([stream(case), review_stream(case)])
    if not there:
        raise NotFound("review or plan", case, "see `arflow review list` and `arflow plan list`")
    if stream(case) in there:
        plan, workflow, kind, day = app.plan(case), app.current_workflow(), "annual", app.today
    else:
        review = app.review(case)
        plan, workflow, kind = app.plan(review.plan), app.workflow(review.workflow), review.kind
        day = review.planned_meeting or app.today
    return invitation_list(workflow, kind, plan, app.people.of(plan.ref), on or day)
