"""Worked cases, by hand from the law: S is the strict last day, C the outer day of the Code or common practice."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import Result

from arflow.case import review_commands as c
from arflow.case.plan_commands import (
    CorrectPlanDay,
    EndReassessment,
    RecordAmendment,
    Release,
    StartDetention,
    StartReassessment,
    TransferIn,
)
from arflow.errors import SkipReasonNeeded, StepNotAllowed
from arflow.law.periods import appeal_last_day
from tests.support.cases import Cases, day
from tests.support.days import on_day


def days(duty: object) -> tuple[date | None, date | None]:
    return duty.due, duty.outer  # type: ignore[attr-defined]


def test_t01_a_review_from_notice_to_final_plan(cases: Cases) -> None:
    review = cases.opened("12 Sep 2024", "1 May 2025")
    assert days(cases.year(review.plan)) == (day("11 Sep 2025"), day("12 Sep 2025"))

    review.invited("3 Jun 2025").circulated("3 Jun 2025").held("18 Jun 2025").reported("2 Jul 2025")
    review.decided("amend", "14 Jul 2025").noticed("14 Jul 2025")

    assert days(review.duty("notice")) == (day("3 Jun 2025"), day("4 Jun 2025"))
    assert days(review.duty("advice_circulated")) == (day("3 Jun 2025"), day("4 Jun 2025"))
    assert days(review.duty("report")) == (day("2 Jul 2025"),) * 2
    assert days(review.duty("decision")) == (day("16 Jul 2025"),) * 2
    assert review.duty("decision").state == review.duty("amendment_notice").state == "met"
    assert days(review.duty("amendment_notice")) == (day("16 Jul 2025"),) * 2
    assert review.duty("representations").due == day("28 Jul 2025")
    assert days(review.duty("final_plan")) == (day("8 Sep 2025"),) * 2
    assert days(cases.year(review.plan)) == (day("13 Jul 2026"), day("14 Jul 2026"))


def test_t02_a_meeting_on_29_february(cases: Cases) -> None:
    review = cases.opened("1 May 2023", "1 Feb 2024").invited("14 Feb 2024").held("29 Feb 2024")
    assert days(review.duty("notice")) == (day("14 Feb 2024"), day("15 Feb 2024"))
    assert review.duty("report").due == day("14 Mar 2024")
    assert review.duty("decision").due == day("28 Mar 2024")

    review.decided("amend", "28 Mar 2024").noticed("28 Mar 2024")

    assert review.duty("decision").state == "met"
    assert review.duty("representations").due == day("11 Apr 2024")
    assert review.duty("final_plan").due == day("23 May 2024")
    assert cases.year(review.plan).due == day("27 Mar 2025")


def test_t02_the_day_after_a_last_day_is_late_though_it_is_good_friday(cases: Cases) -> None:
    review = cases.opened("1 May 2023", "1 Feb 2024").held("29 Feb 2024").decided("maintain", "29 Mar 2024")
    assert review.duty("decision").state == "breached"


@pytest.mark.parametrize(
    ("made", "strict", "outer"),
    [
        ("31 Aug 2023", "30 Aug 2024", "31 Aug 2024"),  # T03
        ("29 Feb 2024", "28 Feb 2025", "28 Feb 2025"),  # T04: not the 27th
        ("12 Sep 2024", "11 Sep 2025", "12 Sep 2025"),
        ("1 Mar 2024", "28 Feb 2025", "1 Mar 2025"),
    ],
)
def test_t03_t04_twelve_months_end_the_day_before_the_anniversary(
    cases: Cases, made: str, strict: str, outer: str
) -> None:
    assert days(cases.year(cases.plan(made))) == (day(strict), day(outer))


def test_t03_a_meeting_four_weeks_before_the_twelve_months_end_leaves_both_limits_alike(cases: Cases) -> None:
    review = cases.opened("31 Aug 2023", "1 Jul 2024").held("2 Aug 2024")
    assert review.duty("decision").due == day("30 Aug 2024")


def test_t06_a_decision_on_day_28_is_met(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("maintain", "8 Jul 2025")
    assert review.duty("decision").state == "met"
    assert cases.year(review.plan).due == day("7 Jul 2026")


def test_t07_a_decision_on_day_29_is_breached_and_the_twelve_weeks_stay(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "9 Jul 2025")
    assert review.duty("decision").state == "breached"
    assert cases.year(review.plan).due == day("8 Jul 2026")
    assert review.duty("final_plan").due == day("2 Sep 2025")

    review.noticed("9 Jul 2025")

    assert review.duty("final_plan").due == day("2 Sep 2025")
    limits = {limit.text: limit.strict for limit in review.duty("final_plan").limits}
    assert limits["within 8 weeks of notice_sent"] == day("3 Sep 2025")


def test_t09_a_review_without_a_decision_is_not_complete(cases: Cases) -> None:
    review = cases.opened("20 Nov 2023", "1 Oct 2024").held("5 Nov 2024")

    assert review.duty("twelve_months", "19 Nov 2024").state == "due_soon"
    assert review.duty("twelve_months", "20 Nov 2024").state == "contested"
    assert review.duty("twelve_months", "21 Nov 2024").state == "overdue"
    assert review.duty("decision").due == day("3 Dec 2024")
    assert cases.year(review.plan).due == day("19 Nov 2024")


def test_t10_a_transfer_to_secondary_school(cases: Cases) -> None:
    plan = cases.plan("1 Feb 2025", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    review = cases.review(plan, "1 Oct 2025").held("12 Nov 2025").decided("amend", "10 Dec 2025").noticed("10 Dec 2025")

    assert review.duty("decision").state == "met"
    assert review.duty("representations").due == day("24 Dec 2025")
    assert days(review.duty("final_plan")) == (day("4 Feb 2026"),) * 2
    assert days(review.duty("phase_transfer")) == (day("14 Feb 2026"), day("15 Feb 2026"))
    assert review.issued("4 Feb 2026", names_for_transfer="123456").duty("phase_transfer").state == "met"


@pytest.mark.parametrize(
    ("issued", "state"), [("14 Feb 2026", "met"), ("15 Feb 2026", "contested"), ("16 Feb 2026", "breached")]
)
def test_t10_the_transfer_day_is_a_duty_beside_the_final_plan(cases: Cases, issued: str, state: str) -> None:
    plan = cases.plan("1 Feb 2025", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    review = cases.review(plan, "1 Oct 2025").held("1 Dec 2025").decided("amend", "29 Dec 2025").noticed("29 Dec 2025")
    assert days(review.duty("final_plan")) == (day("23 Feb 2026"),) * 2

    review.issued(issued, names_for_transfer="123456")

    assert (review.duty("final_plan").state, review.duty("phase_transfer").state) == ("met", state)


def test_t13_a_transfer_to_college(cases: Cases) -> None:
    plan = cases.plan("1 Feb 2025", transfer="secondary_to_post16", transfer_on=day("1 Sep 2026"))
    assert days(cases.plan_duty(plan, "phase_transfer")) == (day("30 Mar 2026"), day("31 Mar 2026"))


@pytest.mark.parametrize(
    ("transfer", "last"), [("5 Jan 2026", "5 Aug 2025"), ("1 Sep 2025", "1 Apr 2025"), ("31 Jul 2026", "28 Feb 2026")]
)
def test_t14_between_post_16_institutions_five_months_before(cases: Cases, transfer: str, last: str) -> None:
    plan = cases.plan("1 Feb 2025", transfer="post16_to_post16", transfer_on=day(transfer))
    assert days(cases.plan_duty(plan, "phase_transfer")) == (day(last),) * 2


def test_t15_an_early_review_resets_the_clock_from_its_decision(cases: Cases) -> None:
    review = cases.opened("3 Mar 2024", "1 Sep 2024", kind="early").held("14 Oct 2024")
    assert review.duty("decision").due == day("11 Nov 2024")
    assert review.duty("twelve_months").due == day("2 Mar 2025")

    review.decided("maintain", "8 Nov 2024")

    assert days(cases.year(review.plan)) == (day("7 Nov 2025"), day("8 Nov 2025"))
    proof = cases.app.why(review.id, "twelve_months")
    assert any("counted from the meeting, to Mon 13 Oct 2025" in line for line in proof.lines)


def test_t17_a_plan_amended_by_the_tribunal_does_not_reset_the_clock(cases: Cases) -> None:
    plan = cases.plan("1 Jul 2020", last_reviewed=day("1 Jul 2022"))
    cases.app.change_plan(plan, RecordAmendment(on=day("30 Apr 2023"), because="tribunal_order"))
    assert days(cases.year(plan)) == (day("30 Jun 2023"), day("1 Jul 2023"))


def test_t18_out_of_school_every_duty_is_the_authoritys_and_easter_monday_counts(cases: Cases) -> None:
    review = cases.opened("1 May 2024", "1 Mar 2025", kind="not_in_setting")
    review.invited("9 Mar 2025", ("parent", "la_sen", "health", "la_social_care")).held("24 Mar 2025")

    assert days(review.duty("notice")) == (day("9 Mar 2025"), day("10 Mar 2025"))
    assert review.duty("report").due == day("7 Apr 2025")
    assert review.duty("decision").due == day("21 Apr 2025")
    assert review.decided("amend", "21 Apr 2025").duty("final_plan").due == day("16 Jun 2025")
    owners = {duty.owner for duty in cases.app.duties(review.id) if "consultation" not in duty.id}
    assert owners == {"local authority"}
    assert "r.21" in review.duty("notice").citation


def test_t21_a_notice_without_its_amendments_cannot_shorten_the_fifteen_days(cases: Cases) -> None:
    review = cases.opened("1 Apr 2024", "1 Jan 2025").held("3 Feb 2025").decided("amend", "28 Feb 2025")
    assert review.duty("decision").state == "met"
    assert review.duty("amendment_notice", "3 Mar 2025").state == "due_soon"
    assert review.duty("amendment_notice", "4 Mar 2025").state == "overdue"

    on_day(cases.app, day("1 Jul 2025"))
    review.noticed("14 Apr 2025")

    assert review.duty("amendment_notice").state == "breached"
    assert review.duty("final_plan").due == day("28 Apr 2025")
    limits = {limit.text: limit.strict for limit in review.duty("final_plan").limits}
    assert limits["within 8 weeks of notice_sent"] == day("9 Jun 2025")
    assert review.duty("representations").due == day("28 Apr 2025")

    review.issued("29 Apr 2025")

    assert review.duty("representations").state == "met"
    assert review.duty("final_plan").state == "breached"


def test_t22_an_early_notice_brings_the_final_plan_forward(cases: Cases) -> None:
    review = (
        cases.opened("1 Apr 2024", "1 Jan 2025")
        .held("3 Feb 2025")
        .decided("amend", "10 Feb 2025")
        .noticed("10 Feb 2025")
    )
    assert review.duty("representations").due == day("24 Feb 2025")
    assert review.duty("final_plan").due == day("7 Apr 2025")


def test_t24_not_amending_after_the_notice_keeps_the_day_of_the_decision(cases: Cases) -> None:
    review = (
        cases.opened("1 Apr 2024", "1 Jan 2025")
        .held("3 Feb 2025")
        .decided("amend", "10 Feb 2025")
        .noticed("10 Feb 2025")
    )
    review.do(c.DecideNotToAmend(on=day("7 Apr 2025")))
    assert review.duty("final_plan").state == "met"
    assert review.state() == "maintained"
    assert cases.year(review.plan).due == day("9 Feb 2026")


@pytest.mark.parametrize(
    ("sent", "state"), [("5 May 2025", "met"), ("6 May 2025", "contested"), ("7 May 2025", "breached")]
)
def test_t26_notice_on_a_bank_holiday_fifteen_fourteen_and_thirteen_days_before(
    cases: Cases, sent: str, state: str
) -> None:
    review = cases.opened("1 Jul 2024", "1 Apr 2025").invited(sent).circulated("8 May 2025").held("20 May 2025")
    assert review.duty("notice").state == state
    assert review.duty("advice_circulated").state == "breached"


def test_t28_a_plan_cannot_cease_before_the_time_to_appeal_is_over(cases: Cases) -> None:
    review = cases.opened("1 Jul 2024", "1 Apr 2025").held("3 Jun 2025").decided("cease", "20 Jun 2025")
    assert review.duty("appeal_period").due == day("1 Sep 2025")

    with pytest.raises(SkipReasonNeeded, match="appeal period"):
        review.do(c.CeasePlan(on=day("1 Sep 2025")))
    review.do(c.CeasePlan(on=day("2 Sep 2025")))

    assert review.state() == "ceased"
    assert review.duty("appeal_period").state == "met"
    assert not cases.app.plan(review.plan).is_maintained


def test_t28_the_end_of_a_plan_is_put_right_with_the_act_that_ended_it(cases: Cases) -> None:
    review = cases.opened("1 Jul 2024", "1 Apr 2025").held("3 Jun 2025").decided("cease", "20 Jun 2025")
    review.do(c.CeasePlan(on=day("2 Sep 2025"))).do(
        c.CorrectStep(corrected_step="cease", on=day("4 Sep 2025"), reason="Misread")
    )
    ceased = cases.app.plan(review.plan).ceased
    assert ceased is not None
    assert ceased.day == day("4 Sep 2025")

    review.do(c.VoidStep(voided_step="cease", reason="An appeal was lodged in time"))
    assert cases.app.plan(review.plan).is_maintained


@pytest.mark.parametrize("ended", ["dismissed", "withdrawn"])
def test_t28_an_appeal_holds_the_plan_until_it_is_determined(cases: Cases, ended: Any) -> None:
    review = cases.opened("1 Jul 2024", "1 Apr 2025").held("3 Jun 2025").decided("cease", "20 Jun 2025")
    review.do(c.LodgeAppeal(on=day("28 Aug 2025")))
    with pytest.raises(SkipReasonNeeded):
        review.do(c.CeasePlan(on=day("2 Sep 2025")))
    review.do(c.DetermineAppeal(on=day("1 Dec 2025"), ended=ended))
    assert review.do(c.CeasePlan(on=day("1 Dec 2025"))).state() == "ceased"


@pytest.mark.parametrize("ended", ["allowed", "conceded"])
def test_t28_an_appeal_that_is_allowed_keeps_the_plan(cases: Cases, ended: Any) -> None:
    review = cases.opened("1 Jul 2024", "1 Apr 2025").held("3 Jun 2025").decided("cease", "20 Jun 2025")
    review.do(c.LodgeAppeal(on=day("28 Aug 2025"))).do(c.DetermineAppeal(on=day("1 Dec 2025"), ended=ended))
    assert review.state() == "maintained"


def test_t28_the_time_to_appeal_over_august() -> None:
    assert appeal_last_day(day("20 Jun 2025")) == day("1 Sep 2025")


def test_t33_the_decision_goes_to_the_young_person_after_compulsory_school_age(cases: Cases) -> None:
    plan = cases.plan("1 Aug 2025", young_person_from=day("27 Jun 2026"))
    found = cases.app.plan(plan)
    assert found.rights_holder(day("10 Jun 2026")) == "parent"
    assert found.rights_holder(day("26 Jun 2026")) == "parent"
    assert found.rights_holder(day("8 Jul 2026")) == "young_person"


# --- routes -------------------------------------------------------------------------------------------------


def test_a_plan_from_another_authority_is_reviewed_by_the_later_of_twelve_and_three_months(cases: Cases) -> None:
    plan = cases.plan("10 Feb 2025")
    cases.app.change_plan(plan, TransferIn(on=day("12 Jan 2026"), from_la="878"))
    assert days(cases.year(plan)) == (day("11 Apr 2026"), day("12 Apr 2026"))
    assert days(cases.plan_duty(plan, "family_told_of_transfer")) == (day("23 Feb 2026"),) * 2


def test_a_move_early_in_the_year_leaves_the_twelve_months(cases: Cases) -> None:
    plan = cases.plan("10 Feb 2025")
    cases.app.change_plan(plan, TransferIn(on=day("1 Apr 2025")))
    assert cases.year(plan).due == day("9 Feb 2026")


def test_section_44_does_not_apply_in_detention_and_release_asks_for_a_review(cases: Cases) -> None:
    plan = cases.plan("10 Feb 2025")
    cases.app.change_plan(plan, StartDetention(on=day("1 Dec 2025")))
    assert cases.year(plan).state == "not_applicable"

    cases.app.change_plan(plan, Release(on=day("1 May 2026")))

    assert cases.year(plan).state == "not_applicable"
    released = cases.plan_duty(plan, "release_review")
    assert (released.state, released.due) == ("running", None)


def test_a_reassessment_keeps_the_clock_unless_an_officer_records_that_it_stood_in(cases: Cases) -> None:
    plain, stood_in = cases.plan("10 Feb 2025"), cases.plan("10 Feb 2025")
    for plan in (plain, stood_in):
        cases.app.change_plan(plan, StartReassessment(on=day("1 Nov 2025")))
    cases.app.change_plan(plain, EndReassessment(on=day("1 Feb 2026")))
    cases.app.change_plan(stood_in, EndReassessment(on=day("1 Feb 2026"), stands_for_review=True, reason="Same ground"))
    assert cases.year(plain).due == day("9 Feb 2026")
    assert cases.year(stood_in).due == day("31 Jan 2027")


def test_an_interim_review_under_five_completes_no_year(cases: Cases) -> None:
    review = cases.opened("10 Feb 2025", "1 Jun 2025", kind="under_five").held("1 Jul 2025")
    assert review.duty("twelve_months").state == review.duty("decision").state == "not_applicable"
    assert review.duty("under_five_review").state == "met"
    review.do(c.ConcludeReview(on=day("2 Jul 2025")))
    assert cases.year(review.plan).due == day("9 Feb 2026")


def test_an_optional_step_is_no_licence_to_skip_others(cases: Cases) -> None:
    review = cases.opened("10 Feb 2025", "1 Jun 2025", kind="under_five").do(c.HoldMeeting(on=day("1 Jul 2025")))
    review.decided("cease", "10 Jul 2025")
    with pytest.raises(SkipReasonNeeded, match="comes before the appeal period is over"):
        review.do(c.CeasePlan(on=day("11 Jul 2025")))


def test_a_review_cannot_be_cancelled_once_its_meeting_was_held(cases: Cases) -> None:
    review = cases.opened("1 Apr 2024", "1 Jan 2025").held("10 Feb 2025")
    with pytest.raises(StepNotAllowed):
        review.do(c.CancelReview(on=day("11 Feb 2025"), reason="Not wanted"))
    review.do(c.VoidStep(voided_step="hold", reason="Never held"))
    assert review.do(c.CancelReview(on=day("11 Feb 2025"), reason="Not wanted")).state() == "cancelled"


def test_an_adjourned_meeting_counts_from_its_first_day(cases: Cases) -> None:
    review = cases.opened("1 Apr 2024", "1 Jan 2025").held("10 Feb 2025", first_met_on=day("3 Feb 2025"))
    assert review.duty("decision").due == day("3 Mar 2025")


def test_a_first_day_that_nobody_knows_is_never_filled_in(cases: Cases) -> None:
    plan = cases.plan(None, first_made_quality="missing")
    assert (cases.year(plan).due, cases.year(plan).quality) == (None, "missing")
    cases.app.change_plan(
        plan, CorrectPlanDay(fact="first_made", to=day("1 Feb 2026"), quality="estimated", reason="Found")
    )
    assert (cases.year(plan).due, cases.year(plan).quality) == (day("31 Jan 2027"), "estimated")


# --- through the command line ---------------------------------------------------------------------------------

Run = Callable[..., Result]


def told(run: Run, *lines: str) -> dict[str, dict[str, object]]:
    """The duties of the review after some commands, by id."""
    for line in lines:
        result = run(*line.split())
        assert result.exit_code == 0, (line, result.stderr)
    shown = json.loads(run("review", "show", "R-2026-000001", "--json").stdout)
    return {duty["id"]: duty for duty in shown["duties"]}


def test_t01_through_the_command_line(run: Run) -> None:
    duties = told(
        run,
        "plan add P-1 --first-made 2024-09-12 --setting 123456",
        "review open P-1",
        "review invite R-2026-000001 --role parent --role setting --on 2025-06-03",
        "review circulate R-2026-000001 --on 2025-06-04",
        "review hold R-2026-000001 --on 2025-06-18",
        "review report R-2026-000001 --on 2025-07-02",
        "review decide R-2026-000001 --outcome amend --on 2025-07-14",
        "review notice R-2026-000001 --on 2025-07-14",
    )
    assert (duties["notice"]["due"], duties["notice"]["outer"]) == ("2025-06-03", "2025-06-04")
    assert (duties["notice"]["state"], duties["advice_circulated"]["state"]) == ("met", "contested")
    assert (duties["report"]["due"], duties["decision"]["due"]) == ("2025-07-02", "2025-07-16")
    assert (duties["representations"]["due"], duties["final_plan"]["due"]) == ("2025-07-28", "2025-09-08")
    shown = json.loads(run("plan", "show", "P-1", "--json").stdout)
    assert (shown["duties"][0]["due"], shown["duties"][0]["outer"]) == ("2026-07-13", "2026-07-14")


def test_t18_through_the_command_line(run: Run) -> None:
    duties = told(
        run,
        "plan add P-1 --first-made 2024-05-01",
        "review open P-1 --kind not_in_setting --meeting-on 2026-12-01",
        "review hold R-2026-000001 --on 2025-03-24 --skip-reason unknown",
    )
    assert (duties["notice"]["due"], duties["notice"]["outer"]) == ("2025-03-09", "2025-03-10")
    assert (duties["report"]["due"], duties["decision"]["due"]) == ("2025-04-07", "2025-04-21")
    assert duties["final_plan"]["due"] == "2025-06-16"
    assert {duty["owner"] for name, duty in duties.items() if "consultation" not in name} == {"local authority"}


def test_t21_through_the_command_line(run: Run) -> None:
    duties = told(
        run,
        "plan add P-1 --first-made 2024-04-01",
        "review open P-1",
        "review hold R-2026-000001 --on 2025-02-03 --skip-reason unknown",
        "review decide R-2026-000001 --outcome amend --on 2025-02-28",
        "review notice R-2026-000001 --on 2025-04-14",
    )
    assert duties["amendment_notice"]["due"] == "2025-03-03"
    assert duties["amendment_notice"]["state"] == "breached"
    assert (duties["final_plan"]["due"], duties["representations"]["due"]) == ("2025-04-28", "2025-04-28")


def test_t37_the_termly_list_is_sent_two_weeks_before_the_term(tmp_path: object) -> None:
    from arflow.case.duties import of_plan
    from arflow.case.facts import Fact, Facts
    from arflow.law.catalogue import Catalogue

    workflow = Catalogue().load("annual_review.2015")
    facts = Facts(days={"term_start": Fact(day=day("2 Sep 2025"))})
    duty = next(duty for duty in of_plan(workflow, facts, day("1 Aug 2025")) if duty.id == "termly_list")
    assert days(duty) == (day("19 Aug 2025"),) * 2
