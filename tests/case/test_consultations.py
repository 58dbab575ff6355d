"""Whom the authority consults before it names an institution outside a transfer: for a review's amendment, or one without."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.case.transfer_record import consultations_of, others_consulted, requests_of
from arflow.errors import MissingValue, NotPossible
from tests.history.test_last_days_in_both_counts import agreed, around
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day

Run = Callable[..., Result]
FIRST, SECOND = "123456", "234567"


@pytest.fixture
def told(cases: Cases) -> Told:
    """A review told on 20 October 2025 that the plan is to be amended, with its notice."""
    told = cases.opened("1 Dec 2024", "1 Sep 2025", setting="111111")
    told.invited("1 Sep 2025").held("1 Oct 2025").decided("amend", "20 Oct 2025").noticed("20 Oct 2025")
    return told


def consult(told: Told, on: str, institution: str = FIRST, **more: object) -> None:
    command = p.ConsultInstitution(on=day(on), institution=institution, review=told.id, **more)  # type: ignore[arg-type]
    told.app.change_plan(told.plan, command)


def answer(told: Told, on: str, institution: str = FIRST) -> None:
    told.app.change_plan(told.plan, p.ReceiveReply(on=day(on), institution=institution, reply="can_meet_needs"))


@pytest.mark.parametrize(
    ("answered", "state"), [("17 Nov 2025", "met"), ("18 Nov 2025", "met"), ("19 Nov 2025", "breached")]
)
def test_an_institution_answers_within_fifteen_days_in_a_review(told: Told, answered: str, state: str) -> None:
    """Consulted Mon 3 November 2025, which is not counted: the fifteenth day is Tue 18 November (Code 9.83)."""
    consult(told, "3 Nov 2025")
    answer(told, answered)
    duty = told.duty("review_consultation_reply")
    assert (duty.due, duty.outer, duty.state, duty.word) == (day("18 Nov 2025"), day("18 Nov 2025"), state, "should")
    assert (duty.owner, duty.citation) == (
        "institution consulted",
        "Code 9.83; SEND Regs 2014 r.22(1); CFA 2014 ss.39(2), 40(3)",
    )


def test_it_is_a_duty_of_that_review_and_of_no_other(cases: Cases, told: Told) -> None:
    consult(told, "3 Nov 2025")
    on_day(cases.app, day("10 Nov 2025"))
    assert cases.plan_duty(told.plan, "consultation_reply").state == "not_applicable"
    assert told.duty("review_consultation_reply").state == "due_soon"


def test_of_several_the_one_awaited_longest_counts(told: Told) -> None:
    consult(told, "3 Nov 2025")
    consult(told, "5 Nov 2025", SECOND)
    consult(told, "6 Nov 2025", SECOND, authority="878")
    answer(told, "10 Nov 2025")
    assert told.duty("review_consultation_reply", "11 Nov 2025").due == day("20 Nov 2025")


def test_nothing_is_awaited_once_the_final_plan_is_out(told: Told) -> None:
    consult(told, "3 Nov 2025")
    assert told.duty("review_consultation_reply", "20 Nov 2025").state == "overdue"
    told.issued("20 Nov 2025")
    assert told.duty("review_consultation_reply", "20 Nov 2025").state == "not_applicable"


def test_what_was_answered_stays_after_the_final_plan(told: Told) -> None:
    consult(told, "3 Nov 2025")
    answer(told, "19 Nov 2025")
    told.issued("20 Nov 2025")
    assert told.duty("review_consultation_reply", "20 Nov 2025").state == "breached"


def test_what_the_family_asks_for_in_a_review_is_kept_with_it(told: Told) -> None:
    told.app.change_plan(told.plan, p.RequestInstitution(on=day("25 Oct 2025"), institution=FIRST, review=told.id))
    [asked] = requests_of(told.app.plan(told.plan))
    assert (asked.institution, asked.about.review, asked.asked.day) == (FIRST, told.id, day("25 Oct 2025"))
    told.app.change_plan(told.plan, p.RequestInstitution(on=day("26 Oct 2025"), institution=None, review=told.id))
    assert requests_of(told.app.plan(told.plan)) == ()
    with pytest.raises(NotPossible, match="no request for an institution to take back"):
        told.app.change_plan(told.plan, p.RequestInstitution(institution=None, review=told.id))


def test_a_consultation_without_a_review_is_awaited_until_the_amendment_ends(cases: Cases) -> None:
    """Consulted Tue 4 November 2025 under r.28: the fifteenth day is Wed 19 November."""
    plan = cases.plan("1 Dec 2024", setting="111111")
    with pytest.raises(NotPossible, match="no expected transfer with a known day"):
        cases.app.change_plan(plan, p.ConsultInstitution(institution=FIRST))
    cases.app.change_plan(plan, p.SendPlanNotice(on=day("3 Nov 2025")))
    cases.app.change_plan(plan, p.ConsultInstitution(on=day("4 Nov 2025"), institution=FIRST))
    on_day(cases.app, day("20 Nov 2025"))
    duty = cases.plan_duty(plan, "consultation_reply")
    assert (duty.due, duty.state) == (day("19 Nov 2025"), "overdue")
    cases.app.change_plan(plan, p.RecordAmendment(because="without_review", on=day("20 Nov 2025")))
    assert cases.plan_duty(plan, "consultation_reply").state == "not_applicable"


def test_another_amendment_has_consultations_of_its_own(cases: Cases) -> None:
    plan = cases.plan("1 Dec 2024", setting="111111")
    cases.app.change_plan(plan, p.SendPlanNotice(on=day("3 Nov 2025")))
    cases.app.change_plan(plan, p.ConsultInstitution(on=day("4 Nov 2025"), institution=FIRST))
    cases.app.change_plan(plan, p.DecideNotToAmendPlan(on=day("24 Nov 2025")))
    cases.app.change_plan(plan, p.SendPlanNotice(on=day("1 Dec 2025")))
    assert others_consulted(cases.app.plan(plan)) == ()
    # A corrected day of the notice leaves what it began.
    cases.app.change_plan(plan, p.ConsultInstitution(on=day("4 Dec 2025"), institution=FIRST))
    cases.app.change_plan(plan, p.CorrectPlanDay(fact="plan_notice_sent", to=day("2 Dec 2025"), reason="misread"))
    [one] = others_consulted(cases.app.plan(plan))
    assert one.sent.day == day("4 Dec 2025")


def test_with_a_transfer_expected_it_is_about_that_unless_told_otherwise(cases: Cases) -> None:
    plan = cases.plan("1 Dec 2024", setting="111111", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    cases.app.change_plan(plan, p.SendPlanNotice(on=day("3 Nov 2025")))
    cases.app.change_plan(plan, p.ConsultInstitution(on=day("4 Nov 2025"), institution=FIRST))
    cases.app.change_plan(plan, p.ConsultInstitution(on=day("5 Nov 2025"), institution=FIRST, outside_review=True))
    now = cases.app.plan(plan)
    assert [one.sent.day for one in consultations_of(now)] == [day("4 Nov 2025")]
    assert [one.sent.day for one in others_consulted(now)] == [day("5 Nov 2025")]
    with pytest.raises(MissingValue, match="consulted about several things"):
        cases.app.change_plan(plan, p.ReceiveReply(institution=FIRST, reply="can_meet_needs"))


def test_a_review_of_another_plan_or_none_is_refused(cases: Cases, told: Told) -> None:
    other = cases.plan("1 Dec 2024", setting="111111")
    with pytest.raises(NotPossible, match=f"plan {other} has no review {told.id}"):
        cases.app.change_plan(other, p.ConsultInstitution(institution=FIRST, review=told.id))
    with pytest.raises(NotPossible, match="no amendment proposed without a review"):
        cases.app.change_plan(told.plan, p.ConsultInstitution(institution=FIRST, outside_review=True))
    consult(told, "3 Nov 2025")
    with pytest.raises(NotPossible, match=r"has no consultation of 234567 .*consulted: 123456"):
        told.app.change_plan(told.plan, p.ReceiveReply(institution=SECOND, reply="can_meet_needs"))


def test_both_counts_agree_on_consultations_outside_a_transfer(app: Arflow, told: Told) -> None:
    consult(told, "3 Nov 2025")
    consult(told, "4 Nov 2025", SECOND)
    of_review = f"select state from duties where duty = 'review_consultation_reply' and review = '{told.id}'"
    assert agreed(app, of_review, *around("18 Nov 2025")) == ["due_soon", "due_soon", "overdue"]
    answer(told, "10 Nov 2025")
    assert agreed(app, of_review, *around("19 Nov 2025")) == ["due_soon", "due_soon", "overdue"]
    told.issued("21 Nov 2025")
    assert agreed(app, of_review, *around("21 Nov 2025")) == ["overdue", "met", "met"]
    plan = Cases(app, start=5).plan("1 Dec 2024", setting="111111")
    of_plan = f"select state from duties where duty = 'consultation_reply' and plan = '{plan}' and review = ''"
    app.change_plan(plan, p.SendPlanNotice(on=day("3 Nov 2025")))
    app.change_plan(plan, p.ConsultInstitution(on=day("4 Nov 2025"), institution=FIRST))
    app.change_plan(plan, p.DecideNotToAmendPlan(on=day("21 Nov 2025")))
    assert agreed(app, of_plan, *around("21 Nov 2025")) == ["overdue", "not_applicable", "not_applicable"]


def test_plan_show_and_due_tell_them(run: Run, cases: Cases, told: Told) -> None:
    asked = run(
        "plan", "request-institution", told.plan, "--institution", FIRST, "--review", told.id, "--on", "2025-10-25"
    )
    assert asked.exit_code == 0, asked.stderr
    run("plan", "consult", told.plan, "--institution", FIRST, "--review", told.id, "--on", "2025-11-03")
    objects = ("--reply", "objects", "--ground", "use_of_resources", "--reason", "No room.", "--on", "2025-11-10")
    run("plan", "consult", told.plan, "--institution", SECOND, "--review", told.id, "--on", "2025-11-04")
    answered = run("plan", "consult-reply", told.plan, "--institution", SECOND, *objects)
    assert answered.exit_code == 0, answered.stderr
    shown = json.loads(run("--json", "plan", "show", told.plan).stdout)
    assert shown["requests"] == [{"about": told.id, "institution": FIRST, "asked": "2025-10-25"}]
    first, second = shown["consultations"]
    assert (first["about"], first["institution"], first["sent"], first["answered"]) == (
        told.id,
        FIRST,
        "2025-11-03",
        None,
    )
    assert (second["reply"], second["grounds"], second["reason"]) == ("objects", ["use_of_resources"], "No room.")
    page = run("plan", "show", told.plan).stdout
    assert told.id in page
    assert "No room." in page
    due = json.loads(run("--json", "due", "--within", "30d", today=day("10 Nov 2025")).stdout)
    [row] = [one for one in due if one["duty"] == "review_consultation_reply"]
    assert (row["owner"], row["due"], row["review"]) == ("institution consulted", "2025-11-18", told.id)
    story = run("audit", told.plan).stdout
    assert f"The family asks for {FIRST}, in review {told.id}" in " ".join(story.split())


def test_the_letter_names_no_day_of_a_transfer_that_it_is_not_about(cases: Cases) -> None:
    from arflow.post.outgoing.letter_facts import facts_of_plan

    plan = cases.plan("1 Dec 2024", setting="111111", transfer="primary_to_secondary", transfer_on=day("1 Sep 2028"))
    review = cases.review(plan, "1 Sep 2025")
    now = cases.app.plan(plan)
    assert facts_of_plan(now, cases.app.review(review.id))["transfer_on"] is None
    assert facts_of_plan(now)["transfer_on"] == day("1 Sep 2028")
    cases.app.change_plan(plan, p.SendPlanNotice(on=day("3 Nov 2025")))
    assert facts_of_plan(cases.app.plan(plan))["transfer_on"] is None
