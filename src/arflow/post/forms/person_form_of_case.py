"""The forms for advice and views, filled in with what the case knows of one person."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from arflow.case.review import AnnualReview
from arflow.errors import MissingValue, NotPossible
from arflow.events import FAMILY
from arflow.papers.documents import Documents
from arflow.papers.forms.person_questions import PersonFacts, advice_form, child_views_form, views_form
from arflow.papers.forms.questions import Form, FormKind
from arflow.people import Person
from arflow.post.advice.backplan import backplan
from arflow.post.meeting.plan_reviewed import Found, found_by_the_meeting
from arflow.post.outgoing.ways_to_reach import named, people_of

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_MAKES = {"advice": advice_form, "views": views_form, "child-views": child_views_form}


def person_form_of(
    app: "Arflow", documents: Callable[[], Documents], review_id: str, kind: FormKind, to: str | None
) -> Form:
    """A form for one person of the case, by id or role; `child-views` is always the child's.

    NotPossible where it does not fit the person, or nothing more is asked for the review.
    """
    review = app.review(review_id)
    if review.is_finished:
        raise NotPossible(f"{review_id} is {review.state}: nobody is asked for anything any more")
    if kind == "child-views":
        to = to or "child"
    if to is None:
        raise MissingValue(
            "--to", f"say whose form it is: a role or a person's id, see `arflow people list {review.plan}`"
        )
    found, *more = named(app, review.plan, to)
    if more:
        ids = " or ".join(person.id for person in (found, *more))
        raise NotPossible(f"more than one person has the role {to} in the case of {review.plan}: name one, {ids}")
    _check_fits(app, review, kind, found)
    return form_for_person(app, review, kind, found, found_by_the_meeting(app, documents, review))


def kind_for(app: "Arflow", person: Person) -> FormKind:
    """The form that somebody is sent who is asked for advice."""
    if person.role == "child":
        return "views" if people_of(app, person.plan).rights == "young_person" else "child-views"
    of_family = person.role == "parent" or people_of(app, person.plan).role_of(person) in FAMILY
    return "views" if of_family else "advice"


def form_for_person(app: "Arflow", review: AnnualReview, kind: FormKind, person: Person | None, found: Found) -> Form:
    """A form of a kind for somebody of the case; for nobody in particular where they are not known any more."""
    child = people_of(app, review.plan).child
    days = backplan(app.duties(review.id), review.planned_meeting)
    by = days.advice_by(app.today) if days and review.last("hold") is None else None
    facts = PersonFacts(
        review=review.id,
        plan=review.plan,
        child=child.name if child else "",
        person=person.id if person else "",
        name=person.name if person else "",
        meeting_on=review.planned_meeting,
        by=by,
        outcomes=tuple((item.id, " ".join(item.text.split())) for item in found.items or ()),
    )
    return _MAKES[kind](facts)


def _check_fits(app: "Arflow", review: AnnualReview, kind: FormKind, person: Person) -> None:
    fitting = kind_for(app, person)
    if kind == fitting or (person.role == "child" and kind in ("views", "child-views")):
        return
    raise NotPossible(
        f"the {kind} form is not for {person.id}: make `arflow form make {review.id} {fitting} --to {person.id}`"
    )
