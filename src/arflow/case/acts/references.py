"""Whether a new reference looks like somebody's name or date of birth, which the log could never forget. Pure.

What cannot be told apart by its looks alone is taken: one word with a serial number (Camden-0123), a year with one
(EHCP/2024/0123, 20240123), initials with a number. What has no serial number, two words that are no code, or a whole date
in it is refused.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from arflow.errors import InvalidValue, ReferenceRefused

# Words that stand in references and are nobody's name.
_CODE_WORDS = (
    "ehc ehcp ehcps ehcna sen send plan plans case cases cyp ref reference num number id file record pupil child person"
    " north south east west central area team city county borough council district zone locality"
    " school primary secondary nursery early years year post key stage reception college sixth form"
    " annual review reviews meeting interim emergency first second third phase transfer final draft new old"
    " autumn spring summer term test training demo"
)
_CODES = frozenset(_CODE_WORDS.split())
_LONGEST_NUMBER = 200
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_EARLIEST = date(1985, 1, 1)  # nobody born before had an EHC plan
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PLAIN = re.compile(r"[A-Z]?[-/._]?\d{1,7}")  # most references: a letter and a number, looked at no further
_DAY_FIRST = re.compile(r"(?<!\d)(\d{2})([ ._/-]?)(\d{2})\2(\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([ ._/-])(\d{1,2})\2(\d{1,2})(?!\d)")
_RUN_TOGETHER = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
_SHORT = re.compile(r"(?<!\d)(\d{2})[ ._/-]?(\d{2})[ ._/-]?(\d{2})(?!\d)")
_MONTH_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})[ ._/-]?({'|'.join(_MONTHS)})[a-z]*[ ._/-]?(\d{{4}})(?!\d)", re.IGNORECASE
)


def check_number_of_review(number: str, today: date, field: str) -> None:
    """Refuse another system's number for a review that is no text on one line, or looks like a name; it may hold a day."""
    if looks_like_name(number, today):
        raise ReferenceRefused(field, "a name")
    if not number.isprintable() or len(number) > _LONGEST_NUMBER:
        raise InvalidValue(field, repr(number[:40]), f"text on one line, of at most {_LONGEST_NUMBER} characters")


def check_reference(reference: str, today: date, field: str) -> None:
    """Refuse a plan's reference of another form, or one that looks like a name or a date of birth."""
    refuse_personal(reference, today, field)
    if not _REFERENCE.fullmatch(reference):
        raise InvalidValue(field, reference, "a reference of up to 40 letters, digits, dots, dashes or slashes")


def refuse_personal(reference: str, today: date, field: str) -> None:
    """ReferenceRefused for a reference that looks like a name or a date of birth."""
    if _PLAIN.fullmatch(reference):
        return
    if looks_like_name(reference, today):
        raise ReferenceRefused(field, "a name")
    if looks_like_birth(reference, today):
        raise ReferenceRefused(field, "a date of birth")


def looks_like_name(reference: str, today: date) -> bool:
    """Whether a reference has two words that are no codes, or one where a serial number should be."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", reference))
    names = [word for word in words if _may_be_name(word)]
    if len(names) != 1:
        return len(names) > 1
    numbers = re.findall(r"\d+", reference)
    initial = any(len(word) == 1 and not (n == 0 and word in "Pp") for n, word in enumerate(words))
    if not numbers:
        return initial or not names[0].isupper()
    if initial and any(_dates(_SHORT, reference, "dmy", today)):
        return True
    only_year = len(numbers) == 1 and len(numbers[0]) == 4 and _EARLIEST.year <= int(numbers[0]) <= today.year
    return only_year or (not names[0].isupper() and max(map(len, numbers)) <= 2)


def looks_like_birth(reference: str, today: date) -> bool:
    """Whether a reference has a whole date in it on which somebody with a plan may have been born."""
    if any(_dates(_DAY_FIRST, reference, "d-my", today)) or any(_dates(_YEAR_FIRST, reference, "y-md", today)):
        return True
    if any(_dates(_MONTH_NAMED, reference, "dmy", today)):
        return True
    words = re.findall(
        r"[^\W\d_]+", reference
    )  # without letters, or behind a code, it is a year with its serial number
    return any(word.lower() not in _CODES for word in words) and any(_dates(_RUN_TOGETHER, reference, "ymd", today))


def _may_be_name(word: str) -> bool:
    if word.lower() in _CODES or len(word) < 2:
        return False
    if word[0].isupper() and word[1:].islower():
        return True
    return len(word) > 2 and any(letter in "aeiouy" or not letter.isascii() for letter in word.lower())


def _dates(form: re.Pattern[str], reference: str, order: Sequence[str], today: date) -> Iterator[date]:
    """The dates that stand in a reference in some form, between the first birthday that counts and today."""
    for found in form.finditer(reference):
        parts = dict(zip(order, found.groups(), strict=True))
        day, month, year = (_number(parts[part]) for part in "dmy")
        try:
            on = date(year if year > 99 else 2000 + year, month, day)
        except ValueError:
            continue
        if _EARLIEST <= on <= today:
            yield on


def _number(text: str) -> int:
    """A number, or that of a month by the beginning of its name."""
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1
