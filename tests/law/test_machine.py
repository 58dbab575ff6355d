"""The machine alone decides: the transition that it takes says where a step leads and what it passes over."""

import pytest
from msgspec.structs import replace

from arflow.errors import SkipReasonNeeded
from arflow.law.catalogue import Catalogue
from arflow.law.machine import REASON_GIVEN, Machine
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
