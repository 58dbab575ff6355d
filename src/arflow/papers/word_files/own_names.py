"""Names of our own for what is put into an opened document, so that one walk can read it; none is ever written to a file."""

from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element as Element

_OWN = "urn:arflow:word:"
ASIDE = f"{{{_OWN}}}aside"  # blocks that stand beside the text, moved to the end of the paragraph they hang on
KIND = f"{{{_OWN}}}kind"  # of an aside: "text box", "footnote", "endnote"
UNFILLED = f"{{{_OWN}}}unfilled"  # where an empty control stood
BY_HAND = f"{{{_OWN}}}byHand"  # on w:ins and w:del: marked with the pen, so to say, and not tracked
HEADING = f"{{{_OWN}}}heading"  # on an imported paragraph: it is a heading
LABEL = f"{{{_OWN}}}label"  # on an imported paragraph: the number or bullet that stands before it

ON_OFF_IS_OFF = ("0", "false", "off", "none")


def is_on(switch: "Element | None") -> bool:
    """Whether a property such as `w:strike` is there and not switched off."""
    return switch is not None and str(switch.get(qn("w:val"), "1")).lower() not in ON_OFF_IS_OFF


def text_element(words: str) -> "Element":
    """A `w:t` with the words, its spaces kept."""
    made: Any = OxmlElement("w:t")
    made.text = words
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made  # type: ignore[no-any-return]


def run_of(words: str) -> "Element":
    """A `w:r` with the words."""
    made: Any = OxmlElement("w:r")
    made.append(text_element(words))
    return made  # type: ignore[no-any-return]


def paragraph_of(words: str) -> "Element":
    """A `w:p` with the words."""
    made: Any = OxmlElement("w:p")
    made.append(run_of(words))
    return made  # type: ignore[no-any-return]


def words_in(elements: "Iterable[Element]") -> str:
    """The text in some elements, removed text included."""
    return "".join(str(text.text or "") for one in elements for text in one.iter(qn("w:t"), qn("w:delText")))


def drop(element: "Element") -> None:
    """Take an element out, and nothing beside it."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def holder(element: "Element") -> "Element | None":
    """The paragraph an element stands in, itself if it is one."""
    if element.tag == qn("w:p"):
        return element
    return next(element.iterancestors(qn("w:p")), None)
