"""Which row of which sheet holds the headings, and which column each field stands in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice

import msgspec

from arflow.errors import InvalidValue, field_name
from arflow.imports.layout import Page
from arflow.pasted_text import as_typed
from arflow.words import counted

_LOOKED_AT = 60  # rows of each sheet that may be the headings
_SHOWN = 40
_APART = re.compile(r"[\s_-]+")
_LETTER = re.compile(r"[^\W\d_]")


class Headings(msgspec.Struct, frozen=True, kw_only=True):
    """The row of headings of a page: its number, its cells as they are written, and the place of each field that it has."""

    page: Page
    row: int
    names: tuple[str, ...]
    places: dict[str, int]

    @property
    def place(self) -> str:
        """Where the headings stand, in words."""
        return f"row {self.row} of sheet “{self.page.name}”" if self.page.name else f"row {self.row}"


def plain(heading: object) -> str:
    """A heading as it is compared: capitals, spaces, dashes and underscores make no difference."""
    return _APART.sub(" ", "" if heading is None else str(heading)).strip(" \ufeff\u200b").casefold()


def column_letters(place: int) -> str:
    """The letters of a column, as a spreadsheet shows them: 0 is A, 27 is AB."""
    letters, rest = "", place + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(65 + last) + letters
    return letters


def candidates(pages: Sequence[Page], heading_row: int | None) -> Iterator[tuple[Page, int, tuple[str, ...]]]:
    """The rows that may be the headings: of each page its first rows, or the one row that was named."""
    for page in pages:
        with closing(page.lines()) as lines:
            first = lines if heading_row else islice(lines, _LOOKED_AT)
            for number, line in first:
                if heading_row in (None, number):
                    names = tuple("" if cell is None else as_typed(str(cell)).strip() for cell in line)
                    if any(names):
                        yield page, number, names
                if heading_row and number >= heading_row:
                    break


def find(
    name: str, pages: Sequence[Page], wanted: Mapping[str, str], needed: Sequence[str], heading_row: int | None
) -> Headings:
    """The headings of a file of a name: the one row that has every needed column; InvalidValue, with what was found, if none.

    `wanted` is what the file calls each field.
    """
    found = [_headings(wanted, *one) for one in candidates(pages, heading_row)]
    if not found:
        where = f"it has no row {heading_row}" if heading_row else "it is empty"
        raise InvalidValue("FILE", name, f"a sheet: {where}")
    whole = [one for one in found if all(field in one.places for field in needed)]
    if not whole:
        raise _no_column(name, found, wanted, needed)
    sheets = list(dict.fromkeys(one.page.name for one in whole))
    if len(sheets) > 1:
        raise InvalidValue(
            "FILE", name, f"one sheet: {', '.join(sheets)} all have these columns: name one with {field_name('sheet')}"
        )
    _refuse_twice(name, whole[0], wanted)
    return whole[0]


def _headings(wanted: Mapping[str, str], page: Page, row: int, names: tuple[str, ...]) -> Headings:
    compared = [plain(one) for one in names]
    places = {field: compared.index(plain(own)) for field, own in wanted.items() if plain(own) in compared}
    return Headings(page=page, row=row, names=names, places=places)


def _refuse_twice(name: str, found: Headings, wanted: Mapping[str, str]) -> None:
    """InvalidValue where a heading that is read stands over two columns: which of them counts, nobody said."""
    compared = [plain(one) for one in found.names]
    for field in found.places:
        places = [column_letters(n) for n, one in enumerate(compared) if one == plain(wanted[field])]
        if len(places) > 1:
            which = " and ".join(places)
            raise InvalidValue(
                "FILE",
                name,
                f"clear: {wanted[field]} is the heading of columns {which} in {found.place}: rename or delete all but one",
            )


def likeliest(found: Sequence[Headings]) -> Headings | None:
    """The row that most likely holds the headings, though columns are missing: words in many cells, no day or number."""
    worded = [one for one in found if one.places or is_worded(one.names)]
    return max(worded, key=lambda one: (len(one.places), sum(map(bool, one.names)), -one.row), default=None)


def is_worded(names: Sequence[str]) -> bool:
    """Whether each cell of a row is a word, and none a day or a number: a row that may be shown, since no case is in it."""
    filled = [one for one in names if one]
    return len(filled) > 1 and all(_LETTER.search(one) and not re.search(r"\d{3}|\d[-/.]\d", one) for one in filled)


def _no_column(name: str, found: list[Headings], wanted: Mapping[str, str], needed: Sequence[str]) -> InvalidValue:
    best = likeliest(found)
    columns = ", ".join(wanted[field] for field in needed if field not in (best.places if best else ()))
    as_read = f" (read as {found[0].page.read_as})" if found[0].page.read_as else ""
    if best is None:
        named = f"name it with {field_name('heading_row')}, or its sheet with {field_name('sheet')}"
        seen = f"no row of headings was seen{as_read}: {named}"
        return InvalidValue("FILE", name, f"complete: it has no column {columns}; {seen}")
    shown = [one for one in best.names if one]
    more = f" and {counted(len(shown) - _SHOWN, 'other')}" if len(shown) > _SHOWN else ""
    return InvalidValue(
        "FILE",
        name,
        f"complete: it has no column {columns}. Its headings, in {best.place}{as_read}, are: {', '.join(shown[:_SHOWN])}{more}. "
        f"`arflow import guess {name} --output columns.toml` writes a mapping; give it with {field_name('mapping')}",
        possible=shown,
    )
