"""Where the rows of a file stand: what somebody named of it, and the pages that a file has."""

from collections.abc import Callable, Generator, Mapping
from datetime import date
from typing import Any, Literal

import msgspec

Lines = Generator[tuple[int, list[Any]], None, None]
Encoding = Literal["utf-8", "utf-16", "cp1252", "cp850"]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "cp1252", "cp850")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
DAY_ZERO = date(1899, 12, 30)  # day 1 of a spreadsheet is 31 December 1899, since it counts a 29 February 1900
DAY_ZERO_OF_1904 = date(1904, 1, 1)  # of a workbook that was first made on an old Mac


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody named of a file's layout; what is None is found."""

    sheet: str | None = None
    heading_row: int | None = None
    encoding: Encoding | None = None
    delimiter: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One sheet of a workbook, or the whole of a text file, whose name is empty.

    `lines` gives each row under its number, as a spreadsheet counts. `broken` names what is wrong with a cell, by row and
    place, where its value alone does not tell. `epoch` is the day that serial numbers count from.
    """

    name: str
    lines: Callable[[], Lines]
    broken: Callable[[], Mapping[tuple[int, int], str]] = dict
    epoch: date = DAY_ZERO
    is_hidden: bool = False
    read_as: str = ""
