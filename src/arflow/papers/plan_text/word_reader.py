"""A Word file as a plan, and somebody's own tracked changes in one as proposed amendments."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from arflow.errors import NotPossible, PlanTextRefused
from arflow.papers.plan_text.amendments import Amendments, propose
from arflow.papers.plan_text.outline import NO_ITEMS, Found, Understood, read_plan, understand
from arflow.papers.plan_text.plan_text import PlanText, plan_text, tidy
from arflow.papers.word_files.package import damage_refused, open_word
from arflow.words import counted

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element as Element

    from arflow.papers.plan_text.word_paragraphs import WordText


class NotPlaced(msgspec.Struct, frozen=True, kw_only=True):
    """Tracked text that stands in no item of the plan, with its place in the file and its author."""

    place: str
    author: str
    added: bool
    text: str


class FromWord(msgspec.Struct, frozen=True, kw_only=True):
    """What a marked-up file proposes, what in it could not be placed, and what the reader should know."""

    amendments: Amendments
    not_placed: tuple[NotPlaced, ...]
    notes: tuple[str, ...]


def plan_from_word(content: bytes, name: str) -> Found:
    """The plan in a Word file; NotPossible where it has tracked changes, PlanTextRefused with all its faults."""
    with damage_refused(name):
        return _plan(open_word(content, name), name)


def _plan(document: "Document", name: str) -> Found:
    from arflow.papers.plan_text.word_paragraphs import WordText

    if tracked := sum(1 for _ in _tracked(document)):
        raise NotPossible(
            f"{name} has {counted(tracked, 'tracked change')}, so it is not one text: accept or reject them in Word, "
            "or read them as proposals with `arflow amend from-word`"
        )
    return read_plan(WordText(document).lines("accepted"), name)


def amendments_from_word(content: bytes, name: str, plan: PlanText, *, by: str) -> FromWord:
    """The tracked changes as amendments; NotPossible where there are none, PlanTextRefused with all faults."""
    with damage_refused(name):
        return _amendments(open_word(content, name), name, plan, by=by)


def _amendments(document: "Document", name: str, plan: PlanText, *, by: str) -> FromWord:
    from arflow.papers.plan_text.word_paragraphs import WordText

    words = WordText(document)
    before = understand(words.lines("rejected"))
    after = understand(words.lines("accepted"), before.numbers)
    if unsound := (*before.faults, *after.faults):
        raise PlanTextRefused(name, tuple(dict.fromkeys(unsound)))
    amendments = propose(plan, _amended(plan, before, after), by=by, authors=_authors(words, before, after))
    if next(_tracked(document), None) is None:
        raise NotPossible(_without_tracking(name, amendments))
    return FromWord(
        amendments=amendments,
        not_placed=tuple(_not_placed(document, words, before, after)),
        notes=tuple(_notes(document, plan, before)),
    )


def _amended(plan: PlanText, before: Understood, after: Understood) -> PlanText:
    """The plan as the file would have it; what the file never held stays as it is."""
    was, is_now = ({item.id: item for item in view.items} for view in (before, after))
    items = {item.id: item for item in plan.items if item.id in is_now or item.id not in was}
    for name, item in is_now.items():
        there = plan.item(name)
        untouched = there is not None and name in was and was[name].serves == item.serves
        items[name] = msgspec.structs.replace(item, serves=there.serves) if there and untouched else item
    return plan_text(items.values(), name="the plan with the tracked changes")


def _without_tracking(name: str, amendments: Amendments) -> str:
    if not amendments.changes:
        return f"{name} has no tracked changes and reads as the plan does: nothing is proposed"
    items = ", ".join(change.item for change in amendments.changes)
    return (
        f"{name} has no tracked changes, but reads otherwise in {items}: "
        "see what differs with `arflow amend compare PLAN FILE`"
    )


def _notes(document: "Document", plan: PlanText, before: Understood) -> Iterator[str]:
    from docx.oxml.ns import qn

    was = {item.id: item.text for item in before.items}
    untracked = [item.id for item in plan.items if was.get(item.id, item.text) != item.text]
    untracked += [name for name in was if plan.item(name) is None]
    if untracked:
        yield f"changed without being tracked, so shown without an author: {', '.join(untracked)}"
    if missing := [item.id for item in plan.items if item.id not in was]:
        yield f"not in the file, so left as they are: {', '.join(missing)}"
    if comments := len(list(document.element.body.iter(qn("w:commentReference")))):
        said = counted(comments, "comment")
        yield f"not read: {said} in the file; enter their text beside a change with `arflow amend view`"


def _tracked(document: "Document") -> "Iterator[Element]":
    from arflow.papers.plan_text.word_paragraphs import TRACKED

    for root in _roots(document).values():
        yield from root.iter(*TRACKED)


def _roots(document: "Document") -> "dict[str, Element]":
    """The body, and what stands beside it: headers, footers and notes, by what they are called."""
    from docx.oxml.parser import parse_xml

    found: dict[str, Element] = {"the text": document.element.body}
    for related in document.part.rels.values():
        kind = related.reltype.rpartition("/")[2]
        if kind in ("header", "footer", "footnotes", "endnotes") and not related.is_external:
            part = related.target_part
            element = getattr(part, "element", None)
            found[kind] = parse_xml(part.blob) if element is None else element
    return found


def _authors(words: "WordText", before: Understood, after: Understood) -> dict[str, tuple[str, ...]]:
    """Who tracked a change in each item, by name."""
    found: dict[str, dict[str, None]] = {}
    for paragraph, place in words.places.items():
        for item in {before.placed.get(place), after.placed.get(place)} - {None}:
            assert item is not None
            found.setdefault(item, {}).update(dict.fromkeys(_author(mark) for mark in _marks(paragraph)))
    return {item: tuple(name for name in names if name) for item, names in found.items()}


def _marks(paragraph: "Element") -> "Iterator[Element]":
    """The tracked changes in a paragraph, and of the row it stands in."""
    from docx.oxml.ns import qn

    from arflow.papers.plan_text.word_paragraphs import TRACKED

    yield from paragraph.iter(*TRACKED)
    for row in paragraph.iterancestors(qn("w:tr")):
        for properties in row.iterchildren(qn("w:trPr")):
            yield from properties.iterchildren(*TRACKED)


def _author(mark: "Element") -> str:
    from docx.oxml.ns import qn

    return " ".join(str(mark.get(qn("w:author")) or "").split())


def _not_placed(document: "Document", words: "WordText", before: Understood, after: Understood) -> Iterator[NotPlaced]:
    from docx.oxml.ns import qn

    from arflow.papers.plan_text.word_paragraphs import ADDED, TRACKED

    placed = before.placed.keys() | after.placed.keys()
    for name, root in _roots(document).items():
        for mark in root.iter(*TRACKED):
            text = "".join(str(one.text or "") for one in mark.iter(qn("w:t"), qn("w:delText")))
            holder = next(mark.iterancestors(qn("w:p")), None)
            boxed = next(mark.iterancestors(qn("w:txbxContent")), None) is not None
            place = name if holder is None else words.places.get(holder, name)
            if tidy(text) not in ("", NO_ITEMS) and (boxed or place not in placed):
                yield NotPlaced(place=place, author=_author(mark), added=mark.tag in ADDED, text=text)
