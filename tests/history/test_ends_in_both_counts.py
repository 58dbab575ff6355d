"""Two computations, one answer, where a plan or its law ends in the middle of a review, and for what follows it."""

from collections.abc import Callable
from datetime import date

import pytest

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from tests.history.test_last_days_in_both_counts import around
from tests.history.test_replay import differences, replay
from tests.support.cases import Cases, Told, day

pytestmark = pytest.mark.thorough


def held(cases: Cases) -> Told:
    return cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")


def gone(cases: Cases) -> None:
    for on in around("24 Jun 2025"):
        told = held(cases)
        told.app.change_plan(told.plan, p.TransferOut(on=on, to_la="878"))


def gone_and_taken_back(cases: Cases) -> None:
    told = held(cases)
    told.app.change_plan(told.plan, p.TransferOut(on=day("24 Jun 2025")))
    told.app.change_plan(told.plan, p.CorrectPlanDay(fact="transferred_out", to=day("1 Jul 2025"), reason="Misread"))
    other = held(cases)
    other.app.change_plan(other.plan, p.TransferOut(on=day("24 Jun 2025")))
    other.app.change_plan(other.plan, p.CorrectPlanDay(fact="transferred_out", to=None, reason="Another plan"))
    unknown = held(cases)
    unknown.app.change_plan(unknown.plan, p.TransferOut(on=day("24 Jun 2025")))
    never = p.CorrectPlanDay(fact="transferred_out", to=None, quality="missing", reason="Nobody knows")
    unknown.app.change_plan(unknown.plan, never)


def ended(cases: Cases) -> None:
    for on in around("8 Jul 2025"):
        told = held(cases).reported("30 Jun 2025")
        told.app.change_plan(told.plan, p.EndPlan(on=on))


def detained_twice(cases: Cases) -> None:
    for on in around("24 Jun 2025"):
        told = held(cases)
        told.app.change_plan(told.plan, p.StartDetention(on=on, under="recall"), p.Release(on=day("1 Jul 2025")))
        told.app.change_plan(told.plan, p.StartDetention(on=day("5 Jul 2025")), p.RecordMonitoringMeeting())
        if on != day("24 Jun 2025"):
            told.app.change_plan(told.plan, p.Release(on=day("1 Aug 2025")))
            cases.review(told.plan, "2 Aug 2025", kind="release_from_custody").held("20 Aug 2025")


def revived(cases: Cases) -> None:
    told = held(cases).decided("cease", "20 Jun 2025").do(c.CeasePlan(on=day("2 Sep 2025")))
    told.do(c.LodgeAppeal(on=day("8 Sep 2025"))).do(c.AdmitAppeal(on=day("1 Oct 2025")))
    beside = held(cases).decided("cease", "20 Jun 2025")
    cases.review(beside.plan, "1 Jul 2025", kind="under_five")
    beside.do(c.CeasePlan(on=day("2 Sep 2025"))).do(c.LodgeAppeal(on=day("8 Sep 2025")))
    beside.do(c.AdmitAppeal(on=day("1 Oct 2025")))
    again = held(cases).decided("cease", "20 Jun 2025").do(c.CeasePlan(on=day("2 Sep 2025")))
    again.do(c.LodgeAppeal(on=day("8 Sep 2025"))).do(c.AdmitAppeal(on=day("1 Oct 2025")))
    again.do(c.VoidStep(voided_step="admit_appeal", reason="Misread"))
    third = held(cases).decided("cease", "20 Jun 2025").do(c.CeasePlan(on=day("1 Jul 2025"), skip_reason="Abroad"))
    third.do(c.LodgeAppeal(on=day("8 Jul 2025"))).do(c.DetermineAppeal(ended="dismissed", on=day("1 Oct 2025")))
    third.do(c.CeasePlan(on=day("2 Oct 2025")))


def interim_after_interim(cases: Cases) -> None:
    for on in around("9 Nov 2025"):
        plan = cases.plan("15 Jan 2025")
        cases.review(plan, "1 May 2025", kind="under_five").held("10 May 2025")
        cases.review(plan, "1 Jun 2025", kind="under_five").do(c.HoldMeeting(on=on))
    plan = cases.plan("15 Jan 2025")
    cases.review(plan, "1 May 2025", kind="under_five").held("10 Aug 2025")
    cases.review(plan, "11 Aug 2025").held("1 Sep 2025").decided("maintain", "5 Sep 2025")
    unknown = cases.plan(None, first_made_quality="missing")
    cases.review(unknown, "1 May 2025", kind="under_five").held("10 May 2025")
    second = cases.review(unknown, "1 Jun 2025", kind="under_five").held("10 Jul 2025")
    second.do(c.VoidStep(voided_step="hold", reason="Another child"))


def before_the_code(cases: Cases) -> None:
    for made in around("30 Sep 2014"):
        cases.opened(f"{made:%d %b %Y}", "1 Dec 2014", kind="under_five").held("2 Feb 2015")


DAYS = (
    "31 Dec 2014", "2 Apr 2015", "24 Jun 2025", "25 Jun 2025", "6 Jul 2025", "9 Jul 2025", "5 Sep 2025", "24 Nov 2026",
)  # fmt: skip


@pytest.mark.parametrize(
    "history",
    [gone, gone_and_taken_back, ended, detained_twice, revived, interim_after_interim, before_the_code],
    ids=lambda history: history.__name__,
)
def test_both_counts_agree_on_every_day_of_it(app: Arflow, history: Callable[[Cases], None]) -> None:
    history(Cases(app))
    with replay(app) as opened:
        for on in map(day, DAYS):
            view = opened.at(on)
            if view.rows("select count(*) from plans") != [(0,)]:
                assert differences(app, view) == [], on


def test_a_plan_that_an_appeal_revived_was_not_maintained_between(app: Arflow) -> None:
    revived(Cases(app))
    with replay(app) as opened:
        ended = [
            opened.at(on).rows("select plan_ended from plan_facts order by plan")[0][0]
            for on in (date(2025, 9, 1), date(2025, 9, 2), date(2025, 9, 30), date(2025, 10, 1))
        ]
    assert ended == [False, True, True, False]
