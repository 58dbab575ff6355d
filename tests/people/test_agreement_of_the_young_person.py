"""Nothing goes to a parent of a young person who holds the rights, unless the young person agreed or the parent acts for them."""

from datetime import timedelta

import msgspec
import pytest

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AgreeToContact
from arflow.people import Person
from arflow.people.agreement import not_agreed
from arflow.post.meeting.invitation_plan import inviting
from arflow.post.outgoing.one_family_only import not_to_be_sent
from tests.support.cases import Cases


@pytest.fixture
def parent(app: Arflow) -> Person:
    ref = Cases(app).plan("1 Sep 2024", young_person_from=app.today)
    app.people.add(Person(plan=ref, role="child", name="Robin Ash", email="robin@example.org"))
    return app.people.add(Person(plan=ref, role="parent", name="Ellis Ash", email="ellis@example.org"))


@pytest.mark.parametrize(("days", "goes"), [(-1, True), (0, False), (1, False)])
def test_from_the_day_the_rights_pass_nothing_goes_to_a_parent(
    app: Arflow, parent: Person, days: int, goes: bool
) -> None:
    on = app.today + timedelta(days=days)
    assert (not_agreed(parent, app.plan(parent.plan), on) == "") is goes


def test_the_agreement_opens_the_way_and_its_withdrawal_closes_it(app: Arflow, parent: Person) -> None:
    assert f"arflow people agree {parent.id}" in not_to_be_sent(app, parent.id, parent.plan)
    for agreed in (True, False):
        app.change_plan(parent.plan, AgreeToContact(person=parent.id, agreed=agreed))
        assert (not_to_be_sent(app, parent.id, parent.plan) == "") is agreed


def test_a_parent_who_acts_for_a_young_person_without_capacity_is_written_to(app: Arflow, parent: Person) -> None:
    app.people.change(msgspec.structs.replace(parent, represents="young_person"))
    assert not_to_be_sent(app, parent.id, parent.plan) == ""


def test_a_parent_without_agreement_is_listed_as_not_reached_when_inviting(app: Arflow, parent: Person) -> None:
    review = app.open_review(parent.plan, kind="not_in_setting", meeting_on=app.today + timedelta(days=40))
    found = inviting(app, review.id)

    assert [one.person.id for one in found.unreached] == [parent.id]
    assert "has not agreed" in found.unreached[0].why
