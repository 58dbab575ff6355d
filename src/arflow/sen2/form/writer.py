"""Write a return: records as XML in the order of the year's layout, streamed, and validated before the file is kept."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from arflow.errors import ReturnRefused
from arflow.sen2.form.layout import Item, Layout
from arflow.sen2.form.reader import forget
from arflow.sen2.form.record import Record
from arflow.sen2.form.xml_schema import compiled

if TYPE_CHECKING:
    from lxml.etree import _Element


def write_valid(file: BinaryIO, layout: Layout, header: Record, persons: Iterable[Record]) -> int:
    """Write a return to a named file that is open for writing, and validate it; how many people are in it.

    ReturnRefused where it does not keep to the year's schema: the caller then lets go of the file.
    """
    count = _write(file, layout, header, persons)
    file.flush()
    _validate(Path(file.name), layout)
    return count


def _write(file: BinaryIO, layout: Layout, header: Record, persons: Iterable[Record]) -> int:
    from lxml import etree

    count = 0
    header_tag, persons_tag = (part.tag for part in layout.within("Message"))
    (person_tag,) = (part.tag for part in layout.within("Persons"))
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("Message"):
            xml.write("\n\t")
            xml.write(_element(layout, header, header_tag, level=1))
            xml.write("\n\t")
            with xml.element(persons_tag):
                for person in persons:
                    xml.write("\n\t\t")
                    xml.write(_element(layout, person, person_tag, level=2))
                    count += 1
                xml.write("\n\t")
            xml.write("\n")
    return count


def _validate(path: Path, layout: Layout) -> None:
    """ReturnRefused with every fault the year's own schema finds in a file; memory does not grow with the file."""
    from lxml import etree

    parsing = etree.iterparse(path, tag="Person", schema=compiled(layout), huge_tree=False, no_network=True)
    try:
        for _, element in parsing:
            forget(element)
    except etree.XMLSyntaxError:
        raise ReturnRefused("the return", [_said(str(entry.message)) for entry in parsing.error_log]) from None


def _said(message: str) -> str:
    """What the schema found, without the value: it may be somebody's own."""
    return message.partition(" The value ")[0].partition(" [facet")[0]


def fitted(layout: Layout, record: Record, left_out: Counter[str]) -> Record:
    """A record without what the year's return has no place for; each item or block left out is counted."""
    parts = {part.block for part in layout.within(record.block)}
    for name in record.values:
        left_out[name] += layout.item(record.block, name) is None
    for child in record.children:
        left_out[child.block] += child.block not in parts
    values = {name: value for name, value in record.values.items() if layout.item(record.block, name)}
    children = tuple(fitted(layout, child, left_out) for child in record.children if child.block in parts)
    return msgspec.structs.replace(record, values=values, children=children)


def _element(layout: Layout, record: Record, tag: str, level: int) -> "_Element":
    """A record with all that is within it, indented to its level."""
    from lxml import etree

    element = etree.Element(tag)
    _fill(layout, record, element)
    etree.indent(element, space="\t", level=level)
    return element


def _fill(layout: Layout, record: Record, element: "_Element") -> None:
    from lxml.etree import SubElement

    for part in layout.blocks[record.block]:
        if isinstance(part, Item):
            if (value := record.values.get(part.name)) is not None:
                SubElement(element, part.tag).text = value
        else:
            for child in record.children:
                if child.block == part.block:
                    _fill(layout, child, SubElement(element, part.tag))
