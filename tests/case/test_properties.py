"""Whatever is tried, in whatever order: states the definition knows, refusals without a trace, replay equal to live."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arflow.application.arflow import Arflow
from arflow.case import amendment_commands as a
from arflow.case import review_commands as c
from arflow.case.case import fold
from arflow.case.plan_commands import (
    AddPlan,
    CorrectPlanDay,
    DecideNotToAmendPlan,
    EndPlan,
    KeepPlanText,
    NameForTransfer,
    ReceivePlanRepresentations,
    RecordAmendment,
    Release,
    SeePlanDuty,
    SendPlanNotice,
    StartDetention,
    TransferIn,
    TransferOut,
)
from arflow.errors import ArflowError
from arflow.events import decode, stored
from arflow.law.catalogue import Catalogue
from arflow.law.machine import CIRCUMSTANCES, REASON_GIVEN, Machine, moves_by_state
from arflow.lists.questions import Asking
from tests.conftest import TODAY

pytestmark = pytest.mark.thorough

FIRST = date(2025, 1, 1)
days = st.integers(0, (TODAY - FIRST).days).map(lambda n: FIRST + timedelta(days=n))
roles = st.lists(
    st.sampled_from(("parent", "setting", "la_sen", "health", "la_social_care", "other")), min_size=1, max_size=5
)
reasons = st.sampled_from((None, "a reason"))
steps = st.sampled_from(
    (
        "invite", "circulate", "hold", "report", "decide", "notify", "change_decision", "notice", "notice_again",
        "withdraw_notice", "agree_time", "represent", "issue", "reissue", "cancel", "conclude",
    )
)  # fmt: skip

some = st.sampled_from(((), ("N-1",), ("N-2",), ("N-1", "N-2")))
commands = st.one_of(
    st.builds(c.ScheduleMeeting, on=days, meeting_on=days),
    st.builds(c.PostponeMeeting, on=days, meeting_on=days, reason=st.just("moved")),
    st.builds(c.Invite, on=days, roles=roles.map(tuple), served_on=st.none() | days),
    st.builds(c.Invite, on=days, roles=roles.map(tuple), people=some, awaiting=some),
    st.builds(c.CirculateAdvice, on=days, skip_reason=reasons, roles=roles.map(tuple), awaiting=some),
    st.builds(c.SendReport, on=days, roles=roles.map(tuple), awaiting=some),
    st.builds(c.RequestAdvice, on=days, roles=roles.map(tuple)),
    st.builds(c.ReceiveAdvice, on=days, role=st.sampled_from(("parent", "health"))),
    st.builds(c.CirculateAdvice, on=days, skip_reason=reasons),
    st.builds(c.CorrectStep, corrected_step=st.just("schedule"), meeting_on=days, reason=st.just("mistyped")),
    st.builds(c.ReceiveRepresentations, on=days, no_more=st.booleans()),
    st.builds(c.HoldMeeting, on=days, skip_reason=reasons),
    st.builds(c.SendReport, on=days),
    st.builds(
        c.Decide, on=days, outcome=st.sampled_from(("maintain", "amend", "cease")), not_yet_notified=st.booleans()
    ),
    st.builds(c.NotifyDecision, on=days),
    st.builds(c.SendAmendmentNotice, on=days, served_on=st.none() | days),
    st.builds(c.ReceiveRepresentations, on=days),
    st.builds(a.SendNoticeAgain, on=days, served_on=st.none() | days),
    st.builds(a.WithdrawNotice, on=days, reason=st.just("another draft")),
    st.builds(a.AgreeMoreTime, on=days, agreed_until=days),
    st.builds(
        a.ChangeDecision, on=days, outcome=st.sampled_from(("maintain", "amend", "cease")), reason=st.just("new advice")
    ),
    st.builds(a.ReissueFinalPlan, on=days, reason=st.just("wrong school")),
    st.builds(c.IssueFinalPlan, on=days),
    st.builds(c.DecideNotToAmend, on=days),
    st.builds(c.CeasePlan, on=days, skip_reason=reasons),
    st.builds(c.LodgeAppeal, on=days),
    st.builds(c.AdmitAppeal, on=days),
    st.builds(c.DetermineAppeal, on=days, ended=st.sampled_from(("dismissed", "allowed", "not_admitted"))),
    st.builds(c.ConcludeReview, on=days),
    st.builds(c.CancelReview, on=days, reason=st.just("no longer needed")),
    st.builds(c.CorrectStep, corrected_step=steps, on=days, reason=st.just("wrong day")),
    st.builds(
        c.CorrectStep,
        corrected_step=st.sampled_from(("invite", "notice", "notice_again")),
        on=days,
        served_on=st.none() | days,
        reason=st.just("wrong day"),
    ),
    st.builds(c.VoidStep, voided_step=steps, reason=st.just("never happened")),
)
# What is recorded beside the steps, on any day and of any event.
asides = st.one_of(
    st.builds(
        c.RecordService,
        on=days,
        of=st.integers(1, 14),
        served_on=days,
        channel=st.just("post"),
        because=st.sampled_from(("bounced", "table_changed")),
    ),
    st.builds(a.PauseReview, on=days, reason=st.just("the family asked")),
    st.builds(a.ResumeReview, on=days),
    st.builds(a.RecordLightRoute, on=days, reason=st.just("on track"), taken=st.booleans()),
    st.builds(c.RecordConduct, on=days, outcomes=st.just(("E1",)), progress=st.just(("achieved",))),
    st.builds(c.ChaseAdvice, on=days, roles=st.just(("health",))),
    st.builds(c.AnswerInvitation, on=days, role=st.just("parent"), replied=st.sampled_from(("accepted", "declined"))),
    st.builds(c.RecordMessage, on=days, letter=st.just("acknowledgement")),
    st.builds(c.RecordFailure, on=days, message=st.just("M-00000001"), because=st.just("bounced")),
    st.builds(c.SeeDuty, on=days, duty=st.just("decision"), seen=st.just("due"), due=days),
)
likely = st.sampled_from(
    (
        c.Invite(on=date(2025, 9, 1), roles=("parent",)),
        c.CirculateAdvice(on=date(2025, 9, 5), skip_reason="x"),
        c.HoldMeeting(on=date(2025, 10, 1), skip_reason="x"),
        c.SendReport(on=date(2025, 10, 10)),
        c.Decide(on=date(2025, 10, 20), outcome="amend"),
        c.SendAmendmentNotice(on=date(2025, 10, 20)),
        c.IssueFinalPlan(on=date(2025, 12, 1)),
        c.ConcludeReview(on=date(2025, 12, 2)),
    )
)
plan_commands = st.one_of(
    st.builds(TransferIn, on=days),
    st.builds(
        NameForTransfer,
        on=days,
        names_for_transfer=st.sampled_from(("123456", "unchanged")),
        outside_review=st.booleans(),
    ),
    st.builds(StartDetention, on=days),
    st.builds(Release, on=days),
    st.builds(CorrectPlanDay, fact=st.just("first_made"), to=days, reason=st.just("misread")),
    st.builds(TransferOut, on=days),
    st.builds(SendPlanNotice, on=days, again=st.booleans()),
    st.builds(ReceivePlanRepresentations, on=days, no_more=st.booleans()),
    st.builds(RecordAmendment, on=days, because=st.just("without_review"), notice_on=st.none() | days),
    st.builds(DecideNotToAmendPlan, on=days),
    st.builds(EndPlan, on=days),
    st.builds(
        CorrectPlanDay,
        fact=st.sampled_from(("transferred_out", "ceased", "detained", "released")),
        to=st.none() | days,
        reason=st.just("another plan"),
    ),
    st.builds(KeepPlanText, on=days, document=st.just("ab" * 32)),
    st.builds(SeePlanDuty, on=days, duty=st.just("twelve_months"), seen=st.just("breached"), due=days),
)
acts = st.one_of(likely, commands, asides, plan_commands, st.just("open"))
quietly = settings(max_examples=40, suppress_health_check=list(HealthCheck))


def play(app: Arflow, ref: str, history: list[Any]) -> str | None:
    """Try each act on the plan or its latest review; a refusal must leave the log as it was."""
    review: str | None = None
    for act in history:
        before = app.log_store.head()
        try:
            if act == "open":
                review = app.open_review(ref, on=FIRST).id
            elif isinstance(act, c.ReviewCommand):
                if review:
                    app.act(review, act)  # type: ignore[arg-type]
            else:
                app.change_plan(ref, act)
        except ArflowError as refusal:
            assert refusal.message
            assert app.log_store.head() == before
    return review


@quietly
@given(history=st.lists(acts, max_size=25))
def test_any_history(app: Arflow, history: list[Any]) -> None:
    ref = f"H-{app.log_store.head()[0]}"
    app.add_plan(AddPlan(ref=ref, first_made=FIRST))
    review = play(app, ref, ["open", *history])

    rows = app.log_store.read_case(ref)
    replayed = fold([decode(row.payload) for row in rows])
    workflow = app.current_workflow()
    assert replayed.plan == app.plan(ref)
    for one in replayed.reviews.values():
        assert one == app.review(one.id)
        assert one.state in workflow.state_by_id
        assert {duty.id for duty in app.duties(one.id)}
        assert set(app.possible(one)) <= {step.id.replace("_", "-") for step in workflow.steps}
    assert review is None or review in replayed.reviews
    assert all(stored(decode(row.payload)) == row.payload for row in rows)


@quietly
@given(data=st.data(), size=st.sampled_from([1, 7]))
def test_rebuilt_rows_are_the_followed_ones(app_on_each: Arflow, size: int, data: st.DataObject) -> None:
    app, asking = app_on_each, Asking(app_on_each)
    for n in range(3):
        ref = f"F-{app.log_store.head()[0]}-{n}"
        app.add_plan(AddPlan(ref=ref, first_made=FIRST, coordinator="C. One"))
        history = data.draw(st.lists(acts, max_size=8))
        for start in range(0, len(history) + 1, size):
            play(app, ref, ["open", *history[start : start + size]])
            asking.catch_up()
    followed = asking.digest()
    asking.rebuild()
    assert asking.digest() == followed
    assert asking.position() == app.log_store.head()[0]


def test_the_machines_answers_are_those_of_the_definitions_moves() -> None:
    """Of each step in each state: under nothing, under everything, and under each circumstance that one of its moves names."""
    workflow = Catalogue().load("annual_review.2015")
    machine, moves = Machine(workflow), moves_by_state(workflow)
    some = [frozenset({one}) for one in CIRCUMSTANCES] + [
        frozenset({"outcome_amend", "told"}),
        frozenset({"outcome_cease", "told", "appeal_over"}),
        frozenset({"outcome_maintain", "not_told"}),
    ]
    always = [frozenset[str](), frozenset({REASON_GIVEN}), frozenset(CIRCUMSTANCES)]
    for state in workflow.state_by_id:
        for step in workflow.step_by_id:
            named = {one for own, move in moves[state] if own.id == step for one in move.when}
            for circumstances in (*always, *(one for one in some if one & named)):
                fitting = [
                    move
                    for own, move in sorted(moves[state], key=lambda pair: bool(pair[1].skips))
                    if own.id == step
                    and circumstances.issuperset(move.when)
                    and (not move.skips or REASON_GIVEN in circumstances)
                ]
                expected = (fitting[0].to or state) if fitting else None
                try:
                    found = machine.after(state, step, circumstances)[0]
                except ArflowError:
                    found = None
                assert found == expected, (state, step, circumstances)
