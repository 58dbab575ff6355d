"""The tags of a joined PDF: what a program reads aloud, paper by paper (ISO 32000-1, 14.7)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from arflow.papers.documents.paper_tags import CopiedTags, NotSound, new_element

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader, PdfWriter
    from pypdf.generic import IndirectObject

_MARKED_NUMBER = re.compile(rb"/MCID\s+(\d+)")
_FORMS_DEEP = 12


class BundleTags:
    """A tree with a part for each paper: with the paper's own tags, or with its pages in the order in which they are drawn."""

    def __init__(self, writer: "PdfWriter") -> None:
        from pypdf.generic import ArrayObject, DictionaryObject, NameObject

        self._writer = writer
        self._root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
        self._reference = writer._add_object(self._root)
        document, self._document = new_element(writer, "/Document", self._reference)
        self._root[NameObject("/K")] = self._document
        self._parts = document[NameObject("/K")] = ArrayObject()
        self._belongs = ArrayObject()  # numbers, each followed by what belongs to it
        self._names: dict[str, IndirectObject] = {}

    def add(self, reader: "PdfReader", pages: Sequence["PageObject"], title: str) -> None:
        """Take in a paper whose pages have just been appended; `pages` are these, before anything else is put on them."""
        from pypdf.generic import ArrayObject, NameObject, TextStringObject

        part, reference = new_element(self._writer, "/Part", self._document)
        part[NameObject("/T")] = TextStringObject(title)
        for page in pages:
            _forget_tags(page)
        kids = ArrayObject(self._own_tags(reader, pages, reference))
        tagged = bool(kids)
        for number, page in enumerate(pages, 1):
            if "/StructParents" not in page and not (tagged and _has_only_artifacts(page)):
                kids += self._as_drawn(page, reference, f"Page {number} of {title}")
        part[NameObject("/K")] = kids
        self._parts.append(reference)

    def finish(self) -> None:
        """Give the PDF its tree, when every paper is in it."""
        from pypdf.generic import (
            ArrayObject,
            BooleanObject,
            DictionaryObject,
            NameObject,
            NumberObject,
            TextStringObject,
        )

        self._root[NameObject("/ParentTree")] = DictionaryObject({NameObject("/Nums"): self._belongs})
        self._root[NameObject("/ParentTreeNextKey")] = NumberObject(len(self._belongs) // 2)
        if self._names:
            names = ArrayObject()
            for name in sorted(self._names):
                names += [TextStringObject(name), self._names[name]]
            self._root[NameObject("/IDTree")] = DictionaryObject({NameObject("/Names"): names})
        root = self._writer.root_object
        root[NameObject("/StructTreeRoot")] = self._reference
        root[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})

    def _own_tags(
        self, reader: "PdfReader", pages: Sequence["PageObject"], part: "IndirectObject"
    ) -> Sequence["IndirectObject"]:
        from pypdf.errors import PyPdfError

        if "/StructTreeRoot" not in reader.root_object:
            return ()
        became = {
            page.indirect_reference.idnum: own
            for page, own in zip(reader.pages, pages, strict=True)
            if page.indirect_reference is not None
        }
        try:
            tags = CopiedTags(self._writer, reader, became, len(self._parts))
            kids = tags.under(part)
        except (NotSound, PyPdfError, ValueError, KeyError, TypeError, AttributeError):
            return ()  # its tags are damaged: its pages are read in the order in which they are drawn
        if not tags.of_page and not tags.of_stream:
            return ()
        for page in pages:
            if page.indirect_reference is not None and (pieces := tags.of_page.get(page.indirect_reference.idnum)):
                self._owns_pieces(page, pieces)
        for stream, pieces in tags.of_stream.values():
            self._owns_pieces(stream, pieces)
        for shown, element in tags.of_object:
            self._owns(shown, element)
        self._names |= tags.names
        return kids

    def _as_drawn(self, page: "PageObject", part: "IndirectObject", title: str) -> list["IndirectObject"]:
        """A page without tags as one piece: its words, or a picture of which nothing can be read but what it is."""
        from pypdf.generic import ArrayObject, NameObject, NumberObject, StreamObject, TextStringObject

        contents = page.get_contents()
        drawn = contents.get_data() if contents is not None else b""
        elements = []
        if drawn.strip():
            kind = "/P" if has_words(page) else "/Figure"
            element, reference = new_element(self._writer, kind, part)
            if kind == "/Figure":
                element[NameObject("/Alt")] = TextStringObject(
                    f"{title}: a picture without words that can be read aloud"
                )
            number = max(map(int, _MARKED_NUMBER.findall(drawn)), default=-1) + 1
            marked = StreamObject()
            marked.set_data(b"%s <</MCID %d>> BDC\n%s\nEMC" % (kind.encode(), number, drawn))
            page[NameObject("/Contents")] = self._writer._add_object(marked.flate_encode())
            element[NameObject("/Pg")] = page.indirect_reference or part
            element[NameObject("/K")] = ArrayObject([NumberObject(number)])
            self._owns_pieces(page, {number: reference})
            elements.append(reference)
        return [*elements, *self._annotations(page, part)]

    def _annotations(self, page: "PageObject", part: "IndirectObject") -> Iterable["IndirectObject"]:
        from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

        kinds = {"/Link": "/Link", "/Widget": "/Form"}
        for one in page.get("/Annots", ArrayObject()):
            shown: Any = one.get_object()
            kind = shown.get("/Subtype") if isinstance(one, IndirectObject) else None
            if kind in (None, "/Popup"):
                continue
            element, reference = new_element(self._writer, kinds.get(kind, "/Annot"), part)
            piece = DictionaryObject({NameObject("/Type"): NameObject("/OBJR"), NameObject("/Obj"): one})
            piece[NameObject("/Pg")] = page.indirect_reference or part
            element[NameObject("/K")] = ArrayObject([piece])
            self._owns(shown, reference)
            yield reference

    def _owns_pieces(self, holder: Any, pieces: Mapping[int, "IndirectObject"]) -> None:
        from pypdf.generic import ArrayObject, NameObject, NullObject, NumberObject

        holder[NameObject("/StructParents")] = NumberObject(len(self._belongs) // 2)
        elements = ArrayObject(pieces.get(number, NullObject()) for number in range(max(pieces) + 1))
        self._belongs += [NumberObject(len(self._belongs) // 2), elements]

    def _owns(self, shown: Any, element: "IndirectObject") -> None:
        from pypdf.generic import NameObject, NumberObject

        shown[NameObject("/StructParent")] = NumberObject(len(self._belongs) // 2)
        self._belongs += [NumberObject(len(self._belongs) // 2), element]


def has_words(page: "PageObject") -> bool:
    """Whether anything on a page is set in a typeface, so that a program can read it: a scan has pictures alone."""
    return any("/Font" in resources for resources, _ in _resources(page))


def _has_only_artifacts(page: "PageObject") -> bool:
    """Whether a page of a tagged paper, none of whose pieces is in its tags, is so on purpose."""
    contents = page.get_contents()
    return contents is None or b"/Artifact" in contents.get_data()


def _forget_tags(page: "PageObject") -> None:
    """Drop the numbers under which a paper knew its pieces; a page with annotations is walked in the order of its tags."""
    from pypdf.generic import ArrayObject, NameObject

    for _, holder in _resources(page):
        holder.pop("/StructParents", None)
        holder.pop("/StructParent", None)
    for one in page.get("/Annots", ArrayObject()):
        one.get_object().pop("/StructParent", None)
    if "/Annots" in page:
        page[NameObject("/Tabs")] = NameObject("/S")


def _resources(page: "PageObject") -> Iterable[tuple[Any, Any]]:
    """The resources of a page and of the forms that it is drawn with, each with what has them."""
    waiting: list[tuple[Any, int]] = [(page, 0)]
    seen: set[int] = set()
    while waiting:
        holder, depth = waiting.pop()
        resources = holder.get("/Resources")
        resources = resources.get_object() if resources is not None else {}
        yield resources, holder
        drawn = resources.get("/XObject") if isinstance(resources, dict) else None
        for one in drawn.get_object().values() if drawn is not None and depth < _FORMS_DEEP else ():
            form = one.get_object()
            if isinstance(form, dict) and id(form) not in seen:
                seen.add(id(form))
                waiting.append((form, depth + 1))
