"""Checks of plans: when they started and ended, and which of them is active (modules 4 and 5)."""

from arflow.sen2.checks.order import out_of_order
from arflow.sen2.checks.reviews import ITEMS as REVIEW_ITEMS
from arflow.sen2.checks.rule import Checked, Rule, as_day

_LOWEST_CEASED_AT_MAXIMUM = 19  # the adult estate; otherwise 25


def plan_without_start(case: Checked) -> str | None:
    """The plan has no first day."""
    return None if case.text("StartDate") else "StartDate is not given"


def cease_half_told(case: Checked) -> str | None:
    """The end of the plan has a day and no reason, or a reason and no day."""
    given = [item for item in ("CeaseDate", "CeaseReason") if case.text(item)]
    other = {"CeaseDate": "CeaseReason", "CeaseReason": "CeaseDate"}
    return f"{given[0]} is given and {other[given[0]]} is not" if len(given) == 1 else None


def ceased_before_it_started(case: Checked) -> str | None:
    """The plan ended before it started."""
    return out_of_order((case.block, "StartDate"), (case.block, "CeaseDate"))


def too_young_for_maximum_age(case: Checked) -> str | None:
    """The plan ended by age, of somebody below every age at which plans end."""
    ended = case.day("CeaseDate")
    years = case.age(ended) if ended else None
    if case.text("CeaseReason") != "1" or years is None or years >= _LOWEST_CEASED_AT_MAXIMUM:
        return None
    return f"CeaseReason is 1 (maximum age) of somebody aged {years}"


def ceased_and_active(case: Checked) -> str | None:
    """The plan has ended, and is given as active; another rule reports it where review items are given too."""
    ended = as_day(case.plan.values.get("CeaseDate", ""))
    if ended is None or ended > case.against.census or any(case.text(item) for item in REVIEW_ITEMS):
        return None
    return f"CeaseDate {ended} is not after {case.against.day}, and ActivePlans is given"


def active_without_plan(case: Checked) -> str | None:
    """There is an active plan, and no plan that it is the activity of."""
    return None if case.plan.block else "ActivePlans is given and no NamedPlan"


def several_active(case: Checked) -> str | None:
    """A person has more than one active plan."""
    count = len(case.block.all("ActivePlans"))
    return f"{count} active plans are given of one person" if count > 1 else None


_OF = ("NamedPlan",)
RULES = (
    Rule(
        id="AR-241",
        severity="error",
        of=_OF,
        items=("StartDate",),
        says="A plan has the day it started.",
        fix="Look it up and correct it (arflow plan correct), or correct the file.",
        finds=plan_without_start,
    ),
    Rule(
        id="AR-242",
        severity="error",
        of=_OF,
        items=("CeaseDate", "CeaseReason"),
        says="The end of a plan has both its day and its reason.",
        fix="CeaseDate is the day the plan ended, not that of the decision to cease. Give both or neither.",
        finds=cease_half_told,
    ),
    Rule(
        id="AR-243",
        severity="error",
        of=_OF,
        items=("CeaseDate", "StartDate"),
        says="A plan does not end before it started.",
        fix="Find out which day is wrong and correct it.",
        finds=ceased_before_it_started,
    ),
    Rule(
        id="AR-244",
        severity="query",
        of=_OF,
        items=("CeaseReason", "PersonBirthDate"),
        says="A plan ended by age (1) is of somebody of 19 or more.",
        fix="Give the reason that fits, or correct the birth date.",
        finds=too_young_for_maximum_age,
    ),
    Rule(
        id="AR-245",
        severity="error",
        of=("ActivePlans",),
        items=("CeaseDate",),
        says="A plan that has ended is not given as active.",
        fix="Take the active plan out of the return, or the end of the plan if it has not ended.",
        finds=ceased_and_active,
    ),
    Rule(
        id="AR-246",
        severity="error",
        of=("ActivePlans",),
        items=("StartDate",),
        says="An active plan has its plan in the same request, if need be as historical (H).",
        fix="Give the assessment and the plan with outcome H where they are of an earlier year.",
        finds=active_without_plan,
    ),
    Rule(
        id="AR-247",
        severity="error",
        of=("Person",),
        items=(),
        says="Nobody has more than one active plan.",
        fix="Keep the plan that is maintained; the other has ended.",
        finds=several_active,
    ),
)
