"""By when an appeal is made: two months from the notice of the decision challenged (HESC Rules 2008 r.20(1)(c))."""

from datetime import date
from typing import Any

import pytest

from arflow.case import review_commands as c
from arflow.errors import SkipReasonNeeded, StepNotAllowed
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day


def held(cases: Cases) -> Told:
    return cases.opened("1 Sep 2025", "1 Jan 2026").held("10 Feb 2026")


def ends(told: Told) -> date | None:
    return told.app.review(told.id).appeal_ends()


def test_after_not_amending_it_counts_from_that_notice_and_not_from_the_first(cases: Cases) -> None:
    told = held(cases).decided("amend", "27 Feb 2026").noticed("27 Feb 2026")
    told.do(c.DecideNotToAmend(on=day("25 Apr 2026")))
    assert ends(told) == day("25 Jun 2026")


def test_after_a_final_plan_it_counts_from_that(cases: Cases) -> None:
    told = held(cases).decided("amend", "27 Feb 2026").noticed("27 Feb 2026").issued("17 Apr 2026")
    assert ends(told) == day("17 Jun 2026")


def test_a_decision_to_amend_alone_opens_no_appeal(cases: Cases) -> None:
    told = held(cases).decided("amend", "27 Feb 2026")
    assert ends(told) is None
    assert ends(told.noticed("27 Feb 2026")) is None
    with pytest.raises(StepNotAllowed):
        told.do(c.LodgeAppeal(on=day("1 Mar 2026")))


@pytest.mark.parametrize(("outcome", "last"), [("maintain", "27 Apr 2026"), ("cease", "27 Apr 2026")])
def test_after_maintaining_or_ceasing_it_counts_from_the_notice_of_that(cases: Cases, outcome: str, last: str) -> None:
    told = held(cases).decided(outcome, "20 Feb 2026", notified_on=day("27 Feb 2026"))
    assert ends(told) == day(last)


def test_a_mediation_certificate_gives_a_month_where_that_is_later(cases: Cases) -> None:
    told = held(cases).decided("maintain", "27 Feb 2026").do(c.CertifyMediation(on=day("20 Apr 2026")))
    assert ends(told) == day("20 May 2026")


@pytest.mark.parametrize(("on", "late"), [("26 Apr 2026", False), ("27 Apr 2026", False), ("28 Apr 2026", True)])
def test_an_appeal_out_of_time_is_recorded_and_shown_as_such(cases: Cases, on: str, late: bool) -> None:
    told = held(cases).decided("maintain", "27 Feb 2026").do(c.LodgeAppeal(on=day(on)))
    review = told.app.review(told.id)
    assert review.appeal_is_late() is late
    assert ("admit-appeal" in told.app.possible(review)) is late


def ceasing(cases: Cases) -> Told:
    """A decision to cease notified on 27 February: the time to appeal ends on 27 April 2026."""
    return held(cases).decided("cease", "27 Feb 2026")


def test_an_appeal_out_of_time_keeps_the_plan_only_once_it_is_admitted(cases: Cases) -> None:
    told = ceasing(cases).do(c.LodgeAppeal(on=day("5 May 2026")))
    on_day(told.app, day("6 May 2026"))
    assert "cease" in told.app.possible(told.app.review(told.id))
    told.do(c.AdmitAppeal(on=day("6 May 2026")))
    assert "cease" not in told.app.possible(told.app.review(told.id))


@pytest.mark.parametrize(
    ("ended", "on", "state"),
    [
        ("dismissed", "1 Apr 2026", "met"),  # s.45(4)(b): determined within the two months
        ("withdrawn", "28 Apr 2026", "met"),
        ("not_admitted", "28 Apr 2026", "met"),
        ("withdrawn", "27 Apr 2026", None),
        ("withdrawn", "1 Apr 2026", None),
    ],
)
def test_ceasing_waits_for_the_appeal_or_for_the_time_in_which_another_may_be_made(
    cases: Cases, ended: Any, on: str, state: str | None
) -> None:
    told = ceasing(cases).do(c.LodgeAppeal(on=day("2 Mar 2026")))
    told.do(c.DetermineAppeal(ended=ended, on=day("1 Apr 2026")))
    if state is None:
        with pytest.raises(SkipReasonNeeded):
            told.do(c.CeasePlan(on=day(on)))
        told.do(c.CeasePlan(on=day(on), skip_reason="They moved abroad"))
    else:
        told.do(c.CeasePlan(on=day(on)))
    assert told.duty("appeal_period").state == (state or "breached")


def test_a_review_keeps_the_plan_while_its_appeal_waits(cases: Cases) -> None:
    told = ceasing(cases).do(c.LodgeAppeal(on=day("2 Mar 2026")))
    waits = told.duty("appeal_period", "1 Jul 2026")
    assert (waits.due, waits.state) == (None, "running")
    told.do(c.CeasePlan(on=day("1 Jul 2026"), skip_reason="They moved abroad"))
    assert (told.duty("appeal_period").due, told.duty("appeal_period").state) == (day("1 Jul 2026"), "breached")


def test_an_appeal_admitted_after_ceasing_revives_the_plan(cases: Cases) -> None:
    told = ceasing(cases).do(c.CeasePlan(on=day("28 Apr 2026"))).do(c.LodgeAppeal(on=day("5 May 2026")))
    assert (told.state(), told.app.plan(told.plan).is_maintained) == ("ceased", False)
    told.do(c.AdmitAppeal(on=day("20 May 2026")))
    assert (told.state(), told.app.plan(told.plan).is_maintained) == ("decided", True)
    told.do(c.DetermineAppeal(ended="dismissed", on=day("1 Sep 2026"))).do(c.CeasePlan(on=day("2 Sep 2026")))
    ceased = told.app.plan(told.plan).ceased
    assert ceased is not None
    assert ceased.day == day("2 Sep 2026")


def test_an_appeal_that_is_allowed_after_ceasing_leaves_the_plan_maintained(cases: Cases) -> None:
    told = ceasing(cases).do(c.CeasePlan(on=day("28 Apr 2026"))).do(c.LodgeAppeal(on=day("5 May 2026")))
    told.do(c.AdmitAppeal(on=day("20 May 2026"))).do(c.DetermineAppeal(ended="allowed", on=day("1 Sep 2026")))
    assert (told.state(), told.app.plan(told.plan).is_maintained) == ("maintained", True)


def test_an_appeal_in_time_revives_a_plan_that_ceased_too_soon(cases: Cases) -> None:
    told = ceasing(cases).do(c.CeasePlan(on=day("1 Apr 2026"), skip_reason="They moved abroad"))
    told.do(c.LodgeAppeal(on=day("27 Apr 2026")))
    assert (told.state(), told.app.plan(told.plan).is_maintained) == ("decided", True)


def test_an_appeal_not_admitted_leaves_the_plan_ceased(cases: Cases) -> None:
    told = ceasing(cases).do(c.CeasePlan(on=day("28 Apr 2026"))).do(c.LodgeAppeal(on=day("5 May 2026")))
    told.do(c.DetermineAppeal(ended="not_admitted", on=day("20 May 2026"))).do(c.ConcludeReview())
    assert (told.state(), told.app.plan(told.plan).is_maintained) == ("concluded", False)


def test_taking_an_appeal_back_gives_the_day_of_ceasing_back(cases: Cases) -> None:
    told = ceasing(cases).do(c.CeasePlan(on=day("28 Apr 2026"))).do(c.LodgeAppeal(on=day("5 May 2026")))
    told.do(c.AdmitAppeal(on=day("20 May 2026"))).do(c.VoidStep(voided_step="admit_appeal", reason="Misread"))
    ceased = told.app.plan(told.plan).ceased
    assert ceased is not None
    assert (told.state(), ceased.day) == ("ceased", day("28 Apr 2026"))
