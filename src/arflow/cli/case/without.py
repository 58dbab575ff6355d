"""Name on stderr who must have what was sent in a review and is still without it."""

from typing import TYPE_CHECKING

from arflow.case.recipients import ALL, Sent, Without, still_without
from arflow.case.review import AnnualReview
from arflow.cli.session import Session
from arflow.cli.terminal import say

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def without(app: "Arflow", review: AnnualReview, *steps: Sent) -> tuple[Without, ...]:
    """Who is still without the notice, the advice or the report, by the rights of the day of the meeting."""
    rights = app.plan(review.plan).young_person_from
    return still_without(review, app.workflow(review.workflow), rights.day if rights else None, steps or ALL)


def say_without(session: Session, review_id: str, *steps: Sent) -> None:
    """Say who is without, one line each."""
    for one in without(session.app, session.app.review(review_id), *steps):
        say(str(one), err=True)
