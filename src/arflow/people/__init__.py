"""Who is in a case and how they are reached: erasable, and never in the log."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from arflow.people.person import FAMILY, FORMATS, REPRESENTED, ROLES, Format, Person, PersonRole, Represented

if TYPE_CHECKING:
    from arflow.people.invitees import InvitationList, InviteeClass, Listed, invitation_list
    from arflow.people.people import People
    from arflow.people.roles import InCase, in_case

__all__ = [
    "FAMILY",
    "FORMATS",
    "REPRESENTED",
    "ROLES",
    "Format",
    "InCase",
    "InvitationList",
    "InviteeClass",
    "Listed",
    "People",
    "Person",
    "PersonRole",
    "Represented",
    "in_case",
    "invitation_list",
]


def __getattr__(name: str) -> Any:
    """Load what needs the store or a definition only when it is asked for, so that the command line starts at once."""
    if name not in __all__:
        raise AttributeError(name)
    place = {"People": "people", "InCase": "roles", "in_case": "roles"}.get(name, "invitees")
    return getattr(import_module(f"arflow.people.{place}"), name)
