"""The state machine of a workflow: a python-statemachine class built once from the definition, asked by commands."""

from copy import copy
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

from arflow.errors import SkipReasonNeeded, StepNotAllowed
from arflow.law.workflow import Move, Step, Workflow
from arflow.words import spoken

if TYPE_CHECKING:
    from statemachine import StateChart

REASON_GIVEN = "reason_given"
CIRCUMSTANCES = (
    REASON_GIVEN,
    "meeting_planned",
    "no_meeting_planned",
    "not_reported",
    "papers_awaited",
    "report_awaited",
    "additional",
    "outcome_maintain",
    "outcome_amend",
    "outcome_cease",
    "told",
    "not_told",
    "no_notice",
    "notice_stands",
    "changes_to_maintain",
    "changes_to_amend",
    "changes_to_cease",
    "no_appeal",
    "appeal_in_time",
    "appeal_late",
    "appeal_open",
    "appeal_allowed",
    "appeal_not_allowed",
    "appeal_over",
)


class _Question:
    """What the machine reads and writes while it is asked: the state, each circumstance, and what it passed over."""

    def __init__(self, state: str, circumstances: frozenset[str]) -> None:
        self.state = state
        self.skipped: tuple[str, ...] = ()
        for name in CIRCUMSTANCES:
            setattr(self, name, name in circumstances)


def _pass_over(skips: tuple[str, ...], model: _Question) -> None:
    """What a transition does once it is taken: it tells what its move skips."""
    model.skipped = skips


def moves_by_state(workflow: Workflow) -> dict[str, list[tuple[Step, Move]]]:
    """Every move that leaves a state; a local state that refines a statutory one has all of its moves too."""
    moves: dict[str, list[tuple[Step, Move]]] = {state.id: [] for state in workflow.states}
    for state in workflow.states:
        sources = {state.id, state.refines}
        for step in workflow.steps:
            moves[state.id] += [(step, move) for move in step.moves if sources & set(move.source)]
    return moves


def conditions(move: Move) -> list[str]:
    """The circumstances in which a move may be made: all of them; one that skips steps needs a reason."""
    return [*move.when, *([REASON_GIVEN] if move.skips else [])]


def is_open(move: Move, circumstances: frozenset[str]) -> bool:
    """Whether a move may be made in some circumstances."""
    return circumstances.issuperset(conditions(move))


def build_class(workflow: Workflow) -> "type[StateChart[Any]]":
    """A strict machine class: an unknown or refused step raises, and nothing is swallowed."""
    from statemachine.io import create_machine_class_from_definition  # heavy: reading alone needs no machine

    moves = moves_by_state(workflow)
    states: dict[str, Any] = {}
    for number, state in enumerate(workflow.states):
        on: dict[str, list[dict[str, Any]]] = {}
        for step, move in sorted(moves[state.id], key=lambda pair: bool(pair[1].skips)):
            on.setdefault(step.id, []).append(
                {"target": move.to or state.id, "cond": conditions(move) or None, "on": partial(_pass_over, move.skips)}
            )
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
        self.workflow = workflow
        self._ask = cache(self._ask_machine)
        self.possible = cache(self._possible)

    @cached_property
    def _moves(self) -> dict[str, list[tuple[Step, Move]]]:
        return moves_by_state(self.workflow)

    @cached_property
    def _class(self) -> "type[StateChart[Any]]":
        return build_class(self.workflow)

    def counting_by(self, workflow: Workflow) -> "Machine":
        """The same machine for a workflow that only counts otherwise: it has the same states and steps."""
        other = copy(self)
        other.workflow = workflow
        return other

    def after(self, state: str, step: str, circumstances: frozenset[str]) -> tuple[str, tuple[str, ...]]:
        """The state a step leads to, and the expected steps it passes over; StepNotAllowed or SkipReasonNeeded."""
        answer = self._ask(state, step, circumstances)
        if answer is not None:
            return answer
        possible = self.possible(state, circumstances)
        with_reason = self._ask(state, step, circumstances | {REASON_GIVEN})
        if with_reason is not None:
            _, skipped = with_reason
            windows = [duty.id for duty in self.workflow.duties if duty.window]
            raise SkipReasonNeeded(spoken(step), skipped, windows, possible)
        raise StepNotAllowed(spoken(step), state, possible)

    def _ask_machine(self, state: str, step: str, circumstances: frozenset[str]) -> tuple[str, tuple[str, ...]] | None:
        from statemachine.exceptions import TransitionNotAllowed

        asked = _Question(state, circumstances)
        try:
            self._class(model=asked).send(step)
        except TransitionNotAllowed:
            return None
        return asked.state, asked.skipped

    def _possible(self, state: str, circumstances: frozenset[str]) -> tuple[str, ...]:
        """What a machine in this state would let happen, read off its moves: looking at a case needs no machine."""
        enabled = {step.id for step, move in self._moves[state] if is_open(move, circumstances)}
        return tuple(spoken(step.id) for step in self.workflow.steps if step.by_command and step.id in enabled)
