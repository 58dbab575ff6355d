"""The pack for requests under the Freedom of Information Act: its numbers beside a count in plain Python, and what it hides."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arflow.application.arflow import Arflow
from arflow.case.duties import of_review
from arflow.case.plan_facts import review_facts
from arflow.demo import Making, make
from arflow.figures.foi import BANDS, foi
from arflow.figures.report import Asked
from arflow.figures.suppression import with_totals
from arflow.figures.viewpoint import looking
from arflow.law.periods import corresponding_date
from tests.conftest import TODAY
from tests.support import slow_reports
from tests.support.cases import Cases, day
from tests.support.slow_suppression import range_of
from tests.support.slow_timeliness import cases_known, counts

# --- suppression ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([[7], [9]], [[7], [9], [16]]),  # nothing small
        ([[0], [9], [20]], [[0], [9], [20], [29]]),  # zero is no child
        ([[4], [9], [20]], [[None], [None], [20], [33]]),  # the next smallest goes too
        ([[1], [1], [20], [30]], [[None], [None], [None], [30], [52]]),  # 1 and 1 together would still say so
        ([[3], [0], [20]], [[None], [0], [None], [23]]),
        ([[3], [0]], [[None], [0], [None]]),  # the total is small too
        ([[5, 5], [5, 5]], [[5, 5, 10], [5, 5, 10], [10, 10, 20]]),
        ([[4, 9], [8, 7]], [[None, None, 13], [None, None, 15], [12, 16, 28]]),
    ],
)
def test_small_numbers_and_those_they_follow_from_are_not_shown(counts: Any, shown: Any) -> None:
    assert with_totals(counts) == shown


def test_the_threshold_is_the_first_number_that_is_shown() -> None:
    assert with_totals([[9], [10], [40]], 10) == [[None], [None], [40], [59]]
    assert with_totals([[10], [10], [40]], 10) == [[10], [10], [40], [60]]


def possible(shown: Sequence[Sequence[int | None]], most: int) -> Iterator[list[list[int]]]:
    """Every table of counts that the shown numbers allow: all that a reader can work out."""
    inner = [row[:-1] for row in shown[:-1]]
    places = [(r, c) for r, row in enumerate(inner) for c, value in enumerate(row) if value is None]
    for guess in product(range(most + 1), repeat=len(places)):
        filled = [[value if value is not None else 0 for value in row] for row in inner]
        for (r, c), value in zip(places, guess, strict=True):
            filled[r][c] = value
        rows = [[*row, sum(row)] for row in filled]
        rows.append([sum(column) for column in zip(*rows, strict=True)])
        if all(s in (None, v) for srow, vrow in zip(shown, rows, strict=True) for s, v in zip(srow, vrow, strict=True)):
            yield filled


@pytest.mark.thorough
@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=2))
def test_no_small_number_can_be_worked_out(counts: list[list[int]]) -> None:
    found = list(possible(with_totals(counts), 8))
    assert counts in found
    for r, row in enumerate(counts):
        for c, value in enumerate(row):
            if 0 < value < 5:
                assert len({table[r][c] for table in found}) > 1


def test_a_number_that_follows_from_several_lines_together_is_hidden_better() -> None:
    """Two in each line are not shown, and 2 would still follow: it alone joins two parts of the table."""
    counts = [[5, 20, 1, 20], [0, 20, 0, 3], [6, 0, 3, 0], [1, 30, 6, 6], [0, 9, 2, 5]]

    least, most = range_of(with_totals(counts), (4, 2))

    assert least < most


@pytest.mark.thorough
@given(st.data(), st.integers(1, 6), st.sampled_from([1, 2, 4]))
def test_of_a_table_of_any_shape_no_small_number_follows_from_what_is_shown(data: Any, height: int, width: int) -> None:
    numbers = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 20, 30])
    line = st.lists(numbers, min_size=width, max_size=width)
    counts = data.draw(st.lists(line, min_size=height, max_size=height))
    shown = with_totals(counts)
    for r, row in enumerate(counts):
        for c, value in enumerate(row):
            if 0 < value < 5:
                assert shown[r][c] is None
                least, most = range_of(shown, (r, c))
                assert least < most


# --- the pack -------------------------------------------------------------------------------------------------------


def pack(app: Arflow, on: date, threshold: int) -> dict[str, dict[str, tuple[Any, ...]]]:
    """Each section's rows by their first cell."""
    with looking(app, Asked(as_at=on)) as looked:
        return {s.name: {str(row[0]): row[1:] for row in s.rows} for s in foi(looked, threshold).sections}


def by_hand(app: Arflow, on: date) -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
    """The same three tables from each case, in plain Python: (band, held), year first made, (year met, answer)."""
    incomplete, never, years = Counter[Any](), Counter[Any](), Counter[Any]()
    for case in cases_known(app, Asked(as_at=on)):
        plan = case.plan
        own = {duty.id: duty for review, duties in slow_reports.of_case(app, case, on) if not review for duty in duties}
        year = own["twelve_months"]
        if year.state == "overdue" and year.due:
            past = sum(on > corresponding_date(year.due, months) for months in (6, 12, 24))
            start = year.counted_from
            held = any(
                (met := review.day("hold")) and start and met >= start and counts(app, review)
                for review in case.reviews.values()
            )
            incomplete[past, held] += 1
        if plan.is_maintained and not plan.completions and not plan.last_reviewed and not plan.stood_in:
            never[str(plan.first_made.day.year) if plan.first_made.day else "not known"] += 1
        for review in case.reviews.values():
            met = review.day("hold")
            if met is None or not counts(app, review):
                continue
            workflow = app.workflow(review.workflow)
            facts = review_facts(review, plan, workflow)
            [decision] = [
                d for d in of_review(workflow, review.kind, review.arranged_by, facts, on) if d.id == "decision"
            ]
            answer = {"met": 0, "contested": 1, "breached": 1, "overdue": 1, "running": 2, "due_soon": 2}
            years[str(met.year), answer.get(decision.state, 3)] += 1
    return incomplete, never, years


@pytest.mark.thorough
@pytest.mark.parametrize("on", [TODAY, date(2028, 3, 1)], ids=str)
def test_the_figures_are_those_of_a_count_case_by_case(app: Arflow, on: date) -> None:
    """Nothing is hidden with a threshold of one, and every number is as counted; with five only numbers that are so remain."""
    make(app, Making(plans=150, years=3, seed=7, today=TODAY))
    incomplete, never, years = by_hand(app, on)
    whole = pack(app, on, 1)
    assert {
        (band, held): int(whole["incomplete"][name][held].replace(",", ""))
        for band, name in enumerate(BANDS)
        for held in (0, 1)
    } == {(band, held): incomplete[band, bool(held)] for band in range(4) for held in (0, 1)}
    over = {n: sum(incomplete[band, held] for band in range(n + 1, 4) for held in (False, True)) for n in range(3)}
    assert [int(whole["incomplete"][f"over {m} months"][2]) for m in (6, 12, 24)] == [over[n] for n in range(3)]
    assert {year: int(row[0]) for year, row in whole["never"].items() if year != "total"} == dict(never)
    assert {
        (year, answer): int(row[answer])
        for year, row in whole["years"].items()
        if year != "total"
        for answer in range(4)
    } == {(year, answer): years[year, answer] for year in {one for one, _ in years} for answer in range(4)}
    assert sum(years.values()) > 50
    hidden = pack(app, on, 5)
    for section, rows in hidden.items():
        for name, row in rows.items():
            for shown, true in zip(row, whole[section][name], strict=True):
                assert shown in ("c", true)
                assert shown == "c" or not 0 < int(true.replace(",", "")) < 5


@pytest.mark.thorough
def test_the_bands_end_on_their_day(app: Arflow, cases: Cases) -> None:
    """Made on 1 June 2025: the 12 months ended on 31 May 2026; six months later is 30 November."""
    cases.plan("1 Jun 2025")
    for on, band in ((day("30 Nov 2026"), 0), (day("1 Dec 2026"), 1), (day("31 May 2027"), 1), (day("1 Jun 2027"), 2)):
        rows = pack(app, on, 1)["incomplete"]
        assert [int(rows[name][2]) for name in BANDS] == [int(n == band) for n in range(4)]
