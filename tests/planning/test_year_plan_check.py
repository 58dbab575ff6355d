"""The independent check of a year plan: each rule on the last day that keeps it, and on the first that breaks it."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from arflow.events.of_rules import Break
from arflow.law.workflow import Term
from arflow.planning.year_plan import Capacity, Ground, Panel, Planned, YearPlan
from arflow.planning.year_plan_check import check
from tests.support.invented_year import ground

TERMS = (
    Term(
        name="Autumn",
        starts=date(2026, 9, 1),
        ends=date(2026, 12, 31),
        breaks=(Break(starts=date(2026, 10, 26), ends=date(2026, 10, 30)),),
    ),
    Term(name="Summer", starts=date(2027, 4, 12), ends=date(2027, 9, 2)),
)
GROUND = replace(ground(officer=2, setting=2), terms=TERMS)


def planned(day: date, **more: Any) -> Planned:
    told: dict[str, Any] = {
        "plan": "P-1",
        "review": None,
        "kind": "annual",
        "setting": "100001",
        "officer": "Officer 1",
        "earliest": date(2026, 9, 16),
        "latest": date(2027, 8, 31),
        "aim": date(2027, 8, 31),
        "due": date(2027, 9, 28),
        "set_by": "twelve_months",
        "citation": "CFA 2014 s.44(1)",
        "limits": (),
        "standing": "in_time",
        "day": day,
    }
    return Planned(**told | more)


def rules(*meetings: Planned, on: Ground = GROUND) -> set[str]:
    return {finding.rule for finding in check(YearPlan(ground=on, meetings=meetings))}


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 10, 23), ""),
        (date(2026, 10, 26), "is in a half-term"),
        (date(2026, 10, 30), "is in a half-term"),
        (date(2026, 11, 2), ""),
        (date(2026, 11, 20), "is a bank holiday"),  # entered into the store
        (date(2026, 12, 24), ""),
        (date(2026, 12, 25), "is a bank holiday"),
        (date(2026, 12, 31), ""),
        (date(2027, 1, 4), "is in no term"),
        (date(2027, 8, 31), ""),
        (date(2027, 9, 1), "is outside the school year"),
        (date(2026, 11, 6), ""),
        (date(2026, 11, 7), "is a Saturday"),
        (date(2026, 11, 8), "is a Sunday"),
    ],
)
def test_a_meeting_is_on_a_school_day_of_the_year(day: date, why: str) -> None:
    on = replace(GROUND, bank_holidays=(date(2026, 11, 20),))
    meeting = planned(day, latest=date(2027, 9, 3), aim=date(2027, 9, 3))

    found = check(YearPlan(ground=on, meetings=(meeting,)))

    assert [str(one) for one in found] == ([f"P-1: {day} {why}"] if why else [])


def test_a_meeting_that_had_one_school_day_is_not_unavoidably_late() -> None:
    late = {"latest": date(2026, 11, 2), "aim": date(2026, 11, 2), "earliest": date(2026, 10, 24)}

    assert rules(planned(date(2026, 11, 3), standing="unavoidably_late", **late)) == {"standing"}
    late["latest"] = date(2026, 11, 1)
    assert rules(planned(date(2026, 11, 3), standing="unavoidably_late", **late)) == set()


def test_days_fixed_before_may_be_more_than_somebody_takes_and_no_other_is_added() -> None:
    day = date(2026, 10, 7)
    fixed = [planned(day, plan=f"P-{number}", fixed=True, was=day) for number in range(3)]

    assert rules(*fixed) == set()
    assert rules(*fixed, planned(day, plan="P-9")) == {"officer_day", "officer_week", "setting_day", "setting_week"}


@pytest.mark.parametrize(
    ("day", "is_away"),
    [(date(2026, 10, 6), False), (date(2026, 10, 7), True), (date(2026, 10, 9), True), (date(2026, 10, 12), False)],
)
def test_nobody_has_a_meeting_in_an_absence_from_its_first_day_to_its_last(day: date, is_away: bool) -> None:
    away = Capacity(a_week=2, a_day=1, away=((date(2026, 10, 7), date(2026, 10, 9)),))

    assert rules(planned(day), on=replace(GROUND, officers={"Officer 1": away})) == (
        {"officer_day"} if is_away else set()
    )


@pytest.mark.parametrize(("after", "is_in_time"), [(13, False), (14, True), (28, True), (29, False)])
def test_a_panel_follows_the_report_and_comes_before_the_four_weeks_end(after: int, is_in_time: bool) -> None:
    panel = date(2026, 11, 4)
    meeting = planned(date.fromordinal(panel.toordinal() - after), panel=panel)

    assert rules(meeting, on=replace(GROUND, panels=(Panel(on=panel, cases=1),))) == (
        set() if is_in_time else {"panel"}
    )


def test_a_meeting_that_was_planned_before_may_have_no_panel() -> None:
    day, on = date(2026, 10, 7), replace(GROUND, panels=(Panel(on=date(2026, 11, 25), cases=1),))

    assert rules(planned(day), on=on) == {"panel"}
    assert rules(planned(day, fixed=True, was=day), on=on) == set()


@pytest.mark.parametrize(
    ("more", "broken"),
    [
        ({"earliest": date(2026, 10, 7)}, set()),
        ({"earliest": date(2026, 10, 8)}, {"earliest"}),
        ({"aim": date(2026, 10, 7)}, set()),
        ({"aim": date(2026, 10, 6)}, {"standing"}),
        ({"aim": date(2026, 10, 6), "standing": "after_eleventh_month"}, set()),
        ({"aim": date(2026, 10, 6), "latest": date(2026, 10, 7), "standing": "after_eleventh_month"}, set()),
        ({"aim": date(2026, 10, 6), "latest": date(2026, 10, 6), "standing": "after_eleventh_month"}, {"standing"}),
    ],
)
def test_a_meeting_keeps_its_window_from_the_first_day_to_the_last(more: dict[str, Any], broken: set[str]) -> None:
    assert rules(planned(date(2026, 10, 7), **more)) == broken


@pytest.mark.parametrize(("today", "broken"), [(date(2026, 9, 22), set()), (date(2026, 9, 23), {"notice"})])
def test_a_meeting_leaves_fifteen_days_for_the_notice(today: date, broken: set[str]) -> None:
    assert rules(planned(date(2026, 10, 7)), on=replace(GROUND, today=today)) == broken
