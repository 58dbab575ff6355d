"""How somebody of a case is reached: by the way they prefer, or another that their addresses allow."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, assert_never

import msgspec

from arflow.errors import NotFound, NotPossible
from arflow.events import Channel, Role
from arflow.people import InCase, Person, in_case
from arflow.post.mail.dispatch import Recipient

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_BY_DEFAULT: tuple[Channel, ...] = ("email", "post")


class Addressed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with their role on the day and the way that reaches them; none, and `why`, where nothing does."""

    person: Person
    role: Role
    channel: Channel | None
    why: str = ""

    @property
    def recipient(self) -> Recipient:
        """Who a message is for."""
        person = self.person
        return Recipient(
            person=person.id,
            plan=person.plan,
            role=self.role,
            name=person.name,
            email=person.email,
            postal_address=person.postal_address,
            do_not_contact=person.do_not_contact,
        )


def addressed(person: Person, role: Role, stop: str = "") -> Addressed:
    """Somebody with the way to reach them; none where a reason to `stop` is given."""
    if stop:
        return Addressed(person=person, role=role, channel=None, why=stop)
    if person.do_not_contact:
        return Addressed(person=person, role=role, channel=None, why="not to be contacted")
    wanted = (person.channel, *_BY_DEFAULT) if person.channel else _BY_DEFAULT
    channel = next((channel for channel in wanted if _reaches(channel, person)), None)
    return Addressed(person=person, role=role, channel=channel, why="" if channel else "no usable address")


def _reaches(channel: Channel, person: Person) -> bool:
    match channel:
        case "email":
            return bool(person.email)
        case "post":
            return bool(person.postal_address)
        case "hand" | "portal":
            return True
        case _:
            assert_never(channel)


def people_of(app: "Arflow", ref: str) -> InCase:
    """Who is in the case of a plan today, and who holds the rights."""
    return in_case(app.people.of(ref), app.plan(ref), app.today)


def of_case(app: "Arflow", ref: str, person_id: str) -> Person:
    """Somebody of this plan by their id; NotPossible for a person of another case, NotFound for nobody."""
    person = app.people.person(person_id)
    if person.plan != ref:
        raise NotPossible(f"{person_id} belongs to {person.plan}, not to {ref}: see `arflow people list {ref}`")
    return person


def named(app: "Arflow", ref: str, to: str) -> list[Person]:
    """Those in the case of a plan today whom a role or an id names; refused where there is nobody."""
    case = people_of(app, ref)
    role = {person.id: _called(case, person) for person in case.people}
    found = [person for person in case.people if to in (person.id, role[person.id])]
    if found:
        return found
    if to.startswith("N-"):
        until = of_case(app, ref, to).until_on
        left = f"left the case on {until}" if until and until < app.today else "is not in the case today"
        raise NotPossible(f"{to} {left}: see `arflow people list {ref}` for who is")
    here = ", ".join(f"{person.id} ({role[person.id]})" for person in case.people) or "nobody yet"
    raise NotFound("person or role", to, f"in the case of {ref} there are {here}")


def _called(case: InCase, person: Person) -> str:
    """The role that names somebody; the child has none in the log, and is named as the list of people names them."""
    role = case.role_of(person)
    return person.role if role == "other" and person.role == "child" else role


def roles_of(app: "Arflow", ref: str) -> dict[str, Role]:
    """The role that each known person of a plan has today, by id; those whose part has ended too."""
    everybody = app.people.of(ref)
    return roles_in(in_case(everybody, app.plan(ref), app.today), everybody)


def roles_in(case: InCase, everybody: Iterable[Person]) -> dict[str, Role]:
    """The role that each person kept for a plan has in its case, by id."""
    return {person.id: case.role_of(person) for person in everybody}
