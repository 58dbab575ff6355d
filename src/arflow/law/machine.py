"""The state machine of a workflow: a python-statemachine class built once from the definition, asked by commands."""

from functools import cache
from typing import TYPE_CHECKING, Any

from arflow.errors import SkipReasonNeeded, StepNotAllowed, spoken
from arflow.law.workflow import Move, Step, Workflow

if TYPE_CHECKING:
    from statemachine import StateChart

REASON_GIVEN = "reason_given"
CIRCUMSTANCES = (
    REASON_GIVEN,
    "meeting_planned",
    "not_reported",
    "additional",
    "outcome_maintain",
    "outcome_amend",
    "outcome_cease",
    "told",
    "not_told",
    "no_appeal",
    "appeal_open",
    "appeal_allowed",
    "appeal_not_allowed",
    "appeal_over",
)


class _Case:
    """What the machine reads while it is asked: the state, and each circumstance as true or false."""

    def __init__(self, state: str, circumstances: frozenset[str]) -> None:
        self.state = state
        for name in CIRCUMSTANCES:
            setattr(self, name, name in circumstances)


def moves_by_state(workflow: Workflow) -> dict[str, list[tuple[Step, Move]]]:
    """Every move that leaves a state; a local state that refines a statutory one has all of its moves too."""
    moves: dict[str, list[tuple[Step, Move]]] = {state.id: [] for state in workflow.states}
    for state in workflow.states:
        sources = {state.id, state.refines}
        for step in workflow.steps:
            moves[state.id] += [(step, move) for move in step.moves if sources & set(move.source)]
    return moves


def build_class(workflow: Workflow) -> "type[StateChart[Any]]":
    """A strict machine class: an unknown or refused step raises, and nothing is swallowed."""
    from statemachine.io import create_machine_class_from_definition  # heavy: reading alone needs no machine

    moves = moves_by_state(workflow)
    states: dict[str, Any] = {}
    for number, state in enumerate(workflow.states):
        on: dict[str, list[dict[str, Any]]] = {}
        for step, move in sorted(moves[state.id], key=lambda pair: bool(pair[1].skips)):
            conditions = [*move.when, *([REASON_GIVEN] if move.skips else [])]
            on.setdefault(step.id, []).append({"target": move.to or state.id, "cond": conditions or None})
        states[state.id] = {"name": state.text, "initial": number == 0, "final": state.final, "on": on}
    strict = {
        "allow_event_without_transition": False,
        "catch_errors_as_events": False,
        "atomic_configuration_update": True,
        "validate_disconnected_states": True,
        "validate_trap_states": True,
        "validate_final_reachability": True,
    }
    name = "".join(part.title() for part in workflow.id.replace(".", "_").split("_"))
    return create_machine_class_from_definition(name, states=states, **strict)


class Machine:
    """Answers what may come next; its answers are kept, since they depend on the state and circumstances alone."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self._class = build_class(workflow)
        self._moves = moves_by_state(workflow)
        self._ask = cache(self._ask_machine)
        self.possible = cache(self._possible)

    def after(self, state: str, step: str, circumstances: frozenset[str]) -> tuple[str, tuple[str, ...]]:
        """The state a step leads to, and the expected steps it passes over; StepNotAllowed or SkipReasonNeeded."""
        to = self._ask(state, step, circumstances)
        if to is not None:
            return to, self._skips(state, step, circumstances)
        possible = self.possible(state, circumstances)
        if self._ask(state, step, circumstances | {REASON_GIVEN}) is not None:
            skipped = self._skips(state, step, circumstances | {REASON_GIVEN})
            windows = [duty.id for duty in self._workflow.duties if duty.window]
            raise SkipReasonNeeded(spoken(step), skipped, windows, possible)
        raise StepNotAllowed(spoken(step), state, possible)

    def _skips(self, state: str, step: str, circumstances: frozenset[str]) -> tuple[str, ...]:
        """What the move that the machine takes passes over: nothing where a move without skips is open."""
        fitting = [
            move
            for candidate, move in self._moves[state]
            if candidate.id == step and circumstances.issuperset(move.when)
        ]
        return min((move.skips for move in fitting), key=len, default=())

    def _ask_machine(self, state: str, step: str, circumstances: frozenset[str]) -> str | None:
        from statemachine.exceptions import TransitionNotAllowed

        case = _Case(state, circumstances)
        try:
            self._class(model=case).send(step)
        except TransitionNotAllowed:
            return None
        return case.state

    def _possible(self, state: str, circumstances: frozenset[str]) -> tuple[str, ...]:
        enabled = {event.id for event in self._class(model=_Case(state, circumstances)).enabled_events()}
        return tuple(spoken(step.id) for step in self._workflow.steps if step.by_command and step.id in enabled)
