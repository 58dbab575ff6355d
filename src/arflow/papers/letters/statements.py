"""The statements that letters are made of: arflow's own words or an authority's, filled in, and what each must hold."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arflow.errors import InvalidValue, LetterRefused
from arflow.papers.letters.own_files import tables_of
from arflow.papers.letters.papers import Papers
from arflow.papers.letters.template_errors import refusing

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

OWN = Path("letters", "statements.toml")
NO_BREAK = "\N{NO-BREAK SPACE}"
_COMPILED = 256  # templates kept compiled, more than an authority has letters and statements


def day(value: date) -> str:
    """A day written out, never broken over two lines: Tuesday 29 July 2025."""
    return NO_BREAK.join((value.strftime("%A"), str(value.day), value.strftime("%B"), str(value.year)))


@cache
def sandbox(**kinds: Any) -> "SandboxedEnvironment":
    """What fills in a statement or a template from outside: it can read the facts, and do nothing else.

    Each template is compiled once, however many letters it makes.
    """
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    made = SandboxedEnvironment(undefined=StrictUndefined, **kinds)
    made.filters["day"] = day
    made.intercepted_binops = frozenset({"*", "**"})
    made.binop_table |= dict.fromkeys(made.intercepted_binops, _no_product)
    made.from_string = lru_cache(_COMPILED)(made.from_string)  # type: ignore[assignment, method-assign]
    return made


def _no_product(_left: object, _right: object) -> None:
    """Nothing in a letter is multiplied: 2 ** 10 ** 9 would never end, and 'x' * 10 ** 9 would fill the memory."""
    raise ArithmeticError("a letter multiplies nothing")


class Statements:
    """The statements in force: arflow's own, each replaced by one of the same name in an authority's folders."""

    def __init__(self, papers: Papers, *folders: Path) -> None:
        shipped = tomllib.loads(files("arflow.papers.letters").joinpath("templates", OWN.name).read_text("utf-8"))
        self._holds: dict[str, list[str]] = shipped.pop("holds")
        self._texts: dict[str, str] = {f"{a}.{b}": text for a, table in shipped.items() for b, text in table.items()}
        self.own = tuple(folder / OWN for folder in folders if (folder / OWN).is_file())
        for path in self.own:
            self._texts |= _own(path, papers, frozenset(self._texts))

    def of(self, letter: str) -> dict[str, str]:
        """The statements that a letter can make, by their names, as they stand before they are filled in."""
        return {name: text for name, text in self._texts.items() if name.partition(".")[0] in (letter, "all")}

    def named(self, letter: str, element: str) -> str:
        """The name of the statement that says an element in a letter."""
        own = f"{letter}.{element}"
        return own if own in self._texts else f"all.{element}"

    def fill(self, letter: str, element: str, facts: Mapping[str, Any]) -> str:
        """An element's statement filled in; LetterRefused where a fact is missing or it does not hold what it must."""
        name = self.named(letter, element)
        if name not in self._texts:
            raise LetterRefused(letter, [f"{element}: there is no statement of that name"])
        with refusing(letter, element):
            text = sandbox().from_string(self._texts[name]).render(facts).strip()
            missing = [one for one in self._held(letter, element) if _value(one, facts) not in flat(text)]
        if missing:
            raise LetterRefused(letter, [f"{element}: the statement does not give {', '.join(missing)}"])
        return text

    def _held(self, letter: str, element: str) -> list[str]:
        """What the words must hold: as much where a letter has words of its own for what several letters say."""
        return self._holds.get(f"{letter}.{element}") or self._holds.get(f"all.{element}", [])

    def lacks(self, letter: str, element: str, facts: Mapping[str, Any]) -> bool:
        """Whether a fact that an element's statement needs is not known."""
        from jinja2 import UndefinedError

        try:
            self.fill(letter, element, facts)
        except LetterRefused as refusal:
            return isinstance(refusal.__cause__, UndefinedError)
        return False

    def has(self, letter: str, element: str) -> bool:
        """Whether there are words for an element of a letter."""
        return self.named(letter, element) in self._texts


def flat(text: str) -> str:
    """Words with one plain space between them, as a search for them needs; no-break spaces and line ends are such too."""
    return " ".join(text.split())


def _own(path: Path, papers: Papers, shipped: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table, statements in tables_of(path).items():
        if not isinstance(statements, dict):
            raise InvalidValue(str(path), table, "a letter's table: write [LETTER] or [all] above its statements")
        for element, text in statements.items():
            if not papers.has_element(table, element) and f"{table}.{element}" not in shipped:
                raise InvalidValue(
                    str(path), f"{table}.{element}", "a statement that a letter has: see `arflow letter list`"
                )
            if not isinstance(text, str) or not text.strip():
                raise InvalidValue(str(path), f"{table}.{element}", "the words of a statement")
            found[f"{table}.{element}"] = text
    return found


def _value(wanted: str, facts: Mapping[str, Any]) -> str:
    """The text that a statement must hold: quoted words themselves, or a fact's value as it is written out."""
    if quoted := re.fullmatch("“(.+)”", wanted):
        return flat(quoted[1])
    first, _, rest = wanted.partition(".")
    value = getattr(facts[first], rest) if rest else facts[first]
    return flat(day(value) if isinstance(value, date) else str(value))
