"""A case takes a command: its events, what follows on the plan, and the case after them; a refusal leaves it as it was."""

from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arflow.case import review_commands as c
from arflow.case.acts import Recording
from arflow.case.case import AnyCommand, Case, Taken, begin, fold
from arflow.case.plan_commands import AddPlan, AssignCoordinator, StartDetention
from arflow.case.plan_reviews import Opening
from arflow.errors import AlreadyThere, ArflowError, NotPossible, StepNotAllowed
from arflow.events import AnyEvent
from arflow.law.catalogue import Catalogue
from arflow.law.machine import Machine
from tests.case.test_properties import FIRST, commands, likely, plan_commands
from tests.conftest import TODAY

LAW = "annual_review.2015"
RECORDING = Recording(by="O-1", at=datetime(2026, 11, 24, 9, tzinfo=UTC), today=TODAY, note=lambda text: f"note {text}")
R, OTHER = "R-2025-000001", "R-2025-000002"


@cache
def machine(workflow: str) -> Machine:
    return Machine(Catalogue().load(workflow))


def opening(review: str = R, kind: str = "annual", **more: Any) -> Opening:
    return Opening(id=review, kind=kind, workflow=LAW, on=date(2025, 3, 3), **more)


def given_a_plan(*taken: tuple[AnyCommand, str], **plan: Any) -> Taken:
    """A case after commands, each with the review that it is on."""
    found = begin(AddPlan(ref="P-1", first_made=FIRST, **plan), RECORDING)
    for command, review in taken:
        found = found.take(command, RECORDING, machine, review=review)
    return found


HELD = (
    (opening(), ""),
    (c.Invite(on=date(2025, 4, 1), roles=("parent",)), R),
    (c.CirculateAdvice(on=date(2025, 4, 20)), R),
    (c.HoldMeeting(on=date(2025, 5, 6)), R),
)


def names(*events: AnyEvent) -> list[str]:
    return [event.name for event in events]


def test_a_fact_of_the_plan_is_one_event_and_the_reviews_stay() -> None:
    case = given_a_plan((opening(), "")).case

    taken = case.take(AssignCoordinator(coordinator="O-2", on=date(2025, 5, 1)), RECORDING, machine)

    assert names(*taken.events) == ["CoordinatorChanged"]
    assert taken.case.plan.coordinator == "O-2"
    assert taken.case.reviews == case.reviews


def test_an_act_on_a_review_brings_what_follows_on_the_plan() -> None:
    case = given_a_plan(*HELD).case

    taken = case.take(c.Decide(on=date(2025, 5, 20), outcome="maintain"), RECORDING, machine, review=R)

    assert names(*taken.events) == ["DecisionMade", "DecisionNotified", "PlanReviewCompleted"]
    assert taken.case.reviews[R].told
    assert case.reviews[R].state == "meeting_held", "the case that was asked stays as it was"
    assert [done.review for done in taken.case.plan.completions] == [R]
    assert taken.case.plan.open_review() is None
    assert [event.originator_version for event in taken.events] == [5, 6, 3]


def test_what_is_taken_back_is_withdrawn_from_the_plan() -> None:
    told = given_a_plan(*HELD, (c.Decide(on=date(2025, 5, 20), outcome="maintain"), R))

    taken = told.case.take(c.VoidStep(voided_step="decide", reason="another case"), RECORDING, machine, review=R)

    assert names(*taken.events) == ["StepVoided", "StepVoided", "PlanReviewCompletionWithdrawn"]
    assert taken.case.reviews[R].state == "meeting_held"
    assert taken.case.plan.open_reviews == {R: "annual"}


def test_a_refusal_makes_no_event_and_leaves_the_case_as_it_was() -> None:
    case = given_a_plan((opening(), "")).case
    before = fold((), case)

    with pytest.raises(StepNotAllowed):
        case.take(c.SendReport(on=date(2025, 4, 1)), RECORDING, machine, review=R)

    assert case == before


def test_an_act_needs_no_other_review_of_the_plan() -> None:
    whole = given_a_plan(*HELD, (opening(OTHER, beside_unfinished=True), "")).case
    one = Case(plan=whole.plan, reviews={R: whole.reviews[R]})

    command = c.SendReport(on=date(2025, 5, 15))
    alone, beside = (case.take(command, RECORDING, machine, review=R) for case in (one, whole))

    assert alone.events == beside.events
    assert set(alone.case.reviews) == {R}


def test_an_act_before_the_plan_was_made_is_refused() -> None:
    case = given_a_plan((opening(), "")).case

    with pytest.raises(ArflowError, match="before the plan was made"):
        case.take(c.Invite(on=date(2024, 12, 31), roles=("parent",)), RECORDING, machine, review=R)


def test_a_review_moves_to_the_workflow_that_the_command_names() -> None:
    asked: list[str] = []

    def noting(workflow: str) -> Machine:
        asked.append(workflow)
        return machine(LAW)

    with pytest.raises(NotPossible, match="already runs under"):
        given_a_plan((opening(), "")).case.take(
            c.MigrateReview(workflow="another", reason="new law"), RECORDING, noting, review=R
        )

    assert asked == ["another"]


# --- opening -------------------------------------------------------------------------------------------------


def test_opening_takes_the_plans_one_place() -> None:
    taken = given_a_plan().case.take(opening(), RECORDING, machine)

    assert names(*taken.events) == ["ReviewOpened", "PlanReviewOpened"]
    assert taken.case.plan.open_review() == R
    assert taken.case.reviews[R].state == "scheduled"


def test_an_early_review_makes_an_annual_one_give_way() -> None:
    case = given_a_plan((opening(), "")).case

    taken = case.take(opening(OTHER, "early"), RECORDING, machine)

    assert names(*taken.events) == ["ReviewOpened", "ReviewSuperseded", "PlanReviewClosed", "PlanReviewOpened"]
    assert taken.events[0].supersedes == R  # type: ignore[union-attr]
    assert taken.case.reviews[R].is_finished
    assert taken.case.plan.open_reviews == {OTHER: "early"}


def test_a_second_annual_review_is_refused_beside_an_open_one() -> None:
    with pytest.raises(AlreadyThere, match=f"{R} .scheduled.: continue it, or cancel it"):
        given_a_plan((opening(), ""), (opening(OTHER), ""))


def test_a_review_whose_meeting_was_held_gives_way_to_none() -> None:
    with pytest.raises(NotPossible, match="has been held"):
        given_a_plan(*HELD, (opening(OTHER, "early"), ""))


def test_a_review_of_the_past_may_stand_beside_one_that_was_never_finished() -> None:
    taken = given_a_plan((opening(), ""), (opening(OTHER, beside_unfinished=True), ""))

    assert taken.case.plan.open_reviews == {R: "annual", OTHER: "annual"}
    assert not taken.case.reviews[R].is_finished


# --- folding ---------------------------------------------------------------------------------------------------


def test_a_case_begins_with_its_plan() -> None:
    with pytest.raises(ValueError, match="begins with PlanAdded"):
        fold(())


def test_a_fact_names_its_event_and_its_number() -> None:
    taken = given_a_plan((StartDetention(on=date(2025, 2, 1)), ""))

    detained = taken.case.plan.detained
    assert detained is not None
    assert (detained.event, detained.version, detained.source) == ("DetentionStarted", 2, "DetentionStarted #2")


openings = st.builds(
    opening,
    st.integers(1, 9).map(lambda n: f"R-2026-{n:06d}"),
    kind=st.sampled_from(("annual", "early", "phase_transfer")),
    beside_unfinished=st.booleans(),
)


@pytest.mark.thorough
@settings(max_examples=150)
@given(history=st.lists(st.one_of(likely, commands, plan_commands, openings), max_size=30))
def test_folding_every_event_gives_the_case_that_the_commands_built(history: list[Any]) -> None:
    taken = given_a_plan((opening(), ""), transfer="primary_to_secondary", transfer_on=date(2026, 9, 1))
    for command in history:
        latest = list(taken.case.reviews)[-1]
        if isinstance(command, Opening) and command.id in taken.case.reviews:
            continue  # the application gives each review an id of its own
        with suppress(ArflowError):
            taken = taken.take(command, RECORDING, machine, review=latest)

    assert fold(taken.events) == taken.case
    versions: dict[str, int] = {}
    for event in taken.events:
        versions[event.originator_id] = versions.get(event.originator_id, 0) + 1
        assert event.originator_version == versions[event.originator_id]
