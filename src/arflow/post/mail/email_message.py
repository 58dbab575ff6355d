"""The email of a message: text, page, calendar and files, as common readers expect them (RFC 5322, MIME, RFC 6047)."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from arflow.errors import MissingValue, NotPossible
from arflow.post.mail.dispatch import Calendar, Message
from arflow.post.mail.outbox import Dispatched, Outgoing
from arflow.post.mail.settings import Settings
from arflow.post.mail.transport import Read

DELIVERY = "X-Arflow-Delivery"
# Every server takes seven-bit text, whatever the letters in it.
_POLICY = SMTP.clone(cte_type="7bit")


def message_id(message: str, settings: Settings) -> str:
    """The Message-ID, the same at every attempt, so that a receiver knows a repeat."""
    return f"<{message}@{_ascii(_sender(settings)).domain}>"


def return_path(message: Outgoing, dispatch: Dispatched, settings: Settings) -> str:
    """Where a bounce goes: an address that names the message and its token, or nowhere for an automatic reply (RFC 3834 3.3)."""
    if dispatch.automatic == "replied":
        return ""
    address = _ascii(settings.bounces or _sender(settings))
    return f"{address.username}+{_proof(message)}@{address.domain}" if settings.bounces else address.addr_spec


def _proof(message: Outgoing) -> str:
    """The id of a message with what only the message itself has."""
    return f"{message.id}.{message.token}" if message.token else message.id


def to_address(message: Outgoing) -> str:
    """The address of the recipient as servers take it."""
    return _ascii(content_of(message).recipient.email or "").addr_spec


def build(message: Outgoing, dispatch: Dispatched, settings: Settings, read: Read, at: datetime) -> EmailMessage:
    """The email of a message; `read` gives the bytes of a kept document by its digest."""
    content, sender = content_of(message), _ascii(_sender(settings))
    email = EmailMessage(policy=_POLICY)
    email["Message-ID"] = message_id(message.id, settings)
    email[DELIVERY] = _proof(message)  # a report returns the headers of what it reports; an answer does not
    email["Date"] = at
    email["From"] = Address(settings.sender_name, sender.username, sender.domain)
    to = _ascii(content.recipient.email or "")
    email["To"] = Address(content.recipient.name, to.username, to.domain)
    if settings.reply_to:
        email["Reply-To"] = _ascii(settings.reply_to)
    email["Subject"] = with_reference(content.subject, dispatch.review)
    if content.in_reply_to:
        email["In-Reply-To"] = email["References"] = content.in_reply_to
    if dispatch.automatic:
        email["Auto-Submitted"] = f"auto-{dispatch.automatic}"
    if dispatch.automatic == "replied":
        email["X-Auto-Response-Suppress"] = "All"  # without it Exchange answers automatic mail
    email.set_content(content.text)
    if content.html:
        email.add_alternative(content.html, subtype="html")
    if content.calendar:
        _add_calendar(email, content.calendar)
    for attachment in content.attachments:
        main, _, sub = attachment.media_type.partition("/")
        email.add_attachment(read(attachment.digest), maintype=main, subtype=sub, filename=attachment.name)
    return email


def _add_calendar(email: EmailMessage, calendar: Calendar) -> None:
    """Outlook and Gmail act on the alternative with its method; others open the attached file."""
    email.add_alternative(calendar.text, subtype="calendar", params={"method": calendar.method})
    file = "cancel.ics" if calendar.method == "CANCEL" else "invite.ics"
    email.add_attachment(calendar.text.encode(), maintype="application", subtype="ics", filename=file)


def with_reference(subject: str, review: str | None) -> str:
    """A subject that names its case, by which an answer finds it."""
    return subject if review is None or f"[{review}]" in subject else f"{subject} [{review}]"


def content_of(message: Outgoing) -> Message:
    """What a message says; NotPossible where it was erased."""
    if message.body is None:
        raise NotPossible(f"what {message.id} said was erased")
    return message.body


def _sender(settings: Settings) -> str:
    if not settings.sender:
        raise MissingValue("ARFLOW_MAIL_FROM", "set it to the address that mail is from")
    return settings.sender


def _ascii(address: str) -> Address:
    """An address with a domain beyond ASCII written as the name system has it (RFC 5890)."""
    parsed = Address(addr_spec=address)
    domain = parsed.domain if parsed.domain.isascii() else parsed.domain.encode("idna").decode()
    return Address(username=parsed.username, domain=domain)
