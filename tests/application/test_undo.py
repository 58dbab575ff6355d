"""One's own last act on a plan taken back: each fact is as it was before, and whose act it is."""

from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.application.undo import LastAct, last_act, way_back
from arflow.case import plan_commands as p
from arflow.case.plan_commands import CorrectPlanDay
from arflow.errors import NotPossible
from tests.support.cases import Cases, day

NOTICE = p.SendPlanNotice(on=day("1 Sep 2026"), served_on=day("3 Sep 2026"))
AGAIN = p.SendPlanNotice(on=day("8 Sep 2026"), again=True, served_on=day("10 Sep 2026"))
# Each act with what comes before it, and the fact that it records.
FACTS: list[tuple[str, tuple[p.AnyPlanCommand, ...]]] = [
    ("young_person_from", (p.SetYoungPersonFrom(young_person_from=day("26 Jun 2026")),)),
    ("transferred_in", (p.TransferIn(on=day("2 Mar 2026")),)),
    ("aware_of_move", (p.LearnOfMove(on=day("2 Mar 2026")),)),
    ("transferred_out", (p.TransferOut(on=day("2 Mar 2026")),)),
    ("detained", (p.StartDetention(on=day("2 Mar 2026")),)),
    ("released", (p.StartDetention(on=day("2 Mar 2026")), p.Release(on=day("4 May 2026")))),
    ("ceased", (p.EndPlan(on=day("2 Mar 2026")),)),
    ("plan_notice_sent", (NOTICE,)),
    ("plan_notice_sent_again", (NOTICE, AGAIN)),
    ("plan_amended", (NOTICE, p.RecordAmendment(on=day("1 Oct 2026"), because="without_review"))),
    ("plan_not_amended", (NOTICE, p.DecideNotToAmendPlan(on=day("1 Oct 2026")))),
]


def last(app: Arflow, case: str | None = None) -> LastAct:
    return last_act(app, app.officer_id, app.by, case)


def tell(app: Arflow, case: str, *commands: p.AnyPlanCommand) -> None:
    """Each as an act of its own: what is recorded at once is taken back at once."""
    for command in commands:
        app.change_plan(case, command)


def undone(app: Arflow, case: str) -> Any:
    found = last(app, case)
    command = way_back(found, "Misread", {})
    assert isinstance(command, CorrectPlanDay)
    app.change_plan(found.case, command)
    return app.plan(found.case)


@pytest.fixture
def plan(cases: Cases) -> str:
    return cases.plan("1 Nov 2025")


@pytest.mark.parametrize(("fact", "told"), FACTS, ids=[fact for fact, _ in FACTS])
def test_a_fact_that_is_taken_back_never_was(app: Arflow, plan: str, fact: str, told: Any) -> None:
    tell(app, plan, *told)
    assert getattr(app.plan(plan), fact) is not None
    assert getattr(undone(app, plan), fact) is None


@pytest.mark.parametrize("fact", ["detained", "plan_notice_sent", "ceased"])
def test_a_correction_that_is_taken_back_leaves_the_day_and_its_doubt_as_they_were(
    app: Arflow, plan: str, fact: Any
) -> None:
    tell(app, plan, *dict(FACTS)[fact])
    if fact == "detained":
        estimated = CorrectPlanDay(fact=fact, to=day("3 Mar 2026"), quality="estimated", reason="x")
        app.change_plan(plan, estimated)
    before = app.plan(plan)
    app.change_plan(plan, CorrectPlanDay(fact=fact, to=day("5 Sep 2026"), reason="x"))
    after = undone(app, plan)
    was, now = getattr(before, fact), getattr(after, fact)
    assert (now.day, now.quality, after.served(fact)) == (was.day, was.quality, before.served(fact))


def test_a_notice_keeps_the_day_of_its_service_when_its_correction_is_taken_back(app: Arflow, plan: str) -> None:
    tell(app, plan, NOTICE, CorrectPlanDay(fact="plan_notice_sent", to=day("2 Sep 2026"), reason="x"))
    assert undone(app, plan).plan_notice_served_on == day("3 Sep 2026")


def test_what_the_days_run_noticed_is_nobodys_act(app: Arflow, plan: str) -> None:
    app.change_plan(plan, p.StartDetention(on=day("2 Mar 2026")))
    app.change_plan(plan, p.SeePlanDuty(duty="twelve_months", seen="due", due=day("31 Oct 2026")))
    assert last(app, plan).what == "DetentionStarted"


def test_an_act_on_the_plan_is_not_one_on_its_review_nor_of_another_plan(app: Arflow, plan: str, cases: Cases) -> None:
    other = cases.plan("1 Nov 2025")
    review = cases.review(plan, "1 Jul 2026").held("1 Sep 2026")
    app.change_plan(plan, p.LearnOfMove(on=day("2 Sep 2026")))
    app.change_plan(other, p.LearnOfMove(on=day("2 Sep 2026")))
    assert (last(app, review.id).case, last(app, review.id).what) == (review.id, "hold")
    assert (last(app, plan).case, last(app, plan).what) == (plan, "MoveAwayLearned")
    assert last(app).case == other


def test_that_a_reassessment_stood_for_no_review_is_recorded_again_by_the_act(app: Arflow, plan: str) -> None:
    app.change_plan(plan, p.StartReassessment(on=day("2 Mar 2026")))
    app.change_plan(plan, p.EndReassessment(on=day("1 Jun 2026"), stands_for_review=True, reason="All of it"))
    app.change_plan(plan, CorrectPlanDay(fact="stood_in", to=None, reason="x"))
    with pytest.raises(NotPossible, match=f"record the re-assessment again: `arflow plan reassess {plan}`"):
        way_back(last(app, plan), "x", {})


def test_the_ways_on_name_what_is_meant(app: Arflow, plan: str) -> None:
    app.change_plan(plan, p.ReceivePaper(paper="I-1a2b3c4d", channel="post"))
    with pytest.raises(NotPossible, match="`arflow inbox refuse I-1a2b3c4d --reason …`"):
        way_back(last(app, plan), "x", {})
    tell(app, plan, NOTICE, p.ConsultInstitution(on=day("2 Sep 2026"), institution="123456", outside_review=True))
    with pytest.raises(NotPossible, match="consult-withdraw P-0001 --institution 123456 --outside-review --reason …`"):
        way_back(last(app, plan), "x", {})
    app.change_plan(plan, p.MoveSetting(setting="123456"))
    with pytest.raises(NotPossible, match="`arflow plan move P-0001 --setting none`"):
        way_back(last(app, plan), "x", {})
