"""One reply to whoever sent a form: all that contradicts itself or is missing, asked once and in one message."""

from typing import TYPE_CHECKING

from arflow.errors import NotPossible
from arflow.papers.forms.questions import in_full
from arflow.post.incoming.clues import members_of
from arflow.post.incoming.form_and_case import FormRead
from arflow.post.incoming.officer_decisions import arrivals_of
from arflow.post.incoming.question import Question
from arflow.post.mail.arrivals import Arrival
from arflow.post.mail.dispatch import Dispatch, Recipient
from arflow.post.outgoing.send_now import Post, Sent, send

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

KIND = "form_reply"


def reply_to(app: "Arflow", read: FormRead) -> Question:
    """What to ask of the sender of a form; NotPossible where it leaves nothing open."""
    found = read.proposal
    asked = (*found.wrong, *found.missing)
    if not asked:
        raise NotPossible(f"the form of {read.review} leaves nothing open: there is nothing to ask")
    called = read.answers.id.kind.replace("-", " ")
    came = in_full(read.came_on)
    return Question(
        subject=f"Please complete the {called} form",
        before=(
            f"Thank you for the {called} form for the review {read.review}, which reached us on {came}.",
            "Please tell us:",
        ),
        asked=asked,
        after=(
            "Fill it in in the same file, and send the file back by replying to this message. The days by which the review "
            "must be done stay as they are.",
            app.by,
        ),
    )


def send_reply(app: "Arflow", read: FormRead, post: Post) -> Sent:
    """Queue the reply to the sender of a form that came by mail, once for that form, and try to send it.

    NotPossible where the sender is nobody of the case: what is asked says something about it.
    """
    if read.paper is None:
        raise NotPossible("the form did not come by mail: nobody can be answered")
    arrival, said = arrivals_of(app).arrival(read.paper.arrival), reply_to(app, read)
    message = said.message(_sender(app, read, arrival), arrival.message_id)
    key = f"form-reply/{read.paper.id}"
    return send(app, Dispatch(key=key, kind=KIND, plan=read.plan, review=read.review, messages=(message,)), post)


def _sender(app: "Arflow", read: FormRead, arrival: Arrival) -> Recipient:
    members = members_of(app, arrival.sender, arrival.arrived_on) if arrival.sender else []
    own = next((member for member in members if member.plan == read.plan), None)
    if own is None:
        raise NotPossible(
            f"whoever sent {arrival.id} is nobody of {read.plan}: check who it is, and write to them by hand"
        )
    person = app.people.person(own.person)
    return Recipient(
        person=own.person,
        plan=own.plan,
        role=own.role,
        name=person.name,
        email=arrival.sender,
        do_not_contact=person.do_not_contact,
    )
