"""Inviting: who is worked out, who is missing, how much notice there is, and what each of them is sent."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from arflow.app import Arflow
from arflow.commands import Invite, ScheduleMeeting
from arflow.correspondence.inviting import inviting
from arflow.errors import MissingValue, NotFound, NotPossible
from arflow.people import People, Person
from arflow.plan_commands import AddPlan
from tests.cases import Cases, Told

MEETING = date(2026, 12, 18)
HOMES = {
    "child": "Sam Example",
    "parent": "Robin Example",
    "setting": "The Office",
    "la_sen": "A. Officer",
    "health": "Dr Sample",
    "la_social_care": "B. Worker",
}


def keep(app: Arflow, plan: str, role: Any, **more: Any) -> Person:
    """Somebody of a case, with an email address unless said otherwise."""
    given = {"name": HOMES[role], "email": f"{role}@example.org", **more}
    return People(app.log_store.engine).add(Person(plan=plan, role=role, **given))


def family(app: Arflow, plan: str, *, without: tuple[str, ...] = ()) -> dict[str, Person]:
    """Everybody who must be invited, and the child."""
    return {role: keep(app, plan, role) for role in HOMES if role not in without}


@pytest.fixture
def review(app: Arflow) -> Told:
    """A review of somebody of 9 who attends a school, with the meeting on 18 December; today it is 24 November 2026."""
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026", setting="123456")
    return told.do(ScheduleMeeting(meeting_on=MEETING))


def test_everybody_in_a_class_of_the_regulation_is_invited(app: Arflow, review: Told) -> None:
    people = family(app, review.plan)

    found = inviting(app, review.id)

    assert {(one.person.id, one.role) for one in found.to_invite} == {
        (people[role].id, role) for role in ("parent", "setting", "la_sen", "health", "la_social_care")
    }
    assert found.missing == ()


@pytest.mark.parametrize(
    ("role", "paragraph"),
    [
        ("parent", "r.20(2)(a)"),
        ("setting", "r.20(2)(b)"),
        ("la_sen", "r.20(2)(c)"),
        ("health", "r.20(2)(d)"),
        ("la_social_care", "r.20(2)(e)"),
    ],
)
def test_a_class_without_anybody_is_named_with_its_paragraph(
    app: Arflow, review: Told, role: str, paragraph: str
) -> None:
    family(app, review.plan, without=(role,))

    [missing] = inviting(app, review.id).missing

    assert missing.citation.endswith(paragraph)
    assert missing.why == "nobody is known"


def test_out_of_school_it_is_regulation_21_that_asks_for_health(app: Arflow) -> None:
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026", kind="not_in_setting")
    told.do(ScheduleMeeting(meeting_on=MEETING))
    family(app, told.plan, without=("health", "setting"))

    [missing] = inviting(app, told.id).missing

    assert missing.citation.endswith("r.21(2)(c)")


def test_who_has_no_address_and_who_must_not_be_contacted_is_said_by_id(app: Arflow, review: Told) -> None:
    family(app, review.plan, without=("health", "parent"))
    nowhere = keep(app, review.plan, "health", email=None)
    unwanted = keep(app, review.plan, "parent", do_not_contact_because="asked us not to")

    found = inviting(app, review.id)

    assert [missing.why for missing in found.missing] == [
        f"{unwanted.id}: not to be contacted",
        f"{nowhere.id}: no usable address",
    ]
    assert {one.person.id for one in found.unreached} == {nowhere.id, unwanted.id}


def test_somebody_without_email_is_written_to_by_post(app: Arflow, review: Told) -> None:
    family(app, review.plan, without=("parent",))
    keep(app, review.plan, "parent", email=None, postal_address="1 Invented Street\nExampleton")

    found = inviting(app, review.id)

    assert [one.channel for one in found.to_invite if one.role == "parent"] == ["post"]


def test_the_child_comes_too_when_asked_for(app: Arflow, review: Told) -> None:
    people = family(app, review.plan)

    found = inviting(app, review.id, also=[people["child"].id])

    assert people["child"].id in {one.person.id for one in found.to_invite}


def test_who_is_left_out_leaves_a_class_missing(app: Arflow, review: Told) -> None:
    people = family(app, review.plan)

    found = inviting(app, review.id, without=[people["health"].id])

    assert [missing.why for missing in found.missing] == [f"{people['health'].id}: left out with --without"]


@pytest.mark.parametrize("option", ["also", "without"])
def test_a_person_of_another_case_is_refused(app: Arflow, review: Told, option: str) -> None:
    family(app, review.plan)
    stranger = keep(app, _other(app), "parent")

    with pytest.raises(NotPossible, match="belongs to P-9999"):
        inviting(app, review.id, **{option: [stranger.id]})
    with pytest.raises(NotFound):
        inviting(app, review.id, **{option: ["N-00000000"]})


def _other(app: Arflow) -> str:
    app.add_plan(AddPlan(ref="P-9999", first_made=date(2025, 2, 3)))
    return "P-9999"


def test_whom_an_officer_invited_by_other_means_is_not_missing(app: Arflow, review: Told) -> None:
    family(app, review.plan, without=("health",))

    review.do(Invite(roles=("health",)))

    assert inviting(app, review.id).missing == ()


def test_without_a_day_there_is_nothing_to_invite_to(app: Arflow) -> None:
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026")

    with pytest.raises(MissingValue, match="plan the meeting first"):
        inviting(app, told.id)


def test_after_the_meeting_nobody_is_invited(app: Arflow) -> None:
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026").held("20 Nov 2026")

    with pytest.raises(NotPossible, match="meeting_held"):
        inviting(app, told.id)


@pytest.mark.parametrize(
    ("days_before", "warning"),
    [(16, ""), (15, ""), (14, "short on the strict count"), (13, "too short")],
)
def test_notice_is_warned_of_by_the_strict_and_the_usual_count(
    open_app: Callable[..., Arflow], sqlite_url: str, days_before: int, warning: str
) -> None:
    app = open_app(sqlite_url, today=MEETING - timedelta(days=days_before))
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026", setting="123456")
    told.do(ScheduleMeeting(meeting_on=MEETING, on=date(2026, 11, 2)))

    notice = inviting(app, told.id).notice

    assert notice is not None
    assert (notice.last_day, notice.outer) == (date(2026, 12, 3), date(2026, 12, 4))
    assert warning in notice.warning
    assert bool(notice.warning) == bool(warning)
