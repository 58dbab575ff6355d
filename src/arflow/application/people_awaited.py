"""Who must have what is sent and has not had it: told to the log with each sending, since the log knows nobody of its own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import msgspec

from arflow.case.act import Act
from arflow.case.plan import Plan
from arflow.case.review import AnnualReview
from arflow.case.review_commands import AnyReviewCommand, CirculateAdvice, Invite, SendReport
from arflow.events import AdviceCirculated, InvitationsSent, ReportSent
from arflow.people import InCase, Person, in_case

if TYPE_CHECKING:
    from arflow.application.reading import ReadSide

_Sent = InvitationsSent | AdviceCirculated | ReportSent


def with_awaited(app: "ReadSide", plan: Plan, review: AnnualReview, command: AnyReviewCommand) -> AnyReviewCommand:
    """The command with the people who must have it too; as it is where it names nobody, and so means all of its roles.

    Everybody who holds the rights must be invited; of those invited, everybody whose class the law names has the advice and
    the report. Somebody not to be contacted is left out: an officer recorded why.
    """
    if not isinstance(command, Invite | CirculateAdvice | SendReport) or command.awaiting or not command.people:
        return command
    day = review.day("hold") or review.planned_meeting or command.on or app.today
    case = in_case(app.people.of(plan.ref), plan, day)
    earlier = review.invitations if isinstance(command, Invite) else review.all(command.step)
    wanted = _to_invite(case) if isinstance(command, Invite) else _invited(app, review, case)
    without = (one.id for one in wanted if one.id not in command.people and not _has_it(case, one, earlier))
    return msgspec.structs.replace(command, awaiting=tuple(without))


def _to_invite(case: InCase) -> Iterator[Person]:
    return (one for one in case.holders if not one.do_not_contact)


def _invited(app: "ReadSide", review: AnnualReview, case: InCase) -> Iterator[Person]:
    """Those who were invited and whose class must be: wider circulation is guidance (Code 9.176)."""
    workflow = app.workflow(review.workflow)
    must = {role for one in workflow.invitees_of(review.kind) if one.word == "must" for role in one.roles}
    invitations = review.all("invite")
    for one in case.people:
        if case.role_of(one) in must and not one.do_not_contact and _has_it(case, one, invitations):
            yield one


def _has_it(case: InCase, person: Person, sent: list[Act]) -> bool:
    """Whether somebody was sent it by name, or with all of their role."""
    events = (cast("_Sent", act.event) for act in sent)
    return any(
        person.id in event.people if event.people else not event.roles or case.role_of(person) in event.roles
        for event in events
    )
