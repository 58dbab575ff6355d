"""Checks at the door: what may be kept, by its name and by what is in it, how big, and that a scanner calls it clean."""

import os
import re
import shlex
import subprocess
from collections.abc import Mapping
from email.parser import BytesHeaderParser
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import PurePath
from typing import BinaryIO, NoReturn
from zipfile import ZipFile

import msgspec

from arflow import zip_listing
from arflow.errors import DocumentRefused, InvalidValue, field_name
from arflow.papers.documents.file_types import BY_NAME, MEDIA, NAMELESS, UNOPENED, listed, looks_like, media_type_of
from arflow.papers.documents.pdf_file import pdf

_MEGABYTE = 1_000_000
_LIMIT = 50
_HEAD = 64 * 1024
_SCAN_SECONDS = 120
_LONGEST_NAME = 200
_CLEAN, _INFECTED = 0, 1
# What an office file may unpack to: a few kilobytes can otherwise fill the disk of whoever opens them.
_UNPACKED = 1_000 * _MEGABYTE
_LONGEST_LIST = 10 * _MEGABYTE

# The part that every file of the type has, inside the ZIP that it is.
_ZIPPED = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
}
_MACROS = re.compile(r"(^|/)(vbaProject\.bin|vbaData\.xml|Basic/|Scripts/)", re.IGNORECASE)
# How files of old Office types begin, and what they call the place of their macros ([MS-OVBA] 1.3.1).
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_OLD_MACROS = "VBA_PROJECT".encode("utf-16-le")
_NOT_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """How big a file may be, in bytes, and the command that scans one given on its standard input (exit 0: clean)."""

    limit: int = _LIMIT * _MEGABYTE
    scan: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Door":
        """As ARFLOW_DOCUMENT_LIMIT (megabytes) and ARFLOW_VIRUS_SCAN (such as `clamdscan --no-summary -`) say."""
        limit = environment.get("ARFLOW_DOCUMENT_LIMIT") or str(_LIMIT)
        if not limit.isdigit() or int(limit) == 0:
            raise InvalidValue("ARFLOW_DOCUMENT_LIMIT", limit, "a whole number of megabytes, such as 50")
        return cls(limit=int(limit) * _MEGABYTE, scan=environment.get("ARFLOW_VIRUS_SCAN") or None)


def file_name(name: str) -> str:
    """The name a file came under, without its folders; InvalidValue where it is none."""
    last = PurePath(name.replace("\\", "/")).name
    if not last or not last.isprintable() or len(last) > _LONGEST_NAME:
        raise InvalidValue(
            field_name("name"), repr(name[:40]), f"a file name on one line, of at most {_LONGEST_NAME} characters"
        )
    return last


def check(file: BinaryIO, name: str, door: Door) -> str:
    """The media type of a file that may be kept; DocumentRefused, with one clear line, for any other."""
    size = file.seek(0, os.SEEK_END)
    if size == 0:
        raise DocumentRefused(name, "empty", "is empty: send the file again")
    if size > door.limit:
        said = f"has {size / _MEGABYTE:.1f} MB, more than the {door.limit // _MEGABYTE} MB allowed: make it smaller"
        raise DocumentRefused(name, "too_large", f"{said}, or raise ARFLOW_DOCUMENT_LIMIT")
    media_type = _media_type(file, name)
    if door.scan:
        _scan(file, name, door.scan)
    file.seek(0)
    return media_type


def _media_type(file: BinaryIO, name: str) -> str:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in ("docm", "dotm", "xlsm", "pptm"):
        raise DocumentRefused(name, "macros", "may hold macros: save it without them, or as PDF")
    file.seek(0)
    head = file.read(_HEAD)
    if ending in MEDIA or ending in NAMELESS:
        seen = media_type_of(head, ending)
        if seen:
            return seen
    if ending in BY_NAME:
        return _by_name(file, name, ending, head)
    if ending in UNOPENED:
        return _unopened(file, name, ending, head)
    if ending in MEDIA:
        _refuse_disguised(name, ending)
    raise DocumentRefused(name, "type", f"is not of a type that is kept ({listed()}): save it as PDF")


def _by_name(file: BinaryIO, name: str, ending: str, head: bytes) -> str:
    """The media type that a name says, where the file is of it and whole."""
    media_type, looks = BY_NAME[ending]
    found = looks_like(head)
    if head.startswith(_OLD_OFFICE):
        raise DocumentRefused(
            name, "type", "has a password, or is of an old Office type: save it in a new format, or as PDF"
        )
    if not (found & looks if looks else _is_text(head, ending, found)):
        _refuse_disguised(name, ending)
    if ending in _ZIPPED:
        _check_zipped(file, name, ending)
    if ending == "pdf":
        with pdf(file, name):
            pass
    return media_type


def _unopened(file: BinaryIO, name: str, ending: str, head: bytes) -> str:
    """The media type of a file that is kept as it is, and never opened here."""
    media_type, begins = UNOPENED[ending]
    if not head.startswith(begins):
        _refuse_disguised(name, ending)
    if begins == _OLD_OFFICE:
        with _whole(file) as content:
            if _OLD_MACROS in bytes(content):
                raise DocumentRefused(name, "macros", "holds macros: save it without them, or as PDF")
    return media_type


def _refuse_disguised(name: str, ending: str) -> NoReturn:
    raise DocumentRefused(name, "type", f"is not what its name says, {ending}: send the file itself, or a PDF")


def _is_text(head: bytes, ending: str, found: frozenset[str]) -> bool:
    if ".html" in found or ".exe" in found or (_NOT_TEXT.search(head) and not head.startswith(_UTF_16)):
        return False
    match ending:
        case "eml":
            return bool(BytesHeaderParser().parsebytes(head).keys())
        case "ics":
            return b"BEGIN:VCALENDAR" in head.upper()
        case "json":
            return head.lstrip()[:1] in (b"{", b"[")
        case _:
            return True


def _check_zipped(file: BinaryIO, name: str, ending: str) -> None:
    if zip_listing.is_too_long(file):
        raise DocumentRefused(name, "too_large", "has more parts than any office file: save it as PDF")
    try:
        with ZipFile(file) as zipped:
            parts = {part.filename: part for part in zipped.infolist()}
            types = _listed_types(zipped) if "[Content_Types].xml" in parts else b""
    except zip_listing.TORN:
        raise DocumentRefused(name, "broken", "is damaged and cannot be opened: send the file again") from None
    if _ZIPPED[ending] not in parts:
        raise DocumentRefused(name, "type", f"is not what its name says, {ending}: send the file itself, or a PDF")
    if any(_MACROS.search(part) for part in parts) or b"macroEnabled" in types:
        raise DocumentRefused(name, "macros", "holds macros: save it without them, or as PDF")
    if sum(part.file_size for part in parts.values()) > _UNPACKED:
        raise DocumentRefused(name, "too_large", "unpacks to more than a gigabyte: save it as PDF")


def _listed_types(zipped: ZipFile) -> bytes:
    """The list of an office file's types, as far as any list of them goes."""
    with zipped.open("[Content_Types].xml") as types:
        return types.read(_LONGEST_LIST)


def _scan(file: BinaryIO, name: str, command: str) -> None:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InvalidValue("ARFLOW_VIRUS_SCAN", command, f"a command ({error}): correct it") from None
    with _whole(file) as content:
        try:
            found = subprocess.run(  # noqa: S603  the operator's own command, without a shell
                words,
                input=content,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_SCAN_SECONDS,
                check=False,
            ).returncode
            trouble = f"it answered {found}"
        except subprocess.TimeoutExpired:
            found, trouble = -1, f"it took longer than {_SCAN_SECONDS} seconds"
        except OSError as error:
            found, trouble = -1, str(error.strerror)
    if found == _INFECTED:
        raise DocumentRefused(name, "infected", "is infected, says the virus scanner: it was not kept")
    if found != _CLEAN:
        said = f"could not be scanned ({words[0]}: {trouble}): fix ARFLOW_VIRUS_SCAN or the scanner, and try again"
        raise DocumentRefused(name, "not_scanned", said)


def _whole(file: BinaryIO) -> memoryview | mmap:
    """All of a file as one value that is not another copy of it."""
    return file.getbuffer() if isinstance(file, BytesIO) else mmap(file.fileno(), 0, access=ACCESS_READ)
