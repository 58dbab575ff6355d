"""Headers, bytes and words of a part of a message, taken out so that nothing malformed stops it."""

from email.errors import MessageError
from email.message import Message
from email.utils import unquote
from typing import Any

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
        found[named] = (*found.get(named, ()), sound(value))
    return found


def file_name_of(part: Message) -> str:
    """The name that a part gives itself, or nothing."""
    try:
        return part.get_filename() or ""
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
    """The words of a part in the charset it names, or else in those that are usual."""
    content = bytes_of(part)
    try:
        named = part.get_content_charset() or "utf-8"
    except MALFORMED:
        named = "utf-8"
    for charset in (named, "utf-8"):
        try:
            return sound(content.decode(charset))
        except (LookupError, ValueError):
            continue
    return sound(content.decode("cp1252", "replace"))


def words_of_page(page: str) -> str:
    """The words of an HTML page, without scripts and styles."""
    from lxml import etree, html

    try:
        root = html.document_fromstring(page.replace("\0", "").encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError):
        return ""
    for hidden in root.xpath("//script | //style"):
        hidden.drop_tree()
    return sound("\n".join(str(text) for text in root.itertext()))
