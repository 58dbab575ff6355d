"""What the styles of a Word file give to its paragraphs and runs."""

from typing import TYPE_CHECKING, Any

from docx.oxml.ns import qn

from arflow.papers.word_files.own_names import holder

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element


class Styles:
    """Properties as the styles of a document give them; what a run itself has counts first."""

    def __init__(self, document: "Document") -> None:
        self._styles = {style.style_id: style for style in document.styles}
        self._named: dict[Element, str] = {}  # what each paragraph names: to look among a thousand runs takes long

    def of_run(self, run: "Element", name: str) -> "Element | None":
        """A property such as `w:vanish` of a run, its own, its character style's or its paragraph's."""
        own = run.find(f"{qn('w:rPr')}/{qn(name)}")
        if own is not None:
            return own
        by_style = self.of_style(style_of_run(run), "w:rPr", name)
        paragraph = holder(run)
        if by_style is None and paragraph is not None:
            if paragraph not in self._named:
                self._named[paragraph] = style_id(paragraph)
            return self.of_style(self._named[paragraph], "w:rPr", name)
        return by_style

    def of_style(self, style_id: str, properties: str, name: str) -> "Element | None":
        """A property of a style or of those it is based on, such as `w:vanish` among its `w:rPr`."""
        style: Any = self._styles.get(style_id)
        seen: set[str] = set()
        while style is not None and style.style_id not in seen:
            seen.add(style.style_id)
            found: Element | None = style.element.find(f"{qn(properties)}/{qn(name)}")
            if found is not None:
                return found
            style = getattr(style, "base_style", None)
        return None

    def name(self, style_id: str) -> str:
        """What a style is called."""
        style = self._styles.get(style_id)
        return "" if style is None else str(style.name)


def style_id(paragraph: "Element") -> str:
    """The style that a paragraph names."""
    return _named(paragraph, "w:pPr", "w:pStyle")


def style_of_run(run: "Element") -> str:
    """The id of the character style of a run."""
    return _named(run, "w:rPr", "w:rStyle")


def _named(element: "Element", properties: str, name: str) -> str:
    found = element.find(f"{qn(properties)}/{qn(name)}")
    return "" if found is None else str(found.get(qn("w:val")) or "")
