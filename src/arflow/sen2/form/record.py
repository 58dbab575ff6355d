"""A return as records: what each block says, as its text, and the blocks within it. The layout of a year gives them meaning."""

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One block of a return (`Person`, `Requests`, `ActivePlans` …): its items by element name, and the blocks within it.

    Values are texts as the return writes them: days ISO 8601, codes and numbers as they stand. `line` is where it was read.
    """

    block: str
    values: dict[str, str] = {}
    children: tuple["Record", ...] = ()
    line: int = 0

    def all(self, block: str) -> tuple["Record", ...]:
        """The blocks of a name within this one, however deep, in their order."""
        found: list[Record] = []
        for child in self.children:
            found += (child,) if child.block == block else child.all(block)
        return tuple(found)

    def first(self, block: str) -> "Record | None":
        """The first block of a name within this one, or None."""
        return next(iter(self.all(block)), None)
