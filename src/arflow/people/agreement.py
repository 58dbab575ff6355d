"""Whether a parent of a young person may be written to: once the young person holds the rights, only if they agreed."""

from datetime import date

from arflow.case.plan import Plan
from arflow.people.person import Person


def not_agreed(person: Person, plan: Plan, on: date) -> str:
    """Why nothing goes to a parent on a day; empty where it may.

    After compulsory school age the rights are the young person's (CFA 2014 s.83). A parent who acts for one who lacks
    capacity holds them instead (CFA 2014 s.80; SEND Regs 2014 r.64).
    """
    holds = person.role != "parent" or person.represents == "young_person"
    if holds or plan.rights_holder(on) != "young_person" or person.id in plan.agreed:
        return ""
    return (
        f"{person.id} is a parent of a young person, who holds the rights (CFA 2014 s.83) and has not agreed: record the "
        f"agreement with `arflow people agree {person.id}`, or that the parent acts for them with "
        f"`arflow people change {person.id} --represents young_person`"
    )
