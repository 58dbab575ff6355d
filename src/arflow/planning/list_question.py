"""What is asked about the days that a setting proposed: every fault of its sheet, once, in one message to its sender."""

from arflow.application.arflow import Arflow
from arflow.errors import NotPossible
from arflow.planning.list_reply import Reply
from arflow.post.incoming.question import Question
from arflow.post.mail.dispatch import Dispatch, Recipient
from arflow.post.outgoing.send_now import Post, Sent, send

KIND = "term_list_reply"


def question(app: Arflow, reply: Reply) -> Question:
    """What to ask whoever sent a reply; NotPossible where it leaves nothing open."""
    if not reply.asked:
        raise NotPossible("the sheet has no fault: there is nothing to ask")
    return Question(
        subject=f"Please look again at the days for {reply.list.term} [{reply.list.id}]",
        before=(f"Thank you for the days of the reviews in {reply.list.term}. Please look again at these:",),
        asked=reply.asked,
        after=("Correct them in the same workbook, and send it back by replying to this message.", app.by),
    )


def send_question(app: Arflow, reply: Reply, post: Post) -> Sent:
    """Queue the question to the sender of a reply, once for that message, and try to send it.

    NotPossible where the list did not go to the sender: what is asked says something about children.
    """
    if reply.arrival is None or not reply.arrival.sender:
        raise NotPossible("the sheet did not come by mail: nobody can be answered")
    if reply.doubt:
        raise NotPossible(f"{reply.arrival.id}: {reply.doubt}: check who sent it, and write to them by hand")
    recipient = Recipient(person=None, plan=None, role="setting", name=reply.list.called, email=reply.arrival.sender)
    message = question(app, reply).message(recipient, reply.arrival.message_id)
    key = f"term-list-reply/{reply.arrival.id}"
    return send(app, Dispatch(key=key, kind=KIND, plan=None, review=None, messages=(message,)), post)
