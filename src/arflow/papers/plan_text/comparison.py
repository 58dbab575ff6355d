"""Two texts of a plan compared, the later read from a file: what the file shows beside the plan is never taken for removed."""

import re
from collections.abc import Iterator

import msgspec

from arflow.papers.plan_text.amendments import Amendments, propose
from arflow.papers.plan_text.differences import compare
from arflow.papers.plan_text.outline import Found
from arflow.papers.plan_text.plan_text import Item, PlanText, plan_text

_WORDS = re.compile(r"\w+")


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The changes, and what was held back."""

    amendments: Amendments
    notes: tuple[str, ...]


def compare_with_file(old: PlanText, found: Found, *, by: str) -> Compared:
    """The changes that make the plan that was found of the old one, without what the file has elsewhere."""
    beside = " ".join(_plain(passed.words) for passed in found.passed)
    unlinked = _without_links(old, found.plan)
    there = PlanText(items=tuple(unlinked.get(item.id, item) for item in found.plan.items))
    held = dict(_held(old, msgspec.structs.replace(found, plan=there), f" {beside} "))
    items = {item.id: item for item in (*there.items, *held.values())}
    new = plan_text(items.values(), name="the plan with what was held back")
    notes = (
        f"left as they are, since the file has their words elsewhere or an empty control: {', '.join(held)}"
        if held
        else "",
        f"the file names no outcome that provision serves, so these keep theirs: {', '.join(unlinked)}"
        if unlinked
        else "",
    )
    return Compared(amendments=propose(old, new, by=by), notes=tuple(filter(None, notes)))


def _without_links(old: PlanText, new: PlanText) -> dict[str, Item]:
    """The provision of a file that has nowhere the outcomes it serves, as a table may have no such column: with those it had."""
    if any(item.serves for item in new.items):
        return {}
    outcomes = {item.id for item in new.of("E")}
    before = {item.id: tuple(outcome for outcome in item.serves if outcome in outcomes) for item in old.items}
    return {item.id: msgspec.structs.replace(item, serves=before[item.id]) for item in new.items if before.get(item.id)}


def _held(old: PlanText, found: Found, beside: str) -> Iterator[tuple[str, Item]]:
    for item in old.items:
        new = found.plan.item(item.id)
        if new is None:
            named = re.search(rf"(?<![\w.]){re.escape(item.id)}(?![\w])", " ".join(one.words for one in found.passed))
            if named or item.id in found.unfilled or _is_in(item.text, beside):
                yield item.id, item
        elif new.text != item.text:
            pieces = compare(item.text, new.text)
            gone = [piece.text for piece in pieces if piece.kind == "removed" and _plain(piece.text)]
            added = any(piece.kind == "added" and _plain(piece.text) for piece in pieces)
            if gone and not added and all(_is_in(text, beside) for text in gone):
                yield item.id, item


def _is_in(text: str, beside: str) -> bool:
    return f" {_plain(text)} " in beside


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower()))
