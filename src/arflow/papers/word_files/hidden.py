"""What stands in a Word file and is not said: hidden text, and the prompts of controls that nobody filled."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from arflow.papers.word_files.controls import PROMPTS, controls, is_grey
from arflow.papers.word_files.fields import NOT_TICKED, TICKED
from arflow.papers.word_files.own_names import UNFILLED, drop, holder, is_on, run_of, words_in
from arflow.papers.word_files.styles import Styles

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WORDS = tuple(map(qn, ("w:t", "w:delText", "w:sym", "w:tab", "w:br", "w:cr", "w:noBreakHyphen")))


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
