"""Duties as SQL: the workflow's rules compiled to columns over the facts of reviews or plans (duties.py in SQL)."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from arflow.case.duties import PASSING, parsed
from arflow.history import fact_sql
from arflow.history.formula_sql import last_day
from arflow.history.sql import ORIGIN, any_of, earliest, grade, in_words, literal, one_of
from arflow.law.formula import AsDuty, NoNumber, Rule, UntilDetermined
from arflow.law.names import TRANSFER_LIMIT
from arflow.law.proceedings import CEASING, KIND_OF_DAY
from arflow.law.workflow import DutyRule, Kind, Limb, Subject, Workflow

# The columns of a duty, as the view of duties has them.
COLUMNS = ("due", "outer", "met_on", "state", "counted_from", "quality")
# The columns of a duty that no case has, since none has the fact that it needs.
_NOT_APPLICABLE = """null::DATE as due, null::DATE as "outer", null::DATE as met_on, 'not_applicable' as state,
    null::DATE as counted_from, 'known' as quality"""
# No duty of any case.
NONE = f"""select null::VARCHAR as plan, null::VARCHAR as review, null::VARCHAR as duty, 0 as proceeding, null::VARCHAR as owner,
    null::VARCHAR as word, false as is_window, {_NOT_APPLICABLE} where false"""
_OF_THE_CASE = ("plan", "review", "kind", "arranged_by", "proceeding", "ceasing_number")
_WORD = re.compile(r"\w+")


class Part(NamedTuple):
    """One phrase of a limb: its last day in each reading, the day it counts from, and how well that is known (0 to 2)."""

    strict: str
    outer: str
    counted_from: str
    grade: str


class Compiled(NamedTuple):
    """The names of a duty's own columns, where other duties may refer to it."""

    id: str

    def column(self, name: str) -> str:
        return f"{self.id}__{name}"


class FactsOf(NamedTuple):
    """The table of the facts of reviews or of plans, with the columns that it has, and the facts that no case has."""

    subject: Subject
    table: str
    columns: Sequence[str]
    absent: Collection[str] = ()


class Compiler:
    """Compiles the duties of one workflow and its kinds of review; a duty that others refer to comes before them."""

    def __init__(self, workflow: Workflow, kinds: Sequence[str], today: str) -> None:
        self.workflow, self.kinds, self.today = workflow, kinds, today
        self._columns: dict[str, str] = {}
        self._begun: set[str] = set()

    def compile(self, rules: Iterable[DutyRule]) -> dict[str, str]:
        """Each column's name and expression, in an order in which later ones may use earlier ones."""
        for rule in rules:
            self._duty(rule)
        return self._columns

    def _duty(self, rule: DutyRule) -> None:
        if rule.id in self._begun:
            return
        self._begun.add(rule.id)
        limbs = [[_unless_set(limb, self._part(part, rule)) for part in limb.latest or (limb,)] for limb in rule.due]
        parts = [part for several in limbs for part in several]
        own = Compiled(rule.id).column
        na, counted, beyond = own("na"), own("counted"), own("beyond")
        self._columns[counted] = earliest(_later(several, "strict") for several in limbs)
        self._columns[beyond] = earliest(_later(several, "outer") for several in limbs)
        self._columns[na] = any_of([self._does_not_apply(rule), self._lapsed(rule, counted, beyond)])
        self._columns[own("due")] = _unless(na, counted)
        self._columns[own("outer")] = _unless(na, beyond)
        self._columns[own("met_on")] = _unless(na, self._met_on(rule))
        self._columns[own("state")] = f"case when {na} then 'not_applicable' {self._state(rule)} end"
        self._columns[own("counted_from")] = _unless(na, _counted_from(rule, parts))
        self._columns[own("quality")] = _in_words(na, parts, rule)
        # What a duty that refers to this one counts from: the first phrase that gave its last day.
        self._columns[own("bearing_from")] = _bearing(own("due"), parts, "counted_from", "null::DATE")
        self._columns[own("bearing_grade")] = _bearing(own("due"), parts, "grade", "0")

    # --- limits ------------------------------------------------------------------------------------------------

    def _part(self, limb: Limb, rule: DutyRule) -> Part:
        found = parsed(limb.rule)
        if not isinstance(found, AsDuty):
            return self._counted(found)
        if found.fact == TRANSFER_LIMIT:
            return self._transfer()
        other = self.workflow.duty_by_id.get(found.fact)
        if other is None:
            return Part("null::DATE", "null::DATE", "null::DATE", "0")
        self._duty(other)
        of = Compiled(other.id).column
        return Part(of("due"), of("outer"), of("bearing_from"), of("bearing_grade"))

    def _counted(self, rule: Rule) -> Part:
        policy = self.workflow.policy
        strict, outer = (last_day(rule, f"day_{rule.fact}", policy, reading) for reading in ("strict", "outer"))  # type: ignore[arg-type]
        return Part(strict, outer, f"day_{rule.fact}", _grade(rule.fact))

    def _transfer(self) -> Part:
        """The limit that the plan's kind of transfer sets (r.18)."""
        kinds = {transfer.id: self._counted(parsed(transfer.rule)) for transfer in self.workflow.transfers}

        def chosen(name: str) -> str:
            cases = " ".join(f"when {literal(id_)} then {getattr(part, name)}" for id_, part in kinds.items())
            return f"case transfer_kind {cases} end"

        return Part(chosen("strict"), chosen("outer"), chosen("counted_from"), f"coalesce({chosen('grade')}, 0)")

    # --- state --------------------------------------------------------------------------------------------------

    def _does_not_apply(self, rule: DutyRule) -> str:
        lapses = [self._holds(lapse.when) for lapse in self.workflow.lapses_of(rule) if lapse.when not in PASSING]
        left_out = self._of_kinds(lambda kind: rule.id in kind.leaves_out_duties)
        reasons = [*([] if left_out == "false" else [left_out]), *lapses, "cancelled"]
        if rule.needs:
            reasons.append(f"({fact_sql.quality(rule.needs)}) is null")
        if rule.applies_if:
            reasons.append(f"(outcome_known and not coalesce({self._holds(rule.applies_if)}, false))")
        return f"({any_of(reasons)})"

    def _holds(self, condition: str) -> str:
        match condition:
            case "outcome_maintain" | "outcome_amend" | "outcome_cease":
                return f"outcome = {literal(condition.removeprefix('outcome_'))}"
            case "additional":
                return self._of_kinds(lambda kind: kind.additional)
            case _:
                return condition

    def _of_kinds(self, holds: Callable[[Kind], bool]) -> str:
        """Whether the review is of a kind of which something holds."""
        return _one_of_kinds([name for name in self.kinds if holds(self.workflow.kinds[name])], self.kinds)

    def _lapsed(self, rule: DutyRule, due: str, outer: str) -> str:
        """Whether it was neither met in time nor breached when a spell began in which it does not bind (Spell.takes)."""
        met = f"({self._first_met(rule)})"
        spells = [_taken(lapse.when, due, outer) for lapse in self.workflow.lapses_of(rule) if lapse.when in PASSING]
        if since := self.workflow.later_than_it(rule):
            spells.append(f"{outer} < {literal(since)}")
        in_time = f"coalesce({met} is not null and coalesce({met} <= {outer}, true), false)"
        return f"(not {in_time} and ({any_of(spells)}))"

    def _first_met(self, rule: DutyRule) -> str:
        return earliest(f"day_{name}" for name in rule.met_by)

    def _met_on(self, rule: DutyRule) -> str:
        met = self._first_met(rule)
        if not rule.window:
            return met
        due = Compiled(rule.id).column("due")
        return f"coalesce({met}, case when {self.today} > {due} then {due} + 1 end)"

    def _state(self, rule: DutyRule) -> str:
        due, outer, met = (Compiled(rule.id).column(name) for name in ("due", "outer", "met_on"))
        return " ".join(
            f"when {condition} then {literal(state)}" for condition, state in self._states(rule, due, outer, met)
        )

    def _states(self, rule: DutyRule, due: str, outer: str, met: str) -> Iterator[tuple[str, str]]:
        """Each condition with its state, the first that holds."""
        late = "missed" if rule.is_target else "breached"
        if rule.applies_if:
            yield "not outcome_known", "not_started"
        if rule.starts_with:
            yield f"day_{rule.starts_with} is null", "not_started"
        if rule.window:
            for found in (parsed(limb.first.rule) for limb in rule.due):
                if isinstance(found, UntilDetermined):
                    yield f"{due} is null and day_{found.fact} is not null", "running"
            yield f"{due} is null", "not_started"
            yield f"{met} is null", "running"
            yield f"{met} > {due}", "met"
            yield "true", "breached"
            return
        uncounted = f"({due} is null or {outer} is null)"
        if any(isinstance(parsed(limb.first.rule), NoNumber) for limb in rule.due):
            yield f"{uncounted} and {met} is not null", "met"
            yield uncounted, "running"
        yield uncounted, "not_started"
        yield f"{met} <= {due}", "met"
        yield f"{met} <= {outer}", "contested"
        yield f"{met} is not null", late
        yield "out_of_hand" if rule.outlasts_review else "finished or out_of_hand", late
        if rule.closed_by:
            yield f"day_{rule.closed_by} is not null", late
        yield f"{self.today} <= {due} and {due} - {self.today} <= {self.workflow.policy.due_soon_days}", "due_soon"
        yield f"{self.today} <= {due}", "running"
        yield f"{self.today} <= {outer}", "contested"
        yield "true", "missed" if rule.is_target else "overdue"


def of_cases(
    workflow: Workflow, kinds: Sequence[str], of: FactsOf, today: str, wanted: Collection[str]
) -> Iterator[str]:
    """A query for each duty of those wanted: a row for each case of a workflow and of the kinds that have the duty."""
    of_each = {
        kind: {rule.id for rule in workflow.duties_of(of.subject, kind if of.subject == "review" else None)}
        for kind in kinds
    }
    for rule in workflow.duties:
        having = [kind for kind in kinds if rule.id in of_each[kind]]
        if not having or rule.id not in wanted:
            continue
        where = f"workflow = {literal(workflow.id)} and kind in {one_of(having)}"
        head = (
            f"select plan, review, {literal(rule.id)} as duty, {{}} as proceeding, {_owner(rule, workflow, having)} as owner, "
            f"{literal(rule.word)} as word, {literal(rule.window)} as is_window, "
        )
        of_nobody = f"{head.format(0)} {_NOT_APPLICABLE} from {of.table} where {where}"
        if rule.needs in of.absent:
            yield of_nobody
            continue
        columns = Compiler(workflow, having, today).compile([rule])
        own = ", ".join(f'{Compiled(rule.id).column(name)} as "{name}"' for name in COLUMNS)
        asked_by = KIND_OF_DAY.get(rule.needs or "")
        if asked_by in (None, CEASING):
            number = "coalesce(ceasing_number, 0)" if asked_by else "0"
            yield f"{head.format(number)} {own} from ({_layered(columns, of, where)})"
            continue
        its = of._replace(table="proceeding_facts", columns=[*of.columns, "proceeding"])
        each = f"{where} and asked_by = {literal(asked_by)}"
        yield f"{head.format('proceeding')} {own} from ({_layered(columns, its, each)})"
        yield f"{of_nobody} and plan not in (select plan from proceedings_begun where kind = {literal(asked_by)})"


def _one_of_kinds(chosen: Sequence[str], kinds: Sequence[str]) -> str:
    """Whether a review is of one of the chosen kinds, of those that there are."""
    if len(chosen) == len(kinds):
        return "true"
    return f"kind in {one_of(chosen)}" if chosen else "false"


def _owner(rule: DutyRule, workflow: Workflow, kinds: Sequence[str]) -> str:
    """Whose the duty is: the arranger's may be fixed by the kind of review."""
    if rule.owner != "arranger":
        return literal(rule.owner)
    fixed = {kind: arranger for kind in kinds if (arranger := workflow.kinds[kind].arranger)}
    cases = " ".join(f"when {literal(kind)} then {literal(arranger)}" for kind, arranger in fixed.items())
    return f"case kind {cases} else arranged_by end" if cases else "arranged_by"


def _layered(columns: dict[str, str], of: FactsOf, where: str) -> str:
    """Columns over those before them, so that nothing is written out twice; of the table only those that they use.

    Few columns and few layers: DuckDB binds every column of every layer.
    """
    words = set(_WORD.findall(" ".join(columns.values()))) | set(_OF_THE_CASE)
    query = f"select {', '.join(name for name in of.columns if name in words)} from {of.table} where {where}"
    layer: dict[str, str] = {}
    for name, expression in columns.items():
        if not layer.keys().isdisjoint(_WORD.findall(expression)):
            query, layer = _over(query, layer), {}
        layer[name] = expression
    return _over(query, layer)


def _over(query: str, layer: dict[str, str]) -> str:
    own = ", ".join(f"{expression} as {name}" for name, expression in layer.items())
    return f"select *, {own} from ({query})"


def _taken(when: str, due: str, outer: str) -> str:
    """Whether a duty's last day falls into a spell (Spell.takes)."""
    if when != "detained":
        return f"(since_{when} is not null and coalesce(since_{when} <= {outer}, true))"
    since = f"coalesce(d.since, {ORIGIN})"
    falls = f"case when d.until is null then coalesce({since} <= {outer}, true) else {since} <= {due} and {due} < d.until end"
    return f"(detentions is not null and len(list_filter(detentions, lambda d: {falls})) > 0)"


def _unless_set(limb: Limb, part: Part) -> Part:
    """A part of a limb that gives way to a day: nothing where the case has that day."""
    if not limb.gives_way_to:
        return part
    standing = " and ".join(f"day_{name} is null" for name in limb.gives_way_to)
    strict, outer, counted_from = (f"case when {standing} then {column} end" for column in part[:3])
    return Part(strict, outer, counted_from, f"case when {standing} then {part.grade} else 0 end")


def _counted_from(rule: DutyRule, parts: list[Part]) -> str:
    """The day that the first limb counts from; of limbs that give way, the first that stands."""
    if not any(limb.gives_way_to for limb in rule.due):
        return parts[0].counted_from
    return f"coalesce({', '.join(part.counted_from for part in parts)})"


def _unless(condition: str, expression: str) -> str:
    return f"case when not {condition} then {expression} end"


def _later(parts: list[Part], reading: str) -> str:
    """Of the parts of a limb the later one; nothing where the first has no day to count from."""
    days = [getattr(part, reading) for part in parts]
    if len(days) == 1:
        return str(days[0])
    return f"case when {parts[0].strict} is not null then greatest({', '.join(days)}) end"


def _grade(fact: str) -> str:
    return f"coalesce({grade(fact_sql.quality(fact))}, 0)"


def _in_words(na: str, parts: list[Part], rule: DutyRule) -> str:
    """The worst quality of what the duty counts from and is met by."""
    met_by = [f"case when day_{name} is not null then {_grade(name)} else 0 end" for name in rule.met_by]
    worst = f"greatest(0, {', '.join((*(part.grade for part in parts), *met_by))})"
    return f"case when {na} then 'known' else {in_words(worst)} end"


def _bearing(due: str, parts: list[Part], name: str, otherwise: str) -> str:
    cases = " ".join(f"when {part.strict} = {due} then {getattr(part, name)}" for part in parts)
    return f"case {cases} else {otherwise} end"
