"""Deciding: a review, a command and the machine's answer make the events to append, or a refusal. Pure."""

from arflow.case.acts.asides import record_beside
from arflow.case.acts.basis import Basis
from arflow.case.acts.corrections import correct, migrate, void
from arflow.case.acts.steps import take
from arflow.case.amendment_commands import PauseReview, RecordLightRoute, ResumeReview
from arflow.case.review import AnnualReview, evolve
from arflow.case.review_commands import (
    AnswerInvitation,
    AnyReviewCommand,
    ChaseAdvice,
    CorrectStep,
    Decide,
    DoubtDay,
    MigrateReview,
    NotifyDecision,
    ProposeAmendments,
    RecordConduct,
    RecordFailure,
    RecordMessage,
    RecordService,
    SeeDuty,
    VoidStep,
)
from arflow.errors import InvalidValue, field_name
from arflow.events import AnyReviewEvent


def act(review: AnnualReview, command: AnyReviewCommand, basis: Basis) -> tuple[AnyReviewEvent, ...]:
    """The events a command makes; an ArflowError, and no event, where it cannot be."""
    match command:
        case CorrectStep():
            return correct(review, command, basis)
        case VoidStep():
            return void(review, command, basis)
        case MigrateReview():
            return (migrate(review, command, basis),)
        case Decide():
            return _decide(review, command, basis)
        case (
            AnswerInvitation()
            | ChaseAdvice()
            | RecordConduct()
            | RecordService()
            | DoubtDay()
            | ProposeAmendments()
            | RecordMessage()
            | RecordFailure()
            | PauseReview()
            | ResumeReview()
            | RecordLightRoute()
            | SeeDuty()
        ):
            return (record_beside(review, command, basis),)
        case _:
            return (take(review, command, basis),)


def _decide(review: AnnualReview, command: Decide, basis: Basis) -> tuple[AnyReviewEvent, ...]:
    decided = take(review, command, basis)
    if command.not_yet_notified:
        if command.notified_on:
            raise InvalidValue(
                field_name("notified_on"), command.notified_on, f"possible beside {field_name('not_yet_notified')}"
            )
        return (decided,)
    told = NotifyDecision(on=command.notified_on or decided.on, evidence=command.evidence)
    return decided, take(evolve(review, decided), told, basis)
