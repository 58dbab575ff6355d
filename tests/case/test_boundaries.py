"""Every duty on its boundary days: the day before, on and after its strict and its outer last day, done and not done."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from arflow.case import review_commands as c
from arflow.case.duties import Duty
from arflow.case.plan_commands import ExpectTransfer, SendTermlyList, TellFamilyOfTransfer, TransferIn
from arflow.errors import NotPossible
from tests.support.cases import EVERYBODY, Cases, Told, day
from tests.support.days import on_day
from tests.support.publishing import publish_for_all_days

DAY = timedelta(days=1)
Done = Callable[[Cases, date], Duty]


def held(cases: Cases, **more: Any) -> Told:
    """A review of a plan made on 1 August 2024 whose meeting was held on 10 June 2025."""
    return cases.opened("1 Aug 2024", "1 May 2025", **more).held("10 Jun 2025")


def notice(cases: Cases, on: date) -> Duty:
    review = cases.opened("1 Aug 2024", "1 May 2025").do(c.Invite(on=on, roles=EVERYBODY)).held("10 Jun 2025")
    assert review.duty("invitees").state == review.duty("notice").state
    return review.duty("notice")


def papers(cases: Cases, on: date) -> Duty:
    review = cases.opened("1 Aug 2024", "1 May 2025").do(c.CirculateAdvice(on=on, skip_reason="x")).held("10 Jun 2025")
    return review.duty("advice_circulated")


def report(cases: Cases, on: date) -> Duty:
    return held(cases).do(c.SendReport(on=on)).duty("report")


def decision(cases: Cases, on: date) -> Duty:
    return held(cases).do(c.Decide(on=on, outcome="maintain")).duty("decision")


def decision_in_the_last_weeks(cases: Cases, on: date) -> Duty:
    """Four weeks from 20 July end after the 12 months do, which are a duty of their own."""
    review = cases.opened("1 Aug 2024", "1 May 2025").held("20 Jul 2025")
    return review.do(c.Decide(on=on, outcome="maintain")).duty("decision")


def year(cases: Cases, on: date) -> Duty:
    return (
        cases.opened("1 Aug 2024", "1 May 2025")
        .held("20 Jul 2025")
        .do(c.Decide(on=on, outcome="maintain"))
        .duty("twelve_months")
    )


def amendment_notice(cases: Cases, on: date) -> Duty:
    return held(cases).decided("amend", "20 Jun 2025").do(c.SendAmendmentNotice(on=on)).duty("amendment_notice")


def final_plan(cases: Cases, on: date) -> Duty:
    return (
        held(cases).decided("amend", "1 Jul 2025").noticed("1 Jul 2025").do(c.IssueFinalPlan(on=on)).duty("final_plan")
    )


def final_plan_capped(cases: Cases, on: date) -> Duty:
    """The notice came late: twelve weeks from the meeting are the limit."""
    return (
        held(cases).decided("amend", "8 Jul 2025").noticed("20 Jul 2025").do(c.IssueFinalPlan(on=on)).duty("final_plan")
    )


def not_amending(cases: Cases, on: date) -> Duty:
    return (
        held(cases)
        .decided("amend", "1 Jul 2025")
        .noticed("1 Jul 2025")
        .do(c.DecideNotToAmend(on=on))
        .duty("final_plan")
    )


def transfer(cases: Cases, on: date) -> Duty:
    plan = cases.plan("1 Aug 2024", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    review = cases.review(plan, "1 Nov 2025", kind="phase_transfer").held("10 Jan 2026")
    return review.do(c.Decide(on=on, outcome="maintain", names_for_transfer="unchanged")).duty("phase_transfer")


def transfer_to_college(cases: Cases, on: date) -> Duty:
    plan = cases.plan("1 Aug 2024")
    cases.app.change_plan(
        plan, ExpectTransfer(on=day("1 Sep 2025"), transfer="secondary_to_post16", transfer_on=day("1 Sep 2026"))
    )
    review = cases.review(plan, "1 Nov 2025").held("10 Mar 2026")
    return review.do(c.Decide(on=on, outcome="maintain", names_for_transfer="123456")).duty("phase_transfer")


def told_of_transfer(cases: Cases, on: date) -> Duty:
    plan = cases.plan("1 Aug 2024")
    cases.app.change_plan(
        plan, TransferIn(on=day("12 Jan 2026")), TellFamilyOfTransfer(on=on, proposes_assessment=False, review_on=on)
    )
    return cases.plan_duty(plan, "family_told_of_transfer")


def interim(cases: Cases, on: date) -> Duty:
    return (
        cases.opened("1 Aug 2024", "1 Sep 2024", kind="under_five").do(c.HoldMeeting(on=on)).duty("under_five_review")
    )


@pytest.mark.parametrize(
    ("done", "strict", "outer"),
    [
        (notice, "26 May 2025", "27 May 2025"),
        (papers, "26 May 2025", "27 May 2025"),
        (report, "24 Jun 2025", "24 Jun 2025"),
        (decision, "8 Jul 2025", "8 Jul 2025"),
        (decision_in_the_last_weeks, "17 Aug 2025", "17 Aug 2025"),
        (year, "31 Jul 2025", "1 Aug 2025"),
        (amendment_notice, "8 Jul 2025", "8 Jul 2025"),
        (final_plan, "26 Aug 2025", "26 Aug 2025"),
        (final_plan_capped, "2 Sep 2025", "2 Sep 2025"),
        (not_amending, "26 Aug 2025", "26 Aug 2025"),
        (transfer, "14 Feb 2026", "15 Feb 2026"),
        (transfer_to_college, "30 Mar 2026", "31 Mar 2026"),
        (told_of_transfer, "23 Feb 2026", "23 Feb 2026"),
        (interim, "31 Jan 2025", "1 Feb 2025"),
    ],
)
def test_done_on_its_boundary_days(cases: Cases, done: Done, strict: str, outer: str) -> None:
    last, practice = day(strict), day(outer)
    found = {n: done(cases, n) for n in sorted({last - DAY, last, last + DAY, practice, practice + DAY})}
    assert {(duty.due, duty.outer) for duty in found.values()} == {(last, practice)}
    assert all(duty.met_on == on for on, duty in found.items())
    for on, duty in found.items():
        expected = "met" if on <= last else "contested" if on <= practice else "breached"
        assert duty.state == expected, (on, duty.state)


@pytest.mark.parametrize(
    ("duty_id", "strict", "outer"),
    [
        ("report", "24 Jun 2025", "24 Jun 2025"),
        ("decision", "8 Jul 2025", "8 Jul 2025"),
        ("twelve_months", "31 Jul 2025", "1 Aug 2025"),
    ],
)
def test_waiting_on_its_boundary_days(cases: Cases, duty_id: str, strict: str, outer: str) -> None:
    review, last, practice = held(cases), day(strict), day(outer)
    for today in sorted({last - 15 * DAY, last - 14 * DAY, last, last + DAY, practice, practice + DAY}):
        on_day(cases.app, today)
        left = (last - today).days
        expected = (
            ("due_soon" if left <= 14 else "running")
            if today <= last
            else "contested"
            if today <= practice
            else "overdue"
        )
        assert review.duty(duty_id).state == expected, today


@pytest.mark.parametrize(
    ("issued", "state"), [("14 Jul 2025", "breached"), ("15 Jul 2025", "breached"), ("16 Jul 2025", "met")]
)
def test_fifteen_days_for_representations_count_the_day_of_service(cases: Cases, issued: str, state: str) -> None:
    review = held(cases).decided("amend", "1 Jul 2025").noticed("1 Jul 2025").issued(issued)
    assert (review.duty("representations").due, review.duty("representations").state) == (day("15 Jul 2025"), state)


def test_fifteen_days_run_from_service_and_eight_weeks_from_sending(cases: Cases) -> None:
    review = held(cases).decided("amend", "1 Jul 2025").noticed("1 Jul 2025", served="3 Jul 2025")
    assert review.duty("representations").due == day("17 Jul 2025")
    assert review.duty("final_plan").due == day("26 Aug 2025")


@pytest.mark.parametrize(
    ("posted", "served", "state"),
    [
        ("21 May 2025", "23 May 2025", "met"),
        ("22 May 2025", "27 May 2025", "contested"),  # 26 May 2025 is a bank holiday
        ("23 May 2025", "28 May 2025", "breached"),
    ],
)
def test_notice_by_post_is_judged_on_the_day_it_is_deemed_served(
    cases: Cases, posted: str, served: str, state: str
) -> None:
    """Two working days after posting; two weeks before 10 June 2025 are 26 May, and 27 May in practice."""
    review = cases.opened("1 Aug 2024", "1 May 2025").invited(posted, served=served).held("10 Jun 2025")
    for duty in (review.duty("notice"), review.duty("invitees")):
        assert (duty.due, duty.outer) == (day("26 May 2025"), day("27 May 2025"))
        assert (duty.met_on, duty.state) == (day(served), state)


def test_the_invitation_that_was_served_first_gave_the_notice(cases: Cases) -> None:
    """Posted on 20 May and served on the 28th; sent by email on the 26th, and so served that day."""
    review = cases.opened("1 Aug 2024", "1 May 2025").invited("20 May 2025", served="28 May 2025")
    review.invited("26 May 2025").held("10 Jun 2025")
    assert (review.duty("notice").met_on, review.duty("notice").state) == (day("26 May 2025"), "met")


def test_service_recorded_later_dates_the_notice_and_the_fifteen_days_again(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").invited("20 May 2025").held("10 Jun 2025")
    review.decided("amend", "1 Jul 2025").noticed("1 Jul 2025")
    assert review.duty("notice").state == "met"

    review.served(2, "28 May 2025", recorded="2 Jul 2025").served(6, "4 Jul 2025", recorded="5 Jul 2025")

    assert (review.duty("notice").met_on, review.duty("notice").state) == (day("28 May 2025"), "breached")
    assert review.duty("representations").due == day("18 Jul 2025")
    assert review.duty("final_plan").due == day("26 Aug 2025")  # eight weeks from the day it was sent (r.22(3))

    review.served(6, "3 Jul 2025", recorded="6 Jul 2025", because="shown_otherwise")
    assert review.duty("representations").due == day("17 Jul 2025")


def test_what_was_sent_later_than_it_was_served_counts_from_the_day_it_was_sent(cases: Cases) -> None:
    """The day of sending is corrected to one after the day of service."""
    review = held(cases).decided("amend", "1 Jul 2025").noticed("1 Jul 2025", served="3 Jul 2025")
    review.do(c.CorrectStep(corrected_step="notice", on=day("7 Jul 2025"), reason="Misread"))
    assert review.duty("representations").due == day("21 Jul 2025")


@pytest.mark.parametrize(("sent", "state"), [("19 Aug 2026", "met"), ("20 Aug 2026", "breached")])
def test_the_termly_list_on_its_boundary_days(cases: Cases, sent: str, state: str) -> None:
    publish_for_all_days(cases.app)
    plan = cases.plan("1 Nov 2025")
    cases.app.change_plan(plan, SendTermlyList(on=day(sent), term_start=day("2 Sep 2026")))
    duty = cases.plan_duty(plan, "termly_list")
    assert (duty.due, duty.state) == (day("19 Aug 2026"), state)


def test_a_duty_nobody_can_do_any_more_is_breached_and_not_overdue(cases: Cases) -> None:
    review = held(cases)
    assert review.duty("notice").state == review.duty("advice_circulated").state == "breached"


def test_a_late_report_does_not_move_the_authoritys_day(cases: Cases) -> None:
    review = held(cases)
    before = review.duty("decision").due
    review.decided("maintain", "8 Jul 2025").reported("1 Aug 2025")
    assert review.duty("decision").due == before
    assert (review.duty("report").state, review.duty("decision").state) == ("breached", "met")


def test_a_corrected_day_moves_every_day_counted_from_it(cases: Cases) -> None:
    review = held(cases).decided("amend", "8 Jul 2025")
    assert review.duty("decision").state == "met"
    review.do(c.CorrectStep(corrected_step="hold", on=day("9 Jun 2025"), reason="Misread"))
    assert (review.duty("decision").due, review.duty("decision").state) == (day("7 Jul 2025"), "breached")
    assert review.duty("final_plan").due == day("1 Sep 2025")


def test_a_meeting_corrected_after_the_decision_is_corrected_on_the_plan_too(cases: Cases) -> None:
    """Under a policy of meetings the next 12 months start with it."""
    review = held(cases).decided("maintain", "8 Jul 2025")
    review.do(c.CorrectStep(corrected_step="hold", on=day("9 Jun 2025"), reason="Misread"))
    [done] = cases.app.plan(review.plan).completions
    assert (done.held, done.notified.day) == (day("9 Jun 2025"), day("8 Jul 2025"))


def test_correcting_a_decision_corrects_the_notice_given_with_it_and_the_next_year(cases: Cases) -> None:
    review = held(cases).decided("maintain", "9 Jul 2025")
    assert review.duty("decision").state == "breached"
    review.do(c.CorrectStep(corrected_step="decide", on=day("8 Jul 2025"), reason="Misread"))
    assert review.duty("decision").state == "met"
    assert cases.year(review.plan).due == day("7 Jul 2026")


def test_voiding_a_decision_gives_the_year_back(cases: Cases) -> None:
    review = held(cases).decided("maintain", "8 Jul 2025")
    review.do(c.VoidStep(voided_step="decide", reason="Wrong case"))
    assert (review.state(), review.duty("decision").met_on) == ("meeting_held", None)
    assert cases.year(review.plan).due == day("31 Jul 2025")
    assert cases.app.plan(review.plan).open_review() == review.id


def test_what_was_recorded_twice_is_voided_once_and_what_came_later_stands(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").invited("10 May 2025").invited("12 May 2025")
    review.circulated("20 May 2025")
    first, _ = cases.app.review(review.id).all("invite")
    review.do(c.VoidStep(voided_step="invite", version=first.event.originator_version, reason="Entered twice"))
    assert (review.state(), review.duty("notice").met_on) == ("advice_circulated", day("12 May 2025"))


def test_voiding_the_first_of_two_invitations_leaves_the_review_invited(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").invited("10 May 2025").invited("12 May 2025")
    first, _ = cases.app.review(review.id).all("invite")
    review.do(c.VoidStep(voided_step="invite", version=first.event.originator_version, reason="Never sent"))
    assert review.state() == "invited"
    review.circulated("20 May 2025").do(c.VoidStep(voided_step="circulate", reason="Never sent"))
    assert review.state() == "invited"


def test_voiding_two_invitations_one_after_the_other_leaves_the_review_as_it_was_before_both(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").invited("10 May 2025").invited("12 May 2025")
    first, second = cases.app.review(review.id).all("invite")
    for act in (first, second):
        review.do(c.VoidStep(voided_step="invite", version=act.event.originator_version, reason="Never sent"))
    assert (review.state(), cases.app.review(review.id).all("invite")) == ("scheduled", [])


def test_the_invitation_that_is_left_cannot_be_voided_under_what_rests_on_it(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").invited("10 May 2025").invited("12 May 2025")
    first, _ = cases.app.review(review.id).all("invite")
    review.circulated("20 May 2025")
    review.do(c.VoidStep(voided_step="invite", version=first.event.originator_version, reason="Entered twice"))
    with pytest.raises(NotPossible, match="void circulate first"):
        review.do(c.VoidStep(voided_step="invite", reason="Never sent"))
    assert review.state() == "advice_circulated"


def test_a_notification_recorded_apart_from_its_decision_is_voided_by_itself(cases: Cases) -> None:
    review = held(cases).decided("maintain", "8 Jul 2025", not_yet_notified=True)
    review.do(c.NotifyDecision(on=day("8 Jul 2025")))
    with pytest.raises(NotPossible, match="void notify first"):
        review.do(c.VoidStep(voided_step="decide", reason="Wrong case"))
    review.do(c.VoidStep(voided_step="notify", reason="Wrong case"))
    review.do(c.VoidStep(voided_step="decide", reason="Wrong case"))
    assert (review.state(), cases.app.plan(review.plan).open_review()) == ("meeting_held", review.id)


def test_a_decision_told_on_a_later_day_is_put_right_without_its_notification(cases: Cases) -> None:
    review = held(cases).decided("maintain", "8 Jul 2025", notified_on=day("10 Jul 2025"))
    review.do(c.CorrectStep(corrected_step="decide", on=day("7 Jul 2025"), reason="Misread"))
    found = cases.app.review(review.id)
    assert (found.day("decide"), found.day("notify")) == (day("7 Jul 2025"), day("10 Jul 2025"))


@pytest.mark.parametrize("step", ["decide", "cancel"])
def test_a_review_does_not_open_again_beside_one_opened_since(cases: Cases, step: str) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025")
    if step == "decide":
        review.held("10 Jun 2025").decided("maintain", "8 Jul 2025")
    else:
        review.do(c.CancelReview(on=day("8 Jul 2025"), reason="Wrong case"))
    later = cases.review(review.plan, "9 Jul 2025")
    with pytest.raises(NotPossible, match=f"review {later.id} of plan {review.plan} has been opened since"):
        review.do(c.VoidStep(voided_step=step, reason="Right after all"))
    assert cases.app.plan(review.plan).open_review() == later.id


def test_notice_is_given_when_the_last_required_person_has_been_invited(cases: Cases) -> None:
    review = cases.opened("1 Aug 2024", "1 May 2025").invited(
        "10 May 2025", ("parent", "setting", "la_sen", "la_social_care")
    )
    assert review.duty("notice").met_on == day("10 May 2025")
    assert review.duty("invitees").met_on is None
    review.invited("30 May 2025", ("health", "other"))
    assert review.duty("notice").met_on == review.duty("invitees").met_on == day("30 May 2025")
    review.invited("5 Jun 2025", ("other",)).held("10 Jun 2025")
    assert (review.duty("notice").met_on, review.duty("notice").state) == (day("30 May 2025"), "breached")


@pytest.mark.parametrize(
    ("met", "applies"), [("31 Aug 2025", False), ("1 Sep 2025", True), ("1 Sep 2026", True), ("2 Sep 2026", False)]
)
def test_an_annual_review_is_for_the_transfer_if_it_meets_in_the_twelve_months_before(
    cases: Cases, met: str, applies: bool
) -> None:
    plan = cases.plan("1 Aug 2025", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    review = cases.review(plan, "1 Aug 2025").held(met)
    assert (review.duty("phase_transfer").state != "not_applicable") is applies


def test_a_transfer_that_a_review_dealt_with_is_off_the_plans_list(cases: Cases) -> None:
    plan = cases.plan("1 Aug 2025", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    assert cases.plan_duty(plan, "phase_transfer").due == day("14 Feb 2026")
    review = cases.review(plan, "1 Oct 2025").held("1 Nov 2025")
    review.decided("maintain", "10 Nov 2025", names_for_transfer="123456")
    assert cases.plan_duty(plan, "phase_transfer").state == "not_applicable"


def test_a_review_completed_after_release_ends_the_duty_to_review_on_release(cases: Cases) -> None:
    from arflow.case.plan_commands import Release, StartDetention

    plan = cases.plan("1 Aug 2025")
    cases.app.change_plan(plan, StartDetention(on=day("1 Oct 2025")), Release(on=day("1 Feb 2026")))
    assert cases.plan_duty(plan, "release_review").state == "running"
    review = (
        cases.review(plan, "2 Feb 2026", kind="release_from_custody")
        .held("1 Mar 2026")
        .decided("maintain", "10 Mar 2026")
    )
    assert review.duty("release_review").state == "met"
    assert cases.plan_duty(plan, "release_review").state == "not_applicable"


def test_nothing_happens_to_a_plan_before_it_is_made(cases: Cases) -> None:
    from arflow.case.plan_commands import MoveSetting
    from arflow.errors import DateRefused

    plan = cases.plan("1 Aug 2025")
    with pytest.raises(DateRefused, match="before the plan was made"):
        cases.review(plan, "31 Jul 2025")
    with pytest.raises(DateRefused, match="before the plan was made"):
        cases.app.change_plan(plan, MoveSetting(on=day("31 Jul 2025"), setting=None))
    with pytest.raises(DateRefused, match="before the plan was made"):
        cases.review(plan, "1 Aug 2025").held("31 Jul 2025")
