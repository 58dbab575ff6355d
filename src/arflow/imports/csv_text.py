"""The rows of a CSV file, line by line: a cell or line that would fill memory is refused with its place."""

import csv
from collections.abc import Callable, Generator, Iterator
from itertools import count
from pathlib import Path
from typing import Any, TextIO

from arflow.errors import InvalidValue

_LONGEST = 1_000_000  # characters of a line


def lines(path: Path) -> Generator[tuple[int, list[Any]], None, None]:
    """Each row under its number, as a spreadsheet counts; InvalidValue where it is no CSV text or a line is too long."""
    with path.open(encoding=_encoding(path), newline="") as file:
        reader = csv.reader(bounded(file, lambda row, why: _refused(path, row, why)))
        for number in count(1):  # a cell may hold several lines
            try:
                line = next(reader, None)
            except csv.Error as error:
                raise _refused(path, number, _plain(error)) from None
            except UnicodeDecodeError:
                raise _refused(path, number, "it has a sign that is neither UTF-8 nor Windows") from None
            if line is None:
                return
            yield number, list(line)


def bounded(file: TextIO, refusal: Callable[[int, str], InvalidValue]) -> Iterator[str]:
    """The lines of a text file; the refusal of a number and a reason where one would fill memory."""
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST), ""), 1):
        if len(line) == _LONGEST:
            raise refusal(number, f"its line has more than {_LONGEST:,} characters")
        yield line


def _plain(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"a cell has more than {csv.field_size_limit():,} characters, or its quotes never close"
    return f"it is no CSV ({error})"


def _refused(path: Path, row: int, why: str) -> InvalidValue:
    return InvalidValue("FILE", path.name, f"a sheet that can be read: row {row}: {why}; save it as CSV (UTF-8)")


def _encoding(path: Path) -> str:
    """UTF-8, with or without a mark, or else what Windows programs write."""
    with path.open("rb") as file:
        start = file.read(1_000_000)
    try:
        start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "utf-8-sig" if error.end >= len(start) - 3 and len(start) == 1_000_000 else "cp1252"
    return "utf-8-sig"
