"""The numbers of people and places: their shape, and the check letter or digit where there is one."""

import re

# The DfE's letters: I, O and S are left out.
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_UPN = rf"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]"
_UPN_AS_A_WORD = re.compile(rf"(?<![A-Z0-9]){_UPN}(?![A-Z0-9])")
_ULN = re.compile(r"[1-9][0-9]{9}")


def upn_shaped(upn: str) -> bool:
    """A letter, eleven digits, and a digit, or a letter where the number is a temporary one."""
    return re.fullmatch(_UPN, upn) is not None


def upn_letter(upn: str) -> str:
    """The check letter of a well-shaped UPN: its characters 2 to 13, each times its place, modulo 23."""
    values = (LETTERS.index(sign) if sign in LETTERS else int(sign) for sign in upn[1:])
    return LETTERS[sum(place * value for place, value in enumerate(values, start=2)) % 23]


def upn_right(upn: str) -> bool:
    """Whether the check letter of a well-shaped UPN is right."""
    return upn[0] == upn_letter(upn)


def upns_in(text: str) -> list[str]:
    """What is shaped like a UPN in a text of capitals, each a word of its own, in their order."""
    return _UPN_AS_A_WORD.findall(text)


def uln_shaped(uln: str) -> bool:
    """Ten digits, the first not a zero."""
    return _ULN.fullmatch(uln) is not None


def uln_right(uln: str) -> bool:
    """Whether the check digit of a well-shaped ULN is right: the digits times 10 to 1, modulo 11, leave 10."""
    return sum(weight * int(digit) for weight, digit in zip(range(10, 0, -1), uln, strict=True)) % 11 == 10


def urn_shaped(urn: str) -> bool:
    """Six digits; a URN has no check digit."""
    return re.fullmatch(r"[1-9][0-9]{5}", urn) is not None


def ukprn_shaped(ukprn: str) -> bool:
    """Eight digits, the first not a zero."""
    return re.fullmatch(r"[1-9][0-9]{7}", ukprn) is not None
