"""Checks of requests: what each outcome calls for, and their days in order (module 2)."""

from arflow.sen2.checks.order import AT_ITS_SOURCE, UNDECIDED, out_of_order, undated
from arflow.sen2.checks.rule import Checked, Rule, listed

_DAYS = {
    "Requests": ("ReceivedDate", "RequestOutcomeDate"),
    "Assessment": ("AssessmentOutcomeDate",),
    "NamedPlan": ("StartDate", "CeaseDate"),
}


def request_without_receipt(case: Checked) -> str | None:
    """A request of this period has no day of receipt."""
    return "ReceivedDate is not given" if case.text("RequestOutcome") != "H" and not case.text("ReceivedDate") else None


def request_without_outcome(case: Checked) -> str | None:
    """There is no outcome of the request."""
    return None if case.text("RequestOutcome") else "RequestOutcome is not given"


def request_without_source(case: Checked) -> str | None:
    """A request of this period has no source."""
    return (
        "RequestSource is not given" if case.text("RequestOutcome") != "H" and not case.text("RequestSource") else None
    )


def request_decided_undated(case: Checked) -> str | None:
    """The request was decided, and the day is not given."""
    return undated(case, "RequestOutcome", "RequestOutcomeDate")


def request_undecided_and_more(case: Checked) -> str | None:
    """The decision on the request is not of this period, and mediation or an appeal about it is given."""
    code = case.text("RequestOutcome")
    more = [item for item in ("RequestMediation", "RequestTribunal") if case.text(item) == "1"]
    if code not in (*UNDECIDED, "H") or not more:
        return None
    return f"RequestOutcome is {code} and {', '.join(more)} 1"


def request_refused_and_assessed(case: Checked) -> str | None:
    """An assessment was decided after a request that was not agreed, without mediation or appeal."""
    code = case.text("RequestOutcome")
    assessment = case.block.first("Assessment")
    found = assessment.values.get("AssessmentOutcome", "") if assessment else ""
    turned = "1" in (case.text("RequestMediation"), case.text("RequestTribunal"))
    if code not in ("N", *UNDECIDED) or found in ("", *UNDECIDED) or (code == "N" and turned):
        return None
    return f"RequestOutcome is {code} and AssessmentOutcome is {found}"


def request_out_of_order(case: Checked) -> str | None:
    """The request was decided before it was received."""
    return out_of_order((case.block, "ReceivedDate"), (case.block, "RequestOutcomeDate"))


def day_in_the_future(case: Checked) -> str | None:
    """A day is after the census day."""
    late = [(item, case.day(item)) for item in _DAYS[case.block.block]]
    census = case.against.census
    return listed([f"{item} {day} is after {case.against.day}" for item, day in late if day and day > census])


_OF = ("Requests",)
RULES = (
    Rule(
        id="AR-201",
        severity="error",
        of=_OF,
        items=("ReceivedDate",),
        says="A request has the day it was received, unless it is historical (H).",
        fix=AT_ITS_SOURCE,
        finds=request_without_receipt,
    ),
    Rule(
        id="AR-202",
        severity="error",
        of=_OF,
        items=("RequestOutcome",),
        says="A request has an outcome; A where it is not decided.",
        fix=AT_ITS_SOURCE,
        finds=request_without_outcome,
    ),
    Rule(
        id="AR-203",
        severity="error",
        of=_OF,
        items=("RequestSource",),
        says="A request has a source, unless it is historical (H).",
        fix=AT_ITS_SOURCE,
        finds=request_without_source,
        since=2026,
    ),
    Rule(
        id="AR-204",
        severity="error",
        of=_OF,
        items=("RequestOutcomeDate", "RequestOutcome"),
        says="A request decided (Y, N) has the day of the decision.",
        fix=AT_ITS_SOURCE,
        finds=request_decided_undated,
    ),
    Rule(
        id="AR-205",
        severity="query",
        of=_OF,
        items=("RequestOutcome", "RequestMediation", "RequestTribunal"),
        says="A request not decided, withdrawn or historical has no mediation or appeal about the decision.",
        fix=AT_ITS_SOURCE,
        finds=request_undecided_and_more,
    ),
    Rule(
        id="AR-206",
        severity="query",
        of=_OF,
        items=("RequestOutcome", "AssessmentOutcome"),
        says="Nothing is assessed after a request that was not agreed, unless mediation or an appeal turned it.",
        fix=AT_ITS_SOURCE,
        finds=request_refused_and_assessed,
    ),
    Rule(
        id="AR-207",
        severity="error",
        of=_OF,
        items=("ReceivedDate", "RequestOutcomeDate"),
        says="A request is not decided before it was received.",
        fix=AT_ITS_SOURCE,
        finds=request_out_of_order,
    ),
    Rule(
        id="AR-208",
        severity="error",
        of=tuple(_DAYS),
        items=("ReceivedDate", "RequestOutcomeDate", "AssessmentOutcomeDate", "StartDate", "CeaseDate"),
        says="No day of a request, an assessment or a plan is after the census day.",
        fix=AT_ITS_SOURCE,
        finds=day_in_the_future,
    ),
)
