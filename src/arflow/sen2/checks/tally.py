"""What only the whole of a return can show: who was there before, and how often a code is used."""

import hashlib
from collections import Counter

from arflow.sen2.form.record import Record


class Tally:
    """Counted while the persons go by, once each; whoever was seen is kept as a digest and a place, never as a name."""

    def __init__(self) -> None:
        self._seen: dict[bytes, str] = {}
        self._codes: Counter[tuple[str, str]] = Counter()
        self._given: Counter[str] = Counter()
        self.bare = 0

    def before(self, what: str, value: str, place: str) -> str | None:
        """Where the same value was met before, or None for the first time."""
        key = hashlib.blake2b(f"{what}\n{value}".encode(), digest_size=16).digest()
        first = self._seen.setdefault(key, place)
        return None if first == place else first

    def count(self, person: Record, *, whole: bool = True) -> None:
        """Count a person; one of whom no facts were imported is not `whole`."""
        self.bare += not whole
        self._count(person)

    def _count(self, record: Record) -> None:
        """Count the codes and items of a block and of the blocks within it."""
        for item, value in record.values.items():
            if value:
                self._given[item] += 1
                if len(value) <= _LONGEST_CODE:
                    self._codes[item, value] += 1
        for child in record.children:
            self._given[child.block] += 1
            self._count(child)

    def of(self, item: str) -> int:
        """How often an item or a block is given."""
        return self._given[item]

    def of_code(self, item: str, code: str) -> int:
        """How often an item has a code."""
        return self._codes[item, code]


_LONGEST_CODE = 4
