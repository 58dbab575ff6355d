"""The latest day of a meeting: counted back from each limit, and proved."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan
from arflow.law.catalogue import Catalogue
from arflow.lists.questions import Asking
from arflow.planning.cohort import Placed
from arflow.planning.latest_day import Limit, binding, eleventh_month, limit_of, proof, start_by, steps_of
from arflow.planning.meetings import Meeting, meetings

WORKFLOW = Catalogue().load("annual_review.2015")
STEPS = steps_of(WORKFLOW)


def limit(duty: str, last: date) -> Limit:
    found = limit_of(WORKFLOW.duty_by_id[duty], last, STEPS)
    assert found
    return found


@pytest.mark.parametrize(
    ("duty", "last", "latest"),
    [
        ("twelve_months", date(2024, 8, 30), date(2024, 8, 2)),  # scenario T03
        ("phase_transfer", date(2026, 3, 30), date(2026, 1, 5)),  # T13: secondary to post-16
        ("phase_transfer", date(2026, 2, 14), date(2025, 11, 22)),
        ("twelve_months", date(2025, 2, 28), date(2025, 1, 31)),  # T04: made on 29 February
    ],
)
def test_the_meeting_leaves_the_weeks_that_must_follow_it(duty: str, last: date, latest: date) -> None:
    found = limit(duty, last)

    assert found.latest == latest
    assert latest + timedelta(days=84 if duty == "phase_transfer" else 28) == last


def test_a_duty_that_no_meeting_meets_sets_no_limit_on_it() -> None:
    assert limit_of(WORKFLOW.duty_by_id["termly_list"], date(2026, 8, 19), STEPS) is None


def test_the_steps_are_those_of_the_definition_by_its_strict_reading() -> None:
    days = {"notice": STEPS.notice, "report": STEPS.report, "decide": STEPS.decide, "finalise": STEPS.finalise}

    assert {name: step.days for name, step in days.items()} == {
        "notice": 15, "report": 14, "decide": 28, "finalise": 84,
    }  # fmt: skip


def test_the_earliest_limit_binds_and_the_proof_marks_it() -> None:
    year, phase = limit("twelve_months", date(2027, 4, 14)), limit("phase_transfer", date(2027, 2, 14))

    assert binding((year, phase, eleventh_month(date(2026, 4, 15)))) is phase
    assert proof((year, phase))[0] == (
        "phase transfer: last day Sun 14 Feb 2027 (SEND Regs 2014 r.18; Code 9.179-9.181), less 12 weeks to decide and issue "
        "the final plan (R (L, M and P) v Devon CC [2022] EWHC 493 (Admin)) → meeting by Sun 22 Nov 2026  ← the limit"
    )
    assert "← the limit" not in proof((year, phase))[1]


def test_of_two_limits_on_one_day_the_one_of_law_binds() -> None:
    year = limit("twelve_months", date(2027, 3, 30))
    practice = Limit(duty="a", last=year.latest, after="", latest=year.latest, word="practice", citation="")

    assert binding((practice, year)) is year


def test_the_eleventh_month_ends_the_day_before_its_anniversary() -> None:
    assert eleventh_month(date(2026, 4, 15)).latest == date(2027, 3, 14)
    assert eleventh_month(date(2026, 3, 31)).latest == date(2027, 2, 27)


def test_work_starts_in_time_for_the_advice_then_for_the_notice_then_for_the_meeting() -> None:
    latest = date(2026, 11, 20)

    assert start_by(latest, STEPS) == date(2026, 10, 15)
    assert start_by(latest, STEPS, invited=True) == date(2026, 11, 5)
    assert start_by(latest, STEPS, invited=True, circulated=True) == latest


@pytest.fixture
def planned(app: Arflow) -> Callable[..., list[Meeting]]:
    def found(**placed: Placed) -> list[Meeting]:
        asking = Asking(app)
        asking.catch_up()
        return meetings(app, asking, placed)[0]

    return found


def test_slack_is_the_days_until_the_last_start_that_meets_the_law(
    app: Arflow, planned: Callable[..., list[Meeting]]
) -> None:
    app.add_plan(AddPlan(ref="P-1", first_made=date(2026, 3, 1), on=date(2026, 3, 1)))

    (one,) = planned()

    assert one.by_law
    assert (one.by_law.duty, one.by_law.last, one.by_law.latest) == (
        "twelve_months",
        date(2027, 2, 28),
        date(2027, 1, 31),
    )
    assert one.start_by(STEPS) == date(2026, 12, 26)
    assert one.slack(STEPS, date(2026, 12, 26)) == 0
    assert one.slack(STEPS, date(2026, 12, 27)) == -1
    assert one.binding
    assert (one.binding.duty, one.binding.latest) == ("twelve_months", date(2027, 1, 31))


def test_a_meeting_that_comes_too_early_for_the_transfer_leaves_it_one_of_its_own(
    app: Arflow, planned: Callable[..., list[Meeting]]
) -> None:
    app.add_plan(
        AddPlan(
            ref="P-1", setting="100001", first_made=date(2026, 1, 10), on=date(2026, 1, 10),
            transfer="primary_to_secondary", transfer_on=date(2028, 9, 1),
        )
    )  # fmt: skip

    of_year, of_transfer = planned()

    assert (of_year.kind, of_transfer.kind) == ("annual", "phase_transfer")
    assert of_transfer.not_before == date(2027, 9, 1)
    assert of_transfer.by_law
    assert of_transfer.by_law.latest == date(2027, 11, 22)


def test_one_meeting_serves_the_year_and_the_transfer_where_it_can(
    app: Arflow, planned: Callable[..., list[Meeting]]
) -> None:
    app.add_plan(
        AddPlan(
            ref="P-1", setting="100001", first_made=date(2026, 6, 10), on=date(2026, 6, 10),
            transfer="primary_to_secondary", transfer_on=date(2027, 9, 1),
        )
    )  # fmt: skip

    (one,) = planned()

    assert one.kind == "phase_transfer"
    assert {limit.duty for limit in one.limits} == {"twelve_months", "phase_transfer", "eleventh_month"}


def test_a_child_found_to_transfer_counts_though_nobody_recorded_it(
    app: Arflow, planned: Callable[..., list[Meeting]]
) -> None:
    app.add_plan(AddPlan(ref="P-1", setting="100001", first_made=date(2026, 8, 10), on=date(2026, 8, 10)))
    found = Placed(
        plan="P-1", setting="100001", setting_name="Larkfield", class_year=11, verdict="in",
        transfer="secondary_to_post16", transfer_on=date(2027, 9, 1), recorded=False, why="", citation="",
    )  # fmt: skip

    (one,) = planned(**{"P-1": found})

    assert one.by_law
    assert (one.by_law.last, one.by_law.latest) == (date(2027, 3, 30), date(2027, 1, 5))


def test_once_the_meeting_is_held_there_is_none_to_plan(app: Arflow) -> None:
    app.add_plan(AddPlan(ref="P-1", first_made=date(2026, 3, 1), on=date(2026, 3, 1)))
    review = app.open_review("P-1", on=date(2026, 9, 1), meeting_on=date(2026, 11, 10)).id
    app.act(review, c.HoldMeeting(on=date(2026, 11, 10), skip_reason="told briefly"))
    asking = Asking(app)
    asking.catch_up()

    found, without = meetings(app, asking)

    assert not found
    assert [(one.plan, one.why.partition(":")[0]) for one in without] == [
        ("P-1", f"the meeting of {review} was held on 2026-11-10")
    ]
