"""Read a return: its people streamed as records, every structural fault listed with its line, block and item number."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from arflow.errors import InvalidValue, NotFound
from arflow.sen2.form.faults import ReturnFault, item_fault, missing_faults
from arflow.sen2.form.layout import Item, Layout, Within
from arflow.sen2.form.layout_files import Layouts
from arflow.sen2.form.record import Record

if TYPE_CHECKING:
    from lxml.etree import _Element

# Elements at this depth are forgotten once they end; until then, no person has as many parts as this.
_FORGOTTEN, _MOST_HELD = 3, 100_000
_MOST_FAULTS = 100_000
_ABOUT_THE_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"


@contextmanager
def open_return(path: Path, layouts: Layouts) -> Iterator["Reading"]:
    """A return ready to be read; InvalidValue where the file is no SEN2 return."""
    try:
        with path.open("rb") as file:
            yield Reading(file, path.name, layouts)
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound("file", str(path), "name a SEN2 return in XML") from None


class Reading:
    """A return being read: its header and layout at once, its people one after another, its faults as they are found.

    The faults are all there once `persons` has come to its end; memory does not grow with the number of people.
    """

    def __init__(self, file: BinaryIO, name: str, layouts: Layouts) -> None:
        self.faults: list[ReturnFault] = []
        self._name, self._layouts = name, layouts
        self._events = _events(file, name)
        self.header, self.layout = self._head()

    def persons(self) -> Iterator[Record]:
        """Each Person with all that is within it, in the order of the file."""
        count = 0
        for element in self._closed("Persons"):
            part = self.layout.places["Persons"].get(str(element.tag))
            if part is None or not isinstance(part[1], Within):
                self._fault(element, "Persons", f"{_plain(element)} is not a block of a return")
            else:
                count += 1
                yield self._record(element, part[1].block)
        if not count:
            self.faults.append(ReturnFault(line=0, block="Persons", message="there is nobody in the return"))

    # --- the way through the file -----------------------------------------------------------------------------

    def _head(self) -> tuple[Record, Layout]:
        root = next((element for event, element, _ in self._events if event == "start"), None)
        if root is None or root.tag != "Message":
            raise self._refusal(f"it begins with {_plain(root)}, not Message")
        for event, element, depth in self._events:
            if depth == 1 and event == "start" and element.tag == "Persons":
                raise self._refusal("its Persons stand before its Header")
            if depth == 1 and event == "end" and element.tag == "Header":
                return self._header(element)
        raise self._refusal("it has no Header")

    def _header(self, element: "_Element") -> tuple[Record, Layout]:
        collection = (element.findtext("CollectionDetails/Collection") or "").strip()
        year = (element.findtext("CollectionDetails/Year") or "").strip()
        if collection != "SEN2":
            raise self._refusal(f"its Collection is {collection[:20] or 'not given'}, not SEN2")
        if year not in map(str, self._layouts.years()):
            known = ", ".join(map(str, self._layouts.years()))
            raise self._refusal(f"its Year is {year[:20] or 'not given'}: there are layouts for {known}")
        self.layout = self._layouts.load(int(year))
        return self._record(element, "Header"), self.layout

    def _closed(self, within: str) -> Iterator["_Element"]:
        """The elements within a block of the message as each is read to its end; they are then forgotten."""
        for event, element, depth in self._events:
            if depth == 1 and event == "start" and element.tag != within:
                self._fault(
                    element, "Message", f"{_plain(element)} has no place after the Header: there is {within} only"
                )
            if depth == 2 and event == "end":
                parent = element.getparent()
                if parent is not None and parent.tag == within:
                    yield element
                forget(element)

    def _refusal(self, why: str) -> InvalidValue:
        return InvalidValue("FILE", self._name, f"a SEN2 return: {why}")

    # --- elements to records ----------------------------------------------------------------------------------

    def _record(self, element: "_Element", block: str) -> Record:
        """A block as a record; what is wrong in it is kept as faults."""
        values: dict[str, str] = {}
        children: list[Record] = []
        reached, last = -1, ""
        for child in element.iterchildren("*"):
            found = self.layout.places[block].get(str(child.tag))
            if found is None:
                self._fault(child, block, f"{_plain(child)} is not in {block} in the return of {self.layout.year}")
                continue
            place, part = found
            if place < reached:
                self._fault(
                    child, block, f"stands after {last}: in the return of {self.layout.year} it comes before", part
                )
            else:
                reached, last = place, part.tag
            if isinstance(part, Within):
                children.append(self._record(child, part.block))
            elif part.name in values:
                self._fault(child, block, "appears twice", part)
            else:
                self._take(child, block, part, values)
        record = Record(block=block, values=values, children=tuple(children), line=element.sourceline or 0)
        self._stray(element, block)
        self.faults += missing_faults(self.layout, record)
        return record

    def _take(self, element: "_Element", block: str, item: Item, values: dict[str, str]) -> None:
        if len(element):
            self._fault(element, block, "holds elements: it must hold a value", item)
            return
        value = element.text or ""
        value = value if item.type == "text" else value.strip()
        if fault := item_fault(self.layout, block, item, value, element.sourceline or 0):
            self.faults.append(fault)
        if value.strip():
            values[item.name] = value
        if element.attrib:
            self._fault(element, block, "has attributes: a return has none", item)

    def _stray(self, element: "_Element", block: str) -> None:
        """Text between elements, and attributes: a return has neither."""
        texts = (element.text, *(child.tail for child in element))
        if any(text and text.strip() for text in texts):
            self._fault(element, block, "has text between its elements: a return has none")
        if any(not str(name).startswith(_ABOUT_THE_SCHEMA) for name in element.attrib):
            self._fault(element, block, "has attributes: a return has none")

    def _fault(self, element: "_Element", block: str, message: str, part: Item | Within | None = None) -> None:
        item = part.name if isinstance(part, Item) else part.block if part else ""
        number = part.number if isinstance(part, Item) else ""
        line = element.sourceline or 0
        self.faults.append(ReturnFault(line=line, block=block, item=item, number=number, message=message))
        if len(self.faults) > _MOST_FAULTS:
            raise self._refusal(f"it has more than {_MOST_FAULTS:,} faults")


def _events(file: BinaryIO, name: str) -> Iterator[tuple[str, "_Element", int]]:
    """Every start and end with its depth; entities, networks and document types are refused or switched off."""
    from lxml import etree

    parsing = etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = held = 0
    try:
        for event, element in parsing:
            held = 0 if event == "end" and depth <= _FORGOTTEN else held + 1
            if held > _MOST_HELD:
                raise InvalidValue("FILE", name, f"a SEN2 return: line {element.sourceline}: one person has no end")
            if event == "start" and depth == 0 and element.getroottree().docinfo.doctype:
                raise InvalidValue("FILE", name, "a SEN2 return: it has a document type, which a return never has")
            depth -= event == "end"
            yield event, element, depth
            depth += event == "start"
    except etree.XMLSyntaxError as error:
        line, said = error.lineno or 1, str(error.msg).partition(", line ")[0]
        raise InvalidValue("FILE", name, f"well-formed XML: line {line}: {said}") from None


def forget(element: "_Element") -> None:
    """Let go of an element that was read, and of what stands before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _plain(element: "_Element | None") -> str:
    return "nothing" if element is None else str(element.tag)[:80]
