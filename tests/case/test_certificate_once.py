"""A mediation certificate is recorded once: where a mediation on the plan gave it, the review reads it there."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.proceeding_commands import RequestMediation, TakeProceedingStep, WithdrawProceeding
from arflow.errors import NotPossible, SkipReasonNeeded
from tests.history.test_last_days_in_both_counts import agreed, around
from tests.support.cases import Cases, Told, day

Run = Callable[..., Result]


@pytest.fixture
def told(cases: Cases) -> Told:
    """A review that told the family on 3 March 2026 that the plan ceases: the time to appeal ends on Mon 4 May (3 May, a Sunday)."""
    told = cases.opened("1 Mar 2025", "1 Jan 2026", setting="111111")
    return told.invited("2 Jan 2026").held("10 Feb 2026").decided("cease", "3 Mar 2026")


def mediated(told: Told, asked: str, given: str) -> None:
    told.app.change_plan(told.plan, RequestMediation(on=day(asked)))
    told.app.change_plan(told.plan, TakeProceedingStep(did="certificate_given", on=day(given)))


def taken_back(told: Told) -> None:
    [mediation] = told.app.plan(told.plan).proceedings
    told.app.change_plan(told.plan, WithdrawProceeding(proceeding=mediation.number, reason="another family"))


def ends(told: Told) -> object:
    return told.app.review(told.id).appeal_ends()


def test_a_certificate_on_the_plan_lengthens_the_time_to_appeal_against_the_review(told: Told) -> None:
    assert ends(told) == day("5 May 2026")  # 3 May is a Sunday, and Monday 4 May a bank holiday
    mediated(told, "20 Mar 2026", "20 Apr 2026")
    assert ends(told) == day("20 May 2026")
    assert told.duty("appeal_period").due == day("20 May 2026")
    with pytest.raises(SkipReasonNeeded):
        told.do(c.CeasePlan(on=day("20 May 2026")))
    told.do(c.CeasePlan(on=day("21 May 2026")))


def test_an_appeal_within_its_month_is_in_time(told: Told) -> None:
    mediated(told, "20 Mar 2026", "20 Apr 2026")
    told.do(c.LodgeAppeal(on=day("20 May 2026")))
    assert not told.app.review(told.id).appeal_is_late()


@pytest.mark.parametrize(
    ("asked", "given", "last"),
    [
        ("2 Mar 2026", "3 Mar 2026", "5 May 2026"),  # given on the day of the notice: its month is over sooner
        ("2 Mar 2026", "2 Mar 2026", "5 May 2026"),  # given before the notice: not for this decision
        ("3 May 2026", "30 May 2026", "30 Jun 2026"),  # asked for on the last day of the two months
        ("4 May 2026", "30 May 2026", "5 May 2026"),  # asked for after them: for something else
    ],
)
def test_only_a_mediation_asked_for_within_two_months_of_the_notice_counts(
    told: Told, asked: str, given: str, last: str
) -> None:
    mediated(told, asked, given)
    assert ends(told) == day(last)


def test_a_mediation_that_was_taken_back_lengthens_nothing(told: Told) -> None:
    mediated(told, "20 Mar 2026", "20 Apr 2026")
    taken_back(told)
    assert ends(told) == day("5 May 2026")


def test_it_is_not_recorded_twice(told: Told) -> None:
    told.app.change_plan(told.plan, RequestMediation(on=day("20 Mar 2026")))
    with pytest.raises(NotPossible, match=r"record it once, with `arflow plan did P-0001 certificate-given`"):
        told.do(c.CertifyMediation(on=day("20 Apr 2026")))
    told.app.change_plan(told.plan, TakeProceedingStep(did="certificate_given", on=day("20 Apr 2026")))
    with pytest.raises(NotPossible, match="the review reads the certificate of 2026-04-20"):
        told.do(c.CertifyMediation(on=day("20 Apr 2026")))


def test_without_a_mediation_on_the_plan_it_is_recorded_on_the_review(told: Told) -> None:
    told.do(c.CertifyMediation(on=day("20 Apr 2026")))
    assert ends(told) == day("20 May 2026")


def test_both_counts_read_it(app: Arflow, told: Told) -> None:
    query = f"select due from duties where duty = 'appeal_period' and review = '{told.id}'"
    mediated(told, "20 Mar 2026", "20 Apr 2026")
    assert agreed(app, query, *around("20 Apr 2026")) == [day("5 May 2026"), day("20 May 2026"), day("20 May 2026")]
    state = f"select state from duties where duty = 'appeal_period' and review = '{told.id}'"
    assert agreed(app, state, *around("20 May 2026"))[2] != agreed(app, state, day("20 May 2026"))[0]
    taken_back(told)
    assert agreed(app, query, app.today) == [day("5 May 2026")]


def test_review_show_and_why_tell_where_it_comes_from(run: Run, told: Told) -> None:
    mediated(told, "20 Mar 2026", "20 Apr 2026")
    assert json.loads(run("--json", "review", "show", told.id).stdout)["appeal_ends"] == "2026-05-20"
    proof = run("why", told.id, "appeal_period").stdout
    assert "ProceedingStepTaken" in proof
