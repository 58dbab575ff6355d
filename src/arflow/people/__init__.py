"""Who is in a case and how they are reached: erasable, and never in the log."""

from arflow.people.inviting import InvitationList, InviteeClass, Listed, invitation_list
from arflow.people.kept import People
from arflow.people.person import FORMATS, ROLES, Format, Person, PersonRole, Represented
from arflow.people.roles import InCase, in_case

__all__ = [
    "FORMATS",
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
