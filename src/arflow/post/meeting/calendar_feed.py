"""The meetings that one person comes to, across every case that they are in: a calendar of them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from arflow.case.plan import stream
from arflow.errors import CaseUnreadable, NotFound
from arflow.post.calendars import Meeting, feed
from arflow.post.mail.settings import Settings
from arflow.post.meeting.invitation_letters import organiser
from arflow.post.meeting.time_and_place import meeting_of

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def calendar_of(app: "Arflow", address: str, settings: Settings | None = None) -> bytes:
    """A calendar file with the planned meetings of whoever has an email address, if any; NotFound where nobody has it.

    No child is named. A calendar of nothing takes the place of one whose meetings are over or off.
    """
    planned = list(_planned(app, address))
    return feed(planned, organiser(settings or Settings.from_environment()), at=app.now)


def _planned(app: "Arflow", address: str) -> Iterator[tuple[Meeting, int]]:
    """Each meeting not yet held of the open reviews of their cases, on a day on which they are in it."""
    people = app.people.by_email(address)
    if not people:
        raise NotFound("person with the address", address, "see `arflow people list PLAN`")
    for ref in sorted({person.plan for person in people}):
        if not app.log_store.existing_streams([stream(ref)]):
            continue
        for review_id in _open_reviews(app, ref):
            review = app.review(review_id)
            on = review.planned_meeting
            known = [person for person in people if person.plan == ref and not person.do_not_contact]
            if on and review.last("hold") is None and any(person.is_in_case(on) for person in known):
                yield meeting_of(app, review_id), review.version


def _open_reviews(app: "Arflow", ref: str) -> Iterable[str]:
    """The open reviews of a plan; none of a case that cannot be read, so that the other meetings stand."""
    try:
        return app.plan(ref).open_reviews
    except CaseUnreadable:
        return ()
