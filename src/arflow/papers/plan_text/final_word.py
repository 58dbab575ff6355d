"""The final plan as a Word file; what is read back from it is the same plan."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from arflow.law.plan_sections import SECTIONS
from arflow.papers.plan_text.final_plan import FinalPlan, Table, table_of, written_day
from arflow.papers.plan_text.lines import NOTHING_SET_OUT
from arflow.papers.plan_text.word_file import NOTE, add_item, new_document, saved

if TYPE_CHECKING:
    from docx.document import Document

TITLE = "Education, Health and Care plan"
_WIDTH = 17.0  # centimetres between the margins
_NARROW = {"No.": 1.6, "Outcomes": 2.8}


def as_final_word(final: FinalPlan) -> bytes:
    """The .docx file."""
    document = new_document(TITLE)
    _widen(document)
    document.core_properties.subject = f"Final plan made on {final.made_on.isoformat()}"
    _pairs(document, final.cover)
    document.add_paragraph()
    _pairs(document, final.signature)
    _footer(document, final)
    for at, (section, title) in enumerate(SECTIONS.items()):
        heading = document.add_heading(f"Section {section}: {title}", level=2)
        heading.paragraph_format.page_break_before = at == 0
        items = final.plan.of(section)
        table = table_of(section, items) if items else None
        if table:
            _table(document, table)
        for item in () if table else items:
            add_item(document, item)
        if not items:
            document.add_paragraph(NOTHING_SET_OUT, style=NOTE)
    return saved(document)


def _widen(document: "Document") -> None:
    from docx.shared import Cm

    page = document.sections[0]
    page.left_margin = page.right_margin = Cm((21 - _WIDTH) / 2)


def _pairs(document: "Document", pairs: Sequence[tuple[str, str]]) -> None:
    from docx.shared import Cm

    table = _sized(document, (5.5, _WIDTH - 5.5))
    for label, words in pairs:
        row = table.add_row()
        for cell, text in zip(row.cells, (label, words), strict=True):
            _write(cell, text, bold=text == label)
        if not words:
            row.height = Cm(1.1)


def _table(document: "Document", table: Table) -> None:
    from docx.oxml import OxmlElement

    others = [head for head in table.heads if head not in _NARROW]
    left = _WIDTH - sum(_NARROW.get(head, 0.0) for head in table.heads)
    first, share = (left, 0.0) if len(others) == 1 else (left * 0.45, left * 0.55 / (len(others) - 1))
    made = _sized(document, [_NARROW.get(head, first if head == others[0] else share) for head in table.heads])
    for texts in (table.heads, *table.rows):
        row = made.add_row()
        for cell, text in zip(row.cells, texts, strict=True):
            _write(cell, text, bold=texts is table.heads)
        properties: Any = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:tblHeader" if texts is table.heads else "w:cantSplit"))


def _sized(document: "Document", widths: Sequence[float]) -> Any:
    """A table without rows, its columns as wide in centimetres."""
    from docx.shared import Cm

    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    return table


def _write(cell: Any, text: str, *, bold: bool) -> None:
    from docx.shared import Pt

    for at, line in enumerate(text.split("\n")):
        paragraph = cell.add_paragraph() if at else cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.add_run(line).bold = bold


def _footer(document: "Document", final: FinalPlan) -> None:
    """The reference, the day and the number of the page, so that a page that lies alone can be put back."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.style = document.styles[NOTE]
    paragraph.add_run(f"{final.reference}, made {written_day(final.made_on)}, page ")
    field: Any = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)
    run: Any = OxmlElement("w:r")
    run.append(OxmlElement("w:t"))
    field.append(run)
