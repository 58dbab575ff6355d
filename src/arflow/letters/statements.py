"""The statements that letters are made of: arflow's own words or an authority's, filled in, and what each must hold."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arflow.errors import InvalidValue, LetterRefused

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

OWN = Path("letters", "statements.toml")


def day(value: date) -> str:
    """A day written out: Tuesday 29 July 2025."""
    return f"{value:%A} {value.day} {value:%B %Y}"


def sandbox() -> "SandboxedEnvironment":
    """What fills in a statement or a template from outside: it can read the facts, and do nothing else."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    made = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    made.filters["day"] = day
    return made


@cache
def _plain() -> "SandboxedEnvironment":
    return sandbox()


class Statements:
    """The statements in force: arflow's own, each replaced by one of the same name in an authority's folders."""

    def __init__(self, *folders: Path) -> None:
        shipped = tomllib.loads(files("arflow.letters").joinpath("templates", OWN.name).read_text("utf-8"))
        self._holds: dict[str, list[str]] = shipped.pop("holds")
        self._texts: dict[str, str] = {f"{a}.{b}": text for a, table in shipped.items() for b, text in table.items()}
        for folder in folders:
            self._texts |= _own(folder / OWN, self._texts)

    def named(self, letter: str, element: str) -> str:
        """The name of the statement that says an element in a letter."""
        own = f"{letter}.{element}"
        return own if own in self._texts else f"all.{element}"

    def fill(self, letter: str, element: str, facts: Mapping[str, Any]) -> str:
        """An element's statement filled in; LetterRefused where a fact is missing or it does not hold what it must."""
        from jinja2 import TemplateError, UndefinedError

        name = self.named(letter, element)
        try:
            text = _plain().from_string(self._texts[name]).render(facts).strip()
        except KeyError:
            raise LetterRefused(letter, [f"{element}: there is no statement of that name"]) from None
        except UndefinedError as error:
            unknown = str(error).split("'")[1]
            fault = f"{element}: {unknown.replace('_', ' ')} is not known: record it, or give it"
            raise LetterRefused(letter, [fault]) from error
        except TemplateError as error:
            raise LetterRefused(letter, [f"{element}: the statement cannot be filled in: {error}"]) from error
        missing = [wanted for wanted in self._holds.get(name, ()) if _value(wanted, facts) not in text]
        if missing:
            raise LetterRefused(letter, [f"{element}: the statement does not give {', '.join(missing)}"])
        return text


def _own(path: Path, shipped: Mapping[str, str]) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidValue(str(path), error, "readable as TOML: mend it") from error
    found = {f"{a}.{b}": text for a, table in tables.items() if isinstance(table, dict) for b, text in table.items()}
    unknown = sorted(name for name in found if name not in shipped and f"all.{name.partition('.')[2]}" not in shipped)
    if unknown:
        raise InvalidValue(str(path), unknown[0], "a statement that a letter has: see `arflow letter list`")
    return {name: str(text) for name, text in found.items()}


def _value(wanted: str, facts: Mapping[str, Any]) -> str:
    """The text that a statement must hold: quoted words themselves, or a fact's value as it is written out."""
    if quoted := re.fullmatch("“(.+)”", wanted):
        return quoted[1]
    first, _, rest = wanted.partition(".")
    value = getattr(facts[first], rest) if rest else facts[first]
    return day(value) if isinstance(value, date) else str(value)
