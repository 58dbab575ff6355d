"""Check what a definition means: every fault is added to its document with its place, none stops the rest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from arflow.events import ROLES, STEP_EVENTS
from arflow.law import extension_check, formula
from arflow.law.definition import Document, own
from arflow.law.formula import AsDuty
from arflow.law.machine import CIRCUMSTANCES, moves_by_state
from arflow.law.names import CONDITIONS, DERIVED, TRANSFER_LIMIT
from arflow.law.states import FINAL
from arflow.law.workflow import DutyRule, Lapse, Limb, Move, Step, Workflow

Found = Iterator[tuple[str, str]]

# Besides roles: everybody, and the institution that the plan names, which at a phase transfer is not the one attended.
_GROUP_RECIPIENTS = ("everyone invited",)
# What review.py and plan.py know by name.
_FIXED_MILESTONES = {"invite": "invited", "circulate": "circulated", "hold": "held"}
_FIXED_KIND = "annual"
# Circumstances of which only one can hold at a time.
_OPPOSITES = (
    {"told", "not_told"},
    {"no_appeal", "appeal_open"},
    {"no_appeal", "appeal_late"},
    {"appeal_in_time", "appeal_late"},
    {"appeal_allowed", "appeal_not_allowed"},
    {"outcome_maintain", "outcome_amend"},
    {"outcome_maintain", "outcome_cease"},
    {"outcome_amend", "outcome_cease"},
)


def check(document: Document, workflow: Workflow, base: Workflow | None, published: Mapping[str, str]) -> None:
    """Add to the document every fault of meaning; `base` is the definition that it extends, whose own faults it has."""
    checking = _Checking(document, workflow, base)
    known = {(fault.place, fault.message) for fault in document.faults}
    for rule in (
        checking.header,
        checking.duplicates,
        checking.citations,
        checking.states,
        checking.steps,
        checking.people,
        checking.duties,
        checking.lapses,
        checking.limits,
        checking.kinds,
    ):
        for place, message in rule():
            if (place, message) not in known:
                document.fault(place, message)
    for place, message in _lock(document, published):
        document.fault(place, message)
    if base is not None:
        for place, message in extension_check.faults(document, workflow, base):
            document.fault(place, message)


def _lock(document: Document, published: Mapping[str, str]) -> Found:
    locked = published.get(document.path.name)
    if locked and locked != document.sha256:
        yield (
            "file",
            "is published and has been changed since: restore it, and put the change into a new version",
        )


class _Checking:
    """One definition being checked; each method yields the places and messages of one sort of fault."""

    def __init__(self, document: Document, workflow: Workflow, base: Workflow | None) -> None:
        self.document, self.workflow, self.base = document, workflow, base
        unread = document.unread
        self.states_all = {state.id for state in workflow.states} | unread("state", "id")
        self.steps_all = {step.id for step in workflow.steps} | unread("step", "id")
        self.duties_all = {duty.id for duty in workflow.duties} | unread("duty", "id")
        self.kinds_all = workflow.kinds.keys() | unread("kind", "id")
        self.windows = {duty.id for duty in workflow.duties if duty.window}
        self.moves = moves_by_state(workflow)
        self.leads = {state: {move.to for _, move in found if move.to} for state, found in self.moves.items()}
        self.acted = {
            state: {move.to for step, move in found if move.to and step.by_command}
            for state, found in self.moves.items()
        }
        self.process_unread = bool(unread("state", "id") or unread("step", "id"))
        self.reached = set(self.states_all)
        if workflow.states and not self.process_unread:
            self.reached = reachable(workflow.states[0].id, self.leads)
        taken = {step.milestone for state in self.reached for step, _ in self.moves.get(state, ())}
        self.facts = taken | unread("step", "milestone") | DERIVED.keys()

    # --- the file ---------------------------------------------------------------------------------------------

    def header(self) -> Found:
        if self.workflow.id != self.document.path.stem:
            yield (
                "workflow",
                f"name and version make {self.workflow.id}, but the file is called {self.document.path.name}",
            )

    def duplicates(self) -> Found:
        """What the file itself says twice; what it says again of its base is for extension_check."""
        for table, items in self._identified():
            for name, times in Counter(item.id for item in items).items():
                if times > 1:
                    yield f"{table} {name}", f"is there {times} times"
        for title, times in Counter(item.title for item in own("invitees", self.workflow, self.base)).items():
            if times > 1:
                yield f"invitee {title}", f"is there {times} times"
        for name, times in Counter(term.name for term in self.workflow.terms).items():
            if times > 1:
                yield f"term {name}", f"is there {times} times"

    def _identified(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        for table in ("state", "step", "transfer"):
            yield table, own(f"{table}s", self.workflow, self.base)
        yield "duty", own("duties", self.workflow, self.base)

    def citations(self) -> Found:
        for place, text in self._cited():
            if not text.strip():
                yield place, "citation: is blank; say which law, guidance or local policy it rests on"

    def _cited(self) -> Iterator[tuple[str, str]]:
        for table, items in self._identified():
            yield from ((f"{table} {item.id}", item.citation) for item in items)
        for invitee in own("invitees", self.workflow, self.base):
            yield f"invitee {invitee.title}", invitee.citation
        for recipient in own("recipients", self.workflow, self.base):
            yield f"recipient {recipient.step}", recipient.citation
        for name, kind in self.workflow.kinds.items():
            yield f"kind {name}", kind.citation
            yield from ((f"kind {name}, citations", citation) for citation in kind.citations.values())

    # --- the process ------------------------------------------------------------------------------------------

    def states(self) -> Found:
        if not self.workflow.states:
            yield "state", "there is none: the first one is where a review starts"
            return
        finals = {state.id for state in self.workflow.states if state.final}
        if not finals and not self.process_unread:
            yield "state", f"none is final: a review must be able to end ({' or '.join(FINAL)})"
        for state in self.workflow.states:
            place = f"state {state.id}"
            yield from self._unknown(place, "refines", [state.refines], self.states_all, "state")
            if state.final and state.id not in FINAL:
                yield place, f"final: a review ends {' or '.join(FINAL)}, and in no other state"
            if state.final and self.moves[state.id]:
                yield place, f"is final, but {self.moves[state.id][0][0].id} can be taken from it"
            if self.process_unread:
                continue  # the moves are not known until the unreadable entries are corrected
            if state.id not in self.reached:
                yield place, "cannot be reached from the first state"
            elif finals and not finals & reachable(state.id, self.acted):
                yield place, "leads to no final state"

    def steps(self) -> Found:
        owners: dict[str, str] = dict.fromkeys(DERIVED, "arflow itself")
        for step in self.workflow.steps:
            place = f"step {step.id}"
            if self.base is None and step.id not in _recorded():
                yield (
                    place,
                    f"is no step that arflow records: use {', '.join(_recorded())}, or put it into a local definition",
                )
            if not step.moves:
                yield place, "moves: there is none, so it can never be taken"
            yield from self._unknown(place, "not_before", [step.not_before], self.facts, "milestone")
            if owners.setdefault(step.milestone, step.id) != step.id:
                yield place, f"milestone: {step.milestone} is that of {owners[step.milestone]}"
            fixed = _FIXED_MILESTONES.get(step.id, step.milestone)
            if step.milestone != fixed:
                yield place, f"milestone: that of {step.id} is always called {fixed}"
            yield from self._moves(step)
        yield from self._never_taken()

    def _moves(self, step: Step) -> Found:
        for number, move in enumerate(step.moves, start=1):
            at = f"step {step.id}, moves[{number}]"
            if not move.source:
                yield at, "from: there is none, so it can never be taken"
            yield from self._unknown(at, "from", move.source, self.states_all, "state")
            yield from self._unknown(at, "to", [move.to], self.states_all, "state")
            yield from self._unknown(at, "when", move.when, CIRCUMSTANCES, "circumstance")
            yield from self._unknown(at, "skips", move.skips, self.steps_all | self.windows, "step or window")
            for pair in _OPPOSITES:
                if pair <= set(move.when):
                    yield at, f"when: {' and '.join(sorted(pair))} never hold together"

    def _never_taken(self) -> Found:
        """The machine takes the first move that fits, those without skips first."""
        for state, found in self.moves.items():
            ordered = sorted(found, key=lambda pair: bool(pair[1].skips))
            for number, (step, move) in enumerate(ordered):
                for other, before in ordered[:number]:
                    same = other is step and before is not move and set(before.when) <= set(move.when)
                    if same and (move.skips or not before.skips):
                        at = f"step {step.id}, moves[{_number(step, move)}]"
                        yield at, f"is never taken from {state}: moves[{_number(step, before)}] always is"
                        break

    def _unknown(self, place: str, field: str, names: Iterable[str | None], known: Iterable[str], what: str) -> Found:
        for name in names:
            if name is not None and name not in known:
                yield place, f"{field}: there is no {what} {name}"

    def people(self) -> Found:
        for invitee in self.workflow.invitees:
            if not invitee.roles:
                yield f"invitee {invitee.title}", "roles: name at least one"
        for recipient in self.workflow.recipients:
            place = f"recipient {recipient.step}"
            if not recipient.roles:
                yield place, "roles: name at least one"
            yield from self._unknown(place, "step", [recipient.step], self.steps_all, "step")
            yield from self._unknown(place, "roles", recipient.roles, (*ROLES, *_GROUP_RECIPIENTS), "role")

    # --- duties -----------------------------------------------------------------------------------------------

    def duties(self) -> Found:
        for duty in self.workflow.duties:
            place = f"duty {duty.id}"
            if duty.id == TRANSFER_LIMIT:
                yield place, f"id: {TRANSFER_LIMIT} is what formulas call the limit of the plan's kind of transfer"
            if not duty.of:
                yield place, "of: say whether it is a duty of the plan, of the review, or of both"
            if not duty.met_by:
                yield place, "met_by: nothing can meet it"
            for field in ("starts_with", "closed_by", "needs"):
                yield from self._unknown(place, field, [getattr(duty, field)], self.facts, "fact")
            yield from self._unknown(place, "met_by", duty.met_by, self.facts, "fact")
            yield from self._unknown(place, "applies_if", [duty.applies_if], CONDITIONS, "condition")
            yield from self._lapses(place, "lapses_if", duty.lapses_if)
            yield from self._unknown(place, "kinds", duty.kinds, self.kinds_all, "kind")
            if duty.needs and not duty.if_not.strip():
                yield place, f"if_not: say why it does not apply where there is no {duty.needs}"

    def lapses(self) -> Found:
        for lapse in self.workflow.lapses:
            yield from self._lapses(f"lapse {lapse.when}", "when", (lapse,))

    def _lapses(self, place: str, field: str, lapses: Iterable[Lapse]) -> Found:
        yield from self._unknown(place, field, [lapse.when for lapse in lapses], CONDITIONS, "condition")
        for lapse in lapses:
            if not lapse.reason.strip():
                yield place, f"{field}: say why it does not apply when {lapse.when}"

    def limits(self) -> Found:
        for duty in self.workflow.duties:
            place = f"duty {duty.id}"
            if not duty.due:
                yield place, "due: there is no limb, so it is never due"
            for number, limb in enumerate(duty.due, start=1):
                yield from self._limb(f"{place}, due[{number}]", limb, duty)
        for transfer in self.workflow.transfers:
            place = f"transfer {transfer.id}"
            if isinstance(formula.parse(transfer.rule), AsDuty):
                yield place, "rule: a transfer has a limit of its own, and not another's"
            else:
                yield from self._rule(place, transfer.rule)
        yield from self._circles()

    def _limb(self, place: str, limb: Limb, duty: DutyRule) -> Found:
        if bool(limb.rule) == bool(limb.latest):
            yield place, "needs either a rule or a list called latest"
            return
        yield from self._unknown(place, "gives_way_to", limb.gives_way_to, self.facts, "fact")
        for part in limb.latest or (limb,):
            if part.citation and not part.citation.strip():
                yield place, "citation: is blank; say which law, guidance or local policy it rests on"
            if part.latest:
                yield place, "latest: cannot hold another latest"
            else:
                yield from self._rule(place, part.rule)

    def _rule(self, place: str, text: str) -> Found:
        found = formula.parse(text)
        if found is None:
            yield place, f'"{text}" is no phrase that arflow counts: use {"; ".join(formula.known_phrases())}'
        elif isinstance(found, AsDuty):
            yield from self._unknown(place, "as", [found.fact], {*self.duties_all, TRANSFER_LIMIT}, "duty")
        elif found.fact not in self.facts:
            yield place, f"counts from {found.fact}, which never happens: use {', '.join(sorted(self.facts))}"

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
            if any(name in reachable(other, leads) for other in others):
                yield f"duty {name}", "is counted from itself, by way of its limbs"

    # --- kinds ------------------------------------------------------------------------------------------------

    def kinds(self) -> Found:
        if _FIXED_KIND not in self.kinds_all:
            yield "kind", f"there is no kind {_FIXED_KIND}, as which a plan without a review is counted"
        for name, kind in self.workflow.kinds.items():
            place = f"kind {name}"
            yield from self._unknown(place, "leaves_out_duties", kind.leaves_out_duties, self.duties_all, "duty")
            yield from self._unknown(place, "citations", kind.citations, self.duties_all, "duty")
            yield from self._unknown(place, "optional_steps", kind.optional_steps, self.steps_all, "step")
            if kind.additional and kind.takes_place_of_annual:
                yield place, "takes_place_of_annual: a review that is additional takes no other's place"


def _number(step: Step, move: Move) -> int:
    return next(number for number, one in enumerate(step.moves, start=1) if one is move)


def _recorded() -> tuple[str, ...]:
    """The steps that have an event class; a review is opened by its own command and not by a step."""
    return tuple(step for step in STEP_EVENTS if step != "open")


def reachable(start: str, leads: Mapping[str, Iterable[str | None]]) -> set[str]:
    """Everything that `start` leads to, itself included."""
    found, waiting = {start}, [start]
    while waiting:
        for name in leads.get(waiting.pop(), ()):
            if name is not None and name not in found:
                found.add(name)
                waiting.append(name)
    return found
