"""What people need and nobody has recorded as met, as it is shown beside what is sent to them."""

from arflow.people.person import Person
from arflow.words import in_words


def unmet_line(person: Person, review: str) -> str:
    """Somebody's needs that are not met on a review, without their name: parent (N-1a2b3c4d): interpreter: Polish."""
    return f"{in_words(person.role)} ({person.id}): {', '.join(person.unmet(review))}"
