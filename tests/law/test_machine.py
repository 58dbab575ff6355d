"""The machine alone decides: the transition that it takes says where a step leads and what it passes over."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from arflow.errors import SkipReasonNeeded
from arflow.law.catalogue import Catalogue
from arflow.law.machine import CIRCUMSTANCES, REASON_GIVEN, Machine, build_class
from arflow.law.workflow import Move, Workflow


def with_moves(step_id: str, *moves: Move) -> Workflow:
    """The statutory definition with other moves of one step."""
    workflow = Catalogue().load("annual_review.2015")
    steps = tuple(replace(step, moves=moves) if step.id == step_id else step for step in workflow.steps)
    return replace(workflow, steps=steps)


def move(to: str, *skips: str) -> Move:
    return Move(source=("scheduled", "invited", "advice_circulated"), to=to, skips=skips)


def test_what_is_passed_over_is_that_of_the_transition_the_machine_takes() -> None:
    machine = Machine(with_moves("hold", move("meeting_held", "invite", "circulate"), move("report_sent", "circulate")))

    assert machine.after("scheduled", "hold", frozenset({REASON_GIVEN})) == ("meeting_held", ("invite", "circulate"))


def test_a_move_that_passes_over_nothing_is_taken_before_one_that_does() -> None:
    machine = Machine(with_moves("hold", move("report_sent", "circulate"), move("meeting_held")))

    assert machine.after("scheduled", "hold", frozenset({REASON_GIVEN})) == ("meeting_held", ())


def test_a_refusal_names_what_the_machine_would_pass_over_with_a_reason() -> None:
    machine = Machine(Catalogue().load("annual_review.2015"))

    with pytest.raises(SkipReasonNeeded) as refusal:
        machine.after("invited", "hold", frozenset())

    assert set(refusal.value.skipped) == {"circulate"}


def test_answers_are_kept_apart_by_what_holds() -> None:
    machine = Machine(Catalogue().load("annual_review.2015"))

    assert machine.after("scheduled", "hold", frozenset({REASON_GIVEN})) == ("meeting_held", ("invite", "circulate"))
    assert machine.after("advice_circulated", "hold", frozenset({REASON_GIVEN})) == ("meeting_held", ())
    assert machine.after("scheduled", "hold", frozenset({REASON_GIVEN})) == ("meeting_held", ("invite", "circulate"))


@given(held=st.frozensets(st.sampled_from(CIRCUMSTANCES)))
@settings(max_examples=20)
def test_what_is_possible_is_what_the_library_s_machine_would_let_happen(held: frozenset[str]) -> None:
    for state in MACHINE.workflow.states:
        asked = CHART(model=Asked(state.id, held))
        enabled = {event.id for event in asked.enabled_events()}
        commands = [step.id for step in MACHINE.workflow.steps if step.by_command and step.id in enabled]
        assert MACHINE.possible(state.id, held) == tuple(step.replace("_", "-") for step in commands)


class Asked:
    """A state and what holds, as the library reads them."""

    def __init__(self, state: str, held: frozenset[str]) -> None:
        self.state = state
        for name in CIRCUMSTANCES:
            setattr(self, name, name in held)


MACHINE = Machine(Catalogue().load("annual_review.2015"))
CHART = build_class(MACHINE.workflow)
