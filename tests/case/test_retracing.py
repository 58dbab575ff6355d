"""A log retraced: today's rules take each recorded step as it was taken, and count each day that was seen as it was seen."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from arflow.case.retracing import Differing, retrace
from arflow.events import AnyEvent
from arflow.law.machine import Machine
from arflow.law.workflow import Workflow
from tests.history.test_replay import history, plans, play, quietly
from tests.support.cases import Cases
from tests.support.publishing import publish_for_all_days


def retraced(app: Arflow, plan: str, workflow: Workflow | None = None) -> list[Differing]:
    """A case's log under the rules it was made with, or under others."""
    current = workflow or app.current_workflow()
    machine = Machine(current)
    return list(retrace(events(app, plan), lambda _: machine, current))


def events(app: Arflow, plan: str) -> list[AnyEvent]:
    return [event for _, event in app.case_events(plan)]


@pytest.fixture
def amended(cases: Cases) -> str:
    """The plan of a review that went all the way, its meeting corrected once."""
    told = cases.opened("12 Sep 2024", "1 May 2025").invited("20 May 2025").circulated("1 Jun 2025")
    told.held("18 Jun 2025").reported("1 Jul 2025").do(
        c.CorrectStep(corrected_step="hold", on=date(2025, 6, 19), reason="x")
    )
    told.decided("amend", "14 Jul 2025").noticed("14 Jul 2025").issued("8 Sep 2025").do(
        c.ConcludeReview(on=date(2026, 1, 5))
    )
    return told.plan


def test_the_rules_that_made_a_log_make_it_again(app: Arflow, amended: str) -> None:
    assert retraced(app, amended) == []


def test_a_step_that_the_rules_of_now_refuse_is_named(app: Arflow, amended: str) -> None:
    known = app.current_workflow()
    steps = tuple(_only_after_an_appeal(step) if step.id == "notice" else step for step in known.steps)
    (found,) = retraced(app, amended, msgspec.structs.replace(known, steps=steps))
    assert (found.about, found.recorded, found.review) == ("notice", "amending", "R-2025-000001")
    assert found.now.startswith("refused, since cannot notice a review that is decided")
    assert "R-2025-000001 event" in str(found)


def _only_after_an_appeal(step: Any) -> Any:
    moves = tuple(msgspec.structs.replace(move, when=("appeal_open",)) for move in step.moves)
    return msgspec.structs.replace(step, moves=moves)


def test_a_step_that_leads_elsewhere_is_named(app: Arflow, amended: str) -> None:
    log = events(app, amended)
    held = next(event for event in log if event.name == "MeetingHeld")
    log[log.index(held)] = msgspec.structs.replace(held, state="invited")
    machine = app.machine(app.current_workflow().id)
    about = [(one.about, one.recorded, one.now) for one in retrace(log, lambda _: machine, machine.workflow)]
    assert about[0] == ("hold", "invited", "meeting_held")


def test_a_step_dated_before_the_one_it_follows_is_named(app: Arflow, amended: str) -> None:
    log = events(app, amended)
    reported = next(event for event in log if event.name == "ReportSent")
    log[log.index(reported)] = msgspec.structs.replace(reported, on=date(2025, 6, 1))
    machine = app.machine(app.current_workflow().id)
    found = next(one for one in retrace(log, lambda _: machine, machine.workflow) if one.about == "report")
    assert (found.recorded, found.review, found.version) == (
        "report_sent",
        "R-2025-000001",
        reported.originator_version,
    )
    assert found.now == "refused, since cannot report: report on 2025-06-01 would be before hold on 2025-06-18"


def test_a_step_of_the_authoritys_own_is_taken_again(app: Arflow, cases: Cases) -> None:
    publish_for_all_days(app)
    told = cases.opened("12 Sep 2024", "1 May 2025").held("19 Jun 2025").reported("1 Jul 2025")
    told.do(c.TakeLocalStep(local_step="panel", on=date(2025, 7, 8)))
    assert retraced(app, told.plan) == []

    (found,) = retraced(app, told.plan, app.workflow("annual_review.2015"))
    assert (found.about, found.recorded) == ("panel", "panel_held")
    assert found.now.startswith("refused, since step: panel is not a step of annual_review.2015")


@pytest.mark.parametrize(("later", "differs"), [(0, False), (1, True), (-1, True)])
def test_a_day_that_was_seen_is_counted_again(app: Arflow, cases: Cases, later: int, *, differs: bool) -> None:
    told = cases.opened("12 Sep 2024", "1 May 2025").held("19 Jun 2025")
    due = date(2025, 7, 3) + timedelta(days=later)
    told.do(c.SeeDuty(on=date(2025, 6, 25), duty="report", seen="due", due=due))
    found = retraced(app, told.plan)
    assert [(one.about, one.recorded, one.now) for one in found] == [
        ("report", due.isoformat(), "2025-07-03")
    ] * differs


@pytest.mark.thorough
@quietly
@given(plan=plans, acts=history)
def test_every_history_is_retraced_without_a_difference(app: Arflow, plan: Any, acts: list[Any]) -> None:
    seen = c.SeeDuty | p.SeePlanDuty  # of any day, and so not what was counted
    ref = play(app, plan, [act for act in acts if not isinstance(act, seen)], len(acts))
    assert retraced(app, ref) == []
