"""Who must have what is sent to several people, and who is still without it (SEND Regs 2014 r.20(2)-(4), (9)). Pure."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, cast

import msgspec

from arflow.case.act import Act
from arflow.case.facts import Fact
from arflow.case.review import AnnualReview
from arflow.events import FAMILY, AdviceCirculated, InvitationsSent, ReportSent, Role
from arflow.law.workflow import Invitee, Workflow

Sent = Literal["invite", "circulate", "report"]
ALL: tuple[Sent, ...] = ("invite", "circulate", "report")
_WHAT: dict[Sent, str] = {"invite": "notice of the meeting", "circulate": "the advice", "report": "the report"}
_DUTY: dict[Sent, str] = {"invite": "invitees", "circulate": "advice_circulated", "report": "report"}


class Without(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who must have something and has not: a class of people, or a person by the id of the directory."""

    what: str
    who: str
    citation: str

    def __str__(self) -> str:
        return f"Still without {self.what}: {self.who} ({self.citation})"


def rights_role(review: AnnualReview, rights_from: date | None) -> tuple[Role, ...]:
    """Who of the family the law means on the day of the meeting: the parent, or after compulsory school age the young person.

    Either, where nobody knows when the rights pass (CFA 2014 s.83; SEND Regs 2014 r.20(2)(a), r.21(2)(a)).
    """
    if rights_from is None:
        return FAMILY
    placed = review.day("hold") or review.planned_meeting or review.opened_on
    return ("young_person",) if placed >= rights_from else ("parent",)


def required(review: AnnualReview, workflow: Workflow, rights_from: date | None) -> list[Invitee]:
    """The classes that must be invited to a review, the family's with the role that holds the rights."""
    found = [invitee for invitee in workflow.invitees_of(review.kind) if invitee.word == "must"]
    holder = rights_role(review, rights_from)
    return [msgspec.structs.replace(one, roles=holder) if set(one.roles) == set(FAMILY) else one for one in found]


def had_by_all(review: AnnualReview, workflow: Workflow, rights_from: date | None) -> dict[str, Fact]:
    """The day by which each who must have it had the notice, the advice and the report; none while somebody has not.

    Notice counts among those who were invited at all; that a class was not is counted by `all_invited` alone.
    """
    days: dict[str, Fact] = {}
    classes = required(review, workflow, rights_from)
    first = [review.invited_on(invitee.roles) for invitee in classes]
    given = [act for act in first if act is not None] or review.invitations[:1]
    if given and not awaited(review, "invite"):
        late = [act for act in review.invitations if cast("InvitationsSent", act.event).late_to]
        last = max((*given, *late), key=review.served)
        days["invited"] = last.fact(review.served(last))
        if None not in first:
            days["all_invited"] = days["invited"]
    for step, milestone in (("circulate", "circulated"), ("report", "reported")):
        sent = _last_sent(review, cast("Sent", step), _invited(review, classes))
        if sent is not None and not awaited(review, cast("Sent", step)):
            days[milestone] = sent.fact()
    return days


def still_without(
    review: AnnualReview,
    workflow: Workflow,
    rights_from: date | None,
    steps: Iterable[Sent] = ("invite", "circulate", "report"),
) -> tuple[Without, ...]:
    """Who has not what they must have, of what has been sent at all; nothing where a review of this kind asks for none."""
    left_out = workflow.kinds[review.kind].leaves_out_duties
    wanted = [step for step in steps if review.all(step) and _DUTY[step] not in left_out]
    return tuple(one for step in wanted for one in _without(review, workflow, rights_from, step))


def awaited(review: AnnualReview, step: Sent) -> tuple[str, ...]:
    """The people who must have it and had not when it was last sent, by id."""
    last = (review.invitations if step == "invite" else review.all(step))[-1:]
    return _event(last[0]).awaiting if last else ()


def late_to(review: AnnualReview, people: tuple[str, ...], roles: tuple[Role, ...]) -> tuple[str, ...]:
    """Those an invitation goes to who were awaited; where it names roles of the family alone, all of them."""
    before = awaited(review, "invite")
    by_role = not people and bool(set(roles) & set(FAMILY))
    return before if by_role else tuple(person for person in before if person in people)


def more_to_send(review: AnnualReview, workflow: Workflow, step: Sent) -> bool:
    """Whether it was sent, and somebody who must have it is still without."""
    return bool(review.all(step)) and bool(still_without(review, workflow, None, (step,)))


def _without(review: AnnualReview, workflow: Workflow, rights_from: date | None, step: Sent) -> Iterator[Without]:
    regulation = "citation_not_in_setting" if review.kind == "not_in_setting" else "citation"
    classes = required(review, workflow, rights_from)
    if step != "invite":
        classes = _invited(review, classes)
    duty = workflow.duty_by_id[_DUTY[step]]
    law = workflow.kinds[review.kind].citations.get(duty.id, duty.citation)
    for one in classes:
        reached = review.invited_on(one.roles) if step == "invite" else _reaching(review, step, one)
        if not reached:
            own = getattr(one, regulation) or one.citation
            who = _IN_LAW.get(one.roles, one.title)
            yield Without(what=_WHAT[step], who=who, citation=own if step == "invite" else law)
    for person in awaited(review, step):
        yield Without(what=_WHAT[step], who=person, citation=law)


_IN_LAW: dict[tuple[Role, ...], str] = {
    ("young_person",): "the young person, who holds the rights",
    ("parent",): "the child's parent",
}


def _invited(review: AnnualReview, classes: list[Invitee]) -> list[Invitee]:
    """Of the classes those that were invited to the meeting: what was not is counted by the invitations."""
    return [one for one in classes if review.invited_on(one.roles) is not None]


def _last_sent(review: AnnualReview, step: Sent, classes: list[Invitee]) -> Act | None:
    """The last of what every class was sent; None where one has had nothing."""
    found = [_reaching(review, step, one) for one in classes] if classes else [review.all(step)]
    if not all(found):
        return None
    return max((act for acts in found for act in acts), key=lambda act: act.on)


def _reaching(review: AnnualReview, step: Sent, one: Invitee) -> list[Act]:
    """What was sent to a class: to its roles, or, where no roles are named, to everyone."""
    sent = [(act, cast("AdviceCirculated | ReportSent", act.event).roles) for act in review.all(step)]
    return [act for act, roles in sent if not roles or set(roles) & set(one.roles)]


def _event(act: Act) -> InvitationsSent | AdviceCirculated | ReportSent:
    return cast("InvitationsSent | AdviceCirculated | ReportSent", act.event)
