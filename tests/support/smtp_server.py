"""A real mail server on this machine: what it accepts lies in a Maildir for each address, and it can misbehave as asked."""

import asyncio
import mailbox
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Received:
    """An accepted message: its envelope, and itself as another reader sees it."""

    def __init__(self, envelope: Envelope) -> None:
        self.sender = envelope.mail_from
        self.recipients = list(envelope.rcpt_tos)
        self.raw: bytes = envelope.content  # type: ignore[assignment]

    @property
    def email(self) -> EmailMessage:
        parsed = BytesParser(policy=default).parsebytes(self.raw)
        assert isinstance(parsed, EmailMessage)
        return parsed


def _cut(server: SMTP) -> None:
    """Break the conversation off, as a server that dies does."""
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


class MailServer:
    """Named by its number: not every machine knows the name localhost.

    `refused` and `not_now` are answers by address; `not_now` counts down to acceptance; `break_off` ends conversations.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.received: list[Received] = []
        self.refused: dict[str, str] = {}
        self.not_now: dict[str, int] = {}
        self.break_off = ""  # "before" or "after" it has kept a message
        self.refuse_senders = ""
        self.port = 0

    def url(self, scheme: str = "smtp", user: str = "") -> str:
        return f"{scheme}://{user + '@' if user else ''}127.0.0.1:{self.port}"

    def maildir(self, address: str) -> mailbox.Maildir:
        return mailbox.Maildir(str(self.folder / address))

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if self.refuse_senders:
            return self.refuse_senders
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        if self.not_now.get(address, 0) > 0:
            self.not_now[address] -= 1
            return "451 4.7.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.break_off == "before":
            _cut(server)
            return "250 never heard"
        self.received.append(Received(envelope))
        for address in envelope.rcpt_tos:
            self.maildir(address).add(self.received[-1].raw)
        if self.break_off == "after":
            _cut(server)
        return "250 OK"


class _Login:
    def __call__(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = LoginPassword(b"arflow", b"a secret")
        known = isinstance(data, LoginPassword) and data == right
        return AuthResult(success=known, handled=known)  # not handled: the server itself answers 535


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def mail_server(folder: Path, *, tls: ssl.SSLContext | None = None, login: bool = False) -> Iterator[MailServer]:
    """Run the server; with `tls` it insists on STARTTLS, with `login` on the user `arflow` and the password `a secret`."""
    handler = MailServer(folder)
    handler.port = free_port()
    how: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if tls else {}
    if login:
        how |= {"authenticator": _Login(), "auth_required": True, "auth_require_tls": tls is not None}
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port, **how)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()
