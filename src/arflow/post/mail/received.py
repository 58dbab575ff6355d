"""What a message is: who sent it, what it says and what it carries, read so that nothing malformed stops it."""

import re
from base64 import b64decode
from collections.abc import Iterator
from email import policy
from email.errors import (
    CloseBoundaryNotFoundDefect,
    InvalidBase64LengthDefect,
    MultipartInvariantViolationDefect,
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
)
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses
from io import BytesIO
from quopri import decodestring
from zipfile import BadZipFile, ZipFile

import msgspec

from arflow.people.addresses import folded, is_email
from arflow.post.mail.calendar_part import ANSWERS, Calendar, method_of
from arflow.post.mail.limits import counted_parts
from arflow.post.mail.message_words import best_of, says, words_of_page
from arflow.post.mail.part_text import (
    MALFORMED,
    bytes_of,
    file_name_of,
    headers_of,
    parameter_of,
    sound,
    text_of,
)
from arflow.post.mail.safe_names import plain_line, safe_name
from arflow.post.mail.signed_data import signed_content

_LOSES_PARTS = (
    CloseBoundaryNotFoundDefect,
    InvalidBase64LengthDefect,
    MultipartInvariantViolationDefect,
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
)
_DEEPEST = 10
_LISTED = 20
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_SIGNATURE_NAMES = (".p7s", ".asc", ".sig")
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_FORWARDED = ("message/rfc822", "message/global", "message/news")
_PLAIN = ("text/plain", "text/enriched", "text/richtext", "text/markdown")
_PAGES = ("text/html", "application/xhtml+xml", "text/x-amp-html", "text/watch-html")
_ZIPS = ("application/zip", "application/x-zip-compressed")
_CALENDARS = ("text/calendar", "application/ics")
_REPORTS = ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers")


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a message carries: a name that is safe to show, and its bytes."""

    name: str
    media_type: str
    content: bytes


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A part that was not taken out of its message, and why."""

    name: str
    why: str


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it was read. `sender` is none where it names nobody, or several; `damaged` where parts may be missing."""

    message_id: str | None
    answers: tuple[str, ...]  # the Message-IDs of In-Reply-To and References, the oldest first
    sender: str | None
    recipients: tuple[str, ...]
    subject: str
    text: str
    files: tuple[File, ...]
    closed: tuple[Closed, ...]
    calendars: tuple[Calendar, ...]
    headers: dict[str, tuple[str, ...]]
    content_type: str
    report_type: str
    damaged: str | None

    def header(self, name: str) -> str:
        """The first header of a name, or nothing."""
        return next(iter(self.headers.get(name, ())), "")

    @property
    def thread(self) -> str | None:
        """The Message-ID that the conversation began with."""
        return self.answers[0] if self.answers else self.message_id


def parse(raw: bytes) -> EmailMessage:
    """The parts of a message; whatever is malformed is kept as a defect. MessageNotReadable beyond a limit."""
    return BytesParser(counted_parts(), policy=policy.default).parsebytes(raw)


def read(message: EmailMessage) -> Incoming:
    """The headers, text and files of a message."""
    headers = headers_of(message)
    found = _Found()
    _take(message, found, depth=0)
    named = _MESSAGE_ID.findall(" ".join(headers.get("message-id", ())))
    answered = [*headers.get("references", ()), *headers.get("in-reply-to", ())]
    return Incoming(
        message_id=named[0] if named else None,
        answers=tuple(dict.fromkeys(_MESSAGE_ID.findall(" ".join(answered)))),
        sender=_sender(message),
        recipients=tuple(
            dict.fromkeys(
                folded(address)
                for name in ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
                for _, address in getaddresses(list(headers.get(name, ())))
                if is_email(address)
            )
        ),
        subject=plain_line(" ".join(headers.get("subject", ()))),
        text="\n".join(found.said),
        files=tuple(found.files),
        closed=tuple(found.closed),
        calendars=tuple(dict.fromkeys(found.calendars)),
        headers=headers,
        content_type=message.get_content_type(),
        report_type=parameter_of(message, "report-type").lower(),
        damaged=_damage(message),
    )


def unopened(raw: bytes) -> Incoming:
    """A message that cannot be read, as the one file that it is."""
    whole = File(name="message.eml", media_type="message/rfc822", content=raw)
    return Incoming(
        message_id=None,
        answers=(),
        sender=None,
        recipients=(),
        subject="",
        text="",
        files=(whole,),
        closed=(),
        calendars=(),
        headers={},
        content_type=whole.media_type,
        report_type="",
        damaged=None,
    )


class _Found:
    """What a walk through the parts has gathered; `said` has the words in their order, `is_page` where they are a page's."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.is_page = False
        self.files: list[File] = []
        self.closed: list[Closed] = []
        self.calendars: list[Calendar] = []

    def say(self, words: str) -> None:
        """Keep words, once: some programs send them in two dresses side by side."""
        if says(words) and words.split() not in [one.split() for one in self.said]:
            self.said.append(words)

    def carry(self, other: "_Found") -> None:
        """Keep what another walk gathered besides words."""
        self.files += other.files
        self.closed += other.closed
        self.calendars += other.calendars


def _take(part: Message, found: _Found, *, depth: int, shown: str = "") -> None:
    """Gather from one part and those within it; `shown` is the page beside it, which may show its pictures."""
    kind = part.get_content_type()
    if depth > _DEEPEST:
        found.closed.append(Closed(name=kind, why=f"lies more than {_DEEPEST} levels deep"))
    elif kind == "multipart/encrypted":
        found.closed.append(Closed(name="encrypted message", why="is encrypted (OpenPGP) and was not opened"))
    elif part.is_multipart() and kind in _FORWARDED:
        _take_forwarded(_forwarded(part), found, depth)
    elif part.is_multipart() and kind not in _REPORTS:
        inner = [one for one in part.get_payload() if isinstance(one, Message)]
        page = next((text_of(one) for one in _flat(part) if one.get_content_type() == "text/html"), shown)
        below = page if kind == "multipart/related" else shown
        if kind == "multipart/alternative":
            _take_best(inner, found, depth, below)
            return
        for one in inner:
            _take(one, found, depth=depth + 1, shown=below)
    elif kind not in (*_SIGNATURES, *_REPORTS):
        _take_leaf(part, found, shown, depth)


def _take_best(inner: list[Message], found: _Found, depth: int, shown: str) -> None:
    """Of alternatives the best that has words, and the files of all."""
    branches = []
    for one in inner:
        branch = _Found()
        _take(one, branch, depth=depth + 1, shown=shown)
        found.carry(branch)
        branches.append(branch)
    texts = ["\n".join(one.said) for one in branches if not one.is_page]
    pages = ["\n".join(one.said) for one in branches if one.is_page]
    found.is_page = found.is_page or not any(map(says, texts))
    found.say(best_of(texts, pages))


def _forwarded(part: Message) -> Message:
    """The message in a part, which some programs encode although none may be (RFC 2046 5.2.1)."""
    inner = part.get_payload(0)
    assert isinstance(inner, Message)
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
    in_base64 = encoding == "base64" and not inner.get("From")
    if not in_base64 and encoding != "quoted-printable":
        return inner
    try:
        raw = inner.as_bytes(policy=policy.compat32).lstrip()
        decoded = b64decode(raw) if in_base64 else decodestring(raw)
    except MALFORMED:
        return inner
    opened = parse(decoded)
    return opened if opened.keys() else inner


def _take_forwarded(inner: Message, found: _Found, depth: int) -> None:
    """A forwarded message: its files, or itself where it has none; what it says stays a clue to the case."""
    within = _Found()
    _take(inner, within, depth=depth + 1)
    found.files += within.files
    found.closed += within.closed
    subject = plain_line(" ".join(headers_of(inner).get("subject", ())))
    found.said += [subject, *within.said]
    if within.files or within.closed:
        return
    name = safe_name(f"{subject or 'forwarded message'}.eml", "message/rfc822", len(found.files) + 1)
    try:
        content = inner.as_bytes()
    except MALFORMED:
        found.closed.append(Closed(name=name, why="is malformed and could not be taken out"))
    else:
        found.files.append(File(name=name, media_type="message/rfc822", content=content))


def _take_leaf(part: Message, found: _Found, shown: str, depth: int) -> None:
    kind, given = part.get_content_type(), file_name_of(part)
    attached = part.get_content_disposition() == "attachment" or bool(given)
    if kind in _CALENDARS or (given.lower().endswith(".ics") and method_of(bytes_of(part)) in ANSWERS):
        content = bytes_of(part)
        method = method_of(content) or parameter_of(part, "method").upper()
        found.calendars.append(Calendar(method=method, content=content))
    elif kind in _PLAIN and not attached:
        found.say(text_of(part))
    elif kind in _PAGES and not attached:
        found.is_page = True
        found.say(words_of_page(text_of(part)))
    elif part.get_content_maintype() == "multipart":
        found.say(text_of(part))  # no boundary: what there is, as words
    elif kind in _SEALED or given.lower().endswith(".p7m"):
        _take_sealed(part, given, found, depth)
    elif given.lower().endswith(".eml") and (inner := parse(bytes_of(part))).get("From"):
        _take_forwarded(inner, found, depth)
    elif not (_is_decoration(part, shown) or given.lower().endswith(_SIGNATURE_NAMES)):
        _take_file(part, given, found)


def _take_sealed(part: Message, given: str, found: _Found, depth: int) -> None:
    """The message inside an opaque signature; one that is encrypted stays closed."""
    content = signed_content(bytes_of(part))
    if content is not None:
        _take(parse(content), found, depth=depth + 1)
        return
    name = safe_name(given, part.get_content_type(), len(found.files) + len(found.closed) + 1)
    found.closed.append(Closed(name=name, why="is encrypted or sealed (S/MIME) and was not opened"))


def _take_file(part: Message, given: str, found: _Found) -> None:
    kind = part.get_content_type()
    name = safe_name(given, kind, len(found.files) + len(found.closed) + 1)
    if kind == "application/ms-tnef" or name.lower() == "winmail.dat":
        why = "is Outlook's own wrapping and was not opened: ask for the files as ordinary attachments"
    elif kind in _ZIPS or name.lower().endswith(".zip"):
        why = f"is a zip and was not opened; it holds {_listed(bytes_of(part))}"
    elif kind in ("message/external-body", "message/partial"):
        why = "lies elsewhere or in several messages and was not fetched"
    else:
        content = bytes_of(part)
        if content:
            found.files.append(File(name=name, media_type=kind, content=content))
            return
        why = "is empty"
    found.closed.append(Closed(name=name, why=why))


def _listed(content: bytes) -> str:
    """The names in a zip, of which nothing is unpacked."""
    try:
        with ZipFile(BytesIO(content)) as zipped:
            parts = zipped.infolist()
    except (BadZipFile, NotImplementedError, *MALFORMED):
        return "what cannot be listed"
    names = ", ".join(safe_name(part.filename, "", place) for place, part in enumerate(parts[:_LISTED], 1))
    more = f" and {len(parts) - _LISTED} more" if len(parts) > _LISTED else ""
    locked = " (encrypted)" if any(part.flag_bits & 1 for part in parts) else ""
    return f"{names}{more}{locked}" if names else "nothing"


def _is_decoration(part: Message, shown: str) -> bool:
    """A picture that the page beside it shows, such as a logo in a signature."""
    own = part.get("Content-ID")
    if part.get_content_maintype() != "image" or own is None or part.get_content_disposition() == "attachment":
        return False
    return f"cid:{str(own).strip().strip('<>')}" in shown


def _flat(part: Message) -> Iterator[Message]:
    """The parts within one, without those of forwarded messages."""
    for one in part.get_payload():
        if not isinstance(one, Message):
            continue
        yield one
        if one.is_multipart() and one.get_content_maintype() == "multipart":
            yield from _flat(one)


def _sender(message: EmailMessage) -> str | None:
    """The one address the message is from, folded."""
    try:
        addresses = [sound(one.addr_spec) for header in message.get_all("From", []) for one in header.addresses]
    except MALFORMED:
        return None
    return folded(addresses[0]) if len(addresses) == 1 and is_email(addresses[0]) else None


def _damage(message: EmailMessage) -> str | None:
    """What shows that parts may be missing."""
    for part in message.walk():
        for defect in part.defects:
            if isinstance(defect, _LOSES_PARTS):
                return type(defect).__name__
    return None
