"""Who answers for advice: a person of the case, in their own role."""

from typing import TYPE_CHECKING

from arflow.errors import InvalidValue, field_name
from arflow.events import Role
from arflow.post.outgoing.ways_to_reach import of_case, people_of

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def role_of(app: "Arflow", review_id: str, person_id: str, role: Role | None) -> Role:
    """The role in which somebody answers: their own, which a role that was named must not contradict."""
    plan = app.review(review_id).plan
    own = people_of(app, plan).role_of(of_case(app, plan, person_id))
    if role is not None and role != own:
        raise InvalidValue(field_name("role"), role, f"the role of {person_id}, who is {own}", (own,))
    return own
