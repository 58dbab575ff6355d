"""Mail by SMTP: one conversation for a run, certificates checked, each answer told apart."""

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime

from arflow.errors import ArflowError
from arflow.post.mail.email_message import build, return_path, to_address
from arflow.post.mail.outbox import Dispatched, Outgoing
from arflow.post.mail.settings import Settings, Smtp
from arflow.post.mail.transport import Accepted, Answer, Away, Later, Read, Refused

_SECONDS = 60
_TOO_LARGE = 552  # RFC 1870: what is wrong is the message, not who sends it


class SmtpCarrier:
    """The mail server of the settings; a lost conversation is begun again with the next message."""

    def __init__(self, server: Smtp, settings: Settings, read: Read) -> None:
        self._server, self._settings, self._read = server, settings, read
        self._conversation: smtplib.SMTP | None = None

    def send(self, message: Outgoing, dispatch: Dispatched, at: datetime) -> Answer:
        """Hand over a message to the server."""
        try:
            email = build(message, dispatch, self._settings, self._read, at)
        except ArflowError as error:
            return Later(why=error.message)
        try:
            conversation = self._begin()
        except smtplib.SMTPResponseException as error:
            return Away(why=f"the mail server answered {_said(error.smtp_code, error.smtp_error)}")
        except (OSError, smtplib.SMTPException) as error:
            return Away(why=f"the mail server {self._server.host}:{self._server.port} cannot be used: {_words(error)}")
        try:
            sender, to = return_path(message, dispatch, self._settings), [to_address(message)]
            # As bytes: `send_message` would write a line that begins with From as >From.
            conversation.sendmail(sender, to, email.as_bytes(), **self._asking_for_reports(conversation))
        except (OSError, smtplib.SMTPException) as error:
            return self._answer(error)
        return Accepted()

    def _begin(self) -> smtplib.SMTP:
        if self._conversation is None:
            self._conversation = _connect(self._server)
        return self._conversation

    def _asking_for_reports(self, conversation: smtplib.SMTP) -> dict[str, list[str]]:
        """Ask servers that can to say what became of a message (RFC 3461), where we have somewhere for them to say it."""
        if not self._settings.bounces or not conversation.has_extn("dsn"):
            return {}
        return {"mail_options": ["RET=HDRS"], "rcpt_options": ["NOTIFY=SUCCESS,FAILURE,DELAY"]}

    def _answer(self, error: OSError | smtplib.SMTPException) -> Answer:
        match error:
            case smtplib.SMTPRecipientsRefused():
                [(code, text)] = error.recipients.values()
                return _by_code(code, text)
            case smtplib.SMTPSenderRefused() if 500 <= error.smtp_code != _TOO_LARGE:
                return Away(why=f"the mail server takes nothing from us: {_said(error.smtp_code, error.smtp_error)}")
            case smtplib.SMTPResponseException():
                return _by_code(error.smtp_code, error.smtp_error)
            case smtplib.SMTPNotSupportedError():
                return Refused(why=str(error))
            case _:
                self.close()
                return Later(why=f"the conversation with the mail server broke off: {_words(error)}")

    def close(self) -> None:
        """End the conversation."""
        conversation, self._conversation = self._conversation, None
        if conversation is not None:
            with suppress(OSError, smtplib.SMTPException):
                conversation.quit()
            conversation.close()


def _connect(server: Smtp) -> smtplib.SMTP:
    """A conversation with a server, encrypted unless it is on this machine."""
    trusted = ssl.create_default_context()
    if server.security == "smtps":
        conversation: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=trusted)
    else:
        conversation = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    try:
        if server.security == "smtp+starttls":
            conversation.starttls(context=trusted)
        if server.user and server.password:
            conversation.login(server.user, server.password)
        conversation.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException):
        conversation.close()
        raise
    return conversation


def _by_code(code: int, text: bytes | str) -> Answer:
    """5xx is for good, anything else is for now (RFC 5321 4.2.1)."""
    return Refused(why=_said(code, text)) if code >= 500 else Later(why=_said(code, text))


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"


def _words(error: OSError | smtplib.SMTPException) -> str:
    """What went wrong, without the system's number."""
    return getattr(error, "strerror", None) or str(error)
