"""Transfers between phases (SEND Regs 2014 r.18): what deals with one, what does not, and which review owes it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from arflow.case import review_commands as c
from arflow.case.plan_commands import CorrectPlanDay, ExpectTransfer, NameForTransfer
from arflow.errors import InvalidValue, NotPossible
from arflow.lists.questions import Asking
from tests.conftest import TODAY
from tests.history.test_replay import differences, replay
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day

SECONDARY: dict[str, Any] = {"transfer": "primary_to_secondary", "transfer_on": date(2026, 9, 1)}
COLLEGE: dict[str, Any] = {"transfer": "post16_to_post16", "transfer_on": date(2026, 9, 1)}
STILL_TO_DO = (day("14 Feb 2026"), day("15 Feb 2026"))


@pytest.fixture(autouse=True, params=["python", pytest.param("sql", marks=pytest.mark.thorough)])
def both_counts_agree(request: pytest.FixtureRequest, cases: Cases) -> Iterator[None]:
    """Every history told here is counted in Python, and thoroughly in SQL too, on two days."""
    yield
    if request.param == "sql":
        with replay(cases.app) as opened:
            assert differences(cases.app, opened.at(day("11 Jan 2026"))) == []
            assert differences(cases.app, opened.at(TODAY)) == []


def moving(cases: Cases, **transfer: Any) -> str:
    return cases.plan("1 Aug 2024", **(transfer or SECONDARY))


def maintained(cases: Cases, plan: str, met: str, told: str, kind: str = "annual", **more: Any) -> Told:
    return cases.review(plan, "1 Aug 2025", kind).held(met).decided("maintain", told, **more)


def owed(cases: Cases, today: str) -> list[tuple[str, str, date | None]]:
    """Who owes a transfer by which day, as the lists of what is due have it."""
    asking = Asking(cases.app)
    asking.catch_up()
    items = asking.duties(day(today), within=400)
    return [(item.plan, item.review or "", item.due) for item in items if item.duty == "phase_transfer"]


def days(duty: Any) -> tuple[date | None, date | None]:
    return duty.due, duty.outer


# --- a review that met over twelve months before (row by row: plan, review, due) ----------------------------


def test_a_review_that_met_over_twelve_months_before_leaves_the_transfer_to_do_everywhere(cases: Cases) -> None:
    """Transfer 1 September 2026; meeting 28 August 2025, told 20 September: r.18 is still to do by 14 or 15 February."""
    plan = moving(cases)
    review = maintained(cases, plan, "28 Aug 2025", "20 Sep 2025")
    on_day(cases.app, day("1 Oct 2025"))
    for duty in (cases.plan_duty(plan, "phase_transfer"), review.duty("phase_transfer")):
        assert (duty.state, *days(duty)) == ("running", *STILL_TO_DO)
    assert owed(cases, "1 Oct 2025") == [(plan, review.id, STILL_TO_DO[0])]
    review.do(c.ConcludeReview(on=day("21 Sep 2025")))
    assert owed(cases, "1 Oct 2025") == [(plan, "", STILL_TO_DO[0])]
    assert cases.plan_duty(plan, "phase_transfer").state == "running"


@pytest.mark.parametrize(("met", "may"), [("31 Aug 2025", False), ("1 Sep 2025", True), ("2 Sep 2025", True)])
def test_no_review_deals_with_a_transfer_over_twelve_months_ahead(cases: Cases, met: str, may: bool) -> None:
    plan = moving(cases)
    review = cases.review(plan, "1 Aug 2025").held(met)
    decide = c.Decide(on=day("20 Sep 2025"), outcome="maintain", names_for_transfer="unchanged")
    if may:
        assert review.do(decide).duty("phase_transfer").state == "met"
        assert cases.plan_duty(plan, "phase_transfer").state == "not_applicable"
    else:
        with pytest.raises(NotPossible, match="over 12 months before the transfer"):
            review.do(decide)
        assert review.state() == "meeting_held"


def test_a_meeting_corrected_to_over_twelve_months_before_no_longer_deals_with_the_transfer(cases: Cases) -> None:
    plan = moving(cases)
    review = maintained(cases, plan, "5 Sep 2025", "20 Sep 2025", names_for_transfer="123456")
    review.do(c.CorrectStep(corrected_step="hold", on=day("28 Aug 2025"), reason="misread"))
    assert cases.plan_duty(plan, "phase_transfer").state != "not_applicable"
    assert review.duty("phase_transfer").met_on is None


# --- what deals with a transfer ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["annual", "early", "phase_transfer"])
def test_no_review_has_dealt_with_a_transfer_until_it_is_recorded_what_the_plan_names(cases: Cases, kind: str) -> None:
    plan = moving(cases)
    review = maintained(cases, plan, "2 Sep 2025", "10 Sep 2025", kind)
    on_day(cases.app, day("15 Sep 2025"))
    for duty in (cases.plan_duty(plan, "phase_transfer"), review.duty("phase_transfer")):
        assert (duty.met_on, duty.state, *days(duty)) == (None, "running", *STILL_TO_DO)
    cases.app.change_plan(plan, NameForTransfer(names_for_transfer="123456", review=review.id))
    assert (review.duty("phase_transfer").state, review.duty("phase_transfer").met_on) == ("met", day("10 Sep 2025"))
    assert cases.plan_duty(plan, "phase_transfer").state == "not_applicable"


@pytest.mark.parametrize(
    ("final", "state"), [("14 Feb 2026", "met"), ("15 Feb 2026", "contested"), ("16 Feb 2026", "breached")]
)
def test_a_final_plan_that_names_the_school_is_in_time_by_14_february(cases: Cases, final: str, state: str) -> None:
    plan = moving(cases)
    review = cases.review(plan, "1 Oct 2025", "phase_transfer").held("1 Dec 2025")
    review.decided("amend", "20 Dec 2025").noticed("20 Dec 2025").issued(final, names_for_transfer="123456")
    assert (review.duty("phase_transfer").state, review.duty("phase_transfer").met_on) == (state, day(final))


def test_what_is_named_with_the_decision_to_amend_counts_from_the_final_plan(cases: Cases) -> None:
    plan = moving(cases)
    review = cases.review(plan, "1 Oct 2025").held("1 Dec 2025")
    review.decided("amend", "20 Dec 2025", names_for_transfer="type:special school").noticed("20 Dec 2025")
    assert review.duty("phase_transfer").met_on is None
    assert review.issued("1 Feb 2026").duty("phase_transfer").met_on == day("1 Feb 2026")


def test_a_decision_not_to_amend_may_name_what_the_plan_names_already(cases: Cases) -> None:
    plan = moving(cases)
    review = cases.review(plan, "1 Oct 2025").held("1 Dec 2025").decided("amend", "20 Dec 2025").noticed("20 Dec 2025")
    review.do(c.DecideNotToAmend(on=day("20 Jan 2026"), names_for_transfer="unchanged"))
    assert review.duty("phase_transfer").state == "met"


@pytest.mark.parametrize(
    "names", ["12345", "", "school", "type:", "none", "unchanged:x", "institution", "institution:123456"]
)
def test_what_a_plan_names_is_an_institution_a_type_or_none_with_a_reason(cases: Cases, names: str) -> None:
    review = cases.review(moving(cases), "1 Oct 2025").held("1 Dec 2025")
    with pytest.raises(InvalidValue, match="a URN of six digits, type:TEXT, none:REASON"):
        review.decided("maintain", "10 Dec 2025", names_for_transfer=names)
    assert review.state() == "meeting_held"


def test_words_for_what_a_plan_names_never_stand_in_the_log(cases: Cases) -> None:
    plan = moving(cases)
    maintained(cases, plan, "2 Oct 2025", "10 Oct 2025", names_for_transfer="none:educated at home by choice")
    assert not any(b"educated" in row.payload for row in cases.app.log_store.read_log())
    assert cases.plan_duty(plan, "phase_transfer").state == "not_applicable"


def test_a_record_of_what_a_plan_names_can_be_withdrawn_and_replaced(cases: Cases) -> None:
    plan = moving(cases)
    review = maintained(cases, plan, "2 Oct 2025", "10 Oct 2025", names_for_transfer="123456")
    cases.app.change_plan(plan, NameForTransfer(names_for_transfer="withdrawn:the wrong child"))
    assert review.duty("phase_transfer").met_on is None
    assert cases.plan_duty(plan, "phase_transfer").due == STILL_TO_DO[0]
    cases.app.change_plan(plan, NameForTransfer(names_for_transfer="unchanged"))
    assert review.duty("phase_transfer").met_on == day("10 Oct 2025")


def test_a_void_notification_takes_what_the_review_named_back(cases: Cases) -> None:
    plan = moving(cases)
    review = maintained(cases, plan, "2 Oct 2025", "10 Oct 2025", names_for_transfer="123456")
    review.do(c.VoidStep(voided_step="notify", reason="never sent"))
    assert cases.plan_duty(plan, "phase_transfer").due == STILL_TO_DO[0]
    assert review.duty("phase_transfer").met_on is None
    assert review.do(c.NotifyDecision(on=day("14 Oct 2025"))).duty("phase_transfer").met_on == day("14 Oct 2025")


def test_an_order_outside_any_review_may_name_the_school(cases: Cases) -> None:
    plan = moving(cases)
    with pytest.raises(NotPossible, match="no completed review for its transfer"):
        cases.app.change_plan(plan, NameForTransfer(names_for_transfer="123456"))
    with pytest.raises(NotPossible, match="12 months before the transfer"):
        cases.app.change_plan(
            plan, NameForTransfer(names_for_transfer="123456", outside_review=True, on=day("31 Aug 2025"))
        )
    cases.app.change_plan(plan, NameForTransfer(names_for_transfer="123456", outside_review=True, on=day("1 Sep 2025")))
    assert cases.plan_duty(plan, "phase_transfer").state == "not_applicable"


@pytest.mark.parametrize(("to", "stands"), [("3 Sep 2026", False), ("1 Sep 2027", True)])
def test_what_was_named_holds_for_a_transfer_of_its_year(cases: Cases, to: str, stands: bool) -> None:
    """A mistyped day leaves it; another year's transfer is another one."""
    plan = moving(cases)
    maintained(cases, plan, "1 Oct 2025", "10 Oct 2025", names_for_transfer="123456")
    cases.app.change_plan(plan, CorrectPlanDay(fact="transfer_on", to=day(to), reason="misread"))
    assert (cases.plan_duty(plan, "phase_transfer").state != "not_applicable") is stands


def test_a_plan_that_expects_no_transfer_names_nothing_for_one(cases: Cases) -> None:
    review = cases.review(cases.plan("1 Aug 2024"), "1 Oct 2025").held("1 Dec 2025")
    with pytest.raises(NotPossible, match="has no expected transfer"):
        review.decided("maintain", "10 Dec 2025", names_for_transfer="unchanged")


def test_an_interim_review_deals_with_no_transfer(cases: Cases) -> None:
    plan = moving(cases, transfer="early_years_to_school", transfer_on=date(2026, 9, 1))
    review = cases.review(plan, "1 Oct 2025", "under_five").do(c.HoldMeeting(on=day("1 Nov 2025")))
    with pytest.raises(NotPossible, match="additional to the annual review"):
        review.decided("maintain", "10 Nov 2025", names_for_transfer="unchanged")


# --- which review owes it --------------------------------------------------------------------------------------


def test_an_early_review_after_the_transfer_was_dealt_with_owes_no_transfer(cases: Cases) -> None:
    """Final plan 10 January; then meeting 20 April, notice 1 May, final 10 June: due by 26 June, so met."""
    plan = moving(cases)
    first = cases.review(plan, "1 Oct 2025", "phase_transfer").held("1 Dec 2025")
    first.decided("amend", "10 Dec 2025").noticed("10 Dec 2025").issued("10 Jan 2026", names_for_transfer="123456")
    early = cases.review(plan, "1 Apr 2026", "early").held("20 Apr 2026")
    early.decided("amend", "1 May 2026").noticed("1 May 2026")
    on_day(cases.app, day("2 May 2026"))
    assert owed(cases, "2 May 2026") == []
    on_day(cases.app, day("20 Jul 2026"))
    early.issued("10 Jun 2026")
    assert (early.duty("final_plan").due, early.duty("final_plan").state) == (day("26 Jun 2026"), "met")
    assert early.duty("phase_transfer").state == "not_applicable"
    assert first.duty("phase_transfer").state == "met"


def test_a_review_that_ended_without_dealing_with_the_transfer_leaves_it_to_the_next(cases: Cases) -> None:
    plan = moving(cases)
    early = maintained(cases, plan, "2 Sep 2025", "10 Sep 2025", "early").do(c.ConcludeReview(on=day("11 Sep 2025")))
    on_day(cases.app, day("1 Oct 2025"))
    assert early.duty("phase_transfer").state == "running"
    late = cases.review(plan, "1 Oct 2025", "phase_transfer")
    assert early.duty("phase_transfer").state == "not_applicable"
    assert late.duty("phase_transfer").due == STILL_TO_DO[0]
    late.do(c.CancelReview(reason="opened twice"))
    assert early.duty("phase_transfer").state == "running"


# --- post-16 to post-16 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "must", "should"),
    [
        ("30 Mar 2026", "met", "met"),
        ("31 Mar 2026", "met", "met"),
        ("1 Apr 2026", "met", "breached"),
        ("2 Apr 2026", "breached", "breached"),
    ],
)
def test_a_september_move_between_colleges_must_be_ready_by_1_april_and_should_by_31_march(
    cases: Cases, told: str, must: str, should: str
) -> None:
    plan = moving(cases, **COLLEGE)
    review = cases.review(plan, "1 Nov 2025", "post16_transfer").held("10 Mar 2026")
    review.decided("maintain", told, names_for_transfer="123456")
    by_law, by_code = review.duty("phase_transfer"), review.duty("september_transfer")
    assert (*days(by_law), by_law.word, by_law.state) == (*[day("1 Apr 2026")] * 2, "must", must)
    assert (*days(by_code), by_code.word, by_code.state) == (*[day("31 Mar 2026")] * 2, "should", should)
    assert by_code.citation == "Code 9.181"


@pytest.mark.parametrize(("moves", "applies"), [("31 Aug 2026", False), ("1 Sep 2026", True), ("1 Oct 2026", False)])
def test_only_a_move_for_a_new_academic_year_should_be_ready_by_31_march(
    cases: Cases, moves: str, applies: bool
) -> None:
    plan = moving(cases, transfer="post16_to_post16", transfer_on=day(moves))
    assert (cases.plan_duty(plan, "september_transfer").state != "not_applicable") is applies


def test_no_other_transfer_has_the_31_march_of_the_code(cases: Cases) -> None:
    plan = moving(cases, transfer="secondary_to_post16", transfer_on=day("1 Sep 2026"))
    assert cases.plan_duty(plan, "september_transfer").state == "not_applicable"


def test_the_next_move_between_colleges_is_owed_though_the_last_was_dealt_with(cases: Cases) -> None:
    plan = moving(cases, **COLLEGE)
    maintained(cases, plan, "1 Oct 2025", "10 Oct 2025", "post16_transfer", names_for_transfer="123456")
    cases.app.change_plan(plan, ExpectTransfer(transfer="post16_to_post16", transfer_on=day("1 Sep 2027")))
    assert cases.plan_duty(plan, "phase_transfer").due == day("1 Apr 2027")
