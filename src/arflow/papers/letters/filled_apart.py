"""Fills in an authority's own templates and statements in a process apart, so that none can take all time or memory."""

import pickle
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from arflow.apart import Apart, NotDone
from arflow.errors import InvalidValue, LetterRefused
from arflow.papers.letters.contents import LetterFacts

SECONDS, GIGABYTES = 2.0, 0.5
Form = Literal["page", "Word"]
_Made = TypeVar("_Made", bound=msgspec.Struct)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The letter, encoded; or the faults of its template; or the three parts of a value that is refused."""

    made: bytes = b""
    faults: tuple[str, ...] = ()
    invalid: tuple[str, str, str] | None = None


def filled_apart(
    form: Form,
    letter: str,
    facts: LetterFacts,
    kit: object,
    *,
    template: Path | None,
    own: tuple[Path, ...],
    kind: type[_Made],
) -> _Made:
    """A letter filled in from `own` files; LetterRefused and InvalidValue as in this process, and beyond the limits."""
    try:
        told = _room().do(pickle.dumps((form, letter, facts, kit, template)))
    except NotDone as ended:
        why = {
            "time": f"more than {SECONDS:g} seconds",
            "memory": f"more than {GIGABYTES * 1000:g} MB of memory",
            "broken": "more than the library bears",
        }
        files = " or ".join(map(str, own))
        raise LetterRefused(letter, [f"filling in {files} takes {why[ended.because]}: make it simpler"]) from None
    answer = msgspec.msgpack.decode(told, type=Answer)
    if answer.invalid:
        raise InvalidValue(*answer.invalid)
    if answer.faults:
        raise LetterRefused(letter, answer.faults)
    return msgspec.msgpack.decode(answer.made, type=kind)


@cache
def _room() -> Apart:
    return Apart.lasting("arflow.papers.letters.letter_worker:fill", seconds=SECONDS, gigabytes=GIGABYTES)
