"""What PDF/UA asks of a file's tags and a program can tell (ISO 14289-1, 7.1): every fault, in words."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

_SHOWS = frozenset(
    (b"Tj", b"TJ", b"'", b'"', b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"Do", b"sh", b"BI")
)


def faults_of_tags(content: bytes) -> list[str]:
    """Pieces that no element has or two have, elements above which there is another, and what is drawn outside the tags."""
    reader = PdfReader(BytesIO(content))
    root: Any = reader.root_object
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        return ["the file is not tagged"]
    faults: list[str] = []
    owned: dict[tuple[int, int], int] = {}
    shown: dict[int, int] = {}
    for element, page, kids in _elements(root["/StructTreeRoot"], faults):
        if element["/S"] == "/Figure" and not {"/Alt", "/ActualText"} & set(element):
            faults.append("a picture without words for it")
        for kid in kids:
            piece = kid.get_object()
            if isinstance(piece, int) or piece.get("/Type") == "/MCR":
                number = piece if isinstance(piece, int) else piece["/MCID"]
                holder = page if isinstance(piece, int) else piece.raw_get("/Stm" if "/Stm" in piece else "/Pg").idnum
                if (holder, number) in owned:
                    faults.append(f"piece {number} of object {holder} belongs to two")
                owned[holder, number] = element.indirect_reference.idnum
            elif piece.get("/Type") == "/OBJR":
                shown[piece.raw_get("/Obj").idnum] = element.indirect_reference.idnum
    belongs = _numbers(root["/StructTreeRoot"]["/ParentTree"])
    for number, one in enumerate(reader.pages, 1):
        faults += _faults_of_page(reader, one, number, owned, shown, belongs)
    return faults


def _elements(root: Any, faults: list[str]) -> Iterator[tuple[Any, Any, list[Any]]]:
    """Every element with the object number of its page and what is directly in it."""
    waiting = [(kid, root.indirect_reference, None) for kid in _list(root.get("/K"))]
    while waiting:
        kid, above, page = waiting.pop()
        element = kid.get_object()
        if element.raw_get("/P") != above:
            faults.append(f"an element {element['/S']} names another above it")
        page = element.raw_get("/Pg").idnum if "/Pg" in element else page
        kids = _list(element.get("/K"))
        within = [one for one in kids if isinstance(one.get_object(), dict) and "/S" in one.get_object()]
        waiting += [(one, kid, page) for one in within]
        yield element, page, [one for one in kids if one not in within]


def _faults_of_page(
    reader: PdfReader,
    page: Any,
    number: int,
    owned: dict[tuple[int, int], int],
    shown: dict[int, int],
    belongs: dict[int, Any],
) -> Iterator[str]:
    own = page.indirect_reference.idnum
    elements = belongs.get(page.get("/StructParents", -1), [])
    for outside, piece in _pieces(ContentStream(page["/Contents"], reader)) if "/Contents" in page else ():
        if outside:
            yield f"page {number} draws with {outside} outside the tags"
        elif piece is not None:
            if (own, piece) not in owned:
                yield f"no element has piece {piece} of page {number}"
            elif len(elements) <= piece or elements[piece].idnum != owned[own, piece]:
                yield f"piece {piece} of page {number} is said to belong to another"
    for one in page.get("/Annots", []):
        if one.idnum not in shown:
            yield f"an annotation of page {number} is in no element"
        elif belongs[one.get_object()["/StructParent"]].indirect_reference.idnum != shown[one.idnum]:
            yield f"an annotation of page {number} is said to belong to another"


def _pieces(contents: ContentStream) -> Iterator[tuple[str, int | None]]:
    """What is drawn outside all marks, and the number of each marked piece."""
    open_marks: list[bool] = []
    for operands, operator in contents.operations:
        match operator:
            case b"BDC" | b"BMC":
                named = operands[1] if len(operands) > 1 and isinstance(operands[1], dict) else {}
                piece = named.get("/MCID")
                if piece is not None and not any(open_marks):
                    yield "", int(piece)
                open_marks.append(piece is not None or operands[0] == "/Artifact")
            case b"EMC":
                open_marks.pop()
            case operator if operator in _SHOWS and not any(open_marks):
                yield operator.decode(), None
            case _:
                pass


def _numbers(tree: Any) -> dict[int, Any]:
    numbers = tree["/Nums"]
    return {int(numbers[at]): numbers[at + 1].get_object() for at in range(0, len(numbers), 2)}


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    found = value.get_object()
    return list(found) if isinstance(found, list) else [value]
