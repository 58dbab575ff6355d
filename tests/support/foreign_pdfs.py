"""PDFs as other programs make them, to be taken in."""

from io import BytesIO
from typing import Any

import typst
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)


def printed(*words: str, wide: bool = False) -> bytes:
    """A PDF as another program makes it, with the words of each page."""
    page = f'#set page("a4", flipped: {str(wide).lower()})\n'
    made: bytes = typst.compile((page + "\n#pagebreak()\n".join(words)).encode(), format="pdf")
    return made


def form(words: str) -> bytes:
    """A PDF with one field, named `advice`, that says what was written into it."""
    writer, made = PdfWriter(), BytesIO()
    writer.append(BytesIO(printed("A form")))
    field = {"/Type": "/Annot", "/Subtype": "/Widget", "/FT": "/Tx", "/T": "advice", "/V": words, "/F": 4}
    shown = DecodedStreamObject()
    shown.set_data(f"BT /F1 12 Tf 5 5 Td ({words}) Tj ET".encode())
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    shown.update(_as_object({"/Subtype": "/Form", "/BBox": [0, 0, 200, 20], "/Resources": {"/Font": {"/F1": font}}}))
    widget = _as_object({**field, "/Rect": [72, 600, 272, 620]})
    widget[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(shown)})
    reference = writer._add_object(widget)
    writer.pages[0][NameObject("/Annots")] = ArrayObject([reference])
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): ArrayObject([reference])})
    writer.write(made)
    return made.getvalue()


def _as_object(value: Any) -> Any:
    match value:
        case dict():
            return DictionaryObject({NameObject(key): _as_object(part) for key, part in value.items()})
        case list():
            return ArrayObject([_as_object(part) for part in value])
        case int():
            return NumberObject(value)
        case _:
            return NameObject(value) if value.startswith("/") else TextStringObject(value)
