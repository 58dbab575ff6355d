"""Rules that turn on one day: the day before it, the day itself and the day after."""

from contextlib import suppress
from datetime import date

import pytest

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import NameForTransfer, Release, StartDetention
from arflow.errors import NotPossible
from tests.support.cases import Cases, day
from tests.support.publishing import publish_for_all_days


@pytest.fixture
def with_terms(app: Arflow) -> Cases:
    """An authority whose autumn term starts on 2 September 2026."""
    publish_for_all_days(app)
    return Cases(app)


@pytest.mark.parametrize(
    ("today", "met_on", "state"),
    [
        ("14 Jul 2025", None, "running"),
        ("15 Jul 2025", None, "running"),
        ("16 Jul 2025", date(2025, 7, 16), "met"),
    ],
)
def test_the_familys_fifteen_days_are_given_once_the_last_of_them_is_over(
    cases: Cases, today: str, met_on: date | None, state: str
) -> None:
    """The notice is served on 1 July: that day counts, so 15 July is the last (SEND Regs 2014 r.22(2)(c))."""
    review = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025")
    duty = review.noticed("1 Jul 2025").duty("representations", today)
    assert (duty.due, duty.met_on, duty.state) == (day("15 Jul 2025"), met_on, state)


@pytest.mark.parametrize(
    ("met", "state"),
    [("31 Aug 2025", "overdue"), ("1 Sep 2025", "not_applicable"), ("2 Sep 2025", "not_applicable")],
)
def test_a_review_that_meets_in_the_twelve_months_before_a_transfer_may_have_dealt_with_it(
    cases: Cases, met: str, state: str
) -> None:
    """The transfer is on 1 September 2026 (SEND Regs 2014 r.18(1))."""
    plan = cases.plan("1 Jan 2025", transfer="primary_to_secondary", transfer_on=day("1 Sep 2026"))
    cases.review(plan, "1 Jul 2025").held(met).decided("maintain", "10 Sep 2025")
    with suppress(NotPossible):
        cases.app.change_plan(plan, NameForTransfer(names_for_transfer="123456"))
    assert cases.plan_duty(plan, "phase_transfer").state == state


@pytest.mark.parametrize(
    ("made", "term"),
    [("2 Sep 2025", None), ("3 Sep 2025", date(2026, 9, 2)), ("4 Sep 2025", date(2026, 9, 2))],
)
def test_a_plan_is_listed_for_the_term_that_starts_by_the_last_day_of_its_twelve_months(
    with_terms: Cases, made: str, term: date | None
) -> None:
    """The twelve months of a plan made on 3 September 2025 end on 2 September 2026 (Code 9.172)."""
    duty = with_terms.plan_duty(with_terms.plan(made), "termly_list")
    assert duty.facts.get("term_start") == term
    assert (duty.state == "not_applicable") is (term is None)


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
def test_twelve_months_that_end_in_detention_ask_for_no_review(
    cases: Cases, detained: str, released: str, lapses: bool
) -> None:
    """They end on 31 July 2025: whoever is detained that evening owes nothing to s.44 (CFA 2014 s.70(1))."""
    plan = cases.plan("1 Aug 2024")
    cases.app.change_plan(plan, StartDetention(on=day(detained)), Release(on=day(released)))
    assert cases.year(plan).due == (None if lapses else day("31 Jul 2025"))
    assert cases.year(plan).reason.startswith("Part 3 does not apply") is lapses
