"""What stands beside the text, put behind the paragraph it hangs on: text boxes, footnotes and endnotes."""

from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from arflow.papers.word_files.own_names import ASIDE, KIND, holder, run_of

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TRACKED = tuple(map(qn, ("w:ins", "w:del", "w:moveFrom", "w:moveTo")))
_NOTES = {"footnote": "Footnote: ", "endnote": "Endnote: "}


def choose_alternatives(root: "Element") -> None:
    """Of what is written twice for programs of different ages, leave the newer."""
    for one in list(root.iter(f"{_COMPATIBLE}AlternateContent")):
        choices = list(one.iterchildren(f"{_COMPATIBLE}Choice", f"{_COMPATIBLE}Fallback"))
        for child in list(choices[0]) if choices else ():
            one.addprevious(child)
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)


def move_asides(document: "Document") -> None:
    """Text boxes and notes become asides of the paragraph in which they hang, in their order."""
    body = document.element.body
    notes = {kind: _notes(document, kind) for kind in _NOTES}
    ends: dict[Element, Element] = {}  # the last aside of each paragraph
    for one in list(body.iter(qn("w:txbxContent"))):
        _put_aside(one, "text box", list(one), ends)
    for kind, known in notes.items():
        for one in list(body.iter(qn(f"w:{kind}Reference"))):
            blocks = known.pop(str(one.get(qn("w:id"))), [])
            _put_aside(one, kind, blocks, ends, lead=_NOTES[kind])


def _put_aside(
    anchor: "Element", kind: str, blocks: "list[Element]", ends: "dict[Element, Element]", lead: str = ""
) -> None:
    paragraph = holder(anchor)
    if paragraph is None or not blocks:
        return
    aside = paragraph.makeelement(ASIDE)
    aside.set(KIND, kind)
    aside.extend(blocks)
    first = next(aside.iter(qn("w:p")), None)
    if lead and first is not None:
        properties = first.find(qn("w:pPr"))
        first.insert(0 if properties is None else 1, run_of(lead))
    if (mark := next(anchor.iterancestors(*_TRACKED), None)) is not None:
        _track_all(aside, mark)
    ends.get(paragraph, paragraph).addnext(aside)
    ends[paragraph] = aside


def _track_all(aside: "Element", mark: "Element") -> None:
    """What hangs on tracked words comes and goes with them."""
    for run in list(aside.iter(qn("w:r"))):
        if next(run.iterancestors(*_TRACKED), None) is None:
            tracked = mark.makeelement(mark.tag, dict(mark.items()))
            run.addprevious(tracked)
            tracked.append(run)


def _notes(document: "Document", kind: str) -> "dict[str, list[Element]]":
    from docx.oxml.parser import parse_xml

    found: dict[str, list[Element]] = {}
    for related in document.part.rels.values():
        if related.reltype.endswith(f"/{kind}s") and not related.is_external:
            for note in parse_xml(related.target_part.blob).iterchildren(qn(f"w:{kind}")):
                if note.get(qn("w:type")) in (None, "normal"):
                    choose_alternatives(note)
                    found[str(note.get(qn("w:id")))] = list(note)
    return found
