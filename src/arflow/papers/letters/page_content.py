"""What a letter's page says, part by part, for the typesetter: its words as a reader sees them, and no style sheet."""

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import msgspec

from arflow.errors import NotPossible
from arflow.papers.letters.visible_text import body_of, seen_page

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Part = dict[str, Any]
_IN_LINES = (
    *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "label"),
    *("mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"),
)
_STYLES = {
    **dict.fromkeys(("b", "strong", "dt"), "strong"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "emphasis"),
    **dict.fromkeys(("s", "del"), "struck"),
    "sub": "sub",
    "sup": "super",
    "u": "underlined",
    "ins": "underlined",
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_WITHIN_TABLES = {
    "table": ("thead", "tbody", "tfoot", "tr", "caption", "colgroup", "col"),
    **dict.fromkeys(("thead", "tbody", "tfoot"), ("tr",)),
    "tr": ("td", "th"),
}
_KEPT_TOGETHER = frozenset(("end", "enclosed"))
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg)(?:\+xml)?(?:;charset=[\w-]+)?(;base64)?,(.*)", re.DOTALL)
_LINK = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A page as parts: `data` is what the template `letter.typ` reads, `images` the pictures that it names."""

    data: dict[str, Any]
    images: dict[str, bytes]


def content_of(html: str) -> Content:
    """The parts of a page; NotPossible where it asks for anything outside the page, or a picture cannot be printed."""
    page = seen_page(html)
    reading = _Reading()
    body = body_of(page)
    sender, to = list[Part](), list[Part]()
    for found in [child for top in body.find_class("top")[:1] for child in top if isinstance(child.tag, str)]:
        if found.tag == "header" or "to" in _classes(found):
            (sender if found.tag == "header" else to).extend(reading.parts(found, {}))
            found.drop_tree()
    reference = next((" ".join(found.text_content().split()) for found in body.find_class("reference")), "")
    title = next((found.text_content() for found in page.iter("title")), "")
    return Content(
        data={
            "title": " ".join(title.split()) or "Letter",
            "lang": page.get("lang", "en-GB"),
            "large": "large" in body.get("class", "").split(),
            "reference": reference,
            "sender": sender,
            "to": to,
            "parts": list(reading.parts(body, {})),
        },
        images=reading.images,
    )


class _Reading:
    """Reads the parts of a page one after the other, and keeps its pictures."""

    def __init__(self) -> None:
        self.images = dict[str, bytes]()
        self._level = 0

    def parts(self, block: "HtmlElement", style: Part) -> Iterator[Part]:
        """The parts of a block: paragraphs, headings, lists, tables, boxes and pictures, in the order of the page."""
        kept = block.tag == "pre" or "lines" in _classes(block)
        style = {**style, **_style(block), **({"lines": True} if kept else {})}
        runs = list[Part](self._words(block.text, style))
        for child in block:
            if isinstance(child.tag, str):
                if _is_within_lines(child):
                    runs += self._runs(child, style)
                else:
                    yield from _paragraph(runs, block)
                    runs = []
                    yield from self._part(child, style)
            runs += self._words(child.tail, style)
        yield from _paragraph(runs, block)

    def _part(self, block: "HtmlElement", style: Part) -> Iterator[Part]:
        """The part that an element makes; any that has no form of its own is as its parts are."""
        tag, classes = str(block.tag), _classes(block)
        if tag in _HEADINGS:
            runs = _tidied([*self._words(block.text, style), *self._within(block, style)])
            if runs:
                # Read aloud, headings begin at level 1 and skip none.
                self._level = min(_HEADINGS[tag], self._level + 1)
                yield {"is": "heading", "level": self._level, "size": _HEADINGS[tag], "runs": runs}
        elif tag in ("ul", "ol", "menu"):
            yield self._list(block, style)
        elif tag == "table":
            yield from self._beside_cells(block, style)
            yield from self._table(block, style)
        elif tag == "img":
            yield from self._picture(block)
        elif tag == "hr":
            yield {"is": "rule"}
        elif tag in ("dd", "blockquote"):
            yield {"is": "indented", "parts": list(self.parts(block, style))}
        elif "answer" in classes:
            yield {"is": "answer", "parts": list(self.parts(block, style))}
        elif classes & _KEPT_TOGETHER:
            yield {"is": "together", "parts": list(self.parts(block, style))}
        else:
            yield from self.parts(block, style)

    def _within(self, element: "HtmlElement", style: Part) -> Iterator[Part]:
        for child in element:
            if isinstance(child.tag, str):
                yield from self._runs(child, style)
            yield from self._words(child.tail, style)

    def _runs(self, element: "HtmlElement", style: Part) -> Iterator[Part]:
        """The words within a line, each with the style that it has."""
        if element.tag == "br":
            yield {"text": "\n", "break": True}
            return
        style = {**style, **_style(element)}
        quoted = element.tag == "q"
        yield from self._words("“" if quoted else None, style)
        yield from self._words(element.text, style)
        yield from self._within(element, style)
        yield from self._words("”" if quoted else None, style)

    def _words(self, text: str | None, style: Part) -> Iterator[Part]:
        if not text:
            return
        styled = {name: given for name, given in style.items() if name != "lines"}
        if not style.get("lines"):
            yield {"text": _SPACE.sub(" ", text), **styled}
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                yield {"text": "\n", "break": True}
            yield {"text": _SPACE.sub(" ", line), **styled}

    def _list(self, block: "HtmlElement", style: Part) -> Part:
        start = block.get("start", "")
        items = [self._alone(block.text, style)]
        for child in block:
            if child.tag == "li":
                items.append(list(self.parts(child, style)))
            elif isinstance(child.tag, str):  # what stands between the items is no less to be read
                items.append(list(self._part(child, style)))
            items.append(self._alone(child.tail, style))
        return {
            "is": "list",
            "numbered": block.tag == "ol",
            "start": int(start) if start.isascii() and start.isdigit() else 1,
            "items": [item for item in items if item],
        }

    def _alone(self, text: str | None, style: Part) -> list[Part]:
        """Words that stand where only elements should."""
        runs = _tidied(list(self._words(text, style)))
        return [{"is": "paragraph", "runs": runs}] if runs else []

    def _beside_cells(self, table: "HtmlElement", style: Part) -> Iterator[Part]:
        """What stands in a table and in none of its cells."""
        for element in (table, *_sections(table), *_rows(table)):
            yield from self._alone(element.text, style)
            for child in element:
                if isinstance(child.tag, str) and child.tag not in _WITHIN_TABLES[str(element.tag)]:
                    yield from self._part(child, style)
                yield from self._alone(child.tail, style)

    def _table(self, table: "HtmlElement", style: Part) -> Iterator[Part]:
        rows = _rows(table)
        head = [row for row in rows if next(row.iterancestors()).tag == "thead"]
        if not head and rows and all(cell.tag == "th" for cell in _cells(rows[0])):
            head = rows[:1]
        body = [row for row in rows if row not in head]
        placed_head = [{**self._cell(cell, style), **place} for cell, place in _placed(head, 0)]
        placed_body = [{**self._cell(cell, style), **place} for cell, place in _placed(body, len(head))]
        captions = [child for child in table if child.tag == "caption"]
        caption = _tidied([run for found in captions for run in self._all(found, style)])
        if caption or placed_head or placed_body:
            yield {
                "is": "table",
                "caption": caption,
                "columns": max((cell["x"] + cell["colspan"] for cell in (*placed_head, *placed_body)), default=1),
                "head": placed_head,
                "body": placed_body,
            }

    def _all(self, element: "HtmlElement", style: Part) -> Iterator[Part]:
        yield from self._words(element.text, style)
        yield from self._within(element, style)

    def _cell(self, cell: "HtmlElement", style: Part) -> Part:
        return {
            "parts": list(self.parts(cell, {**style, "strong": True} if cell.tag == "th" else style)),
            "long": len(cell.text_content()) > 1200,  # no page holds it in one row
        }

    def _picture(self, element: "HtmlElement") -> Iterator[Part]:
        source = element.get("src") or ""
        if not source:
            return
        found = _PICTURE.match(source)
        if not source.startswith("data:"):
            raise NotPossible(f"a letter fetches nothing, and its page asks for {source}: put it into the page")
        if found is None:
            raise NotPossible(
                "a letter’s page has a picture that is no PNG, JPEG, GIF, WebP or SVG: save it as one of them"
            )
        kind, coded, written = found.groups()
        try:
            content = b64decode(written) if coded else unquote_to_bytes(written)
        except ValueError as error:
            raise NotPossible("a letter’s page has a picture that is damaged: put it in once more") from error
        name = f"picture-{len(self.images) + 1}.{kind}"
        self.images[name] = content
        yield {"is": "picture", "name": name, "alt": element.get("alt") or ""}


def _sections(table: "HtmlElement") -> list["HtmlElement"]:
    return [child for child in table if child.tag in ("thead", "tbody", "tfoot")]


def _rows(table: "HtmlElement") -> list["HtmlElement"]:
    """The rows of a table, and not those of a table within it, in their order."""
    found = [row for child in table for row in (child if child in _sections(table) else (child,))]
    return [row for row in found if row.tag == "tr"]


def _classes(element: "HtmlElement") -> frozenset[str]:
    return frozenset((element.get("class") or "").split())


def _style(element: "HtmlElement") -> Part:
    given: Part = {_STYLES[str(element.tag)]: True} if element.tag in _STYLES else {}
    if "authority" in _classes(element):
        given["strong"] = True
    if lang := element.get("lang"):
        given["lang"] = lang
    if element.tag == "a" and _LINK.match(element.get("href") or ""):
        given["link"] = element.get("href")
    return given


def _is_within_lines(element: "HtmlElement") -> bool:
    """Whether an element stands in a line of text: it, and all in it."""
    return all(found.tag in _IN_LINES for found in element.iter() if isinstance(found.tag, str))


def _cells(row: "HtmlElement") -> list["HtmlElement"]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _placed(rows: list["HtmlElement"], first: int) -> Iterator[tuple["HtmlElement", dict[str, int]]]:
    """Each cell with its column and row, from `first` on, as one that spans others leaves room for it."""
    taken = set[tuple[int, int]]()
    for y, row in enumerate(rows, first):
        x = 0
        for cell in _cells(row):
            while (x, y) in taken:
                x += 1
            down = min(_span(cell, "rowspan"), first + len(rows) - y)
            free = next((n for n in range(1, _span(cell, "colspan")) if (x + n, y) in taken), _span(cell, "colspan"))
            taken |= {(x + right, y + below) for right in range(free) for below in range(down)}
            yield cell, {"x": x, "y": y, "colspan": free, "rowspan": down}
            x += free


def _span(cell: "HtmlElement", name: str) -> int:
    given = cell.get(name, "1")
    return int(given) if given.isascii() and given.isdigit() and 1 <= int(given) <= 50 else 1


def _paragraph(runs: list[Part], block: "HtmlElement") -> Iterator[Part]:
    if tidy := _tidied(runs):
        part: Part = {"is": "paragraph", "runs": tidy}
        if _classes(block) & {"reference"}:
            part["quiet"] = True
        yield part


def _tidied(runs: list[Part]) -> list[Part]:
    """The runs of a paragraph with one space between words, and none at its ends or about a break."""
    tidy = list[Part]()
    for run in runs:
        if run.get("break"):
            if tidy and tidy[-1].get("break") and len(tidy) > 1 and tidy[-2].get("break"):
                continue  # an empty line parts as well as three do
            _trim(tidy)
            tidy.append(run)
            continue
        words = run["text"]
        if not tidy or tidy[-1]["text"].endswith((" ", "\n")):
            words = words.lstrip(" ")
        if words:
            tidy.append({**run, "text": words})
    while tidy and (tidy[-1].get("break") or not tidy[-1]["text"].strip(" ")):
        tidy.pop()
    _trim(tidy)
    while tidy and tidy[0].get("break"):
        tidy.pop(0)
    return tidy


def _trim(runs: list[Part]) -> None:
    if runs and not runs[-1].get("break"):
        runs[-1] = {**runs[-1], "text": runs[-1]["text"].rstrip(" ")}
