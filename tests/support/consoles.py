"""The console blocks of the README and the how-to pages: each command with what it is to print, run word for word."""

import re
import shlex
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from click.testing import Result

from tests.support.paths import ROOT

HOW_TO = ROOT / "docs" / "how-to"


class Console(NamedTuple):
    """A command as a page shows it: `...` stands for anything, on a line of its own for any lines, and so does nothing at all."""

    line: str
    said: str

    @property
    def words(self) -> list[str]:
        """What follows `arflow`."""
        program, *words = shlex.split(self.line, comments=True)
        assert program == "arflow", self.line
        return words

    def is_what_it_says(self, told: str) -> bool:
        """Whether what was told is what the page says of it; spaces at the end of a line are the terminal's."""
        pieces = re.split(r"(^\.\.\.\n|\.\.\.)", self.said or "...\n", flags=re.MULTILINE)
        anything = {"...\n": r"(?s:.*)", "...": r".*"}
        pattern = "".join(anything.get(piece, re.escape(piece)) for piece in pieces)
        return re.fullmatch(pattern, re.sub(r" +$", "", told, flags=re.MULTILINE)) is not None


def blocks(page: Path, language: str) -> list[str]:
    """What a page shows in blocks of a language, in its order."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return found


def consoles(page: Path) -> list[Console]:
    """Each command of a page."""
    parts = [part for block in blocks(page, "console") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    shown = (part.partition("\n") for part in parts)
    return [Console(line, said if said.strip() else "") for line, _, said in shown]


def run_as_shown(
    page: Path,
    run: Callable[..., Result],
    *,
    today: date,
    names: Callable[[], Mapping[str, str]] = dict,
    **environment: str,
) -> None:
    """Run a page from its first command to its last; `names` gives what stands for ids that a store draws."""
    found = consoles(page)
    assert found, f"{page.name} shows no command"
    for console in found:
        words = [_named(word, names()) for word in console.words]
        result = run(*words, today=today, **environment)
        told = result.stdout + result.stderr
        refused = console.said.startswith("arflow: ")
        assert result.exit_code == (1 if refused else 0), (console.line, told)
        assert console.is_what_it_says(told), (console.line, told)


def _named(word: str, names: Mapping[str, str]) -> str:
    for name, found in names.items():
        word = word.replace(name, found)
    return word
