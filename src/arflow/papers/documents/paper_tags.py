"""The tags of one paper, copied into the PDF that it is joined to (ISO 32000-1, 14.7 and 14.8)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import IndirectObject

_DEEPEST, _MOST = 100, 200_000
# What a reader of PDF knows without being told (ISO 32000-1, 14.8.4): any other name is followed to one of these.
_KINDS = """
    Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody
    Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP
    Figure Formula Form
"""
_STANDARD = frozenset(_KINDS.split())
_COPIED = ("/Alt", "/ActualText", "/E", "/T", "/Lang")


class NotSound(Exception):
    """The tags of a paper cannot be followed: it counts as having none."""


class CopiedTags:
    """The elements of a paper's tree as they stand in the joined PDF, with what each page, object and name belongs to."""

    def __init__(self, writer: "PdfWriter", reader: "PdfReader", pages: Mapping[int, Any], number: int) -> None:
        """`pages`: for each page of the paper, by its number among the paper's objects, the page that it became."""
        self.of_page: dict[int, dict[int, IndirectObject]] = {}
        self.of_stream: dict[int, tuple[Any, dict[int, IndirectObject]]] = {}
        self.of_object: list[tuple[Any, IndirectObject]] = []
        self.names: dict[str, IndirectObject] = {}
        self._writer, self._pages, self._number = writer, pages, number
        self._root = _found(reader.root_object["/StructTreeRoot"])
        self._count = 0
        self._shown = {
            one.idnum for page in pages.values() for one in _items(page.get("/Annots")) if hasattr(one, "idnum")
        }

    def under(self, parent: "IndirectObject") -> Sequence["IndirectObject"]:
        """Copy the whole tree under an element; NotSound where it runs in circles or has no end."""
        kids: list[IndirectObject] = []
        for kid in _items(self._root.get("/K")):
            kids += self._kid(_found(kid), parent, None, None, 0)
        return kids

    def _kid(
        self, kid: Any, parent: "IndirectObject", page: Any, above: "IndirectObject | None", depth: int
    ) -> list[Any]:
        """What an entry of /K becomes: a marked piece of a page, an object on it, or an element."""
        from pypdf.generic import NumberObject

        self._count += 1
        if depth > _DEEPEST or self._count > _MOST:
            raise NotSound
        if isinstance(kid, int):
            if above is None or page is None:
                return []
            _take(self.of_page.setdefault(page.indirect_reference.idnum, {}), int(kid), above)
            return [NumberObject(kid)]
        if not isinstance(kid, dict):
            return []
        page = self._page(kid) or page
        match kid.get("/Type"):
            case "/MCR":
                return self._marked_piece(kid, page, above)
            case "/OBJR":
                return self._object(kid, page, above)
            case _:
                return [self._element(kid, parent, page, depth)] if "/S" in kid else []

    def _element(self, element: Any, parent: "IndirectObject", page: Any, depth: int) -> "IndirectObject":
        from pypdf.generic import ArrayObject, NameObject, TextStringObject

        copy, reference = new_element(self._writer, self._standard(str(element["/S"])), parent)
        for key in _COPIED:
            if isinstance(words := _found(element.get(key)), str):
                copy[NameObject(key)] = TextStringObject(words)
        if copy["/S"] == "/Figure" and not {"/Alt", "/ActualText"} & set(copy):
            copy[NameObject("/Alt")] = TextStringObject("A picture that the paper does not describe")
        if attributes := self._attributes(element):
            copy[NameObject("/A")] = attributes
        if "/ID" in element:
            name = self._name(element["/ID"])
            copy[NameObject("/ID")], self.names[name] = TextStringObject(name), reference
        if page is not None:
            copy[NameObject("/Pg")] = page.indirect_reference
        kids = ArrayObject()
        for kid in _items(element.get("/K")):
            kids += self._kid(_found(kid), reference, page, reference, depth + 1)
        copy[NameObject("/K")] = kids
        return reference

    def _marked_piece(self, kid: Any, page: Any, above: "IndirectObject | None") -> list[Any]:
        from pypdf.generic import DictionaryObject, NameObject, NumberObject

        if above is None or page is None:
            return []
        number = int(_found(kid["/MCID"]))
        piece = DictionaryObject({NameObject("/Type"): NameObject("/MCR")})
        piece[NameObject("/Pg")], piece[NameObject("/MCID")] = page.indirect_reference, NumberObject(number)
        if "/Stm" in kid:
            stream = kid.raw_get("/Stm").clone(self._writer)
            piece[NameObject("/Stm")] = stream
            _take(self.of_stream.setdefault(stream.idnum, (stream.get_object(), {}))[1], number, above)
        else:
            _take(self.of_page.setdefault(page.indirect_reference.idnum, {}), number, above)
        return [piece]

    def _object(self, kid: Any, page: Any, above: "IndirectObject | None") -> list[Any]:
        """An annotation of a page, if the page still has it: some were taken out."""
        from pypdf.generic import DictionaryObject, IndirectObject, NameObject

        source = kid.raw_get("/Obj") if "/Obj" in kid else None
        if above is None or page is None or not isinstance(source, IndirectObject):
            return []
        shown = source.clone(self._writer)
        if not isinstance(shown, IndirectObject) or shown.idnum not in self._shown:
            return []
        self.of_object.append((shown.get_object(), above))
        piece = DictionaryObject({NameObject("/Type"): NameObject("/OBJR"), NameObject("/Obj"): shown})
        piece[NameObject("/Pg")] = page.indirect_reference
        return [piece]

    def _page(self, kid: Any) -> Any:
        page = kid.raw_get("/Pg") if "/Pg" in kid else None
        return self._pages.get(getattr(page, "idnum", -1))

    def _standard(self, name: str) -> str:
        roles = _found(self._root.get("/RoleMap")) or {}
        for _ in range(_DEEPEST):
            if name.removeprefix("/") in _STANDARD:
                return name
            name = str(_found(roles.get(name, "/Div")))
        return "/Div"

    def _attributes(self, element: Any) -> Any:
        """Its attributes, those of its classes too, with names that no other paper uses."""
        from pypdf.generic import ArrayObject, NameObject, TextStringObject

        classes = _found(self._root.get("/ClassMap")) or {}
        named = [attributes for one in _items(element.get("/C")) for attributes in _items(classes.get(_found(one)))]
        copies = ArrayObject()
        for one in [*named, *_items(element.get("/A"))]:
            if not isinstance(_found(one), dict):
                continue  # the number of a revision
            copy = _found(_found(one).clone(self._writer, force_duplicate=True))
            if "/Headers" in copy:
                copy[NameObject("/Headers")] = ArrayObject(
                    TextStringObject(self._name(head)) for head in _items(copy["/Headers"])
                )
            copies.append(copy)
        return copies

    def _name(self, given: Any) -> str:
        """A name of this paper, which no other paper has."""
        words = _found(given)
        return f"{self._number:04}-{words.hex() if isinstance(words, bytes) else words}"


def _take(pieces: dict[int, "IndirectObject"], number: int, above: "IndirectObject") -> None:
    """Say to which element a piece belongs: to one, and by a number that a page can have."""
    if not 0 <= number < _MOST or number in pieces:
        raise NotSound
    pieces[number] = above


def new_element(writer: "PdfWriter", kind: str, parent: "IndirectObject") -> tuple[Any, "IndirectObject"]:
    """An element of the tree below another one, without anything in it yet."""
    from pypdf.generic import DictionaryObject, NameObject

    element = DictionaryObject({NameObject("/Type"): NameObject("/StructElem"), NameObject("/S"): NameObject(kind)})
    element[NameObject("/P")] = parent
    return element, writer._add_object(element)


def _items(value: Any) -> list[Any]:
    value = _found(value)
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _found(value: Any) -> Any:
    from pypdf.generic import NullObject

    found = value.get_object() if hasattr(value, "get_object") else value
    return None if isinstance(found, NullObject) else found
