"""Check what a definition means: every fault is added to its document with its place, none stops the rest."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, get_args, get_type_hints

from arflow import formula
from arflow.definition import Document
from arflow.duties import TRANSFER_LIMIT
from arflow.events import ROLES, STEP_EVENTS
from arflow.facts import CONDITIONS, DERIVED
from arflow.formula import AsDuty, Policy
from arflow.machine import CIRCUMSTANCES, moves_by_state
from arflow.workflow import DutyRule, Limb, Step, Workflow

_GROUP_RECIPIENTS = ("everyone invited",)


def check(document: Document, workflow: Workflow, base: Workflow | None, published: Mapping[str, str]) -> None:
    """Add to the document every fault of meaning; `base` is the definition that it extends."""
    checking = _Checking(document, workflow, base)
    for rule in (
        checking.header,
        checking.lock(published),
        checking.duplicates,
        checking.citations,
        checking.states,
        checking.steps,
        checking.people,
        checking.duties,
        checking.kinds,
        checking.extension,
    ):
        for place, message in rule():
            document.fault(place, message)


Found = Iterator[tuple[str, str]]


class _Checking:
    """One definition being checked; each method yields the places and messages of one sort of fault."""

    def __init__(self, document: Document, workflow: Workflow, base: Workflow | None) -> None:
        self.document, self.workflow, self.base = document, workflow, base
        self.state_ids = {state.id for state in workflow.states}
        self.milestones = {step.milestone for step in workflow.steps} | DERIVED.keys()
        self.windows = {duty.id for duty in workflow.duties if duty.window}

    # --- the file ---------------------------------------------------------------------------------------------

    def header(self) -> Found:
        if self.workflow.id != self.document.path.stem:
            yield (
                "workflow",
                f"name and version make {self.workflow.id}, but the file is called {self.document.path.name}",
            )

    def lock(self, published: Mapping[str, str]) -> Callable[[], Found]:
        def changed() -> Found:
            locked = published.get(self.document.path.name)
            if locked and locked != self.document.sha256:
                yield (
                    "file",
                    "is published and has been changed since: restore it, and put the change into a new version",
                )

        return changed

    def duplicates(self) -> Found:
        for table, items in self._identified():
            for name, times in Counter(item.id for item in items).items():
                if times > 1:
                    yield f"{table} {name}", f"is there {times} times"

    def _identified(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        found = self.workflow
        yield from (
            ("state", found.states),
            ("step", found.steps),
            ("duty", found.duties),
            ("transfer", found.transfers),
        )

    def citations(self) -> Found:
        for place, item in self._cited():
            if not item.citation.strip():
                yield place, "citation: is blank; say which law, guidance or local policy it rests on"

    def _cited(self) -> Iterator[tuple[str, Any]]:
        for table, items in self._identified():
            yield from ((f"{table} {item.id}", item) for item in items)
        yield from ((f"invitee {item.title}", item) for item in self.workflow.invitees)
        yield from ((f"recipient {item.step}", item) for item in self.workflow.recipients)
        yield from ((f"kind {name}", kind) for name, kind in self.workflow.kinds.items())

    # --- the process ------------------------------------------------------------------------------------------

    def states(self) -> Found:
        if not self.workflow.states:
            yield "state", "there is none: the first one is where a review starts"
            return
        moves = moves_by_state(self.workflow)
        leads = {state: {move.to for _, move in found if move.to} for state, found in moves.items()}
        reached = _reachable(self.workflow.states[0].id, leads)
        finals = {state.id for state in self.workflow.states if state.final}
        for state in self.workflow.states:
            if state.refines and state.refines not in self.state_ids:
                yield f"state {state.id}", f"refines: there is no state {state.refines}"
            if state.id not in reached:
                yield f"state {state.id}", "cannot be reached from the first state"
            elif not state.final and not finals & _reachable(state.id, leads):
                yield f"state {state.id}", "leads to no final state"
            if state.final and leads.get(state.id):
                yield f"state {state.id}", "is final, but a step leads on from it"

    def steps(self) -> Found:
        known_steps = {step.id for step in self.workflow.steps}
        for step in self.workflow.steps:
            place = f"step {step.id}"
            if step.id not in STEP_EVENTS and not self._is_local(step):
                yield (
                    place,
                    f"is no step that arflow records: use {', '.join(STEP_EVENTS)}, or put it into a local definition",
                )
            if not step.moves:
                yield place, "moves: there is none, so it can never be taken"
            yield from self._unknown(place, "not_before", [step.not_before], self.milestones, "milestone")
            for number, move in enumerate(step.moves, start=1):
                at = f"{place}, moves[{number}]"
                yield from self._unknown(at, "from", move.source, self.state_ids, "state")
                yield from self._unknown(at, "to", [move.to], self.state_ids, "state")
                yield from self._unknown(at, "when", move.when, CIRCUMSTANCES, "circumstance")
                yield from self._unknown(at, "skips", move.skips, known_steps | self.windows, "step or window")

    def _is_local(self, step: Step) -> bool:
        return self.base is not None and step not in self.base.steps

    def _unknown(self, place: str, field: str, names: Iterable[str | None], known: Iterable[str], what: str) -> Found:
        for name in names:
            if name is not None and name not in known:
                yield place, f"{field}: there is no {what} {name}"

    def people(self) -> Found:
        known_steps = {step.id for step in self.workflow.steps}
        for recipient in self.workflow.recipients:
            place = f"recipient {recipient.step}"
            yield from self._unknown(place, "step", [recipient.step], known_steps, "step")
            yield from self._unknown(place, "roles", recipient.roles, (*ROLES, *_GROUP_RECIPIENTS), "role")

    # --- duties -----------------------------------------------------------------------------------------------

    def duties(self) -> Found:
        for duty in self.workflow.duties:
            place = f"duty {duty.id}"
            if not duty.due:
                yield place, "due: there is no limb, so it is never due"
            if not duty.met_by:
                yield place, "met_by: nothing can meet it"
            for field in ("starts_with", "closed_by", "needs"):
                yield from self._unknown(place, field, [getattr(duty, field)], self.milestones, "fact")
            yield from self._unknown(place, "met_by", duty.met_by, self.milestones, "fact")
            yield from self._unknown(place, "applies_if", [duty.applies_if], CONDITIONS, "condition")
            yield from self._unknown(
                place, "lapses_if", [lapse.when for lapse in duty.lapses_if], CONDITIONS, "condition"
            )
            yield from self._unknown(place, "kinds", duty.kinds, self.workflow.kinds, "kind")
            if duty.needs and not duty.if_not:
                yield place, f"if_not: say why it does not apply where there is no {duty.needs}"
            for number, limb in enumerate(duty.due, start=1):
                yield from self._limb(f"{place}, due[{number}]", limb, duty)
        for transfer in self.workflow.transfers:
            yield from self._rule(f"transfer {transfer.id}", transfer.rule)
        yield from self._circles()

    def _limb(self, place: str, limb: Limb, duty: DutyRule) -> Found:
        if bool(limb.rule) == bool(limb.latest):
            yield place, "needs either a rule or a list called latest"
            return
        for part in limb.latest or (limb,):
            yield from self._rule(place, part.rule)

    def _rule(self, place: str, text: str) -> Found:
        found = formula.parse(text)
        if found is None:
            yield place, f'"{text}" is no phrase that arflow counts: use {"; ".join(formula.known_phrases())}'
        elif isinstance(found, AsDuty):
            known = {*self.workflow.duty_by_id, TRANSFER_LIMIT}
            yield from self._unknown(place, "as", [found.fact], known, "duty")
        elif found.fact not in self.milestones:
            yield (
                place,
                f"counts from {found.fact}, which never happens: use {', '.join(sorted(self.milestones))}",
            )

    def _circles(self) -> Found:
        leads = {
            duty.id: {
                found.fact
                for limb in duty.due
                for part in limb.latest or (limb,)
                if isinstance(found := formula.parse(part.rule), AsDuty)
            }
            for duty in self.workflow.duties
        }
        for name, others in leads.items():
            if any(name in _reachable(other, leads) for other in others):
                yield f"duty {name}", "is counted from itself, by way of its limbs"

    def kinds(self) -> Found:
        steps = {step.id for step in self.workflow.steps}
        for name, kind in self.workflow.kinds.items():
            place = f"kind {name}"
            yield from self._unknown(
                place, "leaves_out_duties", kind.leaves_out_duties, self.workflow.duty_by_id, "duty"
            )
            yield from self._unknown(place, "citations", kind.citations, self.workflow.duty_by_id, "duty")
            yield from self._unknown(place, "optional_steps", kind.optional_steps, steps, "step")
        if not self.workflow.kinds:
            yield "kind", "there is none: a review needs a kind"

    # --- a local definition can add, and cannot loosen ----------------------------------------------------------

    def extension(self) -> Found:
        if self.base is None:
            return
        yield from self._redefined(self.base)
        yield from self._looser_policy(self.base)
        yield from self._local_states(self.base)
        yield from self._local_moves(self.base)
        statutory = {duty.id for duty in self.base.duties}
        for duty in self.workflow.duties:
            if duty.id not in statutory and not duty.is_target:
                yield (
                    f"duty {duty.id}",
                    'source: an authority\'s own duty is "local policy": only the law makes others',
                )

    def _redefined(self, base: Workflow) -> Found:
        tables = self.document.tables
        for table, ids in (
            ("state", base.state_by_id),
            ("step", base.step_by_id),
            ("duty", base.duty_by_id),
            ("transfer", base.transfer_by_id),
        ):
            own = (entry.get("id") for entry in tables.get(table, []))
            yield from (
                (f"{table} {name}", f"loosens {base.id}: its own {table}s cannot be redefined")
                for name in own
                if name in ids
            )
        own_kinds = tables.get("kind", {})
        yield from (
            (f"kind {name}", f"loosens {base.id}: its own kinds cannot be redefined")
            for name in own_kinds
            if name in base.kinds
        )

    def _looser_policy(self, base: Workflow) -> Found:
        """The options of a setting stand strictest first; rolling forward is looser than not."""
        for name, hint in get_type_hints(Policy).items():
            options = get_args(hint) or ((False, True) if hint is bool else ())
            own, theirs = getattr(self.workflow.policy, name), getattr(base.policy, name)
            if options and options.index(own) > options.index(theirs):
                yield f"policy {name}", f"loosens {base.id}: {own} is looser than {theirs}"

    def _local_states(self, base: Workflow) -> Found:
        for state in self.workflow.states:
            if state.id in base.state_by_id:
                continue
            if state.refines is None:
                yield (
                    f"state {state.id}",
                    "refines: name the statutory state whose steps stay possible from here",
                )
            elif state.final:
                yield f"state {state.id}", f"loosens {base.id}: a local state cannot end a review"

    def _local_moves(self, base: Workflow) -> Found:
        """A local step stays where it is, or goes to and fro between a state and those that refine it."""
        core = {state.id: state.refines or state.id for state in self.workflow.states}
        for step in self.workflow.steps:
            if step.id in base.step_by_id:
                continue
            for number, move in enumerate(step.moves, start=1):
                bypassed = [s for s in move.source if move.to and core.get(s, s) != core.get(move.to, move.to)]
                if bypassed:
                    yield (
                        f"step {step.id}, moves[{number}]",
                        f"loosens {base.id}: it would lead from {bypassed[0]} to {move.to} without the statutory steps",
                    )
                if move.skips:
                    yield (
                        f"step {step.id}, moves[{number}]",
                        f"loosens {base.id}: a local step cannot skip others",
                    )


def _reachable(start: str, leads: Mapping[str, Iterable[str | None]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for name in leads.get(waiting.pop(), ()):
            if name is not None and name not in found:
                found.add(name)
                waiting.append(name)
    return found
