"""The border for wrong types: what a program hands in is what a command or a method says, or InvalidValue."""

import re
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

from arflow.errors import InvalidValue

_T = TypeVar("_T")
_AS_THEY_ARE = (date, datetime)


def typed(field: str, value: _T, type_: Any) -> _T:
    """A value as it was given; InvalidValue, naming its field, for one of another type."""
    try:
        msgspec.convert(value, type_, builtin_types=_AS_THEY_ARE)
    except msgspec.ValidationError as error:
        raise InvalidValue(field, _kind(value), f"possible: {error}") from error
    return value


def well_typed(command: _T, kinds: Any) -> _T:
    """A command of some kinds with its lists as tuples; InvalidValue for another, or for a field of another type."""
    if not isinstance(command, kinds):
        raise InvalidValue("command", _kind(command), "a command that can be given here: see arflow.commands")
    name = type(command).__name__
    try:
        plain = msgspec.to_builtins(command, builtin_types=_AS_THEY_ARE)
        taken: _T = msgspec.convert(plain, type(command), builtin_types=_AS_THEY_ARE)
    except msgspec.ValidationError as error:
        wrong, _, place = str(error).partition(" - at `$.")
        field = re.split(r"\W", place)[0]
        raise InvalidValue(
            field or name, _kind(getattr(command, field, None)), f"what {name} takes: {wrong}"
        ) from error
    except (TypeError, ValueError) as error:
        raise InvalidValue(name, "a field", f"what {name} takes: {error}") from error
    return taken


def _kind(value: object) -> str:
    """What a value is, without the words in it, which may be about a child."""
    return f"a value of type {type(value).__name__}"
