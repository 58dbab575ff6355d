"""Who is in a case on a day, and who holds the rights: the parent, then the young person or whoever acts for them."""

from collections.abc import Iterable
from datetime import date

import msgspec

from arflow.case.plan import Plan
from arflow.events import Role
from arflow.people.person import Person


class InCase(msgspec.Struct, frozen=True, kw_only=True):
    """The people of a case on a day. `holders` are those who hold or exercise the rights, under `citation`.

    Separate parents are each a holder of their own.
    """

    on: date
    people: tuple[Person, ...]
    rights: Role
    holders: tuple[Person, ...]
    citation: str

    @property
    def child(self) -> Person | None:
        """The child or young person, if they are kept."""
        return next((person for person in self.people if person.role == "child"), None)

    def role_of(self, person: Person) -> Role:
        """The role that the log has of somebody on this day.

        `young_person` and `parent` are roles of those with the rights: before the rights pass the child, and after
        it a parent who does not act for the young person, are there as `other` (Code 9.176), by agreement.
        """
        if person in self.holders:
            return self.rights
        match person.role:
            case "child" | "parent":
                return "other"
            case role:
                return role


def in_case(people: Iterable[Person], plan: Plan, on: date) -> InCase:
    """Who is in the case of a plan on a day, and who holds the rights (CFA 2014 ss.80, 83)."""
    present = tuple(person for person in people if person.is_in_case(on))
    rights: Role = "young_person" if plan.rights_holder(on) == "young_person" else "parent"
    holders, citation = _young_person(present) if rights == "young_person" else _parents(present)
    return InCase(on=on, people=present, rights=rights, holders=holders, citation=citation)


def _young_person(present: tuple[Person, ...]) -> tuple[tuple[Person, ...], str]:
    """The young person; or who acts for one who lacks capacity: a representative, and where there is none the parent.

    Regulation 64 and Schedule 3 say where "the young person" is read as that other person, or as both of them.
    """
    acting = tuple(person for person in present if person.represents == "young_person")
    if acting:
        return acting, "CFA 2014 s.80; SEND Regs 2014 r.64, Sch.3"
    return tuple(person for person in present if person.role == "child"), "CFA 2014 s.83"


def _parents(present: tuple[Person, ...]) -> tuple[tuple[Person, ...], str]:
    """Every parent, and who acts for one who lacks capacity."""
    acting = any(person.represents == "parent" for person in present)
    holders = tuple(person for person in present if person.role == "parent" or person.represents == "parent")
    return holders, "CFA 2014 s.80(2)(a)" if acting else "CFA 2014 s.83"
