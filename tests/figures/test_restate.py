"""Why a figure changed: the changes of its cases add up to the difference, and each has its events."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan, SeePlanDuty
from arflow.demo import Making, make
from arflow.errors import InvalidValue
from arflow.figures import measures
from arflow.figures.groups import grouping
from arflow.figures.report import Asked
from arflow.figures.restate import restate
from arflow.figures.viewpoint import looking
from tests.conftest import TODAY
from tests.support.cases import EVERYBODY

pytestmark = pytest.mark.thorough

FIRST, SECOND = datetime(2025, 8, 1, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC)
AS_AT = date(2025, 7, 31)
Rows = dict[str, list[dict[str, Any]]]


def restated(app: Arflow, asked: Asked, between: tuple[datetime, datetime]) -> tuple[Rows, Rows]:
    """The rows and the cases of each section, by column."""

    def named(columns: Any, rows: Any) -> list[dict[str, Any]]:
        return [dict(zip([column.name for column in columns], row, strict=True)) for row in rows]

    with restate(app, asked, between) as report:
        return (
            {section.name: named(section.columns, section.rows) for section in report.sections},
            {s.name: named(s.cases.columns, s.cases.rows()) for s in report.sections if s.cases},
        )


@pytest.fixture
def recorded(sqlite_url: str, open_app: Callable[..., Arflow]) -> Callable[..., Arflow]:
    """An application whose clock is told; its plan has a review held on 10 June 2025."""
    clock = {"now": datetime(2025, 6, 11, 9, tzinfo=UTC)}
    app = open_app(sqlite_url, clock=lambda: clock["now"], today=None)
    app.add_plan(AddPlan(ref="P-1", first_made=date(2024, 8, 1)))
    app.open_review("P-1", on=date(2025, 5, 1))
    app.act("R-2025-000001", c.HoldMeeting(on=date(2025, 6, 10), skip_reason="x"))

    def at(now: datetime) -> Arflow:
        clock["now"] = now
        return app

    return at


R = "R-2025-000001"


def test_a_report_entered_late_moves_its_figure_from_late_to_met(recorded: Callable[..., Arflow]) -> None:
    app = recorded(FIRST + timedelta(days=3))
    app.act(R, c.SendReport(on=date(2025, 6, 20)))

    rows, cases = restated(app, Asked(as_at=AS_AT), (FIRST, SECOND))

    assert rows["figures"] == [
        {"duty": "report", "outcome": "late", "before": 1, "after": 0, "change": -1},
        {"duty": "report", "outcome": "met", "before": 0, "after": 1, "change": 1},
    ]
    assert [(row["met_before"], row["met_after"], row["points"]) for row in rows["shares"]] == [(0.0, 100.0, 100.0)]
    assert [(case["review"], case["change"], case["was"], case["becomes"]) for case in cases["figures"]] == [
        (R, -1, "late", "met"),
        (R, 1, "late", "met"),
    ]
    [event] = cases["events"]
    assert (event["what"], event["event"], event["happened_on"]) == ("entered", "ReportSent", date(2025, 6, 20))
    assert event["recorded_at"] == datetime(2025, 8, 4)  # noqa: DTZ001  moments of the log are UTC
    assert event["position"] == app.log_store.head()[0]


def test_a_correction_is_shown_with_both_days_and_a_voiding_as_one(recorded: Callable[..., Arflow]) -> None:
    recorded(FIRST - timedelta(days=3)).act(R, c.SendReport(on=date(2025, 6, 30)))
    app = recorded(FIRST + timedelta(days=3))
    app.act(R, c.CorrectStep(corrected_step="report", on=date(2025, 6, 24), reason="misread"))

    rows, cases = restated(app, Asked(as_at=AS_AT), (FIRST, SECOND))
    assert {(row["duty"], row["outcome"], row["change"]) for row in rows["figures"]} == {
        ("report", "late", -1),
        ("report", "met", 1),
    }
    [event] = cases["events"]
    assert (event["what"], event["of_what"], event["was"], event["becomes"]) == (
        "corrected", "report", date(2025, 6, 30), date(2025, 6, 24),
    )  # fmt: skip

    app = recorded(SECOND + timedelta(days=1))
    app.act(R, c.VoidStep(voided_step="report", reason="never sent"))
    _, cases = restated(app, Asked(as_at=AS_AT), (SECOND, SECOND + timedelta(days=2)))
    assert [(event["what"], event["of_what"]) for event in cases["events"]] == [("voided", "report")]


def test_service_recorded_late_is_shown_with_both_days_and_what_moves_no_figure_is_not(
    recorded: Callable[..., Arflow],
) -> None:
    app = recorded(FIRST - timedelta(days=3))
    app.add_plan(AddPlan(ref="P-2", first_made=date(2024, 8, 1)))
    review = app.open_review("P-2", on=date(2025, 5, 1)).id
    app.act(review, c.Invite(on=date(2025, 5, 20), roles=EVERYBODY, served_on=date(2025, 5, 22)))
    app.act(review, c.HoldMeeting(on=date(2025, 6, 10), skip_reason="x"))
    app = recorded(FIRST + timedelta(days=3))
    again = {"served_on": date(2025, 5, 29), "channel": "post", "because": "bounced"}
    app.act(review, c.RecordService(of=2, on=date(2025, 6, 2), **again))  # type: ignore[arg-type]
    app.act(review, c.SeeDuty(on=date(2025, 7, 10), duty="decision", seen="breached", due=date(2025, 7, 8)))
    app.change_plan("P-2", SeePlanDuty(on=date(2025, 7, 10), duty="twelve_months", seen="due", due=date(2025, 7, 31)))

    rows, cases = restated(app, Asked(as_at=AS_AT), (FIRST, SECOND))

    assert ("notice", "late", 1) in {(row["duty"], row["outcome"], row["change"]) for row in rows["figures"]}
    [event] = cases["events"]
    assert (event["what"], event["event"], event["of_what"], event["was"], event["becomes"]) == (
        "served", "ServiceRecorded", "invite", date(2025, 5, 22), date(2025, 5, 29),
    )  # fmt: skip


def test_what_happened_after_the_day_or_was_recorded_outside_the_moments_changes_nothing(
    recorded: Callable[..., Arflow],
) -> None:
    app = recorded(FIRST + timedelta(days=3))
    app.act(R, c.SendReport(on=AS_AT + timedelta(days=1)))
    rows, cases = restated(app, Asked(as_at=AS_AT), (FIRST, SECOND))
    assert rows["figures"] == rows["events"] == cases["events"] == []
    rows, _ = restated(app, Asked(as_at=AS_AT + timedelta(days=1)), (FIRST + timedelta(days=4), SECOND))
    assert rows["figures"] == []
    with pytest.raises(InvalidValue):
        restated(app, Asked(as_at=AS_AT), (SECOND, FIRST))


def test_what_happened_on_the_day_itself_counts(recorded: Callable[..., Arflow]) -> None:
    """The 12 months end on 31 July 2025, the day of the report."""
    app = recorded(FIRST + timedelta(days=3))
    app.act(R, c.Decide(outcome="maintain", on=AS_AT))

    rows, cases = restated(app, Asked(as_at=AS_AT), (FIRST, SECOND))

    assert [(row["duty"], row["outcome"], row["change"]) for row in rows["figures"]] == [
        ("twelve_months", "met", 1),
        ("twelve_months", "running", -1),
    ]
    assert [event["event"] for event in cases["events"]] == ["DecisionMade", "DecisionNotified", "PlanReviewCompleted"]


def figures(app: Arflow, asked: Asked) -> Counter[tuple[Any, ...]]:
    """The figures of timeliness counted by themselves."""
    with looking(app, asked) as looked:
        measures.define(looked, "own", grouping(asked.by, "on_hold"))
        rows = looked.rows("select grp, duty, outcome, count(*) from own group by all")
    return Counter({row[:3]: row[3] for row in rows})


@settings(max_examples=2, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10_000),
    back=st.integers(0, 500),
    apart=st.integers(1, 300),
    by=st.sampled_from(("setting", "coordinator", "month")),
)
def test_the_changes_of_the_cases_are_the_difference_of_the_figures(
    tmp_path_factory: Any, open_app: Callable[..., Arflow], seed: int, back: int, apart: int, by: Any
) -> None:
    from arflow import create_store

    url = f"sqlite:///{tmp_path_factory.mktemp('restated')}/arflow.db"
    create_store(url)
    app = open_app(url)
    make(app, Making(plans=20, years=3, seed=seed, today=TODAY))
    first = datetime(2026, 11, 24, tzinfo=UTC) - timedelta(days=back + apart)
    second, asked = first + timedelta(days=apart), Asked(as_at=first.date(), by=by)

    rows, cases = restated(app, asked, (first, second))

    before, after = (figures(app, Asked(as_at=asked.as_at, by=by, known_at=moment)) for moment in (first, second))
    explained: Counter[tuple[Any, ...]] = Counter()
    for case in cases["figures"]:
        explained[case[by], case["duty"], case["outcome"]] += case["change"]
    difference = {key: after[key] - before[key] for key in before | after}
    assert {key: n for key, n in explained.items() if n} == {key: n for key, n in difference.items() if n}
    shown = {
        (row[by], row["duty"], row["outcome"]): (row["before"], row["after"], row["change"]) for row in rows["figures"]
    }
    assert shown == {key: (before[key], after[key], n) for key, n in explained.items()}
    assert {case["review"] for case in cases["figures"]} == {event["review"] for event in cases["events"]}


def test_the_command_opens_a_figure_to_its_events(run: Callable[..., Result]) -> None:
    run("plan", "add", "P-1", "--first-made", "2024-08-01")
    run("review", "open", "P-1", "--on", "2025-05-01")
    run("review", "hold", R, "--on", "2025-06-10", "--skip-reason", "x")
    between = ("report", "restate", "--between", "2020-01-01", "2100-01-01", "--as-at", "2025-07-31")

    found = json.loads(run(*between, "--section", "events", "--cases", "--json").stdout)
    assert "MeetingHeld" in json.dumps(found)
    refused = run("report", "restate", "--between", "2100-01-01", "2020-01-01")
    assert (refused.exit_code, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)
    assert run(*between, "--known-at", "2025-01-01").exit_code == 2
