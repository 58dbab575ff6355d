"""The people of a case that is handed over: as a page to read, and as a file to take them in from."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from arflow.errors import NotPossible
from arflow.evidence.zip_file import as_json
from arflow.papers.pages import Made, render
from arflow.people import Person
from arflow.words import in_words

FORM, FILE = "arflow-people-1", "people.json"
# What stays here: ids, the plan's reference, and what was met for a review of this authority.
_OWN = ("id", "plan", "needs_met")


def people_files(people: Sequence[Person], made: Made) -> Iterator[tuple[str, bytes]]:
    """The files of the people, each with its name; none where nobody was chosen."""
    if not people:
        return
    told = [_told(person) for person in people]
    yield FILE, as_json({"form": FORM, "people": told})
    shown = [
        {"name": one["name"], "facts": [(in_words(name).capitalize(), _shown(value)) for name, value in one.items()]}
        for one in told
    ]
    yield "people.html", render("people.html", title="The people of the case", made=made, people=shown).encode()


def read_people(content: bytes, plan: str) -> tuple[Person, ...]:
    """The people in such a file as people of a plan here, with new ids; NotPossible where it is none."""
    try:
        document = msgspec.json.decode(content)
        if document["form"] != FORM:
            raise NotPossible(f"{FILE} is of another form than this arflow knows")
        return tuple(_person(told, plan) for told in document["people"])
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError) as error:
        raise NotPossible(f"{FILE} is not laid out as arflow writes it ({type(error).__name__})") from None


def _person(told: dict[str, Any], plan: str) -> Person:
    known = {name: value for name, value in told.items() if name in Person.__struct_fields__ and name not in _OWN}
    return msgspec.convert({**known, "plan": plan}, Person)


def _told(person: Person) -> dict[str, Any]:
    """What is known of somebody; nothing of what is not."""
    found: dict[str, Any] = msgspec.to_builtins(person)
    return {name: value for name, value in found.items() if name not in _OWN and value is not None}


def _shown(value: Any) -> str:
    return in_words(value) if isinstance(value, str) and value.islower() and "_" in value else str(value)
