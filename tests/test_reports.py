"""Reports over the whole log: the same figures as a slow fold in Python, at any day, each opening to exactly its cases."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from arflow import commands as c
from arflow import create_store
from arflow import plan_commands as p
from arflow.app import Arflow
from arflow.demo import Making, make
from arflow.errors import InvalidValue
from arflow.reports.breaches import breaches
from arflow.reports.duties import duties
from arflow.reports.kpi import CENSUS, kpi
from arflow.reports.looking import Looking, looking
from arflow.reports.report import EVERY, Asked, By, Report, Section
from arflow.reports.timeliness import timeliness
from arflow.reports.transfers import transfers
from arflow.reports.trend import trend
from tests import slow_timeliness as slow
from tests.cases import Cases, day
from tests.conftest import TODAY

Make = Callable[[Looking], Report]
REPORTS: dict[str, Make] = {
    "timeliness": timeliness, "duties": duties, "trend": trend, "breaches": breaches, "transfers": transfers, "kpi": kpi,
}  # fmt: skip
TEN_DAYS = [TODAY - timedelta(days=97 * n) for n in range(10)]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arflow]:
    """A synthetic authority with doubtful days, transfers, cancelled and interim reviews beside what is usual."""
    url = f"sqlite:///{tmp_path_factory.mktemp('authority')}/arflow.db"
    create_store(url)
    with Arflow(url, by="A. Officer", today=TODAY) as app:
        make(app, Making(plans=150, years=4, seed=3, today=TODAY))
        add_unusual(Cases(app))
        yield app


def add_unusual(cases: Cases) -> None:
    for number, quality in enumerate(("estimated", "missing") * 3):
        made = "1 Mar 2024" if quality == "estimated" else None
        plan = cases.plan(made, first_made_quality=quality, on=date(2024, 3, 1), nc_year=-number % 3 - 2, setting="100003")
        told = cases.review(plan, "1 Nov 2024").invited("20 Nov 2024").held("20 Dec 2024")
        if number < 4:
            told.decided("amend", f"{10 + number} Jan 2025").noticed("1 Feb 2025")
    for transfer, moved in (
        ("early_years_to_school", date(2027, 9, 1)),
        ("secondary_to_post16", date(2026, 9, 1)),
        ("secondary_to_post16", date(2027, 9, 1)),
        ("post16_to_post16", date(2027, 6, 1)),
    ):
        plan = cases.plan("1 Sep 2025", nc_year=11, transfer=transfer, transfer_on=moved)
        told = cases.review(plan, "1 Mar 2026", "annual").invited("5 Mar 2026").held("20 Apr 2026")
        told.decided("amend", "5 May 2026").noticed("5 May 2026")
    cases.plan("1 Sep 2025", nc_year=11)
    cancelled = cases.opened("1 Feb 2025", "1 Nov 2025")
    cancelled.do(c.CancelReview(on=day("20 Nov 2025"), reason="Opened twice"))
    cases.opened("1 Jan 2026", "1 Mar 2026", "under_five").held("20 Mar 2026")
    cases.app.change_plan(cases.plan("1 Mar 2025"), p.EndPlan(on=day("1 Jul 2026")))


def made(app: Arflow, name: str, asked: Asked) -> dict[str, tuple[Section, list[dict[str, Any]], list[dict[str, Any]]]]:
    """Each section with its rows and its cases by column, read while the log is open."""
    with looking(app, asked) as log:
        return {section.name: (section, rows_of(section), cases_of(section)) for section in REPORTS[name](log).sections}


def rows_of(section: Section) -> list[dict[str, Any]]:
    return [dict(zip([column.name for column in section.columns], row, strict=True)) for row in section.rows]


def cases_of(section: Section) -> list[dict[str, Any]]:
    if section.cases is None:
        return []
    names = [column.name for column in section.cases.columns]
    return [dict(zip(names, row, strict=True)) for row in section.cases.rows()]


def rounded(figures: dict[Any, tuple[Any, ...]]) -> dict[Any, tuple[Any, ...]]:
    """Figures without the last bits of their fractions."""
    return {
        key: tuple(round(cell, 6) if isinstance(cell, float) else cell for cell in row) for key, row in figures.items()
    }


def moment(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


# --- two computations -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "on"), list(enumerate(TEN_DAYS)), ids=str)
def test_timeliness_is_what_a_slow_fold_gives(authority: Arflow, number: int, on: date) -> None:
    by: By = EVERY[number % len(EVERY)]
    known = moment(on) if number % 2 else moment(on - timedelta(days=200)) if number == 4 else None
    start = on - timedelta(days=500) if number > 6 else None
    asked = Asked(as_at=on, known_at=known, start=start, by=by)
    counted = slow.timeliness(authority, asked)

    found = made(authority, "timeliness", asked)

    cases = Counter(
        (
            name,
            str(case.get(by, "all")),
            *(
                case[column]
                for column in ("duty", "outcome", "plan", "review", "held", "due", "done", "days", "quality")
            ),
        )
        for name, (_, _, cases) in found.items()
        for case in cases
    )
    assert cases == Counter(map(tuple, counted))
    figures = {
        (name, str(row.get(by, "all")), row["duty"]): tuple(row.values())[-10:]
        for name, (_, rows, _) in found.items()
        for row in rows
    }
    assert rounded(figures) == rounded(slow.figures(counted))
    assert len(counted) > 50
