"""Fills in an authority's own templates and statements in a process apart, so that none can take all time or memory."""

import pickle
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from arflow.apart import Apart, NotDone
from arflow.errors import InvalidValue, LetterRefused
from arflow.papers.letters.contents import LetterFacts

if TYPE_CHECKING:
    from arflow.papers.letters.letter import Written
    from arflow.papers.letters.word_letter import InWord

SECONDS, GIGABYTES = 2.0, 0.5
_LARGEST, _LONGEST = 20_000_000, 500_000  # bytes of a letter with its pictures; characters without them
_PICTURE = re.compile(r"data:[^\"')\s]+")
Form = Literal["page", "Word"]
_Made = TypeVar("_Made", bound=msgspec.Struct)


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
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
    answer = msgspec.msgpack.decode(told, type=_Answer)
    if answer.invalid:
        raise InvalidValue(*answer.invalid)
    if answer.faults:
        raise LetterRefused(letter, answer.faults)
    return msgspec.msgpack.decode(answer.made, type=kind)


@cache
def _room() -> Apart:
    return Apart.lasting(f"{__name__}:fill", seconds=SECONDS, gigabytes=GIGABYTES)


def fill(given: bytes) -> bytes:
    """What the process apart does with a letter that this program pickled."""
    from arflow.papers.letters.letter import write_here
    from arflow.papers.letters.word_letter import write_in_word_here

    form, letter, facts, kit, path = pickle.loads(given)  # noqa: S301  arflow itself made it
    try:
        made = write_here(letter, facts, kit) if form == "page" else write_in_word_here(letter, facts, kit, path)
    except LetterRefused as refusal:
        return msgspec.msgpack.encode(_Answer(faults=tuple(map(str, refusal.faults))))
    except InvalidValue as refusal:
        return msgspec.msgpack.encode(_Answer(invalid=(refusal.field, str(refusal.value), refusal.wanted)))
    encoded = msgspec.msgpack.encode(made)
    if len(encoded) > _LARGEST or _length(made) > _LONGEST:
        said = (
            f"it would have more than {_LONGEST:,} characters, or {_LARGEST // 1_000_000} MB: make the template shorter"
        )
        return msgspec.msgpack.encode(_Answer(faults=(said,)))
    return msgspec.msgpack.encode(_Answer(made=encoded))


def _length(made: "Written | InWord") -> int:
    """How many characters a letter has, without those that are pictures."""
    return max(len(made.text), len(_PICTURE.sub("", getattr(made, "html", ""))))
