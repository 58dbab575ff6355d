"""A year's layout as an XML schema of our own: what every return is validated with before it takes its name."""

from typing import TYPE_CHECKING, Any

from arflow.sen2.form.layout import Item, Layout, Within

if TYPE_CHECKING:
    from lxml import etree

_XS = "http://www.w3.org/2001/XMLSchema"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NOT_BLANK = r"[\s\S]*\S[\s\S]*"


def compiled(layout: Layout) -> "etree.XMLSchema":
    """The schema, ready to validate with; ValueError where XML's schema language cannot take the layout."""
    from lxml import etree

    try:
        return etree.XMLSchema(document(layout))
    except etree.XMLSchemaParseError as error:
        raise ValueError(str(error)) from error


def document(layout: Layout) -> "etree._Element":
    """The schema as an XML document, one type for each block, code set and form."""
    from lxml import etree
    from lxml.builder import ElementMaker

    xs = ElementMaker(namespace=_XS, nsmap={"xs": _XS})
    root = xs.schema(xs.element(name="Message", type="Message"))
    for block, contents in layout.blocks.items():
        root.append(xs.complexType(xs.sequence(*(_element(xs, part) for part in contents)), name=block))
    for name, base, facets in _types(layout):
        restriction = xs.restriction(*(getattr(xs, facet)(value=value) for facet, value in facets), base=base)
        root.append(xs.simpleType(restriction, name=f"value.{name}"))
    etree.cleanup_namespaces(root)
    return root


def _element(xs: Any, part: Item | Within) -> "etree._Element":
    if isinstance(part, Item):
        fewest = "1" if part.required else "0"
        found: etree._Element = xs.element(name=part.tag, type=f"value.{part.type}", minOccurs=fewest)
        return found
    most = str(part.max) if part.max else "unbounded"
    block: etree._Element = xs.element(name=part.tag, type=part.block, minOccurs=str(part.min), maxOccurs=most)
    return block


def _types(layout: Layout) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Each type of value: its name, what it restricts, and how."""
    plain: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("text", "xs:string", [("pattern", _NOT_BLANK)]),
        ("day", "xs:date", [("pattern", _DAY)]),
        ("moment", "xs:dateTime", []),
        ("year", "xs:gYear", [("pattern", "[0-9]{4}")]),
    ]
    codes = [(name, "xs:string", [("enumeration", code) for code in codes]) for name, codes in layout.codes.items()]
    forms = [(name, "xs:string", [("pattern", form.pattern)]) for name, form in layout.forms.items()]
    return plain + codes + forms
