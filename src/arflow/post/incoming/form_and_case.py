"""A form that came back, beside the case that it is of: what it proposes to record there."""

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.case.review import AnnualReview
from arflow.errors import NotFound, NotPossible
from arflow.papers.documents import DocumentKind, documents_of
from arflow.papers.forms.answers import Answers
from arflow.papers.forms.questions import FormKind
from arflow.people import Person, in_case
from arflow.post.forms.person_form_of_case import form_for_person
from arflow.post.forms.person_proposal import ReturnedByPerson, person_proposal
from arflow.post.forms.proposal import Proposal
from arflow.post.forms.report_of_case import asks_adulthood, form_for
from arflow.post.forms.report_proposal import Returned, proposal
from arflow.post.incoming.filing import FORM
from arflow.post.incoming.officer_decisions import arrivals_of
from arflow.post.mail.arrivals import Paper, papers
from arflow.post.meeting.plan_reviewed import Found, found_by_the_meeting
from arflow.post.outgoing.ways_to_reach import people_of

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

# What the document of an accepted form is; the words of the family are evidence.
KEPT_AS: dict[FormKind, DocumentKind] = {
    "report": "report",
    "advice": "advice",
    "views": "evidence",
    "child-views": "evidence",
}


class CameBack(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of a form, the day it came, and the paper that it is, if it came by mail."""

    answers: Answers
    came_on: date
    paper: Paper | None = None


class FormRead(msgspec.Struct, frozen=True, kw_only=True):
    """A form as it was read, the paper that it is, if it came by mail, and what it proposes."""

    review: str
    plan: str
    paper: Paper | None
    answers: Answers
    came_on: date
    proposal: Proposal


def beside_its_case(app: "Arflow", back: CameBack) -> FormRead:
    """What a form proposes; NotFound where its review is not here, NotPossible where it came on another case."""
    named, paper = back.answers.id, back.paper
    try:
        review = app.review(named.review)
    except NotFound as refusal:
        raise NotFound("review", named.review, "the form is of a review that is not in this store") from refusal
    if paper and paper.plan != review.plan:
        raise NotPossible(
            f"{paper.id} is the form of {review.id}, a review of {review.plan}, and came on {paper.plan}: refuse it there, "
            f"and place its message with `arflow inbox place {paper.arrival} --review {review.id}`"
        )
    found = found_by_the_meeting(app, lambda: documents_of(app.engine), review)
    made = (_of_report if named.kind == "report" else _of_person)(app, back, review, found)
    return FormRead(
        review=review.id,
        plan=review.plan,
        paper=paper,
        answers=back.answers,
        came_on=back.came_on,
        proposal=made,
    )


def _of_report(app: "Arflow", back: CameBack, review: AnnualReview, found: Found) -> Proposal:
    rights, paper = people_of(app, review.plan).rights, back.paper
    returned = Returned(
        answers=back.answers,
        form=form_for(app, review, found),
        review=review,
        text=found.text,
        came_on=back.came_on,
        young_person=rights == "young_person",
        adulthood=asks_adulthood(found.plan, rights),
        paper=paper.id if paper else None,
        document=paper.document if paper else None,
        accepted_before=_accepted_before(app, review.id, "report"),
    )
    return proposal(returned)


def _of_person(app: "Arflow", back: CameBack, review: AnnualReview, found: Found) -> Proposal:
    """The answer of whom the form names; where they are not of the case any more, of who sent it."""
    case = in_case(app.people.of(review.plan), app.plan(review.plan), back.came_on)
    named, paper = back.answers.id, back.paper
    wanted = (named.person, paper.person if paper else None)
    person = next((one for name in wanted for one in case.people if one.id == name), None)
    returned = ReturnedByPerson(
        answers=back.answers,
        form=form_for_person(app, review, named.kind, person, found),
        review=review,
        person=person.id if person else None,
        role=case.role_of(person) if person else paper.role if paper else None,
        came_on=back.came_on,
        sent_by=paper.person if paper else None,
        paper=paper.id if paper else None,
        document=paper.document if paper else None,
        accepted_before=_accepted_before(app, review.id, named.kind, person),
    )
    return person_proposal(returned)


def _accepted_before(app: "Arflow", review: str, kind: FormKind, person: Person | None = None) -> tuple[str, ...]:
    """The papers that were accepted before as forms of a kind on a review, of those that a person sent."""
    own = papers.c.person == person.id if person else sa.true()
    before = arrivals_of(app).papers(papers.c.review == review, papers.c.accepted_as == FORM, own)
    kept = {one.digest for one in documents_of(app.engine).of(review=review, kind=KEPT_AS[kind])}
    return tuple(paper.id for paper in before if paper.document in kept)
