"""Two computations, one answer, for plans that move and institutions that are consulted, around their last days."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from tests.case.test_properties import days
from tests.conftest import TODAY
from tests.history.test_last_days_in_both_counts import agreed, around
from tests.history.test_replay import differences, institutions, play, quietly, replay
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough


def state_of(duty: str) -> str:
    return f"select state from duties where duty = '{duty}' and review = ''"


@pytest.mark.parametrize(("went", "state"), list(zip(around("23 Jan 2026"), ("met", "met", "breached"), strict=True)))
def test_a_plan_handed_over_around_the_fifteenth_working_day(app: Arflow, went: date, state: str) -> None:
    plan = Cases(app).plan("1 Mar 2025")
    app.change_plan(plan, p.LearnOfMove(on=day("5 Jan 2026")), p.TransferOut(on=went))
    assert agreed(app, state_of("hand_over"), app.today) == [state]


@pytest.mark.parametrize("moves_on", [None, *around("26 Jan 2026")])
def test_a_move_known_before_its_day(app: Arflow, moves_on: date | None) -> None:
    plan = Cases(app).plan("1 Mar 2025")
    app.change_plan(plan, p.LearnOfMove(on=day("5 Jan 2026"), moves_on=moves_on))
    last = max(moves_on or day("23 Jan 2026"), day("23 Jan 2026"))
    query = "select due from duties where duty = 'hand_over'"
    assert agreed(app, query, day("5 Jan 2026"), *around("26 Jan 2026")) == [last] * 4


def test_a_move_that_was_a_mistake_or_whose_day_nobody_knows(app: Arflow) -> None:
    plan = Cases(app).plan("1 Mar 2025")
    app.change_plan(plan, p.LearnOfMove(on=day("5 Jan 2026"), moves_on=day("1 Feb 2026")))
    app.change_plan(plan, p.CorrectPlanDay(fact="aware_of_move", to=day("6 Jan 2026"), quality="estimated", reason="x"))
    assert agreed(app, "select due from duties where duty = 'hand_over'", app.today) == [day("1 Feb 2026")]
    app.change_plan(plan, p.CorrectPlanDay(fact="aware_of_move", to=None, quality="missing", reason="x"))
    assert agreed(app, state_of("hand_over"), app.today) == ["not_started"]
    app.change_plan(plan, p.CorrectPlanDay(fact="aware_of_move", to=None, reason="x"))
    assert agreed(app, state_of("hand_over"), app.today) == ["not_applicable"]


@pytest.mark.parametrize(
    ("to", "quality", "told"),
    [(day("22 Jan 2026"), "estimated", "met, estimated, 2026-01-22"), (None, "missing", "not_applicable, known")],
)
def test_a_plan_that_went_on_a_day_of_which_nobody_is_sure(
    app: Arflow, to: date | None, quality: Any, told: str
) -> None:
    plan = Cases(app).plan("1 Mar 2025")
    app.change_plan(plan, p.LearnOfMove(on=day("5 Jan 2026")), p.TransferOut(on=day("21 Jan 2026")))
    app.change_plan(plan, p.CorrectPlanDay(fact="transferred_out", to=to, quality=quality, reason="x"))
    query = "select concat_ws(', ', state, quality, met_on) from duties where duty = 'hand_over' and review = ''"
    assert agreed(app, query, app.today) == [told]


def test_consultations_around_their_last_day(app: Arflow) -> None:
    plan = Cases(app).plan("1 Aug 2024", transfer="primary_to_secondary", transfer_on=date(2026, 9, 1))
    app.change_plan(
        plan,
        p.ConsultInstitution(on=day("3 Nov 2025"), institution="123456"),
        p.ConsultInstitution(on=day("3 Nov 2025"), institution="234567"),
        p.ReceiveReply(on=day("10 Nov 2025"), institution="123456", reply="can_meet_needs"),
        p.ConsultInstitution(on=day("5 Nov 2025"), institution="234567", authority="878"),
    )
    states = agreed(app, state_of("consultation_reply"), day("2 Nov 2025"), *around("18 Nov 2025"))
    assert states == ["not_applicable", "due_soon", "due_soon", "overdue"]
    app.change_plan(plan, p.ReceiveReply(on=day("18 Nov 2025"), institution="234567", reply="can_meet_needs"))
    assert agreed(app, state_of("consultation_reply"), *around("20 Nov 2025")) == ["due_soon", "due_soon", "overdue"]
    app.change_plan(plan, p.WithdrawConsultation(institution="234567", authority="878", reason="theirs"))
    assert agreed(app, state_of("consultation_reply"), app.today) == ["met"]


def test_no_answer_is_awaited_once_the_transfer_is_dealt_with(app: Arflow) -> None:
    plan = Cases(app).plan("1 Aug 2024", transfer="post16_to_post16", transfer_on=date(2026, 9, 1))
    app.change_plan(
        plan,
        p.ConsultInstitution(on=day("3 Nov 2025"), institution="123456"),
        p.NameForTransfer(names_for_transfer="123456", outside_review=True, on=day("1 Dec 2025")),
    )
    states = agreed(app, state_of("consultation_reply"), *around("1 Dec 2025"))
    assert states == ["overdue", "not_applicable", "not_applicable"]


EXPECTED = p.ExpectTransfer(transfer="primary_to_secondary", transfer_on=date(2026, 9, 1))
named = st.sampled_from(("123456", "type:special school", "unchanged", "withdrawn:mistake"))
acts = st.one_of(
    st.builds(p.ConsultInstitution, on=days, institution=institutions, authority=st.sampled_from((None, "878"))),
    st.builds(p.ReceiveReply, on=days, institution=institutions, reply=st.just("can_meet_needs")),
    st.builds(p.SendPlanNotice, on=days),
    st.builds(p.DecideNotToAmendPlan, on=days, skip_reason=st.just("agreed")),
    st.builds(p.ConsultInstitution, on=days, institution=institutions, outside_review=st.just(True)),
    st.builds(p.WithdrawConsultation, on=days, institution=institutions, reason=st.just("mistaken")),
    st.builds(p.NameForTransfer, on=days, names_for_transfer=named, outside_review=st.just(True)),
    st.builds(p.ExpectTransfer, transfer=st.just("primary_to_secondary"), transfer_on=days),
    st.builds(p.LearnOfMove, on=days, moves_on=st.none() | days),
    st.builds(p.TransferOut, on=days),
    st.builds(
        p.CorrectPlanDay,
        fact=st.sampled_from(("aware_of_move", "transferred_out", "transfer_on")),
        to=st.none() | days,
        quality=st.sampled_from(("known", "estimated", "missing")),
        reason=st.just("misread"),
    ),
)


@settings(quietly, max_examples=3)
@given(data=st.data())
def test_no_difference_on_any_history_of_moves_and_consultations(app: Arflow, data: st.DataObject) -> None:
    plan = p.AddPlan(ref="?", first_made=date(2024, 1, 1))
    for number in range(12):
        play(app, plan, [EXPECTED, *data.draw(st.lists(acts, max_size=9))], number)
    with replay(app) as opened:
        for on in (TODAY, data.draw(days), data.draw(days)):
            assert differences(app, opened.at(on)) == []


def test_what_is_told_and_reviewed_after_a_move_in_around_its_last_day(app: Arflow) -> None:
    """In on 12 January 2026: six weeks end on 23 February (r.15(4)); reviewed in October, 12 months outlast three (r.15(5))."""
    for on in (*around("23 Feb 2026"), None):
        plan = Cases(app, start=app.log_store.head()[0]).plan("1 Nov 2025")
        app.change_plan(plan, p.TransferIn(on=day("12 Jan 2026")))
        if on:
            app.change_plan(plan, p.TellFamilyOfTransfer(on=on, proposes_assessment=False, review_on=day("1 Apr 2026")))
    told = "select list(state order by plan) from duties where duty = 'family_told_of_transfer'"
    assert agreed(app, told, *around("23 Feb 2026"), app.today) == [
        ["met", "due_soon", "due_soon", "due_soon"],
        ["met", "met", "due_soon", "due_soon"],
        ["met", "met", "breached", "overdue"],
        ["met", "met", "breached", "overdue"],
    ]


@pytest.mark.parametrize(
    ("made", "last"), [("11 Apr 2025", "11 Apr 2026"), ("12 Apr 2025", "11 Apr 2026"), ("13 Apr 2025", "12 Apr 2026")]
)
def test_the_later_of_twelve_months_and_three_after_a_move_in(app: Arflow, made: str, last: str) -> None:
    """R.15(5): in on 12 January 2026, three months end on 11 April; 12 months from around 12 April 2025 end around it."""
    app.change_plan(Cases(app).plan(made), p.TransferIn(on=day("12 Jan 2026")))
    assert agreed(app, "select due from duties where duty = 'twelve_months'", *around(last)) == [day(last)] * 3
