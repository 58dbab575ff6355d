"""What is checked on list 1 before inspectors have it: dates in the future or out of order, ages, numbers given twice."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec

from arflow.sen2.list1.children import Entry, LastReviewed
from arflow.sen2.returned.person_groups import age_on


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A fault of one row: an error is wrong, a query may be right; no name and no number of a person is in it."""

    check: str
    plan: str
    severity: Literal["error", "query"]
    wrong: str
    fix: str


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A check of one row on a day."""

    name: str
    severity: Literal["error", "query"]
    wrong: str
    fix: str
    finds: Callable[[Entry, date, LastReviewed], bool]


def _after(first: date | None, second: date | None) -> bool:
    return bool(first and second and first > second)


def _age(one: Entry, on: date) -> int:
    return age_on(one.who.born, on) if one.who.born else 0


CHECKS = (
    Check(
        name="initial-in-future", severity="error", wrong="The initial plan is dated after the day of the list.",
        fix="Correct the day the plan was first made: `arflow plan correct`.",
        finds=lambda one, on, _: _after(one.initial, on),
    ),
    Check(
        name="updated-in-future", severity="error", wrong="The updated plan is dated after the day of the list.",
        fix="Correct the day the final plan was issued: `arflow review correct`.",
        finds=lambda one, on, _: _after(one.updated, on),
    ),
    Check(
        name="reviewed-in-future", severity="error", wrong="The last review is dated after the day of the list.",
        fix="Correct the day of the meeting or of the decision: `arflow review correct`.",
        finds=lambda one, on, by: _after(one.last_reviewed(by), on),
    ),
    Check(
        name="initial-after-updated", severity="error", wrong="The plan was updated before it was first issued.",
        fix="Correct whichever of the two days is wrong.",
        finds=lambda one, _, __: _after(one.initial, one.updated),
    ),
    Check(
        name="initial-after-review", severity="error", wrong="The plan was last reviewed before it was first issued.",
        fix="Correct whichever of the two days is wrong; a plan that came from elsewhere keeps its first day.",
        finds=lambda one, _, by: _after(one.initial, one.last_reviewed(by)),
    ),
    Check(
        name="initial-missing", severity="query", wrong="Nobody knows when the plan was first issued.",
        fix="Look it up and record it: `arflow plan correct`.",
        finds=lambda one, _, __: one.initial is None,
    ),
    Check(
        name="born-missing", severity="query", wrong="No date of birth is known.",
        fix="Import the last return, or the people of the plan.",
        finds=lambda one, _, __: one.who.born is None,
    ),
    Check(
        name="aged-26", severity="error", wrong="The young person is 26 or older.",
        fix="End the plan, or correct the date of birth: a plan ends with the year in which its holder turns 25.",
        finds=lambda one, on, _: _age(one, on) >= 26,
    ),
    Check(
        name="aged-25", severity="query", wrong="The young person is 25.",
        fix="Right until the end of the academic year of the 25th birthday; else end the plan.",
        finds=lambda one, on, _: _age(one, on) == 25,
    ),
    Check(
        name="no-number", severity="error", wrong="Aged 6 or older, with no UPN, no ULN and no code for its absence.",
        fix="Find the UPN, or give the code that says why there is none.",
        finds=lambda one, on, _: _age(one, on) >= 6 and not (one.upn or one.uln or one.upn_unknown),
    ),
)  # fmt: skip
_TWICE = {"upn": "UPN", "uln": "ULN"}


def check(listed: Sequence[Entry], on: date, by: LastReviewed) -> Iterator[Found]:
    """Everything that is wrong with the list as at a day, row by row, then the numbers that stand there twice."""
    for entry in listed:
        for one in CHECKS:
            if one.finds(entry, on, by):
                yield Found(check=one.name, plan=entry.plan, severity=one.severity, wrong=one.wrong, fix=one.fix)
    for attribute, name in _TWICE.items():
        times = Counter(getattr(entry, attribute) for entry in listed)
        for entry in listed:
            if getattr(entry, attribute) and times[getattr(entry, attribute)] > 1:
                yield Found(
                    check=f"duplicate-{attribute}",
                    plan=entry.plan,
                    severity="error",
                    wrong=f"The {name} stands on the list more than once.",
                    fix="Correct the number, or end the plan that was entered twice.",
                )
