"""Read the layouts of the years (workflows/sen2/YEAR.toml), an authority's own before arflow's, and list ALL faults of one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from arflow.errors import LayoutRefused, NotFound
from arflow.law.catalogue import Catalogue
from arflow.law.definition import Document, Fault
from arflow.sen2.form.layout import PLAIN_TYPES, Form, Heading, Item, Layout, Within, with_any_numbers

_FOLDER = "sen2"
_TABLES = ("return", "block", "codes", "form")
# What arflow itself reads and writes by name, whatever the year.
_NEEDED = {
    "Message": ("Header", "Persons"),
    "Header": ("CollectionDetails", "Source"),
    "CollectionDetails": ("Collection", "Year", "ReferenceDate"),
    "Source": ("LEA",),
    "Persons": ("Person",),
    "Person": ("PersonBirthDate", "UPN", "UPNunknown", "Requests"),
    "Requests": ("Assessment", "ActivePlans"),
    "Assessment": ("NamedPlan",),
    "NamedPlan": ("StartDate",),
    "ActivePlans": ("LastReview",),
}
_Part = TypeVar("_Part", bound=msgspec.Struct)


class Layouts:
    """The layouts that can be used: those that come with arflow, and an authority's own in further folders."""

    def __init__(self, *folders: Path, any_numbers: bool = False) -> None:
        self._folders, self._any_numbers = folders, any_numbers
        self._loaded: dict[int, Layout] = {}

    @classmethod
    def of(cls, catalogue: Catalogue, *, any_numbers: bool = False) -> "Layouts":
        """The layouts beside the workflow definitions; with `any_numbers` a UPN and the like may have any form."""
        return cls(*(folder / _FOLDER for folder in catalogue.folders), any_numbers=any_numbers)

    def years(self) -> dict[int, Path]:
        """Each year with its file; of two for one year, the authority's own."""
        found = (path for folder in self._folders for path in folder.glob("*.toml") if path.stem.isdigit())
        return dict(sorted((int(path.stem), path) for path in found))

    def load(self, year: int) -> Layout:
        """The layout of a year; LayoutRefused with every fault, NotFound where there is none."""
        if year not in self._loaded:
            layout, faults = self.check(year)
            if faults or layout is None:
                raise LayoutRefused(year, faults)
            self._loaded[year] = with_any_numbers(layout) if self._any_numbers else layout
        return self._loaded[year]

    def check(self, year: int) -> tuple[Layout | None, list[Fault]]:
        """The layout of a year, as far as it can be built, and all of its faults."""
        if year not in self.years():
            raise NotFound("layout of the SEN2 return", str(year), f"there are {', '.join(map(str, self.years()))}")
        return self._check(year, len(self._folders), ())

    def _check(self, year: int, upto: int, under: tuple[int, ...]) -> tuple[Layout | None, list[Fault]]:
        """A year as the first `upto` folders give it; one that extends its own year extends that of the folders before."""
        place = next((n for n in reversed(range(upto)) if (self._folders[n] / f"{year}.toml").is_file()), None)
        assert place is not None
        draft = _Draft(Document(self._folders[place] / f"{year}.toml"))
        base = self._base(draft, year, place, (*under, year))
        if draft.heading is not None and (draft.heading.extends is None or base is not None):
            return draft.finish(base), draft.document.faults
        return None, draft.document.faults

    def _base(self, draft: "_Draft", year: int, place: int, under: tuple[int, ...]) -> Layout | None:
        extends = draft.heading.extends if draft.heading else None
        if extends is None:
            return None
        upto = place if extends == year else len(self._folders)
        there = any((folder / f"{extends}.toml").is_file() for folder in self._folders[:upto])
        if not there or (extends in under and extends != year):
            draft.fault("return", "extends", f"there is no layout {extends} that this one can extend")
            return None
        base, faults = self._check(extends, upto, under)
        draft.document.faults += faults
        return base


class _Draft:
    """One layout file being read: what it says, with every fault kept."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._lines = document.content.decode("utf-8", "replace").splitlines()
        for table in document.tables.keys() - set(_TABLES):
            self.fault(table, "", f"is not a table of a layout: use {', '.join(_TABLES)}")
        self.heading = self._heading()

    def fault(self, table: str, name: str, message: str) -> None:
        """Keep a fault with the line of its entry, or of its table."""
        line = next(self._found(table, name), 0) or next(self._found(table, ""), 0)
        place = f"{table}, {name}" if name else table
        self.document.faults.append(Fault(file=self.document.path.name, line=line, place=place, message=message))

    def _found(self, table: str, name: str) -> Iterator[int]:
        """The lines within a table that speak of a name; of a table alone, its first line."""
        inside = False
        for number, line in enumerate(self._lines, start=1):
            if header := re.match(r"\[+\s*([\w.]+)\s*\]+", line.strip()):
                inside = header[1] == table or header[1].startswith(f"{table}.")
            if inside and (not name or re.search(rf"\b{re.escape(name)}\b", line)):
                yield number

    def _part(self, table: str, name: str, entry: object, cls: type[_Part]) -> _Part | None:
        try:
            return msgspec.convert(entry, cls)
        except msgspec.ValidationError as error:
            self.fault(table, name, str(error))
            return None

    def _heading(self) -> Heading | None:
        if not self.document.tables:
            if not self.document.faults:
                self.fault("file", "", "is empty")
            return None
        heading = self._part("return", "", self.document.tables.get("return", {}), Heading)
        if heading and str(heading.year) != self.document.path.stem:
            self.fault("return", "year", f"is {heading.year}, but the file is called {self.document.path.name}")
        return heading

    def finish(self, base: Layout | None) -> Layout:
        """The layout on top of the one it extends, checked as a whole."""
        assert self.heading is not None
        layout = Layout(
            heading=self.heading,
            blocks={**(base.blocks if base else {}), **dict(self._blocks())},
            codes={**(base.codes if base else {}), **dict(self._codes())},
            forms={**(base.forms if base else {}), **dict(self._forms())},
        )
        for place, name, message in _wrong(layout):
            self.fault(place, name, message)
        if not self.document.faults:
            self._compile(layout)
        return layout

    def _tables(self, name: str) -> Iterator[tuple[str, Any]]:
        tables = self.document.tables.get(name, {})
        if isinstance(tables, dict):
            yield from tables.items()
        else:
            self.fault(name, "", f"is a table of tables: write [{name}.NAME]")

    def _blocks(self) -> Iterator[tuple[str, tuple[Item | Within, ...]]]:
        for name, table in self._tables("block"):
            content = table.get("content") if isinstance(table, dict) else None
            if not isinstance(content, list) or set(table) != {"content"}:
                self.fault(f"block.{name}", "", "must have content, a list of items and blocks, and nothing else")
                continue
            parts = (self._content(f"block.{name}", entry) for entry in content)
            yield name, tuple(part for part in parts if part is not None)

    def _content(self, table: str, entry: object) -> Item | Within | None:
        match entry:
            case {"item": str(name)}:
                return self._part(table, name, entry, Item)
            case {"block": str(name)}:
                return self._part(table, name, entry, Within)
        self.fault(table, "", f"content: {entry} names neither an item nor a block")
        return None

    def _codes(self) -> Iterator[tuple[str, dict[str, str]]]:
        for name, codes in self._tables("codes"):
            found = {code: "" for code in codes if isinstance(code, str)} if isinstance(codes, list) else codes
            if isinstance(found, dict) and found and all(isinstance(said, str) for said in found.values()):
                yield name, found
            else:
                self.fault(f"codes.{name}", "", "must be a list of codes, or codes with what they stand for")

    def _forms(self) -> Iterator[tuple[str, Form]]:
        for name, entry in self._tables("form"):
            form = self._part(f"form.{name}", "", entry, Form)
            if form is None:
                continue
            try:
                re.compile(form.pattern)
            except re.error as error:
                self.fault(f"form.{name}", "pattern", f"{form.pattern} is not a pattern: {error}")
            yield name, form

    def _compile(self, layout: Layout) -> None:
        """What XML's own schema language cannot take is a fault too: every return is validated with it."""
        from arflow.sen2.form.xml_schema import compiled

        try:
            compiled(layout)
        except ValueError as error:
            self.fault("file", "", f"cannot be made a schema: {error}")


def _wrong(layout: Layout) -> Iterator[tuple[str, str, str]]:
    """What does not hang together in a layout: table, name, and what is wrong."""
    for block, contents in layout.blocks.items():
        tags = [part.tag for part in contents]
        for tag in sorted({tag for tag in tags if tags.count(tag) > 1}):
            yield f"block.{block}", tag, f"{tag} appears twice"
        for part in contents:
            yield from ((f"block.{block}", *wrong) for wrong in _wrong_part(layout, part))
    for block, names in _NEEDED.items():
        there = {part.name if isinstance(part, Item) else part.block for part in layout.blocks.get(block, ())}
        missing = [name for name in names if name not in there]
        if missing:
            yield f"block.{block}", "", f"has no {', '.join(missing)}, which arflow cannot do without"
    yield from (
        (f"block.{path[-1]}", "", f"stands within itself: {' > '.join(path)}") for path in _rounds(layout, ("Message",))
    )


def _wrong_part(layout: Layout, part: Item | Within) -> Iterator[tuple[str, str]]:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", part.tag):
        yield part.tag, f"{part.tag} cannot be the name of an element"
    if isinstance(part, Within):
        if part.block not in layout.blocks:
            yield part.block, f"there is no block {part.block}: write [block.{part.block}]"
        if part.min < 0 or part.max < 0 or (part.max and part.min > part.max):
            yield part.block, f"min {part.min} and max {part.max} cannot be together (max 0 is any number)"
    elif part.type not in (*PLAIN_TYPES, *layout.codes, *layout.forms):
        yield (
            part.name,
            f"there is no type {part.type}: use {', '.join(PLAIN_TYPES)}, or a code set or form of the file",
        )


def _rounds(layout: Layout, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for part in layout.blocks.get(path[-1], ()):
        if isinstance(part, Within):
            if part.block in path:
                yield (*path, part.block)
            else:
                yield from _rounds(layout, (*path, part.block))
