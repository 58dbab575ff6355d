"""Proposed amendments to a plan: each change with who proposed it, views on it and the advice that led to it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

import msgspec

from arflow.errors import InvalidValue, MissingValue, NotFound, NotPossible, PlanTextRefused, field_name
from arflow.events import Role
from arflow.papers.plan_text.plan_text import Item, PlanFault, PlanText, digest, faults_of, order, plan_text, tidy

_DIGEST = re.compile(r"[0-9a-f]{64}")


class View(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What somebody thinks of a change: agrees, does not, or says neither (None); `name` is who said it."""

    role: Role
    name: str = ""
    agrees: bool | None = None
    text: str = ""


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One item that is to be reworded, added (no `old`) or removed (no `new`); `advice` are SHA-256 digests in hex.

    `titles` say for people what each piece of advice is, by its digest.
    """

    id: str
    old: Item | None = None
    new: Item | None = None
    proposed_by: str  # a role, or the id of a person
    authors: tuple[str, ...] = ()  # names as a word processor kept them
    views: tuple[View, ...] = ()
    advice: tuple[str, ...] = ()
    titles: Mapping[str, str] = {}

    def __post_init__(self) -> None:
        if (self.old or self.new) is None or self.old == self.new:
            raise ValueError("a change needs an old or a new item, and they must differ")
        if self.old and self.new and self.old.id != self.new.id:
            raise ValueError("a change is about one item: old and new have the same id")

    @property
    def item(self) -> str:
        """The number of the item it is about."""
        found = self.old or self.new
        assert found is not None
        return found.id

    @property
    def kind(self) -> Literal["reword", "add", "remove"]:
        """What it does to the item."""
        if self.old is None:
            return "add"
        return "remove" if self.new is None else "reword"


class Amendments(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="is", tag="proposed amendments"
):
    """Changes proposed to one text of a plan, which `base` names by its SHA-256 in hex."""

    base: str
    changes: tuple[Change, ...]

    def change(self, name: str) -> Change:
        """One change; NotFound where there is none of that name. Changes were once called C1, as items of section C are."""
        for change in self.changes:
            if change.id in (name, re.sub(r"^C(?=\d+$)", "", name)):
                return change
        known = ", ".join(change.id for change in self.changes) or "none"
        raise NotFound("change", name, f"the changes are {known}")


def propose(
    old: PlanText, new: PlanText, *, by: str, authors: Mapping[str, tuple[str, ...]] | None = None
) -> Amendments:
    """The changes that make the new text of the old, item by item; `authors` by item."""
    named = authors or {}
    items = sorted({item.id for item in (*old.items, *new.items)}, key=order)
    differing = [name for name in items if old.item(name) != new.item(name)]
    changes = (
        Change(id=str(number), old=old.item(name), new=new.item(name), proposed_by=by, authors=named.get(name, ()))
        for number, name in enumerate(differing, start=1)
    )
    return Amendments(base=digest(old), changes=tuple(changes))


def propose_edits(base: PlanText, edits: Mapping[str, str | None], *, by: str) -> Amendments:
    """The changes that give items, by number, another text, or take them out (None)."""
    kept = {item.id: item for item in base.items}
    for name, text in edits.items():
        if text is None:
            if kept.pop(name, None) is None:
                raise NotFound("item", name, "name an item of the plan to remove it")
        else:
            serves = kept[name].serves if name in kept else ()
            kept[name] = Item(id=name, text=tidy(text), serves=serves)
    return propose(base, plan_text(kept.values()), by=by)


def add_view(amendments: Amendments, change: str, view: View) -> Amendments:
    """The same with a view beside the change; somebody's later view takes the place of their earlier one."""
    if view.agrees is None and not view.text:
        raise MissingValue(field_name("text"), "say what the view is, or that it agrees or not")
    found = amendments.change(change)
    others = tuple(one for one in found.views if (one.role, one.name) != (view.role, view.name))
    return _with(amendments, msgspec.structs.replace(found, views=(*others, view)))


def link_advice(amendments: Amendments, change: str, advice: Iterable[str], title: str = "") -> Amendments:
    """The same with the advice, by SHA-256 in hex, that led to the change; `title` says for people what it is."""
    found = amendments.change(change)
    linked, titles = dict.fromkeys(found.advice), dict(found.titles)
    for document in advice:
        if not _DIGEST.fullmatch(document):
            raise InvalidValue(
                "advice",
                document,
                "a file that is there, nor the SHA-256 of a document, which has 64 digits from 0 to f",
            )
        linked[document] = None
        titles |= {document: title} if title else {}
    return _with(amendments, msgspec.structs.replace(found, advice=tuple(linked), titles=titles))


def advice_that_led_to_nothing(amendments: Amendments, advice: Iterable[str]) -> tuple[str, ...]:
    """Of all the advice, by digest, what no change is linked to."""
    linked = {document for change in amendments.changes for document in change.advice}
    return tuple(document for document in advice if document not in linked)


def accept(base: PlanText, amendments: Amendments, only: Collection[str] | None = None) -> PlanText:
    """The amended text, with all changes or only those named; NotPossible where one does not fit the text."""
    chosen = amendments.changes if only is None else tuple(amendments.change(name) for name in dict.fromkeys(only))
    items = {item.id: item for item in base.items}
    for change in chosen:
        check_fits(change, items.get(change.item))
        items.pop(change.item, None)
        if change.new:
            items[change.item] = change.new
    return plan_text(items.values(), name="the amended plan")


def check_fits(change: Change, there: Item | None) -> None:
    """Refuse, with NotPossible, a change whose old text is not what the plan says."""
    if change.old == there:
        return
    if change.old is None:
        why = f"it adds {change.item}, which the plan has already"
    elif there is None:
        why = f"it changes {change.item}, which the plan does not have"
    else:
        why = f"{change.item} reads otherwise in the plan"
    raise NotPossible(f"change {change.id} does not fit the plan: {why}; propose it again from this plan")


def check_amendments(amendments: Amendments, name: str) -> Amendments:
    """The same; PlanTextRefused lists what is wrong with changes that somebody wrote or edited by hand."""
    faults = []
    if not _DIGEST.fullmatch(amendments.base):
        faults.append(PlanFault(place="base", message="is not the SHA-256 of a text, which has 64 digits from 0 to f"))
    times = Counter(change.id for change in amendments.changes)
    faults += [PlanFault(place=one, message=f"is there {count} times") for one, count in times.items() if count > 1]
    for change in amendments.changes:
        for item in filter(None, (change.old, change.new)):
            alone = PlanText(items=(msgspec.structs.replace(item, serves=()),))
            faults += [PlanFault(place=f"{change.id}, {one.place}", message=one.message) for one in faults_of(alone)]
    if faults:
        raise PlanTextRefused(name, faults)
    return amendments


def _with(amendments: Amendments, changed: Change) -> Amendments:
    changes = tuple(changed if change.id == changed.id else change for change in amendments.changes)
    return msgspec.structs.replace(amendments, changes=changes)


def amendments_from_json(content: bytes, name: str) -> Amendments:
    """The proposed amendments in a JSON file; InvalidValue or PlanTextRefused says what is wrong with it."""
    try:
        found = msgspec.json.decode(content, type=Amendments)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidValue(
            "FILE", name, f"a file of changes, as `arflow amend compare` writes with --output: {error}"
        ) from None
    return check_amendments(found, name)
