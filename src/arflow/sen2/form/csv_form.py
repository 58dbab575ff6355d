"""The CSV form of a return: one file a block with names in lower case, rows tied together by table ids, as COLLECT exports it."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from arflow import temporary
from arflow.errors import InvalidValue, NotFound
from arflow.imports.csv_text import bounded
from arflow.sen2.form.faults import ReturnFault, faults_of
from arflow.sen2.form.layout import Layout
from arflow.sen2.form.layout_files import Layouts
from arflow.sen2.form.reader import Reading, open_return
from arflow.sen2.form.record import Record
from arflow.zip_listing import TORN

# Blocks that hold other blocks only have no file; the two of the header have no block above them.
_WRAPPERS = ("Message", "Header", "Persons")
_OUTSIDE_HEADER, _BLOCKS_OF_HEADER = "Person", ("CollectionDetails", "Source")
# More than any authority's return has: rows of one file, which are held in memory, and bytes of all.
_MOST_ROWS, _LARGEST = 200_000, 300_000_000
_ENCODING = "utf-8-sig"  # as spreadsheets expect it


class Tables:
    """One CSV writer a block; ids count from 1 in each."""

    def __init__(self, layout: Layout, opening: Callable[[str], TextIO]) -> None:
        self._layout, self._parents = layout, _parents(layout)
        self._ids = dict.fromkeys(_blocks(layout), 0)
        self._writers = {block: csv.writer(opening(f"{block.lower()}.csv")) for block in self._ids}
        for block, writer in self._writers.items():
            writer.writerow(_columns(layout, block, self._parents.get(block)))

    def write(self, record: Record, parent: int = 0, place: int = 1) -> None:
        """A record and all that is within it, each as a row of its block's table."""
        self._ids[record.block] += 1
        own = self._ids[record.block]
        keys = [own, own, place, 1, *([parent] if record.block in self._parents else [])]
        values = [record.values.get(item.name, "") for item in self._layout.items(record.block)]
        self._writers[record.block].writerow([*keys, *values])
        counts: dict[str, int] = {}
        for child in record.children:
            counts[child.block] = counts.get(child.block, 0) + 1
            self.write(child, own, counts[child.block])


def write_csv(file: BinaryIO, layout: Layout, header: Record, persons: Iterable[Record]) -> int:
    """Write a return into a zip file of CSV files; how many people are in it."""
    with temporary.folder("sen2") as folder:
        count = write_folder(folder, layout, header, persons)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.iterdir()):
                archive.write(path, path.name)
    return count


def write_folder(folder: Path, layout: Layout, header: Record, persons: Iterable[Record]) -> int:
    """Write a return into a folder that is there, one CSV file a block; how many people are in it."""
    count = 0
    with ExitStack() as opened:

        def opening(name: str) -> TextIO:
            return opened.enter_context((folder / name).open("w", encoding=_ENCODING, newline=""))

        tables = Tables(layout, opening)
        for block in header.children:
            tables.write(block)
        for person in persons:
            tables.write(person)
            count += 1
    return count


class CsvReading:
    """A return in CSV form being read: its header and layout at once, its people one after another, and every fault."""

    def __init__(self, opening: Callable[[str], TextIO | None], name: str, layouts: Layouts) -> None:
        self.faults: list[ReturnFault] = []
        self._opening, self._name = opening, name
        year = next((row.get("year", "") for row in self._rows("CollectionDetails")), "")
        if year not in map(str, layouts.years()):
            known = ", ".join(map(str, layouts.years()))
            raise self._refusal(f"its year is {year[:20] or 'not given'}: there are layouts for {known}")
        self.layout = layouts.load(int(year))
        self._parents = _parents(self.layout)
        self._within = {block: self._by_parent(block) for block in self._parents}
        self.header = Record(block="Header", children=tuple(self._all(_BLOCKS_OF_HEADER)))

    def persons(self) -> Iterator[Record]:
        """Each Person with all that is within it, in the order of its file."""
        for person in self._all((_OUTSIDE_HEADER,)):
            self.faults += faults_of(self.layout, person)
            yield person

    def _all(self, blocks: Iterable[str]) -> Iterator[Record]:
        for block in blocks:
            for row in self._rows(block):
                yield self._record(block, row)

    def _record(self, block: str, row: dict[str, str]) -> Record:
        values = {item.name: row[item.name.lower()] for item in self.layout.items(block) if row.get(item.name.lower())}
        own = row.get(_id(block), "")
        children = [
            self._record(part.block, child)
            for part in self.layout.within(block)
            for child in self._within[part.block].get(own, [])
        ]
        return Record(block=block, values=values, children=tuple(children), line=int(row["line"]))

    def _by_parent(self, block: str) -> dict[str, list[dict[str, str]]]:
        """The rows of a block by the id of the row above them, in the order that they say they have."""
        key, order = _id(self._parents[block]), _order(block)
        found: dict[str, list[dict[str, str]]] = {}
        for row in self._rows(block):
            found.setdefault(row.get(key, ""), []).append(row)
        for rows in found.values():
            rows.sort(key=lambda row: _number(row.get(order, "")))
        return found

    def _rows(self, block: str) -> Iterator[dict[str, str]]:
        """The rows of a block's file as texts by lower-case name; a file that is not there holds none."""
        name = f"{block.lower()}.csv"
        try:
            file = self._opening(name)
            if file is not None:
                with file:
                    yield from self._lines(file, name)
        except (csv.Error, *TORN) as error:
            raise self._refusal(f"{name} cannot be read: {error}") from None
        if file is None and block in (_OUTSIDE_HEADER, *_BLOCKS_OF_HEADER):
            raise self._refusal(f"it has no {name}")

    def _lines(self, file: TextIO, file_name: str) -> Iterator[dict[str, str]]:
        reader = csv.DictReader(bounded(file, lambda row, why: self._refusal(f"{file_name}: row {row}: {why}")))
        for number, row in enumerate(reader):
            if number == _MOST_ROWS:
                raise self._refusal(f"{file_name} has more than {_MOST_ROWS:,} rows")
            named = {str(name).strip().lower(): str(value or "").strip() for name, value in row.items() if name}
            yield named | {"line": str(reader.line_num)}

    def _refusal(self, why: str) -> InvalidValue:
        return InvalidValue("FILE", self._name, f"a SEN2 return in CSV form: {why}")


@contextmanager
def open_csv(path: Path, layouts: Layouts) -> Iterator[CsvReading]:
    """A return in CSV form, a folder or a zip file, ready to be read."""
    if path.is_dir():
        yield CsvReading(_in_folder(path), path.name, layouts)
        return
    if not path.is_file():
        raise NotFound("file", str(path), "name a folder or a zip file of CSV files")
    try:
        archive = zipfile.ZipFile(path)
    except TORN:
        raise InvalidValue("FILE", path.name, "a SEN2 return in CSV form: it is no zip file that can be read") from None
    with archive:
        if sum(part.file_size for part in archive.infolist()) > _LARGEST:
            raise InvalidValue("FILE", path.name, f"a SEN2 return: it unpacks to more than {_LARGEST // 10**6} MB")
        yield CsvReading(_in_zip(archive), path.name, layouts)


def open_any(path: Path, layouts: Layouts) -> AbstractContextManager[Reading | CsvReading]:
    """A return in XML, or in CSV form where it is a folder or a zip file, ready to be read."""
    in_csv = path.is_dir() or zipfile.is_zipfile(path)
    return open_csv(path, layouts) if in_csv else open_return(path, layouts)


def _in_folder(folder: Path) -> Callable[[str], TextIO | None]:
    paths = {path.name.lower(): path for path in folder.iterdir()}
    return lambda name: paths[name].open(encoding=_ENCODING, newline="") if name in paths else None


def _in_zip(archive: zipfile.ZipFile) -> Callable[[str], TextIO | None]:
    names = {Path(name).name.lower(): name for name in archive.namelist()}

    def opening(name: str) -> TextIO | None:
        if name not in names:
            return None
        return io.TextIOWrapper(archive.open(names[name]), encoding=_ENCODING, newline="")

    return opening


def _blocks(layout: Layout) -> Iterator[str]:
    return (block for block in layout.blocks if block not in _WRAPPERS)


def _parents(layout: Layout) -> dict[str, str]:
    """The block above each block that has one with a file."""
    return {part.block: block for block in _blocks(layout) for part in layout.within(block)}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _id(block: str) -> str:
    return f"{block.lower()}tableid"


def _order(block: str) -> str:
    return f"{block.lower()}orderseqcolumn"


def _columns(layout: Layout, block: str, parent: str | None) -> list[str]:
    above = [_id(parent)] if parent else []
    return [_id(block), "NativeId", _order(block), "sourceid", *above, *(i.name.lower() for i in layout.items(block))]
