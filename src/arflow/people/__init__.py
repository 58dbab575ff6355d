"""Who is in a case and how they are reached: erasable, and never in the log."""

from arflow.people.kept import People
from arflow.people.person import FORMATS, ROLES, Format, Person, PersonRole, Represented

__all__ = ["FORMATS", "ROLES", "Format", "People", "Person", "PersonRole", "Represented"]
