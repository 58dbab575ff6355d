"""What stands in a Word file and is not said: hidden text, and the prompts of controls that nobody filled."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docx.oxml.ns import qn

from arflow.papers.word_files.controls import PROMPTS, controls, is_grey
from arflow.papers.word_files.fields import NOT_TICKED, TICKED
from arflow.papers.word_files.own_names import UNFILLED, drop, holder, is_on, run_of, words_in

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

_WORDS = tuple(map(qn, ("w:t", "w:delText", "w:sym", "w:tab", "w:br", "w:cr", "w:noBreakHyphen")))


class Styles:
    """Properties of runs as the styles of the document give them; what a run itself has counts first."""

    def __init__(self, document: "Document") -> None:
        self._styles = {style.style_id: style for style in document.styles}
        self._named: dict[Element, str] = {}  # what each paragraph names: to look among a thousand runs takes long

    def of_run(self, run: "Element", name: str) -> "Element | None":
        """A property such as `w:vanish` of a run, its own, its character style's or its paragraph's."""
        own = run.find(f"{qn('w:rPr')}/{qn(name)}")
        if own is not None:
            return own
        by_style = self.of_style(_named(run, "w:rPr", "w:rStyle"), name)
        paragraph = holder(run)
        if by_style is None and paragraph is not None:
            if paragraph not in self._named:
                self._named[paragraph] = _named(paragraph, "w:pPr", "w:pStyle")
            return self.of_style(self._named[paragraph], name)
        return by_style

    def of_style(self, style_id: str, name: str) -> "Element | None":
        """A property of a style or of those it is based on."""
        style: Any = self._styles.get(style_id)
        seen: set[str] = set()
        while style is not None and style.style_id not in seen:
            seen.add(style.style_id)
            found: Element | None = style.element.find(f"{qn('w:rPr')}/{qn(name)}")
            if found is not None:
                return found
            style = getattr(style, "base_style", None)
        return None

    def name(self, style_id: str) -> str:
        """What a style is called."""
        style = self._styles.get(style_id)
        return "" if style is None else str(style.name)


def _named(element: "Element", properties: str, name: str) -> str:
    found = element.find(f"{qn(properties)}/{qn(name)}")
    return "" if found is None else str(found.get(qn("w:val")) or "")


def style_of_run(run: "Element") -> str:
    """The id of the character style of a run."""
    return _named(run, "w:rPr", "w:rStyle")


def take_out_hidden(root: "Element", styles: Styles) -> "Iterator[tuple[Element, str]]":
    """Take hidden text out; each with the paragraph it stood in."""
    for run in list(root.iter(qn("w:r"))):
        if is_on(styles.of_run(run, "w:vanish")) or _in_hidden_row(run):
            words, paragraph = words_in([run]), holder(run)
            for one in list(run.iterchildren(*_WORDS)):
                run.remove(one)
            if words.strip() and paragraph is not None:
                yield paragraph, words


def _in_hidden_row(run: "Element") -> bool:
    return any(is_on(row.find(f"{qn('w:trPr')}/{qn('w:hidden')}")) for row in run.iterancestors(qn("w:tr")))


def take_out_prompts(root: "Element") -> None:
    """Take the words of unfilled controls out, leave a sign in their place, and show ticks that have no sign."""
    for control in list(controls(root)):
        content = control.element.find(qn("w:sdtContent"))
        if content is None:
            continue
        if control.ticked is not None and not words_in([content]).strip() and not list(content.iter(qn("w:sym"))):
            place = next(content.iter(qn("w:p")), content)
            place.append(run_of(TICKED if control.ticked else NOT_TICKED))
        elif control.is_empty and control.kind not in ("rows", "picture", "tick") and not _holds_more(content):
            for one in list(content.iter(*_WORDS)):
                drop(one)
            place = next(content.iter(qn("w:p")), content)
            place.append(place.makeelement(UNFILLED))

    for run in list(root.iter(qn("w:r"))):  # of a control that another program has taken away
        if (words := words_in([run]).strip()) and (is_grey(run) or words.lower() in PROMPTS):
            for one in list(run.iterchildren(*_WORDS)):
                run.remove(one)
            run.append(run.makeelement(UNFILLED))


def _holds_more(content: "Element") -> bool:
    return next(content.iter(qn("w:drawing"), qn("w:object"), qn("w:footnoteReference")), None) is not None
