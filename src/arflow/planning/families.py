"""Which plans are of one family: those whose parents share an email address."""

from collections.abc import Sequence

from arflow.application.arflow import Arflow
from arflow.people.addresses import folded

_AT_A_TIME = 500


def families(app: Arflow, plans: Sequence[str]) -> dict[str, str]:
    """The family of each plan, named by the first of its plans; a plan that nobody is known for is a family of its own."""
    of_address: dict[str, str] = {}
    found: dict[str, str] = {}
    for at in range(0, len(plans), _AT_A_TIME):
        people = app.people.of_plans(plans[at : at + _AT_A_TIME])
        for person in sorted(people, key=lambda one: (one.plan, one.id)):
            if person.role == "parent" and person.email and person.plan not in found:
                found[person.plan] = of_address.setdefault(folded(person.email), person.plan)
    return found
