"""The ledger over any history: every day of every clock once, as a slow count finds it; and the report that adds it up."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arflow.application.arflow import Arflow
from arflow.case import amendment_commands as a
from arflow.case import review_commands as c
from arflow.case import turns
from arflow.case.ledger import Booked
from arflow.case.plan import evolve
from arflow.case.plan_as_at import as_at
from arflow.case.review import AnnualReview
from arflow.case.turns import HOLDERS
from arflow.events import PlanEvent, decode
from tests.case.test_ledger import ledgers
from tests.case.test_properties import likely, quietly
from tests.conftest import TODAY
from tests.history.test_replay import history, plans, play
from tests.support.cases import Cases, day

pytestmark = pytest.mark.thorough


def day_by_day(review: AnnualReview, events: list[Any], app: Arflow, one: Booked) -> dict[str, int]:
    """The same count, slow and obviously right: each day asked for by itself."""
    found: dict[str, int] = dict.fromkeys(HOLDERS, 0)
    workflow = app.workflow(review.workflow)
    for n in range(1, max(0, (one.end - one.start).days) + 1):
        on = one.start + timedelta(days=n)
        evening = on - timedelta(days=1)
        stood, plan = review.as_at(evening), as_at(events, evening) or evolve(None, events[0])
        turn = turns.of_review(stood, plan, workflow) if stood.acts else None
        found[turn.on(on) if turn else "nobody"] += 1
    return found


@quietly
@given(plan=plans, acts=st.one_of(history, st.lists(likely, min_size=4, max_size=8)), back=st.integers(0, 700))
def test_the_days_booked_always_add_up_to_the_days_elapsed(app: Arflow, plan: Any, acts: Any, back: int) -> None:
    ref, until = play(app, plan, acts, 0), TODAY - timedelta(days=back)
    events = [decode(row.payload) for row in app.log_store.read_case(ref)]
    own = [event for event in events if isinstance(event, PlanEvent)]
    for review, _, found in ledgers(app, ref, until):
        assert {"meeting", "whole_review"} <= {one.clock for one in found}
        for one in found:
            assert sum(one.days.values()) == one.elapsed == max(0, (one.end - one.start).days)
            assert min(one.days.values()) >= 0
            assert one.end <= until
            assert one.days == day_by_day(review, own, app, one)


def test_the_report_adds_up_the_ledger_and_opens_to_its_reviews(app: Arflow, cases: Cases) -> None:
    from arflow.figures.days import days
    from arflow.figures.report import Asked
    from arflow.figures.viewpoint import looking

    for opened in ("1 May 2025", "11 May 2025"):
        told = cases.opened("1 Aug 2024", opened, setting="123456", coordinator="A. Officer")
        told.held("10 Jun 2025").reported("17 Jun 2025").decided("maintain", "1 Jul 2025")
    told.do(a.PauseReview(on=day("20 Jun 2025"), reason="The family asked"))
    told.do(a.ResumeReview(on=day("25 Jun 2025")))
    cancelled = cases.opened("1 Aug 2024", "1 May 2025")
    cancelled.do(c.CancelReview(on=day("8 May 2025"), reason="opened twice"))

    with looking(app, Asked(as_at=day("11 Jul 2025"), by="setting")) as log:
        clocks, whole = days(log, app).sections
        assert clocks.cases is not None
        behind = list(clocks.cases.rows())
    assert [row[1:] for row in clocks.rows if row[1] != "whole_review"] == [
        ("meeting", 2, 70, 70, 0, 0, 0, 0, 0, 35.0),
        ("report", 2, 14, 14, 0, 0, 0, 0, 0, 7.0),
        ("decision", 2, 42, 14, 28, 0, 0, 0, 5, 21.0),
    ]
    assert whole.rows == (("123456", 2, 132, 84, 48, 0, 0, 0, 5, 66.0),)
    assert len(behind) == 8
    with looking(app, Asked(as_at=day("11 Jul 2025"), start=day("2 May 2025"))) as log:
        assert days(log, app).sections[0].rows[0][:2] == ("meeting", 1)
