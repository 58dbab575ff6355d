"""Which cases go into a pack: those named, or a sample that anybody with the log can draw again."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from arflow.case import plan as plans
from arflow.case.case import fold
from arflow.case.reading import LeavingOut, made
from arflow.errors import CaseUnreadable, NotFound, NotPossible, field_name
from arflow.events import AnyEvent
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.store import Recorder

# A pack is for people to read; every case costs memory until its proofs are written.
MOST_CASES = 500
_HELD = "arflow:MeetingHeld"

# From a day to a day, both counted; None where it is open.
Period = tuple[date | None, date | None]


class Named(msgspec.Struct, frozen=True, kw_only=True, tag="named", tag_field="how"):
    """Plans by their references."""

    plans: tuple[str, ...]


class Sample(msgspec.Struct, frozen=True, kw_only=True, tag="sample", tag_field="how"):
    """So many plans, drawn with a seed from those with a review whose meeting was held in the period."""

    number: int
    seed: int


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """How a sample came out: from how many plans, and the SHA-256 (hex) of their references in order, one a line.

    `left_out` names the plans with a meeting that could not be drawn, since this arflow cannot read them.
    """

    population: int
    population_sha256: str
    left_out: tuple[str, ...] = ()


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The plans of a pack, and how they were chosen."""

    plans: tuple[str, ...]
    wanted: Named | Sample
    drawn: Drawn | None = None


def choose(app: "Arflow", wanted: Named | Sample, size: int, period: Period, walked: Callable[[int], None]) -> Chosen:
    """The plans wanted, of the first `size` events; a refusal where they are not there or too many."""
    match wanted:
        case Named():
            return Chosen(plans=_named(app.log_store, wanted.plans, size), wanted=wanted)
        case Sample():
            left_out: list[CaseUnreadable] = []
            held = sorted(_held(app, size, period, walked, left_out.append))
            listed = hashlib.sha256("\n".join(held).encode()).hexdigest()
            unread = tuple(refusal.message for refusal in left_out)
            drawn = Drawn(population=len(held), population_sha256=listed, left_out=unread)
            return Chosen(plans=tuple(sorted(draw(held, wanted))), wanted=wanted, drawn=drawn)


def draw(population: list[str], sample: Sample) -> list[str]:
    """The plans that come first by the SHA-256 of the seed, a line break and the reference: chance, and repeatable."""
    if sample.number > len(population):
        raise NotPossible(
            f"{field_name('sample')}: {counted(len(population), 'plan')} had a review held in the period: ask for no more"
        )
    _refuse_too_many(sample.number)
    return sorted(population, key=lambda ref: hashlib.sha256(f"{sample.seed}\n{ref}".encode()).digest())[
        : sample.number
    ]


def _named(log: "Recorder", refs: tuple[str, ...], size: int) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(refs))
    _refuse_too_many(len(found))
    for ref in found:
        rows = log.read_case(ref)
        if not rows or rows[0].position > size or rows[0].stream != plans.stream(ref):
            raise NotFound("plan", ref, "see `arflow plan list`")
    return found


def _refuse_too_many(number: int) -> None:
    if number > MOST_CASES:
        raise NotPossible(f"a pack takes {MOST_CASES} cases at most, not {number}: make several")


def _held(
    app: "Arflow", size: int, period: Period, walked: Callable[[int], None], leaving_out: LeavingOut
) -> Iterator[str]:
    """Each plan with a review held in the period, corrections and voidings counted; the log streamed case by case."""
    passed, start, end = 0, period[0] or date.min, period[1] or date.max

    def held(events: list[AnyEvent]) -> bool:
        return _held_between(events, start, end)

    for ref, rows in groupby(app.log_store.read_by_case(), key=lambda row: row.plan):
        known = [row for row in rows if row.position <= size]
        passed += len(known)
        walked(passed)
        try:
            if any(row.topic == _HELD for row in known) and made(ref, known, held, app.workflow):
                yield ref
        except CaseUnreadable as refusal:
            leaving_out(refusal)


def _held_between(events: list[AnyEvent], start: date, end: date) -> bool:
    days = (review.day("hold") for review in fold(events).reviews.values())
    return any(start <= day <= end for day in days if day)
