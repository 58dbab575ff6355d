"""Fields: what Word shows of them, and not what they are made from; form fields with the value chosen in them."""

from typing import TYPE_CHECKING

import msgspec
from docx.oxml.ns import qn

from arflow.papers.word_files.own_names import UNFILLED, drop, is_on, text_element

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

TICKED, NOT_TICKED = "☒", "☐"
_TEXT = (qn("w:t"), qn("w:delText"))


class _Open(msgspec.Struct):
    """A field that has begun: whether its result has, and what words stand in that."""

    begin: "Element"
    shows: bool = False
    words: str = ""
    instructions: "list[Element]" = msgspec.field(default_factory=list)


def settle_fields(root: "Element") -> None:
    """Leave the results of fields, and write into form fields what Word shows there without any text of its own."""
    inside: list[_Open] = []
    ended: list[_Open] = []
    for one in root.iter(qn("w:fldChar"), *_TEXT):
        if one.tag in _TEXT:
            told = next((field for field in inside if not field.shows), None)
            if told:
                told.instructions.append(one)
            elif inside:
                inside[-1].words += str(one.text or "")
            continue
        match one.get(qn("w:fldCharType")):
            case "begin":
                inside.append(_Open(begin=one))
            case "separate" if inside:
                inside[-1].shows = True
            case "end" if inside:
                ended.append(inside.pop())
    for field in ended:  # one that never ends hides nothing
        for one in field.instructions:
            drop(one)
        _fill(field)


def _fill(field: _Open) -> None:
    data = field.begin.find(qn("w:ffData"))
    if data is None or field.words.strip():
        return
    if (shown := _chosen(data)) is not None:
        field.begin.addnext(text_element(shown))
    else:
        field.begin.addnext(field.begin.makeelement(UNFILLED))


def _chosen(data: "Element") -> str | None:
    """What a dropdown or a tick shows; None for a field that is to be typed into."""
    box, choices = data.find(qn("w:checkBox")), data.find(qn("w:ddList"))
    if box is not None:
        state = box.find(qn("w:checked"))
        return TICKED if is_on(box.find(qn("w:default")) if state is None else state) else NOT_TICKED
    if choices is None:
        return None
    entries = [str(one.get(qn("w:val")) or "") for one in choices.iterchildren(qn("w:listEntry"))]
    chosen = choices.find(qn("w:result"))
    chosen = choices.find(qn("w:default")) if chosen is None else chosen
    at = "0" if chosen is None else str(chosen.get(qn("w:val"), "0"))
    return entries[int(at)] if at.isdecimal() and int(at) < len(entries) else ""
