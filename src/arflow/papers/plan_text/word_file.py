"""A plan as a Word file: a heading for each section, a paragraph for each item, which people can edit and send back."""

from io import BytesIO
from typing import TYPE_CHECKING

from arflow.law.plan_sections import SECTIONS
from arflow.papers.plan_text.lines import GUARD, NO_ITEMS
from arflow.papers.plan_text.marked_plan import written
from arflow.papers.plan_text.outline import begins_something
from arflow.papers.plan_text.plan_text import Item, PlanText

if TYPE_CHECKING:
    from docx.document import Document

ITEM, CONTINUED, NOTE = "Plan item", "Plan item continued", "Plan note"


def as_word(plan: PlanText) -> bytes:
    """The clean plan; what is read back from it is the same plan."""
    document = new_document("EHC plan")
    for section, title in SECTIONS.items():
        document.add_heading(f"Section {section}: {title}", level=2)
        for item in plan.of(section):
            add_item(document, item)
        if not plan.of(section):
            document.add_paragraph(NO_ITEMS, style=NOTE)
    return saved(document)


def add_item(document: "Document", item: Item) -> None:
    """An item as a paragraph for each of its lines."""
    for at, line in enumerate(written(item).split("\n")):
        guard = GUARD if at and begins_something(line) else ""
        document.add_paragraph(guard + line, style=CONTINUED if at else ITEM)


def new_document(title: str) -> "Document":
    """An empty A4 document with the title and the styles of a plan."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    document.core_properties.title, document.core_properties.author = title, ""
    document.core_properties.last_modified_by = ""
    document.core_properties.comments, document.core_properties.language = "", "en-GB"
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(12)
    _add_styles(document)
    document.add_heading(title, level=1)
    return document


def _add_styles(document: "Document") -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    for name in ("Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = "Arial", RGBColor(0x12, 0x36, 0x5C)
        fonts = style.element.rPr.rFonts
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
    for name, indent in ((ITEM, 0.0), (CONTINUED, 1.0), (NOTE, 0.0)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.paragraph_format.left_indent, style.paragraph_format.space_after = Cm(indent), Pt(6)
    document.styles[NOTE].font.size = Pt(10)


def saved(document: "Document") -> bytes:
    """The document as the bytes of a .docx file."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()
