"""Mail and letters by GOV.UK Notify, through its own client: an email with at most one file, or a letter made as a PDF."""

import io
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from notifications_python_client.utils import prepare_upload

from arflow.errors import ArflowError
from arflow.post.mail.dispatch import Message
from arflow.post.mail.email_message import content_of, with_reference
from arflow.post.mail.outbox import Dispatched, Outgoing
from arflow.post.mail.settings import Notify, Settings
from arflow.post.mail.transport import Accepted, Answer, Away, Later, Read, Refused

_DELIVERED = ("delivered", "received")
_FAILED = ("permanent-failure", "temporary-failure", "technical-failure", "validation-failed", "virus-scan-failed")
_TRY_LATER = (429, 500, 502, 503, 504)


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Notify's word for where a notification is, and whether that means that it arrived, did not, or nothing yet."""

    word: str
    arrived: bool | None


class NotifyCarrier:
    """A Notify service; every notification carries the message's id as its reference, by which a repeat is avoided."""

    def __init__(self, service: Notify, settings: Settings, read: Read) -> None:
        self._service, self._settings, self._read = service, settings, read

    @cached_property
    def _client(self) -> Any:
        return NotificationsAPIClient(self._service.key, base_url=self._service.base_url)  # type: ignore[no-untyped-call]

    def send(self, message: Outgoing, dispatch: Dispatched, at: datetime) -> Answer:
        """Hand over a message to Notify, unless an earlier run did and died before it could say so."""
        try:
            if message.attempts > 1 and (known := self._known(message)):
                return Accepted(reference=known)
            content = content_of(message)
            if message.channel == "post":
                return self._letter(message, content)
            return self._email(message, content, with_reference(content.subject, dispatch.review))
        except APIError as error:
            return _refusal(error)
        except ArflowError as error:
            return Later(why=error.message)

    def status(self, reference: str) -> Status:
        """The status of a notification at Notify; nothing yet where Notify cannot be asked now."""
        try:
            word = str(self._client.get_notification_by_id(reference)["status"])
        except APIError as error:
            return Status(word=f"cannot be asked ({error.status_code})", arrived=None)
        return Status(word=word, arrived=True if word in _DELIVERED else False if word in _FAILED else None)

    def close(self) -> None:
        """End the conversation."""
        self._client.request_session.close()

    def _known(self, message: Outgoing) -> str | None:
        found = self._client.get_all_notifications(reference=message.id)["notifications"]
        return str(found[0]["id"]) if found else None

    def _email(self, message: Outgoing, content: Message, subject: str) -> Answer:
        template, told = self._service.email_template, {"subject": subject, "body": content.text}
        match content.attachments:
            case ():
                pass
            case (file,) if self._service.file_template:
                upload = self._upload(self._read(file.digest), file.name)
                if isinstance(upload, Refused):
                    return upload
                template, told = self._service.file_template, told | {"link_to_file": upload}
            case (_,):
                return Later(why="ARFLOW_NOTIFY_FILE_TEMPLATE is not set: it names a template with ((link_to_file))")
            case _:
                return Refused(why="GOV.UK Notify sends one file with an email: put them into one PDF")
        answer = self._client.send_email_notification(content.recipient.email, template, told, reference=message.id)
        return Accepted(reference=answer["id"])

    def _upload(self, data: bytes, name: str) -> Any:
        """A file as Notify's client sends it, or a refusal of one that is too large."""
        try:
            return prepare_upload(io.BytesIO(data), filename=name)  # type: ignore[no-untyped-call]
        except ValueError as error:
            return Refused(why=f"GOV.UK Notify does not take the file: {error}")

    def _letter(self, message: Outgoing, content: Message) -> Answer:
        match content.attachments:
            case (letter,) if letter.media_type == "application/pdf":
                pdf = io.BytesIO(self._read(letter.digest))
                answer = self._client.send_precompiled_letter_notification(reference=message.id, pdf_file=pdf)
                return Accepted(reference=answer["id"])
            case _:
                return Refused(
                    why="GOV.UK Notify prints one PDF, with the address on its first page: make one, or post it"
                )


def _refusal(error: APIError) -> Answer:
    said = f"GOV.UK Notify answered {error.status_code}: {error.message}"
    if error.status_code in (401, 403) or error.response is None:
        return Away(why=said)
    return Later(why=said) if error.status_code in _TRY_LATER else Refused(why=said)
