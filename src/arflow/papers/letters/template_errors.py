"""The one border where what goes wrong in a template or a statement becomes a refusal of the letter."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from arflow.errors import LetterRefused
from arflow.words import in_words

# What filling in can raise besides Jinja's own errors: 1/0, none | day, [][1], 'a' + 1, a macro within itself, half a tag.
_IN_FILLING = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)
_WAYS_ON = {
    "evidence": "say whether there is evidence: enclose it, or say that there is none (--no-evidence)",
    "reasons": "give them (--reasons)",
    "answer_by": "say by when you want an answer (--answer-by)",
    "meeting_on": "plan the meeting (arflow review schedule)",
}


@contextmanager
def refusing(letter: str, what: str) -> Iterator[None]:
    """Say what cannot be filled in, and why, as LetterRefused."""
    from jinja2 import TemplateError, TemplateNotFound, UndefinedError

    try:
        yield
    except UndefinedError as error:
        raise LetterRefused(letter, [f"{what}: {_unknown(str(error))}"]) from error
    except UnicodeDecodeError as error:
        raise LetterRefused(letter, [f"{what} is not in UTF-8: save it as UTF-8"]) from error
    except TemplateNotFound as error:
        raise LetterRefused(letter, [f"{what} asks for {error.name}, which is not there: use letter.html"]) from error
    except (TemplateError, *_IN_FILLING) as error:
        why = " ".join(str(error).split()) or "it asks for too much"
        raise LetterRefused(letter, [f"{what} cannot be filled in: {why}"]) from error


def _unknown(message: str) -> str:
    found = re.fullmatch(r"'(\w+)' is undefined", message)
    if found is None:
        return message
    name = found[1]
    return f"{in_words(name)} is not known: {_WAYS_ON.get(name, 'record it, or give it')}"
