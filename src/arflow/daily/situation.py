"""What the worklist is made from: what is due, the outbox and the inbox as they stand."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from arflow.case.review import AnnualReview
from arflow.daily.worklist import Stuck, Worklist, is_awaiting_advice, worklist
from arflow.papers.documents.register import documents
from arflow.papers.plan_text.change_labels import ROLES
from arflow.people.needs import unmet_line
from arflow.post.advice.reminders_due import asked_for_advice
from arflow.post.mail import arrivals as received
from arflow.post.mail.arrivals import Arrivals
from arflow.post.mail.outbox import dispatches, in_trouble, messages
from arflow.post.outgoing.queue import outbox

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.lists.due_items import DueItem
    from arflow.lists.questions import Asking


def look(app: "Arflow", asking: "Asking", today: date, items: Sequence["DueItem"]) -> Worklist:
    """The worklist of a day."""
    inbox = Arrivals(app.engine)
    return worklist(
        asking,
        today,
        items=items,
        advice=_advice(app, [item.review for item in items if item.review and is_awaiting_advice(item)]),
        reports=_reports_to_send(app.engine, asking),
        stuck=_stuck(app),
        waiting=inbox.papers(received.papers.c.state == "waiting"),
        unplaced=len(inbox.find(received.arrivals.c.state == "unplaced")),
        needs=lambda plans: _needs(app, plans, today),
    )


def _needs(app: "Arflow", plans: Collection[str], today: date) -> Callable[[str, str], str]:
    """What nobody has recorded as met, by plan and review, without names."""
    everybody = app.people.by_plan(sorted(plans))
    people = {
        plan: [person for person in found if person.to_arrange and person.is_in_case(today)]
        for plan, found in everybody.items()
    }

    def unmet(plan: str, review: str) -> str:
        return "; ".join(unmet_line(person, review) for person in people.get(plan, ()) if person.unmet(review))

    return unmet


_NOBODY_ASKED = "nobody is recorded as asked for advice"


def _advice(app: "Arflow", reviews: Sequence[str]) -> dict[str, str]:
    """Whose advice each of these reviews awaits; only those in which advice was asked for are read."""
    asked = list(asked_for_advice(app.engine, reviews))
    return dict.fromkeys(reviews, _NOBODY_ASKED) | {review.id: _awaited(review) for review, _ in app.reviews(asked)}


def _awaited(review: AnnualReview) -> str:
    """Who of those asked for advice has not answered."""
    if not review.all("request_advice"):
        return _NOBODY_ASKED
    awaited = ", ".join(ROLES[role] for role in review.advice_outstanding())
    return f"no answer yet from {awaited}" if awaited else "all who were asked for advice have answered"


def _reports_to_send(engine: sa.Engine, asking: "Asking") -> list[dict[str, Any]]:
    """The reviews whose meeting was held and whose report is kept, and not sent on: it came to us alone."""
    kept = (
        sa.select(documents.c.review).where(documents.c.kind == "report", documents.c.disposed_at.is_(None)).distinct()
    )
    with engine.connect() as connection:
        reviews = set(connection.execute(kept).scalars())
    return [row for row in asking.awaiting_report() if row["id"] in reviews]


def _stuck(app: "Arflow") -> list[Stuck]:
    """Messages that somebody has to see to: to be approved or posted, not arrived, or of an act that could not be recorded."""
    wanted = sa.or_(messages.c.state.in_(("to_approve", "to_post")), in_trouble())
    found = outbox(app).find(wanted)
    query = sa.select(dispatches).where(dispatches.c.id.in_({message.dispatch for message in found}))
    with app.engine.connect() as connection:
        of = {row.id: row for row in connection.execute(query)}
    return [
        Stuck(
            message=message,
            plan=of[message.dispatch].plan,
            review=of[message.dispatch].review,
            trouble=of[message.dispatch].trouble,
        )
        for message in found
    ]
