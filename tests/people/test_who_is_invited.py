"""Who holds the rights on a day, who must be invited, who should be, and who is missing."""

from datetime import date

import pytest

from arflow.application.arflow import Arflow
from arflow.people import InvitationList, Person, in_case, invitation_list
from tests.support.cases import Cases, day
from tests.support.days import on_day

# Somebody who is 16 on 10 December 2025 is over compulsory school age after Friday 26 June 2026.
LAST_AS_A_CHILD, YOUNG_PERSON_FROM = date(2026, 6, 26), date(2026, 6, 27)
MEETING = date(2026, 6, 10)

CHILD = Person(plan="P-0001", role="child", name="Robin Ash", date_of_birth=date(2009, 12, 10))
MOTHER = Person(plan="P-0001", role="parent", name="Ellis Ash")
FATHER = Person(plan="P-0001", role="parent", name="Jo Birch", do_not_contact_because="court order of 1 May 2026")
HEAD = Person(plan="P-0001", role="setting", name="Kim Elm", organisation="Anytown School")
OFFICER = Person(plan="P-0001", role="la_sen", name="Casey Morgan")
DOCTOR = Person(plan="P-0001", role="health", name="Sam Oak", until_on=LAST_AS_A_CHILD)
SOCIAL_WORKER = Person(plan="P-0001", role="la_social_care", name="Alex Rowan")
JOB_COACH = Person(plan="P-0001", role="job_coach", name="Lee Hazel", from_on=YOUNG_PERSON_FROM)
EVERYBODY = [CHILD, MOTHER, FATHER, HEAD, OFFICER, DOCTOR, SOCIAL_WORKER, JOB_COACH]


@pytest.fixture
def plan(app: Arflow) -> str:
    return Cases(app).plan("1 Sep 2024", setting="123456", young_person_from=YOUNG_PERSON_FROM)


def listed(
    app: Arflow, plan: str, people: list[Person] = EVERYBODY, on: date = MEETING, kind: str = "annual"
) -> InvitationList:
    return invitation_list(app.current_workflow(), kind, app.plan(plan), people, on)


def by_citation(found: InvitationList) -> dict[str, list[str]]:
    return {one.citation: [each.person.name for each in one.listed] for one in found.classes if one.listed}


@pytest.mark.parametrize(
    ("on", "rights", "holders"),
    [
        (LAST_AS_A_CHILD, "parent", [MOTHER, FATHER]),
        (YOUNG_PERSON_FROM, "young_person", [CHILD]),
        (day("8 Jul 2026"), "young_person", [CHILD]),
    ],
)
def test_the_rights_pass_the_day_after_the_school_leaving_date(
    app: Arflow, plan: str, on: date, rights: str, holders: list[Person]
) -> None:
    case = in_case(EVERYBODY, app.plan(plan), on)

    assert (case.rights, list(case.holders), case.citation) == (rights, holders, "CFA 2014 s.83")


def test_a_case_has_those_whose_part_has_begun_and_not_ended(app: Arflow, plan: str) -> None:
    before, after = (in_case(EVERYBODY, app.plan(plan), on) for on in (LAST_AS_A_CHILD, YOUNG_PERSON_FROM))

    assert (DOCTOR in before.people, JOB_COACH in before.people) == (True, False)
    assert (DOCTOR in after.people, JOB_COACH in after.people) == (False, True)


def test_a_representative_holds_the_rights_of_a_young_person_who_lacks_capacity_but_not_of_a_child(
    app: Arflow, plan: str
) -> None:
    deputy = Person(plan=plan, role="other", name="Pat Yew", represents="young_person")
    people = [*EVERYBODY, deputy]

    child, young = (in_case(people, app.plan(plan), on) for on in (LAST_AS_A_CHILD, YOUNG_PERSON_FROM))

    assert deputy not in child.holders
    assert (young.holders, young.role_of(deputy)) == ((deputy,), "young_person")
    assert young.citation == "CFA 2014 s.80; SEND Regs 2014 r.64, Sch.3"
    found = listed(app, plan, people, YOUNG_PERSON_FROM)
    assert by_citation(found)[f"SEND Regs 2014 r.20(2)(a); {young.citation}"] == ["Pat Yew"]
    assert [one.person for one in found.consulted] == [CHILD]


def test_a_parent_who_acts_for_the_young_person_is_invited_in_their_place(app: Arflow, plan: str) -> None:
    acting = Person(plan=plan, role="parent", name="Ellis Ash", represents="young_person")

    case = in_case([CHILD, acting, FATHER], app.plan(plan), YOUNG_PERSON_FROM)

    assert case.holders == (acting,)
    assert [case.role_of(person) for person in (CHILD, acting, FATHER)] == ["other", "young_person", "other"]


def test_a_representative_of_a_parent_stands_beside_the_parents(app: Arflow, plan: str) -> None:
    attorney = Person(plan=plan, role="other", name="Pat Yew", represents="parent")

    case = in_case([CHILD, MOTHER, attorney], app.plan(plan), LAST_AS_A_CHILD)

    assert case.holders == (MOTHER, attorney)
    assert (case.role_of(attorney), case.citation) == ("parent", "CFA 2014 s.80(2)(a)")


def test_separate_parents_are_listed_one_by_one_and_nobody_is_dropped_for_not_being_contacted(
    app: Arflow, plan: str
) -> None:
    found = listed(app, plan)

    assert by_citation(found) == {
        "SEND Regs 2014 r.20(2)(a)": ["Ellis Ash", "Jo Birch"],
        "SEND Regs 2014 r.20(2)(b)": ["Kim Elm"],
        "SEND Regs 2014 r.20(2)(c)": ["Casey Morgan"],
        "SEND Regs 2014 r.20(2)(d)": ["Sam Oak"],
        "SEND Regs 2014 r.20(2)(e)": ["Alex Rowan"],
    }
    assert found.missing == ()
    assert found.not_to_contact == (FATHER,)


def test_the_child_is_consulted_and_is_no_class_to_be_invited(app: Arflow, plan: str) -> None:
    found = listed(app, plan)

    assert [(one.person, one.role) for one in found.consulted] == [(CHILD, "other")]
    assert found.consulted_citation == "SEND Regs 2014 r.19(a)"
    assert CHILD not in [one.person for one in found.listed]
    assert listed(app, plan, [CHILD]).missing[0].title == "the child's parent or the young person"


def test_after_the_switch_the_young_person_is_invited_by_right_and_a_parent_by_agreement(
    app: Arflow, plan: str
) -> None:
    found = listed(app, plan, on=YOUNG_PERSON_FROM)

    assert by_citation(found)["SEND Regs 2014 r.20(2)(a)"] == ["Robin Ash"]
    assert found.consulted == ()
    others = next(one for one in found.classes if one.listed and one.listed[0].person == MOTHER)
    assert (others.word, others.citation, others.listed[0].role) == ("should", "Code 9.176", "other")
    assert others.listed[0].note == "with the agreement of the young person, who now holds the rights"
    assert listed(app, plan, [MOTHER], YOUNG_PERSON_FROM).missing[0].citation == "SEND Regs 2014 r.20(2)(a)"


def test_classes_with_nobody_who_must_be_invited_are_missing_and_those_who_should_are_not(
    app: Arflow, plan: str
) -> None:
    assert [one.citation for one in listed(app, plan, on=YOUNG_PERSON_FROM).missing] == ["SEND Regs 2014 r.20(2)(d)"]
    assert len(listed(app, plan, []).missing) == 5


@pytest.mark.parametrize(("kind", "setting"), [("not_in_setting", "123456"), ("annual", None)])
def test_regulation_21_rules_for_somebody_who_attends_no_setting(app: Arflow, kind: str, setting: str | None) -> None:
    plan = Cases(app).plan("1 Sep 2024", setting=setting, young_person_from=YOUNG_PERSON_FROM)
    tutor = Person(plan=plan, role="other", name="Drew Holly")
    people = [person for person in EVERYBODY if person is not HEAD]

    found = listed(app, plan, [*people, tutor], kind=kind)

    assert by_citation(found) == {
        "SEND Regs 2014 r.21(2)(a)": ["Ellis Ash", "Jo Birch"],
        "SEND Regs 2014 r.21(2)(b)": ["Casey Morgan"],
        "SEND Regs 2014 r.21(2)(c)": ["Sam Oak"],
        "SEND Regs 2014 r.21(2)(d)": ["Alex Rowan"],
        "SEND Regs 2014 r.21(2)(e)": ["Drew Holly"],
    }
    assert found.missing == ()


def test_a_former_school_comes_as_somebody_else_where_no_setting_is_attended(app: Arflow, plan: str) -> None:
    found = listed(app, plan, kind="not_in_setting")

    assert [(one.person, one.role) for one in found.listed if one.person is HEAD] == [(HEAD, "other")]


def test_an_early_years_provider_without_a_number_is_a_setting(app: Arflow) -> None:
    plan = Cases(app).plan("1 Sep 2024")

    assert by_citation(listed(app, plan))["SEND Regs 2014 r.20(2)(b)"] == ["Kim Elm"]


@pytest.mark.parametrize("on", [LAST_AS_A_CHILD, YOUNG_PERSON_FROM])
def test_inviting_the_list_as_it_is_listed_invites_everybody_who_must_be(app: Arflow, plan: str, on: date) -> None:
    people = [*EVERYBODY[:5], Person(plan=plan, role="health", name="Sam Oak"), SOCIAL_WORKER]
    review = Cases(app).review(plan, "1 May 2026", meeting_on=day("20 Jul 2026"))
    roles = tuple(dict.fromkeys(one.role for one in listed(app, plan, people, on).listed))
    mother_only = tuple(dict.fromkeys(one.role for one in listed(app, plan, [MOTHER], on).listed))

    on_day(app, date(2026, 7, 1))
    assert ("parent" in mother_only) is (on == LAST_AS_A_CHILD)
    review.invited("27 Jun 2026", roles)
    assert (review.duty("invitees").met_on is not None) is (on == YOUNG_PERSON_FROM)
