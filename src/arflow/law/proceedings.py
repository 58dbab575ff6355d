"""The proceedings on a plan that set limits of their own, what begins and what ends them, and the days they give to duties.

Each kind gives a duty the day that it began, by its own name, and where they can be, with `_set` and `_excused` the last day
that was set instead and the day on which the limit was found not to bind; each of its steps gives a day by the name of both.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of proceeding: what it is, what the day of each of its steps is, and which of them end it.

    Nothing waits for `optional` steps. `settable`: the Tribunal, or the parties in writing, may set another last day;
    `excusable`: the limit may not bind.
    """

    text: str
    steps: Mapping[str, str] = MappingProxyType({})
    ended_by: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    settable: bool = False
    excusable: bool = False


KINDS: dict[str, Kind] = {
    "appeal": Kind(
        "an appeal was made to the Tribunal",
        {"admitted_late": "the Tribunal admitted it, made out of time", "ended": "it was determined or withdrawn"},
        ("ended",),
        ("admitted_late",),
    ),
    "order_cease": Kind("the Tribunal dismissed an appeal against ceasing", settable=True),
    "order_reassess": Kind(
        "an assessment or re-assessment was ordered",
        {
            "told": "the family was notified that it will be made",
            "no_plan": "the family was notified that no plan is necessary",
            "final": "the finalised plan was sent",
        },
        ("no_plan", "final"),
        settable=True,
        excusable=True,
    ),
    "order_make": Kind(
        "making and maintaining a plan was ordered",
        {"draft": "the draft plan was issued", "final": "the finalised plan was sent"},
        ("final",),
        settable=True,
        excusable=True,
    ),
    "order_reconsider": Kind(
        "the case was referred back",
        {"reconsidered": "it was reconsidered"},
        ("reconsidered",),
        settable=True,
        excusable=True,
    ),
    "order_amend": Kind(
        "amending the plan was ordered",
        {"amended": "the amended plan was issued"},
        ("amended",),
        settable=True,
        excusable=True,
    ),
    "order_name": Kind(
        "amending Section I alone was ordered",
        {"amended": "the amended plan was issued"},
        ("amended",),
        settable=True,
        excusable=True,
    ),
    "order_keep": Kind("continuing to maintain the plan was ordered"),
    "order_review": Kind("a review was ordered", {"reviewed": "it was completed"}, ("reviewed",), settable=True),
    "agreed": Kind(
        "a mediation agreed something that cannot be appealed",
        {"carried_out": "it was done"},
        ("carried_out",),
        settable=True,
    ),
    "mediation": Kind(
        "the family asked the authority for mediation",
        {
            "held": "the mediation was over",
            "not_pursued": "the family told the adviser that there will be none",
            "certificate_given": "the certificate was given",
        },
        ("certificate_given",),
    ),
    "reassessment_request": Kind(
        "a re-assessment was asked for",
        {"answered": "the family was notified whether there will be one"},
        ("answered",),
    ),
    "reassessment_advice": Kind(
        "advice for a re-assessment was asked for", {"received": "it was received"}, ("received",)
    ),
    "reassessment": Kind(
        "the family was notified of a re-assessment, or the authority decided on one",
        {"ended": "it ended"},
        ("ended",),
        excusable=True,
    ),
    "direct_payments": Kind(
        "direct payments were first made",
        {"reviewed": "their use was reviewed", "stopped": "they stopped"},
        ("stopped",),
    ),
    "ceasing": Kind("a decision to cease, made outside a review, was notified"),
}

# What begins a proceeding; where an event says what it requires, that names the kind.
BEGUN_BY = {
    "PlanAppealLodged": "appeal",
    "MediationRequested": "mediation",
    "ReassessmentRequested": "reassessment_request",
    "ReassessmentAdviceRequested": "reassessment_advice",
    "ReassessmentStarted": "reassessment",
    "DirectPaymentsStarted": "direct_payments",
    "CeasingNotified": "ceasing",
}
REQUIRING = ("TribunalOrderMade", "AppealNotOpposed", "MediationAgreed")
REQUIRED = {
    "cease": "order_cease",
    "reassess": "order_reassess",
    "make": "order_make",
    "reconsider": "order_reconsider",
    "amend": "order_amend",
    "name": "order_name",
    "keep": "order_keep",
    "keep_and_amend": "order_amend",
    "review": "order_review",
    "other": "agreed",
}


class Implied(NamedTuple):
    """An event, with what it gives as its cause (empty: any), that takes a step in each proceeding of a kind under way."""

    event: str
    because: str
    kind: str
    did: str


IMPLIED = (
    Implied("AppealNotOpposed", "", "appeal", "ended"),
    Implied("PlanAmended", "tribunal_order", "order_amend", "amended"),
    Implied("PlanAmended", "tribunal_order", "order_name", "amended"),
    Implied("PlanAmended", "reassessment", "reassessment", "ended"),
    Implied("ReassessmentStarted", "", "reassessment_request", "answered"),
    Implied("ReassessmentRefused", "", "reassessment_request", "answered"),
    Implied("ReassessmentEnded", "", "reassessment", "ended"),
)


def _days_of(name: str, kind: Kind) -> dict[str, str]:
    found = {name: f"the day on which {kind.text}"}
    if kind.settable:
        found[f"{name}_set"] = f"the last day that was set instead, where {kind.text}"
    if kind.excusable:
        found[f"{name}_excused"] = f"the day on which that limit was found not to bind, where {kind.text}"
    return found | {
        f"{name}_{step}": f"the day on which {text}, where {kind.text}" for step, text in kind.steps.items()
    }


# The days that formulas may count from, by their names.
DAYS = {day: text for name, kind in KINDS.items() for day, text in _days_of(name, kind).items()}
# The kind that gives each day: every proceeding of it has the duties that need the day.
KIND_OF_DAY = {day: name for name, kind in KINDS.items() for day in _days_of(name, kind)}
# Of decisions to cease only the last counts: it takes the place of those before.
CEASING = "ceasing"
