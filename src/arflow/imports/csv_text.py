"""The rows of a text file, line by line: a cell or line that would fill memory is refused with its place."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import TextIO

from arflow.errors import InvalidValue, field_name
from arflow.imports.layout import DELIMITERS, Layout, Lines, Page
from arflow.imports.text_coding import coding_of

_LONGEST = 1_000_000  # characters of a line
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_LOOKED_AT = 40  # lines that tell what stands between columns
_SAID = re.compile(
    r"""\ufeff?"?sep=([,;|\t])"?\s*$""", re.IGNORECASE
)  # how Excel's own line begins that says what stands between columns


def page(path: Path, layout: Layout) -> Page:
    """A text file as its one page; InvalidValue, with the row, where it is not in its coding or a line is too long."""
    coding = coding_of(path, layout.encoding)
    _refuse_other_than_text(path, coding)
    between, skipped = _between(path, coding, layout.delimiter)

    def lines() -> Lines:
        with path.open(encoding=coding, newline="") as file:
            yield from _rows(path, file, coding, between, skipped)

    name = next((name for name, sign in DELIMITERS.items() if sign == between), between)
    usual = coding in ("utf-8", "utf-8-sig") and between == ","
    as_named = path.suffix.lower() not in _WORKBOOKS
    said = f"{coding.removesuffix('-sig')} text, {name} between columns{'' if as_named else ', and no workbook'}"
    return Page(name="", lines=lines, read_as="" if usual and as_named else said)


def _refuse_other_than_text(path: Path, coding: str) -> None:
    with path.open("rb") as file:
        if not coding.startswith("utf-16") and b"\0" in file.read(_LONGEST):
            raise InvalidValue(
                "FILE", path.name, "a sheet: it is no text; save it as an Excel workbook or as CSV (UTF-8)"
            )


def _rows(path: Path, file: TextIO, coding: str, between: str, skipped: int) -> Lines:
    text = bounded(file, lambda row, why: _refused(path, row, why))
    reader = csv.reader(islice(text, skipped, None), delimiter=between)
    for number in count(1 + skipped):  # a cell may hold several lines
        try:
            line = next(reader, None)
        except csv.Error as error:
            raise _refused(path, number, _plain(error)) from None
        except UnicodeError:  # its row is not known: text is decoded ahead of the row that is read
            wanted = (
                f"{coding} text throughout: name its coding with {field_name('encoding')}, or save it as CSV (UTF-8)"
            )
            raise InvalidValue("FILE", path.name, wanted) from None
        if line is None:
            return
        yield number, list(line)


def bounded(file: TextIO, refusal: Callable[[int, str], InvalidValue]) -> Iterator[str]:
    """The lines of a text file; the refusal of a number and a reason where one would fill memory."""
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST), ""), 1):
        if len(line) == _LONGEST:
            raise refusal(number, f"its line has more than {_LONGEST:,} characters")
        yield line


def _between(path: Path, coding: str, named: str | None) -> tuple[str, int]:
    """What stands between columns, and how many lines come before the first row: one that only says so is none."""
    start = _first_lines(path, coding)
    said = _SAID.match(start[0]) if start else None
    return (named or said[1], 1) if said else (named or _most_even(start), 0)


def _first_lines(path: Path, coding: str) -> list[str]:
    try:
        with path.open(encoding=coding, newline="") as file:
            return list(islice(iter(lambda: file.readline(_LONGEST), ""), _LOOKED_AT))
    except UnicodeError:
        return []  # the row that is not in the coding is named when it is read


def _most_even(start: list[str]) -> str:
    """Of the usual signs the one that parts most lines into the same number of columns; a comma where none does."""

    def evenness(sign: str) -> tuple[int, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(start, delimiter=sign) if len(row) > 1)
        except csv.Error:
            return 0, 0
        return max(((lines, width) for width, lines in widths.items()), default=(0, 0))

    return max(DELIMITERS.values(), key=evenness)


def _plain(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"a cell has more than {csv.field_size_limit():,} characters, or its quotes never close"
    return f"it is no CSV ({error})"


def _refused(path: Path, row: int, why: str) -> InvalidValue:
    return InvalidValue("FILE", path.name, f"a sheet that can be read: row {row}: {why}; save it as CSV (UTF-8)")
