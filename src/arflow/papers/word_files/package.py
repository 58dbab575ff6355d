"""Opens a Word file that somebody sent: whole, of a kind that holds no program, and no larger than it says."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from arflow import zip_listing
from arflow.errors import ArflowError, InvalidValue
from arflow.papers.word_files.dialects import as_word_writes

if TYPE_CHECKING:
    from docx.document import Document

MOST_TAGS = 500_000  # of all parts: what they take in memory and time goes by them, not by their bytes
_TOO_LARGE = "safe to open: unpacked it would be far larger than any plan"
_PIECE = 1 << 20
LARGEST_FILE, LARGEST_PART, LARGEST_WHOLE, MOST_PARTS = 50_000_000, 40_000_000, 200_000_000, 5_000  # bytes; parts
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .doc files, and of encrypted .docx files


def open_word(content: bytes, name: str) -> "Document":
    """The document; InvalidValue says in one line why it cannot be read."""
    from docx import Document

    _check(content, name)
    with damage_refused(name):
        return Document(BytesIO(as_word_writes(content)))


@contextmanager
def damage_refused(name: str) -> Iterator[None]:
    """What libraries raise over a damaged file, at once or when its parts are looked at, as one refusal."""
    try:
        yield
    except ArflowError:
        raise
    except (
        Exception
    ) as error:  # missing parts, parts that are no XML, numbers that are none: it is all one to the reader
        raise _refused(name, "a Word file that can be read: it is damaged; save it again in Word") from error


def _check(content: bytes, name: str) -> None:
    if content.startswith(_OLD_OR_LOCKED):
        raise _refused(
            name, "a .docx file that can be read: it has a password or is an old .doc; save it as .docx without"
        )
    if len(content) > LARGEST_FILE:
        raise _refused(name, f"small enough: it is over {LARGEST_FILE // 1_000_000} MB")
    if zip_listing.is_too_long(BytesIO(content)):
        raise too_large(name)
    try:
        parts = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise _refused(name, "a Word file (.docx)") from error
    with parts, damage_refused(name):
        _check_parts(parts, name)
        _check_tags(parts, name)


def _check_parts(parts: zipfile.ZipFile, name: str) -> None:
    inside = parts.infolist()
    if any(part.flag_bits & 1 for part in inside):
        raise _refused(name, "a .docx file that can be read: it has a password; take it off and save it again")
    sizes = [part.file_size for part in inside]
    if len(inside) > MOST_PARTS or max(sizes, default=0) > LARGEST_PART or sum(sizes) > LARGEST_WHOLE:
        raise too_large(name)
    names = {part.filename for part in inside}
    if "[Content_Types].xml" not in names:
        raise _refused(name, "a Word file (.docx)")
    types = parts.read("[Content_Types].xml")
    if b"macroEnabled" in types or any(part.lower().endswith("vbaproject.bin") for part in names):
        raise _refused(name, "a file without macros: save it as .docx")
    if b"wordprocessingml.document.main+xml" not in types:
        raise _refused(name, "a Word file (.docx)")


def _check_tags(parts: zipfile.ZipFile, name: str) -> None:
    """Refuse a million paragraphs or half a million cells; python-docx takes any part of an XML type apart."""
    tags = 0
    for part in parts.infolist():
        if part.filename.lower().endswith((".xml", ".rels")):
            with parts.open(part) as file:
                tags += sum(one.count(b"<") for one in iter(partial(file.read, _PIECE), b""))
    if tags > MOST_TAGS:
        raise too_large(name)


def too_large(name: str) -> InvalidValue:
    """The refusal of a file that would take more time or memory than any plan needs."""
    return _refused(name, _TOO_LARGE)


def _refused(name: str, wanted: str) -> InvalidValue:
    return InvalidValue("FILE", name, wanted)
