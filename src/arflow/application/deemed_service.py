"""The day on which what was sent is deemed served, by the authority's table: of a sending, and of one whose day is corrected."""

from datetime import date
from typing import cast

import msgspec

from arflow.application.arflow import Arflow
from arflow.case.plan_amendments import NOTICES
from arflow.case.plan_commands import CorrectPlanDay
from arflow.case.review import SERVED, AnnualReview
from arflow.case.review_commands import CorrectStep
from arflow.errors import PapersRefused
from arflow.events import (
    AmendmentNoticeSent,
    AmendmentNoticeSentAgain,
    Channel,
    InvitationsSent,
    PlanNoticeSent,
    PlanNoticeSentAgain,
)
from arflow.papers.letters.papers_files import PapersFiles

_NOTICES = (PlanNoticeSent, PlanNoticeSentAgain)


def deemed_served(app: Arflow, channel: Channel, sent: date) -> date | None:
    """The later day on which what is sent by a channel on a day is deemed served; None if the same day."""
    try:
        papers = PapersFiles.of(app.catalogue, app.rules.read()).current()
    except PapersRefused as refusal:
        refusal.message += "; correct it, or say with --served-on when it was served"
        raise
    served = papers.served_on(channel, sent)
    return served if served > sent else None


def of_a_step(app: Arflow, review: AnnualReview, command: CorrectStep) -> CorrectStep:
    """A correction with the day of service that goes with the right day, where the act is served and the command has none."""
    if command.served_on or command.on is None or command.meeting_on or command.corrected_step not in SERVED:
        return command
    acts = [
        act for act in review.all(command.corrected_step) if command.version in (None, act.event.originator_version)
    ]
    if not acts or review.service_shown(acts[-1]):
        return command
    sent = cast("InvitationsSent | AmendmentNoticeSent | AmendmentNoticeSentAgain", acts[-1].event)
    return msgspec.structs.replace(command, served_on=deemed_served(app, sent.channel, command.on))


def of_a_plan(app: Arflow, ref: str, command: CorrectPlanDay) -> CorrectPlanDay:
    """The same of a notice of an amendment without a review."""
    if command.served_on or command.to is None or command.fact not in NOTICES:
        return command
    sent = [
        event.channel
        for _, event in app.case_events(ref)
        if isinstance(event, _NOTICES) and _fact(event) == command.fact
    ]
    if not sent:
        return command
    return msgspec.structs.replace(command, served_on=deemed_served(app, sent[-1], command.to))


def _fact(event: PlanNoticeSent | PlanNoticeSentAgain) -> str:
    return NOTICES[isinstance(event, PlanNoticeSentAgain)]
