"""A year planned: every hard rule kept, as many meetings in time as can be, and what stands in the way named."""

from collections import Counter
from datetime import date, timedelta
from itertools import product
from math import ceil, inf
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from arflow.errors import NotPossible
from arflow.law.workflow import Term
from arflow.planning import week_model
from arflow.planning.latest_day import Limit
from arflow.planning.meetings import Meeting
from arflow.planning.proposal import propose, proved
from arflow.planning.slots import slots_of
from arflow.planning.windows import wanted
from arflow.planning.year_plan import Capacity, Ground, Panel, Planned, YearPlan, monday_of
from arflow.planning.year_plan_check import check
from tests.support.invented_year import TERMS, YEAR, authority, ground, weekly_panels

# A year of four weeks, so that all can be tried.
SHORT = (Term(name="Autumn", starts=date(2026, 9, 28), ends=date(2026, 10, 23)),)


def short_ground(officer: int = 1, setting: int = 4, **more: Any) -> Ground:
    return replace(ground(officer=officer, setting=setting), terms=SHORT, **more)


def due(plan: str, latest: date, *, officer: str = "Officer 1", setting: str = "100001", **more: Any) -> Meeting:
    limit = Limit(
        duty="twelve_months", last=latest + timedelta(days=28), after="", latest=latest, word="must", citation="CFA 2014 s.44(1)"
    )  # fmt: skip
    return Meeting(plan=plan, review=None, kind="annual", setting=setting, coordinator=officer, limits=(limit,), **more)


def one(plan: YearPlan, ref: str) -> Planned:
    return next(meeting for meeting in plan.meetings if meeting.plan == ref)


def rules(plan: YearPlan) -> set[str]:
    return {finding.rule for finding in check(plan)}


# --- what a plan does ------------------------------------------------------------------------------------------------


def test_a_meeting_is_wanted_two_weeks_before_its_last_day() -> None:
    made = propose([due("P-1", date(2026, 12, 18))], ground())

    assert monday_of(one(made, "P-1").day or date.min) == date(2026, 11, 30)
    assert one(made, "P-1").why == "it is in the week wanted, two weeks before its last day"


def test_meetings_that_cannot_share_a_week_stand_in_several_and_say_why() -> None:
    made = propose([due(f"P-{n}", date(2026, 10, 22)) for n in range(3)], short_ground())

    assert len({monday_of(meeting.day or date.min) for meeting in made.meetings}) == 3
    assert {meeting.standing for meeting in made.meetings} == {"in_time"}
    assert any("the officer is full in 1 week" in meeting.why for meeting in made.meetings)


def test_too_many_meetings_are_named_with_the_fewest_more_that_would_do() -> None:
    made = propose([due(f"P-{n}", date(2026, 10, 9)) for n in range(4)], short_ground())

    assert Counter(meeting.standing for meeting in made.meetings) == {"in_time": 2, "late": 2}
    assert [(short.holder, short.name) for short in made.short_of] == [("officer", "Officer 1")] * len(made.short_of)
    assert sum(short.more for short in made.short_of) == 2


def test_with_that_much_more_all_would_be_in_time() -> None:
    asked = [due(f"P-{n}", date(2026, 10, 9)) for n in range(4)]

    made = propose(asked, short_ground(officers={"Officer 1": Capacity(a_week=2, a_day=1)}))

    assert {meeting.standing for meeting in made.meetings} == {"in_time"}
    assert not made.short_of


def test_a_meeting_whose_last_day_has_passed_comes_first_and_is_nobodys_shortage() -> None:
    made = propose([due("P-1", date(2026, 9, 4)), due("P-2", date(2026, 10, 22))], short_ground())

    assert one(made, "P-1").standing == "unavoidably_late"
    assert monday_of(one(made, "P-1").day or date.min) == date(2026, 9, 28)
    assert not made.short_of


def test_a_day_planned_before_stays_even_where_it_is_too_late() -> None:
    planned = due("P-1", date(2026, 10, 2), planned=date(2026, 12, 2))

    made = propose([planned, due("P-2", date(2026, 12, 18))], ground())

    assert (one(made, "P-1").day, one(made, "P-1").standing) == (date(2026, 12, 2), "late")
    assert one(made, "P-2").standing == "in_time"


def test_a_planned_day_may_move_only_where_nobody_is_invited_yet() -> None:
    late = date(2026, 10, 15)
    asked = [
        due("P-1", date(2026, 10, 2), planned=late),
        due("P-2", date(2026, 10, 2), planned=late, invited=True, setting="100002", officer="Officer 2"),
    ]

    made = propose(asked, short_ground(), movable=True)

    assert one(made, "P-1").standing == "in_time"
    assert one(made, "P-2").day == late


def test_a_plan_made_again_moves_no_meeting_that_can_stay() -> None:
    first = propose(authority(60, 6, 3), ground())
    days = {meeting.plan: meeting.day for meeting in first.meetings}
    again = [replace(meeting, planned=days[meeting.plan]) for meeting in authority(60, 6, 3)]

    made = propose([*again, due("P-new", date(2026, 11, 6))], ground(), movable=True)

    assert all(meeting.day == days[meeting.plan] for meeting in made.meetings if meeting.plan in days)


def test_an_absent_officer_has_no_meeting_in_the_absence() -> None:
    away = Capacity(a_week=9, a_day=9, away=((date(2026, 9, 28), date(2026, 10, 16)),))

    made = propose([due("P-1", date(2026, 10, 22))], short_ground(officers={"Officer 1": away}))

    assert one(made, "P-1").day
    assert one(made, "P-1").day > date(2026, 10, 16)  # type: ignore[operator]


def test_each_meeting_goes_to_a_panel_that_follows_its_report_and_comes_before_the_four_weeks_end() -> None:
    panels = (Panel(on=date(2026, 10, 22), cases=1), Panel(on=date(2026, 11, 5), cases=2))

    made = propose([due(f"P-{n}", date(2026, 10, 22)) for n in range(3)], short_ground(officer=4, panels=panels))

    for meeting in made.meetings:
        assert meeting.day
        assert meeting.panel
        assert 14 <= (meeting.panel - meeting.day).days <= 28
    assert Counter(meeting.panel for meeting in made.meetings) == {date(2026, 10, 22): 1, date(2026, 11, 5): 2}


def test_days_that_no_panel_follows_and_panels_that_follow_no_meeting_are_flagged() -> None:
    panels = (Panel(on=date(2026, 10, 14), cases=9), Panel(on=date(2027, 1, 6), cases=9))

    made = propose([due("P-1", date(2026, 10, 22))], short_ground(panels=panels))

    assert made.notes == (
        "no meeting can be held on 17 school days, since no panel comes 14 to 28 days after them: 2026-10-01 to 2026-10-23",
        "no meeting of the year can go to the panel of 2027-01-06",
    )


def test_a_plan_due_in_a_later_year_is_left_out_with_the_reason() -> None:
    made = propose([due("P-1", date(2027, 9, 16)), due("P-2", date(2027, 9, 15))], ground())

    assert made.left_out == {"P-1": "its latest meeting, 2027-09-16, belongs to a later school year"}
    assert one(made, "P-2").day


def test_a_year_without_a_meeting_to_plan_is_an_empty_plan() -> None:
    fixed = due("P-1", date(2026, 10, 22), planned=date(2026, 10, 6))

    assert propose([], ground()).meetings == ()
    assert one(propose([fixed], ground()), "P-1").day == date(2026, 10, 6)


def test_the_last_week_of_june_is_not_where_everything_ends() -> None:
    made = propose(
        [due(f"P-{n}", date(2027, 7, 9), officer=f"Officer {n}", setting=str(n)) for n in range(40)], ground()
    )

    weeks = Counter(monday_of(meeting.day or date.min) for meeting in made.meetings)
    assert max(weeks.values()) <= 10


# --- the check, which shares nothing with the planner -------------------------------------------------------------------


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    plans=st.integers(1, 25),
    officer=st.integers(1, 4),
    setting=st.integers(1, 3),
    cases=st.integers(0, 3),
    started=st.dates(date(2026, 8, 1), date(2027, 6, 1)),
)
def test_whatever_is_asked_the_check_finds_nothing(
    seed: int, plans: int, officer: int, setting: int, cases: int, started: date
) -> None:
    panels = weekly_panels(cases) if cases else ()

    made = propose(authority(plans, 4, 2, seed), ground(started, officer=officer, setting=setting, panels=panels))

    assert check(made) == []
    assert len(made.meetings) + len(made.left_out) == plans


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"day": date(2026, 10, 10)}, "school_day"),  # a Saturday
        ({"day": date(2026, 10, 27)}, "school_day"),  # half-term
        ({"day": date(2026, 9, 15)}, "notice"),
        ({"earliest": date(2026, 10, 19)}, "earliest"),
        ({"standing": "late"}, "standing"),
        ({"fixed": True, "was": date(2026, 10, 1)}, "fixed"),
        ({"officer": "Officer 2", "day": date(2026, 10, 7)}, "officer_day"),
        ({"setting": "100002", "day": date(2026, 10, 7)}, "setting_day"),
        ({"panel": date(2026, 10, 12)}, "panel"),
    ],
)
def test_the_check_finds_a_meeting_that_breaks_a_rule(changed: dict[str, Any], rule: str) -> None:
    crowd = [due("P-2", date(2026, 10, 9), officer="Officer 2", setting="100002")]
    panels = weekly_panels(20)
    made = propose([due("P-1", date(2026, 10, 22)), *crowd], short_ground(setting=1, panels=panels))
    other = replace(one(made, "P-2"), day=date(2026, 10, 7), panel=date(2026, 10, 21), standing="in_time")
    sound = replace(made, meetings=(one(made, "P-1"), other))
    assert check(sound) == []

    wrong = replace(sound, meetings=(replace(one(made, "P-1"), **changed), other))

    assert rule in rules(wrong)
    with pytest.raises(NotPossible, match="the plan breaks a rule, and is not kept"):
        proved(wrong)


def test_the_check_finds_too_many_cases_a_meeting_twice_and_a_late_one_without_a_reason() -> None:
    panels = (Panel(on=date(2026, 10, 22), cases=1),)
    made = propose([due("P-1", date(2026, 10, 8))], short_ground(panels=panels))
    again = replace(made, meetings=(*made.meetings, *made.meetings))
    late = replace(one(made, "P-1"), latest=date(2026, 9, 29), aim=date(2026, 9, 29), standing="late")

    assert {"once", "panel_cases"} <= rules(again)
    assert "shortage" in rules(replace(made, meetings=(late,)))


# --- near the best there is ---------------------------------------------------------------------------------------------


def slow_best(meetings: tuple[Planned, ...], on: Ground) -> float:
    """The least cost of all ways to put meetings into slots: every one of them tried, and fullness counted by hand."""
    slots = slots_of(on)
    model = week_model._Model(meetings, slots, on, with_more=False)
    choices = [[*model._choices(meeting), (None, 5_000.0)] for meeting in meetings]
    share = len(meetings) / sum(len(slot.days) for slot in slots)
    parts = ((1.0, 0.0), (0.25, 1.0), (0.25, 4.0), (inf, 10.0))
    best = inf
    for way in product(*choices):
        weeks: Counter[Any] = Counter()
        held: Counter[Any] = Counter()
        for meeting, (slot, _) in zip(meetings, way, strict=True):
            if slot is not None:
                weeks[slot] += 1
                held["officer", meeting.officer, slot] += 1
                held["setting", meeting.setting, slot] += 1
        if any(
            number > min(on.capacity(what, name).a_week, on.capacity(what, name).a_day * len(slots[slot].days))
            for (what, name, slot), number in held.items()
        ):
            continue
        cost = sum(cost for _, cost in way)
        for slot, number in weeks.items():
            left = float(number)
            for part, each in parts:
                taken = min(left, inf if part == inf else ceil(part * share * len(slots[slot].days)))
                cost, left = cost + taken * each, left - taken
        best = min(best, cost)
    return best


@pytest.mark.parametrize("seed", range(8))
def test_no_other_way_is_better_on_cases_small_enough_to_try_them_all(seed: int) -> None:
    random = Random(seed)
    on = short_ground(officer=random.randint(1, 2), setting=random.randint(1, 2))
    asked = [
        due(
            f"P-{n}",
            date(2026, 9, 28) + timedelta(days=random.randint(0, 30)),
            officer=f"Officer {random.randint(1, 2)}",
            setting=f"10000{random.randint(1, 3)}",
        )
        for n in range(5)
    ]
    meetings, slots = wanted(asked, on).meetings, slots_of(on)
    model = week_model._Model(meetings, slots, on, with_more=False)
    values = model._program.solve([option.column for option in model._options])

    assert model._program.cost(values) == pytest.approx(slow_best(meetings, on))


def test_three_terms_of_the_invented_authority_are_planned_whole() -> None:
    made = propose(authority(300, 20, 4), ground())

    assert {meeting.standing for meeting in made.meetings} == {"in_time", "unavoidably_late"}
    assert {TERMS[0].starts <= (meeting.day or date.min) <= YEAR.last for meeting in made.meetings} == {True}


@pytest.mark.thorough
def test_the_year_of_three_thousand_plans_takes_less_than_a_minute_of_work() -> None:
    from time import process_time

    started = process_time()
    made = propose(authority(3_000, 150, 20), ground(panels=weekly_panels(110)))

    assert process_time() - started < 60
    assert {meeting.standing for meeting in made.meetings} == {"in_time", "unavoidably_late"}
