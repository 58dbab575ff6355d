"""What a message carries inside an opaque signature (CMS SignedData, RFC 5652 5.1): readable by anybody, without a key.

The signature is not checked: who wrote a message is shown by what our own server found (see `message_kinds.is_proven`).
"""

from collections.abc import Iterator

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_OBJECT_ID, _OCTETS, _EXPLICIT = 0x06, 0x04, 0xA0
_CONSTRUCTED = 0x20
_DEEPEST = 20


def signed_content(raw: bytes) -> bytes | None:
    """The content that was signed, in BER or DER; None where it is encrypted, lies elsewhere, or cannot be read."""
    try:
        kind, outer = _first_two(_value(raw))
        if kind != (_OBJECT_ID, _SIGNED_DATA) or outer[0] != _EXPLICIT:
            return None
        signed = _values(_value(outer[1]))
        wrapped = next(value for tag, value in signed if tag == 0x30)
        _, content = _first_two(wrapped)
        return _octets(*next(_values(content[1]))) if content[0] == _EXPLICIT else None
    except (IndexError, ValueError, StopIteration):
        return None


def _value(raw: bytes) -> bytes:
    """The value of the one thing in these bytes."""
    return next(_values(raw))[1]


def _first_two(raw: bytes) -> tuple[tuple[int, bytes], tuple[int, bytes]]:
    found = _values(raw)
    return next(found), next(found)


def _octets(tag: int, value: bytes, depth: int = 0) -> bytes:
    """Octets in one piece, or in pieces as those write them who do not know the length beforehand."""
    if depth > _DEEPEST or tag & ~_CONSTRUCTED != _OCTETS:
        raise ValueError
    if not tag & _CONSTRUCTED:
        return value
    return b"".join(_octets(*piece, depth + 1) for piece in _values(value))


def _values(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Each tag with its value, one after the other (X.690 8.1); ValueError or IndexError where they are malformed."""
    place = 0
    while place < len(raw):
        tag, start, end, place = _bounds(raw, place, 0)
        if tag == 0:
            return
        yield tag, raw[start:end]


def _bounds(raw: bytes, place: int, depth: int) -> tuple[int, int, int, int]:
    """The tag at a place, where its value begins and ends, and where the next thing begins."""
    tag, length = raw[place], raw[place + 1]
    start = place + 2
    if depth > _DEEPEST or tag & 0x1F == 0x1F:
        raise ValueError
    if length == 0x80:
        return tag, start, *_open_end(raw, start, depth)
    if length > 0x80:
        count = length & 0x7F
        length = int.from_bytes(raw[start : start + count], "big")
        start += count
    if start + length > len(raw):
        raise ValueError
    return tag, start, start + length, start + length


def _open_end(raw: bytes, start: int, depth: int) -> tuple[int, int]:
    """Where a value without a length ends, before the two null bytes that close it, and where the next thing begins."""
    place = start
    while raw[place : place + 2] != b"\0\0":
        place = _bounds(raw, place, depth + 1)[3]
    return place, place + 2
