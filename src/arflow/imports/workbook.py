"""The rows of an Excel workbook's first sheet, read within bounds: what would fill memory is refused before it is opened."""

import re
import zipfile
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import IO, Any, BinaryIO

from arflow import zip_listing
from arflow.errors import InvalidValue

# Bytes of all parts and of one in memory; tags of the texts, of a row and of any other part; rows as Excel has them; cells.
LARGEST, MOST_TEXTS, MOST_IN_ROW, MOST_TAGS = 150_000_000, 2_000_000, 131_072, 300_000
MOST_ROWS, MOST_CELLS = 1_048_576, 5_000_000
_PIECE = 1 << 20
_END_OF_ROW = re.compile(rb"</(?:\w+:)?row\s*>")
_SAVE = "save it as an Excel workbook (.xlsx) or as CSV (UTF-8)"


def lines(path: Path) -> Generator[tuple[int, list[Any]], None, None]:
    """Each row with something in it, under its number; InvalidValue for a file that is no workbook or beyond the bounds."""
    check(path)
    with path.open("rb") as file, closing(_opened(file, path)) as book:
        yield from _rows(book, path)


def _rows(book: Any, path: Path) -> Generator[tuple[int, list[Any]], None, None]:
    sheet, cells = book.worksheets[0], 0
    sheet.reset_dimensions()  # a sheet is read as it is, not as large as it says
    found = iter(sheet.iter_rows(values_only=True))
    for number in range(1, MOST_ROWS + 2):
        try:
            line = next(found, None)
        except Exception as error:  # damage comes out of the library as anything
            raise _damaged(path) from error
        if line is None:
            return
        cells += len(line)
        if cells > MOST_CELLS or number > MOST_ROWS:
            most = f"{MOST_ROWS:,} rows or {MOST_CELLS:,} cells"
            raise InvalidValue("FILE", path.name, f"small enough: it has more than {most}; delete what is empty")
        if line:
            yield number, list(line)


def _opened(file: BinaryIO, path: Path) -> Any:
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # damage comes out of the library as anything
        raise _damaged(path) from error
    if not book.worksheets:
        book.close()
        raise InvalidValue("FILE", path.name, "a workbook with a sheet of cells")
    return book


def _damaged(path: Path) -> InvalidValue:
    return InvalidValue("FILE", path.name, f"a workbook that can be read: it is damaged; open it in Excel and {_SAVE}")


def check(path: Path) -> None:
    """Refuse, with the true cause, a file of another kind, and one that would unpack to too much."""
    try:
        with path.open("rb") as file:
            _check_listing(file, path)
            with zipfile.ZipFile(file) as zipped:
                _check_kind(zipped, path)
                _check_size(zipped, path)
    except InvalidValue:
        raise
    except Exception as error:  # as above
        raise _damaged(path) from error


def _check_listing(file: BinaryIO, path: Path) -> None:
    if zip_listing.is_too_long(file):
        raise _too_large(path)


def _check_kind(zipped: zipfile.ZipFile, path: Path) -> None:
    names = set(zipped.namelist())
    if any(part.flag_bits & 1 for part in zipped.infolist()):
        raise InvalidValue("FILE", path.name, "a workbook that can be read: it has a password; save it without")
    if "xl/workbook.bin" in names:
        raise InvalidValue("FILE", path.name, f"a workbook that can be read: it is a binary one (.xlsb); {_SAVE}")
    if "xl/workbook.xml" not in names:
        raise InvalidValue("FILE", path.name, f"an Excel workbook: it is another kind of file; {_SAVE}")
    with zipped.open("xl/workbook.xml") as part:
        if b"purl.oclc.org/ooxml" in part.read(_PIECE):
            raise InvalidValue("FILE", path.name, f"a workbook that can be read: it is Strict Open XML; {_SAVE}")


def _check_size(zipped: zipfile.ZipFile, path: Path) -> None:
    parts = zipped.infolist()
    if sum(part.file_size for part in parts) > LARGEST:
        raise _too_large(path)
    for part in parts:
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels")):
            continue
        with zipped.open(part) as file:
            if "worksheets/" in name:
                is_sound = _longest_row(file) <= MOST_IN_ROW
            else:
                is_sound = _tags(file) <= (MOST_TEXTS if "sharedstrings" in name else MOST_TAGS)
        if not is_sound:
            raise _too_large(path)


def _too_large(path: Path) -> InvalidValue:
    return InvalidValue(
        "FILE", path.name, f"safe to open: unpacked it would be far larger than any sheet of cases; {_SAVE}"
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
