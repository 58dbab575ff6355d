"""What people need is shown wherever something is sent to them, until somebody has recorded it as met."""

from datetime import date
from pathlib import Path

import pytest

from arflow.application.arflow import Arflow
from tests.support.post_room import PostRoom, household, planned

pytestmark = pytest.mark.thorough
TODAY = date(2026, 11, 3)
NEEDS = {"interpreter": "Polish", "access": "a room without steps", "format": "braille", "language": "English"}


def test_needs_are_shown_on_preview_send_message_and_worklist_until_they_are_met(
    app: Arflow, room: PostRoom, tmp_path: Path
) -> None:
    told = planned(app)
    people = household(app, told.plan, parent=NEEDS)
    parent = people["parent"].id
    whole = f"parent ({parent}): braille, interpreter: Polish, access: a room without steps"
    invite = ("review", "invite", told.id, "--place", "The Hall")
    assert f"Not met yet (`arflow people met`): {whole}" in room.done(*invite, "--preview", today=TODAY)

    met = ("people", "met", parent, "--review", told.id)
    room.done(*met, "--need", "braille", today=TODAY)
    said = room.done(*invite, "--send", today=TODAY)
    rest = f"parent ({parent}): interpreter: Polish, access: a room without steps"
    assert f"Not met yet (`arflow people met`): {rest}" in said
    worklist = tmp_path / "worklist.csv"
    room("tick", "--dry-run", "--worklist", str(worklist), today=date(2026, 12, 21))
    rows = [line for line in worklist.read_text("utf-8").splitlines() if told.id in line]
    assert rows
    assert all(rest in row for row in rows)

    room.done(*met, today=TODAY)
    room("tick", "--dry-run", "--worklist", str(worklist), today=date(2026, 12, 21))
    assert "interpreter" not in worklist.read_text("utf-8")
    again = room(*met, today=TODAY)
    assert again.exit_code == 1
    assert f"{parent} has no need that is not met on {told.id}" in again.stderr


def test_the_host_of_the_meeting_is_told_of_the_interpreter_and_nobody_else_is(app: Arflow, room: PostRoom) -> None:
    told = planned(app)
    household(app, told.plan, parent=NEEDS)
    room.done("review", "invite", told.id, "--place", "The Hall", "--send", today=TODAY)
    words = {to: str(room.received(f"{to}@example.org")[0].get_body(("plain",)).get_content())
             for to in ("parent", "setting", "health")}  # fmt: skip
    flat = {to: " ".join(text.split()) for to, text in words.items()}
    told_of = "interpreter: Polish, for the parent; access: a room without steps, for the parent."
    assert f"What people need at the meeting: {told_of}" in flat["setting"]
    assert [to for to, text in flat.items() if "Polish" in text] == ["setting"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ("--need", "interpreter: Welsh"),
            "interpreter: Welsh is not a need still to be met on R-2026-000001: braille",
        ),
        (("--need", "large print"), "interpreter: Polish"),
    ],
)
def test_a_need_that_somebody_does_not_have_cannot_be_met(
    app: Arflow, room: PostRoom, given: tuple[str, ...], said: str
) -> None:
    told = planned(app)
    parent = household(app, told.plan, parent=NEEDS)["parent"].id
    refused = room("people", "met", parent, "--review", told.id, *given, today=TODAY)
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1
    assert said in refused.stderr
    assert app.people.person(parent).needs_met is None


def test_a_need_that_was_met_on_one_review_counts_on_the_next(app: Arflow) -> None:
    told = planned(app)
    person = household(app, told.plan, parent=NEEDS)["parent"]
    met = person.with_met("R-2026-000001", person.to_arrange)
    assert met.unmet("R-2026-000001") == ()
    assert met.unmet("R-2027-000001") == ("braille", "interpreter: Polish", "access: a room without steps")
