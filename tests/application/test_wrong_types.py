"""What is of a wrong type is refused at the border, with the name of its field; nothing is recorded."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, get_args

import msgspec
import pytest

from arflow.application.arflow import Arflow
from arflow.case.plan_command import PlanCommand
from arflow.case.plan_commands import AddPlan, AnyPlanCommand
from arflow.case.review_commands import AnyReviewCommand, HoldMeeting, Invite
from arflow.errors import InvalidValue

DAY = date(2026, 1, 5)
PLAN = AddPlan(ref="P-1", first_made=DAY)


def _classes(union: object) -> Iterator[type[msgspec.Struct]]:
    for part in get_args(union):
        yield from _classes(part) if get_args(part) else (part,)


def _command(cls: type[msgspec.Struct], field: str, value: object) -> Any:
    """A command with one wrong value: its other needed fields hold the plainest sound ones."""
    sound = {other.name: _sound(other.type) for other in msgspec.structs.fields(cls) if other.required}
    return cls(**{**sound, field: value})


def _sound(type_: Any) -> object:
    for value in (None, DAY, 1, "a", (), True):
        try:
            return msgspec.convert(value, type_, builtin_types=(date, datetime))
        except msgspec.ValidationError:
            continue
    return next(word for part in (type_, *get_args(type_)) for word in get_args(part))


@pytest.fixture
def review(app: Arflow) -> str:
    app.add_plan(PLAN)
    return app.open_review("P-1").id


@pytest.mark.parametrize("cls", [*_classes(AnyPlanCommand), *_classes(AnyReviewCommand), AddPlan])
def test_every_field_of_every_command_refuses_a_wrong_type(app: Arflow, review: str, cls: type[msgspec.Struct]) -> None:
    for field in (field.name for field in msgspec.structs.fields(cls)):
        _refused(lambda command: _given(app, review, command), _command(cls, field, {"a": 1}), app, field)


def test_a_value_of_no_known_type_is_refused_with_its_command(app: Arflow, review: str) -> None:
    _refused(lambda command: app.act(review, command), HoldMeeting(on=object()), app, "HoldMeeting")  # type: ignore[arg-type]


def _given(app: Arflow, review: str, command: Any) -> object:
    match command:
        case AddPlan():
            return app.add_plan(command)
        case PlanCommand():
            return app.change_plan("P-1", command)  # type: ignore[arg-type]  # any of them
        case _:
            return app.act(review, command)


@pytest.mark.parametrize(
    ("field", "call"),
    [
        ("ref", lambda app: app.plan(None)),
        ("ref", lambda app: app.plan(5)),
        ("ref", lambda app: app.plan_duties(5)),
        ("ref", lambda app: app.change_plan(None)),
        ("command", lambda app: app.change_plan("P-1", None)),
        ("command", lambda app: app.change_plan("P-1", PLAN)),
        ("command", lambda app: app.change_plan("P-1", HoldMeeting())),
        ("command", lambda app: app.add_plan("P-2")),
        ("ref", lambda app: app.open_review(5)),
        ("on", lambda app: app.open_review("P-1", on="2026-11-24")),
        ("on", lambda app: app.open_review("P-1", on=datetime(2026, 11, 24))),  # noqa: DTZ001
        ("meeting_on", lambda app: app.open_review("P-1", meeting_on="2026-12-20")),
        ("kind", lambda app: app.open_review("P-1", kind=None)),
        ("arranged_by", lambda app: app.open_review("P-1", arranged_by="nobody")),
        ("evidence", lambda app: app.open_review("P-1", evidence=5)),
        ("review_id", lambda app: app.review(None)),
        ("review_id", lambda app: app.act(5, HoldMeeting())),
        ("command", lambda app: app.act("R-2026-000001", "hold")),
        ("command", lambda app: app.act("R-2026-000001", None)),
        ("review_id", lambda app: app.duties(5)),
        ("law_known_at", lambda app: app.duties("R-2026-000001", "2026-01-01")),
        ("case", lambda app: app.why(None, "decision")),
        ("case", lambda app: app.case_events(5)),
        ("case", lambda app: app.story(None)),
        ("workflow_id", lambda app: app.workflow(5)),
        ("workflow_id", lambda app: app.machine(5)),
        ("on", lambda app: app.current_workflow("2026-01-01")),
        ("by", lambda app: app.acting_as(None)),
        ("today", lambda app: app.acting_as("B. Officer", today="2026-11-24")),
        ("store", lambda _: Arflow(None)),  # type: ignore[arg-type]
        ("by", lambda app: Arflow(app.url, by=None)),  # type: ignore[arg-type]
        ("today", lambda app: Arflow(app.url, today="2026-11-24")),  # type: ignore[arg-type]
    ],
)
def test_every_public_method_refuses_a_wrong_type(
    app: Arflow, review: str, field: str, call: Callable[[Any], object]
) -> None:
    _refused(call, app, app, field)


def test_a_list_is_taken_for_a_tuple(app: Arflow, review: str) -> None:
    app.act(review, Invite(roles=["parent", "setting"]))  # type: ignore[arg-type]
    assert app.review(review).state == "invited"


def _refused(call: Callable[[Any], object], given: object, app: Arflow, field: str) -> None:
    before = app.log_store.head()
    with pytest.raises(InvalidValue, match=f"^{field}: ") as refusal:
        call(given)
    assert refusal.value.field == field
    assert app.log_store.head() == before
