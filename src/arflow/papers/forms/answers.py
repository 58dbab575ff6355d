"""Understands the answers of a form: a choice by its words, a tick by its sign, a day as people write it."""

import re
from datetime import date

import msgspec

from arflow.papers.forms.questions import PLACEHOLDERS, Field, FormId
from arflow.pasted_text import as_typed

_TICKED = frozenset("☒☑✓✔🗹🗸✗✘xX") | {"yes", "y", "true", "x", "ticked"}
_EMPTY_TICK = frozenset("☐□◻▢⬜") | {"", "no", "n", "false"}
# What Word itself says in a box that somebody has emptied.
_PROMPTS = {
    f"click {where} to enter {what}" for where in ("here", "or tap here", "or tap") for what in ("text", "a date")
} | {"choose an item"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_WORDS = re.compile(
    r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)? (?:of )?([a-z]{3,9})\.?,? (\d{4}|\d{2})", re.IGNORECASE
)
_IN_FIGURES = re.compile(r"(\d{1,2}) ?[./-] ?(\d{1,2}) ?[./-] ?(\d{4}|\d{2})")
_CENTURY = 2000


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What a form that came back says: `values` by name (a code, a day as YYYY-MM-DD, `yes` for a tick, or words).

    An answer that is not given is left out. `unclear` are answers that are none of those asked for, `asked` all that the
    file asks; `by_labels` says that the names were lost, and answers were found beside their questions.
    """

    id: FormId
    values: dict[str, str]
    asked: tuple[str, ...]
    unclear: tuple[str, ...] = ()
    by_labels: bool = False

    def get(self, name: str) -> str:
        """An answer, empty where none was given."""
        return self.values.get(name, "")


def answer(field: Field, said: str) -> str | None:
    """The answer in what a cell says, empty for none; None where it is none of those that were asked for."""
    said = _given(field, said)
    match field.kind:
        case "words":
            return said
        case "day":
            return said and _day(said)
        case "choice":
            return said and _choice(field, said)
        case "tick":
            return _tick(said)


def _given(field: Field, said: str) -> str:
    """What was written in the place of the words that stood there before, or after them."""
    said = as_typed(said).strip() if field.kind != "words" else said.strip()
    if said.strip(". ").casefold() in _PROMPTS:
        return ""
    placeholder = PLACEHOLDERS[field.kind]
    if placeholder and said.startswith(placeholder):
        return said[len(placeholder) :].strip()
    return said


def _choice(field: Field, said: str) -> str | None:
    wanted = _plain(said)
    return next((code for code, words in field.options if wanted in (_plain(words), _plain(code))), None)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", text.casefold().replace("_", " ")).split())


def _tick(said: str) -> str | None:
    plain = said.casefold().strip().strip(".[]() ")
    if plain in _EMPTY_TICK or said in _EMPTY_TICK:
        return ""
    return "yes" if plain in _TICKED or said in _TICKED else None


def _day(said: str) -> str | None:
    said = " ".join(said.split())
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
            return date.fromisoformat(said).isoformat()
        if found := _IN_FIGURES.fullmatch(said):
            day, month, year = map(int, found.groups())
        elif found := _IN_WORDS.fullmatch(said):
            day, month, year = int(found[1]), _MONTHS.index(found[2][:3].casefold()) + 1, int(found[3])
        else:
            return None
        return date(year if year > 99 else year + _CENTURY, month, day).isoformat()
    except ValueError:
        return None
