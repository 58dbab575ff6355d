"""A plan with what is proposed to change marked in it: what every marked copy shows."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from arflow.errors import NotPossible
from arflow.law.plan_sections import SECTIONS, section_of
from arflow.papers.plan_text.amendments import Amendments, Change, accept, check_fits
from arflow.papers.plan_text.differences import Piece, compare
from arflow.papers.plan_text.outline import lead
from arflow.papers.plan_text.plan_text import Item, PlanText, order


class MarkedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item in pieces, with the change that is proposed to it, if any."""

    id: str
    pieces: tuple[Piece, ...]
    change: Change | None


class MarkedSection(msgspec.Struct, frozen=True, kw_only=True):
    """A section with all its items, those that would be added or removed among them."""

    letter: str
    title: str
    items: tuple[MarkedItem, ...]


class MarkedPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The whole plan with its proposed amendments, and the moment the copy was made."""

    sections: tuple[MarkedSection, ...]
    changes: tuple[Change, ...]
    at: datetime


def mark(base: PlanText, amendments: Amendments, *, at: datetime) -> MarkedPlan:
    """The plan with every change marked; NotPossible where one does not fit or two are about one item."""
    by_item: dict[str, Change] = {}
    for change in amendments.changes:
        check_fits(change, base.item(change.item))
        if other := by_item.get(change.item):
            raise NotPossible(f"changes {other.id} and {change.id} are both to {change.item}: take one of them out")
        by_item[change.item] = change
    accept(base, amendments)
    names = sorted({item.id for item in base.items} | by_item.keys(), key=order)
    items = [_marked(base.item(name), by_item.get(name), name) for name in names]
    return MarkedPlan(sections=tuple(_sections(items)), changes=amendments.changes, at=at)


def _marked(there: Item | None, change: Change | None, name: str) -> MarkedItem:
    return MarkedItem(id=name, pieces=pieces(there, change.new if change else there), change=change)


def pieces(old: Item | None, new: Item | None) -> tuple[Piece, ...]:
    """An item, with its number, in what is kept, removed and added; a whole item that comes or goes is one piece."""
    before, after = written(old), written(new)
    if before == after:
        return (Piece("kept", before),)
    if not before:
        return (Piece("added", after),)
    return compare(before, after) if after else (Piece("removed", before),)


def readable(marked: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The same for eyes only: no mark on bare space, and none at the outer ends of what is marked."""
    shown: list[Piece] = []
    for piece in marked:
        inner = piece.text.strip()
        if piece.kind == "kept" or inner == piece.text:
            shown.append(piece)
        elif not inner:
            shown += [Piece("kept", piece.text)] if piece.kind == "added" else []
        else:
            before, _, after = piece.text.partition(inner)
            shown += [
                one for one in (Piece("kept", before), Piece(piece.kind, inner), Piece("kept", after)) if one.text
            ]
    return tuple(shown)


def written(item: Item | None) -> str:
    """An item as it is written out, with its number; nothing for none."""
    return lead(item) + item.text if item else ""


def _sections(items: list[MarkedItem]) -> Iterator[MarkedSection]:
    for letter, title in SECTIONS.items():
        yield MarkedSection(
            letter=letter, title=title, items=tuple(item for item in items if section_of(item.id) == letter)
        )
