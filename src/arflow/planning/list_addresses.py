"""Who is given a term list: the address of each setting, of health and of social care, from a register or from the cases."""

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from arflow.application.arflow import Arflow
from arflow.imports.cell_values import Reading
from arflow.people import Person
from arflow.people.addresses import folded, is_email
from arflow.people.identifiers import urn_shaped
from arflow.planning.checked_table import Table
from arflow.planning.term_list import LIST_ROLES, ListRole, plain_role

REGISTER = "ARFLOW_LIST_ADDRESSES"
_FIELDS = ("urn", "name", "email")
# What stands in the column of URNs for those who have none.
_WHOSE: dict[str, ListRole] = {"health": "health", "social-care": "la_social_care"}


class Addressee(msgspec.Struct, frozen=True, kw_only=True):
    """Who is given a list, under what name and address; `why` there is none."""

    role: ListRole
    setting: str | None
    name: str
    email: str | None = None
    why: str = ""

    @property
    def key(self) -> str:
        """The URN of a setting, or the role."""
        return self.setting or self.role


def register(environment: Mapping[str, str] = os.environ) -> dict[str, Addressee]:
    """The addresses that ARFLOW_LIST_ADDRESSES names, a sheet with the columns urn, name and email; none without it.

    Health and social care stand under `health` and `social-care`. TableRefused with every fault by its row.
    """
    given = environment.get(REGISTER)
    if not given:
        return {}
    found = Table(Path(given), _FIELDS, _FIELDS).rows(_addressee, key=lambda one: one.key)
    return {one.key: one for one in found}


def _addressee(row: Reading) -> Addressee | None:
    urn, name, email = (row.needed(field) for field in _FIELDS)
    role = _WHOSE.get(urn.lower().replace(" ", "-").replace("_", "-"))
    if email and not is_email(email):
        row.fault("email", "is no address such as name@example.org")
    if urn and role is None and not urn_shaped(urn):
        row.fault("urn", f"{urn} is no URN of six digits, nor health or social-care")
    if not urn:
        return None
    return Addressee(role=role or "setting", setting=None if role else urn, name=name, email=email)


def addressees(
    app: Arflow, plans: Mapping[str, Collection[str]], known: Mapping[str, Addressee]
) -> dict[str, Addressee]:
    """Who is given each list, by its key; `plans` are the plans on it, `known` what the register says.

    Where the register has nobody, it is whoever the cases name, if they all name one address.
    """
    refs = {ref for own in plans.values() for ref in own}
    people = app.people.by_plan(refs)
    return {key: known.get(key) or _of_cases(app, key, [people[ref] for ref in own]) for key, own in plans.items()}


def _of_cases(app: Arflow, key: str, cases: Sequence[Sequence[Person]]) -> Addressee:
    """The one address that the cases name; of health and social care every case must name it, since it learns of them all."""
    role: ListRole = next((one for one in LIST_ROLES if one == key), "setting")
    setting = key if role == "setting" else None
    own = [[one for one in people if _is_reached(app, one, role)] for people in cases]
    found = {folded(one.email or ""): one for people in own for one in people}
    organisations = {one.organisation for people in own for one in people if one.organisation}
    name = organisations.pop() if len(organisations) == 1 else _called(role, setting)
    if len(found) == 1 and (role == "setting" or all(own)):
        (person,) = found.values()
        return Addressee(role=role, setting=setting, name=name, email=person.email)
    if len(found) == 1:
        said = "not all of its cases name its address"
    else:
        said = f"its cases name {len(found)} addresses" if found else "its cases name no address"
    why = f"{said}: put its one into the sheet that {REGISTER} names"
    return Addressee(role=role, setting=setting, name=name, why=why)


def _is_reached(app: Arflow, person: Person, role: ListRole) -> bool:
    return person.role == role and bool(person.email) and person.is_in_case(app.today) and not person.do_not_contact


def _called(role: ListRole, setting: str | None) -> str:
    return f"Setting {setting}" if setting else plain_role(role).capitalize()
