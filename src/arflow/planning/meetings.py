"""The meetings that the plans of a store need: of each plan its next one, with every limit on it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from arflow.application.arflow import Arflow
from arflow.law.formula import parse
from arflow.law.periods import corresponding_date
from arflow.law.workflow import Workflow
from arflow.lists.due_items import DueItem, day_of
from arflow.lists.questions import Asking
from arflow.planning.cohort import Placed
from arflow.planning.latest_day import Limit, Steps, binding, eleventh_month, limit_of, start_by, steps_of

_TWELVE_MONTHS = "twelve_months"
_OF_TRANSFER = ("phase_transfer", "september_transfer")
# So far ahead of today duties are asked for: a year, and the weeks that a meeting must come before its duty's day.
_AHEAD = timedelta(days=2 * 366)


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """The next meeting of a plan: its review where one is open, each limit on it, and the day planned for it.

    `not_before` is the first day on which it can be for the transfer it is for. `invited` and `circulated` say how far it is.
    """

    plan: str
    review: str | None
    kind: str
    setting: str | None
    coordinator: str | None
    limits: tuple[Limit, ...]
    planned: date | None = None
    invited: bool = False
    circulated: bool = False
    not_before: date | None = None

    @property
    def binding(self) -> Limit | None:
        """The limit that sets the latest day; None where none is known."""
        return binding(self.limits)

    @property
    def by_law(self) -> Limit | None:
        """The same among the limits of law, leaving out practice."""
        return binding(one for one in self.limits if one.word != "practice")

    def start_by(self, steps: Steps) -> date | None:
        """The last day to start what is left to do before the meeting."""
        first = self.by_law
        return start_by(first.latest, steps, invited=self.invited, circulated=self.circulated) if first else None

    def slack(self, steps: Steps, today: date) -> int | None:
        """The days from today until that day, below zero once it has passed."""
        last = self.start_by(steps)
        return (last - today).days if last else None


class NoMeeting(msgspec.Struct, frozen=True, kw_only=True):
    """A plan for which no meeting can be planned, and why."""

    plan: str
    why: str


def meetings(
    app: Arflow,
    asking: Asking,
    found: Mapping[str, Placed] | None = None,
    *,
    setting: str | None = None,
    coordinator: str | None = None,
) -> tuple[list[Meeting], list[NoMeeting]]:
    """The next meeting of each maintained plan, by reference, and the plans that have none to plan.

    `found` are children found to transfer, by plan: their limit counts though nobody has recorded it.
    """
    workflow, found = app.current_workflow(max(app.today, app.rules.read().first_day)), found or {}
    plans = asking.plans(state="maintained", setting=setting, coordinator=coordinator)
    reviews = {review["id"]: review for review in asking.reviews()}
    outstanding: dict[str, list[DueItem]] = {}
    for item in asking.duties(app.today, within=_AHEAD.days):
        outstanding.setdefault(item.plan, []).append(item)
    made, wanted, without = _Making(workflow), list[Meeting](), list[NoMeeting]()
    for plan in plans:
        case = _Case(
            plan=plan,
            review=reviews.get(plan["open_review"] or ""),
            items=outstanding.get(plan["ref"], ()),
            placed=found.get(plan["ref"]),
        )
        made_of = made.meetings(case)
        if isinstance(made_of, NoMeeting):
            without.append(made_of)
        else:
            wanted += made_of
    return wanted, without


class _Case(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a plan: its own, that of its open review, what is outstanding, and how it stands to the cohort."""

    plan: Mapping[str, Any]
    review: Mapping[str, Any] | None
    items: Sequence[DueItem]
    placed: Placed | None

    @property
    def transfer_on(self) -> date | None:
        """The day of the transfer that is recorded, or found."""
        return day_of(self.plan["transfer_on"]) or (self.placed.transfer_on if self.placed else None)


class _Making:
    def __init__(self, workflow: Workflow) -> None:
        self._workflow, self._steps = workflow, steps_of(workflow)

    def meetings(self, case: _Case) -> list[Meeting] | NoMeeting:
        """The next meeting of a plan, and another for a transfer where the next comes too early to be for it."""
        plan, review = case.plan, case.review
        if review and review["held"]:
            held = f"the meeting of {review['id']} was held on {review['held']}: the next year runs from its decision"
            return NoMeeting(plan=plan["ref"], why=held)
        of_year, of_transfer = self._limits(case), [*self._of_transfer(case)]
        if not of_year and not of_transfer:
            reason = next((item.reason for item in case.items if item.reason), "no duty to review it runs")
            return NoMeeting(plan=plan["ref"], why=reason)
        first = binding(of_year)
        not_before = corresponding_date(case.transfer_on, -12) if of_transfer and case.transfer_on else None
        if first and not_before and first.latest < not_before:
            later = msgspec.structs.replace(case, review=None)
            return [self._meeting(case, of_year, None), self._meeting(later, of_transfer, not_before)]
        return [self._meeting(case, [*of_year, *of_transfer], not_before)]

    def _meeting(self, case: _Case, limits: list[Limit], not_before: date | None) -> Meeting:
        plan, review = case.plan, case.review
        return Meeting(
            plan=plan["ref"],
            review=review["id"] if review else None,
            kind=_kind(case, is_for_transfer=not_before is not None),
            setting=plan["setting"],
            coordinator=plan["coordinator"],
            limits=tuple(sorted(limits, key=lambda one: (one.latest, one.duty))),
            planned=day_of(review["meeting"]) if review else None,
            invited=bool(review and review["invited"]),
            circulated=bool(review and review["circulated"]),
            not_before=not_before,
        )

    def _limits(self, case: _Case) -> list[Limit]:
        """What each outstanding duty but that of the transfer means for the meeting, and the practice of the eleventh month."""
        found = [limit for item in case.items if item.duty not in _OF_TRANSFER and (limit := self._limit(case, item))]
        clock = day_of(case.plan["clock_start"])
        if clock and any(one.duty == _TWELVE_MONTHS for one in found):
            found.append(eleventh_month(clock))
        return found

    def _limit(self, case: _Case, item: DueItem) -> Limit | None:
        rule = self._workflow.duty_by_id.get(item.duty)
        if item.due is None or rule is None or item.review not in (None, case.plan["open_review"]):
            return None
        return limit_of(rule, item.due, self._steps)

    def _of_transfer(self, case: _Case) -> Iterator[Limit]:
        """The limits of the transfer that is recorded, or of one that is found and not recorded."""
        yield from (limit for item in case.items if item.duty in _OF_TRANSFER and (limit := self._limit(case, item)))
        placed = case.placed
        if placed is None or placed.recorded or placed.verdict != "in" or not placed.transfer or not placed.transfer_on:
            return
        transfer, rule = self._workflow.transfer_by_id[placed.transfer], self._workflow.duty_by_id[_OF_TRANSFER[0]]
        phrase = parse(transfer.rule)
        last = phrase.last_day(placed.transfer_on, self._workflow.policy, "strict") if phrase else None
        limit = limit_of(rule, last, self._steps) if last else None
        if limit:
            yield msgspec.structs.replace(limit, citation=transfer.citation)


def _kind(case: _Case, *, is_for_transfer: bool) -> str:
    if case.review:
        return str(case.review["kind"])
    if case.plan["setting"] is None:
        return "not_in_setting"
    if not is_for_transfer:
        return "annual"
    return "post16_transfer" if case.plan["transfer"] == "post16_to_post16" else "phase_transfer"
