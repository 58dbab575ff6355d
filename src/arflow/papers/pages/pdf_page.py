"""Sets a PDF from a template: data goes in as JSON and is never read as markup, and nothing is fetched."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from arflow import temporary
from arflow.errors import NotPossible

if TYPE_CHECKING:
    import typst

_SHARED = "face.typ"
# What every face has: what is spelled out is no word of these.
_LATIN_ENDS = 0x24F
_MARKS = frozenset("–—‘’“”…·•→←≤≥−€™\u00a0\n")
_NOT_SET = re.compile(r'the (?:text|disallowed codepoint) `"((?:[^"\\]|\\.)*)"`')
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A paper as PDF, and the characters for which no typeface was there: they stand in it as [U+1F600]."""

    content: bytes
    numbered: tuple[str, ...] = ()


def typeset(
    template: str, data: Mapping[str, Any], *, at: datetime | None, images: Mapping[str, bytes] | None = None
) -> Page:
    """A paper that reads aloud (PDF/UA-1), dated `at`, with the `images` that the template names.

    It is set in arflow's own faces, so that it looks the same on every machine; what they lack comes from the machine's,
    and what these lack is written as its number, which the paper says. NotPossible where an image is damaged.
    """
    missing = dict[str, None]()
    with _project(template, images or {}) as project:
        for of_the_machine in (False, True, True, True):
            content, lacking = _compiled(project, _numbered(data, missing), at, of_the_machine=of_the_machine)
            if content is not None:
                return Page(content=content, numbered=tuple(missing))
            if of_the_machine:
                missing |= dict.fromkeys(lacking)
        missing = dict.fromkeys(_all_rare(data))
        content, lacking = _compiled(project, _numbered(data, missing), at, of_the_machine=True)
    if content is None:
        raise AssertionError(f"{template} has characters of its own that no face has: {', '.join(map(ascii, lacking))}")
    return Page(content=content, numbered=tuple(missing))


def last_line_of(
    template: str, data: Mapping[str, Any], *, images: Mapping[str, bytes] | None = None
) -> tuple[int, float]:
    """On which page a paper ends, and how far down in mm: what its template marks as <end>."""
    import typst

    with _project(template, images or {}) as project, _damaged_pictures_refused():
        found = typst.query(
            **project,
            selector="<end>",
            field="value",
            one=True,
            font_paths=_fonts(of_the_machine=False),
            sys_inputs=_given(data),
        )
    end = msgspec.json.decode(found)
    return end["page"], end["y"]


@contextmanager
def _project(template: str, images: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """A template and what it is set with, and where these are: in memory, or with images in a private folder."""
    sources = {"main.typ": _template(template), _SHARED: _template(_SHARED)}
    if not images:
        yield {"input": sources}
        return
    with temporary.folder("typeset") as folder:
        for name, content in {**sources, **images}.items():
            (folder / name).write_bytes(content)
        yield {"input": folder / "main.typ", "root": folder}


def _given(data: Mapping[str, Any]) -> dict[str, str]:
    return {"data": msgspec.json.encode(data).decode()}


def _template(name: str) -> bytes:
    return files("arflow.papers.pages").joinpath("templates", name).read_bytes()


@cache
def _fonts(*, of_the_machine: bool) -> "typst.Fonts":
    import typst

    shipped = files("arflow.papers.pages").joinpath("fonts")
    return typst.Fonts(include_system_fonts=of_the_machine, font_paths=[str(shipped)])


def _compiled(
    project: dict[str, Any], data: Mapping[str, Any], at: datetime | None, *, of_the_machine: bool
) -> tuple[bytes | None, tuple[str, ...]]:
    """The PDF; or None and what no face has."""
    import typst

    try:
        with _damaged_pictures_refused():
            made = typst.compile(
                **project,
                format="pdf",
                font_paths=_fonts(of_the_machine=of_the_machine),
                sys_inputs=_given(data),
                pdf_standards=["ua-1"],
                timestamp=at and at.replace(microsecond=0),  # it takes whole seconds
            )
    except typst.TypstError as error:
        lacking = tuple(map(_unescaped, _NOT_SET.findall(error.diagnostic)))
        if not lacking:
            raise
        return None, lacking
    return made, ()


@contextmanager
def _damaged_pictures_refused() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:  # as a query raises it, and what compiling raises is one too
        if "decode image" in str(error):
            raise NotPossible("a picture in this paper is damaged: put it in once more") from error
        if "in SVG" in str(error):
            raise NotPossible("a picture in this paper asks for another file: put that into it") from error
        raise


def _unescaped(words: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else _NAMED.get(found[2], found[2]), words)


def _numbered(data: Mapping[str, Any], missing: Mapping[str, None]) -> dict[str, Any]:
    """The same with each character that is `missing` as its number, so that none is lost."""
    if not missing:
        return dict(data)
    longest_first = "|".join(re.escape(words) for words in sorted(missing, key=len, reverse=True))
    found = re.compile(longest_first)

    def spelled(value: Any) -> Any:
        match value:
            case str():
                return found.sub(lambda words: _as_numbers(words[0]), value)
            case Mapping():
                return {key: spelled(part) for key, part in value.items()}
            case list() | tuple():
                return [spelled(part) for part in value]
            case _:
                return value

    return {**spelled(data), "numbered": [_as_numbers(words) for words in missing]}


def _as_numbers(words: str) -> str:
    return f"[{' '.join(f'U+{ord(character):04X}' for character in words)}]"


def _all_rare(value: Any) -> Iterator[str]:
    """Each character that a typeface may lack, once."""
    match value:
        case str():
            rare = [character for character in value if not _is_plain(character)]
        case Mapping():
            rare = [character for part in value.values() for character in _all_rare(part)]
        case list() | tuple():
            rare = [character for part in value for character in _all_rare(part)]
        case _:
            rare = []
    yield from dict.fromkeys(rare)


def _is_plain(character: str) -> bool:
    if character in _MARKS:
        return True
    return ord(character) <= _LATIN_ENDS and unicodedata.category(character) not in ("Cc", "Cf")
