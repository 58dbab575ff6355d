"""Opens a Word file that somebody sent: whole, of a kind that holds no program, and no larger than it says."""

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from arflow.errors import InvalidValue

if TYPE_CHECKING:
    from docx.document import Document

LARGEST_FILE, LARGEST_PART, LARGEST_WHOLE, MOST_PARTS = 50_000_000, 40_000_000, 200_000_000, 5_000  # bytes; parts
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .doc files, and of encrypted .docx files


def open_word(content: bytes, name: str) -> "Document":
    """The document; InvalidValue says in one line why it cannot be read."""
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    _check(content, name)
    try:
        return Document(BytesIO(content))
    except (OpcError, XMLSyntaxError, KeyError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        # Parts that are missing or are no XML come out of python-docx as any of these.
        raise _refused(name, "a Word file that can be read: it is damaged; save it again in Word") from error


def _check(content: bytes, name: str) -> None:
    if content.startswith(_OLD_OR_LOCKED):
        raise _refused(
            name, "a .docx file that can be read: it has a password or is an old .doc; save it as .docx without"
        )
    if len(content) > LARGEST_FILE:
        raise _refused(name, f"small enough: it is over {LARGEST_FILE // 1_000_000} MB")
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            _check_parts(parts, name)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise _refused(name, "a Word file (.docx)") from error


def _check_parts(parts: zipfile.ZipFile, name: str) -> None:
    inside = parts.infolist()
    if any(part.flag_bits & 1 for part in inside):
        raise _refused(name, "a .docx file that can be read: it has a password; take it off and save it again")
    sizes = [part.file_size for part in inside]
    if len(inside) > MOST_PARTS or max(sizes, default=0) > LARGEST_PART or sum(sizes) > LARGEST_WHOLE:
        raise _refused(name, "safe to open: unpacked it would be far larger than any plan")
    names = {part.filename for part in inside}
    if "[Content_Types].xml" not in names:
        raise _refused(name, "a Word file (.docx)")
    types = parts.read("[Content_Types].xml")
    if b"macroEnabled" in types or any(part.lower().endswith("vbaproject.bin") for part in names):
        raise _refused(name, "a file without macros: save it as .docx")
    if b"wordprocessingml.document.main+xml" not in types:
        raise _refused(name, "a Word file (.docx)")


def _refused(name: str, wanted: str) -> InvalidValue:
    return InvalidValue("FILE", name, wanted)
