"""Where mail arrives: an IMAP folder or a Maildir, read and never changed."""

import imaplib
import mailbox
import os
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

import msgspec

from arflow.errors import InvalidValue, MailboxNotReady, MessageNotReadable, MissingValue, field_name
from arflow.store.trouble import without_secrets

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

WANTED = "a mailbox such as imaps://user@mail.example.org/INBOX or maildir:///var/mail/reviews"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SECONDS = 60
_HEAD = 256 * 1024
_PIECE = 4 * 1024 * 1024
_SECONDS_OF_KEY = re.compile(r"([0-9]{1,11})(\.|$)")
_INTERNAL_DATE = re.compile(rb'INTERNALDATE "[^"]+"')
_PASSWORD = "ARFLOW_INBOX_PASSWORD"  # noqa: S105  the name of the variable


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a message lies: the mailbox without its user's password, the validity of its keys, and its key (RFC 3501 2.3.1.1)."""

    mailbox: str
    validity: str
    key: str


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it lies in a mailbox: its bytes, and when our server received it, whatever its sender says.

    `moments` has what speaks for that moment, the surest first, and nothing where nothing does.
    """

    spot: Spot
    raw: bytes
    moments: tuple[datetime, ...]


class Mailbox(Protocol):
    """A mailbox that is open to read."""

    def spots(self, since: date | None) -> list[Spot]:
        """Where messages lie that arrived on a day or after it, the oldest first."""

    def fetch(self, spot: Spot) -> Delivered | None:
        """A message; None where somebody has taken it away meanwhile. MessageNotReadable where only it cannot be read."""


@contextmanager
def opened(url: str | None, environment: Mapping[str, str] = os.environ) -> Iterator[Mailbox]:
    """The mailbox at a URL, or at ARFLOW_INBOX; MailboxNotReady where it cannot be read."""
    url = url or environment.get("ARFLOW_INBOX")
    if not url:
        raise MissingValue(field_name("mailbox"), f"name {WANTED}, or set ARFLOW_INBOX")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidValue(field_name("mailbox"), "the URL", WANTED) from None
    match parts.scheme:
        case "maildir":
            yield Maildir(_folder(parts.netloc, unquote(parts.path)))
        case "imap" | "imaps":
            if parts.password:
                raise InvalidValue(
                    field_name("mailbox"), "a URL with a password", f"read: put the password in {_PASSWORD}"
                )
            if not parts.hostname or not parts.username or parts.query or parts.fragment:
                raise InvalidValue(field_name("mailbox"), without_secrets(url), WANTED)
            if parts.scheme == "imap" and parts.hostname not in _LOOPBACK:
                raise InvalidValue(
                    field_name("mailbox"), without_secrets(url), "encrypted: write imaps:// for a server elsewhere"
                )
            password = environment.get(_PASSWORD)
            if not password:
                raise MissingValue(_PASSWORD, f"set it to the password of {unquote(parts.username)}")
            server = Server(
                host=parts.hostname,
                port=port,
                encrypted=parts.scheme == "imaps",
                user=unquote(parts.username),
                password=password,
                folder=unquote(parts.path).strip("/") or "INBOX",
            )
            with _imap(server) as imap:
                yield imap
        case _:
            raise InvalidValue(field_name("mailbox"), without_secrets(url), WANTED)


# --- Maildir ----------------------------------------------------------------------------------------------------


def _folder(host: str, path: str) -> Path:
    folder = Path(path)
    if host or not folder.is_absolute():
        raise InvalidValue(
            field_name("mailbox"),
            without_secrets(f"maildir://{host}{path}"),
            "a whole path: write maildir:///var/mail/reviews",
        )
    with _on_disk():
        if not (folder / "new").is_dir() or not (folder / "cur").is_dir():
            raise InvalidValue(
                field_name("mailbox"), f"maildir://{path}", "a Maildir: it has no folders `new` and `cur`"
            )
    return folder


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MailboxNotReady(
            f"the mailbox cannot be read ({error.filename}: {error.strerror}): fix the cause and try again"
        ) from error


class Maildir:
    """A Maildir: a message keeps its key when another program moves it from new to cur."""

    def __init__(self, folder: Path) -> None:
        self._box = mailbox.Maildir(folder, create=False)
        self._name = f"maildir://{folder}"

    def spots(self, since: date | None) -> list[Spot]:
        """Where messages lie, in the order of their delivery."""
        with _on_disk():
            keys = sorted(self._box.keys(), key=lambda key: (self._delivered_at(key), key))
        return [
            Spot(mailbox=self._name, validity="", key=key)
            for key in keys
            if since is None or self._delivered_at(key).date() >= since
        ]

    def fetch(self, spot: Spot) -> Delivered | None:
        """A message, with the moments that its topmost Received header and its key give."""
        try:
            raw = self._box.get_bytes(spot.key)
        except (KeyError, FileNotFoundError):
            return None
        except OSError as error:
            raise MessageNotReadable(f"{error.filename}: {error.strerror}") from error
        moments = (received_at(raw), self._delivered_at(spot.key))
        return Delivered(spot=spot, raw=raw, moments=tuple(at for at in moments if at))

    def _delivered_at(self, key: str) -> datetime:
        """The moment a key begins with, by the rules of a Maildir; the beginning of time where it has none."""
        seconds = _SECONDS_OF_KEY.match(key)
        return datetime.fromtimestamp(int(seconds.group(1)) if seconds else 0, UTC)


def received_at(raw: bytes) -> datetime | None:
    """When our server says that it took the message: in the Received header it put on top."""
    top = BytesHeaderParser().parsebytes(raw[:_HEAD])["Received"]
    said = str(top).rpartition(";")[2].strip()
    try:
        at = parsedate_to_datetime(said)
        if str(at.year) not in said:
            return None  # the library takes the year 0001 for 2001
        if at.tzinfo is None and "-0000" in said:
            at = at.replace(tzinfo=UTC)  # how RFC 5322 3.3 writes a moment whose zone is not told
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


# --- IMAP -------------------------------------------------------------------------------------------------------


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """An IMAP server and the folder to read; its text leaves the password out."""

    host: str
    port: int | None
    encrypted: bool
    user: str
    password: str
    folder: str

    def __repr__(self) -> str:
        return f"Server({self.user}@{self.host})"


@contextmanager
def _imap(server: Server) -> Iterator["Imap"]:
    """A folder opened so that nothing in it can change (EXAMINE)."""
    from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxUnencrypted

    where = f"{server.host}:{server.port or (993 if server.encrypted else 143)}"
    try:
        if server.encrypted:
            trusted = ssl.create_default_context()
            box: BaseMailBox = MailBox(server.host, server.port or 993, timeout=_SECONDS, ssl_context=trusted)
        else:
            box = MailBoxUnencrypted(server.host, server.port or 143, timeout=_SECONDS)
    except ssl.SSLCertVerificationError as error:
        raise MailboxNotReady(
            f"the certificate of {where} is not trusted ({error.verify_message}): name its issuer's file in SSL_CERT_FILE"
        ) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxNotReady(f"the mail server {where} cannot be reached ({error}): try again later") from error
    try:
        box.login(server.user, server.password, initial_folder=None)
        box.folder.set(server.folder, readonly=True)
        yield Imap(box, server)
    except ImapToolsError as error:
        raise MailboxNotReady(f"the mail server {where} refuses ({error}): see ARFLOW_INBOX and {_PASSWORD}") from error
    except (imaplib.IMAP4.error, ssl.SSLError, ConnectionError, TimeoutError) as error:
        raise MailboxNotReady(f"the conversation with {where} broke off ({error}): run it again") from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()


class Imap:
    """A folder of an IMAP server. A message is new if its key is not recorded; flags do not count."""

    def __init__(self, box: "BaseMailBox", server: Server) -> None:
        self._box = box
        self._name = f"imap://{server.user}@{server.host}/{server.folder}"
        self._validity = str(box.folder.status(server.folder, ("UIDVALIDITY",))["UIDVALIDITY"])

    def spots(self, since: date | None) -> list[Spot]:
        """Where messages lie, in the order of their UIDs."""
        from imap_tools import AND

        uids = self._box.uids(AND(date_gte=since) if since else "ALL")
        return [Spot(mailbox=self._name, validity=self._validity, key=uid) for uid in sorted(uids, key=int)]

    def fetch(self, spot: Spot) -> Delivered | None:
        """A message in pieces, with the moment its server received it (INTERNALDATE); no flag is set."""
        moment = self._ask(spot.key, "(INTERNALDATE)")
        found = next((match for line in moment if (match := _INTERNAL_DATE.search(_line(line)))), None)
        if found is None:
            return None
        pieces: list[bytes] = []
        while not pieces or len(pieces[-1]) == _PIECE:
            asked = f"(BODY.PEEK[]<{len(pieces) * _PIECE}.{_PIECE}>)"
            # A server gives no bytes beyond the end as an empty text, which is not a literal.
            pieces.append(next((line[1] for line in self._ask(spot.key, asked) if isinstance(line, tuple)), b""))
        at = _internal_date(found.group())
        return Delivered(spot=spot, raw=b"".join(pieces), moments=(at,) if at else ())

    def _ask(self, uid: str, what: str) -> list[Any]:
        answer, lines = self._box.client.uid("FETCH", uid, what)
        if answer != "OK":
            raise imaplib.IMAP4.error(f"FETCH answered {answer}")
        return lines


def _internal_date(said: bytes) -> datetime | None:
    try:
        at = imaplib.Internaldate2tuple(said)
        return datetime.fromtimestamp(time.mktime(at), UTC) if at else None
    except (ValueError, OverflowError, OSError):
        return None


def _line(line: Any) -> bytes:
    return line[0] if isinstance(line, tuple) else line or b""
