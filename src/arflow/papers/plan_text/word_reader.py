"""A Word file as a plan, and somebody's own changes in one, tracked or marked by hand, as proposed amendments."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from arflow.errors import NotPossible, PlanTextRefused
from arflow.papers.plan_text.amendments import Amendments, propose
from arflow.papers.plan_text.change_labels import with_first_proposer
from arflow.papers.plan_text.lines import NO_ITEMS
from arflow.papers.plan_text.outline import Found, Understood, read_plan, told, understand
from arflow.papers.plan_text.plan_text import PlanFault, PlanText, plan_text, tidy
from arflow.papers.plan_text.returned_views import views_without_change, with_views
from arflow.papers.word_files.package import damage_refused
from arflow.words import counted

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from arflow.papers.plan_text.word_paragraphs import WordText
    from arflow.papers.word_files.as_shown import Shown


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
    """The plan in a Word file; NotPossible where it has changes marked in it, PlanTextRefused with all its faults."""
    from arflow.papers.word_files.as_shown import open_as_shown

    with damage_refused(name):
        return _plan(open_as_shown(content, name), name)


def _plan(shown: "Shown", name: str) -> Found:
    from arflow.papers.plan_text.word_notes import comments_and_formats, own_comments, passed_over
    from arflow.papers.plan_text.word_paragraphs import WordText

    marks = list(_tracked(shown))
    if marks:
        way_on = "" if all(map(_is_by_hand, marks)) else "accept or reject them in Word, or "
        raise NotPossible(
            f"{name} has {_marks_counted(marks)}, so it is not one text: {way_on}"
            "read them as proposals with `arflow amend from-word`"
        )
    _refuse_unreadable(shown, name)
    words = WordText(shown.document)
    lines = list(words.lines("accepted"))
    found = read_plan(lines, name, passed_over(shown, words))
    placed = understand(lines).placed
    said = (*comments_and_formats(shown, words, placed), *views_without_change(own_comments(shown, words, placed)))
    green = ("some words are green: if that marks what is new, read them with `arflow amend from-word`",)
    return msgspec.structs.replace(found, notes=(*found.notes, *said, *(green if shown.is_green else ())))


def amendments_from_word(content: bytes, name: str, plan: PlanText, *, by: str) -> FromWord:
    """The marked changes as amendments; NotPossible where there are none, PlanTextRefused with all faults."""
    from arflow.papers.word_files.as_shown import open_as_shown

    with damage_refused(name):
        shown = open_as_shown(content, name)
        if shown.is_green:  # whether that marks what is new: the reading that has the plan before the changes is right
            others = [open_as_shown(content, name, green=green) for green in ("always", "never")]
            shown = min((shown, *others), key=lambda one: _differing(one, plan))
        return _amendments(shown, name, plan, by=by)


def _differing(shown: "Shown", plan: PlanText) -> int:
    """How many items of the plan read otherwise before the changes."""
    from arflow.papers.plan_text.word_paragraphs import WordText

    was = {item.id: item.text for item in understand(WordText(shown.document).lines("rejected")).items}
    return sum(was.get(item.id) != item.text for item in plan.items) + sum(plan.item(one) is None for one in was)


def _amendments(shown: "Shown", name: str, plan: PlanText, *, by: str) -> FromWord:
    from arflow.papers.plan_text.word_notes import comments_and_formats, own_comments, passed_over
    from arflow.papers.plan_text.word_paragraphs import WordText

    _refuse_unreadable(shown, name)
    words = WordText(shown.document)
    before = understand(words.lines("rejected"))
    after = understand(words.lines("accepted"), before.numbers)
    if unsound := (*before.faults, *after.faults):
        raise PlanTextRefused(name, tuple(dict.fromkeys(unsound)))
    amendments = propose(plan, _amended(plan, before, after), by=by, authors=_authors(words, before, after))
    amendments = msgspec.structs.replace(amendments, changes=tuple(map(with_first_proposer, amendments.changes)))
    placed = {**before.placed, **after.placed}
    said = tuple(comments_and_formats(shown, words, placed))
    if not said and next(_tracked(shown), None) is None:
        raise NotPossible(_without_marks(name, amendments, plan, before))
    returned = with_views(amendments, own_comments(shown, words, placed))
    left_out = told((*before.passed, *after.passed, *passed_over(shown, words)))
    not_placed = tuple(_not_placed(shown, words, before, after))
    same = () if amendments.changes or not_placed else _without_effect(shown)
    return FromWord(
        amendments=returned.amendments,
        not_placed=not_placed,
        notes=(
            *_notes(shown, plan, before),
            *said,
            *returned.notes,
            *same,
            *dict.fromkeys((*before.notes, *after.notes, *left_out)),
        ),
    )


def _without_effect(shown: "Shown") -> Iterator[str]:
    if marks := list(_tracked(shown)):
        yield f"no item reads otherwise after {_marks_counted(marks)}: words moved whole, or the ends of paragraphs"


def _amended(plan: PlanText, before: Understood, after: Understood) -> PlanText:
    """The plan as the file would have it; what the file never held stays as it is."""
    was, is_now = ({item.id: item for item in view.items} for view in (before, after))
    empty = {*before.unfilled, *after.unfilled}
    items = {item.id: item for item in plan.items if item.id in is_now or item.id not in was or item.id in empty}
    for name, item in is_now.items():
        there = plan.item(name)
        untouched = there is not None and name in was and was[name].serves == item.serves
        items[name] = msgspec.structs.replace(item, serves=there.serves) if there and untouched else item
    return plan_text(items.values(), name="the plan with the changes")


def _without_marks(name: str, amendments: Amendments, plan: PlanText, before: Understood) -> str:
    items = [change.item for change in amendments.changes]
    there = {item.id for item in before.items}
    missing = [item.id for item in plan.items if item.id not in there]
    if not items and not missing:
        return f"{name} has no tracked changes and reads as the plan does: nothing is proposed"
    differs = f"reads otherwise in {', '.join(items)}" if items else ""
    lacks = f"does not have {', '.join(missing)}" if missing else ""
    return (
        f"{name} has no tracked changes, but {' and '.join(filter(None, (differs, lacks)))}: "
        "see what differs with `arflow amend compare PLAN FILE`"
    )


def _notes(shown: "Shown", plan: PlanText, before: Understood) -> Iterator[str]:
    was = {item.id: item.text for item in before.items}
    untracked = [item.id for item in plan.items if was.get(item.id, item.text) != item.text]
    untracked += [name for name in was if plan.item(name) is None]
    if untracked:
        yield f"changed without being tracked, so shown without an author: {', '.join(untracked)}"
    if missing := [item.id for item in plan.items if item.id not in was]:
        yield f"not in the file, so left as they are: {', '.join(missing)}"
    if by_hand := [mark for mark in _tracked(shown) if _is_by_hand(mark)]:
        saved = _last_saved_by(shown)
        last = f"; the file was last saved by {saved}" if saved else ""
        yield f"{counted(len(by_hand), 'change')} marked by hand, struck through or in a colour, which names no author{last}"


def _last_saved_by(shown: "Shown") -> str:
    from docx.opc.constants import RELATIONSHIP_TYPE

    package = shown.document.part.package
    kept = any(one.reltype == RELATIONSHIP_TYPE.CORE_PROPERTIES for one in package.rels.values())
    return " ".join(package.core_properties.last_modified_by.split()) if kept else ""


def _refuse_unreadable(shown: "Shown", name: str) -> None:
    from arflow.papers.plan_text.word_paragraphs import WordText

    if shown.unreadable:
        places = WordText(shown.document).places
        faults = [
            PlanFault(
                place="the beginning" if one.after is None else f"after {_last_place(one.after, places)}",
                message=f"Word shows a part here that is kept as {one.kind}: open the file in Word and save it, "
                "which makes the part text of its own",
            )
            for one in shown.unreadable
        ]
        raise PlanTextRefused(name, faults)


def _last_place(block: "Element", places: "dict[Element, str]") -> str:
    inside = [places[one] for one in block.iter() if one in places]
    return inside[-1] if inside else "a table"


def _marks_counted(marks: "list[Element]") -> str:
    by_hand = sum(map(_is_by_hand, marks))
    tracked = len(marks) - by_hand
    said = (
        counted(tracked, "tracked change") if tracked else "",
        f"{counted(by_hand, 'passage')} struck through or coloured by hand" if by_hand else "",
    )
    return " and ".join(filter(None, said))


def _is_by_hand(mark: "Element") -> bool:
    from arflow.papers.word_files.own_names import BY_HAND

    return mark.get(BY_HAND) is not None


def _tracked(shown: "Shown") -> "Iterator[Element]":
    from arflow.papers.plan_text.word_paragraphs import TRACKED

    for root in _roots(shown).values():
        yield from root.iter(*TRACKED)


def _roots(shown: "Shown") -> "dict[str, Element]":
    """The body, and the headers and footers, by what they are called."""
    from arflow.papers.plan_text.word_notes import headers_and_footers

    return {"the text": shown.document.element.body, **dict(headers_and_footers(shown.document))}


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


def _not_placed(shown: "Shown", words: "WordText", before: Understood, after: Understood) -> Iterator[NotPlaced]:
    from docx.oxml.ns import qn

    from arflow.papers.plan_text.word_paragraphs import ADDED, TRACKED

    placed = before.placed.keys() | after.placed.keys()
    for name, root in _roots(shown).items():
        for mark in root.iter(*TRACKED):
            text = "".join(str(one.text or "") for one in mark.iter(qn("w:t"), qn("w:delText")))
            holder = next(mark.iterancestors(qn("w:p")), None)
            place = name if holder is None else words.places.get(holder, name)
            if tidy(text) not in ("", NO_ITEMS) and place not in placed:
                yield NotPlaced(place=place, author=_author(mark), added=mark.tag in ADDED, text=text)
