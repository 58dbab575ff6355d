"""The invented people of a plan: a family, the setting's coordinator, and those who give advice. Names of nobody."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from arflow.people import Person
from arflow.people.person import PersonRole

# Birds, trees and rivers: nobody's names.
FORENAMES = ("Alder", "Aspen", "Avon", "Dove", "Finch", "Hazel", "Heron", "Linnet", "Lark", "Rowan", "Severn", "Wren")
SURNAMES = (
    "Birchwood",
    "Brambling",
    "Cloudley",
    "Fernhill",
    "Greenshank",
    "Harebell",
    "Kestrel",
    "Marshlight",
    "Reedmace",
)
# No mail is ever delivered there (RFC 2606).
_DOMAIN = "example.org"
_LANGUAGES = ("Polish", "Urdu", "Somali", "British Sign Language")


def born_in_year(nc_year: int, on: date, random: Random) -> date:
    """A day of birth of somebody who is in a National Curriculum year on a day (0 is reception)."""
    autumn = on.year - (on.month < 9)
    return date(autumn - 4 - nc_year, 8, 31) - timedelta(days=random.randint(0, 364))


def people_of(plan: str, setting: str | None, coordinator: str, born: date, random: Random) -> Iterator[Person]:
    """Who is in the case of a plan; one parent in eight has no email, and one in ten needs something."""
    surname, number = random.choice(SURNAMES), plan.removeprefix("P-")
    child, parent = random.sample(FORENAMES, 2)
    yield Person(plan=plan, role="child", name=f"{child} {surname}", date_of_birth=born)
    yield Person(
        plan=plan,
        role="parent",
        name=f"{parent} {surname}",
        email=None if random.random() < 1 / 8 else f"{parent}.{surname}.{number}@{_DOMAIN}".lower(),
        postal_address=f"{int(number)} Riverbank Row\nAnytown",
        language=random.choice(_LANGUAGES) if random.random() < 0.06 else None,
        format=random.choice(("large_print", "easy_read")) if random.random() < 0.04 else "standard",
    )
    if setting:
        yield _professional(plan, "setting", f"School {setting}", f"senco.{setting}", _name(int(setting)))
    yield _professional(plan, "la_sen", "Anyshire Council", coordinator.lower().replace(" ", "."), coordinator)
    yield _professional(plan, "health", "Anyshire Community Health", "therapies", _name(3))
    yield _professional(plan, "la_social_care", "Anyshire Council", "disabled.children", _name(5))


def _name(number: int) -> str:
    """The same number has the same name, so that one school's coordinator is one person in every plan."""
    return f"{FORENAMES[number % len(FORENAMES)]} {SURNAMES[number % len(SURNAMES)]}"


def _professional(plan: str, role: PersonRole, organisation: str, mailbox: str, name: str) -> Person:
    return Person(plan=plan, role=role, name=name, organisation=organisation, email=f"{mailbox}@{_DOMAIN}")
