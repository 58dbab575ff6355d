"""Second notices and second thoughts: each an act with its own clock, while what ran before runs on (SEND Regs 2014 r.22)."""

from typing import Any

import pytest

from arflow.case import amendment_commands as a
from arflow.case import review_commands as c
from arflow.case.representations import check_not_too_early, last_day_given
from arflow.case.turns import of_review
from arflow.errors import ArflowError, DateRefused, MissingValue, NotPossible, StepNotAllowed
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day


def held(cases: Cases) -> Told:
    """Meeting Thu 18 June 2026: four weeks end on Thu 16 July, 12 weeks (Devon) on Thu 10 September."""
    return cases.opened("12 Sep 2025", "1 May 2026", coordinator="C. One").held("18 Jun 2026")


def amending(cases: Cases) -> Told:
    """Decided, told and noticed on Mon 6 July 2026: 15 days end on Mon 20 July, eight weeks on Mon 31 August."""
    return held(cases).decided("amend", "6 Jul 2026").noticed("6 Jul 2026")


def again(told: Told, on: str, **more: Any) -> Told:
    return told.do(a.SendNoticeAgain(on=day(on), **more))


def changed(told: Told, outcome: Any, on: str) -> Told:
    return told.do(a.ChangeDecision(outcome=outcome, on=day(on), reason="New advice"))


def refused(told: Told, command: c.AnyReviewCommand, error: type[ArflowError], says: str) -> None:
    before = told.app.log_store.head()
    with pytest.raises(error, match=says):
        told.do(command)
    assert told.app.log_store.head() == before


# --- a second notice ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "first", "second"),
    [
        ("31 Aug 2026", "met", "met"),
        ("1 Sep 2026", "breached", "met"),
        ("10 Sep 2026", "breached", "met"),
        ("14 Sep 2026", "breached", "met"),
        ("15 Sep 2026", "breached", "breached"),
    ],
)
def test_a_second_notice_has_eight_weeks_of_its_own_and_the_first_ones_still_show(
    cases: Cases, on: str, first: str, second: str
) -> None:
    """r.22(3); Code 9.196 (the original notice): 6 July gives 31 Aug; other amendments on 20 July give 14 Sep."""
    told = again(amending(cases), "20 Jul 2026").issued(on)
    assert (told.duty("final_plan").due, told.duty("final_plan").state) == (day("31 Aug 2026"), first)
    assert (told.duty("final_plan_again").due, told.duty("final_plan_again").state) == (day("14 Sep 2026"), second)
    assert told.duty("amendment_notice").met_on == day("6 Jul 2026")  # Devon: the first went with the decision


@pytest.mark.parametrize(
    ("on", "state"), [("2 Aug 2026", "breached"), ("3 Aug 2026", "breached"), ("4 Aug 2026", "met")]
)
def test_the_fifteen_days_begin_again_with_the_second_notice(cases: Cases, on: str, state: str) -> None:
    """r.22(2)(c): served Mon 20 July, day 15 is Mon 3 August; what was given up before was of the first draft."""
    told = amending(cases).do(c.ReceiveRepresentations(on=day("10 Jul 2026"), no_more=True))
    assert told.duty("representations").state == "not_applicable"
    again(told, "20 Jul 2026").issued(on)
    assert (told.duty("representations").due, told.duty("representations").state) == (day("3 Aug 2026"), state)


def test_the_second_notice_is_served_on_a_day_of_its_own(cases: Cases) -> None:
    told = again(amending(cases), "20 Jul 2026", served_on=day("22 Jul 2026"))
    assert told.duty("representations").due == day("5 Aug 2026")
    version = told.app.review(told.id).acts[-1].event.originator_version
    told.served(version, "24 Jul 2026", recorded="24 Jul 2026")
    assert told.duty("representations").due == day("7 Aug 2026")


def test_issuing_is_planned_by_the_first_limit_with_the_second_beside_it(cases: Cases) -> None:
    told = again(amending(cases), "20 Jul 2026")
    on_day(told.app, day("5 Aug 2026"))
    proof = told.app.why(told.id, "issue")
    assert (proof.duty, proof.due) == ("final_plan", day("31 Aug 2026"))
    assert "beside it final_plan_again by Mon 14 Sep 2026" in proof.lines[0]


def test_the_family_has_the_turn_again_until_its_new_days_are_over(cases: Cases) -> None:
    told = amending(cases).do(c.ReceiveRepresentations(on=day("10 Jul 2026")))
    assert turn(told, "11 Jul 2026") == "la"
    again(told, "20 Jul 2026")
    assert (turn(told, "3 Aug 2026"), turn(told, "4 Aug 2026")) == ("family", "la")


def turn(told: Told, on: str) -> str:
    review = told.app.review(told.id)
    found = of_review(review, told.app.plan(told.plan), told.app.workflow(review.workflow))
    assert found is not None
    return found.on(day(on))


def test_a_second_notice_that_never_went_is_voided(cases: Cases) -> None:
    told = again(amending(cases), "20 Jul 2026").do(c.VoidStep(voided_step="notice_again", reason="Another family"))
    assert told.duty("representations").due == day("20 Jul 2026")
    assert told.duty("final_plan_again").state == "not_applicable"


def test_the_first_notice_is_not_voided_under_the_second(cases: Cases) -> None:
    refused(
        again(amending(cases), "20 Jul 2026"),
        c.VoidStep(voided_step="notice", reason="Another family"),
        NotPossible,
        "void notice-again first",
    )


# --- a withdrawn notice -------------------------------------------------------------------------------------


def withdrawn(told: Told, on: str) -> Told:
    return told.do(a.WithdrawNotice(on=day(on), reason="Another draft"))


@pytest.mark.parametrize(("on", "state"), [("30 Aug 2026", "met"), ("31 Aug 2026", "met"), ("1 Sep 2026", "breached")])
def test_withdrawing_does_not_stop_the_eight_weeks(cases: Cases, on: str, state: str) -> None:
    """r.22(3)-(4) know no withdrawal: within eight weeks of the notice a final plan, or a decision not to amend."""
    told = withdrawn(amending(cases), "10 Jul 2026").do(c.DecideNotToAmend(on=day(on)))
    assert (told.duty("final_plan").due, told.duty("final_plan").state) == (day("31 Aug 2026"), state)


def test_there_is_nothing_to_represent_on_until_another_notice(cases: Cases) -> None:
    told = withdrawn(amending(cases), "10 Jul 2026")
    assert "withdrawn" in told.duty("representations").reason
    assert turn(told, "11 Jul 2026") == "la"
    refused(told, c.IssueFinalPlan(on=day("3 Aug 2026")), StepNotAllowed, "represent, notice-again, not-amend")
    assert again(told, "20 Jul 2026").duty("representations").due == day("3 Aug 2026")
    assert told.issued("4 Aug 2026").state() == "amended"


def test_a_notice_is_withdrawn_once(cases: Cases) -> None:
    told = withdrawn(amending(cases), "10 Jul 2026")
    refused(told, a.WithdrawNotice(on=day("11 Jul 2026"), reason="x"), StepNotAllowed, "cannot withdraw-notice")
    again(told, "20 Jul 2026").do(a.WithdrawNotice(on=day("21 Jul 2026"), reason="That one too"))
    assert "withdrawn" in told.duty("representations").reason
    refused(
        amending(cases), a.WithdrawNotice(on=day("5 Jul 2026"), reason="x"), DateRefused, "before notice on 2026-07-06"
    )


# --- a change of mind ---------------------------------------------------------------------------------------


def test_before_anybody_is_told_the_authority_decides_again(cases: Cases) -> None:
    told = held(cases).decided("cease", "1 Jul 2026", not_yet_notified=True)
    told.decided("maintain", "3 Jul 2026", notified_on=day("6 Jul 2026"))
    assert (told.app.review(told.id).outcome, told.state()) == ("maintain", "maintained")
    assert told.duty("appeal_period").state == "not_applicable"
    assert told.duty("decision").met_on == day("6 Jul 2026")


def test_a_decision_that_was_notified_is_not_made_again_but_changed(cases: Cases) -> None:
    told = held(cases).decided("amend", "1 Jul 2026")
    refused(told, c.Decide(outcome="maintain", on=day("3 Jul 2026")), StepNotAllowed, "change-decision")
    refused(told, a.ChangeDecision(outcome="amend", on=day("3 Jul 2026"), reason="x"), NotPossible, "to amend already")
    refused(told, a.ChangeDecision(outcome="cease", on=day("30 Jun 2026"), reason="x"), DateRefused, "before notify")


def test_a_change_before_the_notice_lets_the_amendments_go(cases: Cases) -> None:
    """r.20(10): told in time on 1 July; to maintain after all on 8 July: two months from that to appeal (HESC r.20(1)(c))."""
    told = changed(held(cases).decided("amend", "1 Jul 2026"), "maintain", "8 Jul 2026")
    assert told.state() == "maintained"
    assert [told.duty(one).state for one in ("decision", "amendment_notice", "final_plan")] == [
        "met",
        "not_applicable",
        "not_applicable",
    ]
    assert told.app.review(told.id).appeal_ends() == day("8 Sep 2026")
    assert cases.year(told.plan).due == day("30 Jun 2027")  # the first decision completed the review (Code 9.169)


@pytest.mark.parametrize(("on", "state"), [("15 Jul 2026", "met"), ("16 Jul 2026", "met"), ("17 Jul 2026", "breached")])
def test_a_change_to_amend_leaves_the_notice_its_four_weeks_from_the_meeting(cases: Cases, on: str, state: str) -> None:
    """Devon: the amendments go within four weeks of the meeting, here by 16 July, whatever was decided first."""
    told = changed(held(cases).decided("maintain", "1 Jul 2026"), "amend", "8 Jul 2026").noticed(on)
    assert (told.duty("amendment_notice").due, told.duty("amendment_notice").state) == (day("16 Jul 2026"), state)


@pytest.mark.parametrize(
    ("on", "state"), [("7 Sep 2026", "breached"), ("8 Sep 2026", "breached"), ("9 Sep 2026", "met")]
)
def test_a_change_to_cease_waits_for_its_own_time_to_appeal(cases: Cases, on: str, state: str) -> None:
    """s.45(4); HESC r.20(1)(c): told of ceasing on 8 July 2026, two months end on Tue 8 September."""
    told = changed(held(cases).decided("amend", "1 Jul 2026"), "cease", "8 Jul 2026")
    assert told.duty("appeal_period", "9 Jul 2026").due == day("8 Sep 2026")
    on_day(told.app, day("1 Oct 2026"))
    told.do(c.CeasePlan(on=day(on), skip_reason="too soon"))
    assert told.duty("appeal_period").state == state


def test_after_the_notice_the_change_of_mind_is_the_decision_not_to_amend(cases: Cases) -> None:
    """r.22(4): with reasons, within the notice's eight weeks; the appeal runs from it (s.51(2)(e))."""
    told = amending(cases)
    refused(told, a.ChangeDecision(outcome="maintain", on=day("8 Jul 2026"), reason="x"), StepNotAllowed, "not-amend")
    told.do(c.DecideNotToAmend(on=day("31 Aug 2026")))
    assert (told.duty("final_plan").state, told.state()) == ("met", "maintained")
    refused(told, a.ChangeDecision(outcome="cease", on=day("2 Sep 2026"), reason="x"), StepNotAllowed, "conclude")


def test_an_appeal_stands_in_the_way_of_a_change(cases: Cases) -> None:
    told = held(cases).decided("maintain", "1 Jul 2026").do(c.LodgeAppeal(on=day("3 Aug 2026")))
    refused(
        told, a.ChangeDecision(outcome="amend", on=day("4 Aug 2026"), reason="x"), StepNotAllowed, "determine-appeal"
    )


def test_a_change_that_never_was_is_voided(cases: Cases) -> None:
    told = changed(held(cases).decided("amend", "1 Jul 2026"), "maintain", "8 Jul 2026")
    told.do(c.VoidStep(voided_step="change_decision", reason="Another family"))
    assert (told.app.review(told.id).outcome, told.state()) == ("amend", "decided")


# --- a final plan once more ---------------------------------------------------------------------------------


def test_a_final_plan_sent_once_more_has_its_own_time_to_appeal(cases: Cases) -> None:
    """The eight weeks were met by the first; two months to appeal from 20 Sep end on Fri 20 November 2026."""
    told = amending(cases).issued("31 Aug 2026")
    assert told.app.review(told.id).appeal_ends() == day("2 Nov 2026")  # 31 October is a Saturday
    told.do(a.ReissueFinalPlan(on=day("20 Sep 2026"), reason="Wrong school in section I"))
    assert told.app.review(told.id).appeal_ends() == day("20 Nov 2026")
    assert (told.duty("final_plan").met_on, told.state()) == (day("31 Aug 2026"), "amended")


@pytest.mark.parametrize(("on", "late"), [("19 Nov 2026", False), ("20 Nov 2026", False), ("21 Nov 2026", True)])
def test_an_appeal_after_it_is_late_by_its_own_days(cases: Cases, on: str, *, late: bool) -> None:
    told = amending(cases).issued("31 Aug 2026").do(a.ReissueFinalPlan(on=day("20 Sep 2026"), reason="x"))
    assert told.do(c.LodgeAppeal(on=day(on))).app.review(told.id).appeal_is_late() is late


def test_only_what_was_issued_is_sent_once_more(cases: Cases) -> None:
    refused(amending(cases), a.ReissueFinalPlan(on=day("1 Aug 2026"), reason="x"), StepNotAllowed, "cannot reissue")


# --- more time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "law", "agreed"),
    [
        ("20 Jul 2026", "breached", "breached"),
        ("21 Jul 2026", "met", "breached"),
        ("31 Jul 2026", "met", "breached"),
        ("1 Aug 2026", "met", "met"),
    ],
)
def test_more_time_by_agreement_shows_beside_the_fifteen_days(cases: Cases, on: str, law: str, agreed: str) -> None:
    """r.22(2)(c) says at least 15 days: to 20 July by law, to 31 July as agreed; the eight weeks stay at 31 August."""
    told = amending(cases).do(a.AgreeMoreTime(on=day("13 Jul 2026"), agreed_until=day("31 Jul 2026")))
    told.issued(on)
    assert (told.duty("representations").due, told.duty("representations").state) == (day("20 Jul 2026"), law)
    assert (told.duty("agreed_time").due, told.duty("agreed_time").state) == (day("31 Jul 2026"), agreed)
    assert told.duty("final_plan").due == day("31 Aug 2026")


def test_a_final_plan_within_the_agreed_time_needs_a_reason(cases: Cases) -> None:
    told = amending(cases).do(a.AgreeMoreTime(on=day("13 Jul 2026"), agreed_until=day("31 Jul 2026")))
    review = told.app.review(told.id)
    workflow = told.app.workflow(review.workflow)
    with pytest.raises(MissingValue, match="until 2026-07-31"):
        check_not_too_early(review, workflow, c.IssueFinalPlan(on=day("31 Jul 2026")), told.app.today)
    check_not_too_early(review, workflow, c.IssueFinalPlan(on=day("1 Aug 2026")), told.app.today)
    assert (turn(told, "31 Jul 2026"), turn(told, "1 Aug 2026")) == ("family", "la")


@pytest.mark.parametrize(("until", "taken"), [("19 Jul 2026", False), ("20 Jul 2026", False), ("21 Jul 2026", True)])
def test_time_that_the_law_gives_anyway_is_no_more_time(cases: Cases, until: str, *, taken: bool) -> None:
    told, command = amending(cases), a.AgreeMoreTime(on=day("13 Jul 2026"), agreed_until=day(until))
    if taken:
        assert told.do(command).duty("agreed_time").due == day(until)
    else:
        refused(told, command, DateRefused, "no later than 2026-07-20")


def test_what_was_agreed_on_the_first_draft_is_over_with_it(cases: Cases) -> None:
    told = amending(cases).do(a.AgreeMoreTime(on=day("13 Jul 2026"), agreed_until=day("31 Aug 2026")))
    review = again(told, "20 Jul 2026").app.review(told.id)
    assert told.duty("agreed_time").state == "not_applicable"
    assert last_day_given(review, told.app.workflow(review.workflow)) == day("3 Aug 2026")


# --- a pause, and the light route ---------------------------------------------------------------------------


def test_a_pause_stops_no_clock(cases: Cases) -> None:
    told = amending(cases)
    before = told.duty("final_plan", "1 Aug 2026")
    told.do(a.PauseReview(on=day("13 Jul 2026"), reason="The family asked"))
    assert told.duty("final_plan") == before
    paused = told.app.review(told.id).paused
    assert paused is not None
    assert paused.on == day("13 Jul 2026")
    told.do(a.ResumeReview(on=day("27 Jul 2026")))
    assert told.app.review(told.id).paused is None


def test_a_pause_begins_and_ends_once(cases: Cases) -> None:
    told = amending(cases)
    refused(told, a.ResumeReview(on=day("13 Jul 2026")), NotPossible, "not paused")
    told.do(a.PauseReview(on=day("13 Jul 2026"), reason="x"))
    refused(told, a.PauseReview(on=day("14 Jul 2026"), reason="x"), NotPossible, "paused since 2026-07-13")
    refused(told, a.ResumeReview(on=day("12 Jul 2026")), DateRefused, "before the pause")
    told.do(c.DecideNotToAmend(on=day("30 Jul 2026"))).do(a.ResumeReview(on=day("31 Jul 2026")))
    refused(told.do(c.ConcludeReview(on=day("31 Jul 2026"))), a.PauseReview(reason="x"), NotPossible, "nothing is left")


def test_the_light_route_leaves_every_duty_and_leads_to_no_amendment(cases: Cases) -> None:
    told = held(cases)
    duties = [duty.id for duty in told.app.duties(told.id)]
    told.do(a.RecordLightRoute(on=day("19 Jun 2026"), reason="Every outcome on track"))
    assert [duty.id for duty in told.app.duties(told.id)] == duties
    assert told.app.review(told.id).light_route
    told.do(a.RecordLightRoute(on=day("20 Jun 2026"), reason="The family asks for more", taken=False))
    assert not told.app.review(told.id).light_route
    told.decided("amend", "6 Jul 2026")
    refused(told, a.RecordLightRoute(on=day("7 Jul 2026"), reason="x"), NotPossible, "leads to no amendment")


# --- who says they come ---------------------------------------------------------------------------------------


def invited(cases: Cases) -> Told:
    told = cases.opened("1 Jun 2025", "1 Sep 2025")
    return told.do(c.ScheduleMeeting(on=day("2 Sep 2025"), meeting_on=day("1 Oct 2025"))).invited(
        "5 Sep 2025", ("parent", "health")
    )


def test_an_answer_to_the_invitation_counts_until_the_meeting_is_moved(cases: Cases) -> None:
    told = invited(cases)
    told.do(c.AnswerInvitation(on=day("6 Sep 2025"), role="health", replied="declined"))
    told.do(c.AnswerInvitation(on=day("7 Sep 2025"), role="health", replied="accepted"))
    assert [(one.role, one.replied) for one in told.app.review(told.id).invitation_answers] == [("health", "accepted")]
    told.do(c.PostponeMeeting(on=day("8 Sep 2025"), meeting_on=day("1 Dec 2025"), reason="Snow"))
    assert told.app.review(told.id).invitation_answers == ()


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"role": "setting"}, "setting is not recorded as invited"),
        ({"to": 3}, "was moved since: it answers the invitation to an earlier day"),
        ({"replied": "declined"}, "health has answered so already, on 2025-09-07"),
    ],
)
def test_an_answer_that_nobody_can_have_given_is_refused(cases: Cases, more: dict[str, Any], refused: str) -> None:
    told = invited(cases)
    told.do(c.PostponeMeeting(on=day("6 Sep 2025"), meeting_on=day("1 Dec 2025"), reason="Snow"))
    told.do(c.AnswerInvitation(on=day("7 Sep 2025"), role="health", replied="declined", to=4))
    said: dict[str, Any] = {"role": "health", "replied": "accepted", "on": day("8 Sep 2025")} | more
    with pytest.raises(NotPossible, match=refused):
        told.do(c.AnswerInvitation(**said))


def test_an_answer_before_the_invitation_is_refused(cases: Cases) -> None:
    told = invited(cases)
    with pytest.raises(DateRefused, match="on 2025-09-04 is before health was invited"):
        told.do(c.AnswerInvitation(on=day("4 Sep 2025"), role="health", replied="accepted"))
    told.do(c.AnswerInvitation(on=day("5 Sep 2025"), role="health", replied="accepted"))
    told.do(c.PostponeMeeting(on=day("8 Sep 2025"), meeting_on=day("1 Dec 2025"), reason="Snow"))
    with pytest.raises(NotPossible, match="answers the invitation to an earlier day"):
        told.do(c.AnswerInvitation(on=day("7 Sep 2025"), role="health", replied="declined"))


def test_an_answer_after_the_meeting_is_refused(cases: Cases) -> None:
    told = cases.opened("1 Jun 2025", "1 Sep 2025").invited("5 Sep 2025").held("1 Oct 2025")
    with pytest.raises(NotPossible, match="was held: who was there"):
        told.do(c.AnswerInvitation(on=day("2 Oct 2025"), role="parent", replied="accepted"))
