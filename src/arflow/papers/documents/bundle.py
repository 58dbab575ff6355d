"""The circulation bundle: one PDF of a case's papers, with its contents, bookmarks and page numbers."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec

from arflow.errors import MissingValue
from arflow.papers.documents.active_content import disarm
from arflow.papers.documents.bundle_tags import BundleTags, has_words
from arflow.papers.documents.collection import Documents
from arflow.papers.documents.pdf_file import pdf
from arflow.papers.documents.pdf_pages import CannotBePages, as_pdf
from arflow.papers.pages.pdf_page import typeset
from arflow.words import counted

if TYPE_CHECKING:
    from pypdf import PdfWriter


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A document for the bundle: what it is called there, who wrote it, and when; `received` is when it came."""

    digest: str
    title: str
    by: str
    on: date | None = None
    received: date | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Where a paper stands: on `pages` pages from `first`, counted from 1, or `beside` the bundle, for a reason.

    `pictures` of its pages have no words that a program could read aloud, as of a scan.
    `taken_out` says what its file had besides pages, such as JavaScript: that is not in the bundle.
    """

    paper: Paper
    first: int = 0
    pages: int = 0
    pictures: int = 0
    beside: str | None = None
    taken_out: tuple[str, ...] = ()


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """The PDF, with a line for every paper that was asked for, in the order asked for."""

    content: bytes
    entries: tuple[Entry, ...]

    @property
    def manifest(self) -> tuple[str, ...]:
        """The SHA-256 of each paper that the bundle stands for, those sent beside it too."""
        return tuple(entry.paper.digest for entry in self.entries)

    @property
    def beside(self) -> tuple[str, ...]:
        """The SHA-256 of each paper that must be sent as a file of its own."""
        return tuple(entry.paper.digest for entry in self.entries if entry.beside)


def make_bundle(documents: Documents, plan: str, papers: Sequence[Paper], *, title: str, at: datetime) -> Bundle:
    """One PDF of papers of one plan, and of nothing else, dated `at`.

    NotPossible where a paper is another case's, DocumentRefused where one cannot be opened, MissingValue for none.
    """
    if not papers:
        raise MissingValue("papers", "a bundle has at least one: keep one with `arflow document keep`")
    documents.of_case([paper.digest for paper in papers], plan)
    printed = [_printed(documents, paper, plan) for paper in papers]
    entries, contents = _contents(printed, title, at)
    return Bundle(content=_joined(contents, printed, entries, title, at), entries=entries)


class _Printed(msgspec.Struct, frozen=True, kw_only=True):
    """A paper as PDF, or why it has no pages."""

    paper: Paper
    content: bytes = b""
    pages: int = 0
    pictures: int = 0
    beside: str | None = None
    taken_out: tuple[str, ...] = ()


def _printed(documents: Documents, paper: Paper, plan: str) -> _Printed:
    media_type = documents.document(paper.digest).media_type
    try:
        content = as_pdf(documents.read(paper.digest), media_type)
    except CannotBePages as why:
        return _Printed(paper=paper, beside=str(why))
    with pdf(BytesIO(content), f"{paper.title} ({paper.digest[:12]} of {plan})") as reader:
        pictures = sum(not has_words(page) for page in reader.pages)
        return _Printed(
            paper=paper, content=content, pages=len(reader.pages), pictures=pictures, taken_out=disarm(reader)
        )


def _contents(printed: Sequence[_Printed], title: str, at: datetime) -> tuple[tuple[Entry, ...], bytes]:
    """The contents pages, set again until the page numbers in them leave room for as many pages as they are."""
    own = 1
    while True:
        entries = _counted(printed, own)
        content = typeset("bundle.typ", _listed(entries, title, at), at=at).content
        with pdf(BytesIO(content), "the contents") as reader:
            if len(reader.pages) == own:
                return entries, content
            own = len(reader.pages)


def _counted(printed: Sequence[_Printed], own: int) -> tuple[Entry, ...]:
    entries, following = [], own + 1
    for one in printed:
        entries.append(
            Entry(
                paper=one.paper,
                first=following,
                pages=one.pages,
                pictures=one.pictures,
                beside=one.beside,
                taken_out=one.taken_out,
            )
        )
        following += one.pages
    return tuple(entries)


def _listed(entries: Sequence[Entry], title: str, at: datetime) -> dict[str, object]:
    """All that the contents page prints, as text."""

    def line(number: int, entry: Entry, last: str) -> list[str]:
        came = f"not known; came on {_day(entry.paper.received)}" if entry.paper.received else "not known"
        on = _day(entry.paper.on) if entry.paper.on else came
        without = f" (without {', '.join(entry.taken_out)})" if entry.taken_out else ""
        return [str(number), f"{entry.paper.title}{without}{_pictures(entry)}", entry.paper.by, on, last]

    numbered = list(enumerate(entries, 1))
    inside = [line(number, entry, str(entry.first)) for number, entry in numbered if not entry.beside]
    beside = [line(number, entry, entry.beside) for number, entry in numbered if entry.beside]
    number = len(entries)
    return {
        "title": title,
        "lead": f"{counted(number, 'paper')}, of which {len(inside)} in this file.",
        "inside": inside,
        "beside": beside,
        "made": f"Made on {at.day} {at:%B %Y}. The number of each page is at its bottom right.",
    }


def _pictures(entry: Entry) -> str:
    """What whoever listens to a paper must know of it."""
    match entry.pages, entry.pictures:
        case _, 0:
            return ""
        case 1, _:
            return " (a picture: no words in it can be read aloud)"
        case pages, pictures if pages == pictures:
            return " (pictures: no words in them can be read aloud)"
        case pages, pictures:
            return f" ({pictures} of its {pages} pages are pictures: no words in them can be read aloud)"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _joined(contents: bytes, printed: Sequence[_Printed], entries: Sequence[Entry], title: str, at: datetime) -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

    writer = PdfWriter()
    tags = BundleTags(writer)
    with pdf(BytesIO(contents), "the contents") as reader:
        writer.append(reader, outline_item="Contents", import_outline=False)
        tags.add(reader, writer.pages, "Contents")
    for number, (one, entry) in enumerate(zip(printed, entries, strict=True), 1):
        if not entry.beside:
            with pdf(BytesIO(one.content), one.paper.title) as reader:
                disarm(reader)
                before = len(writer.pages)
                writer.append(
                    reader, outline_item=f"{number}. {one.paper.title} ({one.paper.by})", import_outline=False
                )
                tags.add(reader, writer.pages[before:], one.paper.title)
    tags.finish()
    _stamp(writer, at)
    stamp = at.strftime("D:%Y%m%d%H%M%SZ")
    writer.add_metadata({"/Title": title, "/Producer": "arflow", "/CreationDate": stamp})
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject("en-GB")
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def _stamp(writer: "PdfWriter", at: datetime) -> None:
    """Put the number on every page, at its bottom right however it is turned."""
    from pypdf import PdfReader, Transformation

    total = len(writer.pages)
    for page in writer.pages:
        page.transfer_rotation_to_content()
    sizes = [
        [float(page.cropbox.width), float(page.cropbox.height), f"Page {number} of {total}"]
        for number, page in enumerate(writer.pages, 1)
    ]
    stamps = PdfReader(BytesIO(typeset("stamps.typ", {"pages": sizes}, at=at).content))
    for page, number in zip(writer.pages, stamps.pages, strict=True):
        corner = Transformation().translate(float(page.cropbox.left), float(page.cropbox.bottom))
        page.merge_transformed_page(number, corner)
