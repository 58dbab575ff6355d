"""Which term lists of ours the files of a message name: their line stands on each row of the sheet, whoever saved it."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from zipfile import ZipFile

import msgspec

from arflow import zip_listing
from arflow.post.mail.received import File

_NAMED = re.compile(rb"TL-[0-9a-f]{16}(?![0-9a-f])")
_LARGEST = 20_000_000  # bytes of one part, unpacked: a list of thousands of children has less
_MOST = 5  # lists in one file: more are none of ours
_SHEETS = (".xlsx", ".ods", ".csv", ".xlsm")


class ListFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a message that names term lists of ours: its SHA-256 in hex, and the lists by their ids."""

    digest: str
    name: str
    lists: tuple[str, ...]


def list_files(files: Iterable[File]) -> Iterator[ListFile]:
    """The sheets among files that name a term list."""
    for file in files:
        found = tuple(dict.fromkeys(_named(file)))[:_MOST] if file.name.lower().endswith(_SHEETS) else ()
        if found:
            yield ListFile(digest=hashlib.sha256(file.content).hexdigest(), name=file.name, lists=found)


def names_a_list(words: str) -> bool:
    """Whether words, such as a subject, name a term list."""
    return _NAMED.search(words.encode()) is not None


def _named(file: File) -> Iterator[str]:
    if not file.content.startswith(b"PK"):
        yield from _in(file.content[:_LARGEST])
        return
    packed = BytesIO(file.content)
    if zip_listing.is_too_long(packed):
        return
    try:
        with ZipFile(packed) as zipped:
            for part in zipped.infolist():
                if part.filename.lower().endswith(".xml"):
                    with zipped.open(part) as inside:
                        yield from _in(inside.read(_LARGEST))
    except zip_listing.TORN:
        return


def _in(content: bytes) -> Iterator[str]:
    return (found.decode() for found in _NAMED.findall(content))
