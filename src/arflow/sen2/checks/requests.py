"""Checks of requests, assessments and named plans: what each outcome calls for, and their days in order (modules 2 to 4)."""

from arflow.sen2.checks.reviews import ITEMS as REVIEW_ITEMS
from arflow.sen2.checks.rule import Case, Rule, as_day, listed
from arflow.sen2.record import Record

DECIDED, UNDECIDED = ("Y", "N"), ("A", "W")
_LOWEST_CEASED_AT_MAXIMUM = 19  # the adult estate; otherwise 25


def request_without_receipt(case: Case) -> str | None:
    """A request of this period has no day of receipt."""
    return "ReceivedDate is not given" if case.text("RequestOutcome") != "H" and not case.text("ReceivedDate") else None


def request_without_outcome(case: Case) -> str | None:
    """There is no outcome of the request."""
    return None if case.text("RequestOutcome") else "RequestOutcome is not given"


def request_without_source(case: Case) -> str | None:
    """A request of this period has no source."""
    return (
        "RequestSource is not given" if case.text("RequestOutcome") != "H" and not case.text("RequestSource") else None
    )


def request_decided_undated(case: Case) -> str | None:
    """The request was decided, and the day is not given."""
    return _undated(case, "RequestOutcome", "RequestOutcomeDate")


def assessment_decided_undated(case: Case) -> str | None:
    """The assessment was decided, and the day is not given."""
    return _undated(case, "AssessmentOutcome", "AssessmentOutcomeDate")


def _undated(case: Case, outcome: str, day: str) -> str | None:
    code = case.text(outcome)
    return f"{outcome} is {code} and {day} is not given" if code in DECIDED and not case.text(day) else None


def request_undecided_and_more(case: Case) -> str | None:
    """The decision on the request is not of this period, and mediation or an appeal about it is given."""
    code = case.text("RequestOutcome")
    more = [item for item in ("RequestMediation", "RequestTribunal") if case.text(item) == "1"]
    if code not in (*UNDECIDED, "H") or not more:
        return None
    return f"RequestOutcome is {code} and {', '.join(more)} 1"


def request_refused_and_assessed(case: Case) -> str | None:
    """An assessment was decided after a request that was not agreed, without mediation or appeal."""
    code = case.text("RequestOutcome")
    assessment = case.block.first("Assessment")
    found = assessment.values.get("AssessmentOutcome", "") if assessment else ""
    turned = "1" in (case.text("RequestMediation"), case.text("RequestTribunal"))
    if code not in ("N", *UNDECIDED) or found in ("", *UNDECIDED) or (code == "N" and turned):
        return None
    return f"RequestOutcome is {code} and AssessmentOutcome is {found}"


def assessment_undecided_and_more(case: Case) -> str | None:
    """The assessment was not decided, and its day or a plan is given."""
    code = case.text("AssessmentOutcome")
    more = [
        item for item in ("AssessmentOutcomeDate", "AssessmentMediation", "AssessmentTribunal") if _said(case, item)
    ]
    more += ["NamedPlan"] if case.block.first("NamedPlan") else []
    return f"AssessmentOutcome is {code} and {', '.join(more)} given" if code in UNDECIDED and more else None


def _said(case: Case, item: str) -> bool:
    return case.text(item) not in ("", "0")


def assessment_refused_and_planned(case: Case) -> str | None:
    """No plan was to be issued, and there is one."""
    if case.text("AssessmentOutcome") != "N" or not case.block.first("NamedPlan"):
        return None
    turned = _said(case, "AssessmentMediation") or _said(case, "AssessmentTribunal")
    return None if turned else "AssessmentOutcome is N and a NamedPlan is given"


def historical_without_plan(case: Case) -> str | None:
    """The plan was decided on before this period, and it is not given."""
    if case.text("AssessmentOutcome") != "H" or case.block.first("NamedPlan"):
        return None
    return "AssessmentOutcome is H and no NamedPlan is given"


def active_without_plan(case: Case) -> str | None:
    """There is an active plan, and no plan that it is the activity of."""
    return None if case.plan.block else "ActivePlans is given and no NamedPlan"


def request_out_of_order(case: Case) -> str | None:
    """The request was decided before it was received."""
    return _order((case.block, "ReceivedDate"), (case.block, "RequestOutcomeDate"))


def assessment_out_of_order(case: Case) -> str | None:
    """The assessment was decided before the request was."""
    return _order((case.request, "RequestOutcomeDate"), (case.block, "AssessmentOutcomeDate"))


def ceased_before_it_started(case: Case) -> str | None:
    """The plan ended before it started."""
    return _order((case.block, "StartDate"), (case.block, "CeaseDate"))


def _order(first: tuple[Record, str], then: tuple[Record, str]) -> str | None:
    days = [(item, as_day(block.values.get(item, ""))) for block, item in (first, then)]
    (before, a), (after, b) = days
    return f"{after} {b} is before {before} {a}" if a and b and b < a else None


def plan_without_start(case: Case) -> str | None:
    """The plan has no first day."""
    return None if case.text("StartDate") else "StartDate is not given"


def cease_half_told(case: Case) -> str | None:
    """The end of the plan has a day and no reason, or a reason and no day."""
    given = [item for item in ("CeaseDate", "CeaseReason") if case.text(item)]
    other = {"CeaseDate": "CeaseReason", "CeaseReason": "CeaseDate"}
    return f"{given[0]} is given and {other[given[0]]} is not" if len(given) == 1 else None


def ceased_and_active(case: Case) -> str | None:
    """The plan has ended, and is given as active; where review items are given too, that is told instead."""
    ended = as_day(case.plan.values.get("CeaseDate", ""))
    if ended is None or ended > case.against.census or any(case.text(item) for item in REVIEW_ITEMS):
        return None
    return f"CeaseDate {ended} is not after {case.against.day}, and ActivePlans is given"


def too_young_for_maximum_age(case: Case) -> str | None:
    """The plan ended by age, of somebody below every age at which plans end."""
    ended = case.day("CeaseDate")
    years = case.age(ended) if ended else None
    if case.text("CeaseReason") != "1" or years is None or years >= _LOWEST_CEASED_AT_MAXIMUM:
        return None
    return f"CeaseReason is 1 (maximum age) of somebody aged {years}"


def several_active(case: Case) -> str | None:
    """A person has more than one active plan."""
    count = len(case.block.all("ActivePlans"))
    return f"{count} active plans are given of one person" if count > 1 else None


_DAYS = {
    "Requests": ("ReceivedDate", "RequestOutcomeDate"),
    "Assessment": ("AssessmentOutcomeDate",),
    "NamedPlan": ("StartDate", "CeaseDate"),
}


def day_in_the_future(case: Case) -> str | None:
    """A day is after the census day."""
    late = [(item, case.day(item)) for item in _DAYS[case.block.block]]
    census = case.against.census
    return listed([f"{item} {day} is after {case.against.day}" for item, day in late if day and day > census])


_SOURCE = "Mend it where requests and assessments are kept, then arflow sen2 import."
_REQUEST, _ASSESSMENT, _PLAN = ("Requests",), ("Assessment",), ("NamedPlan",)
RULES = (
    Rule(
        id="AR-201",
        severity="error",
        of=_REQUEST,
        items=("ReceivedDate",),
        says="A request has the day it was received, unless it is historical (H).",
        mend=_SOURCE,
        finds=request_without_receipt,
    ),
    Rule(
        id="AR-202",
        severity="error",
        of=_REQUEST,
        items=("RequestOutcome",),
        says="A request has an outcome; A where it is not decided.",
        mend=_SOURCE,
        finds=request_without_outcome,
    ),
    Rule(
        id="AR-203",
        severity="error",
        of=_REQUEST,
        items=("RequestSource",),
        says="A request has a source, unless it is historical (H).",
        mend=_SOURCE,
        finds=request_without_source,
        since=2026,
    ),
    Rule(
        id="AR-204",
        severity="error",
        of=_REQUEST,
        items=("RequestOutcomeDate", "RequestOutcome"),
        says="A request decided (Y, N) has the day of the decision.",
        mend=_SOURCE,
        finds=request_decided_undated,
    ),
    Rule(
        id="AR-205",
        severity="query",
        of=_REQUEST,
        items=("RequestOutcome", "RequestMediation", "RequestTribunal"),
        says="A request not decided, withdrawn or historical has no mediation or appeal about the decision.",
        mend=_SOURCE,
        finds=request_undecided_and_more,
    ),
    Rule(
        id="AR-206",
        severity="query",
        of=_REQUEST,
        items=("RequestOutcome", "AssessmentOutcome"),
        says="Nothing is assessed after a request that was not agreed, unless mediation or an appeal turned it.",
        mend=_SOURCE,
        finds=request_refused_and_assessed,
    ),
    Rule(
        id="AR-207",
        severity="error",
        of=_REQUEST,
        items=("ReceivedDate", "RequestOutcomeDate"),
        says="A request is not decided before it was received.",
        mend=_SOURCE,
        finds=request_out_of_order,
    ),
    Rule(
        id="AR-208",
        severity="error",
        of=tuple(_DAYS),
        items=("ReceivedDate", "RequestOutcomeDate", "AssessmentOutcomeDate", "StartDate", "CeaseDate"),
        says="No day of a request, an assessment or a plan is after the census day.",
        mend=_SOURCE,
        finds=day_in_the_future,
    ),
    Rule(
        id="AR-221",
        severity="error",
        of=_ASSESSMENT,
        items=("AssessmentOutcomeDate", "AssessmentOutcome"),
        says="An assessment decided (Y, N) has the day of the decision.",
        mend=_SOURCE,
        finds=assessment_decided_undated,
    ),
    Rule(
        id="AR-222",
        severity="error",
        of=_ASSESSMENT,
        items=("AssessmentOutcome", "AssessmentOutcomeDate"),
        says="An assessment not decided or withdrawn (A, W) has nothing further: no day, no plan.",
        mend=_SOURCE,
        finds=assessment_undecided_and_more,
    ),
    Rule(
        id="AR-223",
        severity="query",
        of=_ASSESSMENT,
        items=("AssessmentOutcome",),
        says="No plan follows a decision not to issue one, unless mediation or an appeal turned it.",
        mend=_SOURCE,
        finds=assessment_refused_and_planned,
    ),
    Rule(
        id="AR-224",
        severity="error",
        of=_ASSESSMENT,
        items=("AssessmentOutcome",),
        says="A historical assessment (H) has its plan.",
        mend=_SOURCE,
        finds=historical_without_plan,
    ),
    Rule(
        id="AR-225",
        severity="query",
        of=_ASSESSMENT,
        items=("AssessmentOutcomeDate", "RequestOutcomeDate"),
        says="An assessment is not decided before its request was.",
        mend=_SOURCE,
        finds=assessment_out_of_order,
    ),
    Rule(
        id="AR-241",
        severity="error",
        of=_PLAN,
        items=("StartDate",),
        says="A plan has the day it started.",
        mend="Look it up and correct it (arflow plan correct), or mend the file.",
        finds=plan_without_start,
    ),
    Rule(
        id="AR-242",
        severity="error",
        of=_PLAN,
        items=("CeaseDate", "CeaseReason"),
        says="The end of a plan has both its day and its reason.",
        mend="CeaseDate is the day the plan ended, not that of the decision to cease. Give both or neither.",
        finds=cease_half_told,
    ),
    Rule(
        id="AR-243",
        severity="error",
        of=_PLAN,
        items=("CeaseDate", "StartDate"),
        says="A plan does not end before it started.",
        mend="See which day is wrong and mend it.",
        finds=ceased_before_it_started,
    ),
    Rule(
        id="AR-244",
        severity="query",
        of=_PLAN,
        items=("CeaseReason", "PersonBirthDate"),
        says="A plan ended by age (1) is of somebody of 19 or more.",
        mend="Give the reason that fits, or mend the birth date.",
        finds=too_young_for_maximum_age,
    ),
    Rule(
        id="AR-245",
        severity="error",
        of=("ActivePlans",),
        items=("CeaseDate",),
        says="A plan that has ended is not given as active.",
        mend="Take the active plan out of the return, or the end of the plan if it has not ended.",
        finds=ceased_and_active,
    ),
    Rule(
        id="AR-246",
        severity="error",
        of=("ActivePlans",),
        items=("StartDate",),
        says="An active plan has its plan in the same request, if need be as historical (H).",
        mend="Give the assessment and the plan with outcome H where they are of an earlier year.",
        finds=active_without_plan,
    ),
    Rule(
        id="AR-247",
        severity="error",
        of=("Person",),
        items=(),
        says="Nobody has more than one active plan.",
        mend="Keep the plan that is maintained; the other has ended.",
        finds=several_active,
    ),
)
