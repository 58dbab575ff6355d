"""Pieces of SQL that the queries of replay are put together from; every value is written by `literal`."""

from collections.abc import Iterable
from datetime import date, datetime

from arflow.case.facts import GRADES
from arflow.law.london import LONDON
from arflow.law.periods import FIRST_DAY

# Days are packed beside the version of their event, so that one `max` finds the last event's day.
ORIGIN_DAY = FIRST_DAY
ORIGIN = f"DATE '{ORIGIN_DAY}'"
_BITS = 20
_MASK = (1 << _BITS) - 1


def literal(value: object) -> str:
    """A value as SQL; a frozen clock's dates are dates too."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case datetime():
            return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S.%f}'"
        case date():
            return f"DATE '{value.isoformat()}'"
        case _:
            quoted = (f"'{part}'" for part in str(value).replace("'", "''").split("\0"))
            return " || chr(0) || ".join(quoted)  # DuckDB's parser ends a text at a NUL


def grade(quality: str) -> str:
    """How well a day is known as a number, the worst the greatest; null where there is no quality."""
    cases = " ".join(f"when {literal(name)} then {n}" for n, name in enumerate(GRADES))
    return f"case {quality} {cases} end"


def in_words(grade: str) -> str:
    """The word of such a number."""
    cases = " ".join(f"when {n} then {literal(name)}" for n, name in enumerate(GRADES))
    return f"case {grade} {cases} end"


def one_of(values: Iterable[object]) -> str:
    """A list for IN; a list of nothing holds nothing."""
    return f"({', '.join(map(literal, values)) or 'null'})"


def day_in_london(moment: str) -> str:
    """The day it was in London at a moment that is kept in UTC."""
    return f"timezone('{LONDON.key}', timezone('UTC', {moment}))::DATE"


def packed(version: str, day: str) -> str:
    """The version of an event with a day of it, in one number; no day is packed as zero."""
    return f"({version} << {_BITS}) | coalesce({day} - {ORIGIN}, 0)"


def unpacked(expression: str) -> str:
    """The day of a packed number, or null where it has none."""
    return f"case when {expression} & {_MASK} <> 0 then {ORIGIN} + ({expression} & {_MASK})::INTEGER end"


def version_of(expression: str) -> str:
    """The version of a packed number."""
    return f"({expression} >> {_BITS})"


def earliest(expressions: Iterable[str]) -> str:
    """The first of several days, leaving out those that are null."""
    return _of("least", expressions)


def latest(expressions: Iterable[str]) -> str:
    """The last of several days, leaving out those that are null."""
    return _of("greatest", expressions)


def _of(function: str, expressions: Iterable[str]) -> str:
    found = list(expressions)
    if not found:
        return "null::DATE"
    return found[0] if len(found) == 1 else f"{function}({', '.join(found)})"


def any_of(conditions: Iterable[str]) -> str:
    """Whether one of several conditions holds; an unknown one does not."""
    return " or ".join(f"coalesce({condition}, false)" for condition in conditions) or "false"


def months_on(day: str, months: int) -> str:
    """The corresponding date so many months on, or the month's last day (periods.corresponding_date)."""
    return f"({day} + INTERVAL ({months}) MONTH)::DATE"


def period_last_day(day: str, months: int) -> str:
    """The last day of so many months "starting with" a day (periods.period_last_day)."""
    end = months_on(day, months)
    return f"({end} - (day({end}) = day({day}))::INTEGER)"
