"""Whom a Person of a return speaks of: what two systems' records of the same child or young person have in common."""

from collections.abc import Iterator

import msgspec

from arflow.sen2.form.record import Record


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The UPN (or else the ULN, or else the code for its absence with the names), the day of birth, the start of the plan.

    A code such as UN1 is shared by many, so with it the names must agree as well. `start` is empty where nobody has it.
    """

    number: str
    born: str
    start: str

    def without_start(self) -> "Identity":
        """The same child or young person, whatever the plan."""
        return msgspec.structs.replace(self, start="")

    def without_number(self) -> "Identity":
        """What people share who were born on one day, with plans that began on one day."""
        return msgspec.structs.replace(self, number="")


def identity_of(person: Record) -> Identity:
    """The identity of a Person with its active plan, or else its only plan."""
    return Identity(number=_number(person), born=person.values.get("PersonBirthDate", ""), start=start_of(person))


def forename_of(person: Record) -> str:
    """The forename as it is compared: without regard to case and spaces."""
    return _plain(person.values.get("Forename", ""))


def active_request(person: Record) -> Record | None:
    """The Requests block with the active plan, if there is one."""
    return next((request for request in person.all("Requests") if request.first("ActivePlans")), None)


def start_of(person: Record) -> str:
    """The StartDate of the active plan; where it has none the earliest of the plans not ceased, or the last that ceased."""
    request = active_request(person)
    named = request.first("NamedPlan") if request else None
    own = named.values.get("StartDate", "") if named else ""
    return own or min(_starts(person, ceased=False), default="") or max(_starts(person, ceased=True), default="")


def _starts(person: Record, *, ceased: bool) -> Iterator[str]:
    for plan in person.all("NamedPlan"):
        if "StartDate" in plan.values and ("CeaseDate" in plan.values) == ceased:
            yield plan.values["StartDate"]


def _number(person: Record) -> str:
    for item in ("UPN", "UniqueLearnerNumber"):
        if item in person.values:
            return f"{item} {person.values[item].upper()}"
    names = (person.values.get(item, "") for item in ("Surname", "Forename"))
    return " ".join((person.values.get("UPNunknown", "no code"), *map(_plain, names)))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
