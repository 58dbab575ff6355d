"""The burn-down of transfers: both years as a plain count over the log has them, on the day before a final plan and on it."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.figures.burn_down import burn_down
from arflow.figures.report import Asked
from tests.conftest import TODAY
from tests.figures.test_week import sections
from tests.support import slow_reports
from tests.support.cases import Cases
from tests.support.slow_timeliness import cases_known

SETTINGS = ("100001", "100002", None)


def tell(cases: Cases, moving: int, number: int, final: date | None) -> None:
    """A plan that moves in September of a year, and the day on which its review named the next setting."""
    moved, setting = date(moving, 9, 1), SETTINGS[number % 3]
    kind: Any = "primary_to_secondary" if number % 4 else "secondary_to_post16"
    plan = cases.plan("1 Sep 2022", transfer=kind, transfer_on=moved, setting=setting, on=date(moving - 2, 9, 1))
    if final:
        told = cases.review(plan, f"{final - timedelta(days=30):%d %b %Y}").held(
            f"{final - timedelta(days=20):%d %b %Y}"
        )
        told.decided("maintain", f"{final:%d %b %Y}", names_for_transfer="123456")
    if moving == TODAY.year and number % 2:
        again = p.ExpectTransfer(transfer="secondary_to_post16", transfer_on=date(2031, 9, 1), on=date(moving, 9, 20))
        cases.app.change_plan(plan, again)


def plain(app: Arflow, asked: Asked) -> list[tuple[str, date | None]]:
    """The cohort of a day: each plan's setting and the day on which it was final."""
    year = asked.as_at.replace(year=asked.as_at.year + 1)
    found = []
    for case in cases_known(app, asked):
        moved = case.plan.transfer_on.day if case.plan.transfer_on else None
        if moved and case.plan.is_maintained and asked.as_at <= moved <= year:
            found.append((case.plan.setting or "no setting", slow_reports._come(app, case, moved)[1]))
    return found


@pytest.mark.thorough
def test_both_years_are_what_a_plain_count_over_the_log_gives(app: Arflow, cases: Cases) -> None:
    chance = random.Random(7)
    for number in range(40):
        moving = 2026 + number % 2
        final = date(moving - 1, 9, 1) + timedelta(days=chance.randint(31, 84)) if number % 5 else None
        tell(cases, moving, number, final)
    with burn_down(app, Asked(as_at=TODAY, by="setting")) as report:
        found = sections(report)

    before = TODAY.replace(year=TODAY.year - 1)
    now, last = plain(app, Asked(as_at=TODAY)), plain(app, Asked(as_at=before))
    assert len(now) == len(last) == 20

    def left(cohort: list[tuple[str, date | None]], on: date, setting: str = "") -> int:
        return sum(final is None or final > on for of, final in cohort if setting in ("", of))

    days = [date(2026, 9, 1) + timedelta(weeks=number) for number in range(13)]
    assert [tuple(row.values()) for row in found["weeks"]] == [
        (day, left(now, day), left(last, day.replace(year=2025))) for day in days
    ]
    assert found["weeks"][-1]["left"] not in (0, 20)
    assert [tuple(row.values()) for row in found["groups"]] == [
        (
            setting,
            sum(of == setting for of, _ in now),
            left(now, days[-5], setting),
            left(now, TODAY, setting),
            sum(of == setting for of, _ in last),
            left(last, before, setting),
        )
        for setting in ("100001", "100002", "no setting")
    ]


@pytest.mark.thorough
def test_a_plan_is_left_until_the_day_on_which_it_is_final(app: Arflow, cases: Cases) -> None:
    tell(cases, 2027, 1, date(2026, 11, 18))

    for day, wanted in ((17, 1), (18, 0)):
        with burn_down(app, Asked(as_at=date(2026, 11, day))) as report:
            assert sections(report)["weeks"][-1]["left"] == wanted


@pytest.mark.thorough
def test_without_a_cohort_last_year_a_dash_stands(app: Arflow, cases: Cases) -> None:
    tell(cases, 2027, 1, None)

    with burn_down(app, Asked(as_at=TODAY, by="setting")) as report:
        found = sections(report)
    assert {(row["left"], row["last_year"]) for row in found["weeks"]} == {(1, None)}
    assert [tuple(row.values()) for row in found["groups"]] == [("100002", 1, 1, 1, None, None)]
