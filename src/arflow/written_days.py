"""Days as people in the UK write them, day first: 3/9/2026, 3 Sep 2026, Thursday 3 September 2026, 2026-09-03. Pure."""

import re
from datetime import date

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UK = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_NAMED = re.compile(
    r"(?:(?P<weekday>[a-z]{3,9}),?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s/.-]*([a-z]{3,9})[\s/.,-]*(\d{4})", re.IGNORECASE
)
_SHORT_YEAR = re.compile(r"\d{1,2}[\s/.-]+(?:\d{1,2}|[A-Za-z]{3,9})[\s/.,-]+\d{2}")
_NO_YEAR = re.compile(r"\d{1,2}(?:st|nd|rd|th)?[\s/.-]*(?:\d{1,2}|[A-Za-z]{3,9})")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
SHORT_YEAR = "write its year with four digits"


def written_day(text: str) -> date | None:
    """The day that a text names; None where it names none."""
    try:
        if found := _UK.fullmatch(text):
            day, month, year = map(int, found.groups())
        elif found := _ISO.fullmatch(text):
            year, month, day = map(int, found.groups())
        elif found := _NAMED.fullmatch(text):
            day, month, year = int(found[2]), _month(found[3]), int(found[4])
        else:
            return None
        return date(year, month, day)
    except ValueError:
        return None


def other_weekday(text: str) -> str | None:
    """The weekday of the day that a text names, where the text says another; None where they agree or it says none."""
    found, day = _NAMED.fullmatch(text), written_day(text)
    if not (found and found["weekday"] and day):
        return None
    right = WEEKDAYS[day.weekday()]
    return None if found["weekday"].lower()[:3] == right[:3] else right.capitalize()


def weekday_named(text: str) -> int | None:
    """The number of the weekday (Monday is 0) that a text names in full or by its first three letters, or None."""
    return next((n for n, name in enumerate(WEEKDAYS) if text.lower() in (name, name[:3])), None)


def month_comes_first(text: str) -> bool:
    """Whether a text is a day only if its month comes first, as in the United States."""
    found = _UK.fullmatch(text)
    return bool(found and int(found[1]) <= 12 < int(found[2]) <= 31)


def has_short_year(text: str) -> bool:
    """Whether a text is a day whose year has two digits."""
    return bool(_SHORT_YEAR.fullmatch(text))


def why_no_day(text: str) -> str:
    """What is wrong with a text that names no day, or another than its weekday says, and how to write one."""
    if right := other_weekday(text):
        return f"it is a {right}"
    if month_comes_first(text):
        return "its month seems to come first: write the day first, as in 31/3/2026"
    if has_short_year(text):
        return SHORT_YEAR
    if _UK.fullmatch(text) or _ISO.fullmatch(text) or _has_month(text):
        return "there is no such day in the calendar"
    if _NO_YEAR.fullmatch(text) and not text.isdigit():
        return "write its year too"
    return "write it as 31/3/2026, 31 March 2026 or 2026-03-31"


def _has_month(text: str) -> bool:
    found = _NAMED.fullmatch(text)
    return bool(found and _month(found[3]))


def _month(name: str) -> int:
    """The number of a month by its name or its first three letters (or Sept); 0 where it is none."""
    short = "sep" if name.lower() == "sept" else name.lower()
    return 1 + next((n for n, month in enumerate(_MONTHS) if short in (month, month[:3])), -1)
