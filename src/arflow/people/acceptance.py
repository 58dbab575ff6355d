"""Who may be kept in the case of a plan: the one set of rules for `people add`, `people change` and every sheet of people."""

from collections.abc import Sequence
from datetime import date

from arflow.case.plan import Plan
from arflow.errors import AlreadyThere, InvalidValue, field_name
from arflow.law.periods import corresponding_date, young_person_from
from arflow.people.person import Person, check

# No plan is maintained beyond the day before the 26th birthday (CFA 2014 s.46; SEND Regs 2014 r.46).
_OLDEST = 26


def check_in_case(person: Person, known: Sequence[Person], last_day: date | None) -> None:
    """Refuse somebody who cannot be kept as they are, or not beside those `known` of the plan.

    `last_day` is the last day on which the plan was maintained: today, or when it ended; None where nobody knows. A plan is
    of one child or young person (AlreadyThere), who was born by then and was not yet 26 (InvalidValue). What is kept of
    somebody already is not judged again.
    """
    check(person)
    if person.role != "child":
        return
    before = next((one for one in known if one.id == person.id), None)
    if person.date_of_birth and last_day and not (before and before.date_of_birth == person.date_of_birth):
        _check_born(person.date_of_birth, last_day)
    if not (before and before.role == "child"):
        _check_only_child(person, known)


def _check_only_child(person: Person, known: Sequence[Person]) -> None:
    other = next((one for one in known if one.role == "child"), None)
    if other and other.name.casefold() != person.name.casefold():
        raise AlreadyThere(
            f"{field_name('role')}: plan {person.plan} has its child or young person already ({other.id}), and is of one: "
            f"see `arflow people list {person.plan}`, and use `arflow people change`"
        )


def _check_born(born: date, last_day: date) -> None:
    field = field_name("date_of_birth")
    if born > last_day:
        raise InvalidValue(field, born, f"a day that has been: it is after {last_day}")
    if corresponding_date(born, _OLDEST * 12) <= last_day:
        wanted = f"less than {_OLDEST} years before {last_day}: no plan goes on for longer (CFA 2014 s.46; SEND Regs 2014 r.46)"
        raise InvalidValue(field, born, wanted)


def last_day(plan: Plan, today: date) -> date | None:
    """The last day on which a plan was maintained: today, or the day it ended; None where that day is not known."""
    if plan.is_maintained:
        return today
    ends = [fact.day for fact in (plan.ceased, plan.transferred_out) if fact and fact.day]
    return max(ends, default=None)


def disagreement(person: Person, known: date | None) -> date | None:
    """The day on which the rights pass by somebody's date of birth, where the plan has another day for it."""
    if person.date_of_birth is None or known is None:
        return None
    day = young_person_from(person.date_of_birth)
    return day if day != known else None
