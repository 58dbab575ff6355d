"""A refusal names fields; the command line says the same with its options."""

from collections.abc import Callable
from datetime import date

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.commands import AddPlan, HoldMeeting, Invite, ScheduleMeeting, SetYoungPersonFrom
from arflow.errors import ArflowError, DateRefused, InvalidValue, MissingValue, SkipReasonNeeded, field_name

DAY = date(2026, 1, 5)
LONG_AGO = date(1800, 1, 1)


@pytest.mark.parametrize(
    ("call", "refusal", "begins"),
    [
        (
            lambda app: app.act("R-2026-000001", ScheduleMeeting(meeting_on=DAY)),
            DateRefused,
            "meeting_on 2026-01-05 is",
        ),
        (lambda app: app.open_review("P-1", kind="none"), InvalidValue, "kind: none is not"),
        (lambda app: app.act("R-2026-000001", Invite(roles=())), MissingValue, "role: is missing"),
        (lambda app: app.act("R-2026-000001", HoldMeeting(on=date(2027, 1, 1))), DateRefused, "on 2027-01-01 is in"),
        (
            lambda app: app.change_plan("P-1", SetYoungPersonFrom(young_person_from=LONG_AGO)),
            DateRefused,
            "young_person",
        ),
        (lambda app: app.add_plan(AddPlan(ref="a b", first_made=DAY)), InvalidValue, "ref: a b is not"),
        (lambda app: app.add_plan(AddPlan(ref="P-2", first_made=DAY, setting="1")), InvalidValue, "setting: 1 is"),
    ],
)
def test_the_library_names_fields(
    app: Arflow, call: Callable[[Arflow], object], refusal: type[ArflowError], begins: str
) -> None:
    app.add_plan(AddPlan(ref="P-1", first_made=DAY))
    app.open_review("P-1")
    with pytest.raises(refusal) as refused:
        call(app)
    assert refused.value.message.startswith(begins)
    assert "--" not in refused.value.message
    assert str(refused.value) == refused.value.message


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (("review", "schedule", "R-2026-000001", "--meeting-on", "2026-01-05"), "--meeting-on 2026-01-05 is before"),
        (("plan", "young-person", "P-1", "--from", "1800-01-01"), "--from 1800-01-01 is not a day"),
        (("plan", "add", "a b", "--first-made", "2026-01-05"), "REF: a b is not"),
        (("plan", "add", "P-2", "--first-made", "2026-01-05", "--setting", "1"), "--setting: 1 is not"),
    ],
)
def test_the_command_line_names_options(run: Callable[..., Result], words: tuple[str, ...], begins: str) -> None:
    run("plan", "add", "P-1", "--first-made", "2026-01-05")
    run("review", "open", "P-1")
    assert run(*words).stderr.startswith(f"arflow: {begins}")


def test_a_refusal_carries_its_field_as_data() -> None:
    refusal = InvalidValue(field_name("meeting_on"), "x", "a day")
    assert (refusal.field, refusal.message, refusal.in_options()) == (
        "meeting_on",
        "meeting_on: x is not a day",
        "--meeting-on: x is not a day",
    )


def test_a_reason_for_skipping_is_asked_for_by_its_field() -> None:
    refusal = SkipReasonNeeded("hold", ["invite"], (), ())
    assert refusal.message.endswith("or say why not with skip_reason")
    assert refusal.in_options().endswith("or say why not with --skip-reason")
