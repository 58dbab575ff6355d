"""The text of a plan: sections A to K with numbered items, as one value whose digest names it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256

import msgspec

from arflow.errors import PlanTextRefused
from arflow.law.plan_sections import OUTCOMES, PROVISION, SECTIONS, is_item_id, section_of

LONGEST_ITEM, MOST_ITEMS = 20_000, 1_000  # characters; items of a plan

_INVISIBLE = re.compile(r"[\u00ad\u200b\u2060\ufeff]|(?!\n)[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A numbered item, such as E1; an item of provision may name the outcomes it serves. Lines are paragraphs."""

    id: str
    text: str
    serves: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """The letter of the section it stands in."""
        return section_of(self.id)


class PlanText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="is", tag="plan text"):
    """All items of a plan, in the order of the sections and of their numbers."""

    items: tuple[Item, ...]

    def of(self, section: str) -> tuple[Item, ...]:
        """The items of one section."""
        return tuple(item for item in self.items if item.section == section)

    def item(self, name: str) -> Item | None:
        """The item of that number."""
        return next((item for item in self.items if item.id == name), None)


class PlanFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with the text of a plan, and where."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def plan_text(items: Iterable[Item], *, name: str = "the plan") -> PlanText:
    """The items in their order; PlanTextRefused lists every fault."""
    plan = PlanText(items=tuple(sorted(items, key=lambda item: order(item.id))))
    if faults := faults_of(plan):
        raise PlanTextRefused(name, faults)
    return plan


def faults_of(plan: PlanText) -> list[PlanFault]:
    """All that is wrong with a plan's items."""
    times = Counter(item.id for item in plan.items)
    found = [
        PlanFault(place=item, message=f"is there {count} times: give each item a number of its own")
        for item, count in times.items()
        if count > 1
    ]
    for item in plan.items:
        found += [PlanFault(place=item.id[:20], message=message) for message in _item_faults(item, times)]
    if len(plan.items) > MOST_ITEMS:
        found.append(PlanFault(place="the plan", message=f"has more than {MOST_ITEMS:,} items"))
    return found


def _item_faults(item: Item, known: Mapping[str, int]) -> Iterable[str]:
    if not is_item_id(item.id):
        yield "is not the number of an item: write E1, F2 or, in sections H1 and H2, H1.1"
        return
    if not item.text:
        yield "has no text"
    elif item.text != tidy(item.text):
        yield "has blank lines, outer spaces or characters that cannot be seen: take them out"
    if len(item.text) > LONGEST_ITEM:
        yield f"is longer than {LONGEST_ITEM:,} characters: divide it"
    if item.serves and item.section not in PROVISION:
        yield f"serves outcomes, which only items of provision do (sections {', '.join(PROVISION)})"
    for outcome in item.serves:
        if not outcome.startswith(OUTCOMES) or outcome not in known:
            yield f"serves {outcome[:20]}, which is no outcome in section {OUTCOMES}"


def order(item: str) -> tuple[int, list[int], str]:
    """Where an item's number comes: sections as the plan has them, then E2 before E10."""
    section = section_of(item)
    place = list(SECTIONS).index(section) if section in SECTIONS else len(SECTIONS)
    return place, [int(number) for number in re.findall(r"\d+", item[len(section) :])], item


def next_number(section: str, taken: Iterable[str]) -> str:
    """The next free number of a section."""
    start = f"{section}." if section.startswith("H") else section
    numbers = [re.match(r"\d+", item[len(start) :]) for item in taken if section_of(item) == section]
    return f"{start}{max((int(found.group()) for found in numbers if found), default=0) + 1}"


def tidy(text: str) -> str:
    """Text without what no reader sees: blank lines, double and hard spaces, control characters."""
    seen = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", seen).split("\n"))
    return "\n".join(line for line in lines if line)


def canonical(document: msgspec.Struct) -> bytes:
    """The one way its JSON is written, so that its digest names it."""
    return msgspec.json.encode(document)


def digest(document: msgspec.Struct) -> str:
    """The SHA-256 of the canonical JSON, in hex."""
    return sha256(canonical(document)).hexdigest()
