"""A school year with its terms, plans that are due in it, and the lists of a term as they would go out."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from arflow.application import rules_acts
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.law.workflow import Term
from arflow.lists.questions import Asking
from arflow.papers.documents import Documents
from arflow.people import Person
from arflow.planning.due_in_term import DueInTerm, due_in_term
from arflow.planning.list_making import TermLists, make_lists
from arflow.planning.term_dates import example, named, read_terms
from arflow.planning.term_list import TermList
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.send_now import Post

SPRING = "Spring 2027"
SCHOOL, OTHER = "123456", "654321"
ADDRESSES = (
    "urn,name,email\n123456,Anytown School,head@school.example\n654321,Otherton School,office@other.example\n"
    "health,Health,sen@nhs.example\nsocial-care,Social care,care@anyshire.example\n"
)


def enter_terms(app: Arflow) -> None:
    """The terms of 2026/27."""
    rules_acts.record(app, rules_acts.terms(app, read_terms(example()).term), "Published")


def term(app: Arflow, name: str = SPRING) -> Term:
    return named(app.current_workflow().terms, name)


def asking(app: Arflow) -> Asking:
    found = Asking(app)
    found.catch_up()
    return found


def plan_due(app: Arflow, ref: str, last_day: date, **more: Any) -> str:
    """A plan whose 12 months end on a day."""
    first = last_day + timedelta(days=1)
    made = first.replace(year=first.year - 1)
    app.add_plan(AddPlan(ref=ref, first_made=made, **{"setting": SCHOOL, **more}))
    return ref


def keep(app: Arflow, plan: str, role: Any, name: str, **more: Any) -> Person:
    return app.people.add(Person(plan=plan, role=role, name=name, **more))


def due(app: Arflow, name: str = SPRING) -> dict[str, DueInTerm]:
    """The plans due in a term, by reference."""
    found, _ = due_in_term(app, asking(app), term(app, name))
    return {one.plan: one for one in found}


def lists(app: Arflow, name: str = SPRING) -> TermLists:
    return make_lists(app, asking(app), term(app, name))


def list_of(app: Arflow, key: str) -> TermList:
    """The list of a term that goes to a setting by its URN, to health or to social care."""
    return next(made.list for made in lists(app).lists if made.to.key == key)


def waiting_post(documents: Documents, serving: Callable[..., date] = lambda _, day: day) -> Post:
    """What queues, and has no mail server."""
    return Post(settings=Settings(), read=documents.read, keep=documents.record_drafted, serving=serving)
