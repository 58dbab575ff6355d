"""The events of proceedings on a plan, each as a plain sentence, and the law that each rests on."""

from collections.abc import Callable
from typing import assert_never

from arflow.events import (
    AnyProceedingEvent,
    AppealNotOpposed,
    CeasingConsidered,
    CeasingNotified,
    DirectPaymentsStarted,
    LimitExcused,
    LimitSet,
    MediationAgreed,
    MediationRequested,
    PlanAppealEnded,
    PlanAppealLodged,
    ProceedingStepTaken,
    ProceedingWithdrawn,
    ReassessmentAdviceRequested,
    ReassessmentRefused,
    ReassessmentRequested,
    TribunalOrderMade,
)
from arflow.telling.aside_sentences import roles
from arflow.words import in_words

CITATIONS = {
    "PlanAppealLodged": "CFA 2014 s.51",
    "PlanAppealEnded": "CFA 2014 s.51",
    "TribunalOrderMade": "SEND Regs 2014 r.44",
    "AppealNotOpposed": "SEND Regs 2014 r.45",
    "MediationRequested": "CFA 2014 ss.53-54",
    "MediationAgreed": "SEND Regs 2014 r.42",
    "ReassessmentRequested": "CFA 2014 s.44(2); SEND Regs 2014 r.23",
    "ReassessmentRefused": "SEND Regs 2014 rr.24-25",
    "ReassessmentAdviceRequested": "SEND Regs 2014 r.26",
    "DirectPaymentsStarted": "SI 2014/1652",
    "CeasingConsidered": "SEND Regs 2014 r.31(1); CFA 2014 s.45",
    "CeasingNotified": "SEND Regs 2014 r.31(2); CFA 2014 s.45",
    "LimitSet": "SEND Regs 2014 r.42(5), r.44(1)",
    "LimitExcused": "SEND Regs 2014 r.27(3), r.44(3)",
}
# What is required, and what was done.
_REQUIRED = {
    "cease": "to cease to maintain the plan",
    "reassess": "an assessment or re-assessment",
    "make": "to make and maintain a plan",
    "reconsider": "to reconsider the case",
    "amend": "to amend the plan",
    "name": "to amend Section I alone",
    "keep": "to continue to maintain the plan",
    "keep_and_amend": "to continue to maintain the plan and to amend it",
    "review": "a review of the plan",
    "other": "something that cannot be appealed",
}
_DONE = {
    "told": "family told that there will be an assessment or re-assessment",
    "no_plan": "family told that no plan is necessary",
    "draft": "draft plan issued",
    "final": "finalised plan sent",
    "reconsidered": "case reconsidered",
    "amended": "amended plan issued",
    "reviewed": "reviewed",
    "carried_out": "what was agreed was done",
    "held": "mediation over",
    "not_pursued": "mediation not pursued",
    "certificate_given": "mediation certificate given",
    "received": "advice received",
    "stopped": "stopped",
    "admitted_late": "appeal admitted by the Tribunal, out of time",
}


def sentence(event: AnyProceedingEvent, words: Callable[[str], str]) -> str:
    """What happened; `words` gives the words that a digest stands for."""
    match event:
        case PlanAppealLodged():
            return f"Appeal made to the Tribunal, against: {in_words(event.against)}"
        case PlanAppealEnded():
            return f"Appeal of event {event.proceeding} ended: {in_words(event.ended)}"
        case TribunalOrderMade():
            by = f", by {event.last_day}" if event.last_day else ""
            return f"Tribunal ordered {_REQUIRED[event.requires]}{by}"
        case AppealNotOpposed():
            return f"Tribunal told that the appeal is not opposed: {_REQUIRED[event.requires]}"
        case MediationRequested():
            return "Family wishes to pursue mediation"
        case MediationAgreed():
            by = f", by {event.last_day}" if event.last_day else ""
            return f"Mediation agreed {_REQUIRED[event.requires]}{by}"
        case ReassessmentRequested():
            return "Re-assessment asked for"
        case ReassessmentRefused():
            return "Family told that there will be no re-assessment"
        case ReassessmentAdviceRequested():
            return "Advice for the re-assessment asked for"
        case DirectPaymentsStarted():
            return "First direct payment made"
        case CeasingConsidered():
            return f"Ceasing considered ({in_words(event.ground)}); informed and consulted: {roles(event.roles)}"
        case CeasingNotified():
            return "Family notified about the decision to cease, made outside a review"
        case LimitSet():
            return f"Last day for event {event.proceeding} set to {event.last_day}"
        case LimitExcused():
            return f"Limit of event {event.proceeding} does not bind: {in_words(event.because)}"
        case ProceedingStepTaken():
            return f"Of event {event.proceeding}: {_DONE[event.did]}"
        case ProceedingWithdrawn():
            return f"What event {event.proceeding} began is withdrawn: {words(event.reason)}"
        case _:
            assert_never(event)
