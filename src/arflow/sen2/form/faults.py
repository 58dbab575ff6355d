"""What is wrong with the structure of a return, and where: every fault as a value, never with anybody's personal data."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from arflow.sen2.form.layout import Item, Layout
from arflow.sen2.form.record import Record

# Blocks whose values identify somebody: a fault in them is reported without the value.
PERSONAL = ("Person",)


class ReturnFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong: the line (or row), the block, and the item with the DfE's number where it is an item's."""

    line: int
    block: str
    message: str
    item: str = ""
    number: str = ""

    @property
    def what(self) -> str:
        """What is wrong, without the line."""
        item = f"{self.item} ({self.number})" if self.number else self.item
        return f"{', '.join(filter(None, (self.block, item)))}: {self.message}"

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"


def item_fault(layout: Layout, block: str, item: Item, value: str, line: int) -> ReturnFault | None:
    """What is wrong with a value of an item, if anything is."""
    wrong = layout.wrong(item, value)
    if not wrong:
        return None
    shown = f"{value} {wrong}" if value.strip() and block not in PERSONAL else wrong
    return ReturnFault(line=line, block=block, item=item.name, number=item.number, message=shown)


def missing_faults(layout: Layout, record: Record) -> Iterator[ReturnFault]:
    """Items that every block of this kind must have, and too few or too many blocks within it."""
    for item in layout.items(record.block):
        if item.required and item.name not in record.values:
            yield ReturnFault(
                line=record.line, block=record.block, item=item.name, number=item.number, message="is missing"
            )
    counts = Counter(child.block for child in record.children)
    for part in layout.within(record.block):
        count = counts[part.block]
        if count < part.min or (part.max and count > part.max):
            wanted = f"at least {part.min}" if count < part.min else f"at most {part.max}"
            message = f"has {count} {part.block}: there must be {wanted}"
            yield ReturnFault(line=record.line, block=record.block, message=message)


def faults_of(layout: Layout, record: Record) -> Iterator[ReturnFault]:
    """Everything wrong with a record and the blocks within it, by a year's layout."""
    for name, value in record.values.items():
        item = layout.item(record.block, name)
        if item is None:
            message = f"the return of {layout.year} has no such item"
            yield ReturnFault(line=record.line, block=record.block, item=name, message=message)
        elif fault := item_fault(layout, record.block, item, value, record.line):
            yield fault
    yield from missing_faults(layout, record)
    known = {part.block for part in layout.within(record.block)}
    for child in record.children:
        if child.block in known:
            yield from faults_of(layout, child)
        else:
            message = f"{child.block} has no place in {record.block} in the return of {layout.year}"
            yield ReturnFault(line=child.line, block=record.block, message=message)
