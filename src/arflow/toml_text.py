"""Reads TOML from outside within bounds: the library takes hours over a long dotted key, and breaks on deep nesting."""

import re
import tomllib
from pathlib import Path
from typing import Any

LARGEST, DEEPEST = 2_000_000, 32  # characters; tables and arrays within one another
_TOO_LONG = f"it has more than {LARGEST:,} characters: make it shorter"
# A key of so many parts, quoted or not: `a.b."c d". …`
_DOTTED = re.compile(rf"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{DEEPEST}}}""")


def read(path: Path) -> dict[str, Any]:
    """What a TOML file in UTF-8 holds; UnicodeDecodeError, and TOMLDecodeError as `loads`."""
    if path.stat().st_size > 4 * LARGEST:
        raise tomllib.TOMLDecodeError(_TOO_LONG)
    return loads(path.read_text("utf-8"))


def loads(text: str) -> dict[str, Any]:
    """What a TOML text holds; TOMLDecodeError where it is none, or beyond the limits."""
    if len(text) > LARGEST:
        raise tomllib.TOMLDecodeError(_TOO_LONG)
    too_deep = f"it is nested more than {DEEPEST} deep: make it flatter"
    if _DOTTED.search(text):
        raise tomllib.TOMLDecodeError(too_deep)
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError(too_deep) from None
    except ValueError as error:  # a number of thousands of digits
        raise tomllib.TOMLDecodeError(str(error)) from None
    if _is_deeper(found):
        raise tomllib.TOMLDecodeError(too_deep)
    return found


def _is_deeper(found: dict[str, Any]) -> bool:
    """Whether there is anything below the deepest level."""
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        level = [one for holder in level for one in _within(holder) if isinstance(one, dict | list)]
    return bool(level)


def _within(holder: dict[str, Any] | list[Any]) -> list[Any]:
    return list(holder.values()) if isinstance(holder, dict) else holder
