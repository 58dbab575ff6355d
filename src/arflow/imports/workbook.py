"""The sheets of an Excel workbook, read within bounds: what would fill memory is refused before it is opened."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import IO, Any, BinaryIO

from arflow import zip_listing
from arflow.errors import InvalidValue
from arflow.imports import cells_in_xml, dense_workbook
from arflow.imports.layout import DAY_ZERO, DAY_ZERO_OF_1904, Lines, Page
from arflow.imports.workbook_faults import SAVE_AGAIN, damaged

# Bytes of all parts and of one in memory; tags of the texts, of a row and of any other part; rows as Excel has them; cells.
LARGEST, MOST_TEXTS, MOST_IN_ROW, MOST_TAGS = 150_000_000, 2_000_000, 131_072, 300_000
MOST_ROWS, MOST_CELLS = 1_048_576, dense_workbook.MOST_CELLS
_PIECE = 1 << 20
_END_OF_ROW = re.compile(rb"</(?:\w+:)?(?:table-)?row\s*>")


def pages(path: Path) -> list[Page]:
    """The sheets of a workbook with cells; InvalidValue for a file that is no workbook or beyond the bounds."""
    if check(path) == "dense":
        return dense_workbook.pages(path)
    with _opened(path) as book:
        epoch = DAY_ZERO_OF_1904 if book.epoch.year == 1904 else DAY_ZERO
        return [_page(path, place, sheet, epoch) for place, sheet in enumerate(book.worksheets)]


def _page(path: Path, place: int, sheet: Any, epoch: date) -> Page:
    return Page(
        name=sheet.title,
        lines=partial(_lines, path, place),
        broken=cache(partial(_broken, path, sheet.title)),
        epoch=epoch,
        is_hidden=sheet.sheet_state != "visible",
    )


def _lines(path: Path, place: int) -> Lines:
    with _opened(path) as book:
        yield from _rows(book.worksheets[place], path)


def _rows(sheet: Any, path: Path) -> Lines:
    cells = 0
    sheet.reset_dimensions()  # a sheet is read as it is, not as large as it says
    found = iter(sheet.iter_rows(values_only=True))
    for number in range(1, MOST_ROWS + 2):
        try:
            line = next(found, None)
        except Exception as error:  # damage comes out of the library as anything
            raise damaged(path) from error
        if line is None:
            return
        cells += len(line)
        if cells > MOST_CELLS or number > MOST_ROWS:
            most = f"{MOST_ROWS:,} rows or {MOST_CELLS:,} cells"
            raise InvalidValue("FILE", path.name, f"small enough: it has more than {most}; delete what is empty")
        if line:
            yield number, list(line)


def _broken(path: Path, sheet: str) -> Mapping[tuple[int, int], str]:
    """The formulas of a sheet whose value was not kept: the library reads them as blank."""
    try:
        with zipfile.ZipFile(path) as zipped:
            return cells_in_xml.of_workbook(zipped, sheet).broken
    except Exception as error:  # damage comes out of the parser as anything
        raise damaged(path) from error


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    with path.open("rb") as file, closing(_loaded(file, path)) as book:
        yield book


def _loaded(file: BinaryIO, path: Path) -> Any:
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # damage comes out of the library as anything
        raise damaged(path) from error
    if not book.worksheets:
        book.close()
        raise InvalidValue("FILE", path.name, "a workbook with a sheet of cells")
    return book


def check(path: Path) -> str:
    """Refuse, with the true cause, a file of another kind, and one that would unpack to too much; how it is to be read.

    `streamed` row by row, or `dense`, a sheet at once: what the streaming library cannot read.
    """
    try:
        with path.open("rb") as file:
            _check_listing(file, path)
            with zipfile.ZipFile(file) as zipped:
                how = _check_kind(zipped, path)
                _check_size(zipped, path)
    except InvalidValue:
        raise
    except Exception as error:  # as above
        raise damaged(path) from error
    return how


def _check_listing(file: BinaryIO, path: Path) -> None:
    if zip_listing.is_too_long(file):
        raise _too_large(path)


def _check_kind(zipped: zipfile.ZipFile, path: Path) -> str:
    names = set(zipped.namelist())
    if any(part.flag_bits & 1 for part in zipped.infolist()):
        raise InvalidValue("FILE", path.name, "a workbook that can be read: it has a password; save it without")
    if "xl/workbook.bin" in names:
        raise InvalidValue("FILE", path.name, f"a workbook that can be read: it is a binary one (.xlsb); {SAVE_AGAIN}")
    if {"mimetype", "content.xml"} <= names and b"opendocument.spreadsheet" in zipped.read("mimetype")[:200]:
        return "dense"
    if "xl/workbook.xml" not in names:
        raise InvalidValue("FILE", path.name, f"an Excel workbook: it is another kind of file; {SAVE_AGAIN}")
    with zipped.open("xl/workbook.xml") as part:
        return "dense" if b"purl.oclc.org/ooxml" in part.read(_PIECE) else "streamed"


def _check_size(zipped: zipfile.ZipFile, path: Path) -> None:
    parts = zipped.infolist()
    if sum(part.file_size for part in parts) > LARGEST:
        raise _too_large(path)
    for part in parts:
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels")):
            continue
        with zipped.open(part) as file:
            if "worksheets/" in name or name == "content.xml":
                is_sound = _longest_row(file) <= MOST_IN_ROW
            else:
                is_sound = _tags(file) <= (MOST_TEXTS if "sharedstrings" in name else MOST_TAGS)
        if not is_sound:
            raise _too_large(path)


def _too_large(path: Path) -> InvalidValue:
    return InvalidValue(
        "FILE", path.name, f"safe to open: unpacked it would be far larger than any sheet of cases; {SAVE_AGAIN}"
    )


def _tags(file: IO[bytes]) -> int:
    return sum(piece.count(b"<") for piece in iter(lambda: file.read(_PIECE), b""))


def _longest_row(file: IO[bytes]) -> int:
    """The most tags between the ends of two rows: the library holds a whole row at once."""
    longest = current = 0
    for piece in iter(lambda: file.read(_PIECE), b""):
        first, *others = _END_OF_ROW.split(piece)
        current += first.count(b"<")
        longest = max(longest, current, *(one.count(b"<") for one in others))
        current = others[-1].count(b"<") if others else current
    return longest
