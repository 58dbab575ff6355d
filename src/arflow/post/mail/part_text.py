"""Headers, bytes and text of a part of a message, taken out so that nothing malformed stops it."""

import codecs
from email.errors import MessageError
from email.message import Message
from email.utils import unquote
from typing import Any

from arflow.post.mail.safe_names import plain_line

# What the standard library's reader has been seen to raise over headers that no standard allows.
MALFORMED = (
    ValueError,
    LookupError,
    ArithmeticError,
    AttributeError,
    TypeError,
    AssertionError,
    RecursionError,
    MessageError,
)

# iso-8859-1 in a header means windows-1252, as it does in a part: its quotes and its euro are controls otherwise.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") or None for code in range(0x80, 0xA0)}


def sound(text: str) -> str:
    """A text that every store and file can keep: bytes within it are read as UTF-8, and it has no null bytes."""
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "replace")
    return raw.decode("utf-8", "replace").replace("\0", "")


def headers_of(message: Message) -> dict[str, tuple[str, ...]]:
    """Every header by its name in small letters; one that no standard allows, as it stands."""
    found: dict[str, tuple[str, ...]] = {}
    for name, raw in message.raw_items():
        try:
            value = str(message.policy.header_fetch_parse(name, raw))
        except MALFORMED:
            value = str(raw)
        named = sound(name).lower()
        found[named] = (*found.get(named, ()), sound(value).translate(_C1))
    return found


def file_name_of(part: Message) -> str:
    """The name that a part gives itself, or nothing."""
    try:
        return (part.get_filename() or "").translate(_C1)
    except MALFORMED:
        return ""


def parameter_of(part: Message, name: str) -> str:
    """A parameter of a part's type, or nothing."""
    try:
        value = part.get_param(name)
    except MALFORMED:
        return ""
    return sound(unquote(value)) if isinstance(value, str) else ""


def bytes_of(part: Message) -> bytes:
    """What a part holds, decoded as far as it can be."""
    try:
        content: Any = part.get_payload(decode=True)
    except MALFORMED:
        content = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return content if isinstance(content, bytes) else b""


def text_of(part: Message) -> str:
    """The words of a part in the charset it names, as browsers read its name; a doubt stands before them."""
    content = bytes_of(part)
    try:
        named = part.get_content_charset()
    except MALFORMED:
        named = None
    words, doubt = decoded(content, named)
    said = f"[{doubt}: some signs may be wrong]\n" if doubt else ""
    return f"{said}{sound(words)}"


def decoded(content: bytes, named: str | None) -> tuple[str, str | None]:
    """Bytes as words in the charset that is named, and what is doubtful about that, if anything is.

    Names mean what the WHATWG Encoding Standard says (iso-8859-1 is windows-1252, gb2312 is gb18030), or else what Python says.
    """
    label = named or "utf-8"
    first = ("utf-8",) if label in ("us-ascii", "ascii") else ()  # what calls itself so and is not, is mostly UTF-8
    for charset in (*first, label):
        words = _exactly(content, charset)
        if words is not None:
            return words, None
    words = _exactly(content, "utf-8")
    if words is None:
        words = _lookup("windows-1252").decode(content, "replace")[0]
    return words, f"this was sent as {plain_line(label)[:40]}, and is not"


def _exactly(content: bytes, charset: str) -> str | None:
    """Bytes in a charset; None where it has no such bytes, or nobody knows it."""
    try:
        return _lookup(charset).decode(content, "strict")[0]
    except (LookupError, ValueError):
        return None


def _lookup(label: str) -> codecs.CodecInfo:
    """How to read a charset: LookupError where its name is unknown."""
    import webencodings

    known = webencodings.lookup(label)
    # utf-16 as the standard means it has no mark of its order, and the library's own reader knows the mark.
    if known is not None and known.name not in ("x-user-defined", "utf-16le", "utf-16be"):
        return known.codec_info
    found = codecs.lookup(label)
    if not found._is_text_encoding:  # rot13, base64: they are no charsets
        raise LookupError(label)
    return found
