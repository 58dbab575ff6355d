"""Two computations, one answer, for amendments without a review and for second thoughts in one, around each limit."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from arflow.application.arflow import Arflow
from arflow.case import amendment_commands as a
from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from arflow.errors import DateRefused
from tests.history.test_last_days_in_both_counts import around
from tests.history.test_replay import differences, replay
from tests.support.cases import Cases, Told, day

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
    """A correction that would put the days out of order is refused, and what was recorded before it stands."""
    again = p.SendPlanNotice(on=day("22 Sep 2026"), again=True)
    ended = p.RecordAmendment(on=day("30 Oct 2026"), because="without_review")
    for to in (None, day("2 Sep 2026"), day("29 Sep 2026")):
        for fact in ("plan_notice_sent", "plan_notice_sent_again"):
            right = p.CorrectPlanDay(fact=fact, to=to, reason="Misread")
            with suppress(DateRefused):
                proposed(cases, again, right, served="3 Sep 2026")
            with suppress(DateRefused):
                proposed(cases, again, ended, right, p.CorrectPlanDay(fact="plan_amended", to=to, reason="Misread"))
    not_amended = p.DecideNotToAmendPlan(on=day("1 Oct 2026"))
    proposed(cases, not_amended, p.CorrectPlanDay(fact="plan_not_amended", to=None, reason="Another plan"), ended)


def without_review_served_otherwise(cases: Cases) -> None:
    for on, served in (("27 Aug 2026", "1 Sep 2026"), ("8 Sep 2026", None), ("1 Sep 2026", "4 Sep 2026")):
        served_on = day(served) if served else None
        right = p.CorrectPlanDay(fact="plan_notice_sent", to=day(on), served_on=served_on, reason="Misread")
        proposed(cases, right, served="3 Sep 2026")
        again = p.SendPlanNotice(on=day("22 Sep 2026"), again=True, served_on=day("24 Sep 2026"))
        for to, then in (("21 Sep 2026", "28 Sep 2026"), ("25 Sep 2026", None)):
            twice = p.CorrectPlanDay(
                fact="plan_notice_sent_again", to=day(to), served_on=day(then) if then else None, reason="Misread"
            )
            proposed(cases, again, right, twice, served="3 Sep 2026")


def held(cases: Cases) -> Told:
    return cases.opened("12 Sep 2025", "1 May 2026").held("18 Jun 2026")


def amending(cases: Cases) -> Told:
    return held(cases).decided("amend", "6 Jul 2026").noticed("6 Jul 2026", served="8 Jul 2026")


def noticed_again(cases: Cases) -> None:
    given_up = c.ReceiveRepresentations(on=day("10 Jul 2026"), no_more=True)
    again = a.SendNoticeAgain(on=day("20 Jul 2026"), served_on=day("22 Jul 2026"))
    for on in (*around("5 Aug 2026"), *around("31 Aug 2026"), *around("14 Sep 2026")):
        amending(cases).do(given_up).do(again).issued(on.strftime("%d %b %Y"))
        amending(cases).do(again).do(c.DecideNotToAmend(on=on))
    amending(cases).do(again).do(c.ReceiveRepresentations(on=day("24 Jul 2026"), no_more=True))
    moved = amending(cases).do(again)
    moved.served(moved.app.review(moved.id).acts[-1].event.originator_version, "24 Jul 2026", recorded="24 Jul 2026")
    moved.do(c.CorrectStep(corrected_step="notice_again", on=day("27 Jul 2026"), reason="Misread"))
    amending(cases).do(given_up).do(again).do(c.VoidStep(voided_step="notice_again", reason="Another family"))


def noticed_and_served_otherwise(cases: Cases) -> None:
    """Corrections of what was sent bring a day of service, before and after one that was found out for itself."""
    for on, served in (("6 Jul 2026", "9 Jul 2026"), ("7 Jul 2026", None), ("9 Jul 2026", "13 Jul 2026")):
        right = c.CorrectStep(
            corrected_step="notice", on=day(on), served_on=day(served) if served else None, reason="Misread"
        )
        amending(cases).do(right)
        told = amending(cases)
        number = told.app.review(told.id).acts[-1].event.originator_version
        told.do(right).served(number, "16 Jul 2026", recorded="16 Jul 2026")
        if right.served_on:
            told.do(right)
        table = amending(cases).served(number, "10 Jul 2026", recorded="10 Jul 2026", because="table_changed").do(right)
        table.served(number, "20 Jul 2026", recorded="20 Jul 2026", because="table_changed")
        invited = cases.opened("12 Sep 2025", "1 May 2026").invited("20 May 2026", served="22 May 2026")
        to = day("27 May 2026") if served else day("21 May 2026")
        late = day("29 May 2026") if served else None
        invited.do(c.CorrectStep(corrected_step="invite", on=to, served_on=late, reason="Misread"))


def noticed_and_withdrawn(cases: Cases) -> None:
    back = a.WithdrawNotice(on=day("10 Jul 2026"), reason="Another draft")
    again = a.SendNoticeAgain(on=day("20 Jul 2026"))
    amending(cases).do(back)
    amending(cases).do(back).do(c.VoidStep(voided_step="withdraw_notice", reason="Another family"))
    amending(cases).do(again).do(a.WithdrawNotice(on=day("21 Jul 2026"), reason="That too"))
    for on in around("3 Aug 2026"):
        amending(cases).do(back).do(again).issued(on.strftime("%d %b %Y"))
        amending(cases).do(back).do(c.DecideNotToAmend(on=on))


def more_time(cases: Cases) -> None:
    agreed = a.AgreeMoreTime(on=day("13 Jul 2026"), agreed_until=day("31 Jul 2026"))
    for on in around("31 Jul 2026"):
        amending(cases).do(agreed).issued(on.strftime("%d %b %Y"))
    amending(cases).do(agreed).do(a.AgreeMoreTime(on=day("14 Jul 2026"), agreed_until=day("7 Aug 2026")))
    amending(cases).do(agreed).do(a.SendNoticeAgain(on=day("20 Jul 2026")))
    amending(cases).do(agreed).do(c.ReceiveRepresentations(on=day("15 Jul 2026"), no_more=True))
    amending(cases).do(agreed).do(c.VoidStep(voided_step="agree_time", reason="Another family"))


def decided_otherwise(cases: Cases) -> None:
    for first in ("maintain", "amend", "cease"):
        held(cases).decided("cease", "1 Jul 2026", not_yet_notified=True).decided(first, "3 Jul 2026")
        for second in {"maintain", "amend", "cease"} - {first}:
            change = a.ChangeDecision(outcome=second, on=day("8 Jul 2026"), reason="New advice")  # type: ignore[arg-type]
            told = held(cases).decided(first, "1 Jul 2026").do(change)
            held(cases).decided(first, "1 Jul 2026").do(change).do(
                c.VoidStep(voided_step="change_decision", reason="Misread")
            )
            if second == "amend":
                told.noticed("16 Jul 2026").issued("20 Aug 2026")
                told.do(a.ReissueFinalPlan(on=day("27 Aug 2026"), reason="Wrong school"))
            if second == "cease":
                told.do(c.CertifyMediation(on=day("20 Aug 2026")))
    moving = cases.plan("12 Sep 2025", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    named = cases.review(moving, "1 May 2026").held("18 Jun 2026")
    named.decided("amend", "1 Jul 2026", names_for_transfer="unchanged")
    named.do(a.ChangeDecision(outcome="maintain", on=day("8 Jul 2026"), reason="New advice"))
    for on in around("8 Sep 2026"):
        told = held(cases).decided("maintain", "1 Jul 2026")
        told.do(a.ChangeDecision(outcome="cease", on=day("8 Jul 2026"), reason="New advice"))
        told.do(c.CeasePlan(on=on, skip_reason="too soon"))


def paused(cases: Cases) -> None:
    told = amending(cases).do(a.PauseReview(on=day("13 Jul 2026"), reason="The family asked"))
    told.do(a.ResumeReview(on=day("27 Jul 2026")))
    held(cases).do(a.RecordLightRoute(on=day("19 Jun 2026"), reason="Every outcome on track")).decided(
        "maintain", "1 Jul 2026"
    )


OF_THE_PLAN = (
    "31 Aug 2026", "1 Sep 2026", "15 Sep 2026", "16 Sep 2026", "22 Sep 2026", "8 Oct 2026", "28 Oct 2026", "30 Oct 2026", "17 Nov 2026",
    "18 Nov 2026",
)  # fmt: skip
OF_A_REVIEW = (
    "9 Jul 2026", "10 Jul 2026", "13 Jul 2026", "20 Jul 2026", "22 Jul 2026", "31 Jul 2026", "4 Aug 2026", "6 Aug 2026", "1 Sep 2026",
    "15 Sep 2026",
)  # fmt: skip


@pytest.mark.parametrize(
    ("history", "days"),
    [
        *(
            (story, OF_THE_PLAN)
            for story in (
                without_review,
                without_review_again,
                without_review_put_right,
                without_review_served_otherwise,
            )
        ),
        *(
            (story, OF_A_REVIEW)
            for story in (
                noticed_again,
                noticed_and_served_otherwise,
                noticed_and_withdrawn,
                more_time,
                decided_otherwise,
                paused,
            )
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_both_counts_agree_on_every_day_of_it(
    app: Arflow, history: Callable[[Cases], None], days: tuple[str, ...]
) -> None:
    history(Cases(app))
    with replay(app) as opened:
        for on in map(day, days):
            assert differences(app, opened.at(on)) == [], on
