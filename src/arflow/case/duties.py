"""Facts and a workflow make duties: each with its days, its state, its formula and its citation. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

import msgspec

from arflow.case.facts import Facts, worst
from arflow.events import Quality
from arflow.law import formula
from arflow.law.formula import AsDuty, Count, MonthsBetween, NoNumber, Rule, UntilDetermined
from arflow.law.names import TRANSFER_LIMIT
from arflow.law.workflow import DutyRule, Kind, Limb, Source, Word, Workflow

DutyState = Literal[
    "not_started",
    "running",
    "due_soon",
    "met",
    "contested",
    "breached",
    "overdue",
    "not_applicable",
    "missed",
]
# Circumstances that come about on a day, and leave what was met or breached before as it was.
PASSING = ("transferred_out", "plan_ended", "detained")
# A plan without a review is counted as an annual review would be.
_NO_KIND = "annual"
# A breach, done since or not.
LATE: tuple[DutyState, ...] = ("breached", "overdue")
TO_DO: tuple[DutyState, ...] = ("running", "due_soon", "contested", "overdue")


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """One limb counted: the phrase, the day it counts from, and its last day in each reading (None: not yet known)."""

    text: str
    citation: str
    fact: str
    counted_from: date | None
    first: date | None
    strict: date | None
    outer: date | None
    contested: str = ""
    source: Source | None = None


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What must be done, by whom and by when: `due` is the strict last day, `outer` the last day in practice.

    `proceeding` is the number of the proceeding on the plan that asks for it; 0 where none does.
    """

    id: str
    text: str
    owner: str
    word: Word
    source: Source
    citation: str
    state: DutyState
    formula: str
    due: date | None = None
    outer: date | None = None
    met_on: date | None = None
    facts: dict[str, date | None] = {}
    limits: tuple[Limit, ...] = ()
    reason: str = ""
    quality: Quality = "known"
    window: bool = False
    proceeding: int = 0

    @property
    def is_to_do(self) -> bool:
        """Whether somebody still has to act: it applies and is not yet done."""
        return self.met_on is None and self.state in TO_DO

    @property
    def counted_from(self) -> date | None:
        """The day that the duty's own rule, its first limit, is counted from."""
        return self.limits[0].counted_from if self.limits else None

    @property
    def consider_from(self) -> date | None:
        """The day from which it is to be considered, where the law gives two: every three to six months (Code 9.178)."""
        first = self.limits[0] if self.limits else None
        return first.first if first and isinstance(formula.parse(first.text), MonthsBetween) else None

    def slack(self, today: date) -> int | None:
        """Days left until the strict last day; negative once it has passed."""
        return (self.due - today).days if self.due else None


def waiting(due: date, outer: date, today: date, *, soon_days: int, is_target: bool) -> DutyState:
    """The state on a day of a duty not yet met; on its last day it is not late."""
    if today <= due:
        return "due_soon" if (due - today).days <= soon_days else "running"
    if today <= outer:
        return "contested"
    return "missed" if is_target else "overdue"


@cache
def parsed(rule: str) -> Rule:
    """The rule a checked definition's phrase states."""
    found = formula.parse(rule)
    if found is None:
        raise ValueError(f"no such phrase: {rule}")
    return found


def of_review(workflow: Workflow, kind: str, arranger: str, facts: Facts, today: date) -> tuple[Duty, ...]:
    """Every duty of a review of this kind, in the definition's order."""
    counting = _Counting(workflow, workflow.kinds[kind], arranger, facts, today)
    return tuple(counting.duty(rule) for rule in workflow.duties_of("review", kind))


def of_plan(workflow: Workflow, facts: Facts, today: date) -> tuple[Duty, ...]:
    """The duties of a plan that stand whether or not a review is open; of several proceedings of a kind, those of one."""
    return some_of_plan(workflow, workflow.duties_of("plan"), facts, today)


def some_of_plan(workflow: Workflow, rules: Iterable[DutyRule], facts: Facts, today: date) -> tuple[Duty, ...]:
    """The duties of a plan by these of its rules."""
    counting = _Counting(workflow, workflow.kinds[_NO_KIND], "school", facts, today)
    return tuple(counting.duty(rule) for rule in rules)


class _Counting:
    """The duties of one case being counted, each once, since one may be the limb of another."""

    def __init__(self, workflow: Workflow, kind: Kind, arranger: str, facts: Facts, today: date) -> None:
        self.workflow, self.kind, self.facts, self.today = workflow, kind, facts, today
        self.arranger = kind.arranger or arranger
        self._done: dict[str, Duty] = {}

    def duty(self, rule: DutyRule) -> Duty:
        if rule.id not in self._done:
            self._done[rule.id] = self._count(rule)
        return self._done[rule.id]

    def _count(self, rule: DutyRule) -> Duty:
        reason = self._why_not(rule)
        if reason:
            return self._duty(rule, state="not_applicable", reason=reason)
        parts = [self._parts(limb, rule) for limb in standing(rule, self.facts)]
        bearing = [limit for limit in map(_latest, parts) if limit.strict]
        due = min((limit.strict for limit in bearing if limit.strict), default=None)
        outer = min((limit.outer for limit in bearing if limit.outer), default=None)
        limits = tuple(limit for several in parts for limit in several)
        if reason := self._why_lapsed(rule, due, outer):
            return self._duty(rule, state="not_applicable", reason=reason)
        met_on = self._met_on(rule, due)
        return self._duty(
            rule,
            due=due,
            outer=outer,
            met_on=met_on,
            state=self._state(rule, due, outer, met_on),
            facts={name: self.facts.day(name) for name in self._names(limits)},
            limits=limits,
            reason=self._why_unknown(limits) if due is None else "",
            quality=self._quality(rule, limits),
        )

    def _duty(self, rule: DutyRule, *, state: DutyState, **counted: Any) -> Duty:
        return Duty(
            id=rule.id,
            text=rule.text,
            owner=self.arranger if rule.owner == "arranger" else rule.owner,
            word=rule.word,
            source=rule.source,
            citation=self.kind.citations.get(rule.id, rule.citation),
            state=state,
            formula=in_words(rule, self.facts),
            window=rule.window,
            **counted,
        )

    # --- limits ---------------------------------------------------------------------------------------------

    def _parts(self, limb: Limb, rule: DutyRule) -> list[Limit]:
        """Each phrase of a limb counted; the first is the rule itself, others only lengthen it."""
        return [self._limit_of(part, rule) for part in limb.latest or (limb,)]

    def _limit_of(self, limb: Limb, rule: DutyRule) -> Limit:
        found = parsed(limb.rule)
        if isinstance(found, AsDuty):
            return self._limit_of_other(limb, found, rule)
        return self._counted(limb.rule, found, limb.citation or rule.citation, limb.source or rule.source)

    def _counted(self, text: str, rule: Rule, citation: str, source: Source | None) -> Limit:
        day = self.facts.day(rule.fact)
        count: Count | None = None if day is None else rule.count(day, self.workflow.policy)
        return Limit(
            text=text,
            citation=citation,
            fact=rule.fact,
            counted_from=day,
            first=count.first if count else None,
            strict=count.strict if count else None,
            outer=count.outer if count else None,
            contested=rule.contested if count and count.strict != count.outer else "",
            source=source,
        )

    def _limit_of_other(self, limb: Limb, found: AsDuty, rule: DutyRule) -> Limit:
        """The limit of another duty, or of the plan's kind of transfer; none where that does not apply."""
        if found.fact == TRANSFER_LIMIT:
            transfer = self.workflow.transfer_by_id.get(self.facts.transfer or "")
            if transfer is None:
                return _no_limit(limb, rule)
            return self._counted(transfer.rule, parsed(transfer.rule), transfer.citation, "Regs")
        other = self.workflow.duty_by_id.get(found.fact)
        counted = self.duty(other) if other else None
        if counted is None or counted.state == "not_applicable" or counted.due is None:
            return _no_limit(limb, rule)
        bearing = next(limit for limit in counted.limits if limit.strict == counted.due)
        return msgspec.structs.replace(
            bearing,
            text=f"as {found.fact}: {bearing.text}",
            citation=limb.citation or bearing.citation,
            strict=counted.due,
            outer=counted.outer,
        )

    # --- state ----------------------------------------------------------------------------------------------

    def _why_not(self, rule: DutyRule) -> str:
        """Why the duty does not apply, or nothing if it does or may."""
        if rule.id in self.kind.leaves_out_duties:
            return f"not part of a review of this kind ({self.kind.citation})"
        for lapse in self.workflow.lapses_of(rule):
            if lapse.when in self.facts.holds:
                return lapse.reason
        if rule.needs and rule.needs not in self.facts.days:
            return rule.if_not
        if "cancelled" in self.facts.holds:
            return "the review was cancelled"
        if rule.applies_if and self.facts.outcome_known and rule.applies_if not in self.facts.holds:
            return f"applies only where the {rule.applies_if.replace('outcome_', 'outcome is ')}"
        return ""

    def _why_lapsed(self, rule: DutyRule, due: date | None, outer: date | None) -> str:
        """Why the duty no longer binds, or did not yet; nothing where it does, or had been met in time or breached before."""
        met = self._first_met(rule)
        if met and (outer is None or met <= outer):
            return ""
        for lapse in self.workflow.lapses_of(rule):
            if any(spell.takes(due, outer) for spell in self.facts.spells.get(lapse.when, ())):
                return lapse.reason
        since = self.workflow.later_than_it(rule)
        if since and outer and outer < since:
            return f"not yet in force: from {since}"
        return ""

    def _why_unknown(self, limits: tuple[Limit, ...]) -> str:
        """Which day is missing, where somebody recorded that nobody knows it."""
        missing = [name for name in self._names(limits) if self.facts.days[name].quality == "missing"]
        return f"the day of {', '.join(missing)} is not known" if missing else ""

    def _met_on(self, rule: DutyRule, due: date | None) -> date | None:
        if met_on := self._first_met(rule):
            return met_on
        if rule.window and due is not None and self.today > due:
            return due + timedelta(days=1)
        return None

    def _first_met(self, rule: DutyRule) -> date | None:
        return min((day for name in rule.met_by if (day := self.facts.day(name))), default=None)

    def _state(self, rule: DutyRule, due: date | None, outer: date | None, met_on: date | None) -> DutyState:
        if not self._started(rule):
            return "not_started"
        if rule.window:
            return self._window_state(rule, due, met_on)
        if due is None or outer is None:
            return self._state_without_a_day(rule, met_on)
        late: DutyState = "missed" if rule.is_target else "breached"
        if met_on is not None:
            return "met" if met_on <= due else "contested" if met_on <= outer else late
        if self._closed(rule):
            return late
        soon = self.workflow.policy.due_soon_days
        return waiting(due, outer, self.today, soon_days=soon, is_target=rule.is_target)

    def _started(self, rule: DutyRule) -> bool:
        if rule.applies_if and not self.facts.outcome_known:
            return False
        return rule.starts_with is None or self.facts.day(rule.starts_with) is not None

    def _closed(self, rule: DutyRule) -> bool:
        """Whether it can no longer be done: what it had to precede has happened, or the review or the plan is out of hand."""
        if self.facts.is_out_of_hand or (self.facts.finished and not rule.outlasts_review):
            return True
        return rule.closed_by is not None and self.facts.day(rule.closed_by) is not None

    def _state_without_a_day(self, rule: DutyRule, met_on: date | None) -> DutyState:
        if not any(isinstance(parsed(limb.first.rule), NoNumber) for limb in standing(rule, self.facts)):
            return "not_started"
        return "met" if met_on else "running"

    def _window_state(self, rule: DutyRule, due: date | None, met_on: date | None) -> DutyState:
        """A window is kept if what it holds back came after its last day, and broken if it came sooner."""
        if due is None:
            open_ended = [
                found.fact for limb in rule.due if isinstance(found := parsed(limb.first.rule), UntilDetermined)
            ]
            return "running" if any(self.facts.day(name) for name in open_ended) else "not_started"
        if met_on is None:
            return "running"
        return "met" if met_on > due else "breached"

    # --- what it was counted from -----------------------------------------------------------------------------

    def _names(self, limits: tuple[Limit, ...]) -> list[str]:
        """The facts the limits count from that the case has, in order, each once."""
        return [name for name in dict.fromkeys(limit.fact for limit in limits) if name in self.facts.days]

    def _quality(self, rule: DutyRule, limits: tuple[Limit, ...]) -> Quality:
        """How well the days are known that it was counted from and met by."""
        met_by = [name for name in rule.met_by if self.facts.day(name) is not None]
        return worst(self.facts.days[name].quality for name in (*self._names(limits), *met_by))


def _no_limit(limb: Limb, rule: DutyRule) -> Limit:
    return Limit(
        text=limb.rule,
        citation=limb.citation or rule.citation,
        fact="",
        counted_from=None,
        first=None,
        strict=None,
        outer=None,
        source=limb.source or rule.source,
    )


def _latest(parts: list[Limit]) -> Limit:
    """Of the parts of a limb the later one in each reading; none where the first has no day to count from."""
    known = [part for part in parts if part.strict and part.outer]
    if parts[0].strict is None or len(known) == 1:
        return parts[0]
    last = max(known, key=lambda part: part.strict or date.min)
    return msgspec.structs.replace(last, outer=max(part.outer for part in known if part.outer))


def standing(rule: DutyRule, facts: Facts) -> tuple[Limb, ...]:
    """The limbs that count: none that gives way to a day the case has, and of those in its place the ones with a day."""
    if not any(limb.gives_way_to for limb in rule.due):
        return rule.due
    return tuple(
        limb
        for limb in rule.due
        if (not any(name in facts.days for name in limb.gives_way_to))
        and (limb.gives_way_to or parsed(limb.first.rule).fact in facts.days)
    )


def in_words(rule: DutyRule, facts: Facts) -> str:
    """The formula as a reader says it; what would only lengthen a limb is left out where there is nothing to count from."""
    limbs = []
    for limb in standing(rule, facts) or rule.due:
        later = [part.rule for part in limb.latest[1:] if parsed(part.rule).fact in facts.days]
        limbs.append("the later of " + "; ".join([limb.latest[0].rule, *later]) if later else limb.first.rule)
    return limbs[0] if len(limbs) == 1 else "the earliest of: " + "; ".join(limbs)
