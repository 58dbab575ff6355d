"""Who is invited to the meeting of a review, who is missing, and whether there is time (SEND Regs 2014 r.20(2)-(3))."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

import msgspec

from arflow.case.review import AnnualReview
from arflow.errors import MissingValue, NotPossible, field_name
from arflow.events import InvitationsSent
from arflow.law.workflow import Workflow
from arflow.people import InvitationList, in_case, invitation_list
from arflow.people.agreement import not_agreed
from arflow.post.mail import outbox as tables
from arflow.post.meeting.time_and_place import check_ahead
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.ways_to_reach import Addressed, addressed, of_case
from arflow.post.outgoing.withdrawal import invitations_taken_back

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

LEFT_OUT = "left out with --without"


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """A class of people of whom nobody is invited, with the paragraph that asks for them, and why."""

    title: str
    citation: str
    why: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Whether at least two weeks' notice can still be given: the last day in clear days, and in calendar weeks."""

    last_day: date
    outer: date
    citation: str
    on: date

    @property
    def warning(self) -> str:
        """What to say where it is too late on one reading or both; nothing in time."""
        if self.on <= self.last_day:
            return ""
        if self.on <= self.outer:
            return (
                f"The notice is short on the strict count: two clear weeks would have needed it by {self.last_day}, "
                f"two calendar weeks need it by {self.outer} ({self.citation})."
            )
        return (
            f"The notice is too short: it would have been due by {self.last_day} (clear weeks), "
            f"or by {self.outer} at the latest (calendar weeks) ({self.citation})."
        )


class Inviting(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to invite to a meeting now, who was invited before, who cannot be reached, and which classes are missing."""

    review: str
    plan: str
    meeting_on: date
    to_invite: tuple[Addressed, ...]
    invited: tuple[str, ...]
    unreached: tuple[Addressed, ...]
    missing: tuple[Missing, ...]
    notice: Notice | None


def inviting(app: "Arflow", review_id: str, *, also: Sequence[str] = (), without: Sequence[str] = ()) -> Inviting:
    """Work out whom to invite: everybody in the classes of the definition, whoever was invited before the meeting moved,
    and `also`; but not those `without`.
    """
    review = app.review(review_id)
    _check_can_invite(review)
    meeting_on = review.planned_meeting
    if meeting_on is None:
        raise MissingValue(
            field_name("meeting_on"), f"plan the meeting first: arflow review schedule {review_id} --meeting-on DAY"
        )
    check_ahead(app, review_id, meeting_on)
    listed, chosen = _list(app, review, meeting_on), wanted_at(app, review, meeting_on, also, without)
    invited = _invited(app, review, meeting_on)
    return Inviting(
        review=review_id,
        plan=review.plan,
        meeting_on=meeting_on,
        to_invite=tuple(one for one in chosen if one.channel and one.person.id not in invited),
        invited=tuple(invited),
        unreached=tuple(one for one in chosen if one.channel is None),
        missing=tuple(_missing(listed, app.workflow(review.workflow), review, chosen)),
        notice=_notice(app, review),
    )


def wanted_at(
    app: "Arflow", review: AnnualReview, meeting_on: date, also: Sequence[str], without: Sequence[str]
) -> list[Addressed]:
    """Everybody to be invited to a meeting on a day, with the way to reach them; NotPossible for another case's person."""
    for person_id in (*also, *without):
        of_case(app, review.plan, person_id)
    plan, workflow = app.plan(review.plan), app.workflow(review.workflow)
    case = in_case(app.people.of(plan.ref), plan, meeting_on)
    wanted = {
        one.person.id: addressed(one.person, one.role, not_agreed(one.person, plan, app.today))
        for one in _list(app, review, meeting_on).listed
    }
    for person_id in also:
        if person_id not in {person.id for person in case.people}:
            raise NotPossible(f"{person_id} is not in the case on {meeting_on}: see `arflow people list {plan.ref}`")
    before = {*earlier_invited(review), *invitations_taken_back(app, review.id), *also}
    for person in case.people:
        if person.id in before:
            role = case.role_of(person)
            fitting = "other" if role in workflow.kinds[review.kind].leaves_out_roles else role
            wanted.setdefault(person.id, addressed(person, fitting, not_agreed(person, plan, app.today)))
    return [one for name, one in wanted.items() if name not in without]


def _list(app: "Arflow", review: AnnualReview, meeting_on: date) -> InvitationList:
    plan = app.plan(review.plan)
    return invitation_list(app.workflow(review.workflow), review.kind, plan, app.people.of(plan.ref), meeting_on)


def key(review: AnnualReview, people: Iterable[str] = ()) -> str:
    """The natural key of an invitation: the review, the day of the meeting after so many postponements, and whom it is to."""
    return f"invite/{review.id}/{len(review.all('postpone'))}/{review.planned_meeting}/{'+'.join(sorted(people))}"


def earlier_invited(review: AnnualReview) -> tuple[str, ...]:
    """Everybody who was ever invited to the meeting of a review, by id: all of them hear when it moves."""
    acts = review.all("invite")
    return tuple(dict.fromkeys(name for act in acts for name in cast("InvitationsSent", act.event).people))


def _check_can_invite(review: AnnualReview) -> None:
    if review.last("hold") is not None or review.is_finished:
        raise NotPossible(f"{review.id} is {review.state}: nobody is invited to its meeting any more")


def _invited(app: "Arflow", review: AnnualReview, meeting_on: date) -> dict[str, None]:
    """Those who have been sent an invitation to the meeting on its day, or whose invitation is queued."""
    recorded = [
        person
        for act in review.invitations
        if cast("InvitationsSent", act.event).meeting_on == meeting_on
        for person in cast("InvitationsSent", act.event).people
    ]
    queued = outbox(app).find(
        tables.dispatches.c.key.startswith(key(review), autoescape=True),
        tables.messages.c.state != "cancelled",
    )
    return dict.fromkeys([*recorded, *(message.person for message in queued if message.person)])


def _missing(
    listed: InvitationList, workflow: Workflow, review: AnnualReview, chosen: Sequence[Addressed]
) -> Iterator[Missing]:
    """The classes that must be invited and are not: nobody known, nobody reached, or left out."""
    reached = {one.person.id for one in chosen if one.channel}
    whys = {one.person.id: one.why for one in chosen}
    roles = {invitee.title: invitee.roles for invitee in workflow.invitees_of(review.kind)}
    for found in listed.classes:
        by_hand = review.invited_on(roles[found.title]) is not None
        if found.word != "must" or by_hand or any(one.person.id in reached for one in found.listed):
            continue
        said = [f"{one.person.id}: {whys.get(one.person.id, LEFT_OUT)}" for one in found.listed]
        yield Missing(title=found.title, citation=found.citation, why="; ".join(said) or "nobody is known")


def _notice(app: "Arflow", review: AnnualReview) -> Notice | None:
    """Whether there is time; None where no notice has to be given (Code 9.178)."""
    duty = next((duty for duty in app.duties(review.id) if duty.id == "notice"), None)
    if duty is None or duty.due is None:
        return None
    return Notice(last_day=duty.due, outer=duty.outer or duty.due, citation=duty.citation, on=app.today)
