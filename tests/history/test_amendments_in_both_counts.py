"""Two computations, one answer, for amendments without a review, on the days around each of their limits."""

from collections.abc import Callable

import pytest

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from tests.history.test_last_days_in_both_counts import around
from tests.history.test_replay import differences, replay
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough


def proposed(cases: Cases, *then: p.AnyPlanCommand, on: str = "1 Sep 2026", served: str | None = None) -> str:
    plan = cases.plan("12 Sep 2025")
    notice = p.SendPlanNotice(on=day(on), served_on=day(served) if served else None)
    cases.app.change_plan(plan, notice, *then)
    return plan


def without_review(cases: Cases) -> None:
    for on in (*around("15 Sep 2026"), *around("27 Oct 2026")):
        proposed(cases, p.RecordAmendment(on=on, because="without_review"))
        proposed(cases, p.DecideNotToAmendPlan(on=on))
        proposed(cases, p.StartDetention(on=on))
        proposed(cases, p.TransferOut(on=on))
    proposed(cases, served="3 Sep 2026")
    proposed(cases, p.RecordAmendment(on=day("1 Oct 2026"), because="tribunal_order"))
    told = p.RecordAmendment(on=day("10 Nov 2026"), because="without_review", notice_on=day("1 Sep 2026"))
    cases.app.change_plan(cases.plan("12 Sep 2025"), told)


def without_review_again(cases: Cases) -> None:
    given_up = p.ReceivePlanRepresentations(on=day("8 Sep 2026"), no_more=True)
    again = p.SendPlanNotice(on=day("22 Sep 2026"), again=True, served_on=day("24 Sep 2026"))
    for on in around("17 Nov 2026"):
        proposed(cases, given_up, again, p.RecordAmendment(on=on, because="without_review"))
    for on in around("8 Oct 2026"):
        proposed(cases, again, p.DecideNotToAmendPlan(on=on))
    proposed(cases, again, p.ReceivePlanRepresentations(on=day("25 Sep 2026"), no_more=True))
    ended = p.RecordAmendment(on=day("1 Oct 2026"), because="without_review")
    proposed(cases, given_up, again, ended, p.SendPlanNotice(on=day("5 Oct 2026")))
    proposed(cases, p.SendPlanNotice(on=day("8 Sep 2026"), again=True), ended, p.SendPlanNotice(on=day("5 Oct 2026")))


def without_review_put_right(cases: Cases) -> None:
    again = p.SendPlanNotice(on=day("22 Sep 2026"), again=True)
    ended = p.RecordAmendment(on=day("30 Oct 2026"), because="without_review")
    for to in (None, day("2 Sep 2026"), day("29 Sep 2026")):
        for fact in ("plan_notice_sent", "plan_notice_sent_again"):
            right = p.CorrectPlanDay(fact=fact, to=to, reason="Misread")
            proposed(cases, again, right, served="3 Sep 2026")
            proposed(cases, again, ended, right, p.CorrectPlanDay(fact="plan_amended", to=to, reason="Misread"))
    not_amended = p.DecideNotToAmendPlan(on=day("1 Oct 2026"))
    proposed(cases, not_amended, p.CorrectPlanDay(fact="plan_not_amended", to=None, reason="Another plan"), ended)


DAYS = (
    "31 Aug 2026", "1 Sep 2026", "2 Sep 2026", "3 Sep 2026", "15 Sep 2026", "16 Sep 2026", "22 Sep 2026", "29 Sep 2026",
    "8 Oct 2026", "9 Oct 2026", "27 Oct 2026", "28 Oct 2026", "30 Oct 2026", "17 Nov 2026", "18 Nov 2026",
)  # fmt: skip


@pytest.mark.parametrize(
    "history",
    [without_review, without_review_again, without_review_put_right],
    ids=lambda history: history.__name__,
)
def test_both_counts_agree_on_every_day_of_it(app: Arflow, history: Callable[[Cases], None]) -> None:
    history(Cases(app))
    with replay(app) as opened:
        for on in map(day, DAYS):
            assert differences(app, opened.at(on)) == [], on
