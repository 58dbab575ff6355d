"""Email addresses: whether one can be, and how two are compared."""

import unicodedata
from functools import lru_cache

_LONGEST = 254  # RFC 5321 4.5.3.1.3, without the angle brackets


@lru_cache(maxsize=4096)
def is_email(address: str) -> bool:
    """Whether a server could take it (RFC 5322 3.4.1; RFC 6531 for letters beyond ASCII)."""
    from email.errors import HeaderParseError, MessageDefect
    from email.headerregistry import Address

    if len(address) > _LONGEST:
        return False
    try:
        parsed = Address(addr_spec=address)
    except (ValueError, IndexError, HeaderParseError, MessageDefect):
        return False
    return parsed.addr_spec == address and "." in parsed.domain.strip(".")


def folded(address: str) -> str:
    """An address as it is compared: no server that matters tells capitals apart."""
    return unicodedata.normalize("NFC", address.strip()).casefold()
