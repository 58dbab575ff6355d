"""What the process apart does: fills in a letter from an authority's own template and statements, and measures it."""

import pickle
import re

import msgspec

from arflow.errors import InvalidValue, LetterRefused
from arflow.papers.letters.filled_apart import Answer
from arflow.papers.letters.letter import Written, write_here
from arflow.papers.letters.word_letter import InWord, write_in_word_here

_LARGEST, _LONGEST = 20_000_000, 500_000  # bytes of a letter with its pictures; characters without them
_PICTURE = re.compile(r"data:[^\"')\s]+")


def fill(given: bytes) -> bytes:
    """The encoded answer to a letter that `filled_apart` pickled."""
    return msgspec.msgpack.encode(_filled(given))


def _filled(given: bytes) -> Answer:
    form, letter, facts, kit, path = pickle.loads(given)  # noqa: S301  arflow itself made it
    try:
        made = write_here(letter, facts, kit) if form == "page" else write_in_word_here(letter, facts, kit, path)
    except LetterRefused as refusal:
        return Answer(faults=tuple(map(str, refusal.faults)))
    except InvalidValue as refusal:
        return Answer(invalid=(refusal.field, str(refusal.value), refusal.wanted))
    encoded = msgspec.msgpack.encode(made)
    if len(encoded) > _LARGEST or _length(made) > _LONGEST:
        said = (
            f"it would have more than {_LONGEST:,} characters, or {_LARGEST // 1_000_000} MB: make the template shorter"
        )
        return Answer(faults=(said,))
    return Answer(made=encoded)


def _length(made: Written | InWord) -> int:
    """How many characters a letter has, without those that are pictures."""
    return max(len(made.text), len(_PICTURE.sub("", getattr(made, "html", ""))))
