"""Paragraphs of the law that no worked case holds by itself."""

from typing import Any

import pytest

from arflow.case import review_commands as c
from arflow.errors import StepNotAllowed
from tests.support.cases import EVERYBODY, Cases, Told, day

IN_NO_SETTING = tuple(role for role in EVERYBODY if role != "setting")


@pytest.mark.parametrize(
    "transfer",
    ["early_years_to_school", "infant_to_junior", "primary_to_middle", "primary_to_secondary", "middle_to_secondary"],
)
def test_every_other_phase_transfer_is_due_before_15_february(cases: Cases, transfer: str) -> None:
    plan = cases.plan("1 Feb 2025", transfer=transfer, transfer_on=day("1 Sep 2026"))
    duty = cases.plan_duty(plan, "phase_transfer")
    assert (duty.due, duty.outer) == (day("14 Feb 2026"), day("15 Feb 2026"))


@pytest.mark.parametrize(
    ("kind", "missing"),
    [("annual", role) for role in EVERYBODY] + [("not_in_setting", role) for role in IN_NO_SETTING],
)
def test_whoever_must_be_invited_and_is_not_is_missed(cases: Cases, kind: str, missing: str) -> None:
    expected = EVERYBODY if kind == "annual" else IN_NO_SETTING
    review = cases.opened("1 Aug 2024", "1 May 2025", kind=kind)
    review.invited("10 May 2025", tuple(role for role in expected if role != missing))
    assert review.duty("invitees").met_on is None

    review.invited("11 May 2025", (missing,)).held("10 Jun 2025")

    assert (review.duty("invitees").state, review.duty("invitees").met_on) == ("met", day("11 May 2025"))
    assert ("r.21(2)" in review.duty("invitees").citation) is (kind == "not_in_setting")


def test_a_young_person_may_be_invited_in_the_parents_place(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").invited("10 May 2025", ("young_person", *EVERYBODY[1:]))
    assert review.duty("invitees").met_on == day("10 May 2025")


@pytest.mark.parametrize("kind", ["annual", "early", "phase_transfer", "post16_transfer", "not_in_setting"])
def test_regulation_20_holds_unless_the_review_is_for_somebody_in_no_setting(cases: Cases, kind: str) -> None:
    transfer: Any = "post16_to_post16" if kind == "post16_transfer" else "secondary_to_post16"
    plan = cases.plan("1 Feb 2025", transfer=transfer, transfer_on=day("1 Sep 2026"))
    review = cases.review(plan, "1 Nov 2025", kind)
    regulation = "r.21" if kind == "not_in_setting" else "r.20"
    for duty_id in ("notice", "invitees", "advice_circulated", "report", "decision"):
        assert f"SEND Regs 2014 {regulation}" in review.duty(duty_id).citation


def test_no_decision_and_no_conclusion_without_a_meeting(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").invited("10 May 2025").circulated("11 May 2025")
    for command in (c.Decide(on=day("10 Jun 2025"), outcome="maintain"), c.ConcludeReview(on=day("10 Jun 2025"))):
        with pytest.raises(StepNotAllowed):
            review.do(command)
    review.held("10 Jun 2025").decided("maintain", "10 Jun 2025")
    assert review.do(c.ConcludeReview(on=day("10 Jun 2025"))).state() == "concluded"


@pytest.mark.parametrize("arranged_by", ["school", "local authority"])
def test_the_report_is_the_schools_where_it_arranges_the_meeting_and_else_the_authoritys(
    cases: Cases, arranged_by: str
) -> None:
    plan = cases.plan("1 Aug 2024", setting="123456")
    review = cases.review(plan, "1 May 2025", arranged_by=arranged_by).held("10 Jun 2025")
    assert (review.duty("report").owner, review.duty("report").due) == (arranged_by, day("24 Jun 2025"))


def out_of_school(cases: Cases) -> Told:
    return cases.opened("1 Aug 2024", "1 May 2025", kind="not_in_setting").invited("10 May 2025", IN_NO_SETTING)


@pytest.mark.parametrize(
    ("circulated", "papers", "reported", "report"),
    [
        ("26 May 2025", "met", "24 Jun 2025", "met"),
        ("27 May 2025", "contested", "24 Jun 2025", "met"),
        ("28 May 2025", "breached", "25 Jun 2025", "breached"),
    ],
)
def test_out_of_school_papers_and_report_have_the_same_days(
    cases: Cases, circulated: str, papers: str, reported: str, report: str
) -> None:
    review = out_of_school(cases).circulated(circulated).held("10 Jun 2025").reported(reported)
    assert (review.duty("advice_circulated").state, review.duty("report").state) == (papers, report)
    assert {review.duty(name).owner for name in ("advice_circulated", "report")} == {"local authority"}
