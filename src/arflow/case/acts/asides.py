"""What is recorded of a review without taking a step: the machine is not asked, and the state stays."""

from datetime import date
from typing import Any, assert_never, cast

from arflow.case.act import Act
from arflow.case.acts.basis import Basis, day_of, event_of, sent
from arflow.case.acts.refusals import digests, refuse_service, roles_of
from arflow.case.amendment_commands import PauseReview, RecordLightRoute, ResumeReview
from arflow.case.review import AnnualReview
from arflow.case.review_commands import (
    AnswerInvitation,
    AnyAside,
    ChaseAdvice,
    DoubtDay,
    ProposeAmendments,
    RecordConduct,
    RecordFailure,
    RecordMessage,
    RecordService,
    SeeDuty,
)
from arflow.errors import DateRefused, InvalidValue, NotPossible, field_name
from arflow.events import (
    AdviceChased,
    AmendmentNoticeSent,
    AmendmentNoticeSentAgain,
    AmendmentsProposed,
    AnyReviewEvent,
    ConductRecorded,
    DayDoubted,
    DeliveryFailed,
    DutySeen,
    InvitationAnswered,
    InvitationsSent,
    LightRouteRecorded,
    MeetingPostponed,
    MessageSent,
    ReviewPaused,
    ReviewResumed,
    ServiceRecorded,
)
from arflow.law.plan_sections import OUTCOMES, is_item_id, section_of
from arflow.words import in_words


def record_beside(review: AnnualReview, command: AnyAside, basis: Basis) -> AnyReviewEvent:
    """What is recorded of a review without taking a step: the machine is not asked, and the state stays."""
    on = _day_beside(review, command, basis)
    if on < review.opened_on:
        raise DateRefused(f"{field_name('on')} {on} is before the review was opened on {review.opened_on}")

    def event(cls: type[Any], **fields: Any) -> AnyReviewEvent:
        made: AnyReviewEvent = event_of(cls, review, command, basis, on=on, state=review.state, **fields)
        return made

    match command:
        case AnswerInvitation():
            _check_answer(review, command, on)
            return event(InvitationAnswered, role=command.role, replied=command.replied, person=command.person)
        case ChaseAdvice():
            roles = roles_of(review, command.roles, basis.workflow)
            return event(AdviceChased, roles=roles, rule=command.rule, **sent(command))
        case RecordConduct():
            _check_conduct(review, command, on)
            return event(ConductRecorded, **_of_the_meeting(command))
        case RecordService():
            _check_service(review, command, basis)
            fields = {"of": command.of, "served_on": command.served_on, "channel": command.channel}
            return event(ServiceRecorded, **fields, because=command.because)
        case DoubtDay():
            return event(DayDoubted, of=command.of, quality=command.quality)
        case ProposeAmendments():
            if review.is_finished:
                raise NotPossible(
                    f"{review.id} is {review.state}: nothing more is proposed on it; propose it on the next review"
                )
            base, proposed = digests((command.base, command.amendments))
            by, changes = command.proposed_by, command.changes
            return event(AmendmentsProposed, base=base, amendments=proposed, proposed_by=by, changes=changes)
        case RecordMessage():
            to = {"roles": command.roles, "people": command.people, "channel": command.channel}
            return event(MessageSent, letter=command.letter, documents=digests(command.documents), **to)
        case RecordFailure():
            to = {"roles": command.roles, "people": command.people, "channel": command.channel}
            return event(DeliveryFailed, message=command.message, because=command.because, **to)
        case PauseReview():
            _check_pause(review, on)
            return event(ReviewPaused, reason=basis.recording.note(command.reason))
        case ResumeReview():
            _check_resume(review, on)
            return event(ReviewResumed)
        case RecordLightRoute():
            _check_light_route(review, command)
            return event(LightRouteRecorded, reason=basis.recording.note(command.reason), taken=command.taken)
        case SeeDuty():
            return event(DutySeen, duty=command.duty, seen=command.seen, due=command.due)
        case _:
            assert_never(command)


def _day_beside(review: AnnualReview, command: AnyAside, basis: Basis) -> date:
    """The day of what is recorded: that of the act which is doubted; of how a meeting went its day, unless said otherwise."""
    if isinstance(command, DoubtDay):
        return _doubted(review, command).on
    held = review.day("hold") if isinstance(command, RecordConduct) else None
    return held if held and command.on is None else day_of(command, basis)


def _doubted(review: AnnualReview, command: DoubtDay) -> Act:
    found = next((act for act in review.acts if act.event.originator_version == command.of), None)
    if found is None:
        raise InvalidValue(
            field_name("of"), command.of, f"an act of {review.id}: `arflow audit {review.id}` numbers each"
        )
    if found.quality == command.quality:
        raise NotPossible(f"the day of event {command.of} of {review.id} is {command.quality} already")
    return found


def _of_the_meeting(command: RecordConduct) -> dict[str, Any]:
    return {
        "outcomes": command.outcomes,
        "progress": command.progress,
        "views": tuple(dict.fromkeys(command.views)),
        "areas": tuple(dict.fromkeys(command.areas)),
        "personal_budget": command.personal_budget,
        "documents": digests(command.documents),
    }


def _check_conduct(review: AnnualReview, command: RecordConduct, on: date) -> None:
    held = review.last("hold")
    if held is None:
        raise NotPossible(f"the meeting of {review.id} is not recorded as held: record it with `arflow review hold`")
    if on < held.on:
        raise DateRefused(f"{field_name('on')} {on} is before the meeting on {held.on}")
    if len(command.outcomes) != len(command.progress):
        raise InvalidValue(
            field_name("progress"), len(command.progress), f"one for each of {len(command.outcomes)} outcomes"
        )
    if "no_views" in command.views and len(command.views) > 1:
        raise InvalidValue(field_name("views"), "no_views", "possible beside views that were given")
    twice = [item for item in command.outcomes if command.outcomes.count(item) > 1]
    if twice:
        raise InvalidValue(field_name("progress"), twice[0], "named once: say one thing of each outcome")
    for item in command.outcomes:
        if not is_item_id(item) or section_of(item) != OUTCOMES:
            raise InvalidValue(field_name("progress"), repr(item[:20]), "an outcome of the plan, such as E1")


def _check_service(review: AnnualReview, command: RecordService, basis: Basis) -> None:
    sent = next((act for act in review.acts if act.event.originator_version == command.of), None)
    if sent is None or not isinstance(sent.event, InvitationsSent | AmendmentNoticeSent | AmendmentNoticeSentAgain):
        raise InvalidValue(
            field_name("event"),
            command.of,
            f"an invitation or an amendment notice of {review.id}: `arflow audit {review.id}` numbers each",
        )
    refuse_service(command.served_on, sent.on, basis.recording.today, "it")


def _check_answer(review: AnnualReview, command: AnswerInvitation, on: date) -> None:
    """Refuse an answer of somebody who was not asked, before that, to an earlier invitation, or to a meeting that is over."""
    invited = [act.on for act in review.all("invite") if command.role in cast("InvitationsSent", act.event).roles]
    if not invited:
        raise NotPossible(
            f"{in_words(command.role)} is not recorded as invited to {review.id}: `arflow review invite` records it"
        )
    if on < min(invited):
        raise DateRefused(
            f"{field_name('on')} {on} is before {in_words(command.role)} was invited to {review.id} on {min(invited)}"
        )
    if review.day("hold"):
        raise NotPossible(f"the meeting of {review.id} was held: who was there is recorded with `arflow review hold`")
    planning = review.planning
    before = planning is not None and isinstance(planning.event, MeetingPostponed) and on < planning.on
    if before or (command.to is not None and planning and command.to < planning.event.originator_version):
        raise NotPossible(f"the meeting of {review.id} was moved since: it answers the invitation to an earlier day")
    same = [one for one in review.invitation_answers if (one.role, one.person) == (command.role, command.person)]
    if same and same[0].replied == command.replied:
        raise NotPossible(f"{in_words(command.role)} has answered so already, on {same[0].on}")


def _check_pause(review: AnnualReview, on: date) -> None:
    if review.is_finished:
        raise NotPossible(f"{review.id} is {review.state}: nothing is left to pause")
    if review.paused:
        raise NotPossible(
            f"{review.id} is paused since {review.paused.on}: `arflow review resume {review.id}` ends that"
        )
    went_on = review.pauses[-1][1] if review.pauses else None
    if went_on and on < went_on:
        raise DateRefused(f"{field_name('on')} {on} is before the pause that ended on {went_on}")


def _check_resume(review: AnnualReview, on: date) -> None:
    if review.paused is None:
        raise NotPossible(f"{review.id} is not paused: `arflow review pause {review.id} --reason TEXT` records it")
    if on < review.paused.on:
        raise DateRefused(f"{field_name('on')} {on} is before the pause that began on {review.paused.on}")


def _check_light_route(review: AnnualReview, command: RecordLightRoute) -> None:
    if command.taken and review.outcome not in (None, "maintain"):
        raise NotPossible(f"the decision on {review.id} is to {review.outcome}: the light route leads to no amendment")
