"""The record of a transfer between phases: what is asked for, who is consulted, what they answer and what is named."""

from datetime import date

import pytest

from arflow.case.duties import Duty
from arflow.case.plan_commands import (
    ConsultInstitution,
    ExpectTransfer,
    MoveSetting,
    NameForTransfer,
    ReceiveReply,
    RequestInstitution,
    WithdrawConsultation,
)
from arflow.case.transfer_record import consultations_of, named_institution, request_of
from arflow.errors import DateRefused, InvalidValue, MissingValue, NotPossible
from tests.support.cases import Cases, day
from tests.support.days import on_day

FIRST, SECOND = "123456", "234567"


def leaving(cases: Cases, kind: str = "primary_to_secondary", on: date = date(2026, 9, 1)) -> str:
    return cases.plan("1 Aug 2024", setting="111111", transfer=kind, transfer_on=on)


def consult(cases: Cases, plan: str, on: str, institution: str = FIRST, authority: str | None = None) -> None:
    cases.app.change_plan(plan, ConsultInstitution(on=day(on), institution=institution, authority=authority))


def answer(cases: Cases, plan: str, on: str, institution: str = FIRST, authority: str | None = None) -> None:
    reply = ReceiveReply(on=day(on), institution=institution, authority=authority, reply="can_meet_needs")
    cases.app.change_plan(plan, reply)


def reply(cases: Cases, plan: str, today: str | None = None) -> Duty:
    if today:
        on_day(cases.app, day(today))
    return cases.plan_duty(plan, "consultation_reply")


# --- the 15 days of Code 9.83 -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answered", "state"), [("17 Nov 2025", "met"), ("18 Nov 2025", "met"), ("19 Nov 2025", "breached")]
)
@pytest.mark.parametrize("kind", ["primary_to_secondary", "secondary_to_post16", "post16_to_post16"])
def test_an_institution_answers_within_fifteen_days(cases: Cases, kind: str, answered: str, state: str) -> None:
    """Consulted Mon 3 November 2025, which is not counted: the fifteenth day is Tue 18 November."""
    plan = leaving(cases, kind)
    consult(cases, plan, "3 Nov 2025")
    answer(cases, plan, answered)
    duty = reply(cases, plan)
    assert (duty.due, duty.outer, duty.state, duty.word) == (day("18 Nov 2025"), day("18 Nov 2025"), state, "should")
    assert (duty.owner, duty.citation) == ("institution consulted", "Code 9.83; CFA 2014 ss.39(2), 40(3)")


@pytest.mark.parametrize(
    ("today", "state"), [("17 Nov 2025", "due_soon"), ("18 Nov 2025", "due_soon"), ("19 Nov 2025", "overdue")]
)
def test_an_answer_is_awaited_up_to_its_last_day(cases: Cases, today: str, state: str) -> None:
    plan = leaving(cases)
    consult(cases, plan, "3 Nov 2025")
    assert reply(cases, plan, today).state == state


def test_fifteen_days_at_christmas_are_fifteen_days(cases: Cases) -> None:
    """No day is left out: consulted Fri 19 December 2025, by Sat 3 January 2026."""
    plan = leaving(cases)
    consult(cases, plan, "19 Dec 2025")
    assert reply(cases, plan).due == day("3 Jan 2026")


def test_of_several_the_one_awaited_longest_is_counted(cases: Cases) -> None:
    plan = leaving(cases)
    consult(cases, plan, "3 Nov 2025")
    consult(cases, plan, "10 Nov 2025", SECOND)
    assert reply(cases, plan).due == day("18 Nov 2025")
    answer(cases, plan, "12 Nov 2025")
    assert (reply(cases, plan).due, reply(cases, plan).met_on) == (day("25 Nov 2025"), None)
    answer(cases, plan, "26 Nov 2025", SECOND)
    assert (reply(cases, plan).state, reply(cases, plan).met_on) == ("breached", day("26 Nov 2025"))


def test_the_authority_that_maintains_the_school_is_consulted_beside_it(cases: Cases) -> None:
    """CFA 2014 s.39(2)(b); Code 9.83: it has 15 days of its own."""
    plan = leaving(cases)
    consult(cases, plan, "3 Nov 2025")
    consult(cases, plan, "5 Nov 2025", authority="878")
    answer(cases, plan, "6 Nov 2025")
    assert reply(cases, plan).due == day("20 Nov 2025")
    assert [one.who for one in consultations_of(cases.app.plan(plan))] == [FIRST, f"authority 878 for {FIRST}"]


def test_a_consultation_recorded_again_counts_from_its_new_day(cases: Cases) -> None:
    plan = leaving(cases)
    consult(cases, plan, "3 Nov 2025")
    answer(cases, plan, "10 Nov 2025")
    consult(cases, plan, "4 Nov 2025")
    assert (reply(cases, plan).due, reply(cases, plan).met_on) == (day("19 Nov 2025"), None)


def test_a_consultation_taken_back_is_not_awaited(cases: Cases) -> None:
    plan = leaving(cases)
    consult(cases, plan, "3 Nov 2025")
    cases.app.change_plan(plan, WithdrawConsultation(institution=FIRST, reason="Another child"))
    assert reply(cases, plan).state == "not_applicable"
    with pytest.raises(NotPossible, match=r"has no consultation of 123456 .*consulted: nobody"):
        answer(cases, plan, "10 Nov 2025")


def test_once_the_transfer_is_dealt_with_no_answer_is_awaited(cases: Cases) -> None:
    plan = leaving(cases)
    consult(cases, plan, "3 Nov 2025")
    named = NameForTransfer(names_for_transfer=SECOND, outside_review=True, on=day("1 Dec 2025"))
    cases.app.change_plan(plan, named)
    assert reply(cases, plan, "2 Dec 2025").state == "not_applicable"


def test_a_transfer_of_another_year_has_consultations_of_its_own(cases: Cases) -> None:
    plan = leaving(cases)
    consult(cases, plan, "3 Nov 2025")
    cases.app.change_plan(plan, RequestInstitution(on=day("3 Nov 2025"), institution=FIRST))
    cases.app.change_plan(plan, ExpectTransfer(transfer="primary_to_secondary", transfer_on=date(2027, 9, 1)))
    now = cases.app.plan(plan)
    assert (reply(cases, plan).state, consultations_of(now), request_of(now)) == ("not_applicable", (), None)


# --- what is recorded ---------------------------------------------------------------------------------------------


def test_the_family_asks_for_an_institution_for_another_or_for_none(cases: Cases) -> None:
    plan = leaving(cases)
    with pytest.raises(NotPossible, match="no request for an institution to take back"):
        cases.app.change_plan(plan, RequestInstitution(institution=None))
    for asked in (FIRST, SECOND):
        cases.app.change_plan(plan, RequestInstitution(institution=asked))
        found = request_of(cases.app.plan(plan))
        assert found is not None
        assert found.institution == asked
    cases.app.change_plan(plan, RequestInstitution(institution=None))
    assert request_of(cases.app.plan(plan)) is None


def test_an_objection_has_a_ground_of_section_39_or_a_reason(cases: Cases) -> None:
    plan = leaving(cases)
    consult(cases, plan, "3 Nov 2025")
    with pytest.raises(MissingValue, match=r"CFA 2014 s\.39\(4\)"):
        cases.app.change_plan(plan, ReceiveReply(institution=FIRST, reply="objects"))
    with pytest.raises(InvalidValue, match="does not object"):
        cases.app.change_plan(
            plan, ReceiveReply(institution=FIRST, reply="can_meet_needs", grounds=("use_of_resources",))
        )
    objects = ReceiveReply(
        institution=FIRST, reply="objects", grounds=("unsuitable", "education_of_others"), reason="The year is full"
    )
    cases.app.change_plan(plan, objects)
    [found] = consultations_of(cases.app.plan(plan))
    assert (found.reply, found.grounds) == ("objects", ("unsuitable", "education_of_others"))
    assert not any(b"full" in row.payload for row in cases.app.log_store.read_log())


def test_what_makes_no_sense_is_refused(cases: Cases) -> None:
    plan = leaving(cases)
    consult(cases, plan, "3 Nov 2025")
    with pytest.raises(DateRefused, match="2025-11-02 is before 123456 was consulted on 2025-11-03"):
        answer(cases, plan, "2 Nov 2025")
    with pytest.raises(InvalidValue, match="a URN of six digits"):
        consult(cases, plan, "3 Nov 2025", "the academy")
    with pytest.raises(InvalidValue, match="three digits"):
        consult(cases, plan, "3 Nov 2025", authority="Anyshire")
    with pytest.raises(NotPossible, match="no expected transfer"):
        consult(cases, cases.plan("1 Aug 2024"), "3 Nov 2025")


# --- the institution that the plan names --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "named"), [(FIRST, FIRST), ("unchanged", "111111"), ("type:special school", None), ("none:at home", None)]
)
def test_the_named_institution_is_the_one_recorded_for_the_transfer(
    cases: Cases, names: str, named: str | None
) -> None:
    plan = leaving(cases)
    assert named_institution(cases.app.plan(plan)) == "111111"
    cases.app.change_plan(plan, NameForTransfer(names_for_transfer=names, outside_review=True, on=day("1 Dec 2025")))
    assert named_institution(cases.app.plan(plan)) == named


@pytest.mark.parametrize(
    ("taken_up", "named"), [("31 Aug 2026", FIRST), ("1 Sep 2026", SECOND), ("2 Sep 2026", SECOND)]
)
def test_a_setting_taken_up_after_the_transfer_is_named_then(cases: Cases, taken_up: str, named: str) -> None:
    plan = leaving(cases)
    cases.app.change_plan(plan, NameForTransfer(names_for_transfer=FIRST, outside_review=True, on=day("1 Dec 2025")))
    cases.app.change_plan(plan, MoveSetting(setting=SECOND, on=day(taken_up)))
    assert named_institution(cases.app.plan(plan)) == named
