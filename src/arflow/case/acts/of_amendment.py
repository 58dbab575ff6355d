"""What the acts beside a review's usual course hold, and what none of them may say."""

from datetime import date
from typing import Any, assert_never

from arflow.case.acts.basis import Basis, sent_with_documents
from arflow.case.acts.refusals import refuse_service, refuse_uncountable
from arflow.case.amendment_commands import (
    AgreeMoreTime,
    ChangeDecision,
    ReissueFinalPlan,
    SendNoticeAgain,
    WithdrawNotice,
)
from arflow.case.representations import last_day_to_represent
from arflow.case.review import AnnualReview
from arflow.errors import DateRefused, NotPossible, field_name

Beside = SendNoticeAgain | AgreeMoreTime | WithdrawNotice | ChangeDecision | ReissueFinalPlan


def details_of(review: AnnualReview, command: Beside, on: date, basis: Basis) -> dict[str, Any]:
    """What the event of such an act holds beyond its day."""
    match command:
        case SendNoticeAgain():
            if command.served_on:
                refuse_service(command.served_on, on, basis.recording.today, "the notice")
            return {"served_on": command.served_on, **sent_with_documents(command)}
        case AgreeMoreTime():
            _refuse_less_time(review, command, basis)
            return {"agreed_until": command.agreed_until}
        case WithdrawNotice():
            return {"reason": basis.recording.note(command.reason)}
        case ChangeDecision():
            reason = basis.recording.note(command.reason)
            return {"outcome": command.outcome, "reason": reason, **sent_with_documents(command)}
        case ReissueFinalPlan():
            return {"reason": basis.recording.note(command.reason), **sent_with_documents(command)}
        case _:
            assert_never(command)


def refuse_same_decision(review: AnnualReview, command: ChangeDecision) -> None:
    """NotPossible for a change to what was decided already."""
    if command.outcome == review.outcome:
        raise NotPossible(
            f"the decision on {review.id} is to {command.outcome} already: name another {field_name('outcome')}"
        )


def _refuse_less_time(review: AnnualReview, command: AgreeMoreTime, basis: Basis) -> None:
    """DateRefused for a day that the family has by law in any case, or on which nothing can be counted."""
    refuse_uncountable(command.agreed_until, field_name("agreed_until"))
    ends = last_day_to_represent(review, basis.workflow)
    if ends and command.agreed_until <= ends:
        raise DateRefused(
            f"{field_name('agreed_until')} {command.agreed_until} is no later than {ends}, the last of the 15 days that the "
            "family has by law (SEND Regs 2014 r.22(2)(c))"
        )
