"""Writes a form as a PDF with fields to fill in: Typst sets and tags the page, and pypdf makes each of its links a field.

A link has its place on the page and among the tags already (ISO 32000-2 14.8.4.7.2): as a field it keeps both, so that a screen
reader meets each answer after its question.
"""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from arflow.control_characters import visible
from arflow.papers.forms.pictures import as_svg
from arflow.papers.forms.questions import Field, Form, Row, in_full
from arflow.papers.pages.pdf_page import typeset

if TYPE_CHECKING:
    from pypdf import PdfWriter

Element = Any  # a dictionary of the PDF: what is in one has any type

_FIELDS = "https://field.invalid/"  # what the links begin with that become fields
_ROOM = {"words": 1.7, "day": 0.75, "choice": 0.75, "tick": 0.5}  # cm of height
_MORE_COLUMNS, _EASY = 1.9, 2.2  # cm of height for words in a narrow column, and to write by hand
_MULTILINE, _COMBO = 1 << 12, 1 << 17  # flags of fields (ISO 32000-2 tables 231 and 233)
_LOOK, _LONGEST_LABEL = "/Helv 10 Tf 0 g", 250
_TICKED, _CROSS = "/Yes", b"q 1.4 w 3 3 m 11 11 l 3 11 m 11 3 l S Q"
_BOX = 14  # points: the size that the cross is drawn in


def as_fillable_pdf(form: Form) -> bytes:
    """The .pdf file of a form; its fields have the names of the answers, and say what is asked to those who cannot see it."""
    from pypdf import PdfReader, PdfWriter

    pictures = {f"{row.picture}.svg": as_svg(row.picture) for _, row in form.rows() if row.picture}
    page = typeset("form.typ", _document(form), at=None, images=pictures)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(page.content)))
    fields = {field.name: field for field in form.fields()}
    labels = {field.name: _label(form, row, field) for _, row in form.rows() for field in row.fields}
    made = [_made_field(writer, one, fields, labels) for one in _links(writer)]
    _add_form(writer, made)
    _show_given(writer, fields)
    writer.pdf_header = "%PDF-1.7"  # as Typst writes it
    writer.add_metadata({"/Subject": form.id.line})
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _document(form: Form) -> dict[str, Any]:
    """All that the template prints, as text."""
    return {
        "title": form.title,
        "lines": list(form.lines),
        "facts": [[label, visible(said)] for label, said in form.facts],
        "line": form.id.line,
        "easy": form.easy,
        "fields": _FIELDS,
        "sections": [
            {
                "title": section.title,
                "lines": list(section.lines),
                "heads": list(section.table.heads),
                "widths": list(section.table.widths),
                "rows": [_row(form, row) for row in section.table.rows],
            }
            for section in form.sections
        ],
    }


def _row(form: Form, row: Row) -> dict[str, Any]:
    narrow = len(row.fields) > 1
    answers = [{"name": field.name, "height": _height(field, narrow=narrow, easy=form.easy)} for field in row.fields]
    return {"key": row.key, "help": visible(row.help), "picture": row.picture, "answers": answers}


def _height(field: Field, *, narrow: bool, easy: bool) -> float:
    if field.kind != "words":
        return _ROOM[field.kind]
    return _EASY if easy else _MORE_COLUMNS if narrow else _ROOM["words"]


def _label(form: Form, row: Row, field: Field) -> str:
    """What is asked, for those who have the form read to them."""
    said = f"{form.place(field.name)}. {visible(row.help)}" if row.help else form.place(field.name)
    return said[:_LONGEST_LABEL]


def _links(writer: "PdfWriter") -> list[Element]:
    """The links that stand for fields, in the order of the pages."""
    found = [one.get_object() for page in writer.pages for one in page.get("/Annots", ())]
    return [one for one in found if str(one.get("/A", {}).get("/URI", "")).startswith(_FIELDS)]


def _made_field(writer: "PdfWriter", link: Element, fields: dict[str, Field], labels: dict[str, str]) -> Element:
    """The link as a field, on the page and among the tags."""
    from pypdf.generic import ArrayObject, NameObject, NumberObject, TextStringObject

    field = fields[str(link["/A"]["/URI"]).removeprefix(_FIELDS)]
    for key in ("/A", "/Border", "/Contents"):
        link.pop(key, None)
    new: dict[str, Any] = {
        "/Subtype": NameObject("/Widget"),
        "/T": TextStringObject(field.name),
        "/TU": TextStringObject(labels[field.name]),
        "/DA": TextStringObject(_LOOK),
    }
    match field.kind:
        case "choice":
            options = (("", ""), *field.options)
            pairs = (ArrayObject(map(TextStringObject, option)) for option in options)
            new |= {"/FT": NameObject("/Ch"), "/Ff": NumberObject(_COMBO), "/Opt": ArrayObject(pairs)}
            new |= {"/V": TextStringObject(field.given)} if field.given else {}
        case "tick":
            new |= {"/FT": NameObject("/Btn"), "/AP": _ticks(writer)}
            new |= dict.fromkeys(("/V", "/AS"), NameObject(_TICKED if field.given else "/Off"))
        case _:
            new |= {"/FT": NameObject("/Tx"), "/Ff": NumberObject(_MULTILINE if field.kind == "words" else 0)}
    link.update({NameObject(key): value for key, value in new.items()})
    _tag(writer, int(link["/StructParent"]))
    return link


def _tag(writer: "PdfWriter", parent: int) -> None:
    """Say among the tags that what was a link is a field."""
    from pypdf.generic import NameObject

    root: Element = writer.root_object
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    places = dict(zip(numbers[::2], numbers[1::2], strict=True))
    places[parent].get_object()[NameObject("/S")] = NameObject("/Form")


def _ticks(writer: "PdfWriter") -> Element:
    """How a box looks that is ticked, and one that is not."""
    from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, StreamObject

    looks = DictionaryObject()
    for name, drawn in ((_TICKED, _CROSS), ("/Off", b"")):
        look = StreamObject()
        look.set_data(drawn)
        look.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
        look[NameObject("/BBox")] = ArrayObject(map(FloatObject, (0, 0, _BOX, _BOX)))
        looks[NameObject(name)] = writer._add_object(look)
    return DictionaryObject({NameObject("/N"): looks})


def _add_form(writer: "PdfWriter", fields: list[Element]) -> None:
    """The list of the fields, and the typefaces of what is typed and ticked."""
    from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, TextStringObject

    faces = DictionaryObject()
    for short, name in (("/Helv", "/Helvetica"), ("/ZaDb", "/ZapfDingbats")):
        said = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": name}
        said |= {"/Encoding": "/WinAnsiEncoding"} if short == "/Helv" else {}
        face = DictionaryObject({NameObject(key): NameObject(value) for key, value in said.items()})
        faces[NameObject(short)] = writer._add_object(face)
    form = DictionaryObject(
        {
            NameObject("/Fields"): ArrayObject([field.indirect_reference for field in fields]),
            NameObject("/DR"): DictionaryObject({NameObject("/Font"): faces}),
            NameObject("/DA"): TextStringObject(_LOOK),
            NameObject("/NeedAppearances"): BooleanObject(True),
        }
    )
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)


def _show_given(writer: "PdfWriter", fields: dict[str, Field]) -> None:
    """Write what the case knows into its fields."""
    from datetime import date

    given = {
        name: in_full(date.fromisoformat(field.given)) if field.kind == "day" else visible(field.given)
        for name, field in fields.items()
        if field.given and field.kind in ("words", "day")
    }
    for page in writer.pages:
        if given and page.get("/Annots"):
            writer.update_page_form_field_values(page, given)
