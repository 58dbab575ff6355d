"""The content controls of a Word file, at any depth: what each is called, what it says, and whether anybody filled it."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Literal

import msgspec
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

Kind = Literal["text", "choice", "tick", "date", "rows", "picture"]

# What Word, LibreOffice and Google Docs put into a control that nobody has filled; LibreOffice drops the mark of it.
PROMPTS = frozenset(
    {
        "click or tap here to enter text.",
        "click here to enter text.",
        "click or tap to enter a date.",
        "click here to enter a date.",
        "click or tap to enter text",
        "choose an item.",
        "choose an item",
        "choose a building block.",
        "enter any content that you want to repeat, including other content controls. "
        "you can also insert this control around table rows in order to repeat parts of a table.",
        "select a date",
        "enter text",
    }
)
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
_OFF = ("0", "false", "off", "none")
_KINDS: tuple[tuple[str, Kind], ...] = (
    (f"{{{_W14}}}checkbox", "tick"),
    (f"{{{_W15}}}checkbox", "tick"),
    (qn("w:dropDownList"), "choice"),
    (qn("w:comboBox"), "choice"),
    (qn("w:date"), "date"),
    (qn("w:picture"), "picture"),
    (f"{{{_W15}}}repeatingSection", "rows"),
    (f"{{{_W15}}}repeatingSectionItem", "rows"),
)
_TICKED = frozenset("☒☑✓✔✗✘⌧\uf0fe\uf0fd\uf0fc\uf0fb\uf052")
_LEFT_OUT = frozenset(map(qn, ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:sdtPr", "w:pPr", "w:rPr")))
_BESIDE = frozenset(map(qn, ("w:bookmarkStart", "w:bookmarkEnd", "w:proofErr", "w:commentRangeStart", "w:pPr")))


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """One control. `value` is empty where it shows a prompt; `ticked` is None where it is no tick.

    `bookmark` is the name of the bookmark round it, which survives programs that drop tags; `element` is its `w:sdt`.
    """

    tag: str
    title: str
    bookmark: str
    kind: Kind
    value: str
    ticked: bool | None
    is_empty: bool
    element: "Element"


def controls(root: "Element", prompts: Collection[str] = ()) -> "Iterator[Control]":
    """Every control below an element, outer ones first; `prompts` are further words that stand for no answer."""
    for element in root.iter(qn("w:sdt")):
        yield control(element, prompts)


def control(element: "Element", prompts: Collection[str] = ()) -> Control:
    """One `w:sdt` as a control."""
    kind, ticked = kind_of(element), _ticked(element)
    empty = shows_prompt(element, prompts) or (ticked is None and not shown(element).strip())
    return Control(
        tag=_said(element, "w:tag"),
        title=_said(element, "w:alias"),
        bookmark=_bookmark(element),
        kind=kind,
        value="" if empty else shown(element),
        ticked=ticked,
        is_empty=empty,
        element=element,
    )


def kind_of(element: "Element") -> Kind:
    """What sort of control it is: rich and plain text are both text."""
    properties = element.find(qn("w:sdtPr"))
    if properties is not None:
        for tag, kind in _KINDS:
            if properties.find(tag) is not None:
                return kind
    return "text"


def shows_prompt(element: "Element", prompts: Collection[str] = ()) -> bool:
    """Whether the words in it are those that ask for an answer, and not an answer."""
    properties = element.find(qn("w:sdtPr"))
    if properties is None or kind_of(element) in ("tick", "rows"):
        return False
    if _is_on(properties.find(qn("w:showingPlcHdr"))):
        return True
    said = " ".join(shown(element).split()).lower()
    if not said or next(element.iterdescendants(qn("w:sdt")), None) is not None:
        return False
    runs = [run for run in element.iter(qn("w:r")) if "".join(_words(run)).strip()]
    return (
        all(map(is_grey, runs))
        or said in PROMPTS
        or said in {one.lower() for one in (*prompts, *_choices_of_nothing(properties))}
    )


def is_grey(run: "Element") -> bool:
    """Whether a run is in the style that Word gives to prompts."""
    style = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
    return style is not None and str(style.get(qn("w:val"))).lower() == "placeholdertext"


def shown(element: "Element") -> str:
    """The words of it, a line for each paragraph, without what was taken out with changes tracked."""
    content = element.find(qn("w:sdtContent"))
    if content is None:
        return ""
    inside = list(content.iter(qn("w:p")))
    return "\n".join("".join(_words(one)) for one in inside or [content])


def _words(element: "Element") -> Iterator[str]:
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in (qn("w:tab"), qn("w:br"), qn("w:cr")):
            yield " " if child.tag == qn("w:tab") else "\n"
        else:
            yield from _words(child)


def _ticked(element: "Element") -> bool | None:
    properties = element.find(qn("w:sdtPr"))
    for space in (_W14, _W15):
        box = None if properties is None else properties.find(f"{{{space}}}checkbox")
        if box is not None:
            checked = box.find(f"{{{space}}}checked")
            if checked is not None:
                return str(checked.get(f"{{{space}}}val", "1")).lower() not in _OFF
            return bool(_TICKED & set(shown(element)))
    return None


def _choices_of_nothing(properties: "Element") -> Iterator[str]:
    """The entries of a list that stand for no choice, as "Choose an item." does."""
    for one in properties.iter(qn("w:listItem")):
        if not one.get(qn("w:value")):
            yield " ".join(str(one.get(qn("w:displayText")) or "").split())


def _said(element: "Element", name: str) -> str:
    found = element.find(f"{qn('w:sdtPr')}/{qn(name)}")
    return "" if found is None else str(found.get(qn("w:val")) or "")


def _bookmark(element: "Element") -> str:
    """The bookmark that begins just before the control, or first thing in it."""
    for one in element.itersiblings(preceding=True):
        if one.tag == qn("w:bookmarkStart"):
            return str(one.get(qn("w:name")) or "")
        if one.tag not in _BESIDE:
            break
    for one in element.iterdescendants():
        if one.tag == qn("w:bookmarkStart"):
            return str(one.get(qn("w:name")) or "")
        if one.tag in (qn("w:t"), qn("w:sdt")):
            break
    return ""


def _is_on(switch: "Element | None") -> bool:
    return switch is not None and str(switch.get(qn("w:val"), "1")).lower() not in _OFF
