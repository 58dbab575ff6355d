"""A pack as a ZIP file: the same content gives the same bytes, and every file's digest goes into the manifest."""

import hashlib
import json
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

# ZIP knows no time without a day: the first it can hold says nothing about when a pack was made.
_NO_DAY = (1980, 1, 1, 0, 0, 0)
_READ_BY_ALL = 0o100644 << 16
_UNIX = 3


class Packing:
    """Takes files in, one after the other, straight into the ZIP."""

    def __init__(self, to: BinaryIO) -> None:
        self._zip = ZipFile(to, "w", ZIP_DEFLATED)
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, content: bytes | str) -> None:
        """Take in a file that the manifest will name."""
        written = content.encode() if isinstance(content, str) else content
        self.files[name] = {"sha256": hashlib.sha256(written).hexdigest(), "size": len(written)}
        self._write(name, written)

    def seal(self, name: str, manifest: bytes) -> None:
        """Take in the manifest, which names every other file."""
        self._write(name, manifest)

    def __enter__(self) -> "Packing":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _write(self, name: str, content: bytes) -> None:
        entry = ZipInfo(name, _NO_DAY)
        entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, _UNIX, _READ_BY_ALL
        self._zip.writestr(entry, content)


def as_json(document: object) -> bytes:
    """A document of a pack: indented JSON, so that people can read it as well."""
    return json.dumps(msgspec.to_builtins(document), indent=1, ensure_ascii=False).encode() + b"\n"
