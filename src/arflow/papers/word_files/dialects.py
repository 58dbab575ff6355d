"""Word files that Word opens and python-docx does not: Strict Open XML, and links to parts that are not there."""

import posixpath
import re
import zipfile
from collections.abc import Collection
from io import BytesIO

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/([a-zA-Z]+)/(?:2006/)?([a-zA-Z/]+)")
_RELATED = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def as_word_writes(content: bytes) -> bytes:
    """The same document in the names that Word uses by default, without links to nothing; the same bytes if it has both."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        names = {part.filename for part in file.infolist()}
        typed = names & _typed(file, names)
        changed = {name: after for name in names if (after := _changed(file, name, typed)) is not None}
        if not changed:
            return content
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
            for name in sorted(names):
                written.writestr(name, changed.get(name) or file.read(name))
        return made.getvalue()


def _typed(file: zipfile.ZipFile, names: Collection[str]) -> set[str]:
    """The parts whose type the file tells: python-docx opens no other, and Word passes over them."""
    from docx.oxml.parser import parse_xml

    root = parse_xml(file.read("[Content_Types].xml"))
    endings = {str(one.get("Extension")).lower() for one in root if one.get("Extension")}
    parts = {str(one.get("PartName")).lstrip("/") for one in root if one.get("PartName")}
    return {name for name in names if name in parts or name.rpartition(".")[2].lower() in endings}


def _changed(file: zipfile.ZipFile, name: str, names: Collection[str]) -> bytes | None:
    if not name.lower().endswith((".xml", ".rels")):
        return None
    part = file.read(name)
    after = _STRICT.sub(_transitional, part) if b"purl.oclc.org/ooxml" in part else part
    if name.endswith(".rels"):
        after = _with_targets(after, posixpath.dirname(posixpath.dirname(name)), names)
    return None if after is part else after


def _transitional(found: re.Match[bytes]) -> bytes:
    """The name that ECMA-376 gives in its transitional part: the year stands after the subject."""
    kind, rest = found.groups()
    rest = rest.replace(b"extendedProperties", b"extended-properties").replace(
        b"customProperties", b"custom-properties"
    )
    return b"http://schemas.openxmlformats.org/" + kind + b"/2006/" + rest


def _with_targets(part: bytes, folder: str, names: Collection[str]) -> bytes:
    """Links inside the file only to parts that it has: Word shows a cross for a picture that is not there."""
    from docx.oxml.parser import parse_xml
    from lxml.etree import tostring

    root = parse_xml(part)
    broken = [
        one
        for one in root.iter(_RELATED)
        if one.get("TargetMode") != "External" and _place(str(one.get("Target")), folder) not in names
    ]
    for one in broken:
        root.remove(one)
    return tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True) if broken else part


def _place(target: str, folder: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
