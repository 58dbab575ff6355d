"""A duty to several people is as late as the last of them, and the young person, not a parent, holds the rights after 16."""

import pytest

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.recipients import still_without
from arflow.people import Person
from tests.support.cases import EVERYBODY, Cases, Told, day

OTHERS = tuple(role for role in EVERYBODY if role != "parent")


@pytest.fixture
def told(cases: Cases) -> Told:
    review = cases.opened("1 Aug 2024", "1 Mar 2025")
    return review.do(c.ScheduleMeeting(on=day("1 Mar 2025"), meeting_on=day("28 Apr 2025")))


@pytest.fixture
def parents(app: Arflow, told: Told) -> tuple[str, str]:
    mother, father = (Person(plan=told.plan, role="parent", name=name) for name in ("Ellis Ash", "Jo Birch"))
    return app.people.add(mother).id, app.people.add(father).id


def without(told: Told) -> list[str]:
    app, review = told.app, told.app.review(told.id)
    rights = app.plan(told.plan).young_person_from
    return [one.who for one in still_without(review, app.workflow(review.workflow), rights.day if rights else None)]


def invite(told: Told, on: str, *people: str) -> None:
    told.do(c.Invite(on=day(on), roles=("parent",), people=people))


def test_the_letter_of_one_of_two_parents_that_never_left_leaves_the_notice_not_given(
    told: Told, parents: tuple[str, str]
) -> None:
    told.invited("1 Apr 2025", OTHERS)
    invite(told, "1 Apr 2025", parents[0])

    assert [told.duty(duty).met_on for duty in ("notice", "invitees")] == [None, None]
    assert without(told) == [parents[1]]


@pytest.mark.parametrize(
    ("second", "state"), [("13 Apr 2025", "met"), ("14 Apr 2025", "contested"), ("15 Apr 2025", "breached")]
)
def test_notice_is_as_late_as_the_last_parents_letter(
    told: Told, parents: tuple[str, str], second: str, state: str
) -> None:
    told.invited("1 Apr 2025", OTHERS)
    invite(told, "1 Apr 2025", parents[0])
    invite(told, second, parents[1])

    assert [told.duty(duty).state for duty in ("notice", "invitees")] == [state, state]
    assert without(told) == []


def test_a_parent_not_to_be_contacted_is_not_waited_for(app: Arflow, told: Told) -> None:
    one = app.people.add(Person(plan=told.plan, role="parent", name="Ellis Ash"))
    app.people.add(Person(plan=told.plan, role="parent", name="Jo Birch", do_not_contact_because="court order"))
    told.invited("1 Apr 2025", OTHERS)
    invite(told, "1 Apr 2025", one.id)

    assert told.duty("invitees").state == "met"


def test_advice_in_two_batches_is_circulated_with_the_second(told: Told) -> None:
    told.invited("1 Apr 2025").circulated("2 Apr 2025").circulated("10 May 2025").held("27 Apr 2025")

    assert (told.duty("advice_circulated").state, told.duty("advice_circulated").met_on) == (
        "breached",
        day("10 May 2025"),
    )


@pytest.mark.parametrize(
    ("second", "state"), [("13 Apr 2025", "met"), ("14 Apr 2025", "contested"), ("15 Apr 2025", "breached")]
)
def test_the_last_batch_sets_the_day_of_circulation(told: Told, second: str, state: str) -> None:
    told.invited("1 Apr 2025").circulated("2 Apr 2025").circulated(second)
    assert told.duty("advice_circulated").state == state


def test_a_class_that_was_invited_and_had_no_papers_or_report_leaves_both_duties_unmet(told: Told) -> None:
    told.invited("1 Apr 2025").do(c.CirculateAdvice(on=day("2 Apr 2025"), roles=OTHERS)).held("28 Apr 2025")
    told.do(c.SendReport(on=day("5 May 2025"), roles=OTHERS))

    assert (told.duty("advice_circulated").state, told.duty("report").state) == ("breached", "overdue")
    assert without(told) == ["the child's parent or the young person"] * 2
    assert {"circulate", "report"} <= set(told.app.possible(told.app.review(told.id)))

    told.do(c.SendReport(on=day("12 May 2025"), roles=("parent",)))
    assert (told.duty("report").state, told.duty("report").met_on) == ("met", day("12 May 2025"))


def test_wider_circulation_is_guidance_and_makes_nothing_late(told: Told) -> None:
    told.invited("1 Apr 2025").circulated("2 Apr 2025")
    told.do(c.CirculateAdvice(on=day("20 Apr 2025"), roles=("job_coach",)))

    assert told.duty("advice_circulated").met_on == day("2 Apr 2025")


def test_the_report_is_met_when_each_parent_has_it(told: Told, parents: tuple[str, str]) -> None:
    told.invited("1 Apr 2025").held("28 Apr 2025").do(c.SendReport(on=day("5 May 2025"), people=parents[:1]))
    assert (told.duty("report").met_on, without(told)) == (None, [parents[1]])

    told.do(c.SendReport(on=day("13 May 2025"), people=parents[1:]))
    assert (told.duty("report").state, told.duty("report").met_on) == ("breached", day("13 May 2025"))


@pytest.mark.parametrize(
    ("rights_from", "parent_met", "young_person_met"),
    [("27 Apr 2025", False, True), ("28 Apr 2025", False, True), ("29 Apr 2025", True, False)],
)
@pytest.mark.parametrize("kind", ["annual", "not_in_setting"])
def test_who_holds_the_rights_on_the_day_of_the_meeting_must_be_invited(
    cases: Cases, kind: str, rights_from: str, parent_met: bool, young_person_met: bool
) -> None:
    others = tuple(role for role in OTHERS if role != "setting" or kind == "annual")
    met = []
    for family in ("parent", "young_person"):
        ref = cases.plan("1 Aug 2024", young_person_from=day(rights_from))
        review = cases.review(ref, "1 Mar 2025", kind, meeting_on=day("28 Apr 2025"))
        met.append(review.invited("1 Apr 2025", (family, *others)).duty("invitees").met_on is not None)
        found = still_without(cases.app.review(review.id), cases.app.current_workflow(), day(rights_from))
        regulation = "r.21(2)(a)" if kind == "not_in_setting" else "r.20(2)(a)"
        assert [regulation in one.citation for one in found] == [True] * (not met[-1])
    assert met == [parent_met, young_person_met]
