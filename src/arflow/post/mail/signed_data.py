"""What a message carries inside an opaque signature (CMS SignedData, RFC 5652 5.1): readable by anybody, without a key.

The signature is not checked: who wrote a message is shown by what our own server found (see `message_kinds.is_proven`).
Why no ASN.1 library reads it: docs/adr/0016-a-reader-of-our-own-for-opaque-signatures.md.
"""

from collections.abc import Iterator

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_VERSION, _OCTETS, _OBJECT_ID, _SEQUENCE, _DIGESTS, _EXPLICIT = 0x02, 0x04, 0x06, 0x30, 0x31, 0xA0
_CONSTRUCTED, _LONG_TAG, _OPEN_END = 0x20, 0x1F, 0x80
DEEPEST = 20
MOST_VALUES = 200_000  # the largest message in pieces of 1,000 bytes has 75,000


def signed_content(raw: bytes) -> bytes | None:
    """The content that was signed, in BER or DER; None where it is encrypted, lies elsewhere, or cannot be read."""
    values = _Values(raw)
    try:
        values.enter(_SEQUENCE)
        if values.take(_OBJECT_ID) != _SIGNED_DATA:
            return None
        values.enter(_EXPLICIT)
        values.enter(_SEQUENCE)
        values.take(_VERSION)
        values.skip(_DIGESTS)
        values.enter(_SEQUENCE)
        values.take(_OBJECT_ID)
        values.enter(_EXPLICIT)
        return b"".join(values.octets())
    except ValueError:
        return None


class _Values:
    """Tags, lengths and values (X.690 8.1), each read once, in their order; ValueError at what is malformed or too much."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._place, self._end, self._read = raw, 0, len(raw), 0

    def enter(self, tag: int) -> None:
        """Go into the next value, which is of other values."""
        end = self._head_of(tag)
        self._end = self._end if end is None else end

    def take(self, tag: int) -> bytes:
        """The next value, in one piece."""
        end = self._head_of(tag)
        if end is None:
            raise ValueError
        return self._bytes_to(end)

    def skip(self, tag: int) -> None:
        """Pass over the next value, and what it holds."""
        self._pass_over(self._head_of(tag), 0)

    def octets(self, depth: int = 0) -> Iterator[bytes]:
        """The next value, octets: in one piece, or in pieces as those write them who do not know the length beforehand."""
        tag, end = self._head()
        if depth > DEEPEST or tag & ~_CONSTRUCTED != _OCTETS:
            raise ValueError
        if end is not None and not tag & _CONSTRUCTED:
            yield self._bytes_to(end)
            return
        around, self._end = self._end, self._end if end is None else end
        while not self._is_over(end):
            yield from self.octets(depth + 1)
        self._end = around

    def _head_of(self, tag: int) -> int | None:
        found, end = self._head()
        if found != tag:
            raise ValueError
        return end

    def _head(self) -> tuple[int, int | None]:
        """The next tag, and where its value ends: None if two null bytes will say so."""
        self._read += 1
        if self._read > MOST_VALUES or self._place + 2 > self._end:
            raise ValueError
        tag, length = self._raw[self._place], self._raw[self._place + 1]
        self._place += 2
        if tag & _LONG_TAG == _LONG_TAG or (length == _OPEN_END and not tag & _CONSTRUCTED):
            raise ValueError  # CMS has no long tags, and only what is of other values may end later
        if length == _OPEN_END:
            return tag, None
        if length > _OPEN_END:
            size = length - _OPEN_END
            length = int.from_bytes(self._raw[self._place : self._place + size], "big")
            self._place += size
        if self._place + length > self._end:
            raise ValueError
        return tag, self._place + length

    def _pass_over(self, end: int | None, depth: int) -> None:
        if depth > DEEPEST:
            raise ValueError
        if end is not None:
            self._place = end
            return
        while not self._is_over(None):
            self._pass_over(self._head()[1], depth + 1)

    def _is_over(self, end: int | None) -> bool:
        if end is not None:
            return self._place == end
        is_over = self._raw.startswith(b"\0\0", self._place)
        self._place += 2 * is_over
        return is_over

    def _bytes_to(self, end: int) -> bytes:
        start, self._place = self._place, end
        return self._raw[start:end]
