"""Which plans are of one family: those whose parents share an email address."""

from collections.abc import Collection

from arflow.application.arflow import Arflow
from arflow.people.addresses import folded


def families(app: Arflow, plans: Collection[str]) -> dict[str, str]:
    """The family of each plan, named by the first of its plans; a plan without a parent's address is not among them."""
    of_address: dict[str, str] = {}
    found: dict[str, str] = {}
    for plan, people in app.people.by_plan(sorted(plans)).items():
        email = next((one.email for one in people if one.role == "parent" and one.email), None)
        if email:
            found[plan] = of_address.setdefault(folded(email), plan)
    return found
