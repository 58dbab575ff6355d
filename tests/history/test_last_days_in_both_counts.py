"""Two computations, one answer, on the days that a rule turns on: the day before, the day itself and the day after."""

from contextlib import suppress
from datetime import date, timedelta

import pytest

from arflow.application.arflow import Arflow
from arflow.case import plan_commands as p
from arflow.errors import NotPossible
from tests.history.test_replay import differences, replay
from tests.support.cases import Cases, day
from tests.support.publishing import publish_for_all_days
from tests.support.term_lists import enter_terms, plan_due

pytestmark = pytest.mark.thorough

DAY = timedelta(days=1)


def agreed(app: Arflow, query: str, *on: date) -> list[object]:
    """What one value reads over the log on each day; both computations agree on every duty there."""
    found: list[object] = []
    with replay(app) as opened:
        for today in on:
            view = opened.at(today)
            assert differences(app, view) == []
            [(value,)] = view.rows(query)
            found.append(value)
    return found


def around(text: str) -> tuple[date, date, date]:
    return day(text) - DAY, day(text), day(text) + DAY


def test_the_last_of_the_familys_fifteen_days(app: Arflow) -> None:
    told = Cases(app).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025")
    told.noticed("1 Jul 2025")
    query = "select met_on from duties where duty = 'representations'"
    assert agreed(app, query, *around("15 Jul 2025")) == [None, None, day("16 Jul 2025")]


@pytest.mark.parametrize(("met", "dealt_with"), [*zip(around("1 Sep 2025"), (False, True, True), strict=True)])
def test_a_review_that_met_twelve_months_before_a_transfer(app: Arflow, met: date, dealt_with: bool) -> None:
    cases = Cases(app)
    plan = cases.plan("1 Jan 2025", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    cases.review(plan, "1 Jul 2025").held(f"{met:%d %b %Y}").decided("maintain", "10 Sep 2025")
    with suppress(NotPossible):
        app.change_plan(plan, p.NameForTransfer(names_for_transfer="123456"))
    query = "select state = 'not_applicable' from duties where duty = 'phase_transfer' and review = ''"
    assert agreed(app, query, app.today) == [dealt_with]


@pytest.mark.parametrize("made", around("3 Sep 2025"))
def test_a_term_that_starts_on_the_last_day_of_the_twelve_months(app: Arflow, made: date) -> None:
    publish_for_all_days(app)
    Cases(app).plan(f"{made:%d %b %Y}")
    starts = None if made == day("2 Sep 2025") else day("2 Sep 2026")
    assert agreed(app, "select day_term_start from plan_facts", app.today) == [starts]


@pytest.mark.parametrize(
    ("last_day", "starts"), [*zip(around("15 Sep 2027"), (day("12 Apr 2027"), None, None), strict=True)]
)
def test_a_year_that_ends_after_the_last_term_that_is_known(app: Arflow, last_day: date, starts: date | None) -> None:
    enter_terms(app)
    plan_due(app, "P-1", last_day)
    assert agreed(app, "select day_term_start from plan_facts", app.today) == [starts]


@pytest.mark.parametrize(
    ("moved", "starts"), [*zip(around("5 Oct 2026"), ("3 Sep 2026", "4 Jan 2027", "4 Jan 2027"), strict=True)]
)
def test_the_term_of_a_plan_that_moved_in_is_that_of_its_three_months(app: Arflow, moved: date, starts: str) -> None:
    enter_terms(app)
    app.change_plan(plan_due(app, "P-1", day("1 Dec 2026")), p.TransferIn(on=moved))
    assert agreed(app, "select day_term_start from plan_facts", app.today) == [day(starts)]


@pytest.mark.parametrize(
    ("detained", "released", "lapses"),
    [
        ("30 Jul 2025", "1 Sep 2025", True),
        ("31 Jul 2025", "1 Sep 2025", True),
        ("1 Aug 2025", "1 Sep 2025", False),
        ("1 Jul 2025", "30 Jul 2025", False),
        ("1 Jul 2025", "31 Jul 2025", False),
        ("1 Jul 2025", "1 Aug 2025", True),
    ],
)
def test_detention_around_the_end_of_the_twelve_months(app: Arflow, detained: str, released: str, lapses: bool) -> None:
    ref = Cases(app).plan("1 Aug 2024")
    app.change_plan(ref, p.StartDetention(on=day(detained)), p.Release(on=day(released)))
    state = "select state = 'not_applicable' from duties where duty = 'twelve_months' and review = ''"
    assert agreed(app, state, app.today) == [lapses]
