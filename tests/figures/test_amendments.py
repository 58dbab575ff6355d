"""What reviews led to, and what is amended often: figures worked out by hand."""

from datetime import timedelta
from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.case import amendment_commands as a
from arflow.case import plan_commands as p
from arflow.case import review_commands as c
from arflow.figures.amendments import amendments
from arflow.figures.report import Asked, Row
from arflow.figures.viewpoint import looking
from arflow.law.periods import corresponding_date
from tests.conftest import TODAY
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough


def made(app: Arflow, **asked: Any) -> dict[str, tuple[tuple[Row, ...], list[Row]]]:
    """The rows and the cases of each section."""
    with looking(app, Asked(**{"as_at": TODAY, **asked})) as looked:
        return {
            section.name: (section.rows, list(section.cases.rows()))
            for section in amendments(looked).sections
            if section.cases
        }


@pytest.fixture
def authority(app: Arflow, cases: Cases) -> Cases:
    """Five reviews: maintained, amended with and after the decision, not amended after all, and still awaited."""
    cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("maintain", "1 Jul 2025")
    prompt = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025")
    prompt.noticed("1 Jul 2025").issued("11 Aug 2025")
    slow = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025")
    slow.noticed("21 Jul 2025").issued("20 Sep 2025")
    kept = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025")
    kept.noticed("11 Jul 2025").do(c.DecideNotToAmend(on=day("1 Aug 2025")))
    cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "2 Jul 2025")
    untold = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")
    untold.decided("amend", "3 Jul 2025", not_yet_notified=True)
    return cases


def test_outcomes_notices_and_final_plans_are_counted(authority: Cases) -> None:
    found = made(authority.app)

    assert found["outcomes"][0] == (("amend", 5, 83.3), ("maintain", 1, 16.7))
    assert found["notices"][0] == (
        ("with the decision", 1, 20.0, 0.0, 21.0),
        ("after the decision", 2, 40.0, 15.0, 36.0),
        ("none yet", 1, 20.0, None, None),
        ("not told", 1, 20.0, None, None),
    )
    issued, not_amended, awaited = found["final_plans"][0]
    assert issued == ("issued", 2, 40.0, 51.0, 59.0, 82.0, 98.0)
    assert (not_amended[:3], awaited[:3]) == (("not amended", 1, 20.0), ("awaited", 2, 40.0))
    for name in ("outcomes", "notices", "final_plans"):
        rows, cases = found[name]
        assert {row[0]: row[1] for row in rows} == {row[0]: [c[0] for c in cases].count(row[0]) for row in rows}


def test_a_period_chooses_by_the_day_of_the_decision(authority: Cases) -> None:
    found = made(authority.app, start=day("2 Jul 2025"), end=day("2 Jul 2025"), by="month")
    assert found["outcomes"][0] == (("2025-07", "amend", 1, 100.0),)
    assert made(authority.app, end=day("30 Jun 2025"))["outcomes"] == ((), [])


def test_a_third_amendment_within_24_months_is_often(app: Arflow, cases: Cases) -> None:
    """The day 24 months before the report is the first that no longer counts."""
    edge = corresponding_date(TODAY, -24)
    often, seldom = cases.plan("1 Aug 2022", setting="123456"), cases.plan("1 Aug 2022")
    for ref, first in ((often, edge + timedelta(days=1)), (seldom, edge)):
        for on in (first, day("1 Mar 2026"), day("1 Jun 2026")):
            app.change_plan(ref, p.RecordAmendment(on=on, because="without_review"))

    found = made(app)

    assert found["often"][0] == ((often, "123456", 3, edge + timedelta(days=1), day("1 Jun 2026")),)
    assert len(found["often"][1]) == 3
    assert found["outside"][0] == (("without_review", 6, 2),)
    assert made(app, as_at=day("31 May 2026"))["often"][0] == ()


def test_an_amendment_that_was_corrected_is_counted_on_its_day_and_a_mistaken_one_nowhere(
    app: Arflow, cases: Cases
) -> None:
    plan = cases.plan("1 Aug 2022")
    app.change_plan(plan, p.SendPlanNotice(on=day("2 Mar 2026")))
    app.change_plan(plan, p.RecordAmendment(on=day("1 Apr 2026"), because="without_review"))
    app.change_plan(plan, p.CorrectPlanDay(fact="plan_amended", to=day("4 May 2026"), reason="Misread"))
    found = made(app, start=day("1 May 2026"), end=day("31 May 2026"))
    assert found["outside"][0] == (("without_review", 1, 1),)
    app.change_plan(plan, p.CorrectPlanDay(fact="plan_amended", to=None, reason="Another plan"))
    assert made(app)["outside"][0] == ()


def test_reviews_by_the_light_route_are_counted_with_what_became_of_them(app: Arflow, cases: Cases) -> None:
    light = a.RecordLightRoute(on=day("11 Jun 2025"), reason="Every outcome on track")
    kept = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").do(light).decided("maintain", "1 Jul 2025")
    cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").do(light).decided("amend", "1 Jul 2025")
    back = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").do(light)
    back.do(a.RecordLightRoute(on=day("20 Jun 2025"), reason="The family asks for more", taken=False))
    back.decided("maintain", "1 Jul 2025")
    cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("maintain", "1 Jul 2025")

    rows, behind = made(app)["light_route"]

    assert rows == (("amend", 1), ("maintain", 1))
    assert kept.id in behind[0]


def test_a_changed_decision_counts_as_it_was_decided_last(app: Arflow, cases: Cases) -> None:
    told = cases.opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025").decided("amend", "1 Jul 2025")
    told.do(a.ChangeDecision(on=day("4 Jul 2025"), outcome="maintain", reason="New advice"))
    assert made(app)["outcomes"][0] == (("maintain", 1, 100.0),)
