"""Checks of assessments: what each outcome calls for, and their days in order (module 3)."""

from arflow.sen2.checks.order import AT_ITS_SOURCE, UNDECIDED, out_of_order, said, undated
from arflow.sen2.checks.rule import Checked, Rule


def assessment_decided_undated(case: Checked) -> str | None:
    """The assessment was decided, and the day is not given."""
    return undated(case, "AssessmentOutcome", "AssessmentOutcomeDate")


def assessment_undecided_and_more(case: Checked) -> str | None:
    """The assessment was not decided, and its day or a plan is given."""
    code = case.text("AssessmentOutcome")
    more = [item for item in ("AssessmentOutcomeDate", "AssessmentMediation", "AssessmentTribunal") if said(case, item)]
    more += ["NamedPlan"] if case.block.first("NamedPlan") else []
    return f"AssessmentOutcome is {code} and {', '.join(more)} given" if code in UNDECIDED and more else None


def assessment_refused_and_planned(case: Checked) -> str | None:
    """No plan was to be issued, and there is one."""
    if case.text("AssessmentOutcome") != "N" or not case.block.first("NamedPlan"):
        return None
    turned = said(case, "AssessmentMediation") or said(case, "AssessmentTribunal")
    return None if turned else "AssessmentOutcome is N and a NamedPlan is given"


def historical_without_plan(case: Checked) -> str | None:
    """The plan was decided on before this period, and it is not given."""
    if case.text("AssessmentOutcome") != "H" or case.block.first("NamedPlan"):
        return None
    return "AssessmentOutcome is H and no NamedPlan is given"


def assessment_out_of_order(case: Checked) -> str | None:
    """The assessment was decided before the request was."""
    return out_of_order((case.request, "RequestOutcomeDate"), (case.block, "AssessmentOutcomeDate"))


_OF = ("Assessment",)
RULES = (
    Rule(
        id="AR-221",
        severity="error",
        of=_OF,
        items=("AssessmentOutcomeDate", "AssessmentOutcome"),
        says="An assessment decided (Y, N) has the day of the decision.",
        fix=AT_ITS_SOURCE,
        finds=assessment_decided_undated,
    ),
    Rule(
        id="AR-222",
        severity="error",
        of=_OF,
        items=("AssessmentOutcome", "AssessmentOutcomeDate"),
        says="An assessment not decided or withdrawn (A, W) has nothing further: no day, no plan.",
        fix=AT_ITS_SOURCE,
        finds=assessment_undecided_and_more,
    ),
    Rule(
        id="AR-223",
        severity="query",
        of=_OF,
        items=("AssessmentOutcome",),
        says="No plan follows a decision not to issue one, unless mediation or an appeal turned it.",
        fix=AT_ITS_SOURCE,
        finds=assessment_refused_and_planned,
    ),
    Rule(
        id="AR-224",
        severity="error",
        of=_OF,
        items=("AssessmentOutcome",),
        says="A historical assessment (H) has its plan.",
        fix=AT_ITS_SOURCE,
        finds=historical_without_plan,
    ),
    Rule(
        id="AR-225",
        severity="query",
        of=_OF,
        items=("AssessmentOutcomeDate", "RequestOutcomeDate"),
        says="An assessment is not decided before its request was.",
        fix=AT_ITS_SOURCE,
        finds=assessment_out_of_order,
    ),
)
