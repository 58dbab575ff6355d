"""Changes marked by hand: struck through for what goes, in green or beside it in a colour for what comes."""

from collections.abc import Iterator
from colorsys import rgb_to_hls
from typing import TYPE_CHECKING, Literal

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from arflow.papers.word_files.own_names import BY_HAND, is_on, words_in
from arflow.papers.word_files.styles import Styles, style_id, style_of_run

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

_TRACKED = tuple(map(qn, ("w:ins", "w:del", "w:moveFrom", "w:moveTo")))
_GREEN_HIGHLIGHTS = ("green", "brightgreen", "darkgreen")
_OWN_STYLE = "Removed text"  # of marked copies of arflow, which was struck through also after a change was rejected
# Whether green text is new where something is struck too, always, or only where it touches struck text.
Green = Literal["beside", "always", "never"]
Kind = Literal["struck", "green", "coloured", "space", "plain"]


def track_marks(document: "Document", green: Green = "beside") -> None:
    """Make tracked changes of what is struck or green, without an author."""
    styles = Styles(document)
    kinds = [_kinds(paragraph, styles) for paragraph in document.element.body.iter(qn("w:p"))]
    struck = any(kind == "struck" and words_in([run]).strip() for runs in kinds for run, kind in runs)
    if not struck and green != "always":
        return
    for runs in kinds:
        for run, kind in _marked(runs, green_is_new=green != "never"):
            tracked = OxmlElement(kind)
            tracked.set(BY_HAND, "1")
            run.addprevious(tracked)
            tracked.append(run)


def has_green(document: "Document") -> bool:
    """Whether some of the text was made green, other than by its style."""
    styles = Styles(document)
    paragraphs = document.element.body.iter(qn("w:p"))
    return any(kind == "green" for one in paragraphs for _, kind in _kinds(one, styles))


def _kinds(paragraph: "Element", styles: Styles) -> "list[tuple[Element, Kind]]":
    """The runs of a paragraph with how each is marked; a heading is green to be seen, and not because it is new."""
    runs = [(run, _kind(run, styles)) for run in _runs(paragraph)]
    said = [run for run, kind in runs if kind != "space"]
    bold = bool(said) and all(is_on(styles.of_run(run, "w:b")) for run in said)
    heading = styles.name(style_id(paragraph)).lower().startswith(("heading", "title"))
    if heading or (bold and all(kind == "green" for _, kind in runs if kind != "space")):
        return [(run, "plain" if kind == "green" else kind) for run, kind in runs]
    return runs


def _runs(paragraph: "Element") -> "Iterator[Element]":
    for run in paragraph.iter(qn("w:r")):
        if next(run.iterancestors(*_TRACKED), None) is None and next(run.iterancestors(qn("w:p"))) is paragraph:
            yield run


def _marked(runs: "list[tuple[Element, Kind]]", *, green_is_new: bool) -> "Iterator[tuple[Element, str]]":
    """What goes and what comes: green anywhere, another colour only where it touches struck text."""
    known = dict(enumerate(runs))
    touching: set[int] = set()
    for step in (1, -1):
        after_struck = False
        for at in sorted(known, reverse=step < 0):
            kind = known[at][1]
            if kind in ("coloured", "green") and after_struck:
                touching.add(at)
            after_struck = kind == "struck" or (after_struck and kind in ("coloured", "green", "space"))
    for at, (run, kind) in known.items():
        if kind == "struck":
            yield run, "w:del"
        elif (kind == "green" and green_is_new) or at in touching:
            yield run, "w:ins"


def _kind(run: "Element", styles: Styles) -> Kind:
    words = words_in([run])
    if not words:
        return "space"
    if any(is_on(styles.of_run(run, name)) for name in ("w:strike", "w:dstrike")):
        return "plain" if styles.name(style_of_run(run)) == _OWN_STYLE else "struck"
    properties = run.find(qn("w:rPr"))
    highlight, colour, line = (
        None if properties is None else properties.find(qn(name)) for name in ("w:highlight", "w:color", "w:u")
    )
    tint = _tint("" if colour is None else str(colour.get(qn("w:val")) or ""))
    lit = "" if highlight is None else str(highlight.get(qn("w:val"))).lower()
    if tint == "green" or lit in _GREEN_HIGHLIGHTS:
        return "green" if words.strip() else "space"
    underlined = line is not None and str(line.get(qn("w:val"))).lower() not in ("none", "")
    if words.strip() and (tint == "coloured" or lit not in ("", "none") or underlined):
        return "coloured"
    return "plain" if words.strip() else "space"


def _tint(colour: str) -> Kind:
    try:
        red, green, blue = (part / 255 for part in bytes.fromhex(colour))
    except ValueError:
        return "plain"  # "auto", or none
    hue, lightness, saturation = rgb_to_hls(red, green, blue)
    if saturation < 0.2 or lightness < 0.08:
        return "plain"
    return "green" if 75 / 360 <= hue <= 168 / 360 else "coloured"
