"""Days that must stand in an order, and days that an outcome calls for."""

from arflow.sen2.checks.rule import Checked, as_day
from arflow.sen2.form.record import Record

DECIDED, UNDECIDED = ("Y", "N"), ("A", "W")
AT_ITS_SOURCE = "Correct it where requests and assessments are kept, then arflow sen2 import."


def out_of_order(first: tuple[Record, str], then: tuple[Record, str]) -> str | None:
    """The second of two days, each an item of a block, is before the first."""
    days = [(item, as_day(block.values.get(item, ""))) for block, item in (first, then)]
    (before, a), (after, b) = days
    return f"{after} {b} is before {before} {a}" if a and b and b < a else None


def undated(case: Checked, outcome: str, day: str) -> str | None:
    """An outcome says that it was decided, and the day is not given."""
    code = case.text(outcome)
    return f"{outcome} is {code} and {day} is not given" if code in DECIDED and not case.text(day) else None


def said(case: Checked, item: str) -> bool:
    """Whether an item is given, and is not a no."""
    return case.text(item) not in ("", "0")
