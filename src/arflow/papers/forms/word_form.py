"""Writes a form as a Word file: each answer is a content control with a tag, inside a bookmark of the same name.

LibreOffice drops the tags of content controls and keeps bookmarks; Google Docs keeps neither, and keeps the tables.
"""

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from arflow.control_characters import visible
from arflow.papers.forms.pictures import SHOWN, as_png
from arflow.papers.forms.questions import (
    NOT_TICKED,
    PLACEHOLDERS,
    TICKED,
    Field,
    Form,
    Row,
    Section,
    Table,
    in_full,
)

if TYPE_CHECKING:
    from docx.document import Document

    Element = Any  # python-docx's elements and lxml's are one thing with two types

BOOKMARK = "f_"  # what the bookmarks of answers begin with
_INK, _HEAD, _LABEL, _QUIET, _LINES = "12365C", "12365C", "EEF3F8", "5A6570", "8496A9"
_TEXT_WIDTH, _EASY_HEIGHT = 17.8, 2.6  # cm: what is written in, and a box to write or draw in by hand
_PICTURE = 1.1  # cm
_EASY = 1.45  # times the ordinary size of the type
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"


def as_word(form: Form) -> bytes:
    """The .docx file of a form."""
    writer = _Writer(form)
    for section in form.sections:
        writer.section(section)
    return writer.saved()


class _Writer:
    """Writes the headings, tables and answers of one form."""

    def __init__(self, form: Form) -> None:
        self._form, self._number = form, 0
        self.document = _new_document(form)
        self.document.add_heading(form.title, level=1)
        for line in form.lines:
            self.document.add_paragraph(line)
        if form.facts:
            self._facts(form.facts)

    def section(self, section: Section) -> None:
        """A heading with its lines and its table."""
        self.document.add_heading(section.title, level=2)
        for line in section.lines:
            self.document.add_paragraph(line).paragraph_format.keep_with_next = True
        self._table(section.table)

    def saved(self) -> bytes:
        """The file, with the line that names the form at its end."""
        self.document.add_paragraph(_keep(self._form), style="Form line")
        file = BytesIO()
        self.document.save(file)
        return file.getvalue()

    def _facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """What the form is about, as lines of text: only what is asked stands in tables."""
        for label, said in facts:
            paragraph = self.document.add_paragraph(style="Form fact")
            paragraph.add_run(f"{label}: ").bold = True
            paragraph.add_run(visible(said))

    def _table(self, asked: Table) -> None:
        table = self.document.add_table(rows=1, cols=len(asked.heads))
        table.style, table.autofit = self.document.styles["Table Grid"], False
        _describe(table, asked.about)
        for column, width in zip(table.columns, asked.widths, strict=True):
            column.width = _wide(width)
        _repeat(table.rows[0])
        for cell, head, width in zip(table.rows[0].cells, asked.heads, asked.widths, strict=True):
            _shade(cell, _HEAD)
            cell.width = _wide(width)
            run = cell.paragraphs[0].add_run(head)
            run.bold = True
            run.font.color.rgb = _rgb("FFFFFF")
            _tidy(cell)
        for row in asked.rows:
            self._row(table.add_row(), row, asked.widths)
        self.document.add_paragraph(style="Form gap")

    def _row(self, written: Any, row: Row, widths: tuple[float, ...]) -> None:
        _whole(written)
        label, *answers = written.cells
        _shade(label, _LABEL)
        if row.picture:
            _picture(label.paragraphs[0], row.picture)
        asked = label.add_paragraph() if row.picture else label.paragraphs[0]
        asked.add_run(row.key).bold = True
        if row.help:
            label.add_paragraph(visible(row.help), style="Form help")
        _tidy(label)
        for cell, width in zip(written.cells, widths, strict=True):
            cell.width = _wide(width)
        if self._form.easy:
            _room_to_write(written)
        for cell, field in zip(answers, row.fields, strict=True):
            self._answer(cell, field)
            _tidy(cell)

    def _answer(self, cell: Any, field: Field) -> None:
        """A content control in the cell's paragraph, between the ends of its bookmark."""
        self._number += 1
        paragraph: Element = cell.paragraphs[0]._p
        start = _made("w:bookmarkStart", {"w:id": str(self._number), "w:name": BOOKMARK + field.name})
        end = _made("w:bookmarkEnd", {"w:id": str(self._number)})
        for element in (start, self._control(field), end):
            paragraph.append(element)

    def _control(self, field: Field) -> "Element":
        control, properties, content = _made("w:sdt"), _made("w:sdtPr"), _made("w:sdtContent")
        shown, is_given = _shown(field)
        if not is_given and field.kind != "tick":
            properties.append(_look(_QUIET))
        properties.append(_made("w:alias", {"w:val": self._form.place(field.name)[:60]}))
        properties.append(_made("w:tag", {"w:val": field.name}))
        properties.append(_made("w:id", {"w:val": str(100_000 + self._number)}))
        properties.append(_made("w:lock", {"w:val": "sdtLocked"}))
        if not is_given and field.kind != "tick":
            properties.append(_made("w:showingPlcHdr"))
        properties.append(_kind(field, shown))
        run = _made("w:r")
        if not is_given and field.kind != "tick":
            run.append(_look(_QUIET))
        for at, line in enumerate(shown.split("\n")):
            if at:
                run.append(_made("w:br"))
            text = _made("w:t")
            text.text = line
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(text)
        content.append(run)
        control.append(properties)
        control.append(content)
        return control


def _shown(field: Field) -> tuple[str, bool]:
    """What an answer says in the new form, and whether that is something we know."""
    if field.kind == "tick":
        return (TICKED if field.given else NOT_TICKED), bool(field.given)
    if not field.given:
        return PLACEHOLDERS[field.kind], False
    if field.kind == "choice":
        return field.shown(field.given), True
    if field.kind == "day":
        return in_full(date.fromisoformat(field.given)), True
    return visible(field.given), True


def _kind(field: Field, shown: str) -> "Element":
    match field.kind:
        case "words":
            return _made("w:text", {"w:multiLine": "1"})
        case "day":
            given = {"w:fullDate": f"{field.given}T00:00:00Z"} if field.given else {}
            control = _made("w:date", given)
            for name, value in (
                ("w:dateFormat", "d MMMM yyyy"),
                ("w:lid", "en-GB"),
                ("w:storeMappedDataAs", "dateTime"),
                ("w:calendar", "gregorian"),
            ):
                control.append(_made(name, {"w:val": value}))
            return control
        case "choice":
            control = _made("w:dropDownList")
            for code, words in (("", PLACEHOLDERS["choice"]), *field.options):
                control.append(_made("w:listItem", {"w:displayText": words, "w:value": code}))
            return control
        case "tick":
            return _checkbox(ticked=shown == TICKED)


def _checkbox(*, ticked: bool) -> "Element":
    from lxml import etree

    box = etree.Element(f"{{{_W14}}}checkbox", nsmap={"w14": _W14})
    for name, value, font in (
        ("checked", "1" if ticked else "0", None),
        ("checkedState", f"{ord(TICKED):04X}", "MS Gothic"),
        ("uncheckedState", f"{ord(NOT_TICKED):04X}", "MS Gothic"),
    ):
        part = etree.SubElement(box, f"{{{_W14}}}{name}")
        part.set(f"{{{_W14}}}val", value)
        if font:
            part.set(f"{{{_W14}}}font", font)
    return box


def _keep(form: Form) -> str:
    return f"{form.id.line}. Please leave this line as it is."


# --- the page ---------------------------------------------------------------------------------------------------


def _new_document(form: Form) -> "Document":
    """An empty A4 document in our look and in English, that says in its properties which form it is."""
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(1.6)
    page.top_margin, page.bottom_margin = Cm(1.8), Cm(1.8)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = form.title, "arflow", ""
    properties.language, properties.identifier = "en-GB", form.id.line
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    _style(document, _EASY if form.easy else 1.0)
    foot = page.footer.paragraphs[0]
    foot.text, foot.style = form.id.line, document.styles["Form line"]
    return document


def _style(document: "Document", by: float) -> None:
    """Our look, in type that is so much larger."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11 * by)
    normal.paragraph_format.space_after = Pt(6)
    for name, points, before in (("Heading 1", 20, 0), ("Heading 2", 14, 10)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Arial", Pt(points * by), _rgb(_INK)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(6)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            style.element.rPr.rFonts.attrib.pop(qn(theme), None)
    for name, size, after in (
        ("Form help", 9.5, 0),
        ("Form line", 9, 0),
        ("Form gap", 4, 0),
        ("Form fact", 11 * by, 2),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.font.size = normal, Pt(size)
        style.paragraph_format.space_after = Pt(after)
    for name in ("Form help", "Form line"):
        document.styles[name].font.color.rgb = _rgb(_QUIET)


def _rgb(colour: str) -> Any:
    from docx.shared import RGBColor

    return RGBColor.from_string(colour)


def _made(name: str, attributes: dict[str, str] | None = None) -> "Element":
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element: Element = OxmlElement(name)
    for key, value in (attributes or {}).items():
        element.set(qn(key), value)
    return element


def _look(colour: str) -> "Element":
    look = _made("w:rPr")
    look.append(_made("w:color", {"w:val": colour}))
    return look


def _shade(cell: Any, colour: str) -> None:
    cell._tc.get_or_add_tcPr().append(_made("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": colour}))


def _wide(tenths: float) -> Any:
    from docx.shared import Cm

    return Cm(_TEXT_WIDTH * tenths / 10)


def _tidy(cell: Any) -> None:
    from docx.shared import Pt

    for paragraph in cell.paragraphs:
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)


def _repeat(row: Any) -> None:
    """A heading row: read out with each cell, and repeated on each page."""
    _whole(row)
    row._tr.get_or_add_trPr().append(_made("w:tblHeader"))


def _whole(row: Any) -> None:
    """A row that is not divided between two pages."""
    row._tr.get_or_add_trPr().append(_made("w:cantSplit"))


def _room_to_write(row: Any) -> None:
    from docx.shared import Cm

    row.height = Cm(_EASY_HEIGHT)


def _picture(paragraph: Any, name: str) -> None:
    """A picture in a paragraph of its own, described for those who cannot see it."""
    from docx.shared import Cm

    drawn = paragraph.add_run().add_picture(BytesIO(as_png(name)), width=Cm(_PICTURE))
    drawn._inline.docPr.set("descr", SHOWN[name])


def _describe(table: Any, about: str) -> None:
    """What the table is, for those who have it read to them; and its lines, in a quiet colour."""
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr
    lines = _made("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        lines.append(_made(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:color": _LINES}))
    properties.find(qn("w:tblLayout")).addprevious(lines)  # Word opens a file only if they stand in their order
    properties.append(_made("w:tblCaption", {"w:val": about}))
    properties.append(_made("w:tblDescription", {"w:val": about}))
