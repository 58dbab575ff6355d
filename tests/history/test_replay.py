"""Two computations, one answer: duties counted over the log in SQL are those counted from each case's events in Python."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import msgspec
import pytest
from click.testing import Result
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from arflow.application.arflow import Arflow
from arflow.case import amendment_commands as a
from arflow.case import plan_amendments
from arflow.case import plan_commands as p
from arflow.case import proceeding_commands as pr
from arflow.case import review_commands as c
from arflow.case.case import fold
from arflow.demo import Making, make
from arflow.errors import ArflowError
from arflow.events import (
    OUTCOMES,
    TRANSFER_KINDS,
    AgreedTo,
    AppealAgainst,
    AppealEnd,
    OrderRequires,
    ProceedingStep,
    decode,
)
from arflow.history import Replay, View
from arflow.history.agreement import compare
from arflow.history.columnar import settled
from arflow.law.catalogue import Catalogue
from arflow.law.workflow import Workflow
from tests.case.test_properties import asides, commands, days
from tests.conftest import TODAY
from tests.support.cases import EVERYBODY, Cases, day
from tests.support.publishing import publish_for_all_days

pytestmark = pytest.mark.thorough

KINDS = tuple(Catalogue().load("annual_review.2015").kinds)
OPEN = st.tuples(st.just("open"), st.sampled_from(KINDS), days, st.none() | days)
some_day = st.none() | days
# A proceeding by its number in the plan's stream, or whichever is under way and fits.
which = st.none() | st.integers(2, 14)
proceeding_commands = st.one_of(
    st.builds(pr.LodgePlanAppeal, on=days, against=st.sampled_from(get_args(AppealAgainst))),
    st.builds(pr.EndPlanAppeal, on=days, ended=st.sampled_from(get_args(AppealEnd)), proceeding=which),
    st.builds(pr.RecordOrder, on=days, requires=st.sampled_from(get_args(OrderRequires)), last_day=some_day),
    st.builds(pr.NotOppose, on=days, requires=st.sampled_from(get_args(OrderRequires))),
    st.builds(pr.RequestMediation, on=days),
    st.builds(pr.AgreeInMediation, on=days, requires=st.sampled_from(get_args(AgreedTo)), last_day=some_day),
    st.builds(pr.RequestReassessment, on=days),
    st.builds(pr.RefuseReassessment, on=days),
    st.builds(pr.RequestReassessmentAdvice, on=days),
    st.builds(pr.StartDirectPayments, on=days),
    st.builds(pr.ConsiderCeasing, on=days, ground=st.just("not_necessary"), roles=st.just(("parent",))),
    st.builds(pr.NotifyCeasing, on=days),
    st.builds(pr.SetLimit, on=days, last_day=days, proceeding=which),
    st.builds(pr.ExcuseLimit, on=days, because=st.just("absence"), proceeding=which),
    st.builds(pr.TakeProceedingStep, on=days, did=st.sampled_from(get_args(ProceedingStep)), proceeding=which),
    st.builds(pr.WithdrawProceeding, on=days, proceeding=st.integers(2, 14), reason=st.just("misread")),
    st.builds(
        p.RecordAmendment, on=days, because=st.sampled_from(("without_review", "tribunal_order", "reassessment"))
    ),
)
# Proceedings begun, moved on and taken back on rising days, so that several of a kind are under way at once.
proceedings = st.lists(days, min_size=4, max_size=4).map(sorted).flatmap(
    lambda on: st.tuples(st.sampled_from(get_args(AgreedTo)), st.sampled_from(get_args(ProceedingStep))).map(
        lambda drawn: [
            pr.AgreeInMediation(on=on[0], requires=drawn[0]),
            pr.RequestMediation(on=on[0]),
            pr.AgreeInMediation(on=on[1], requires=drawn[0], last_day=on[3]),
            pr.TakeProceedingStep(on=on[1], did="held"),
            pr.TakeProceedingStep(on=on[2], did=drawn[1]),
            pr.ExcuseLimit(on=on[2], because="closure"),
            pr.TakeProceedingStep(on=on[3], did="certificate_given"),
        ]
    )
)  # fmt: skip
institutions = st.sampled_from(("123456", "234567"))
plan_commands = st.one_of(
    st.builds(p.MoveSetting, on=days, setting=st.sampled_from((None, "111111", "222222"))),
    st.builds(p.ChangeYearGroup, on=days, nc_year=st.integers(0, 14)),
    st.builds(p.ExpectTransfer, on=days, transfer=st.sampled_from(TRANSFER_KINDS), transfer_on=days),
    st.builds(p.TransferIn, on=days),
    st.builds(p.TellFamilyOfTransfer, on=days, proposes_assessment=st.booleans(), review_on=days),
    st.builds(p.LearnOfMove, on=days, moves_on=st.none() | days, to_la=st.sampled_from((None, "878"))),
    st.builds(p.RequestInstitution, on=days, institution=st.sampled_from((None, "123456", "234567"))),
    st.builds(p.ConsultInstitution, on=days, institution=institutions, authority=st.sampled_from((None, "878"))),
    st.builds(
        p.ReceiveReply,
        on=days,
        institution=institutions,
        authority=st.sampled_from((None, "878")),
        reply=st.sampled_from(("can_meet_needs", "objects")),
        reason=st.just("full"),
    ),
    st.builds(p.WithdrawConsultation, on=days, institution=institutions, reason=st.just("mistaken")),
    st.builds(p.TransferOut, on=days),
    st.builds(p.StartDetention, on=days, under=st.sampled_from(("order", "recall"))),
    st.builds(p.RecordMonitoringMeeting, on=days),
    st.builds(p.Release, on=days),
    st.builds(p.StartReassessment, on=days),
    st.builds(p.EndReassessment, on=days, stands_for_review=st.booleans(), reason=st.just("judged so")),
    st.builds(
        p.NameForTransfer,
        on=days,
        names_for_transfer=st.sampled_from(
            ("123456", "type:special school", "none:at home", "unchanged", "withdrawn:mistake")
        ),
        outside_review=st.booleans(),
    ),
    st.builds(p.SetYoungPersonFrom, on=days, young_person_from=days),
    st.builds(p.SendTermlyList, on=days, term_start=st.sampled_from((date(2026, 9, 2), date(2027, 1, 5)))),
    st.builds(
        p.GiveTermList,
        on=days,
        term_start=st.just(date(2026, 9, 2)),
        role=st.sampled_from(("health", "la_social_care")),
    ),
    st.builds(p.SendPlanNotice, on=days, again=st.booleans(), served_on=st.none() | days),
    st.builds(p.ReceivePlanRepresentations, on=days, no_more=st.booleans()),
    st.builds(
        p.RecordAmendment,
        on=days,
        because=st.sampled_from(("without_review", "tribunal_order", "reassessment")),
        notice_on=st.none() | days,
    ),
    st.builds(p.DecideNotToAmendPlan, on=days),
    st.builds(p.EndPlan, on=days, skip_reason=st.sampled_from((None, "judged so"))),
    st.builds(p.KeepPlanText, on=days, document=st.just("ab" * 32)),
    st.builds(p.ReceivePaper, on=days, paper=st.just("I-00000001")),
    st.builds(
        p.CorrectPlanDay,
        fact=st.sampled_from(
            (
                "first_made",
                "last_reviewed",
                "transfer_on",
                "transferred_in",
                "aware_of_move",
                "transferred_out",
                "detained",
                "released",
                "ceased",
                "young_person_from",
                *plan_amendments.FACTS,
                "amended",
                "stood_in",
            )
        ),
        to=some_day,
        quality=st.sampled_from(("known", "estimated", "missing")),
        reason=st.just("misread"),
    ),
    st.builds(
        p.CorrectPlanDay,
        fact=st.sampled_from(plan_amendments.NOTICES),
        to=days,
        served_on=st.none() | days,
        reason=st.just("misread"),
    ),
)


def doubted(of: tuple[int, ...], quality: str) -> list[c.DoubtDay]:
    """Doubt about the day of whichever of the events is an act; the others are refused."""
    return [c.DoubtDay(of=number, quality=quality) for number in of]  # type: ignore[arg-type]


def served(of: tuple[int, ...], on: date, day: date) -> list[c.RecordService]:
    """Service recorded of whichever of the events was sent; the others are refused."""
    how: dict[str, Any] = {"served_on": day, "channel": "post", "because": "bounced"}
    return [c.RecordService(of=number, on=on, **how) for number in of]


# A review taken through its steps on rising days, so that histories get far; anything may come between.
course = st.lists(days, min_size=6, max_size=8).map(sorted).flatmap(
    lambda on: st.tuples(st.sampled_from(OUTCOMES), st.sampled_from(("estimated", "missing"))).map(
        lambda said: [
            c.Invite(on=on[0], roles=("parent", "setting", "la_sen", "health", "la_social_care"), served_on=on[1]),
            *served((2, 3), on[2], on[2]),
            *doubted((2,), "estimated"),
            c.CirculateAdvice(on=on[1], skip_reason="x"),
            c.HoldMeeting(on=on[2], skip_reason="x", first_met_on=on[0]),
            c.SendReport(on=on[3]),
            c.Decide(on=on[4], outcome=said[0]),
            p.NameForTransfer(names_for_transfer="unchanged"),
            *doubted((4, 5, 6, 7, 8, 9), said[1]),
            c.SendAmendmentNotice(on=on[4], served_on=on[5]),
            *served(tuple(range(8, 13)), on[5], on[-1]),
            c.CertifyMediation(on=on[5]),
            c.IssueFinalPlan(on=on[-1], names_for_transfer="123456"),
            c.IssueFinalPlan(on=on[-1]),
            c.CeasePlan(on=on[-1], skip_reason="x"),
            c.LodgeAppeal(on=on[-1]),
            c.AdmitAppeal(on=on[-1]),
            c.ConcludeReview(on=on[-1]),
        ]
    )
)  # fmt: skip
# An amendment without a review taken through its acts on rising days.
amendment = (
    st.lists(days, min_size=5, max_size=5)
    .map(sorted)
    .flatmap(
        lambda on: st.sampled_from(
            (p.RecordAmendment(on=on[4], because="without_review"), p.DecideNotToAmendPlan(on=on[4]))
        ).map(
            lambda end: [
                p.SendPlanNotice(on=on[0], served_on=on[1]),
                p.ReceivePlanRepresentations(on=on[1], no_more=True),
                p.SendPlanNotice(on=on[2], again=True, served_on=on[3]),
                p.ReceivePlanRepresentations(on=on[3], no_more=on[3] > on[2]),
                end,
            ]
        )
    )
)
# A notice with what may follow it, each in its place; what the history makes impossible is left out.
second_thoughts = (
    st.lists(days, min_size=8, max_size=8)
    .map(sorted)
    .flatmap(
        lambda on: st.lists(
            st.sampled_from(
                (
                    a.WithdrawNotice(on=on[4], reason="another draft"),
                    a.SendNoticeAgain(on=on[4], served_on=on[5]),
                    a.AgreeMoreTime(on=on[4], agreed_until=on[6]),
                    c.ReceiveRepresentations(on=on[4], no_more=True),
                    c.VoidStep(voided_step="notice_again", reason="never went"),
                )
            ),
            max_size=4,
        ).map(
            lambda between: [
                c.HoldMeeting(on=on[0], skip_reason="x"),
                c.Decide(on=on[1], outcome="cease", not_yet_notified=True),
                c.Decide(on=on[1], outcome="maintain"),
                a.ChangeDecision(on=on[2], outcome="cease", reason="new advice"),
                a.ChangeDecision(on=on[2], outcome="amend", reason="new advice"),
                c.SendAmendmentNotice(on=on[3]),
                *between,
                c.IssueFinalPlan(on=on[7]),
                a.ReissueFinalPlan(on=on[7], reason="wrong school"),
            ]
        )
    )
)
one = st.one_of(commands, asides, plan_commands, st.builds(c.TakeLocalStep, on=days, local_step=st.just("panel"))).map(
    lambda act: [act]
)
several = st.one_of(
    OPEN.map(lambda act: [act]),
    course,
    amendment,
    second_thoughts,
    one,
    one,
    proceedings,
    proceeding_commands.map(lambda act: [act]),
)
history = st.lists(several, max_size=12).map(lambda several: [act for acts in several for act in acts])
plans = st.builds(
    p.AddPlan,
    ref=st.just("?"),
    on=st.just(date(2024, 1, 1)),
    first_made=st.just(date(2024, 1, 1)),
    first_made_quality=st.sampled_from(("known", "estimated")),
    last_reviewed=some_day,
    last_reviewed_quality=st.sampled_from(("known", "estimated", "missing")),
    setting=st.sampled_from((None, "111111")),
    nc_year=st.none() | st.integers(0, 14),
)
# Shrinking replays the whole log each time: a failing history is printed as it was found.
quietly = settings(
    max_examples=5,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def play(app: Arflow, plan: p.AddPlan, acts: list[Any], number: int) -> str:
    """Whatever of a history can be recorded; what is refused is left out."""
    ref = f"X-{app.log_store.head()[0]}-{number}"
    app.add_plan(msgspec.structs.replace(plan, ref=ref))
    review = ""
    for act in [("open", "annual", date(2025, 1, 1), None), *acts]:
        try:
            if isinstance(act, tuple):
                review = app.open_review(ref, kind=act[1], on=act[2], meeting_on=act[3]).id
            elif isinstance(act, c.ReviewCommand):
                app.act(review, act)  # type: ignore[arg-type]
            else:
                app.change_plan(ref, act)
        except ArflowError:
            continue
    return ref


@contextmanager
def replay(app: Arflow, workflow_of: Callable[[str], Workflow] | None = None) -> Iterator[Replay]:
    with Replay.of_store(app.log_store.engine, workflow_of or app.workflow, app.current_workflow()) as opened:
        yield opened


def differences(app: Arflow, view: View, workflow_of: Callable[[str], Workflow] | None = None) -> list[str]:
    found = compare(view, app.log_store.read_by_case(), workflow_of or app.workflow, app.current_workflow())
    assert found.cases
    assert found.duties
    return [str(difference) for difference in found.differences]


@pytest.fixture
def small_logs_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "EVENTS_BEFORE_SETTLING", 1)


@pytest.mark.usefixtures("small_logs_settle")
@pytest.mark.parametrize("workflow", ["annual_review.2015", "anyshire.2026"])
@quietly
@given(data=st.data())
def test_no_difference_on_any_history(app: Arflow, workflow: str, data: st.DataObject) -> None:
    if workflow not in app.rules.read().definitions:
        publish_for_all_days(app)
    for number in range(6):
        play(app, data.draw(plans), data.draw(history), number)
    with replay(app) as opened:
        assert differences(app, opened.at(TODAY)) == []
        assert differences(app, opened.at(data.draw(days))) == []


def test_only_the_duties_asked_for_are_counted_and_they_are_as_all_are(app: Arflow) -> None:
    make(app, Making(plans=12, years=2, seed=7, today=TODAY))
    asked = "select * from duties where duty in ({}) order by plan, review, duty"
    with replay(app) as opened:
        every = opened.at(TODAY)
        names = [name for (name,) in every.rows("select distinct duty from duties order by 1")]
        expected = {name: every.rows(asked.format(f"'{name}'")) for name in names}
    with replay(app) as opened:
        view = opened.folded_at(TODAY)
        view.count(["nothing"])
        assert view.rows("from duties") == []
        for number, name in enumerate(names[::15], 1):
            view.count([name])
            assert view.rows(asked.format(f"'{name}'")) == expected[name]
            assert view.rows("select count(distinct duty) from duties") == [(number,)]


def policies() -> list[dict[str, Any]]:
    return [
        {"clock_resets_on": "meeting_held", "adjourned_meeting": "concluding_day"},
        {"roll_forward_non_working_days": True, "phase_dates_outer": "before"},
        {"notice_outer": "clear_days", "twelve_months_strict": "anniversary", "due_soon_days": 100},
    ]


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: next(iter(policy)))
@settings(quietly, max_examples=3)
@given(data=st.data())
def test_no_difference_under_any_policy(app: Arflow, policy: dict[str, Any], data: st.DataObject) -> None:
    for number in range(6):
        play(app, data.draw(plans), data.draw(history), number)
    statutory = app.current_workflow()
    other = msgspec.structs.replace(statutory, policy=msgspec.structs.replace(statutory.policy, **policy))
    with Replay.of_store(app.log_store.engine, lambda _: other, other) as opened:
        for on in (TODAY, data.draw(days)):
            found = compare(opened.at(on), app.log_store.read_by_case(), lambda _: other, other)
            assert found.duties
            assert found.differences == ()


def test_no_difference_over_an_authority_at_ten_days_and_two_moments(app_on_each: Arflow) -> None:
    make(app_on_each, Making(plans=60, years=4, seed=7, today=TODAY))
    with replay(app_on_each) as opened:
        for months in range(10):
            on = TODAY - timedelta(days=140 * months)
            known = datetime(on.year, on.month, on.day, 12, tzinfo=UTC) if months % 2 else None
            assert differences(app_on_each, opened.at(on, known)) == []


def test_a_difference_is_found_and_named(app: Arflow) -> None:
    """The comparison can fail: here the log is read under a definition that counts otherwise."""
    told = Cases(app).opened("1 Aug 2024", "1 May 2025").invited("20 May 2025").held("10 Jun 2025")
    statutory = app.current_workflow()
    other = msgspec.structs.replace(
        statutory, policy=msgspec.structs.replace(statutory.policy, notice_strict="calendar_weeks")
    )
    with replay(app) as opened:
        found = compare(opened.at(TODAY), app.log_store.read_by_case(), lambda _: other, other)
    assert {(d.review, d.duty) for d in found.differences} == {
        (told.id, duty) for duty in ("notice", "invitees", "advice_circulated")
    }
    notice = next(d for d in found.differences if d.duty == "notice")
    assert notice.sql is not None
    assert notice.python is not None
    assert (notice.sql["due"], notice.python["due"]) == (date(2025, 5, 26), date(2025, 5, 27))
    assert f"{told.id} notice: " in str(notice)


def test_a_case_missing_on_one_side_is_a_difference(app: Arflow) -> None:
    cases = Cases(app)
    cases.opened("1 Aug 2024", "1 May 2025")
    second = cases.opened("1 Aug 2024", "1 May 2025")
    third = cases.opened("1 Aug 2024", "1 May 2025")
    rows = list(app.log_store.read_by_case())
    with replay(app) as opened:
        view = opened.at(TODAY)
        for gone in (second, third):
            kept = [row for row in rows if row.plan != gone.plan]
            found = compare(view, kept, app.workflow, app.current_workflow())
            assert {d.plan for d in found.differences} == {gone.plan}
            assert all(d.python is None for d in found.differences)


# --- as it stood on a day -------------------------------------------------------------------------------------


def setting_at(app: Arflow, ref: str, on: date) -> str | None:
    with replay(app) as opened:
        found = opened.at(on).rows(f"select setting from plan_facts where plan = '{ref}'")
    setting: str | None = found[0][0]
    return setting


def test_the_setting_is_the_one_of_the_day_asked_for(app: Arflow) -> None:
    ref = Cases(app).plan("1 Aug 2024", setting="111111")
    app.change_plan(ref, p.MoveSetting(on=date(2025, 9, 1), setting=None))
    assert setting_at(app, ref, date(2025, 8, 31)) == "111111"
    assert setting_at(app, ref, date(2025, 9, 1)) is None


def test_a_plan_is_not_there_before_it_was_made(app: Arflow) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    with replay(app) as opened:
        assert opened.at(date(2024, 7, 31)).rows("select count(*) from plans") == [(0,)]
        assert opened.at(date(2024, 8, 1)).rows("select count(*) from plans") == [(1,)]
        assert opened.at(date(2025, 4, 30)).rows("select count(*) from reviews") == [(0,)]


def test_what_is_recorded_after_replay_was_opened_is_left_out(app_on_each: Arflow) -> None:
    app, cases = app_on_each, Cases(app_on_each)
    cases.opened("1 Aug 2024", "1 May 2025")
    with replay(app) as opened:
        assert opened.head == (3, app.log_store.head()[1].hex())
        cases.opened("1 Aug 2024", "1 May 2025")
        assert opened.at(TODAY).rows("select count(*) from reviews") == [(1,)]


def test_a_log_without_events_has_no_plans_and_no_duties(app_on_each: Arflow) -> None:
    with replay(app_on_each) as opened:
        assert opened.head == (0, bytes(32).hex())
        assert opened.at(TODAY).rows("select count(*) from plans union all select count(*) from duties") == [(0,), (0,)]


def test_a_log_longer_than_one_file_of_rows_is_read_whole(app: Arflow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arflow.history.log_source._ROWS_A_FILE", 7)
    make(app, Making(plans=6, years=3, seed=7, today=TODAY))
    with replay(app) as opened:
        view = opened.at(TODAY)
        positions = view.rows("select position from known order by position")
        assert [row[0] for row in positions] == list(range(1, opened.head[0] + 1))
        assert differences(app, view) == []


def test_detention_that_ended_is_detention_while_it_lasted(app: Arflow) -> None:
    ref = Cases(app).plan("1 Aug 2024")
    for begun, ended in ((date(2025, 1, 1), date(2025, 3, 1)), (date(2026, 1, 1), date(2026, 3, 1))):
        app.change_plan(ref, p.StartDetention(on=begun), p.Release(on=ended))
    with replay(app) as opened:
        detained = [
            opened.at(on).rows("select is_detained from plan_facts")[0][0]
            for on in (date(2024, 12, 31), date(2025, 2, 1), date(2025, 3, 1), date(2026, 2, 1), TODAY)
        ]
    assert detained == [False, True, False, True, False]


def test_a_corrected_day_counts_from_when_it_is_known(app: Arflow) -> None:
    told = Cases(app).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")
    before = datetime.now(UTC)
    told.do(c.CorrectStep(corrected_step="hold", on=day("17 Jun 2025"), reason="Misread"))
    with replay(app) as opened:
        query = "select on_hold from review_facts"
        assert opened.at(TODAY, before).rows(query) == [(date(2025, 6, 10),)]
        assert opened.at(TODAY).rows(query) == [(date(2025, 6, 17),)]
        assert opened.at(date(2025, 6, 16)).rows(query) == [(None,)]


@quietly
@given(plan=plans, acts=history)
def test_a_plan_as_at_today_is_the_plan(app: Arflow, plan: p.AddPlan, acts: list[Any]) -> None:
    from arflow.case.plan_as_at import as_at

    ref = play(app, plan, acts, 0)
    events = [decode(row.payload) for row in app.log_store.read_case(ref)]
    own = [event for event in events if event.originator_id.startswith("plan/")]
    now, live = as_at(own, TODAY), fold(events).plan  # type: ignore[arg-type]
    assert now is not None
    assert msgspec.structs.replace(now, version=live.version) == live


def test_everybody_is_invited_counts_alike_in_both(app: Arflow) -> None:
    told = Cases(app).opened("1 Aug 2024", "1 May 2025", setting="111111")
    told.do(c.ScheduleMeeting(on=day("1 May 2025"), meeting_on=day("10 Jun 2025")))
    told.invited("1 May 2025", EVERYBODY[:-1])
    told.do(c.PostponeMeeting(on=day("10 May 2025"), meeting_on=day("20 Jun 2025"), reason="Ill"))
    told.invited("12 May 2025", EVERYBODY)
    with replay(app) as opened:
        view = opened.at(TODAY)
        assert view.rows("select day_invited, day_all_invited from review_facts") == [(day("12 May 2025"),) * 2]
        assert differences(app, view) == []


def test_service_counts_alike_in_both_from_the_day_it_is_recorded_for(app: Arflow) -> None:
    told = (
        Cases(app).opened("1 Aug 2024", "1 May 2025").invited("20 May 2025", served="22 May 2025").held("10 Jun 2025")
    )
    told.decided("amend", "1 Jul 2025").noticed("1 Jul 2025").served(2, "28 May 2025", recorded="2 Jun 2025")
    told.served(2, "27 May 2025", recorded="5 Jul 2025").served(6, "4 Jul 2025", recorded="5 Jul 2025")
    told.do(c.SeeDuty(on=day("20 Jul 2025"), duty="final_plan", seen="due", due=day("26 Aug 2025")))

    def days(on: str) -> list[Any]:
        view = opened.at(day(on))
        assert differences(app, view) == []
        return view.rows("select day_invited, day_notice_served, state from review_facts")

    with replay(app) as opened:
        assert days("1 Jun 2025") == [(day("22 May 2025"), None, "invited")]
        assert days("2 Jun 2025") == [(day("28 May 2025"), None, "invited")]
        assert days("4 Jul 2025") == [(day("28 May 2025"), day("1 Jul 2025"), "amending")]
        assert days("5 Jul 2025") == [(day("27 May 2025"), day("4 Jul 2025"), "amending")]


def test_service_of_an_act_that_was_voided_or_corrected_counts_alike_in_both(app: Arflow) -> None:
    told = (
        Cases(app).opened("1 Aug 2024", "1 May 2025").invited("20 May 2025").invited("21 May 2025").held("10 Jun 2025")
    )
    told.served(2, "28 May 2025", recorded="2 Jun 2025").served(3, "27 May 2025", recorded="2 Jun 2025")
    rows = "select day_invited from review_facts"
    with replay(app) as opened:
        assert opened.at(TODAY).rows(rows) == [(day("27 May 2025"),)]
    told.do(c.VoidStep(voided_step="invite", version=3, reason="Another family"))
    with replay(app) as opened:
        view = opened.at(TODAY)
        assert view.rows(rows) == [(day("28 May 2025"),)]
        assert differences(app, view) == []
    told.do(c.CorrectStep(corrected_step="invite", on=day("30 May 2025"), reason="Misread"))
    with replay(app) as opened:
        view = opened.at(TODAY)
        assert view.rows(rows) == [(day("30 May 2025"),)]
        assert differences(app, view) == []


# --- the command ------------------------------------------------------------------------------------------------


def test_verify_says_that_both_counts_agree(run: Callable[..., Result], app: Arflow) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")

    said = run("verify", "--duties")

    assert said.exit_code == 0
    agreed = [line for line in said.stdout.splitlines() if "counted from the case and over the log" in line]
    assert agreed == ["46 duties of 1 case counted from the case and over the log: no difference"]


def test_verify_fails_where_the_columns_of_the_log_no_longer_say_what_its_events_do(
    run: Callable[..., Result], app: Arflow
) -> None:
    """The SQL reads the column beside the payload, Python the payload: a column changed by hand makes them differ."""
    told = Cases(app).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")
    with app.log_store.engine.begin() as connection:
        connection.exec_driver_sql("drop trigger events_no_update")
        connection.exec_driver_sql("update events set happened_on = '2025-06-20' where topic = 'arflow:MeetingHeld'")

    said = run("verify", "--duties", "--json")

    assert said.exit_code == 1
    found = json.loads(said.stdout)
    assert not found["sound"]
    report = next(d for d in found["differences"] if d["duty"] == "report")
    assert (report["review"], report["python"]["due"], report["sql"]["due"]) == (told.id, "2025-06-24", "2025-07-04")


# --- days that only just count ------------------------------------------------------------------------------------


def test_a_postponement_needs_every_invitation_anew_in_both_counts(app: Arflow) -> None:
    told = Cases(app).opened("1 Aug 2024", "1 May 2025", setting="111111")
    told.do(c.ScheduleMeeting(on=day("1 May 2025"), meeting_on=day("10 Jun 2025")))
    told.invited("1 May 2025", EVERYBODY)
    told.do(c.PostponeMeeting(on=day("10 May 2025"), meeting_on=day("20 Jun 2025"), reason="Ill"))
    told.invited("12 May 2025", ("parent",))
    with replay(app) as opened:
        view = opened.at(TODAY)
        found = view.rows("select day_invited, day_all_invited from review_facts")
        assert found == [(day("12 May 2025"), None)]
        assert differences(app, view) == []


def test_a_release_on_the_day_a_review_was_completed_still_asks_for_one_in_both_counts(app: Arflow) -> None:
    told = Cases(app).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("maintain", "20 Jun 2025")
    app.change_plan(told.plan, p.StartDetention(on=day("1 Jun 2025")), p.Release(on=day("20 Jun 2025")))
    with replay(app) as opened:
        view = opened.at(TODAY)
        found = view.rows("select state from duties where review = '' and duty = 'release_review'")
        assert found == [("running",)]
        assert differences(app, view) == []


def test_a_re_assessment_on_the_day_of_the_decision_does_not_start_the_months_it_completes(app: Arflow) -> None:
    told = Cases(app).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("maintain", "20 Jun 2025")
    ended = p.EndReassessment(on=day("20 Jun 2025"), stands_for_review=True, reason="LW")
    app.change_plan(told.plan, p.StartReassessment(on=day("1 May 2025")), ended)
    with replay(app) as opened:
        view = opened.at(TODAY)
        assert view.rows("select day_clock_start from review_facts") == [(day("1 Aug 2024"),)]
        assert differences(app, view) == []


def test_a_text_with_a_nul_in_it_is_a_literal_too() -> None:
    import duckdb

    from arflow.history.sql import literal

    names = ("O\0Brien", "O’Brien", "O'Brien")
    with duckdb.connect() as opened:
        assert opened.execute(f"select {', '.join(map(literal, names))}").fetchall() == [names]
