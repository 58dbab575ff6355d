"""The last times of a trend are not complete: what was met early counts at once, what is still running does not."""

from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.figures.rendering.charts import svg
from arflow.figures.report import Asked, By, Section
from arflow.figures.trend import trend
from arflow.figures.viewpoint import looking
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough


def lines(app: Arflow, on: str, by: By = "month") -> Section:
    with looking(app, Asked(as_at=day(on), by=by)) as log:
        return trend(log).sections[0]


def provisional(app: Arflow, on: str, by: By = "month") -> dict[Any, Any]:
    section = lines(app, on, by)
    at = [column.name for column in section.columns].index("provisional")
    return {row[0]: row[at] for row in section.rows}


def test_a_month_is_provisional_while_one_of_its_reviews_is_running_and_says_between_what(
    app: Arflow, cases: Cases
) -> None:
    for _ in range(2):
        told = (
            cases.opened("1 Sep 2025", "1 Mar 2026").invited("5 Mar 2026").held("20 Apr 2026").reported("24 Apr 2026")
        )
        told.decided("maintain", "27 Apr 2026")
    late = cases.opened("1 Sep 2025", "1 Mar 2026").invited("5 Mar 2026").held("24 Apr 2026").reported("24 Apr 2026")

    # 28 days from 24 April end on 22 May: until then two met early are no hundred percent.
    undecided = "Amendment notice: 0.0 to 100.0; Final plan: 0.0 to 100.0"
    assert provisional(app, "22 May 2026") == {"2026-04": f"Decision: 66.7 to 100.0; {undecided}"}
    assert provisional(app, "23 May 2026") == {"2026-04": undecided}  # late, and may yet be decided to amend
    late.decided("maintain", "1 Jun 2026")
    assert provisional(app, "1 Jun 2026") == {"2026-04": None}


def test_a_time_that_is_not_over_is_provisional_for_every_duty_it_has(app: Arflow, cases: Cases) -> None:
    cases.opened("1 Sep 2025", "1 Mar 2026").invited("5 Mar 2026").held("20 Apr 2026").reported("24 Apr 2026").decided(
        "maintain", "27 Apr 2026"
    )

    found = provisional(app, "29 Apr 2026")["2026-04"]
    assert found == "Notice: 100.0 to 100.0; Report: 100.0 to 100.0; Decision: 100.0 to 100.0"
    assert provisional(app, "1 May 2026") == {"2026-04": None}
    assert provisional(app, "1 May 2026", "quarter")["Apr to Jun 2026"] == found
    assert provisional(app, "1 Jul 2026", "quarter") == {"Apr to Jun 2026": None}


def test_the_points_of_a_provisional_time_are_hollow(app: Arflow, cases: Cases) -> None:
    cases.opened("1 Sep 2025", "1 Mar 2026").invited("5 Mar 2026").held("20 Mar 2026").decided(
        "maintain", "27 Mar 2026"
    )
    cases.opened("1 Sep 2025", "1 Mar 2026").invited("5 Mar 2026").held("20 Apr 2026").decided(
        "maintain", "27 Apr 2026"
    )

    def hollow(on: str) -> int:
        return str(svg(lines(app, on))).count('fill="white"')

    assert hollow("29 Apr 2026") == 2  # notice and decision of April; the report of both is late or running
    assert hollow("1 Jul 2026") == 0
