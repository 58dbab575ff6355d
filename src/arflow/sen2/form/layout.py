"""What the return of a year is made of: its blocks and items in their order, as workflows/sen2/YEAR.toml says."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Literal

import msgspec

# Types that need no code set or form of their own.
PLAIN_TYPES = ("text", "day", "moment", "year")
# Forms of numbers that others give out: an authority may hold one that is wrong, and not know the right one.
NUMBERS = ("upn", "uln", "urn", "ukprn")
_ANYTHING = r"[\s\S]+"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_YEAR = re.compile(r"[0-9]{4}")


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"name": "item"}):
    """One item of a block: arflow's name for it, the DfE's number, its type, and the element it is written as."""

    name: str
    type: str
    status: Literal["mandatory", "voluntary"]
    number: str = ""
    required: bool = False
    element: str = ""

    @property
    def tag(self) -> str:
        """The element's name in the XML."""
        return self.element or self.name


class Within(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A block within another: how many there must and may be (`max` 0 is any number), and the element it is written as."""

    block: str
    min: int = 0
    max: int = 1
    element: str = ""

    @property
    def tag(self) -> str:
        """The element's name in the XML."""
        return self.element or self.block


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a value must look like: a pattern over the whole of it, and the same in words."""

    pattern: str
    says: str


class Heading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The heading of a layout; `seen` is false where the DfE's specification of the year was not seen."""

    year: int
    census_day: date
    deadline: date
    extends: int | None = None
    seen: bool = True


class Layout(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The return of one year: each block's contents in their order, the code sets and the forms of values."""

    heading: Heading
    blocks: dict[str, tuple[Item | Within, ...]]
    codes: dict[str, dict[str, str]]
    forms: dict[str, Form]

    @property
    def year(self) -> int:
        """The year of the return."""
        return self.heading.year

    @property
    def census_day(self) -> date:
        """The day the return is counted on."""
        return self.heading.census_day

    @cached_property
    def places(self) -> dict[str, dict[str, tuple[int, Item | Within]]]:
        """For each block, what an element within it is, and its place in the order."""
        return {
            block: {part.tag: (place, part) for place, part in enumerate(contents)}
            for block, contents in self.blocks.items()
        }

    @cached_property
    def _items(self) -> dict[tuple[str, str], Item]:
        return {
            (block, part.name): part
            for block, contents in self.blocks.items()
            for part in contents
            if isinstance(part, Item)
        }

    def items(self, block: str) -> Iterator[Item]:
        """The items of a block in their order."""
        return (part for part in self.blocks[block] if isinstance(part, Item))

    def within(self, block: str) -> Iterator[Within]:
        """The blocks within a block in their order."""
        return (part for part in self.blocks[block] if isinstance(part, Within))

    def item(self, block: str, name: str) -> Item | None:
        """An item of a block, or None where this year does not ask for it."""
        return self._items.get((block, name))

    def wrong(self, item: Item, value: str) -> str:
        """What is wrong with a value, without the value, in words that say what would do; empty where nothing is."""
        if not value.strip():
            return "is empty: leave the item out where there is nothing to say"
        match item.type:
            case "text":
                return ""
            case "day":
                return "" if is_day(value) else "is not a day: write YYYY-MM-DD"
            case "moment":
                return "" if is_moment(value) else "is not a moment: write YYYY-MM-DDTHH:MM:SS"
            case "year":
                return "" if _YEAR.fullmatch(value) else "is not a year of four digits"
        if codes := self.codes.get(item.type):
            return "" if value in codes else f"is not a code of {item.name}: use {_some(list(codes))}"
        form = self.forms[item.type]
        return "" if re.fullmatch(form.pattern, value) else f"is not {form.says}"


def with_any_numbers(layout: Layout) -> Layout:
    """The same return, but that numbers of people and places may have any form."""
    taken = {name: Form(pattern=_ANYTHING, says="a number") for name in NUMBERS if name in layout.forms}
    return msgspec.structs.replace(layout, forms=layout.forms | taken)


def is_day(value: str) -> bool:
    """Whether a text is a day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_moment(value: str) -> bool:
    """Whether a text is a day and time as XML writes them."""
    try:
        return bool(_MOMENT.fullmatch(value) and datetime.fromisoformat(value))
    except ValueError:
        return False


def _some(codes: list[str], most: int = 15) -> str:
    return ", ".join(codes[:most]) + (f" and {len(codes) - most} more" if len(codes) > most else "")
