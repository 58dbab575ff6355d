"""Papers whose act is taken back wait for an officer again: what came in is never lost with a mistaken act."""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from arflow.application.recording import Done
from arflow.case.review import AnnualReview
from arflow.case.review_commands import AnyReviewCommand, VoidStep
from arflow.post.incoming.officer_decisions import arrivals_of
from arflow.post.mail.arrivals import Paper, papers

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def act_and_wait_again(app: "Arflow", review_id: str, command: AnyReviewCommand) -> tuple[Done, tuple[str, ...]]:
    """Record an act, and where it takes back one that papers were accepted as, let these wait again, in one transaction.

    The answer names these papers.
    """
    again = _accepted_as(app, app.review(review_id), command)

    def wait(connection: sa.Connection) -> None:
        arrivals_of(app).wait_again(connection, again, f"the act that it was accepted as was taken back on {app.today}")

    done = app.act(review_id, command, beside=wait if again else None)
    return done, tuple(paper.id for paper in again)


def _accepted_as(app: "Arflow", review: AnnualReview, command: AnyReviewCommand) -> list[Paper]:
    """The papers accepted as the act that a command takes back: that which it names as its evidence, and those with it."""
    if not isinstance(command, VoidStep):
        return []
    acts = [act for act in review.all(command.voided_step) if command.version in (None, act.event.originator_version)]
    evidence = acts[-1].event.evidence if acts else None
    if evidence is None:
        return []
    accepted: Any = sa.and_(papers.c.state == "accepted", papers.c.plan == review.plan)
    named = arrivals_of(app).papers(accepted, papers.c.id == evidence)
    return [
        paper
        for one in named
        for paper in arrivals_of(app).papers(accepted, papers.c.accepted_as == one.accepted_as)
        if (paper.decided_at, paper.decided_by) == (one.decided_at, one.decided_by)
    ]
