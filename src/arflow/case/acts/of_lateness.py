"""Deciding what a command records of why a duty was late. Pure."""

from typing import Any

from arflow.case.acts.basis import Recording
from arflow.case.acts.refusals import need
from arflow.case.plan import Plan
from arflow.case.plan_commands import ExplainLateness
from arflow.case.plan_records import late
from arflow.events import LatenessExplained
from arflow.words import in_words


def explained(
    plan: Plan, command: ExplainLateness, recording: Recording, envelope: dict[str, Any]
) -> LatenessExplained:
    """The event of an explanation; NotPossible where it says what is recorded already."""
    of = late(command.review or "", command.duty, command.proceeding or 0, command.due)
    before = plan.explained.get(of)
    same = before and (before.because, before.cause, before.remedy) == (command.because, command.cause, command.remedy)
    need(not (same and not command.reason), f"{in_words(command.duty)} has this reason and remedy already")
    return LatenessExplained(
        **envelope,
        duty=command.duty,
        due=command.due,
        because=command.because,
        cause=command.cause,
        remedy=command.remedy,
        review=command.review,
        proceeding=command.proceeding,
        reason=recording.note(command.reason) if command.reason else None,
    )
