"""Two wordings compared word by word: what was kept, removed and added."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Literal

import msgspec

_WORDS = re.compile(r"\w+(?:['’-]\w+)*|.", re.DOTALL)


class Piece(msgspec.Struct, frozen=True):
    """Some words, and whether both wordings have them, only the old or only the new."""

    kind: Literal["kept", "removed", "added"]
    text: str


def compare(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in reading order: without the added ones the old wording, without the removed ones the new."""
    # diff-match-patch was tried on the same sentences: its semantic cleaning strikes out and writes again words that
    # stayed ("from a qualified therapist"), and parents read that as a loss. The standard library keeps them.
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matching = SequenceMatcher(None, before, after, autojunk=False)
    steps = [("".join(before[a:b]), "".join(after[c:d]), how == "equal") for how, a, b, c, d in matching.get_opcodes()]
    return tuple(_pieces(_joined(steps)))


def _joined(steps: Iterable[tuple[str, str, bool]]) -> list[tuple[str, str, bool]]:
    """Replacements that only a space divides become one: words struck out one by one are hard to read."""
    joined: list[tuple[str, str, bool]] = []
    for removed, added, same in steps:
        if not same and len(joined) > 1 and joined[-1][2] and joined[-1][0] == " " and all(joined[-2][:2]):
            joined.pop()
            earlier_removed, earlier_added, _ = joined.pop()
            joined.append((f"{earlier_removed} {removed}", f"{earlier_added} {added}", False))
        else:
            joined.append((removed, added, same))
    return joined


def _pieces(steps: Iterable[tuple[str, str, bool]]) -> Iterator[Piece]:
    for removed, added, same in steps:
        if same:
            yield Piece("kept", removed)
            continue
        if removed:
            yield Piece("removed", removed)
        if added:
            yield Piece("added", added)
