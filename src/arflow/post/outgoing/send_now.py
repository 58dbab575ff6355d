"""Send at once what was queued: what left, what waits and what was refused, message by message."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from arflow.errors import MissingValue
from arflow.people.needs import unmet_line
from arflow.post.mail.dispatch import Dispatch
from arflow.post.mail.outbox import Outgoing
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.delivery import deliver
from arflow.post.outgoing.leaving import Serving
from arflow.post.outgoing.queue import Keep, outbox, queue

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

Read = Callable[[str], bytes]


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """What sending needs: how mail leaves, the bytes of kept documents, and when what is sent is deemed served.

    `keep` records the letters that were drafted, as they are queued.
    """

    settings: Settings
    read: Read
    keep: Keep
    serving: Serving

    @property
    def carries_mail(self) -> bool:
        """Whether the settings name anything that takes mail away."""
        return self.settings.smtp is not None or self.settings.notify is not None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A dispatch after it was queued and tried: its messages as they stand, and what keeps those that wait.

    Not `new` where it was queued by an earlier run, which is then left as it is. `needs` is what those whom it is for need and
    nobody has recorded as met.
    """

    dispatch: str
    key: str
    new: bool
    messages: tuple[Outgoing, ...]
    waits: str = ""
    needs: tuple[str, ...] = ()


def send(app: "Arflow", dispatch: Dispatch, post: Post) -> Sent:
    """Queue a dispatch, and deliver the outbox; a mail server that is away leaves it waiting, and nothing is lost."""
    check_sender(post.settings)
    queued = queue(app, dispatch, post.settings, post.keep)
    return msgspec.structs.replace(deliver_now(app, queued.id, post), new=queued.new)


def deliver_now(app: "Arflow", dispatch: str, post: Post) -> Sent:
    """Try to send what was queued before and may leave now."""
    check_sender(post.settings)
    waits = _deliver(app, post)
    queued = outbox(app).dispatch(dispatch)
    messages = tuple(outbox(app).messages_of(dispatch))
    needs = unmet_of(app, queued.review, messages)
    return Sent(
        dispatch=dispatch, key=queued.key, new=True, messages=messages, waits=queued.trouble or waits, needs=needs
    )


def unmet_of(app: "Arflow", review: str | None, messages: Iterable[Outgoing]) -> tuple[str, ...]:
    """What those whom messages are for need and nobody has recorded as met on their review."""
    if review is None:
        return ()
    wanted = {message.person for message in messages if message.person and message.state != "cancelled"}
    found = app.people.of(app.review(review).plan)
    return tuple(unmet_line(one, review) for one in found if one.id in wanted and one.unmet(review))


def check_sender(settings: Settings) -> None:
    """Refuse settings that name a mail server and nobody whom mail is from."""
    if settings.smtp and not settings.sender:
        raise MissingValue("ARFLOW_MAIL_FROM", "set it to the address that mail is from")


def _deliver(app: "Arflow", post: Post) -> str:
    if not post.carries_mail:
        return "no mail server is set (ARFLOW_SMTP): email waits in the outbox"
    delivered = deliver(app, post.settings, post.read, post.serving)
    return "; ".join(delivered.away.values())
