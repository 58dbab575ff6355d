"""Send invitations to the meeting of a review, its new day, or that it is off: letter, mail and calendar in one."""

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from arflow.case.review_commands import Invite
from arflow.errors import MissingValue, NotPossible
from arflow.papers.documents import Documents
from arflow.post.calendars import Meeting, Party, cancellation, invitation
from arflow.post.forms.form_with_letter import WithLetter, report_form_to
from arflow.post.mail.dispatch import Calendar, Dispatch, Message
from arflow.post.mail.settings import Settings
from arflow.post.meeting.invitation_plan import Inviting, earlier_invited, key, wanted_at
from arflow.post.meeting.time_and_place import INVITATION, check_ahead
from arflow.post.outgoing.composition import Desk, message
from arflow.post.outgoing.letter_facts import ReviewLetterCase, case_of, facts
from arflow.post.outgoing.plain_message import letter
from arflow.post.outgoing.queue import fresh
from arflow.post.outgoing.send_now import Post, Sent, check_sender, send
from arflow.post.outgoing.ways_to_reach import Addressed, addressed, people_of

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

CANCELLED = "meeting_cancelled"


def invite(app: "Arflow", found: Inviting, meeting: Meeting, desk: Desk) -> Sent:
    """Queue an invitation for everybody who is to have one, and try to send them at once."""
    if not found.to_invite:
        raise NotPossible(f"nobody is left to invite to {found.review}: see who is missing with --preview")
    case = case_of(app, found.review)
    messages = tuple(_invitation(app, case, one, meeting, desk) for one in found.to_invite)
    dispatch = Dispatch(
        key=fresh(app, key(case.review, [one.person.id for one in found.to_invite])),
        kind=INVITATION,
        plan=found.plan,
        review=found.review,
        messages=messages,
        act=Invite(roles=tuple(one.role for one in found.to_invite), meeting_on=meeting.on),
    )
    return send(app, dispatch, desk.post)


def call_off(app: "Arflow", meeting: Meeting, documents: Documents, post: Post) -> Sent | None:
    """Tell everybody who was invited that the meeting is off, their calendars too; None where nobody was."""
    review = app.review(meeting.review)
    case = people_of(app, review.plan)
    known = [person for person in case.people if person.id in earlier_invited(review)]
    to = [one for one in (addressed(person, case.role_of(person)) for person in known) if one.channel]
    if not to:
        return None
    messages = tuple(_cancellation(app, one, meeting, documents, post) for one in to)
    name = f"cancel/{review.id}/{meeting.on}"
    dispatch = Dispatch(key=name, kind=CANCELLED, plan=review.plan, review=review.id, messages=messages)
    return send(app, dispatch, post)


def moved(app: "Arflow", meeting: Meeting, on: date, settings: Settings) -> Meeting:
    """A meeting on another day; refused, before it is moved, where the invitations to it could not be sent."""
    check_sender(settings)
    check_ahead(app, meeting.review, on)
    if any(one.channel == "email" for one in wanted_at(app, app.review(meeting.review), on, (), ())):
        organiser(settings)
    return msgspec.structs.replace(meeting, on=on)


def organiser(settings: Settings) -> Party:
    """Who invites: the address that replies come back to."""
    address = settings.reply_to or settings.sender
    if address is None:
        raise MissingValue("ARFLOW_MAIL_FROM", "set it to the address that mail is from; nothing was queued")
    return Party(email=address, name=settings.sender_name)


def _invitation(app: "Arflow", case: ReviewLetterCase, to: Addressed, meeting: Meeting, desk: Desk) -> Message:
    calendar = None
    if to.channel == "email":
        file = invitation(meeting, organiser(desk.post.settings), _party(to), sequence=case.review.version, at=app.now)
        calendar = Calendar(method="REQUEST", text=file.decode())
    reports = to.role == "setting" and case.review.arranged_by == "school"
    form = report_form_to(app, desk, case.review.id, to) if reports else WithLetter()
    said = facts(case, to, desk.papers, meeting, enclosures=form.enclosures)
    return message(app, desk, INVITATION, said, to, attachments=form.attachments, calendar=calendar)


def _cancellation(app: "Arflow", to: Addressed, meeting: Meeting, documents: Documents, post: Post) -> Message:
    """A higher sequence than any invitation's: the review has moved on since."""
    words = (
        f"Dear {to.person.name}",
        f"The annual review meeting planned for {meeting.on:%A} {meeting.on.day} {meeting.on:%B %Y} will not take place.",
        f"Our reference is {meeting.review}. If you have a question, reply to this message or contact us.",
    )
    title = "Annual review meeting cancelled"
    written = letter(app, documents, to, meeting.review, title=title, paragraphs=words)
    if to.channel != "email":
        return written
    file = cancellation(
        meeting, organiser(post.settings), _party(to), sequence=app.review(meeting.review).version, at=app.now
    )
    return msgspec.structs.replace(written, calendar=Calendar(method="CANCEL", text=file.decode()))


def _party(to: Addressed) -> Party:
    assert to.person.email is not None
    return Party(email=to.person.email, name=to.person.name)
