"""The unique reference number (URN) of a setting. Pure."""

import re

from arflow.errors import InvalidValue, field_name

_SIX_DIGITS = re.compile(r"[0-9]{6}")


def is_urn(text: str) -> bool:
    """Whether a text is six digits, 0 to 9."""
    return _SIX_DIGITS.fullmatch(text) is not None


def check_urn(urn: str, field: str) -> None:
    """InvalidValue, naming the field, for anything but a URN."""
    if not is_urn(urn):
        raise InvalidValue(field_name(field), urn, "a URN of six digits")
