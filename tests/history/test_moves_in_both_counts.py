"""Two computations, one answer, for plans that move and institutions that are consulted, around their last days."""

from datetime import date

import pytest

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from tests.history.test_last_days_in_both_counts import agreed, around
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
