"""Where each item of one plan's part of the return comes from: the events behind it, or the return that was imported."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from arflow.case.act import Act
from arflow.case.case import Case, as_it_stood
from arflow.case.facts import Fact
from arflow.case.review import AnnualReview
from arflow.events import AnyEvent
from arflow.law.london import day_in_london
from arflow.sen2.form.record import Record
from arflow.sen2.returned.as_at_census import as_at_census
from arflow.sen2.returned.carried_forward import CYCLE, TRANSFER, is_ours, review_values, with_review
from arflow.sen2.returned.identity import active_request
from arflow.sen2.returned.review_items import ReviewItems
from arflow.sen2.returned.told_facts import Kept

Source = Literal["log", "entry", "return", "blank"]
# The acts of a review that give an item, the last of those that count.
_STEPS = {
    "ReviewMeeting": ("hold",),
    "LastReview": ("notify", "change_decision"),
    "ReviewOutcome": ("decide", "change_decision"),
    "ReviewDraft": ("notice",),
}
_BLANK = {
    "ReviewMeeting": "no meeting is recorded by the census day",
    "LastReview": "nobody had been notified of a decision on that meeting by the census day",
    "ReviewOutcome": "nothing had been decided on that meeting by the census day",
    "ReviewDraft": "no amendment notice had been sent after that meeting by the census day",
    "PhaseTransferDueDate": "no transfer between phases falls in the year of the return",
    "PhaseTransferFinalDate": "nothing has dealt with a transfer of that year by the census day",
}


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """An event behind an item: its case and number, its name, the day it is for, and when and by whom it was recorded."""

    case: str
    number: int
    event: str
    on: date
    recorded_on: date
    recorded_by: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An item by its element's name, as the return has it (None: blank), where it comes from, and why it is so."""

    item: str
    value: str | None
    source: Source
    why: str
    events: tuple[Behind, ...] = ()


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """The items of a plan in the return of a year; `why_not` says why it is not in it, where it is not."""

    plan: str
    year: int
    census_day: date
    items: tuple[Item, ...] = ()
    why_not: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The return that is asked about: its year, its census day, and what had been recorded by a moment."""

    year: int
    census_day: date
    known_at: datetime | None = None


def explain(
    events: Sequence[AnyEvent],
    items: ReviewItems | None,
    told: Kept | None,
    asked: Asked,
    officer: Callable[[str], str],
) -> Explanation:
    """Each item of a plan with what is behind it: `items` are those of the log, `told` the newest return about its person."""
    plan = events[0].plan
    found = Explanation(plan=plan, year=asked.year, census_day=asked.census_day)
    case = as_it_stood(events, asked.census_day, asked.known_at)
    if items is None or case is None:
        return msgspec.structs.replace(found, why_not="the plan is not active on the census day by the log")
    block = _active(told, asked.census_day)
    made = _Making(case=case, events=events, ours=items, block=block, told=told, year=asked.year, officer=officer)
    missing = "" if block else "no imported return says who the plan is for: it cannot be in the return"
    return msgspec.structs.replace(found, items=tuple(made.items()), why_not=missing)


def _active(told: Kept | None, census_day: date) -> Record | None:
    """The active plan of the imported person as the census day saw it."""
    person = as_at_census(told.person, census_day) if told else None
    request = active_request(person) if person else None
    return request.first("ActivePlans") if request else None


def _giving(review: AnnualReview, item: str, value: str | None) -> Act | None:
    """The act of a review that gives an item: of a day the one on it; None where the item is blank."""
    acts = [act for step in _STEPS[item] if (act := review.last(step))] if value else []
    on_it = [act for act in acts if act.on.isoformat() == value]
    return max(on_it or acts, key=lambda act: act.event.originator_version, default=None)


class _Making(msgspec.Struct, frozen=True, kw_only=True):
    case: Case
    events: Sequence[AnyEvent]
    ours: ReviewItems
    block: Record | None
    told: Kept | None
    year: int
    officer: Callable[[str], str]

    def items(self) -> Iterator[Item]:
        """The items in the order of the return, those of the review together."""
        told_in = self.told.year if self.told else self.year
        block = with_review(self.block, self.ours, told_in=told_in, year=self.year) if self.block else None
        values = block.values if block else review_values(self.ours)
        yield self._start()
        yield from (self._of_review(item, values.get(item)) for item in CYCLE.values())
        yield from (self._of_transfer(item, values.get(item)) for item in TRANSFER.values())

    def _start(self) -> Item:
        made = self.case.plan.first_made
        value = self.ours.plan_start.isoformat() if self.ours.plan_start else None
        return Item(
            item="StartDate",
            value=value,
            source="entry" if value else "blank",
            why="the plan was first made then" if value else "nobody knows when the plan was first made",
            events=self._of_facts(made),
        )

    def _of_review(self, item: str, value: str | None) -> Item:
        review = self.case.reviews.get(self.ours.review or "")
        if review is not None and (self.block is None or is_ours(self.block, self.ours)):
            act = _giving(review, item, value)
            why = _BLANK[item] if act is None else f"review {review.id} has the latest meeting by the census day"
            behind = self._of_act(act or review.last("hold"))
            return Item(item=item, value=value, source="log" if act else "blank", why=why, events=behind)
        if value is None:
            return Item(item=item, value=None, source="blank", why=_BLANK[item])
        if self.block and self.block.values.get(item) == value:
            return self._as_returned(item, value)
        told = self.case.plan.last_reviewed or self.case.plan.first_made
        return Item(
            item=item, value=value, source="entry", why="as told when the plan was entered", events=self._of_facts(told)
        )

    def _of_transfer(self, item: str, value: str | None) -> Item:
        if value is None:
            return Item(item=item, value=None, source="blank", why=_BLANK[item])
        if review_values(self.ours).get(item) != value:
            return self._as_returned(item, value)
        plan = self.case.plan
        if item == TRANSFER["phase_transfer_due_date"]:
            expected = self._of_facts(*((plan.transfer_on,) if plan.transfer_on else ()))
            why = "the last day in the Code's reading for the transfer that is expected (SEND Regs 2014 r.18)"
            return Item(item=item, value=value, source="log", why=why, events=expected)
        issued = [
            act for one in self.case.reviews.values() if (act := one.last("issue")) and act.on.isoformat() == value
        ]
        if issued:
            return Item(
                item=item, value=value, source="log", why="the final plan was issued", events=self._of_act(issued[-1])
            )
        dealt = [one.recorded for one in plan.dealings if one.review is None]
        why = "the transfer was dealt with outside any review"
        return Item(item=item, value=value, source="log", why=why, events=self._of_facts(*dealt[-1:]))

    def _as_returned(self, item: str, value: str) -> Item:
        assert self.told
        why = f"as the return of {self.told.year} said, imported on {self.told.recorded_at[:10]}"
        imported = [one for one in self.events if getattr(one, "digest", None) == self.told.digest]
        return Item(item=item, value=value, source="return", why=why, events=tuple(map(self._behind, imported)))

    # --- events -----------------------------------------------------------------------------------------------------

    def _of_act(self, act: Act | None) -> tuple[Behind, ...]:
        """An act's event, and what corrected it."""
        if act is None:
            return ()
        numbers = (act.event.originator_version, *act.corrected_by)
        stream = act.event.originator_id
        return tuple(
            self._behind(one)
            for one in self.events
            if one.originator_id == stream and one.originator_version in numbers
        )

    def _of_facts(self, *facts: Fact) -> tuple[Behind, ...]:
        numbers = {fact.version for fact in facts}
        stream = f"plan/{self.case.plan.ref}"
        return tuple(
            self._behind(one)
            for one in self.events
            if one.originator_id == stream and one.originator_version in numbers
        )

    def _behind(self, event: AnyEvent) -> Behind:
        return Behind(
            case=event.originator_id.partition("/")[2],
            number=event.originator_version,
            event=event.name,
            on=event.on,
            recorded_on=day_in_london(event.recorded_at),
            recorded_by=self.officer(event.recorded_by),
        )
